"""Reminding those who owe, before and after a deadline or by hand, once; and the department of how many they are.

What is to be sent is first a row of the log. In-app notices are written with their rows; e-mail is sent afterwards, row
by row, so that a server that is away holds up nobody and what failed is tried again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.periods import ZONE, last_day, spell_deadline
from cdt_portal.notices.duties import Debtor, Duty, duties
from cdt_portal.notices.models import Notice, Reminder
from cdt_portal.notices.services import notice

MOMENTS = (-7, -3, -1, 1)  # days from the last valid day
LAST = 4  # days after it: what was not sent by then is not sent any more
STARTS_AT = time(7, 30)
HAND = "hand"
HAND_AGAIN = timedelta(hours=1)
TRIED_FOR = timedelta(days=1)
NOT_OWED = "Không cần gửi nữa: đã hoàn thành."
SIGNED = "\n\nThư tự động của Cổng Tổ công nghệ số cộng đồng, xin không trả lời thư này."
Channel = Reminder.Channel


# What is said ---------------------------------------------------------------------------------------------------------


def text_for(duty: Duty, debtor: Debtor, now: datetime) -> str:
    """It may be read days later, so it names days and counts none."""
    due = f"Hạn: {spell_deadline(duty.due_at)}"
    end = (
        f"{due}, đã quá hạn. Đề nghị hoàn thành ngay." if now >= duty.due_at else f"{due}. Đề nghị hoàn thành đúng hạn."
    )
    return f"{debtor.commune} chưa {duty.what}, đang ở trạng thái “{debtor.state}”. {end}"


def summary(duty: Duty) -> str:
    return f"Còn {len(duty.owed)}/{duty.asked} đơn vị chưa {duty.what}. Hạn: {spell_deadline(duty.due_at)}."


# When -----------------------------------------------------------------------------------------------------------------


def moment_of(duty: Duty, now: datetime) -> str:
    """The moment whose reminder is due: the last that has come, the next not having come yet. "" when there is none, or
    it had come before the duty began. A deadline within a day adds its hour: deadlines of one day are told apart."""
    last = last_day(duty.due_at)
    starts = {days: datetime.combine(last + timedelta(days), STARTS_AT, ZONE) for days in (*MOMENTS, LAST)}
    come = [days for days, start in starts.items() if start <= now]
    if not come or come[-1] == LAST or starts[come[-1]] < duty.since:
        return ""
    hour = duty.due_at.astimezone(ZONE).time()
    return f"T{come[-1]:+d} {last.isoformat()}" + (f" {hour.isoformat()}" if hour != time() else "")


def remind(now: datetime | None = None) -> int:
    """Tell all who owe at a moment that has come, and their departments; returns how many reminders were written.

    Safe at any time, twice at once, and late: nothing is sent twice, and nothing in the night.
    """
    now = now or timezone.now()
    if now.astimezone(ZONE).time() < STARTS_AT:
        return 0
    written = 0
    for duty in duties(now):
        moment = moment_of(duty, now)
        if duty.owed and moment and not Reminder.objects.filter(subject=duty.subject, moment=moment).exists():
            written += _write(duty, moment, [*_to_debtors(duty, duty.owed, now), *_to_staff(duty)], now)
    send_mail(now, again=True)
    return written


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of reminding by hand, as codes of communes: `early` are those that were reminded within the hour,
    `nobody` those without a person to tell."""

    told: tuple[str, ...]
    early: tuple[str, ...]
    nobody: tuple[str, ...]


@transaction.atomic
def remind_now(*, duties: Iterable[Duty], communes: Collection[str], by: User, now: datetime | None = None) -> Sent:
    """Remind those of `communes` that owe one of the duties, which are of one subject; at most once an hour each."""
    now = now or timezone.now()
    chosen = [(duty, debtor) for duty in duties for debtor in duty.owed if debtor.commune_code in communes]
    for subject in {duty.subject for duty, _ in chosen}:
        hold(subject)
    early = {code for duty, _ in chosen for code in reminded_lately(duty.subject, now)}
    reached = [(duty, debtor) for duty, debtor in chosen if debtor.users and debtor.commune_code not in early]
    moment = f"{HAND} {now.astimezone(ZONE):%Y-%m-%d %H:%M}"
    for duty, debtor in reached:
        _write(duty, moment, _to_debtors(duty, [debtor], now), now, by=by)
    return Sent(
        told=tuple(debtor.commune_code for _, debtor in reached),
        early=tuple(debtor.commune_code for _, debtor in chosen if debtor.commune_code in early),
        nobody=tuple(debtor.commune_code for _, debtor in chosen if not debtor.users),
    )


