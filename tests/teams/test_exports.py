"""Lists leave the portal whole, in the official form, inside the scope, with the phones that the right allows."""

import csv
import json
from datetime import date
from io import BytesIO, StringIO
from itertools import count
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import run
from teams.enums import MemberRole, TeamKind, UserRole
from teams.keys import member_keys, team_keys, unit_keys
from teams.models import Assignment, Decision, ExportTrace, Member, ResidentialUnit, Team, TeamCoverage, TeamDecision
from tests.conftest import client_of, make_commune

TODAY = timezone.localdate()
numbers = count(1)


def make_team(commune, name: str, *people: str, kind: str = TeamKind.VILLAGE_TEAM, decision: Decision | None = None):
    """A team whose first member leads it; phones count up from 0914000001."""
    own = {"commune": commune, "province": commune.province}
    team = Team.objects.create(name=name, kind=kind, decision=decision, **own, **team_keys(name))
    if kind == TeamKind.VILLAGE_TEAM:
        unit = ResidentialUnit.objects.create(name=name, kind="village", **own, **unit_keys(name))
        TeamCoverage.objects.create(team=team, unit=unit, **own)
    if decision:
        TeamDecision.objects.create(team=team, decision=decision, kind="establish", **own)
    for position, person in enumerate(people):
        Member.objects.create(
            team=team,
            full_name=person,
            position=position,
            role=MemberRole.MEMBER if position else MemberRole.LEADER,
            phone=f"0914{next(numbers):06}",
            **own,
            **member_keys(person),
        )
    return team


def make_decision(commune, number: str = "01", day: date = date(2025, 7, 10)) -> Decision:
    return Decision.objects.create(
        commune=commune,
        province=commune.province,
        number=number,
        symbol="QĐ-UBND",
        issued_on=day,
        match_key=f"{number.lstrip('0')}/qdubnd",
    )


@pytest.fixture
def register(cat_hai, tran_lieu, hac_thanh):
    """Two teams in Cát Hải under one decision, one in each other commune."""
    decision = make_decision(cat_hai)
    make_team(cat_hai, "Thôn 10", "Lê Văn Cường", decision=decision)
    make_team(cat_hai, "Thôn 2", "Trần Thị Bình", "Nguyễn Văn An", "Phạm Thị Dung", decision=decision)
    make_team(tran_lieu, "Khu phố 1", "Hoàng Thị Láng Giềng")
    make_team(hac_thanh, "Phố 1", "Đỗ Văn Người Lạ")


def content(response) -> bytes:
    assert response.status_code == 200, response.status_code
    return b"".join(response.streaming_content)


def sheet_rows(data: bytes) -> dict[str, list[tuple]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(BytesIO(data))}


def post(user, path: str, **data):
    return client_of(user).post(path, {"shape": "one", "day": "", **data})


def download(user, commune, **data) -> list[tuple]:
    """The rows of the commune's workbook below its heading, without the total."""
    response = client_of(user).get(reverse("teams:export_commune", args=[commune.pk]), data)
    return next(iter(sheet_rows(content(response)).values()))[2:-1]


def names(rows: list[tuple]) -> list[str]:
    return [row[4] for row in rows if row[4]]


EXPORTS = "/xuat-danh-sach/"


# What the workbook says -----------------------------------------------------------------------------------------------


def test_rows_come_in_natural_order_with_their_decision_and_total(register, officer, cat_hai):
    data = content(client_of(officer).get(reverse("teams:export_commune", args=[cat_hai.pk])))
    rows = sheet_rows(data)["Danh sách"]
    assert names(rows[2:-1]) == ["Trần Thị Bình", "Nguyễn Văn An", "Phạm Thị Dung", "Lê Văn Cường"]
    assert rows[2][:4] == (1, "Đặc khu Cát Hải", "Thôn 2", "01/QĐ-UBND\nngày 10/7/2025")
    assert rows[2][5] == "Tổ trưởng"
    assert rows[-1][2:5:2] == ("TỔNG", 4)


def test_village_teams_come_before_squads_and_a_team_without_members_is_a_row(officer, cat_hai):
    make_team(cat_hai, "Đội phản ứng nhanh", "Vũ Thị Hà", kind=TeamKind.RAPID_RESPONSE)
    make_team(cat_hai, "Thôn Xa")
    rows = download(officer, cat_hai)
    assert [row[2] for row in rows] == ["Thôn Xa", "Đội phản ứng nhanh"]
    assert names(rows) == ["Vũ Thị Hà"]


