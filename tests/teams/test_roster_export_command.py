"""`manage.py roster_export`: the operator's way out, whole or not at all."""

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from teams.layouts import member_list
from teams.models import ExportTrace, Member
from tests.teams.test_exports import make_team


@pytest.fixture
def register(cat_hai, tran_lieu, hac_thanh):
    make_team(cat_hai, "Thôn 1", "Nguyễn Văn An", "Trần Thị Bình")
    make_team(tran_lieu, "Khu phố 1", "Hoàng Thị Láng Giềng")
    make_team(hac_thanh, "Phố 1", "Đỗ Văn Người Lạ")


def export(output: Path, *arguments: str) -> str:
    said = StringIO()
    call_command("roster_export", "--output", str(output), *arguments, stdout=said)
    return said.getvalue()


def column(output: Path, number: int) -> list[str]:
    """The cells between the heading and the total row."""
    rows = list(load_workbook(output).active.iter_rows(min_row=3, values_only=True))
    return [row[number - 1] for row in rows[:-1]]


def test_a_commune_is_written_with_full_phones(register, tmp_path, cat_hai):
    output = tmp_path / "xa.xlsx"
    assert "2 thành viên của 1 xã" in export(output, "--commune", cat_hai.pk)
    assert column(output, 5) == ["Nguyễn Văn An", "Trần Thị Bình"]
    assert column(output, 7) == list(
        Member.objects.filter(commune=cat_hai).order_by("position").values_list("phone", flat=True)
    )


def test_masked_hides_three_digits(register, tmp_path, cat_hai):
    output = tmp_path / "xa.xlsx"
    export(output, "--commune", cat_hai.pk, "--masked")
    assert all(len(phone) == 10 and phone.endswith("***") for phone in column(output, 7))


def test_a_province_is_written_without_the_others(register, tmp_path, hai_phong):
    output = tmp_path / "tinh.xlsx"
    export(output, "--province", hai_phong.pk)
    assert sorted(column(output, 5)) == ["Hoàng Thị Láng Giềng", "Nguyễn Văn An", "Trần Thị Bình"]


def test_it_leaves_a_trace_without_a_user(register, tmp_path, cat_hai):
    export(tmp_path / "xa.xlsx", "--commune", cat_hai.pk)
    trace = ExportTrace.objects.get()
    assert (trace.user, trace.rows, trace.full_phones) == (None, 2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--commune", "99999"], "Không có xã nào mang mã 99999."),
        (["--province", "99"], "Không có tỉnh nào mang mã 99."),
        ([], "--commune --province"),
    ],
)
def test_an_unknown_unit_is_named(register, tmp_path, arguments, message):
    with pytest.raises(CommandError, match=message):
        export(tmp_path / "tep.xlsx", *arguments)
    assert list(tmp_path.iterdir()) == []


def test_another_suffix_is_refused(register, tmp_path, cat_hai):
    with pytest.raises(CommandError, match=r"\.xlsx"):
        export(tmp_path / "tep.csv", "--commune", cat_hai.pk)


def test_a_folder_that_is_not_there_is_named(register, tmp_path, cat_hai):
    with pytest.raises(CommandError, match="khong-co"):
        export(tmp_path / "khong-co" / "tep.xlsx", "--commune", cat_hai.pk)


def test_a_failure_leaves_the_earlier_file_and_nothing_beside_it(register, tmp_path, cat_hai, monkeypatch):
    output = tmp_path / "xa.xlsx"
    export(output, "--commune", cat_hai.pk)
    earlier = output.read_bytes()

    def fail(*args):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(member_list, "member_list_sheet", fail)
    with pytest.raises(RuntimeError):
        export(output, "--commune", cat_hai.pk)
    assert os.listdir(tmp_path) == ["xa.xlsx"]
    assert output.read_bytes() == earlier
    assert ExportTrace.objects.count() == 1
