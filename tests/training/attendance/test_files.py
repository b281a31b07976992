"""The sheet to be signed, and attendance by workbook."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from teams.models import ExportTrace
from tests.conftest import client_of
from tests.training.after.makers import attend, enrolment_of, make_past_class
from training.enums import AttendanceWay, ClassState
from training.models import Attendance, ClassSession, TrainingClass
from training.services.seats import replace


@pytest.fixture
def url(held) -> str:
    return f"/tap-huan/lop/{held.pk}/diem-danh/"


def taken(user, url: str) -> bytes:
    answer = client_of(user).get(url)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


class Book:
    """The class's workbook as it is downloaded, to write marks into."""

    def __init__(self, user, url: str):
        self.book = load_workbook(io.BytesIO(taken(user, f"{url}tep/xlsx/")))
        self.sheet = self.book.active
        rows = list(self.sheet.iter_rows())
        self.head = next(row for row in rows if row[1].value == "Họ và tên")
        self.people = {row[1].value: row for row in rows[rows.index(self.head) + 1 :] if row[1].value}

    def say(self, member, *marks: str) -> None:
        """Session by session."""
        for cell, mark in zip(self.people[member.full_name][5:], marks, strict=False):
            cell.value = mark

    def upload(self) -> dict:
        target = io.BytesIO()
        self.book.save(target)
        return {"file": SimpleUploadedFile("diem-danh.xlsx", target.getvalue())}


def sent(user, url: str, book: Book):
    answer = client_of(user).post(f"{url}nhap/", book.upload())
    assert answer.status_code == 200
    return answer


def reasons(answer) -> list[str]:
    return [each.reason for each in answer.context["read"].refused]


def confirmed(user, url: str, answer) -> None:
    """Post the preview as it stands."""
    form = answer.context["form"]
    ticks = {each.name: each.typed for _, _, cells in form.lines() for each in cells if each.typed}
    assert client_of(user).post(url, ticks | {"way": form.data["way"], "seen": form.data["seen"]}).status_code == 302


# To sign --------------------------------------------------------------------------------------------------------------


def test_the_sheet_to_sign_has_its_head_its_people_and_a_code_for_each_sitting(held, url, people, staff):
    text = " ".join(PdfReader(io.BytesIO(taken(staff, f"{url}tep/pdf/"))).pages[0].extract_text().split())
    for words in ("SỞ KHOA HỌC VÀ CÔNG NGHỆ", "CỘNG HÒA XÃ HỘI", "DANH SÁCH ĐIỂM DANH", held.title, "Ký tên"):
        assert words in text
    assert text.count("Quét để tự điểm danh") == 2
    assert all(each.full_name in text for each in people[:3])
    assert people[3].full_name not in text
    assert ExportTrace.objects.get().scope == {"attendance": held.pk, "province": "31"}


def test_files_are_for_who_sees_the_province(held, url, staff, viewer, officer, stranger):
    for format in ("pdf", "xlsx"):
        for user, status in ((officer, 403), (stranger, 404)):
            assert client_of(user).get(f"{url}tep/{format}/").status_code == status
        assert all(taken(user, f"{url}tep/{format}/") for user in (staff, viewer))
    assert client_of(staff).get(f"{url}tep/docx/").status_code == 404


# By workbook ----------------------------------------------------------------------------------------------------------


def test_the_workbook_that_leaves_comes_in_again_and_is_looked_at_first(held, url, people, sessions, staff):
    attend(held, people[0], True, True)
    attend(held, people[1], True)
    book = Book(staff, url)
    assert [cell.value for cell in book.people[people[0].full_name][5:7]] == ["x", "x"]
    book.say(people[0], "x", "v")
    book.say(people[1], "X", "")
    book.say(people[2], " vắng ", "x")
    answer = sent(staff, url, book)
    read = answer.context["read"]
    assert (read.cells, read.new, read.changed, read.same, read.refused) == (5, 2, 1, 2, ())
    assert Attendance.objects.count() == 3  # nothing is saved yet
    confirmed(staff, url, answer)
    rows = Attendance.objects.order_by("enrolment", "session").values_list("present", "way")
    book, tick = AttendanceWay.WORKBOOK, AttendanceWay.TICK
    assert list(rows) == [(True, tick), (False, book), (True, tick), (False, book), (True, book)]


