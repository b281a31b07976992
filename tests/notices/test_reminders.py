"""Who is reminded when, once, in the portal and by e-mail; and by hand."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from cdt_portal.accounts.models import User
from cdt_portal.lib.periods import due_after
from cdt_portal.notices import tasks
from cdt_portal.notices.models import Notice, Reminder
from cdt_portal.notices.reminders import NOT_OWED, moment_of, remind, remind_now, send_mail
from cdt_portal.settings import CELERY_BEAT_SCHEDULE
from tests.notices.makers import LAST_DAY, at, debtor, duty

pytestmark = pytest.mark.django_db
SENT = Reminder.objects.filter(failed="")


@pytest.fixture
def by_mail(settings, officer, neighbour, staff):
    """A mail server, and an address for everybody."""
    settings.EMAIL_HOST = "mail.example"
    settings.PORTAL_URL = "https://cong.example"
    for user in (officer, neighbour, staff):
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.vn")


# Moments --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        (at(8, 7, 29), ""),
        (at(8, 7, 30), "T-7 2026-03-15"),
        (at(11, 23, 59), "T-7 2026-03-15"),  # beat was down: still before the next moment
        (at(12, 7, 29), "T-7 2026-03-15"),
        (at(12, 7, 30), "T-3 2026-03-15"),
        (at(14, 8), "T-1 2026-03-15"),
        (at(15, 23), "T-1 2026-03-15"),
        (at(16, 7, 29), "T-1 2026-03-15"),
        (at(16, 7, 30), "T+1 2026-03-15"),
        (at(19, 7, 29), "T+1 2026-03-15"),
        (at(19, 7, 30), ""),
        (at(1, month=12), ""),
    ],
)
def test_a_moment_stands_until_the_next_one(now, moment):
    assert moment_of(duty(), now) == moment


def test_the_last_day_of_an_hour_is_that_day():
    assert moment_of(duty(due_at=at(15, 16)), at(12)) == "T-3 2026-03-15 16:00:00"


def test_what_began_after_a_moment_waits_for_the_next():
    opened = duty(since=at(10))
    assert [moment_of(opened, at(day)) for day in (10, 11, 12)] == ["", "", "T-3 2026-03-15"]


def test_another_deadline_has_its_own_moments():
    assert moment_of(duty(due_at=due_after(LAST_DAY + timedelta(days=5))), at(17)) == "T-3 2026-03-20"


# By the clock ---------------------------------------------------------------------------------------------------------


def test_those_who_owe_are_told_and_their_department_of_how_many(standing, officer, neighbour, staff):
    standing.append(duty(debtor("11914", officer), staff=(staff,)))
    assert remind(at(12)) == 2
    assert dict(Notice.objects.values_list("user__username", "text")) == {
        "canbo.cathai": "Đặc khu Cát Hải chưa nộp báo cáo “Quý I”, đang ở trạng thái “Đang soạn”. "
        "Hạn: hết ngày 15/03/2026. Đề nghị hoàn thành đúng hạn.",
        "so.haiphong": "Còn 1/3 đơn vị chưa nộp báo cáo “Quý I”. Hạn: hết ngày 15/03/2026.",
    }
    assert list(Notice.objects.order_by("user__username").values_list("url", flat=True)) == [
        "/bao-cao/xa/11914/",
        "/bao-cao/dot/12/",
    ]
    log = SENT.order_by("user__username").values_list("moment", "channel", "commune_code", "by")
    assert list(log) == [("T-3 2026-03-15", "in_app", "11914", None), ("T-3 2026-03-15", "in_app", "", None)]


def test_after_the_deadline_the_words_are_others(standing, officer):
    standing.append(duty(debtor("11914", officer)))
    remind(at(16))
    assert Notice.objects.get().text.endswith("Hạn: hết ngày 15/03/2026, đã quá hạn. Đề nghị hoàn thành ngay.")


def test_each_moment_goes_out_once_however_often_beat_runs(standing, officer):
    standing.append(duty(debtor("11914", officer)))
    assert [remind(at(day, hour)) for day, hour in ((8, 8), (8, 9), (10, 9), (12, 8), (12, 9))] == [1, 0, 0, 1, 0]
    assert Notice.objects.count() == 2


def test_nothing_goes_out_in_the_night(standing, officer):
    standing.append(duty(debtor("11914", officer)))
    assert remind(at(9, 7, 29)) == 0  # T-7 was missed the day before
    assert remind(at(9, 7, 35)) == 1


def test_who_has_sent_it_meanwhile_is_left_alone(standing, officer, neighbour):
    standing.append(duty(debtor("11914", officer), debtor("10729", neighbour)))
    remind(at(8))
    standing[:] = [duty(debtor("10729", neighbour))]
    remind(at(12))
    assert Notice.objects.filter(user=officer).count() == 1
    assert Notice.objects.filter(user=neighbour).count() == 2


def test_deadlines_of_one_day_are_each_reminded_of(standing, officer, neighbour, staff):
    """One commune until 16 o'clock, the others until midnight; the department hears of both."""
    standing.append(duty(debtor("11914", officer), staff=(staff,), due_at=at(15, 16)))
    standing.append(duty(debtor("10729", neighbour), staff=(staff,)))
    assert [remind(at(14, hour)) for hour in (8, 9)] == [4, 0]
    told = Notice.objects.exclude(user=staff).values_list("user__username", "text")
    assert {user: text.split("Hạn: ")[1].split(".")[0] for user, text in told} == {
        officer.username: "trước 16 giờ 00 ngày 15/03/2026",
        neighbour.username: "hết ngày 15/03/2026",
    }
    assert Notice.objects.filter(user=staff).count() == 2


