"""The back office: who comes in, and lists in and out as workbooks inside the scope."""

import io
import subprocess
import sys

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cdt_portal.lib.row_security import EVERYTHING
from teams.access import Scope
from teams.admin import WorkbookAdmin
from teams.models import FocalOfficer, Province, ResidentialUnit
from teams.services.officers import add_officer
from tests.conftest import client_of, make_commune
from tests.teams.makers import make_units

HEADINGS = ["Mã xã", "Tên thôn, tổ dân phố", "Loại", "Số hộ", "Có từ ngày", "Hết hiệu lực từ ngày"]
UNITS = "/quan-tri/teams/residentialunit/"
OFFICERS = "/quan-tri/teams/focalofficer/"


def workbook(*rows: list, headings: list[str] = HEADINGS, above: list[list] = ()) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in [*above, headings, *rows]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("thon.xlsx", file.getvalue())


def rehearse(user, file: SimpleUploadedFile, url: str = UNITS):
    return client_of(user).post(f"{url}import/", {"import_file": file, "format": "0", "resource": "0"})


def bring_in(user, file: SimpleUploadedFile, url: str = UNITS) -> str:
    """Upload, look, confirm; the page that follows."""
    preview = rehearse(user, file, url)
    form = preview.context["confirm_form"]
    return client_of(user).post(f"{url}process_import/", form.initial, follow=True).content.decode()


def exported(user, url: str, **more) -> list[tuple]:
    answer = client_of(user).post(f"{url}export/", {"format": "0", "resource": "0"} | more)
    assert answer.status_code == 200
    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)


def names(commune) -> list[str]:
    return list(ResidentialUnit.objects.filter(commune=commune, ended_on=None).values_list("name", flat=True))


# Who comes in ---------------------------------------------------------------------------------------------------------


def test_the_back_office_is_for_departments_and_administrators(admin, staff, viewer, officer, cat_hai):
    answers = [client_of(user).get("/quan-tri/", follow=True).status_code for user in (admin, staff, viewer, officer)]
    assert answers == [200, 200, 403, 403]


def test_it_has_no_login_of_its_own(client, officer):
    assert client.get("/quan-tri/", follow=True).redirect_chain[-1][0].startswith("/tai-khoan/dang-nhap/")


def test_nothing_else_registers_itself_there(admin, cat_hai):
    for path in ("auth/group/", "account/emailaddress/", "mfa/authenticator/", "accounts/user/", "teams/member/"):
        assert client_of(admin).get(f"/quan-tri/{path}").status_code == 404


def test_lists_are_narrowed_to_the_province(staff, cat_hai, hac_thanh, officer):
    (own,) = make_units(cat_hai, "Thôn Nhà", by=officer)
    (foreign,) = make_units(hac_thanh, "Phố Lạ", by=officer)
    page = client_of(staff).get(UNITS).content.decode()
    assert "Thôn Nhà" in page
    assert "Phố Lạ" not in page
    assert client_of(staff).get(f"{UNITS}{own.pk}/change/").status_code == 200
    assert client_of(staff).get(f"{UNITS}{foreign.pk}/change/").status_code == 302
    assert client_of(staff).get(f"/quan-tri/teams/commune/{hac_thanh.pk}/change/").status_code == 302


def test_rows_are_neither_added_nor_deleted_there(admin, cat_hai, officer):
    (unit,) = make_units(cat_hai, "Thôn 1", by=officer)
    for path in ("add/", f"{unit.pk}/delete/"):
        assert client_of(admin).get(f"{UNITS}{path}").status_code == 403
    assert client_of(admin).post(f"{UNITS}{unit.pk}/change/", {"name": "Khác"}).status_code == 403


def test_a_province_chooses_its_wording_and_norm_only(staff, hai_phong, cat_hai):
    payload = {"team_label": "Tổ chuyển đổi số cộng đồng", "size_norm": "5", "name": "Tỉnh Khác", "code": "99"}
    assert client_of(staff).post(f"/quan-tri/teams/province/{hai_phong.pk}/change/", payload).status_code == 302
    province = Province.objects.get(pk="31")
    assert (province.team_label, province.size_norm) == ("Tổ chuyển đổi số cộng đồng", 5)
    assert province.name == "Thành phố Hải Phòng"


# Villages by workbook -------------------------------------------------------------------------------------------------


def test_villages_are_shown_then_written(staff, cat_hai, tran_lieu):
    file = workbook(
        ["11914", "Thôn 1", "thôn", 120, "01/07/2025", None],
        ["Phường Trần Liễu", "KDC 2", "", "1.440", None, None],
        above=[["DANH SÁCH THÔN, TỔ DÂN PHỐ"], []],
    )
    preview = rehearse(staff, file)
    assert "thêm 2, sửa 0, giữ 0" in preview.content.decode()
    assert "style=" not in preview.content.decode()
    assert not ResidentialUnit.objects.exists()
    file.seek(0)
    assert "Đã nhập: thêm 2, sửa 0, giữ 0." in bring_in(staff, file)
    unit = ResidentialUnit.objects.get(commune=tran_lieu)
    assert (unit.name, unit.kind, unit.households, unit.match_key) == (
        "Khu dân cư 2",
        "residential_group",
        1440,
        "khu dân cư 2",
    )
    assert str(ResidentialUnit.objects.get(commune=cat_hai).valid_from) == "2025-07-01"


