import pytest

from tests.workbooks.builders import read_rows, told
from tests.workbooks.oddities import CASES


@pytest.mark.parametrize("name", CASES)
def test_is_told_by_cell_and_nothing_else_is(name, tmp_path):
    reading = read_rows(tmp_path, CASES[name].rows)
    assert told(reading) == CASES[name].told
    assert len(reading.rows) + len(reading.ignored) == len(CASES[name].rows)
    assert all(finding.message.endswith((".", "…")) for finding in reading.findings)
