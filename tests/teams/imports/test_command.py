"""`manage.py roster_import`: figures in one JSON object, exit codes, and nothing written without --apply."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from teams.models import Member, ResidentialUnit, RosterImport
from tests.teams.imports.conftest import row
from tests.teams.imports.test_apply import PEOPLE
from tests.workbooks.rosters import build_blank_form, build_cat_hai, build_thanh_hoa


def run(capsys, *arguments: object) -> tuple[int, dict]:
    """(exit code, the printed object)."""
    code = 0
    try:
        call_command("roster_import", *map(str, arguments), "--json")
    except SystemExit as left:
        code = left.code
    return code, json.loads(capsys.readouterr().out)


def test_without_apply_it_tells_and_writes_nothing(villages, cat_hai, workbook, capsys, settings):
    code, report = run(capsys, workbook(PEOPLE), "--commune", cat_hai.pk)
    assert code == 0
    assert report == {
        "rows": {"read": 4, "new": 4, "changed": 0, "same": 0, "rejected": 0, "ignored": 0},
        "teams": {"new": 2, "changed": 0, "same": 0},
        "members": {"new": 4, "changed": 0, "same": 0, "absent": 0},
        "ignored": [],
        "findings": [],
        "total_row": None,
        "applied": False,
    }
    assert not Member.objects.exists() and not RosterImport.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_with_apply_the_roster_stands(villages, cat_hai, workbook, capsys):
    code, report = run(capsys, workbook(PEOPLE), "--commune", cat_hai.pk, "--apply")
    assert (code, report["applied"]) == (0, True)
    assert Member.objects.count() == 4


def test_cat_hai_reads_with_its_total(cat_hai, tmp_path, capsys):
    code, report = run(capsys, build_cat_hai(tmp_path / "a.xlsx"), "--commune", cat_hai.pk, "--create-units")
    assert code == 0
    assert (report["teams"]["new"], report["members"]["new"]) == (58, 386)
    assert report["total_row"] == {"stated": 386, "counted": 386}
    assert [each["reason"] for each in report["ignored"]] == ["dòng TỔNG"]


def test_villages_are_created_only_on_purpose(cat_hai, workbook, capsys):
    code, report = run(capsys, workbook(PEOPLE), "--commune", cat_hai.pk, "--apply")
    assert (code, report["rows"]["rejected"], report["applied"]) == (1, 4, False)
    assert not ResidentialUnit.objects.exists()
    code, report = run(capsys, workbook(PEOPLE), "--commune", cat_hai.pk, "--apply", "--create-units")
    assert (code, report["applied"]) == (0, True)
    assert ResidentialUnit.objects.count() == 2


def test_rejected_rows_hold_the_apply_back_until_partial_is_said(villages, cat_hai, workbook, capsys):
    path = workbook([*PEOPLE, row("Hồ Sai Số", "Thành viên", "123", team="Thôn 2")])
    code, report = run(capsys, path, "--commune", cat_hai.pk, "--apply")
    assert (code, report["applied"]) == (1, False)
    assert [(f["cell"], f["severity"], f["code"]) for f in report["findings"]] == [("G7", "error", "phone_too_short")]
    code, report = run(capsys, path, "--commune", cat_hai.pk, "--apply", "--partial")
    assert (code, report["applied"]) == (1, True)
    assert Member.objects.count() == 4


def test_a_refused_file_exits_with_2_and_says_why(cat_hai, tmp_path, capsys):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"")
    code, report = run(capsys, path, "--commune", cat_hai.pk, "--apply")
    assert code == 2
    assert report["refused"]["code"] == "empty_file" and report["refused"]["message"]


def test_the_blank_form_reads_as_nothing(hac_thanh, tmp_path, capsys):
    code, report = run(capsys, build_blank_form(tmp_path / "a.xlsx"), "--province", hac_thanh.province_id)
    assert code == 0
    assert report["rows"]["read"] == report["rows"]["ignored"] == 9


def test_the_shared_sheet_of_a_province(hac_thanh, tmp_path, capsys):
    call_command("load_units", verbosity=0)
    capsys.readouterr()
    path = build_thanh_hoa(tmp_path / "a.xlsx")
    code, report = run(capsys, path, "--province", "38", "--create-units", "--apply")
    assert (code, report["teams"]["new"], report["applied"]) == (0, 121, True)
    code, report = run(capsys, path, "--province", "38", "--apply")
    assert (code, report["teams"]["same"], report["rows"]["new"], report["rows"]["changed"]) == (0, 121, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["khong-co.xlsx", "--commune", "11914"], "Không có tệp"),
        (["{file}", "--commune", "99999"], "mã 99999"),
        (["{file}", "--province", "99"], "mã 99"),
    ],
)
def test_wrong_arguments_are_told(arguments, words, cat_hai, workbook):
    path = str(workbook(PEOPLE))
    with pytest.raises(CommandError, match=words):
        call_command("roster_import", *[path if each == "{file}" else each for each in arguments])