def test_nobody_owes_nobody_is_told(standing, staff):
    standing.append(duty(staff=(staff,)))
    assert remind(at(12)) == 0
    assert not Reminder.objects.exists()


def test_an_officer_of_two_communes_is_told_of_both(standing, officer):
    standing.append(duty(debtor("11914", officer), debtor("10729", officer, commune="Phường Trần Liễu")))
    assert remind(at(12)) == 2


def test_the_number_of_queries_does_not_grow(standing, officer, neighbour, staff, django_assert_num_queries):
    standing.append(duty(debtor("11914", officer), staff=(staff,)))
    with django_assert_num_queries(8) as few:
        remind(at(8))
    standing[:] = [duty(*(debtor(f"{code}", officer, neighbour) for code in range(10_000, 10_020)), staff=(staff,))]
    with django_assert_num_queries(len(few)):
        assert remind(at(12)) == 41


# E-mail ---------------------------------------------------------------------------------------------------------------


def test_e_mail_goes_to_those_with_an_address(standing, by_mail, officer, neighbour, staff):
    User.objects.filter(pk=neighbour.pk).update(email="")
    standing.append(duty(debtor("11914", officer, neighbour), staff=(staff,)))
    remind(at(12))
    assert [message.to for message in mail.outbox] == [["canbo.cathai@example.vn"], ["so.haiphong@example.vn"]]
    message = mail.outbox[0]
    assert message.subject == "Nhắc hạn nộp báo cáo “Quý I”"
    assert "Hạn: hết ngày 15/03/2026." in message.body and "https://cong.example/bao-cao/xa/11914/" in message.body
    assert Notice.objects.count() == 3
    assert SENT.filter(channel="email").count() == 2


def test_without_a_mail_server_none_is_tried(standing, by_mail, settings, officer):
    settings.EMAIL_HOST = ""
    standing.append(duty(debtor("11914", officer)))
    remind(at(12))
    assert (mail.outbox, Reminder.objects.filter(channel="email").count()) == ([], 0)


class Broken(EmailBackend):
    """Refuses the addresses in `refused`; with `away` does not answer at all."""

    refused: set[str] = set()
    away = False

    def open(self):
        if self.away:
            raise ConnectionRefusedError("mail.example")

    def send_messages(self, messages):
        for message in messages:
            if self.refused.intersection(message.to):
                raise SMTPRecipientsRefused({message.to[0]: (550, b"unknown")})
        return super().send_messages(messages)