def hold(subject: str) -> None:
    """Wait for, and hold until the transaction ends, the right to remind of the subject by hand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"remind:{subject}"])


def reminded_lately(subject: str, now: datetime) -> set[str]:
    """Codes of the communes that were reminded of it by hand within the hour."""
    sent = Reminder.objects.filter(
        subject=subject, channel=Channel.IN_APP, moment__startswith=HAND, sent_at__gt=now - HAND_AGAIN
    )
    return set(sent.values_list("commune_code", flat=True))


# The log, and notices with it -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Letter:
    user_id: int
    commune_code: str  # empty: the department's summary
    text: str
    url: str


def _to_debtors(duty: Duty, debtors: Iterable[Debtor], now: datetime) -> list[Letter]:
    return [
        Letter(user_id, debtor.commune_code, text_for(duty, debtor, now), debtor.url)
        for debtor in debtors
        for user_id in debtor.users
    ]


def _to_staff(duty: Duty) -> list[Letter]:
    return [Letter(user_id, "", summary(duty), duty.staff_url) for user_id in duty.staff]


@transaction.atomic
def _write(duty: Duty, moment: str, letters: list[Letter], now: datetime, by: User | None = None) -> int:
    """The rows of one moment, with the notices of those rows that nobody wrote before; returns how many notices."""
    known = {"subject": duty.subject, "moment": moment}
    by_mail = _with_address(letters)
    rows = [
        Reminder(
            **known,
            user_id=letter.user_id,
            commune_code=letter.commune_code,
            channel=channel,
            by=by,
            text=letter.text if channel == Channel.IN_APP else f"{letter.text}\n\n{settings.PORTAL_URL}{letter.url}",
            sent_at=now,
            failed=Reminder.WAITING,
        )
        for letter in letters
        for channel in Channel
        if channel == Channel.IN_APP or letter.user_id in by_mail
    ]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    urls = {(letter.user_id, letter.commune_code): letter.url for letter in letters}
    fresh = Reminder.objects.filter(**known, channel=Channel.IN_APP, failed=Reminder.WAITING)
    told = [row for row in fresh if (row.user_id, row.commune_code) in urls]
    Notice.objects.bulk_create(notice(row.user_id, row.text, urls[row.user_id, row.commune_code]) for row in told)
    return Reminder.objects.filter(pk__in=[row.pk for row in told]).update(failed="")


def _with_address(letters: list[Letter]) -> set[int]:
    """Whom of them e-mail reaches."""
    if not settings.EMAIL_HOST:
        return set()
    users = User.objects.filter(pk__in={letter.user_id for letter in letters}).exclude(email="")
    return set(users.values_list("pk", flat=True))


# E-mail ---------------------------------------------------------------------------------------------------------------


def send_mail(now: datetime | None = None, *, again: bool = False) -> int:
    """Send what waits, with `again` what failed too, to those who still owe; returns how many went."""
    now = now or timezone.now()
    waiting = Reminder.objects.filter(channel=Channel.EMAIL, sent_at__gt=now - TRIED_FOR).exclude(failed="")
    if not again:
        waiting = waiting.filter(failed=Reminder.WAITING)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return 0
    standing = duties(now)
    titles = {duty.subject: f"Nhắc hạn {duty.what}" for duty in standing}
    owed = {(duty.subject, code) for duty in standing for code in ("", *(each.commune_code for each in duty.owed))}
    server = get_connection()
    try:
        server.open()
    except UNSENT as error:
        waiting.filter(pk__in=ids).update(failed=_reason(error))
        return 0
    with server:
        return sum(_send_one(pk, titles, owed, server) for pk in ids)


UNSENT = (SMTPException, OSError, ValueError)  # the last for what can not be a header


@transaction.atomic
def _send_one(pk: int, titles: dict[str, str], owed: set[tuple[str, str]], server: BaseEmailBackend) -> bool:
    """Its row is held while it goes: another run passes over it, or finds it sent."""
    row = Reminder.objects.select_related("user").select_for_update(of=["self"], skip_locked=True)
    row = row.exclude(failed="").filter(pk=pk).first()
    if row is None:
        return False
    if (row.subject, row.commune_code) in owed:
        row.failed = _try(EmailMessage(titles[row.subject], row.text + SIGNED, to=[row.user.email], connection=server))
    else:
        row.failed = NOT_OWED
    row.save(update_fields=["failed"])
    return not row.failed


def _try(message: EmailMessage) -> str:
    """Why it could not be sent; "" when it was."""
    try:
        message.send()
    except UNSENT as error:
        return _reason(error)
    return ""


def _reason(error: Exception) -> str:
    # The message of an error may quote an address: only its kind is kept.
    return f"Máy chủ thư không nhận ({type(error).__name__})."