def test_the_list_of_a_day_has_the_members_and_the_decision_of_that_day(register, officer, cat_hai):
    team = Team.objects.get(commune=cat_hai, name="Thôn 10")
    gone, came = date(2026, 3, 1), date(2026, 4, 1)
    team.members.update(left_on=gone, left_reason="resigned", joined_on=date(2025, 7, 10))
    TeamDecision.objects.filter(team=team).update(effective_on=date(2025, 7, 10))
    later = make_decision(cat_hai, "09", came)
    TeamDecision.objects.create(
        team=team, decision=later, kind="consolidate", effective_on=came, commune=cat_hai, province=cat_hai.province
    )
    Team.objects.filter(pk=team.pk).update(decision=later)
    before = [row for row in download(officer, cat_hai, ngay="28/2/2026") if row[2] == "Thôn 10"]
    assert [(row[3], row[4]) for row in before] == [("01/QĐ-UBND\nngày 10/7/2025", "Lê Văn Cường")]
    now = [row for row in download(officer, cat_hai) if row[2] == "Thôn 10"]
    assert [(row[3], row[4]) for row in now] == [("09/QĐ-UBND\nngày 01/4/2026", None)]


def test_csv_has_the_same_rows_and_runs_no_formula(register, officer, cat_hai):
    make_team(cat_hai, "Thôn 3", "=HYPERLINK(1)")
    text = content(post(officer, EXPORTS, shape="csv", phones="full")).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert {row["Họ tên thành viên"] for row in rows} == {*names(download(officer, cat_hai)), "'=HYPERLINK(1)"} - {
        "=HYPERLINK(1)"
    }


def test_only_the_ticked_teams_are_exported(register, officer, cat_hai):
    team = Team.objects.get(commune=cat_hai, name="Thôn 10")
    rows = sheet_rows(content(post(officer, EXPORTS, teams=[team.pk], phones="full")))["Danh sách"]
    assert names(rows[2:-1]) == ["Lê Văn Cường"]


def test_a_team_of_another_commune_cannot_be_ticked(register, officer, tran_lieu):
    foreign = Team.objects.get(commune=tran_lieu)
    assert post(officer, EXPORTS, teams=[foreign.pk], phones="full").status_code == 422
    assert not ExportTrace.objects.exists()


# Scope ----------------------------------------------------------------------------------------------------------------


def test_the_owner_gets_the_commune_and_neighbour_and_stranger_get_404(register, officer, neighbour, stranger, cat_hai):
    url = reverse("teams:export_commune", args=[cat_hai.pk])
    assert content(client_of(officer).get(url))
    assert client_of(neighbour).get(url).status_code == 404
    assert client_of(stranger).get(url).status_code == 404
    assert client_of(neighbour).get(EXPORTS, {"xa": cat_hai.pk}).status_code == 404
    assert client_of(officer).get(EXPORTS, {"xa": cat_hai.pk}).status_code == 200


def test_an_officer_of_two_communes_gets_those_two_when_nothing_is_ticked(register, neighbour, cat_hai, hai_phong):
    other = make_commune("10678", "Phường Kinh Môn", "ward", hai_phong)
    make_team(other, "Khu phố 9", "Bùi Văn Kiên")
    Assignment.objects.create(user=neighbour, role=UserRole.COMMUNE_OFFICER, province=hai_phong, commune=other)
    rows = sheet_rows(content(post(neighbour, EXPORTS, phones="full")))["Danh sách"]
    assert names(rows[2:-1]) == ["Bùi Văn Kiên", "Hoàng Thị Láng Giềng"]


def test_a_commune_outside_the_scope_cannot_be_ticked(register, staff, cat_hai, hac_thanh):
    assert content(post(staff, EXPORTS, communes=[cat_hai.pk], phones="masked"))
    assert post(staff, EXPORTS, communes=[hac_thanh.pk], phones="masked").status_code == 422


def test_another_province_is_not_found(register, staff, hac_thanh):
    assert client_of(staff).get(EXPORTS, {"tinh": "31"}).status_code == 200
    assert client_of(staff).get(EXPORTS, {"tinh": hac_thanh.province_id}).status_code == 404


