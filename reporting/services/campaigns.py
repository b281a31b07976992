"""Campaigns: made from a period or a letter, opened, changed within what is fair, copied, extended, locked."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.decisions import DOCUMENT_KINDS, document_kind
from cdt_portal.lib.periods import add_working_days, last_day, slug_of, spell_deadline
from cdt_portal.lib.text import fold
from cdt_portal.notices.services import notify
from reporting.enums import OWED, CampaignKind, CampaignState, ReportAction, ReportState
from reporting.models import AddresseeGroup, BodyAddressee, Campaign, DirectiveLetter, Report, ReportPeriod
from reporting.queries.campaigns import addressed, askable, deadline, periodic_before
from reporting.queries.periods import holidays_of, latest_of
from reporting.services.states import move
from teams.access import Can
from teams.models import Province
from teams.queries.people import posts_with
from teams.services.actions import action
from teams.services.concurrency import Conflict, save_if_unchanged

ASKED_LATER = "Được bổ sung vào đợt báo cáo"
STILL_OPEN_TO_CHANGE = {"title", "commune_due_at", "department_due_at", "instructions"}  # once communes report
LETTER_KINDS = {kind: fold(short) for short, kind in DOCUMENT_KINDS.items()}  # as their slugs begin


# Making and changing --------------------------------------------------------------------------------------------------


@action
def create_campaign(
    *,
    by: User,
    province: Province,
    fields: dict[str, object],
    communes: list[str] | None = None,
    bodies: Iterable[str] = (),
) -> Campaign:
    """A draft: periodic when `fields` name a `period` (whose days and deadlines they may leave out), else ad hoc on a
    `letter`. `communes`: codes of those asked, None for all. Raises ValidationError by field."""
    period, letter = fields.get("period"), fields.get("letter")
    if period:
        fields = _of_period(period) | {"previous": _before(period, fields)} | fields
    wanted = slug_of(period.name) if period else slug_of_letter(letter)
    campaign = Campaign(
        province=province,
        kind=CampaignKind.PERIODIC if period else CampaignKind.AD_HOC,
        slug=_free_slug(province.pk, wanted),
        communes=communes,
        **fields,
    )
    _check_days(campaign)
    campaign.save(force_insert=True)
    note_bodies(campaign, bodies)
    return campaign


def _of_period(period: ReportPeriod) -> dict[str, object]:
    names = ("starts_on", "ends_on", "cumulative_from", "commune_due_at", "department_due_at")
    return {name: getattr(period, name) for name in names}


def _before(period: ReportPeriod, fields: dict[str, object]) -> Campaign | None:
    """The campaign of the period before that asked the same form: figures are compared with it."""
    same = [each for each in periodic_before(period) if each.form_version.form_id == fields["form_version"].form_id]
    return same[0] if same else None


def slug_of_letter(letter: DirectiveLetter) -> str:
    """ "Công văn số 4675/SKHCN-CNTT ngày 19/12/2025" -> "cv-4675"."""
    kind = LETTER_KINDS.get(document_kind(letter.raw_text, letter.symbol), "cv")
    return f"{kind}-{re.sub(r'[^a-z0-9]+', '-', fold(letter.number)) or letter.pk}"


def _free_slug(province_code: str, wanted: str) -> str:
    """`wanted`, or with the first number that makes it new in the province until the transaction ends: whoever makes
    another campaign waits."""
    Province.objects.select_for_update(no_key=True).get(pk=province_code)
    taken = set(Campaign.objects.filter(province=province_code).values_list("slug", flat=True))
    return next(slug for slug in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def _check_days(campaign: Campaign) -> None:
    """Each level has at least one working day after the one below it."""
    errors: dict[str, str] = {}
    if campaign.starts_on > campaign.ends_on:
        errors["starts_on"] = "Ngày bắt đầu phải trước ngày chốt số liệu."
    holidays = holidays_of(campaign.province_id)
    if last_day(campaign.commune_due_at) < add_working_days(campaign.ends_on, 1, holidays):
        errors["commune_due_at"] = "Hạn của xã phải sau ngày chốt số liệu ít nhất một ngày làm việc."
    elif last_day(campaign.department_due_at) < add_working_days(last_day(campaign.commune_due_at), 1, holidays):
        errors["department_due_at"] = "Hạn tổng hợp của Sở phải sau hạn của xã ít nhất một ngày làm việc."
    elif campaign.pk and (group := _group_after(campaign, holidays)):
        whose = f"hạn của nhóm “{group.name}” ({spell_deadline(group.due_at)})"
        errors["department_due_at"] = f"Hạn tổng hợp của Sở phải sau {whose} ít nhất một ngày làm việc."
    if errors:
        raise ValidationError(errors)


def _group_after(campaign: Campaign, holidays: set[date]) -> AddresseeGroup | None:
    """A group that leaves the department no working day."""
    groups, last = campaign.groups.all(), last_day(campaign.department_due_at)
    return next((each for each in groups if last < add_working_days(last_day(each.due_at), 1, holidays)), None)


@action
def save_letter(
    *, province: Province, letter: DirectiveLetter | None, fields: dict[str, object], by: User
) -> DirectiveLetter:
    """A new letter, or changes to one, whose campaign's version guards it; without a `file` the kept file stays."""
    file = fields.get("file")
    fields = {name: value for name, value in fields.items() if name != "file"}
    letter = letter or DirectiveLetter.objects.create(province=province, **fields)
    if file:
        letter.file.save(file.name, file, save=False)
        fields["file"] = letter.file.name
    return save_if_unchanged(letter, version=letter.version, fields=fields)


