"""The import's pages: each step for who may take it, a 404 for everybody else, and never twice."""

import re
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import run
from teams.enums import ImportState
from teams.models import Assignment, Member, RosterImport
from teams.services.imports.marking import marked_file
from tests.conftest import client_of
from tests.queries import count_queries
from tests.teams.imports.conftest import members, rehearse, row
from tests.teams.imports.test_apply import PEOPLE, changed
from tests.workbooks.builders import as_text, grid, write_ods


@pytest.fixture
def waiting(villages, cat_hai, officer, workbook) -> RosterImport:
    return rehearse(workbook(PEOPLE), cat_hai, by=officer)


def run_jobs() -> None:
    for job in Job.objects.filter(state="queued"):
        run(job.pk)


def upload(client, path, unit: str):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(reverse("teams:imports"), {"unit": unit, "file": file})


def url(name: str, roster_import: RosterImport) -> str:
    return reverse(f"teams:{name}", args=[roster_import.pk])


def test_an_officer_uploads_looks_confirms_and_the_roster_stands(villages, cat_hai, officer, workbook):
    client = client_of(officer)
    upload(client, workbook(PEOPLE), cat_hai.pk)
    roster_import = RosterImport.objects.get()
    page = url("import", roster_import)
    assert "Đang đọc tệp" in client.get(page).text
    run_jobs()
    assert "thêm 4" in client.get(page).text
    assert not Member.objects.exists()
    client.post(url("import_confirm", roster_import))
    run_jobs()
    assert "Đã ghi lúc" in client.get(page).text
    assert len(members(cat_hai)) == 4


def test_pasted_cells_take_the_same_way(villages, cat_hai, officer):
    client = client_of(officer)
    pasted = as_text(grid(PEOPLE), "\t")
    client.post(reverse("teams:imports"), {"unit": cat_hai.pk, "pasted": pasted})
    run_jobs()
    assert RosterImport.objects.get().counts["rows"]["new"] == 4


@pytest.mark.parametrize("name", ["import", "import_original"])
def test_the_neighbour_and_the_stranger_find_nothing(name, waiting, officer, neighbour, stranger):
    own = client_of(officer).get(url(name, waiting))
    assert own.status_code == 200 and b"".join(own)
    for foreigner in (neighbour, stranger):
        assert client_of(foreigner).get(url(name, waiting)).status_code == 404


@pytest.mark.parametrize("name", ["import_confirm", "import_choose", "import_cancel", "import_undo", "import_marked"])
def test_nor_can_they_take_a_step(name, waiting, officer, neighbour, stranger):
    for foreigner in (neighbour, stranger):
        assert client_of(foreigner).post(url(name, waiting)).status_code == 404
    waiting.refresh_from_db()
    assert waiting.state == ImportState.REHEARSED and not Job.objects.exists()
    assert client_of(officer).post(url(name, waiting)).status_code == 302


def test_a_viewer_is_told_that_they_may_only_look(waiting, viewer):
    assert client_of(viewer).get(url("import", waiting)).status_code == 403


def test_an_officer_cannot_upload_for_another_commune(cat_hai, tran_lieu, officer, workbook):
    response = upload(client_of(officer), workbook(PEOPLE), tran_lieu.pk)
    assert response.status_code == 200 and not RosterImport.objects.exists()


def test_a_double_click_on_confirm_asks_once_and_writes_once(waiting, cat_hai, officer):
    client = client_of(officer)
    client.post(url("import_confirm", waiting))
    second = client.post(url("import_confirm", waiting), follow=True)
    assert "không còn chờ" not in second.text
    assert Job.objects.count() == 1
    run_jobs()
    client.post(url("import_confirm", waiting))
    run_jobs()
    assert len(members(cat_hai)) == 4


def test_rejected_rows_must_be_left_behind_on_purpose(villages, cat_hai, officer, workbook):
    roster_import = rehearse(
        workbook([*PEOPLE, row("Hồ Sai Số", "Thành viên", "123", team="Thôn 2")]), cat_hai, officer
    )
    client = client_of(officer)
    client.post(url("import_confirm", roster_import))
    assert not Job.objects.exists()
    client.post(url("import_confirm", roster_import), {"partial": "1"})
    run_jobs()
    assert len(members(cat_hai)) == 4


def test_rights_that_are_gone_between_preview_and_confirm_stop_the_apply(waiting, cat_hai, officer):
    client_of(officer).post(url("import_confirm", waiting))
    Assignment.objects.filter(user=officer).delete()
    run_jobs()
    assert Job.objects.get().state == "failed" and not Member.objects.exists()