def test_the_whole_country_chooses_a_province_first(register, admin):
    page = client_of(admin).get(EXPORTS)
    assert page.status_code == 200
    assert "?tinh=38" in page.content.decode()


# Phones ---------------------------------------------------------------------------------------------------------------


def phones_of(rows: list[tuple]) -> set[str]:
    return {row[6] for row in rows}


def test_officers_get_their_phones_in_full_and_others_masked(register, officer, staff, viewer, commune_leader, cat_hai):
    full = set(Member.objects.filter(commune=cat_hai).values_list("phone", flat=True))
    assert phones_of(download(officer, cat_hai)) == full
    for user in (staff, viewer, commune_leader):
        assert phones_of(download(user, cat_hai)) == {f"{phone[:-3]}***" for phone in full}


def test_the_department_gets_full_phones_by_choice_and_leaves_a_trace(register, staff, cat_hai):
    masked = sheet_rows(content(post(staff, EXPORTS, communes=[cat_hai.pk], phones="masked")))["Danh sách"]
    full = sheet_rows(content(post(staff, EXPORTS, communes=[cat_hai.pk], phones="full")))["Danh sách"]
    assert all("***" in row[6] for row in masked[2:-1])
    assert not any("***" in row[6] for row in full[2:-1])
    traces = ExportTrace.objects.order_by("pk").values_list("user", "full_phones", "rows")
    assert list(traces) == [(staff.pk, False, 4), (staff.pk, True, 4)]
    assert ExportTrace.objects.first().scope["communes"] == [cat_hai.pk]


def test_a_viewer_cannot_ask_for_full_phones(register, viewer, cat_hai):
    rows = sheet_rows(content(post(viewer, EXPORTS, communes=[cat_hai.pk], phones="full")))["Danh sách"]
    assert all("***" in row[6] for row in rows[2:-1])
    assert not ExportTrace.objects.get().full_phones


# Shapes and jobs ------------------------------------------------------------------------------------------------------


def ask_job(user, **data) -> Job:
    assert post(user, EXPORTS, phones="masked", **data).status_code == 302
    return Job.objects.get()


