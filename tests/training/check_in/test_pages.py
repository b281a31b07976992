"""What somebody sees who scanned a code."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pghistory.models import Context

from training.enums import ClassState
from training.models import Attendance, ClassSession
from training.services.check_in import limit_of, token_of
from training.views import check_in as views


def url_of(session: ClassSession) -> str:
    return reverse("training:check_in", args=[token_of(session)])


def test_the_page_names_class_time_and_place_and_nobody(client, session, people):
    page = client.get(url_of(session))
    text = page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]
    assert session.training_class.title in text
    assert "Hội trường" in text
    assert not [each for each in people if each.full_name in text or each.phone in text]


def test_the_answer_holds_the_given_name_and_the_time_alone(client, session, people):
    answer = client.post(url_of(session), {"phone": people[1].phone})
    text = answer.content.decode()
    at = timezone.localtime(Attendance.objects.get().at)
    assert answer.status_code == 200
    assert 'data-state="done"' in text
    assert "<strong>Lan</strong> đã có mặt lúc" in text
    assert f"{at:%H:%M}" in text
    assert "Trần" not in text
    assert people[1].phone not in text


def test_an_age_sets_the_time_back(client, session, people):
    client.post(url_of(session), {"phone": people[0].phone, "age": "600"})
    late = timezone.now() - Attendance.objects.get().at
    assert timedelta(seconds=599) < late < timedelta(seconds=620)


@pytest.mark.parametrize("age", ["-5", "1e9", "99999999999"])
def test_an_age_that_is_none_is_refused(client, session, people, age):
    answer = client.post(url_of(session), {"phone": people[0].phone, "age": age})
    assert answer.status_code == 422
    assert not Attendance.objects.exists()


def test_of_several_people_initials_are_shown_and_one_is_chosen(client, session, people):
    first = people[2]
    asked = client.post(url_of(session), {"phone": first.phone}).content.decode()
    assert 'data-state="choose"' in asked
    assert "L. T. Hà" in asked
    assert "L. V. Bình" in asked
    assert not Attendance.objects.exists()
    who = first.enrolments.get().pk
    assert f'value="{who}"' in asked
    chosen = client.post(url_of(session), {"phone": first.phone, "who": who}).content.decode()
    assert "<strong>Hà</strong> đã có mặt" in chosen
    assert Attendance.objects.get().enrolment.member == first


def test_a_number_of_nobody_stays_in_its_field_and_the_way_out_is_said(client, session):
    answer = client.post(url_of(session), {"phone": "0912345678"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'data-state="refused"' in text
    assert 'value="0912345678"' in text
    assert "Hãy nhờ cán bộ điểm danh." in text


def test_a_wrong_code_says_what_to_do_and_a_queue_is_told_at_last(client, session):
    url = reverse("training:check_in", args=[f"{session.pk}-sai"])
    shown, sent = client.get(url), client.post(url, {"phone": "0912345678"})
    assert (shown.status_code, sent.status_code) == (404, 404)
    assert "Hãy quét lại mã QR" in shown.content.decode()
    assert 'data-state="refused"' in sent.content.decode()
    assert session.training_class.title not in shown.content.decode()


def test_a_class_that_is_over_shows_no_field(client, session, people):
    session.training_class.state = ClassState.FINISHED
    session.training_class.save()
    text = client.get(url_of(session)).content.decode()
    assert "Lớp này đã kết thúc" in text
    assert 'name="phone"' not in text
    assert 'data-state="refused"' in client.post(url_of(session), {"phone": people[0].phone}).content.decode()


def test_who_comes_early_reads_when_it_opens(client, session):
    later = session.starts_at + timedelta(days=2)
    ClassSession.objects.filter(pk=session.pk).update(starts_at=later, ends_at=later + timedelta(hours=2))
    opens = timezone.localtime(later - timedelta(hours=1))
    assert f"Mở lúc {opens:%H:%M} ngày {opens:%d/%m/%Y}" in client.get(url_of(session)).content.decode()


def test_too_many_are_asked_to_wait_and_nothing_is_lost(client, session, people, monkeypatch):
    monkeypatch.setattr(views.services.limits, "take", lambda key, limit: False)
    answer = client.post(url_of(session), {"phone": people[0].phone})
    assert answer.status_code == 429
    assert 'data-state="wait"' in answer.content.decode()
    assert limit_of(session.training_class).attempts > 2 * 4


def test_the_history_holds_no_link(client, session, people):
    client.post(url_of(session), {"phone": people[0].phone})
    told = [str(each.metadata) for each in Context.objects.all()]
    assert Attendance.objects.exists()
    assert told
    assert not [each for each in told if token_of(session) in each]


def test_the_worker_is_a_script_of_our_own_below_the_pages(client):
    answer = client.get(reverse("training:check_in_worker"))
    assert answer["Content-Type"] == "text/javascript"
    assert b"self.addEventListener" in b"".join(answer)
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert 'name="phone"' in client.get(reverse("training:check_in_offline")).content.decode()


def test_the_page_asks_the_database_little(client, session, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        client.get(url_of(session))