@action
def update_campaign(
    *, campaign: Campaign, version: int, fields: dict[str, object], by: User, now: datetime | None = None
) -> Campaign:
    """Of a draft everything, of an open one only STILL_OPEN_TO_CHANGE, and no new deadline that is over: nobody becomes
    late by an edit. Raises ValidationError by field, Conflict."""
    campaign = hold(campaign)
    refuse_locked(campaign)
    if campaign.version != version:
        raise Conflict(campaign)
    changed = {name for name, value in fields.items() if getattr(campaign, name) != value}
    if campaign.state == CampaignState.OPEN and changed - STILL_OPEN_TO_CHANGE:
        raise ValidationError("Đợt đã mở: chỉ còn sửa được tên, thời hạn và hướng dẫn.")
    is_late = "commune_due_at" in changed and fields["commune_due_at"] <= (now or timezone.now())
    if campaign.state == CampaignState.OPEN and is_late:
        raise ValidationError({"commune_due_at": "Hạn mới đã qua. Đợt đang mở chỉ nhận hạn chưa đến."})
    for name, value in fields.items():
        setattr(campaign, name, value)
    if changed & {"starts_on", "ends_on", "commune_due_at", "department_due_at"}:
        _check_days(campaign)
    saved = save_if_unchanged(campaign, version=version, fields=fields)
    if saved.state == CampaignState.OPEN and "commune_due_at" in changed:
        text = f"Hạn nộp báo cáo “{saved.title}” đổi thành {spell_deadline(saved.commune_due_at)}."
        _tell_communes(list(saved.reports.filter(state__in=OWED).values_list("commune", flat=True)), text)
    return saved


@action
def drop_campaign(*, campaign: Campaign, by: User) -> None:
    """A draft that nobody wants. Raises ValidationError once it was opened."""
    campaign = hold(campaign)
    _require(campaign, CampaignState.DRAFT, "Đợt báo cáo đã mở, không xóa được.")
    letter = campaign.letter
    campaign.delete()
    if letter and not letter.campaigns.exists():
        letter.delete()


# Opening and locking --------------------------------------------------------------------------------------------------


@action
def open_campaign(*, campaign: Campaign, by: User, version: int | None = None, now: datetime | None = None) -> Campaign:
    """Every commune asked that exists on the cut-off owes a report from now on, and is told.

    `version`: what the opener saw. Raises ValidationError when nobody is asked or the deadline is over, Conflict.
    """
    return open_now(campaign, version, now or timezone.now())


