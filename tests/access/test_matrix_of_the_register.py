"""The register, its people and the back office: everybody gets there what the URL table says."""

import pytest

from tests.access.matrix import go_through
from tests.architecture.url_table import REGISTER_SECTIONS


@pytest.mark.django_db
@pytest.mark.parametrize("section", REGISTER_SECTIONS)
def test_everybody_gets_what_the_table_says(section, world, callers, quiet, count_cases):
    count, wrong = go_through(REGISTER_SECTIONS[section], world, callers)
    count_cases("URL × method × person × object", count, len(wrong))
    assert not wrong, "\n".join(["", *wrong])