def test_the_same_file_again_changes_nothing(staff, cat_hai):
    row = ["11914", "Thôn 1", "thôn", 120, "01/07/2025", None]
    bring_in(staff, workbook(row))
    events = ResidentialUnit.pgh_event_model.objects.count()
    assert "thêm 0, sửa 0, giữ 1" in bring_in(staff, workbook(row))
    assert ResidentialUnit.pgh_event_model.objects.count() == events
    change = rehearse(staff, workbook(["11914", "Thôn 1", "thôn", 121, "01/07/2025", None])).content.decode()
    assert "<del>120</del> 121" in change
    assert "thêm 0, sửa 1, giữ 0" in bring_in(staff, workbook(["11914", "thôn 01", "thôn", 121, "01/07/2025", None]))
    assert names(cat_hai) == ["Thôn 1"]


def test_an_export_comes_back_as_no_change(staff, cat_hai, officer):
    make_units(cat_hai, "Thôn 1", "Thôn 2", by=officer)
    rows = exported(staff, UNITS)
    assert rows[0] == tuple(HEADINGS)
    assert "thêm 0, sửa 0, giữ 2" in bring_in(staff, workbook(*rows[1:]))


def test_a_foreign_commune_is_refused_by_row_and_nothing_written(staff, cat_hai, hac_thanh):
    preview = rehearse(staff, workbook(["11914", "Thôn 1"], [hac_thanh.pk, "Phố Lạ"]))
    assert "không thuộc phạm vi" in preview.content.decode()
    assert "confirm_form" not in preview.context
    assert not ResidentialUnit.objects.exists()
    assert "thêm 1" in bring_in(staff, workbook(["11914", "Thôn 1"]))


def test_without_scope_and_policies_a_foreign_commune_would_be_written(staff, cat_hai, hac_thanh, monkeypatch):
    everywhere = {"communes": type(hac_thanh).objects.all(), "by": staff}
    monkeypatch.setattr(WorkbookAdmin, "get_import_resource_kwargs", lambda self, request, **kwargs: everywhere)
    monkeypatch.setattr(Scope, "sight", EVERYTHING)
    bring_in(staff, workbook([hac_thanh.pk, "Phố Lạ"]))
    assert names(hac_thanh) == ["Phố Lạ"]


def test_a_commune_is_found_exactly_first_and_asked_for_when_unsure(staff, hai_phong):
    giang = make_commune("10888", "Xã Cẩm Giang", "rural_commune", hai_phong)
    giang_huyen = make_commune("10891", "Xã Cẩm Giàng", "rural_commune", hai_phong)
    bring_in(staff, workbook(["cẩm giàng", "Thôn 1"]))
    assert (names(giang), names(giang_huyen)) == ([], ["Thôn 1"])
    unsure = rehearse(staff, workbook(["Cam Giang", "Thôn 2"])).content.decode()
    assert "hãy ghi mã xã" in unsure
    giang.delete()
    bring_in(staff, workbook(["Cam Giang", "Thôn 2"]))
    assert names(giang_huyen) == ["Thôn 1", "Thôn 2"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["11914", "Thôn 1", "thôn", "nhiều", None, None], "không phải số"),
        (["11914", "Thôn 1", "thôn", 1, "31/02/2025", None], "không phải ngày"),
        (["11914", None, "thôn", 1, None, None], "Chưa ghi tên"),
        (["11914", "Thôn 1", "thôn", 1, None, "01/01/2020"], "đã hết hiệu lực"),
    ],
)
def test_a_wrong_cell_is_told_and_nothing_written(staff, cat_hai, row, words):
    page = rehearse(staff, workbook(row)).content.decode()
    assert words in page
    assert "Traceback" not in page
    assert not ResidentialUnit.objects.exists()


def test_a_wrong_row_is_told_by_the_number_that_excel_shows(staff, cat_hai):
    wrong = ["11914", "Thôn 2", "thôn", "nhiều", None, None]
    file = workbook(["11914", "Thôn 1"], [], wrong, above=[["Danh sách thôn"], []])
    answer = rehearse(staff, file)
    result = answer.context["result"]
    assert [row.number for row in [*result.invalid_rows, *result.error_rows]] == [6]
    assert "<td>6</td>" in answer.content.decode()
    foreign = workbook(["99999", "Thôn 3"], above=[["Danh sách thôn"]])
    assert "3: Không có xã" in " ".join(rehearse(staff, foreign).content.decode().replace("</td><td>", ": ").split())