def open_now(campaign: Campaign, version: int | None, now: datetime) -> Campaign:
    """`open_campaign` for what runs without a user, inside the caller's transaction."""
    campaign = hold(campaign)
    _require(campaign, CampaignState.DRAFT, "Đợt báo cáo này đã mở rồi.")
    if version is not None and version != campaign.version:
        raise Conflict(campaign)
    if campaign.commune_due_at <= now:
        raise ValidationError("Hạn của xã đã qua. Hãy sửa thời hạn rồi mở.")
    if not _ask(campaign, list(addressed(campaign).values_list("pk", flat=True))):
        raise ValidationError("Chưa có xã, phường, đặc khu nào được yêu cầu báo cáo.")
    fields = {"state": CampaignState.OPEN, "opened_at": now}
    return save_if_unchanged(campaign, version=campaign.version, fields=fields)


@action
def ask_more(
    *, campaign: Campaign, communes: list[str], by: User, until: datetime | None = None, now: datetime | None = None
) -> int:
    """Communes that an open campaign asks too, by code; how many there were. They have time until `until` where that
    is later than the others' deadline, and need it when that is over: nobody is late by being asked. Raises
    ValidationError by field."""
    campaign = hold(campaign)
    _require(campaign, CampaignState.OPEN, "Đợt báo cáo không còn nhận báo cáo.")
    codes = list(askable(campaign).filter(pk__in=communes).values_list("pk", flat=True))
    if not codes:
        raise ValidationError({"communes": "Các xã này đã có trong đợt báo cáo."})
    if campaign.communes is not None:
        fields = {"communes": sorted({*campaign.communes, *codes})}
        save_if_unchanged(campaign, version=campaign.version, fields=fields)
    return _ask(campaign, codes, until=until, since=now or timezone.now())


def _ask(campaign: Campaign, codes: list[str], *, until: datetime | None = None, since: datetime | None = None) -> int:
    """`since`: when the campaign was open already, no deadline may be over by then."""
    group_of = {code: group for group in campaign.groups.all() for code in group.communes}
    reports = [
        Report(
            campaign=campaign,
            province_id=campaign.province_id,
            commune_id=code,
            group=group_of[code].name if code in group_of else "",
            due_at=group_of[code].due_at if code in group_of else None,
            extended_until=until,
            extension_reason=ASKED_LATER if until else "",
        )
        for code in codes
    ]
    if since and any(deadline(report) <= since for report in reports):
        told = f"Hạn nộp ({spell_deadline(min(map(deadline, reports)))}) đã qua. Hãy ghi hạn riêng chưa qua."
        raise ValidationError({"until": told})
    Report.objects.bulk_create(reports)
    for due_at in {deadline(report) for report in reports}:
        asked = [report.commune_id for report in reports if deadline(report) == due_at]
        _tell_communes(asked, f"Sở yêu cầu báo cáo “{campaign.title}”, hạn nộp: {spell_deadline(due_at)}.")
    return len(reports)


def _tell_communes(codes: list[str], text: str) -> None:
    posts = posts_with(Can.WRITE_REPORT).filter(commune__in=codes)
    users = User.objects.filter(pk__in=posts.values("user")).order_by("pk")
    notify(users=users, text=text, url=reverse("reporting:home"))


@action
def lock_campaign(*, campaign: Campaign, by: User, version: int | None = None) -> Campaign:
    """No commune can send any more; accepted reports are locked. Raises ValidationError, Conflict."""
    campaign = hold(campaign)
    _require(campaign, CampaignState.OPEN, "Chỉ chốt được đợt báo cáo đang mở.")
    for report in campaign.reports.filter(state=ReportState.ACCEPTED).order_by("pk"):
        move(report=report, action=ReportAction.LOCK, by=by)
    fields = {"state": CampaignState.LOCKED, "locked_at": timezone.now()}
    return save_if_unchanged(campaign, version=campaign.version if version is None else version, fields=fields)


# Copying --------------------------------------------------------------------------------------------------------------


@action
def copy_campaign(*, campaign: Campaign, period: ReportPeriod, by: User) -> Campaign:
    """The same call for another period, as a draft: see `copy_for`. Raises ValidationError if it has one already."""
    return copy_for(campaign, period)


