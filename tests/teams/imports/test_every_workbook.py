"""Every workbook of tests/workbooks on the whole way: kept, read, compared, applied; what then stands in the tables."""

import time

import pytest

from teams.enums import ImportState, RowOutcome
from teams.models import Decision, ImportFinding, Member, ResidentialUnit, StagedRow, Team
from teams.services.imports.applying import apply
from tests.conftest import make_commune
from tests.teams.imports.conftest import rehearse
from tests.workbooks import oddities, should_fail, should_pass
from tests.workbooks.builders import MEANING, grid, write

REGISTER = (Member, Team, Decision, ResidentialUnit)
AT_ONCE = ("zip bomb", "zip bomb that lies", "entity bomb", "XXE")


@pytest.fixture
def binh_minh(hai_phong):
    make_commune("99002", "Xã Bình Mình", "rural_commune", hai_phong)
    return make_commune("99001", "Xã Bình Minh", "rural_commune", hai_phong)


def nothing_stored() -> bool:
    return not any(model.objects.exists() for model in (*REGISTER, StagedRow, ImportFinding))


@pytest.mark.parametrize("name", should_fail.CASES)
def test_a_refused_file_says_why_and_stores_nothing(name, binh_minh, tmp_path):
    result = rehearse(should_fail.CASES[name].build(tmp_path), binh_minh, create_units=True)
    assert result.state == ImportState.REFUSED and result.refusal
    assert result.counts["refused"]["code"] == should_fail.CASES[name].code
    assert nothing_stored()


def test_each_kind_of_refusal_has_a_sentence_of_its_own(binh_minh, tmp_path):
    sentences: dict[str, set[str]] = {}
    for number, case in enumerate(should_fail.CASES.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        refused = rehearse(case.build(folder), binh_minh).counts["refused"]
        sentences.setdefault(refused["message"], set()).add(refused["code"])
    assert {message: codes for message, codes in sentences.items() if len(codes) > 1} == {}
    assert len(sentences) >= len({case.code for case in should_fail.CASES.values()})


@pytest.mark.parametrize("name", AT_ONCE)
def test_a_bomb_costs_less_than_a_second(name, binh_minh, tmp_path):
    path = should_fail.CASES[name].build(tmp_path)
    before = time.process_time()  # of this process alone: other work on the machine does not count
    assert rehearse(path, binh_minh).state == ImportState.REFUSED
    assert time.process_time() - before < 1


@pytest.mark.parametrize("name", should_pass.CASES)
def test_what_says_the_same_as_the_plain_list_is_stored_as_it(name, binh_minh, tmp_path):
    result = apply(
        roster_import=rehearse(should_pass.CASES[name].build(tmp_path), binh_minh, create_units=True), by=None
    )
    assert result.counts["rows"]["rejected"] == 0
    assert set(result.findings.values_list("code", flat=True)) == should_pass.CASES[name].codes
    stored = Member.objects.order_by("team__name", "position").values_list(
        "team__commune__name", "team__name", "team__decision__number", "full_name", "role", "phone"
    )
    assert list(stored) == MEANING


@pytest.mark.parametrize("name", oddities.CASES)
def test_an_error_keeps_its_row_out_and_a_warning_does_not(name, binh_minh, tmp_path):
    case = oddities.CASES[name]
    waiting = rehearse(write(tmp_path / "a.xlsx", grid(case.rows)), binh_minh, whole_province=True, create_units=True)
    told = set(waiting.findings.values_list("cell", "severity", "code"))
    assert told >= case.told
    wrong = {int("".join(filter(str.isdigit, cell))) for cell, severity, _ in case.told if severity == "error"}
    rejected = waiting.rows.filter(outcome=RowOutcome.REJECTED)
    assert set(rejected.values_list("row", flat=True)) == wrong
    assert all(rejected.values_list("reason", flat=True))
    apply(roster_import=waiting, by=None)
    good = waiting.rows.filter(outcome=RowOutcome.NEW).exclude(full_name="")
    assert set(Member.objects.values_list("full_name", flat=True)) == set(good.values_list("full_name", flat=True))
    assert Member.objects.count() == good.count()
