"""Many people given accounts by one workbook, and their slips."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from pypdf import PdfReader

from cdt_portal.accounts.models import Invitation, User
from cdt_portal.jobs import services as jobs
from cdt_portal.jobs.enums import JobState
from cdt_portal.jobs.models import Job
from teams.enums import UserRole
from teams.models import Assignment
from teams.services.users import login_name
from tests.conftest import client_of, make_user

PAGE = "/nguoi-dung/moi-bang-tep/"
SLIPS = "/nguoi-dung/phieu/"
HEADING = (
    "Họ và tên;Vai trò;Xã, phường, đặc khu (mã hoặc tên);Chức vụ;Số điện thoại;Tên đăng nhập (để trống: Cổng tự đặt)"
)
TWO = ("Nguyễn Văn An;Cán bộ xã;Đặc khu Cát Hải;Công chức;0914994123;", "Trần Thị Bình;Lãnh đạo xã;11914;;;binh.ch")


def workbook(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("nguoi-dung.csv", "\n".join([HEADING, *rows]).encode())


@pytest.fixture
def department(staff, cat_hai, tran_lieu):
    return client_of(staff)


def send(client, *rows: str, **more):
    return client.post(PAGE, {"file": workbook(*rows)} | more)


def text(response) -> str:
    return response.content.decode()


def test_a_workbook_is_shown_before_anything_is_written(department):
    shown = text(send(department, *TWO))
    assert "Sẽ cấp 2 tài khoản" in shown
    assert "annv.cathai" in shown
    assert User.objects.count() == 1
    assert not Job.objects.exists()


def test_confirmed_it_is_written_from_the_rows_that_were_shown(department, cat_hai):
    kept = send(department, *TWO).context["form"]["rows"].value()
    response = department.post(PAGE, {"rows": kept, "confirm": "1"})
    posts = Assignment.objects.filter(commune=cat_hai).values_list("user__username", "user__phone", "role")
    assert sorted(posts) == [
        ("annv.cathai", "0914994123", "commune_officer"),
        ("binh.ch", "", "commune_leader"),
    ]
    assert not User.objects.get(username="annv.cathai").has_usable_password()
    assert response.url == f"/cong-viec/{Job.objects.get().pk}/"


def test_the_same_file_again_adds_nobody(department):
    send(department, *TWO, confirm="1")
    again = send(department, *TWO, confirm="1")
    assert (again.status_code, User.objects.count()) == (422, 3)
    assert "đã có tài khoản" in text(again)
    assert "Bỏ qua 2 người" in text(send(department, *TWO, "Lê Văn Cường;Cán bộ xã;Phường Trần Liễu;;;"))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Nguyễn Văn An;Trùm;11914;;;", "hãy ghi Cán bộ xã"),
        ("Nguyễn Văn An;Quản trị hệ thống;;;;", "hãy ghi Cán bộ xã"),
        ("Nguyễn Văn An;Cán bộ xã;Phường Hạc Thành;;;", "không có “Phường Hạc Thành” trong Thành phố Hải Phòng"),
        ("Nguyễn Văn An;Cán bộ xã;;;;", "Hãy chọn xã"),
        ("Nguyễn Văn An;Cán bộ Sở;11914;;;", "không gắn với một xã"),
        ("Nguyễn Văn An;Cán bộ xã;11914;;12;", "Số điện thoại"),
        ("Lê Văn Cường;Cán bộ xã;11914;;;so.haiphong", "đã có người dùng"),
        ("Nguyễn Văn An;Cán bộ xã;11914;;;tên có dấu", "Chỉ dùng chữ không dấu"),
        ("Trần Thị Bình;Lãnh đạo xã;Cát Hải, 11914;;;", "không có"),
        (TWO[1], "dòng 3 đã ghi người này"),
    ],
)
def test_a_wrong_cell_is_named_and_nobody_is_added(department, hac_thanh, row, told):
    response = send(department, *TWO, row, confirm="1")
    assert (response.status_code, User.objects.count()) == (422, 1)
    assert "Dòng 4" in text(response)
    assert told in text(response)


@pytest.mark.parametrize("rows", ["không phải", '{"a": 1}', "[[1]]", '[["x","","","","","","",""]]'])
def test_rows_that_no_page_of_ours_sent_are_refused(department, rows):
    response = department.post(PAGE, {"rows": rows, "confirm": "1"})
    assert (response.status_code, User.objects.count()) == (422, 1)


def test_rows_changed_on_the_way_meet_the_same_checks(department, hac_thanh):
    foreign = [[2, "Kẻ Lạ", "Cán bộ xã", hac_thanh.pk, "", "", "", ""]]
    assert department.post(PAGE, {"rows": json.dumps(foreign), "confirm": "1"}).status_code == 422
    own = [[2, "Người Nhà", "Cán bộ xã", "11914", "", "", "", ""]]
    assert department.post(PAGE, {"rows": json.dumps(own), "confirm": "1"}).status_code == 302


def test_the_department_invites_its_own_people_too(department, hai_phong):
    send(department, "Phạm Thu Hà;Cán bộ Sở;;;;", confirm="1")
    post = Assignment.objects.get(user__username="hapt")
    assert (post.role, post.province, post.commune) == (UserRole.DEPARTMENT_STAFF, hai_phong, None)


def test_the_workbook_to_fill_in_has_a_row_for_each_commune_without_an_officer(department, officer):
    book = load_workbook(BytesIO(b"".join(department.get(f"{PAGE}mau/"))))
    rows = [row[:3] for row in book.active.iter_rows(values_only=True)]
    assert rows[-1] == (None, "Cán bộ xã", "Phường Trần Liễu")
    assert "Đặc khu Cát Hải" not in {row[2] for row in rows}


def test_and_comes_back_filled_in(department):
    book = load_workbook(BytesIO(b"".join(department.get(f"{PAGE}mau/"))))
    book.active.cell(book.active.max_row, 1, "Nguyễn Văn An")
    file = BytesIO()
    book.save(file)
    shown = text(department.post(PAGE, {"file": SimpleUploadedFile("mau.xlsx", file.getvalue())}))
    assert "Sẽ cấp 1 tài khoản" in shown


def test_the_slips_are_a_pdf_whose_links_open_once(department, settings, tmp_path):
    settings.MEDIA_ROOT, settings.PORTAL_URL = tmp_path, "https://cong.example"
    job = Job.objects.get(pk=send(department, *TWO, confirm="1").url.split("/")[-2])
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    with job.file.open() as file:
        drawn = "".join(page.extract_text() for page in PdfReader(file).pages)
    assert "Nguyễn Văn An" in drawn
    assert "annv.cathai" in drawn
    assert drawn.count("https://cong.example/tai-khoan/loi-moi/") == 2
    assert Invitation.objects.filter(used_at=None).count() == 2


def test_slips_are_not_drawn_for_who_has_a_password_or_left_the_makers_scope(department, staff, officer, stranger):
    for user in (officer, stranger):
        job = jobs.enqueue(kind="users.slips", title="", args={"users": [user.pk]}, by=staff)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.state == JobState.FAILED
    assert not Invitation.objects.exists()


def test_slips_can_be_made_anew_for_who_waits(department, cat_hai, stranger):
    for name in ("moi.mot", "moi.hai"):
        User.objects.filter(pk=make_user(name, UserRole.COMMUNE_OFFICER, commune=cat_hai).pk).update(password="!x")
    User.objects.filter(pk=stranger.pk).update(password="!x")
    assert "Tạo phiếu cho 2 người" in text(department.get("/nguoi-dung/?tinh-trang=invited"))
    department.post(f"{SLIPS}?tim=moi.mot")
    assert Job.objects.get().args == {"users": [User.objects.get(username="moi.mot").pk]}
    assert "Tạo phiếu" not in text(department.get("/nguoi-dung/"))


def test_login_names_are_free_ones(cat_hai):
    assert login_name("Đ/c Đỗ Thị Ánh", cat_hai, {"anhdt.cathai", "anhdt.cathai2"}) == "anhdt.cathai3"
    assert login_name("李", None, set()) == "nguoidung"