def copy_for(campaign: Campaign, period: ReportPeriod) -> Campaign:
    """`copy_campaign` for what runs without a user: the form in its latest version, the same communes, groups and
    other bodies, the period's days and deadlines; groups keep their distance in days to the communes' deadline."""
    form_version = latest_of(campaign.form_version)
    if period.campaigns.filter(form_version__form=form_version.form_id).exists():
        raise ValidationError(f"{period.name} đã có đợt báo cáo theo mẫu này.")
    copy = Campaign(
        province_id=campaign.province_id,
        kind=CampaignKind.PERIODIC,
        slug=_free_slug(campaign.province_id, slug_of(period.name)),
        title=campaign.title.replace(campaign.period.name, period.name) if campaign.period else campaign.title,
        letter_id=campaign.letter_id,
        period=period,
        form_version=form_version,
        instructions=campaign.instructions,
        leader_approves=campaign.leader_approves,
        communes=campaign.communes,
        previous=campaign,
        **_of_period(period),
    )
    copy.save(force_insert=True)
    holidays = holidays_of(campaign.province_id)
    for group in campaign.groups.all():
        due_at = _moved(group.due_at, campaign.commune_due_at, period.commune_due_at, holidays)
        told = {"name": group.name, "due_at": due_at, "communes": group.communes}
        AddresseeGroup.objects.create(campaign=copy, province_id=copy.province_id, **told)
    note_bodies(copy, [body.name for body in campaign.bodies.all()])
    return copy


def _moved(due_at: datetime, before: datetime, after: datetime, holidays: set[date]) -> datetime:
    """As far from `after` as `due_at` was from `before`, on a working day."""
    moved = due_at + (after - before)
    day = last_day(moved)
    return moved + (add_working_days(day - timedelta(days=1), 1, holidays) - day)


# Extensions, and what the others share --------------------------------------------------------------------------------


@action
def extend(
    *, report: Report, until: datetime, reason: str, by: User, version: int | None = None, now: datetime | None = None
) -> Report:
    """Give one commune time until `until`. Raises ValidationError by field, Conflict."""
    report = Report.objects.select_for_update(of=["self"]).select_related("campaign").get(pk=report.pk)
    _require(report.campaign, CampaignState.OPEN, "Đợt báo cáo không còn nhận báo cáo.")
    if report.state not in OWED:
        raise ValidationError("Xã đã nộp báo cáo, không cần gia hạn.")
    if report.reopened_until:  # from then on its own date says until when its commune may write
        raise ValidationError("Báo cáo này đã được mở lại đến một ngày. Hãy mở lại đến ngày khác thay cho gia hạn.")
    if until <= max(deadline(report), now or timezone.now()):
        raise ValidationError(
            {"until": f"Phải muộn hơn hạn hiện nay ({spell_deadline(deadline(report))}) và chưa qua."}
        )
    fields = {"extended_until": until, "extension_reason": reason}
    saved = save_if_unchanged(report, version=report.version if version is None else version, fields=fields)
    text = f"Sở gia hạn báo cáo “{report.campaign.title}” đến {spell_deadline(until)}: {reason}"
    _tell_communes([report.commune_id], text)
    return saved


def note_bodies(campaign: Campaign, names: Iterable[str]) -> None:
    rows = [BodyAddressee(campaign=campaign, province_id=campaign.province_id, name=name) for name in names]
    BodyAddressee.objects.bulk_create(rows, ignore_conflicts=True)


def hold(campaign: Campaign) -> Campaign:
    """The campaign as it stands now; others wait until the transaction ends."""
    held = Campaign.objects.select_for_update(of=["self"])
    return held.select_related("province", "letter", "period", "form_version").get(pk=campaign.pk)


def _require(campaign: Campaign, state: CampaignState, refusal: str) -> None:
    if campaign.state != state:
        raise ValidationError(refusal)


def refuse_locked(campaign: Campaign) -> None:
    if campaign.state == CampaignState.LOCKED:
        raise ValidationError("Đợt báo cáo đã chốt, không sửa được nữa.")
