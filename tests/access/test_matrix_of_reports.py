"""Reports and notices: everybody gets there what the URL table says."""

import pytest

from tests.access.matrix import go_through
from tests.architecture.report_urls import REPORT_SECTIONS


@pytest.mark.django_db
@pytest.mark.parametrize("section", REPORT_SECTIONS)
def test_everybody_gets_what_the_table_says(section, world, callers, quiet, count_cases):
    count, wrong = go_through(REPORT_SECTIONS[section], world, callers)
    count_cases("URL × method × person × object", count, len(wrong))
    assert not wrong, "\n".join(["", *wrong])
