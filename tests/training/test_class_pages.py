"""The pages of classes: who sees what, people moved by hand, invitations, lists and letters."""

import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from docx import Document as Word
from openpyxl import load_workbook
from pypdf import PdfReader

from cdt_portal.notices.models import Notice
from teams.models import ExportTrace
from tests.conftest import client_of
from tests.queries import count_queries
from tests.training.makers import MONDAY, at, make_call, make_class, make_needs, make_people, make_venue, seat, seated
from training.enums import ClassState, EnrolmentState
from training.models import Enrolment, TrainingClass
from training.planning.waiting import RULE


@pytest.fixture
def people(cat_hai, tran_lieu):
    return [*make_people(cat_hai, 2), *make_people(tran_lieu, 1)]


@pytest.fixture
def full(training_class, people, cat_hai, staff) -> TrainingClass:
    """Three seats, all taken, one of them by the neighbour; one more of Cát Hải waits."""
    seat(training_class, [*people, *make_people(cat_hai, 1)], staff)
    training_class.refresh_from_db()
    return training_class


def url(row: TrainingClass, part: str = "") -> str:
    return f"/tap-huan/lop/{row.pk}/{part}"


def page(client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def status(user, where: str) -> int:
    """Of a file, read to its end."""
    answer = client_of(user).get(where)
    if answer.streaming:
        list(answer.streaming_content)
    return answer.status_code


def body(answer) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def typed(row: TrainingClass, **more) -> dict:
    return {
        "topic": row.topic_id,
        "title": row.title,
        "venue": row.venue_id,
        "sessions": f"{MONDAY:%d/%m/%Y} 7:30 - 11:30",
        "hours": "4",
        "capacity": row.capacity,
        "commune_quota": "",
        "teacher": "",
        "version": row.version,
    } | more


# Who may --------------------------------------------------------------------------------------------------------------


def test_a_class_is_its_provinces_and_unknown_to_others(full, staff, viewer, officer, neighbour, stranger):
    users = (staff, viewer, officer, neighbour, stranger)
    assert [client_of(user).get(url(full)).status_code for user in users] == [200, 200, 200, 200, 404]
    for part in ("sua/", "huy/", "them-nguoi/"):
        assert [client_of(user).get(url(full, part)).status_code for user in users] == [200, 403, 403, 403, 404]
    for part in ("giay-moi/pdf/", "giay-moi/docx/"):
        assert [status(user, url(full, part)) for user in users] == [200, 200, 403, 403, 404]
    for part in ("danh-sach/xlsx/", "danh-sach/pdf/"):
        assert [status(user, url(full, part)) for user in users] == [200, 200, 200, 200, 404]
    assert [status(staff, url(full, part)) for part in ("giay-moi/xlsx/", "danh-sach/docx/")] == [404, 404]


@pytest.mark.parametrize("part", ["xep-lich/", "moi/", "chuyen/", "thoi-hoc/", "them-nguoi/"])
def test_only_who_runs_training_changes_a_class_by_a_post(full, viewer, officer, stranger, part):
    for user, status in ((viewer, 403), (officer, 403), (stranger, 404)):
        assert client_of(user).post(url(full, part), {"nguoi": Enrolment.objects.first().pk}).status_code == status
    assert seated(full) == 3


def test_a_proposal_is_unknown_to_communes(full, staff, officer):
    TrainingClass.objects.update(state=ClassState.PROPOSED)
    assert [client_of(user).get(url(full)).status_code for user in (staff, officer)] == [200, 404]


def test_a_commune_sees_its_own_people_and_how_many_others(full, people, officer, neighbour):
    ours, theirs = page(client_of(officer), url(full)), page(client_of(neighbour), url(full))
    mine, other = people[0].full_name, people[2].full_name
    assert mine in ours
    assert other not in ours
    assert "Và 1 người của các xã khác" in ours
    assert other in theirs
    assert mine not in theirs


def test_phones_are_masked_but_for_who_may_see_them(full, people, staff, officer):
    phone = people[0].phone
    shown = f"{phone[:4]} {phone[4:7]} {phone[7:]}"
    assert shown in page(client_of(officer), url(full))
    assert shown not in page(client_of(staff), url(full))
    assert f"{phone[:4]} {phone[4:7]} ***" in page(client_of(staff), url(full))


def test_training_begins_with_the_classes_to_come_and_those_to_be_finished(full, officer, neighbour, staff, viewer):
    home, told, asked = "/tap-huan/", "Lớp sắp học có người của xã", "Lớp đã học, chưa kết thúc (1)"
    for user in (officer, neighbour):
        assert told in page(client_of(user), home) and full.title in page(client_of(user), home)
    assert asked not in page(client_of(staff), home)
    over = at(timezone.localdate() - timedelta(days=1), 11)
    TrainingClass.objects.filter(pk=full.pk).update(starts_at=over - timedelta(hours=4), ends_at=over)
    assert full.title not in page(client_of(officer), home)
    assert asked in page(client_of(staff), home)
    assert asked not in page(client_of(viewer), home)  # who does not run classes has nothing to do
    TrainingClass.objects.filter(pk=full.pk).update(state=ClassState.FINISHED)
    assert asked not in page(client_of(staff), home)


def test_a_commune_lists_the_classes_of_its_people(full, topic, tran_lieu, officer, neighbour, staff):
    make_class(make_venue(tran_lieu), topic, title="Lớp của người khác")
    make_class(make_venue(tran_lieu, "Nhà văn hóa"), topic, title="Lớp giữ chỗ cho xã", kept={"11914": 3})
    listed = page(client_of(officer), "/tap-huan/lop/")
    assert full.title in listed
    assert "Lớp giữ chỗ cho xã" in listed
    assert "Lớp của người khác" not in listed
    assert "Lớp của người khác" in page(client_of(staff), "/tap-huan/lop/")
    assert "Lớp của người khác" not in page(client_of(staff), "/tap-huan/lop/?trang_thai=invited")


def test_pages_take_as_many_queries_for_few_people_as_for_many(full, cat_hai, staff, topic, venue):
    client = client_of(staff)
    few, few_listed = count_queries(client, url(full)), count_queries(client, "/tap-huan/lop/")
    TrainingClass.objects.update(capacity=40)
    seat(full, make_people(cat_hai, 30), staff)
    for _ in range(5):
        make_class(venue, topic)
    assert count_queries(client, url(full)) <= few
    assert count_queries(client, "/tap-huan/lop/") == few_listed


# People by hand -------------------------------------------------------------------------------------------------------


def test_the_waiting_list_says_its_rule_and_the_turn(full, staff):
    shown = page(client_of(staff), url(full))
    assert RULE in shown
    assert 'data-label="Thứ tự gọi">1<' in shown


def test_people_are_moved_together_and_who_waits_is_called(full, topic, venue, cat_hai, staff):
    other = make_class(venue, topic, title="Lớp khác", starts_at=at(MONDAY, 13), ends_at=at(MONDAY, 16))
    first, second = full.enrolments.filter(state=EnrolmentState.SEATED)[:2]
    answer = client_of(staff).post(url(full, "chuyen/"), {"nguoi": [first.pk, second.pk], "lop": other.pk}, follow=True)
    words = answer.content.decode()
    assert "Đã chuyển 2 người sang lớp “Lớp khác”." in words
    assert "Được gọi từ danh sách chờ:" in words
    assert (seated(full), seated(other)) == (2, 2)


def test_a_move_that_one_can_not_make_is_made_by_none(full, topic, venue, staff):
    small = make_class(venue, topic, capacity=1, title="Lớp nhỏ")
    ids = list(full.enrolments.filter(state=EnrolmentState.SEATED).values_list("pk", flat=True))
    words = client_of(staff).post(url(full, "chuyen/"), {"nguoi": ids, "lop": small.pk}, follow=True).content.decode()
    assert "Lớp chuyển đến đã hết chỗ." in words
    assert (seated(full), seated(small)) == (3, 0)


def test_without_anybody_or_a_class_nothing_moves(full, staff):
    words = client_of(staff).post(url(full, "chuyen/"), {"lop": "99999999999999999999"}, follow=True).content.decode()
    assert "Hãy đánh dấu người và chọn lớp chuyển đến." in words


def test_people_of_another_class_are_not_moved_from_here(full, topic, venue, cat_hai, staff):
    other = make_class(venue, topic)
    row = seat(other, make_people(cat_hai, 1), staff)[0]
    client_of(staff).post(url(full, "thoi-hoc/"), {"nguoi": [row.pk]})
    assert seated(other) == 1


def test_who_does_not_come_frees_the_seat(full, staff):
    first = full.enrolments.filter(state=EnrolmentState.SEATED).first()
    words = client_of(staff).post(url(full, "thoi-hoc/"), {"nguoi": [first.pk]}, follow=True).content.decode()
    assert "Đã cho 1 người thôi học." in words
    assert seated(full) == 3
    assert not full.enrolments.filter(state=EnrolmentState.WAITING).exists()


def test_somebody_is_found_by_name_and_added(training_class, cat_hai, hac_thanh, staff):
    mine, strange = make_people(cat_hai, 1)[0], make_people(hac_thanh, 1)[0]
    client, where = client_of(staff), url(training_class, "them-nguoi/?q=nguyen van")
    assert mine.full_name in page(client, where)
    assert strange.full_name not in page(client, where)
    assert "Đã thêm" in client.post(where, {"member": mine.pk}, follow=True).content.decode()
    assert "Không tìm thấy" in client.post(where, {"member": mine.pk}, follow=True).content.decode()
    assert "Không tìm thấy" in client.post(where, {"member": strange.pk}, follow=True).content.decode()
    assert seated(training_class) == 1


def test_who_is_added_answers_the_need_of_their_commune(training_class, topic, hai_phong, cat_hai, staff):
    member = make_people(cat_hai, 1)[0]
    need = make_needs(make_call(hai_phong, topic), topic, [member])[0]
    client_of(staff).post(url(training_class, "them-nguoi/?q=van"), {"member": member.pk})
    assert Enrolment.objects.get().need == need


# Made, changed, invited, cancelled ------------------------------------------------------------------------------------


def test_a_class_is_made_by_hand(topic, venue, staff, officer):
    data = {
        "topic": topic.pk,
        "title": "Lớp bổ sung",
        "venue": venue.pk,
        "sessions": f"{MONDAY:%d/%m/%Y} 7:30 - 11:30\n{MONDAY:%d/%m/%Y} từ 13 giờ 30 đến 16h",
        "hours": "6,5",
        "capacity": "30",
        "commune_quota": "5",
        "teacher": "Trần Văn Bình",
    }
    assert client_of(officer).post("/tap-huan/lop/them/", data).status_code == 403
    assert client_of(staff).post("/tap-huan/lop/them/", data).status_code == 302
    row = TrainingClass.objects.get()
    assert (row.starts_at, row.ends_at, row.state) == (at(MONDAY, 7, 30), at(MONDAY, 16), ClassState.PLANNED)
    assert (row.sessions.count(), float(row.hours), row.commune_quota) == (2, 6.5, 5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sessions": "sáng thứ hai"}, "Chưa hiểu buổi"),
        ({"sessions": f"{MONDAY:%d/%m/%Y} 11:30 - 7:30"}, "kết thúc trước khi bắt đầu"),
        ({"sessions": f"{MONDAY:%d/%m/%Y} 7:30 - 10:00\n{MONDAY:%d/%m/%Y} 9:00 - 11:00"}, "trùng giờ"),
        ({"capacity": "41"}, "chỉ có 40 chỗ"),
        ({"capacity": "2"}, "Lớp đang có 3 người"),
        ({"venue": "999"}, "Hãy chọn lại"),
    ],
)
def test_what_can_not_be_is_told_in_the_form_and_changes_nothing(full, staff, change, words):
    answer = client_of(staff).post(url(full, "sua/"), typed(full, **change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    full.refresh_from_db()
    assert (full.capacity, full.version) == (3, 1)


def test_two_classes_do_not_share_a_room_at_one_time(training_class, topic, venue, cat_hai, staff):
    client_of(staff).post(url(training_class, "sua/"), typed(training_class))
    other = make_class(venue, topic, title="Lớp sau")
    clash = client_of(staff).post(url(other, "sua/"), typed(other))
    assert f"Hội trường đã có lớp “{training_class.title}”" in clash.content.decode()
    later = typed(other, sessions=f"{MONDAY + timedelta(days=1):%d/%m/%Y} 7:30 - 11:30")
    assert client_of(staff).post(url(other, "sua/"), later).status_code == 302


def test_more_seats_reach_who_waits(full, staff):
    assert client_of(staff).post(url(full, "sua/"), typed(full, capacity=4)).status_code == 302
    assert seated(full) == 4


def test_two_editors_do_not_overwrite_each_other(full, staff):
    client = client_of(staff)
    assert client.post(url(full, "sua/"), typed(full, title="Tên mới")).status_code == 302
    late = client.post(url(full, "sua/"), typed(full, title="Tên khác"))
    assert late.status_code == 422
    assert "Người khác vừa ghi: Tên mới" in late.content.decode()


def test_an_invitation_tells_the_officers_of_the_communes_concerned(full, staff, officer, neighbour, stranger):
    words = client_of(staff).post(url(full, "moi/"), follow=True).content.decode()
    assert "Đã gửi thông báo mời" in words
    assert set(Notice.objects.values_list("user", flat=True)) == {officer.pk, neighbour.pk}
    again = client_of(staff).post(url(full, "moi/"), follow=True).content.decode()
    assert "Chỉ mời lớp đã xếp lịch" in again
    assert Notice.objects.count() == 2


def test_nobody_is_invited_to_an_empty_class(training_class, staff):
    assert "Lớp chưa có ai" in client_of(staff).post(url(training_class, "moi/"), follow=True).content.decode()
    training_class.refresh_from_db()
    assert training_class.state == ClassState.PLANNED


def test_after_the_invitation_changes_are_told(full, staff, officer, neighbour):
    client = client_of(staff)
    client.post(url(full, "moi/"))
    full.refresh_from_db()
    later = f"{MONDAY + timedelta(days=1):%d/%m/%Y} 7:30 - 11:30"
    client.post(url(full, "sua/"), typed(full, sessions=later))
    assert "đổi lịch" in Notice.objects.filter(user=officer).latest("pk").text
    first = full.enrolments.filter(state=EnrolmentState.SEATED).first()
    client.post(url(full, "thoi-hoc/"), {"nguoi": [first.pk]})
    texts = " ".join(Notice.objects.values_list("text", flat=True))
    assert "thôi học" in texts
    assert "được gọi từ danh sách chờ" in texts


def test_a_cancelled_class_frees_its_people_and_says_why(full, staff, officer):
    client = client_of(staff)
    client.post(url(full, "moi/"))
    assert client.post(url(full, "huy/"), {"reason": ""}).status_code == 422
    client.post(url(full, "huy/"), {"reason": "Bão số 5"})
    full.refresh_from_db()
    assert (full.state, full.taken, seated(full)) == (ClassState.CANCELLED, 0, 0)
    assert "Bão số 5" in Notice.objects.filter(user=officer).latest("pk").text
    assert "Hủy: Bão số 5" in page(client, url(full))


# Files ----------------------------------------------------------------------------------------------------------------


def test_the_list_leaves_with_phones_as_the_reader_may_see_them(full, people, staff, officer):
    mine, other = people[0], people[2]
    book = load_workbook(io.BytesIO(body(client_of(staff).get(url(full, "danh-sach/xlsx/")))))
    rows = [[str(cell or "") for cell in row] for row in book.active.iter_rows(values_only=True)]
    flat = " ".join(cell for row in rows for cell in row)
    assert mine.full_name in flat
    assert other.full_name in flat
    assert mine.phone not in flat
    assert f"{mine.phone[:-3]}***" in flat
    assert "Chờ chỗ" in flat
    own = load_workbook(io.BytesIO(body(client_of(officer).get(url(full, "danh-sach/xlsx/")))))
    seen = " ".join(str(cell or "") for row in own.active.iter_rows(values_only=True) for cell in row)
    assert mine.phone in seen
    assert other.full_name not in seen
    assert ExportTrace.objects.count() == 2


def test_the_list_as_pdf_holds_who_has_a_seat(full, people, staff, officer):
    text = pdf_text(body(client_of(staff).get(url(full, "danh-sach/pdf/"))))
    assert people[2].full_name in text
    assert people[0].phone not in text
    assert people[2].full_name not in pdf_text(body(client_of(officer).get(url(full, "danh-sach/pdf/"))))


@pytest.mark.parametrize("title", ["An toàn trên mạng", "Lớp An toàn trên mạng"])
def test_a_list_names_its_class_once(full, staff, title):
    TrainingClass.objects.filter(pk=full.pk).update(title=title)
    told = " ".join(pdf_text(body(client_of(staff).get(url(full, "danh-sach/pdf/")))).split()).lower()
    assert told.count("lớp") == 1 and "lớp an toàn trên mạng" in told


def test_the_letter_invites_the_communes_with_their_people_and_no_phone(full, people, staff):
    text = pdf_text(body(client_of(staff).get(url(full, "giay-moi/pdf/"))))
    for words in (
        "GIẤY MỜI",
        "GM-SKHCN",
        "Ủy ban nhân dân đặc khu Cát Hải",
        "Ủy ban nhân dân phường Trần Liễu",
        f"từ 7 giờ 30 đến 11 giờ 30 ngày {MONDAY:%d/%m/%Y}",
        people[2].full_name,
    ):
        assert words in text
    assert people[0].phone[:7] not in text
    word = Word(io.BytesIO(body(client_of(staff).get(url(full, "giay-moi/docx/")))))
    assert any("GIẤY MỜI" in paragraph.text for paragraph in word.paragraphs)


def pdf_text(data: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(each.extract_text() for each in PdfReader(io.BytesIO(data)).pages))
