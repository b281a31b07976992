"""The official workbook as an office program reads and prints it."""

import subprocess
from pathlib import Path

import openpyxl
import pytest

from teams.layouts.member_list import MemberListRow, write_member_list

pytestmark = pytest.mark.long
DECISION = "1907/QĐ-UBND\nngày 31/10/2025"


def rows(teams: int = 12, members: int = 7) -> list[MemberListRow]:
    return [
        MemberListRow(
            "Đặc khu Cát Hải", f"Thôn {team}", DECISION, f"Nguyễn Thị Thùy {member}", "Thành viên", "0914994123",
            "=1+1" if member == 1 else "", team, "11914", f"{team}-{member}",
        )
        for team in range(1, teams + 1)
        for member in range(1, members + 1)
    ]  # fmt: skip


def convert(source: Path, kind: str, folder: Path) -> Path:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=170)
    return folder / f"{source.stem}.{kind}"


@pytest.fixture
def form(tmp_path) -> Path:
    path = tmp_path / "danh-sach.xlsx"
    with path.open("wb") as target:
        write_member_list(target, [("Danh sách", rows())])
    return path


def test_prints_on_a4_landscape_with_the_heading_on_each_page(form, tmp_path):
    pdf = convert(form, "pdf", tmp_path / "out")
    information = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    width, height = (float(information.split("Page size:")[1].split()[i]) for i in (0, 2))
    assert (round(width), round(height)) == (842, 595)
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    pages = [page for page in text.split("\f") if page.strip()]
    assert len(pages) > 1 and all("Họ tên thành viên" in " ".join(page.split()) for page in pages)
    assert "TỔNG" in pages[-1] and "84" in pages[-1]
    assert "=1+1" in text


def test_keeps_every_value_and_merge_when_saved_again(form, tmp_path):
    again = convert(form, "xlsx", tmp_path / "out")
    before, after = (openpyxl.load_workbook(path).active for path in (form, again))
    assert [[cell.value for cell in row[:8]] for row in after.iter_rows(max_col=8, max_row=before.max_row)] == [
        [cell.value for cell in row[:8]] for row in before.iter_rows(max_col=8)
    ]
    assert {str(each) for each in after.merged_cells.ranges} == {str(each) for each in before.merged_cells.ranges}