def test_the_back_office_shows_no_history_of_its_own(staff, cat_hai, officer):
    (unit,) = make_units(cat_hai, "Thôn 1", by=officer)
    client = client_of(staff)
    assert "recent-actions-module" not in client.get("/quan-tri/").content.decode()
    page = client.get(f"{UNITS}{unit.pk}/change/").content.decode()
    assert "Thôn 1" in page
    assert "historylink" not in page


def test_who_comes_in_is_asked_of_the_database_once_a_page(staff, cat_hai):
    client = client_of(staff)
    with CaptureQueriesContext(connection) as queries:
        client.get("/quan-tri/")
    asked = [query["sql"] for query in queries if 'FROM "teams_province"' in query["sql"] and "1 AS" in query["sql"]]
    assert len(asked) == 1


def test_a_village_twice_in_the_file_is_told(staff, cat_hai):
    assert "hai lần" in rehearse(staff, workbook(["11914", "Thôn 1"], ["11914", "thôn 01"])).content.decode()


def test_an_end_date_ends_the_village(staff, cat_hai, officer):
    make_units(cat_hai, "Thôn 1", by=officer)
    bring_in(staff, workbook(["11914", "Thôn 1", "thôn", None, None, "01/01/2026"]))
    assert names(cat_hai) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"not a workbook", "id_import_file"), (b"PK\x03\x04 cut off", "id_import_file")],
)
def test_what_is_no_workbook_is_refused_in_words(staff, cat_hai, content, words):
    answer = rehearse(staff, SimpleUploadedFile("thon.xlsx", content))
    assert answer.status_code == 200
    assert answer.context["form"].errors["import_file"]
    assert "Traceback" not in answer.content.decode()


def test_a_file_without_our_headings_is_refused(staff, cat_hai):
    answer = rehearse(staff, workbook(["a", "b"], headings=["STT", "Tên"]))
    assert "dòng tiêu đề" in answer.content.decode()
    answer = rehearse(staff, workbook(["11914", "b"], headings=["Mã xã", "Tên"]))
    assert "Thiếu cột" in answer.content.decode()


def test_formulas_leave_as_text(staff, cat_hai, officer):
    make_units(cat_hai, '=HYPERLINK("http://x","y")', "-1+1", by=officer)
    cells = [row[1] for row in exported(staff, UNITS)[1:]]
    assert all(cell.startswith("'") for cell in cells)
    csv = client_of(staff).post(f"{UNITS}export/", {"format": "1", "resource": "0"}).content.decode()
    assert ",=" not in csv
    assert '"=' not in csv


def test_an_export_keeps_to_the_scope(staff, cat_hai, hac_thanh, officer):
    make_units(cat_hai, "Thôn Nhà", by=officer)
    make_units(hac_thanh, "Phố Lạ", by=officer)
    assert [row[1] for row in exported(staff, UNITS)[1:]] == ["Thôn Nhà"]


# Officers by workbook -------------------------------------------------------------------------------------------------


def test_officers_leave_without_cccd_and_with_masked_phones(staff, cat_hai, officer):
    fields = {"full_name": "Phạm Thị Hà", "phone": "0914994123", "citizen_id": "031190001234"}
    add_officer(commune=cat_hai, fields=fields, by=officer)
    rows = exported(staff, OFFICERS)
    assert rows[0] == ("Mã xã", "Họ và tên", "Chức vụ", "Số điện thoại", "Phụ trách từ ngày")
    assert "0914 994 ***" in rows[1]
    assert not any("031190001234" in str(cell) or "994123" in str(cell) for row in rows for cell in row)
    page = client_of(staff).get(f"{OFFICERS}{FocalOfficer.objects.get().pk}/change/").content.decode()
    assert "031190001234" not in page


def test_a_masked_phone_coming_back_keeps_the_stored_one(staff, cat_hai, officer):
    fields = {"full_name": "Phạm Thị Hà", "phone": "0914994123", "citizen_id": "031190001234"}
    add_officer(commune=cat_hai, fields=fields, by=officer)
    rows = exported(staff, OFFICERS)
    assert "giữ 1" in bring_in(staff, workbook(*rows[1:], headings=list(rows[0])), OFFICERS)
    changed = ["11914", "Phạm Thị Hà", "Phó phòng", "0914 994 ***", None]
    assert "sửa 1" in bring_in(staff, workbook(changed, headings=list(rows[0])), OFFICERS)
    row = FocalOfficer.objects.get()
    assert (row.position, row.phone, row.citizen_id) == ("Phó phòng", "0914994123", "031190001234")


def test_an_administrator_without_rosters_cannot_bring_officers_in(admin, staff, cat_hai):
    assert client_of(admin).get(f"{OFFICERS}import/").status_code == 403
    assert client_of(staff).get(f"{OFFICERS}import/").status_code == 200


def test_the_web_process_does_not_load_the_workbook_libraries():
    code = (
        "import django, sys; django.setup(); from django.urls import reverse; reverse('home');"
        "print([name for name in ('openpyxl', 'python_calamine', 'weasyprint') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