def run_job(job: Job) -> bytes:
    """What the file says that the job leaves."""
    run(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error
    with job.file.open("rb") as file:
        return file.read()


def test_a_province_is_a_job_of_its_own_communes_only(register, staff):
    job = ask_job(staff)
    rows = sheet_rows(run_job(job))["Danh sách"]
    assert job.message == "Đã xuất 5 thành viên của 2 xã, phường, đặc khu."
    assert set(names(rows[2:-1])) == set(Member.objects.filter(province="31").values_list("full_name", flat=True))


def test_a_sheet_for_each_commune(register, staff):
    sheets = sheet_rows(run_job(ask_job(staff, shape="sheets")))
    assert {title: names(rows[2:-1]) for title, rows in sheets.items()} == {
        "Đặc khu Cát Hải": ["Trần Thị Bình", "Nguyễn Văn An", "Phạm Thị Dung", "Lê Văn Cường"],
        "Phường Trần Liễu": ["Hoàng Thị Láng Giềng"],
    }


def test_a_workbook_for_each_commune_in_one_zip(register, staff):
    archive = ZipFile(BytesIO(run_job(ask_job(staff, shape="zip"))))
    found = {name: names(sheet_rows(archive.read(name)).popitem()[1][2:-1]) for name in archive.namelist()}
    assert found["10729 Phường Trần Liễu.xlsx"] == ["Hoàng Thị Láng Giềng"]
    assert len(found["11914 Đặc khu Cát Hải.xlsx"]) == 4
    assert len(found) == 2


def test_an_empty_province_is_an_empty_form(staff, cat_hai):
    sheets = sheet_rows(run_job(ask_job(staff, shape="sheets")))
    assert len(sheets["Danh sách"]) == 3


def test_a_job_gives_nothing_of_a_unit_lost_since(register, staff):
    job = ask_job(staff)
    staff.assignments.all().delete()
    assert names(sheet_rows(run_job(job))["Danh sách"][2:-1]) == []


def test_the_number_of_queries_does_not_grow_with_rows(register, officer, tran_lieu, neighbour, cat_hai):
    client, other = client_of(neighbour), client_of(officer)
    with CaptureQueriesContext(connection) as one:
        content(client.get(reverse("teams:export_commune", args=[tran_lieu.pk])))
    with CaptureQueriesContext(connection) as four:
        content(other.get(reverse("teams:export_commune", args=[cat_hai.pk])))
    assert len(one) == len(four)


# There and back -------------------------------------------------------------------------------------------------------


def bring_back(data: bytes, tmp_path, commune, *, apply: bool = False) -> dict:
    path = tmp_path / "danh-sach.xlsx"
    path.write_bytes(data)
    out = StringIO()
    arguments = [str(path), "--commune", commune.pk, "--json", *(["--apply"] if apply else [])]
    call_command("roster_import", *arguments, stdout=out)
    return json.loads(out.getvalue())


def edited(data: bytes, edit) -> bytes:
    """The workbook after somebody changed it in Excel: merged cells taken apart and filled, as sorting needs."""
    book = load_workbook(BytesIO(data))
    sheet = book.active
    for block in list(sheet.merged_cells.ranges):
        value = sheet.cell(block.min_row, block.min_col).value
        sheet.unmerge_cells(str(block))
        if block.min_row > 2:
            for row in range(block.min_row, block.max_row + 1):
                sheet.cell(row, block.min_col).value = value
    edit(sheet)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.fixture
def exported(register, officer, cat_hai) -> bytes:
    return content(client_of(officer).get(reverse("teams:export_commune", args=[cat_hai.pk])))


SAME = {"read": 5, "new": 0, "changed": 0, "same": 4, "rejected": 0, "ignored": 1}


def test_an_export_brought_back_changes_nothing(exported, tmp_path, cat_hai):
    report = bring_back(exported, tmp_path, cat_hai)
    assert report["rows"] == SAME
    assert report["teams"] == {"new": 0, "changed": 0, "same": 2}
    assert report["total_row"] == {"stated": 4, "counted": 4}


def test_three_phones_corrected_are_three_changes(exported, tmp_path, cat_hai):
    def correct(sheet):
        for row in (3, 4, 6):
            sheet.cell(row, 7).value = f"09880000{row:02}"

    report = bring_back(edited(exported, correct), tmp_path, cat_hai, apply=True)
    assert report["rows"] == SAME | {"changed": 3, "same": 1}
    assert Member.objects.filter(commune=cat_hai, phone__startswith="0988").count() == 3


def test_rows_sorted_by_name_are_no_change(exported, tmp_path, cat_hai):
    def sort(sheet):
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3, max_row=6)]
        for number, row in enumerate(sorted(rows, key=lambda row: row[4]), start=3):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column).value = value

    assert bring_back(edited(exported, sort), tmp_path, cat_hai)["rows"] == SAME


def test_an_inserted_row_is_one_new_member(exported, tmp_path, cat_hai):
    def insert(sheet):
        sheet.insert_rows(5)
        for column in (1, 2, 3, 4):
            sheet.cell(5, column).value = sheet.cell(4, column).value
        sheet.cell(5, 5).value, sheet.cell(5, 6).value = "Đào Thị Mới", "Thành viên"
        sheet.cell(8, 5).value = 5

    report = bring_back(edited(exported, insert), tmp_path, cat_hai, apply=True)
    assert report["rows"] == SAME | {"read": 6, "new": 1}
    assert Member.objects.get(full_name="Đào Thị Mới").team.name == "Thôn 2"


def test_a_masked_export_brought_back_erases_no_phone(register, staff, tmp_path, cat_hai):
    before = sorted(Member.objects.values_list("pk", "phone"))
    data = content(client_of(staff).get(reverse("teams:export_commune", args=[cat_hai.pk])))
    assert bring_back(data, tmp_path, cat_hai, apply=True)["rows"] == SAME
    assert sorted(Member.objects.values_list("pk", "phone")) == before


def test_the_blank_form_is_nothing_to_import(officer, tmp_path, cat_hai):
    data = content(client_of(officer).get(reverse("teams:blank_form")))
    rows = bring_back(data, tmp_path, cat_hai)["rows"]
    assert (rows["new"], rows["changed"], rows["rejected"]) == (0, 0, 0)
