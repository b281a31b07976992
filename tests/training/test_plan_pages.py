"""The plan of a call on the screen: asked for, looked at, accepted, dropped."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from cdt_portal.jobs.models import Job
from cdt_portal.notices.models import Notice
from tests.conftest import client_of
from tests.queries import count_queries
from tests.training.makers import MONDAY, at, make_call, make_needs, make_people, make_venue, reply_of, seated
from tests.training.test_class_pages import body, pdf_text, status
from training.enums import ClassState
from training.models import TrainingCall, TrainingClass, TrainingNeed
from training.services.plans import PlanOrder, accept, order_from, propose


@pytest.fixture
def call(hai_phong, topic, cat_hai, tran_lieu, venue) -> TrainingCall:
    call = make_call(hai_phong, topic)
    make_needs(call, topic, [*make_people(cat_hai, 6), *make_people(tran_lieu, 4)])
    return call


@pytest.fixture
def order() -> PlanOrder:
    return PlanOrder(
        first=MONDAY.isoformat(),
        last=MONDAY.isoformat(),
        weekdays=(0,),
        parts=("morning", "afternoon"),
        places={"11914": "11914"},
        least=3,
        most=4,
    )


def url(call: TrainingCall, part: str = "") -> str:
    return f"/tap-huan/ke-hoach/{call.pk}/{part}"


def page(client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def typed(**more) -> dict:
    return {
        "first": f"{MONDAY:%d/%m/%Y}",
        "last": f"{MONDAY:%d/%m/%Y}",
        "weekdays": ["0", "1"],
        "parts": ["morning", "afternoon"],
        "days_off": "",
        "at_once": "2",
        "least": "3",
        "most": "",
        "quota": "",
        "cum-11914": "1",
        "cum-10729": "1",
    } | more


def test_a_plan_is_the_departments(call, staff, viewer, officer, stranger):
    users = (staff, viewer, officer, stranger)
    assert [client_of(user).get(url(call)).status_code for user in users] == [200, 200, 403, 404]
    assert [client_of(user).get(url(call, "xep-lop/")).status_code for user in users] == [200, 403, 403, 404]
    assert [client_of(user).post(url(call, "quyet-dinh/")).status_code for user in users] == [302, 403, 403, 404]


def test_without_a_venue_the_page_says_what_is_missing(hai_phong, topic, staff):
    words = page(client_of(staff), url(make_call(hai_phong, topic)))
    assert "Chưa có địa điểm học nào" in words
    assert "Chưa ai đăng ký chuyên đề này" in words


def test_the_form_starts_from_the_nearest_codes_and_asks_for_a_job(call, staff):
    client = client_of(staff)
    shown = page(client, url(call, "xep-lop/"))
    assert re.search(r'name="cum-10729" value="1"', shown)
    assert len(re.findall(r'<input type="checkbox"[^>]* checked', shown)) == 5 + 2
    answer = client.post(url(call, "xep-lop/"), typed(**{"days_off": "31/12/2026", "cum-10729": ""}))
    assert answer.status_code == 302
    job = Job.objects.get(kind="training.plan")
    assert answer.url == f"/cong-viec/{job.pk}/"
    order = order_from(job.args["order"])
    assert (order.first, order.at_once, order.most, order.places) == (MONDAY.isoformat(), 2, None, {"11914": "11914"})
    assert "2026-12-31" in order.days_off
    again = page(client, url(call, "xep-lop/"))
    assert f'value="{MONDAY:%d/%m/%Y}"' in again
    assert "31/12/2026" in again


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first": "01/01/2020"}, "đã qua"),
        ({"last": "01/01/2020"}, "Phải sau ngày đầu"),
        ({"weekdays": []}, "Các ngày trong tuần"),
        ({"weekdays": ["6"]}, "Không có buổi nào"),
        ({"days_off": "ngày 32/13/2026"}, "Có ngày không hợp lệ"),
        ({"cum-11914": "2"}, "Cụm của Đặc khu Cát Hải"),
        ({"cum-11914": "", "cum-10729": ""}, "Chưa xã nào có cụm"),
    ],
)
def test_what_can_not_be_planned_is_told_and_no_job_is_made(call, staff, change, words):
    answer = client_of(staff).post(url(call, "xep-lop/"), typed(**change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Job.objects.exists()


def test_the_plan_shows_classes_with_reasons_and_who_is_left(call, order, staff):
    propose(call=call, order=order, by=staff)
    shown = page(client_of(staff), url(call))
    assert "Dịch vụ công trực tuyến – lớp 1" in shown
    assert "Cụm Đặc khu Cát Hải có 6 người cần học chuyên đề này" in shown
    assert "Chưa có lớp: 4 người</strong> của 1 xã" in shown
    assert "Phường Trần Liễu 4" in shown


def test_people_without_names_count_once(call, topic, order, tran_lieu, staff):
    TrainingNeed.objects.filter(commune=tran_lieu).delete()
    TrainingNeed.objects.create(
        reply=reply_of(call, "10729"), topic=topic, headcount=5, province=call.province, commune=tran_lieu
    )
    assert "Phường Trần Liễu 5" in page(client_of(staff), url(call))
    propose(call=call, order=replace(order, most=None, places={"11914": "11914", "10729": "11914"}), by=staff)
    shown = page(client_of(staff), url(call))
    assert "Chưa có lớp" not in shown
    assert '<dt>Người có lớp</dt><dd class="figure">11</dd>' in shown


def test_marked_classes_are_accepted_or_dropped_and_all_at_once(call, order, staff):
    propose(call=call, order=order, by=staff)
    client, (first, second) = client_of(staff), call.classes.all()
    told = client.post(url(call, "quyet-dinh/"), {"viec": "xep"}, follow=True).content.decode()
    assert "Chưa chọn lớp nào" in told
    client.post(url(call, "quyet-dinh/"), {"viec": "xep", "lop": [first.pk]})
    assert [row.state for row in call.classes.order_by("pk")] == [ClassState.PLANNED, ClassState.PROPOSED]
    client.post(url(call, "quyet-dinh/"), {"viec": "bo", "lop": [first.pk, second.pk]})
    assert call.classes.get() == first
    propose(call=call, order=order, by=staff)
    client.post(url(call, "quyet-dinh/"), {"tat-ca": "1"})
    assert set(call.classes.values_list("state", flat=True)) == {ClassState.PLANNED}


def test_classes_of_another_call_are_not_decided_here(call, order, hai_phong, topic, staff):
    propose(call=call, order=order, by=staff)
    other = make_call(hai_phong, topic, title="Đợt khác")
    client_of(staff).post(url(other, "quyet-dinh/"), {"viec": "bo", "lop": [row.pk for row in call.classes.all()]})
    assert call.classes.count() == 2
    assert all(seated(row) for row in call.classes.all())


def test_all_planned_classes_are_invited_at_once(call, order, staff, viewer, officer):
    propose(call=call, order=order, by=staff)
    assert "Gửi lời mời cả" not in page(client_of(staff), url(call))  # a proposal is no invitation
    accept(call=call, by=staff)
    first, *rest = call.classes.order_by("starts_at", "pk")
    begun = at(timezone.localdate() - timedelta(days=1), 7)
    TrainingClass.objects.filter(pk=first.pk).update(starts_at=begun)
    assert f"Gửi lời mời cả {len(rest)} lớp" in page(client_of(staff), url(call))
    assert "Gửi lời mời cả" not in page(client_of(viewer), url(call))
    assert [client_of(user).post(url(call, "moi/")).status_code for user in (viewer, officer)] == [403, 403]
    assert set(call.classes.values_list("state", flat=True)) == {ClassState.PLANNED}
    said = client_of(staff).post(url(call, "moi/"), follow=True).content.decode()
    assert f"Đã gửi thông báo mời {len(rest)} lớp" in said
    states = dict(call.classes.values_list("pk", "state"))
    assert states == {first.pk: ClassState.PLANNED} | dict.fromkeys([row.pk for row in rest], ClassState.INVITED)
    assert Notice.objects.filter(user=officer, text__contains="Mời tập huấn").count() == len(rest)
    assert "Không có lớp nào" in client_of(staff).post(url(call, "moi/"), follow=True).content.decode()


def test_one_letter_invites_to_all_classes_that_stand(call, order, staff, officer, stranger):
    assert client_of(staff).get(url(call, "giay-moi/pdf/")).status_code == 404
    propose(call=call, order=order, by=staff)
    accept(call=call, by=staff)
    for row, seats in zip(call.classes.all(), (2, 3), strict=True):
        row.kept = {"10729": seats}
        row.save()
    text = pdf_text(body(client_of(staff).get(url(call, "giay-moi/pdf/"))))
    told = "cử người tham dự và gửi danh sách: phường Trần Liễu 5 người"
    for words in ("GIẤY MỜI", "2 lớp tập huấn", "PHỤ LỤC I", "Dịch vụ công trực tuyến – lớp 2", told):
        assert words.lower() in text.lower()
    assert [status(user, url(call, "giay-moi/docx/")) for user in (staff, officer, stranger)] == [200, 403, 404]


def test_the_page_takes_as_many_queries_for_few_classes_as_for_many(call, topic, order, cat_hai, staff):
    propose(call=call, order=order, by=staff)
    client = client_of(staff)
    few = count_queries(client, url(call))
    make_needs(call, topic, make_people(cat_hai, 80, team="Thôn Tây"))
    make_venue(cat_hai, "Nhà văn hóa", 30)
    propose(call=call, order=replace(order, at_once=9, most=None), by=staff)
    assert TrainingClass.objects.count() == 3
    assert count_queries(client, url(call)) == few
