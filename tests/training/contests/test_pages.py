"""The pages of contests, by hand and by workbook."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from tests.conftest import client_of, make_commune
from tests.queries import count_queries
from training.models import Contest, ContestCount
from training.queries.contests import counts
from training.services.contests import TypedCount, save_counts

OCTOBER, NOVEMBER = date(2025, 10, 31), date(2025, 11, 30)


@pytest.fixture
def url(contest) -> str:
    return f"{reverse('training:contest', args=[contest.pk])}?ngay=30/11/2025"


@pytest.fixture
def upload(contest) -> str:
    return f"{reverse('training:contest_upload', args=[contest.pk])}?ngay=30/11/2025"


def counted(contest, people, by, day=OCTOBER, commune="11914") -> None:
    save_counts(contest=contest, day=day, counts=[TypedCount(commune, people, None)], by=by)


def workbook(*rows, title: bool = True) -> SimpleUploadedFile:
    from io import BytesIO

    book = Workbook()
    for row in ([["Số người đăng ký"]] if title else []) + [
        ["Mã xã", "Phường/xã", "Số người đăng ký (lũy kế)", "Đến hết ngày"],
        *rows,
    ]:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return SimpleUploadedFile("cuoc-thi.xlsx", file.getvalue())


def test_who_sees_a_contest(contest, url, cat_hai, tran_lieu, officer, commune_leader, staff, viewer, stranger):
    for user in (officer, commune_leader, staff, viewer):
        page = client_of(user).get(url)
        assert page.status_code == 200
        assert page.context["form"].is_writable is (user in (officer, staff))
    assert client_of(stranger).get(url).status_code == 404
    assert contest.name not in client_of(stranger).get(reverse("training:contests")).content.decode()


def test_an_officer_sees_and_counts_only_the_own_commune(contest, url, cat_hai, tran_lieu, officer, staff):
    counted(contest, 300, staff, commune=tran_lieu.pk)
    client = client_of(officer)
    page = client.get(url).content.decode()
    assert "Phường Trần Liễu" not in page
    assert "300" not in page
    client.post(url, {"p11914": "1.440", "s11914": "", f"p{tran_lieu.pk}": "9", f"s{tran_lieu.pk}": ""})
    assert counts(["11914", tran_lieu.pk], NOVEMBER) == {"11914": 1440, tran_lieu.pk: 300}


def test_who_may_not_count_is_refused(contest, url, upload, cat_hai, commune_leader, viewer, officer, stranger):
    for user, status in ((commune_leader, 403), (viewer, 403), (stranger, 404)):
        assert client_of(user).post(url, {"p11914": "5", "s11914": ""}).status_code == status
        assert client_of(user).post(upload, {"file": workbook()}).status_code == status
    assert not ContestCount.objects.exists()
    assert client_of(officer).post(url, {"p11914": "5", "s11914": ""}).status_code == 302


def test_only_staff_make_and_change_contests(contest, cat_hai, staff, viewer, officer):
    add, edit = reverse("training:contest_add"), reverse("training:contest_edit", args=[contest.pk])
    data = {"name": "Mới", "starts_on": "1/1/2026", "ends_on": "31/3/2026", "version": contest.version}
    for user in (viewer, officer):
        assert client_of(user).post(add, data).status_code == 403
        assert client_of(user).post(edit, data).status_code == 403
    wrong = client_of(staff).post(add, data | {"ends_on": "1/12/2025"})
    assert wrong.status_code == 422
    assert "1/12/2025" in wrong.content.decode()
    assert client_of(staff).post(add, data).status_code == 302
    assert Contest.objects.get(name="Mới").ends_on == date(2026, 3, 31)


def test_nothing_typed_is_lost_when_one_number_is_wrong(contest, url, cat_hai, tran_lieu, staff):
    data = {"p11914": "nhiều", "s11914": "", f"p{tran_lieu.pk}": "300", f"s{tran_lieu.pk}": ""}
    page = client_of(staff).post(url, data)
    assert page.status_code == 422
    assert 'value="nhiều"' in page.content.decode()
    assert 'value="300"' in page.content.decode()
    assert not ContestCount.objects.exists()


def test_a_fall_is_confirmed_on_the_page(contest, url, cat_hai, officer):
    counted(contest, 860, officer)
    client, data = client_of(officer), {"p11914": "850", "s11914": ""}
    asked = client.post(url, data)
    assert asked.status_code == 422
    assert 'name="sure"' in asked.content.decode()
    assert "Nhỏ hơn số 860" in asked.content.decode()
    assert client.post(url, data | {"sure": "on"}).status_code == 302
    assert counts(["11914"], NOVEMBER) == {"11914": 850}


def test_another_save_is_shown_and_gone_over_knowingly(contest, url, cat_hai, officer, staff):
    counted(contest, 1400, staff, day=NOVEMBER)
    client = client_of(officer)
    told = client.post(url, {"p11914": "1.440", "s11914": ""})
    page = told.content.decode()
    assert told.status_code == 422
    assert "Người khác vừa ghi: 1.400." in page
    assert 'value="1.440"' in page
    assert 'name="s11914" value="1.400"' in page
    client.post(url, {"p11914": "1.440", "s11914": "1.400"})
    assert counts(["11914"], NOVEMBER) == {"11914": 1440}


# Workbooks


def test_the_workbook_that_leaves_comes_in_again(contest, url, upload, cat_hai, tran_lieu, staff, tmp_path):
    counted(contest, 1440, staff, day=NOVEMBER)
    answer = client_of(staff).get(reverse("training:contest_file", args=[contest.pk]), {"ngay": "30/11/2025"})
    file = tmp_path / "ra.xlsx"
    file.write_bytes(b"".join(answer.streaming_content))
    book = load_workbook(file)
    rows = {row[0].value: row for row in book.active.iter_rows() if row[0].value}
    assert rows["11914"][2].value == 1440
    assert rows[tran_lieu.pk][2].value is None
    rows[tran_lieu.pk][2].value = 300
    book.save(file)
    page = client_of(staff).post(upload, {"file": SimpleUploadedFile("ra.xlsx", file.read_bytes())})
    assert page.status_code == 200
    assert ContestCount.objects.count() == 1  # looked at, not yet saved
    form = page.context["form"]
    assert {name: form[name].value() for name in form.fields if name[0] == "p"} == {
        "p11914": "1440",
        f"p{tran_lieu.pk}": "300",
    }
    posted = {name: form[name].value() or "" for name in form.fields if name != "sure"}
    client_of(staff).post(url, posted)
    assert counts(["11914", tran_lieu.pk], NOVEMBER) == {"11914": 1440, tran_lieu.pk: 300}


def test_rows_that_do_not_fit_are_named(contest, upload, hai_phong, cat_hai, hac_thanh, staff):
    make_commune("00004", "Phường Có Số Không", "ward", hai_phong)
    file = workbook(
        [4, "Phường Có Số Không", "1.200", "30/11/2025"],  # a number lost its zeros, a figure is text
        ["11914", "Đặc khu Cát Hải", 10, "30/11/2025"],
        ["11914", "Đặc khu Cát Hải", 11, "30/11/2025"],
        [hac_thanh.pk, "Phường Hạc Thành", 5, "30/11/2025"],
        ["", "Không mã", 5, "30/11/2025"],
    )
    page = client_of(staff).post(upload, {"file": file})
    read = page.context["read"]
    assert read.people == {"00004": "1.200", "11914": "10"}
    assert [reason.split(" ")[0] for _, reason in read.skipped] == ["mã", "không", "không"]
    assert [number for number, _ in read.skipped] == [5, 6, 7]


def test_a_workbook_is_of_one_day(contest, upload, cat_hai, tran_lieu, staff):
    file = workbook(["11914", "", 860, date(2025, 10, 31)], [tran_lieu.pk, "", 300, "30/11/2025"])
    page = client_of(staff).post(upload, {"file": file})
    assert page.context["day"] == OCTOBER
    assert page.context["read"].people == {"11914": "860"}
    assert "mỗi tệp một ngày" in page.context["read"].skipped[0][1]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("a.xlsx", b"khong phai excel"), "bên trong là"),
        (SimpleUploadedFile("a.xlsx", b""), "0 byte"),
        (SimpleUploadedFile("a.csv", "Họ tên\nAn".encode()), "Không thấy dòng tiêu đề"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_words(contest, upload, cat_hai, staff, file, sentence):
    file.seek(0)
    page = client_of(staff).post(upload, {"file": file}, follow=True).content.decode()
    assert sentence in page


def test_an_officers_workbook_holds_the_own_commune_only(contest, upload, cat_hai, tran_lieu, officer, tmp_path):
    answer = client_of(officer).get(reverse("training:contest_file", args=[contest.pk]))
    file = tmp_path / "ra.xlsx"
    file.write_bytes(b"".join(answer.streaming_content))
    codes = {row[0] for row in load_workbook(file).active.iter_rows(values_only=True)}
    assert "11914" in codes
    assert tran_lieu.pk not in codes
    page = client_of(officer).post(upload, {"file": workbook([tran_lieu.pk, "", 5, "30/11/2025"])})
    assert "không có xã mã 10729" in page.context["read"].skipped[0][1]


def test_the_page_costs_the_same_for_many_communes(contest, url, hai_phong, cat_hai, staff):
    client = client_of(staff)
    few = count_queries(client, url)
    for number in range(20):
        make_commune(f"2{number:04}", f"Xã Số {number}", "rural_commune", hai_phong)
    assert count_queries(client, url) == few