def test_an_edit_between_preview_and_confirm_shows_a_new_preview(waiting, cat_hai, officer, workbook):
    client = client_of(officer)
    client.post(url("import_confirm", waiting))
    run_jobs()
    second = rehearse(workbook(changed(phone="0988777666")), cat_hai, officer)
    client.post(url("import_confirm", second))
    Member.objects.filter(full_name="Vũ Đức Dũng").update(note="vừa sửa", version=2)
    run_jobs()
    assert "vừa được người khác sửa" in client.get(url("import", second)).text
    assert not Member.objects.filter(phone="0988777666").exists()
    client.post(url("import_confirm", second))
    run_jobs()
    assert Member.objects.filter(phone="0988777666").exists()


def test_two_uploads_at_once_for_one_commune_are_written_one_after_the_other(villages, cat_hai, officer, workbook):
    first, second = (rehearse(workbook(PEOPLE), cat_hai, officer) for _ in range(2))
    client = client_of(officer)
    for roster_import in (first, second):
        client.post(url("import_confirm", roster_import))
    run_jobs()
    assert len(members(cat_hai)) == 4
    states = RosterImport.objects.values_list("state", "counts__rows__same")
    assert sorted(states) == [(ImportState.APPLIED, 0), (ImportState.REHEARSED, 4)]


def test_the_village_choice_is_taken_from_the_page(villages, cat_hai, officer, workbook):
    roster_import = rehearse(workbook([row("Lê Văn An", "Tổ trưởng", team="Thôn 3")]), cat_hai, officer)
    client = client_of(officer)
    assert f"unit:{cat_hai.pk}:thôn 3" in client.get(url("import", roster_import)).text
    client.post(url("import_choose", roster_import), {f"unit:{cat_hai.pk}:thôn 3": villages[2].pk})
    run_jobs()
    roster_import.refresh_from_db()
    assert roster_import.counts["rows"]["new"] == 1


def test_the_wrong_file_confirmed_is_undone_from_the_page(waiting, cat_hai, officer):
    client = client_of(officer)
    client.post(url("import_confirm", waiting))
    run_jobs()
    client.post(url("import_undo", waiting))
    run_jobs()
    assert "Đã hoàn tác lúc" in client.get(url("import", waiting)).text
    assert not Member.objects.exists()


def test_the_users_file_comes_back_with_the_cells_to_mend(villages, cat_hai, officer, workbook):
    roster_import = rehearse(workbook([row("Hồ Sai Số", "Thành viên", "123", team="Thôn 2")]), cat_hai, officer)
    client_of(officer).post(url("import_marked", roster_import))
    run_jobs()
    with Job.objects.get().file.open("rb") as file:
        sheet = openpyxl.load_workbook(file).active
    assert sheet["G3"].fill.fgColor.rgb == "FFF4B9B5"
    assert "123" in sheet["I3"].value


def test_a_sheet_of_an_open_document_with_a_long_name_is_marked_too(cat_hai, tmp_path):
    path = write_ods(tmp_path / "a.ods", grid([row("Hồ Sai Số", "Thành viên", "123", team="Thôn 2")]))
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    long_name = "Danh sách các tổ công nghệ số cộng đồng của đặc khu".encode()
    parts["content.xml"] = re.sub(rb'table:name="[^"]*"', b'table:name="' + long_name + b'"', parts["content.xml"])
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    marked = openpyxl.load_workbook(marked_file(rehearse(path, cat_hai)))
    assert marked.active["G3"].fill.fgColor.rgb == "FFF4B9B5"


def test_phones_of_a_preview_are_masked_for_who_may_not_see_them(waiting, officer, staff):
    assert "0912 345 601" in client_of(officer).get(url("import", waiting)).text
    shown = client_of(staff).get(url("import", waiting)).text
    assert "0912 345 601" not in shown and "0912 345 ***" in shown


def test_the_page_asks_the_same_number_of_queries_whatever_the_rows(villages, cat_hai, officer, workbook):
    client, counts = client_of(officer), []
    for names in (["An"], ["An", "Bình", "Châu"]):
        rows = [row(f"Lê Văn {name}", "Thành viên", team="Thôn 1") for name in names]
        roster_import = rehearse(workbook(rows), cat_hai, officer)
        counts.append(count_queries(client, url("import", roster_import)))
    assert counts[0] == counts[1]