@pytest.fixture
def broken(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    monkeypatch.setattr(Broken, "refused", set())
    monkeypatch.setattr(Broken, "away", False)
    return Broken


def test_one_refused_address_blocks_nobody_and_is_tried_again(standing, by_mail, broken, officer, neighbour):
    broken.refused = {"canbo.cathai@example.vn"}
    standing.append(duty(debtor("11914", officer), debtor("10729", neighbour)))
    remind(at(12))
    assert [message.to for message in mail.outbox] == [["canbo.tranlieu@example.vn"]]
    row = Reminder.objects.exclude(failed="").get()
    assert row.failed == "Máy chủ thư không nhận (SMTPRecipientsRefused)."
    assert "@" not in row.failed
    assert Notice.objects.count() == 2
    assert send_mail(at(12, 9, 5)) == 0  # the quick round takes only what was never tried
    broken.refused = set()
    remind(at(12, 10))
    assert [message.to[0] for message in mail.outbox] == ["canbo.tranlieu@example.vn", "canbo.cathai@example.vn"]
    assert not Reminder.objects.exclude(failed="").exists()
    assert Notice.objects.count() == 2


def test_a_server_that_is_away_keeps_the_notices_and_the_mail_waiting(standing, by_mail, broken, officer):
    broken.away = True
    standing.append(duty(debtor("11914", officer)))
    assert remind(at(12)) == 1
    assert Reminder.objects.get(channel="email").failed == "Máy chủ thư không nhận (ConnectionRefusedError)."
    broken.away = False
    remind(at(12, 10))
    assert len(mail.outbox) == 1


def test_mail_that_waited_is_not_sent_to_who_owes_no_more(standing, by_mail, broken, officer):
    broken.away = True
    standing.append(duty(debtor("11914", officer)))
    remind(at(12))
    broken.away = False
    standing[:] = [duty()]
    remind(at(12, 10))
    assert mail.outbox == []
    assert Reminder.objects.get(channel="email").failed == NOT_OWED


def test_mail_of_more_than_a_day_ago_is_not_sent_any_more(standing, by_mail, broken, officer):
    broken.away = True
    standing.append(duty(debtor("11914", officer)))
    remind(at(8))
    broken.away = False
    remind(at(9, 9, 1))
    assert mail.outbox == []


# By hand --------------------------------------------------------------------------------------------------------------


def test_by_hand_only_the_chosen_who_owe_are_told(standing, by_mail, officer, neighbour, staff):
    standing.append(duty(debtor("11914", officer), debtor("10729", neighbour)))
    sent = remind_now(duties=standing, communes={"11914", "99999"}, by=staff, now=at(12))
    assert (sent.told, sent.early, sent.nobody) == (("11914",), (), ())
    assert Notice.objects.get().user == officer
    row = Reminder.objects.get(channel="in_app")
    assert (row.by, row.moment, row.occasion) == (staff, "hand 2026-03-12 09:00", "Đôn đốc ngay")
    assert mail.outbox == []  # a page does not wait for the mail server
    assert send_mail(at(12, 9, 1)) == 1


def test_by_hand_a_commune_is_told_at_most_once_an_hour(standing, by_mail, officer, neighbour, staff):
    standing.append(duty(debtor("11914", officer), debtor("10729", neighbour)))
    remind_now(duties=standing, communes={"11914"}, by=staff, now=at(12))
    send_mail(at(12, 9, 30))  # when the mail went does not lengthen the hour
    again = remind_now(duties=standing, communes={"11914", "10729"}, by=staff, now=at(12, 9, 59))
    assert (again.told, again.early) == (("10729",), ("11914",))
    later = remind_now(duties=standing, communes={"11914"}, by=staff, now=at(12, 10, 0))
    assert later.told == ("11914",)


def test_the_clock_and_a_hand_do_not_hinder_each_other(standing, officer, staff):
    standing.append(duty(debtor("11914", officer)))
    remind(at(12, 8))
    assert remind_now(duties=standing, communes={"11914"}, by=staff, now=at(12, 8, 5)).told == ("11914",)
    assert remind(at(14, 8)) == 1


def test_by_hand_a_commune_without_people_is_named(standing, staff):
    standing.append(duty(debtor("11914")))
    sent = remind_now(duties=standing, communes={"11914"}, by=staff, now=at(12))
    assert (sent.told, sent.nobody) == ((), ("11914",))
    assert not Reminder.objects.exists()


@pytest.mark.parametrize(
    ("moment", "words"),
    [("T-7 2026-03-15", "Trước hạn 7 ngày"), ("T+1 2026-03-15", "Sau hạn 1 ngày"), ("hand 2026", "Đôn đốc ngay")],
)
def test_the_log_says_the_moment_in_words(moment, words):
    assert Reminder(moment=moment).occasion == words


def test_beat_knows_the_tasks(standing):
    assert CELERY_BEAT_SCHEDULE["reminders"]["task"] == tasks.remind.name
    assert CELERY_BEAT_SCHEDULE["reminder-mail"]["task"] == tasks.send_mail.name
    assert (tasks.remind(), tasks.send_mail()) == (0, 0)
