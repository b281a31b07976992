import pytest

from teams.intake.refusals import Refused
from tests.workbooks.builders import grid, read, write
from tests.workbooks.should_fail import CASES


@pytest.mark.parametrize("name", CASES)
def test_is_refused_with_its_own_sentence(name, tmp_path):
    with pytest.raises(Refused) as refused:
        read(CASES[name].build(tmp_path))
    assert refused.value.code == CASES[name].code
    assert refused.value.message.endswith(".")
    assert "Traceback" not in refused.value.message


def test_the_twin_of_all_of_them_is_read(tmp_path):
    assert len(read(write(tmp_path / "plain.xlsx", grid())).rows) == 5
