"""Training: everybody gets there what the URL table says."""

import pytest

from tests.access.matrix import go_through
from tests.architecture.training_urls import TRAINING_SECTIONS


@pytest.mark.django_db
@pytest.mark.parametrize("section", TRAINING_SECTIONS)
def test_everybody_gets_what_the_table_says(section, world, callers, quiet, count_cases):
    count, wrong = go_through(TRAINING_SECTIONS[section], world, callers)
    count_cases("URL × method × person × object", count, len(wrong))
    assert not wrong, "\n".join(["", *wrong])
