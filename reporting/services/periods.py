"""Periods: opened ahead of time by the province's policy, added by hand; the policy and the days off."""

import logging
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.dates import format_date
from cdt_portal.lib.periods import add_working_days, last_day
from cdt_portal.notices.services import notify
from reporting.enums import PeriodKind, PeriodScheme
from reporting.models import Campaign, Holiday, ReportingPolicy, ReportPeriod, TeamFigures, TeamLink
from reporting.queries.campaigns import periodic_before
from reporting.queries.periods import Foreseen, foreseen, holidays_of, not_opened, shortest_kind, usual_team_form
from reporting.services.campaigns import copy_for, open_now
from teams.access import Can
from teams.models import Province
from teams.queries.people import people_of_departments
from teams.services.actions import action
from teams.services.concurrency import Conflict, save_if_unchanged

log = logging.getLogger(__name__)
DUE = ("team_due_at", "commune_due_at", "department_due_at")


def open_due_periods(now: datetime | None = None) -> list[ReportPeriod]:
    """Make the periods whose cut-off is within the policy's days, in every province that has a policy; those made now.

    Run as often as one likes: what is there is left alone, what was missed is made up for until the department's
    deadline is over. One province's trouble does not keep the others waiting.
    """
    made = []
    for policy in ReportingPolicy.objects.select_related("province").order_by("pk"):
        try:
            made += open_periods_of(policy, now or timezone.now())
        except Exception:  # whatever it is: the other provinces' periods must open today
            log.exception("Periods of province %s were not opened", policy.pk)
    return made


@transaction.atomic
def open_periods_of(policy: ReportingPolicy, now: datetime) -> list[ReportPeriod]:
    """One province's part of `open_due_periods`. The periodic campaigns of the last period of the same kind are copied
    with it: as drafts, or opened when the policy says so. One that cannot be is left out, and the staff is told."""
    policy = ReportingPolicy.objects.select_for_update().get(pk=policy.pk)
    today = timezone.localdate(now)
    due = [each for each in foreseen(policy, today) if each.opens_on <= today]
    periods = [_period(policy, each) for each in not_opened(due, policy.pk)]
    for period in periods:
        period.save(force_insert=True)
        for campaign in periodic_before(period):
            _carry_on(policy, campaign, period, now)
    return periods


def _carry_on(policy: ReportingPolicy, campaign: Campaign, period: ReportPeriod, now: datetime) -> None:
    try:
        with transaction.atomic():
            copy = copy_for(campaign, period)
    except ValidationError as refusal:
        _tell_staff(period, f"Chưa chép đợt “{campaign.title}” sang {period.name}", refusal)
        return
    if not policy.opens_campaigns or copy.commune_due_at <= now:
        return
    try:
        with transaction.atomic():
            open_now(copy, None, now)
    except ValidationError as refusal:
        _tell_staff(period, f"Chưa mở được đợt “{copy.title}”", refusal)


def _tell_staff(period: ReportPeriod, what: str, refusal: ValidationError) -> None:
    ids = people_of_departments(Can.RUN_CAMPAIGNS, [period.province_id]).get(period.province_id, [])
    text = f"{what}: {' '.join(refusal.messages)}"
    notify(users=User.objects.filter(pk__in=ids), text=text, url=reverse("reporting:period", args=[period.pk]))


def _period(policy: ReportingPolicy, coming: Foreseen) -> ReportPeriod:
    span, due = coming.span, coming.due
    return ReportPeriod(
        province_id=policy.province_id,
        scheme=policy.scheme,
        kind=span.kind,
        name=span.name,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        cumulative_from=span.cumulative_from,
        team_due_at=due.team,
        commune_due_at=due.commune,
        department_due_at=due.department,
        team_form=usual_team_form(policy.province_id) if span.kind == shortest_kind(policy) else None,
    )