def test_an_empty_cell_takes_nothing_back(held, url, people, staff):
    attend(held, people[0], True, True)
    book = Book(staff, url)
    book.say(people[0], None, None)
    answer = sent(staff, url, book)
    assert answer.context["read"].cells == 0
    confirmed(staff, url, answer)
    assert Attendance.objects.count() == 2


def test_what_cannot_be_read_is_named_and_the_good_rows_go_in(held, url, people, others, topic, staff):
    other = make_past_class(held.venue, topic, timezone.localdate() - timedelta(days=9), [people[3]])
    book = Book(staff, url)
    book.say(people[0], "x", "có lẽ")
    book.say(people[1], '=IF(1=1,"x","")', "x")
    sheet, columns = book.sheet, len(book.head)
    copy = [cell.value for cell in book.people[people[0].full_name]]
    for row in (
        copy,
        [9, "Người Lạ", *[""] * (columns - 2)],
        [9, people[3].full_name, "", "", "", "x", "x", enrolment_of(other, people[3]).pk],
        [9, "Tên Khác", "", "", "", "x", "x", enrolment_of(held, people[2]).pk],
    ):
        sheet.append(row)
    answer = sent(staff, url, book)
    said = reasons(answer)
    assert [any(words in each for each in said) for words in (
        "không hiểu “có lẽ”", "có công thức chưa được tính", "có hai dòng", "thiếu “Mã dòng”",
        "không có chỗ trong lớp", f"là của {people[2].full_name}, không phải của “Tên Khác”",
    )] == [True] * 6  # fmt: skip
    assert len(said) == 6
    confirmed(staff, url, answer)
    marked = Attendance.objects.order_by("enrolment").values_list("enrolment__member__full_name", flat=True)
    assert list(marked) == [people[0].full_name, people[1].full_name]


def test_who_was_replaced_since_and_a_sitting_to_come_are_left_out(held, url, people, sessions, staff):
    book = Book(staff, url)
    for member in people[:2]:
        book.say(member, "x", "x")
    replace(enrolment=enrolment_of(held, people[0]), member=people[3], by=staff)
    later = timezone.now() + timedelta(days=2)
    ClassSession.objects.filter(pk=sessions[1].pk).update(starts_at=later, ends_at=later + timedelta(hours=3))
    answer = sent(staff, url, book)
    assert reasons(answer) == ["người này không có chỗ trong lớp (tệp của lớp khác, hoặc đã cử người thay)"]
    assert len(answer.context["read"].missing) == 1  # it was moved: the file speaks of another time
    fresh = Book(staff, url)
    fresh.say(people[1], "x", "x")
    assert reasons(sent(staff, url, fresh)) == ["buổi này chưa đến giờ"]


def test_a_file_that_is_no_such_table_is_refused_in_words(held, url, staff):
    file = SimpleUploadedFile("a.csv", "Họ tên\nAn".encode())
    page = client_of(staff).post(f"{url}nhap/", {"file": file}, follow=True).content.decode()
    assert "Không thấy dòng tiêu đề" in page
    assert "Hãy chọn tệp" in client_of(staff).post(f"{url}nhap/", follow=True).content.decode()


def test_only_who_runs_training_uploads_and_only_while_attendance_is_open(held, url, viewer, officer, stranger, staff):
    book = Book(staff, url)
    for user, status in ((viewer, 403), (officer, 403), (stranger, 404)):
        assert client_of(user).post(f"{url}nhap/", book.upload()).status_code == status
    TrainingClass.objects.update(state=ClassState.FINISHED)
    page = client_of(staff).post(f"{url}nhap/", book.upload(), follow=True).content.decode()
    assert "không điểm danh được nữa" in page
    TrainingClass.objects.update(state=ClassState.INVITED)
    assert sent(staff, url, book)
