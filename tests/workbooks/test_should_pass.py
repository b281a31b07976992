import pytest

from tests.workbooks.builders import MEANING, codes, meaning, read, reasons
from tests.workbooks.should_pass import CASES


@pytest.mark.parametrize("name", CASES)
def test_says_the_same_as_the_plain_list(name, tmp_path):
    case = CASES[name]
    reading = read(case.build(tmp_path))
    assert meaning(reading) == MEANING
    assert codes(reading) == case.codes
    assert tuple(reasons(reading)) == case.reasons
    assert reading.rows_read == len(reading.rows) + len(reading.ignored)