@action
def add_period(*, province: Province, fields: dict[str, object], by: User) -> ReportPeriod:
    """Any range, by hand: a four-month plan, a month. Raises ValidationError by field."""
    period = ReportPeriod(province=province, scheme=PeriodScheme.CUSTOM, kind=PeriodKind.RANGE, **fields)
    _check(period)
    try:
        with transaction.atomic():
            period.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError("Đã có kỳ báo cáo với đúng khoảng thời gian này.") from error
    return period


@action
def update_period(*, period: ReportPeriod, version: int, fields: dict[str, object], by: User) -> ReportPeriod:
    """Name, deadlines and the teams' form; the days stay, as figures were computed by them. Raises ValidationError by
    field, Conflict. Campaigns of the period keep the deadlines that they announced; the links of its teams follow."""
    for name, value in fields.items():
        setattr(period, name, value)
    _check(period)
    if period.team_form is None:
        _refuse_when_teams_speak(period)
    saved = save_if_unchanged(period, version=version, fields=fields)
    links = TeamLink.objects.filter(period=saved, revoked_at=None).exclude(expires_at=saved.commune_due_at)
    links.update(expires_at=saved.commune_due_at)
    return saved


def _refuse_when_teams_speak(period: ReportPeriod) -> None:
    """Without a form their figures would be unreadable and their links would open nothing."""
    links = TeamLink.objects.filter(period=period, revoked_at=None)
    if links.exists() or TeamFigures.objects.filter(period=period).exclude(values={}).exists():
        told = "Các tổ đã có số liệu hoặc liên kết gửi số liệu của kỳ này, không bỏ mẫu được."
        raise ValidationError({"team_form": told})


@action
def remove_period(*, period: ReportPeriod, by: User) -> None:
    """A period made by mistake. Raises ValidationError when something speaks of it."""
    try:
        period.delete()
    except ProtectedError as error:
        told = "Kỳ này đã có đợt báo cáo, số liệu của tổ hoặc liên kết gửi số liệu, không xóa được."
        raise ValidationError(told) from error


def _check(period: ReportPeriod) -> None:
    """The days run forward; each level has at least one working day after the one below it."""
    if period.starts_on > period.ends_on:
        raise ValidationError({"starts_on": "Ngày bắt đầu phải trước ngày chốt số liệu."})
    if period.cumulative_from > period.starts_on:
        raise ValidationError({"cumulative_from": "Lũy kế phải tính từ ngày bắt đầu kỳ trở về trước."})
    holidays, below, whose = holidays_of(period.province_id), period.ends_on, "ngày chốt số liệu"
    for name in DUE:
        day, first = last_day(getattr(period, name)), add_working_days(below, 1, holidays)
        if day < first:
            told = f"Phải sau {whose} ít nhất một ngày làm việc: sớm nhất là hết ngày {format_date(first)}."
            raise ValidationError({name: told})
        below, whose = day, "hạn của cấp dưới"


@action
def save_policy(*, province: Province, version: int, fields: dict[str, object], by: User) -> ReportingPolicy:
    """`version` 0 is the first policy. What is due by it opens at once. Raises Conflict."""
    if version:
        policy = save_if_unchanged(ReportingPolicy(province=province), version=version, fields=fields)
    else:
        policy, is_first = ReportingPolicy.objects.get_or_create(province=province, defaults=fields)
        if not is_first:
            raise Conflict(policy)
    open_periods_of(policy, timezone.now())
    return policy


# Days off -------------------------------------------------------------------------------------------------------------


@action
def add_holidays(*, province: Province, days: dict[date, str], by: User) -> int:
    """The province's days off; those it has already, its own or national, are left alone. How many are new.

    Periods that stand keep their deadlines; those opened later count these days.
    """
    there = holidays_of(province.pk)
    rows = [Holiday(province=province, day=day, name=name) for day, name in days.items() if day not in there]
    Holiday.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@action
def remove_holiday(*, holiday: Holiday, by: User) -> None:
    holiday.delete()
