"""How a report goes from state to state: the table, and the one function that moves it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.notices.services import notify, retell
from reporting.enums import CampaignState, ReportAction, ReportState
from reporting.models import Campaign, Report, ReportSnapshot, ReportStep
from reporting.queries.rates import counted_reports
from teams.access import Can, scope_for
from teams.queries.letterheads import in_sentence
from teams.queries.people import people_with
from teams.services.concurrency import take_turn

S, A = ReportState, ReportAction


def is_open(report: Report, now: datetime | None = None) -> bool:
    """Whether its commune may still write and send it: while the campaign receives reports, or until the date to which
    it was reopened. A deadline closes nothing: what comes after it is late."""
    if report.reopened_until:
        return (now or timezone.now()) < report.reopened_until
    return report.campaign.state == CampaignState.OPEN


@dataclass(frozen=True, slots=True)
class Move:
    """Where an action leads, the capability it asks for, and when it is possible (else `refusal` is said)."""

    to: ReportState
    capability: Can
    when: Callable[[Report], bool] = lambda report: True
    refusal: str = ""


def _lapsed(report: Report) -> bool:
    """Accepted once, reopened until a date, not sent again by then: what was accepted stands."""
    return report.reopened_until is not None and report.accepted_at is not None and not is_open(report)


def _closed_or_reopened(report: Report) -> bool:
    return report.reopened_until is not None or not is_open(report)


CLOSED = "Đợt báo cáo đã chốt, hoặc đã hết thời hạn mở lại. Hãy đề nghị Sở mở lại báo cáo."
STILL_OPEN = "Báo cáo đang mở, xã vẫn sửa và nộp được; không cần mở lại."
NOT_LAPSED = "Chỉ báo cáo đã duyệt, hoặc mở lại đã hết thời hạn, mới khóa được."
LEADER_SUBMITS = "Đợt này cần lãnh đạo xã duyệt trước khi nộp. Hãy trình lãnh đạo."
NO_LEADER = "Đợt này không cần lãnh đạo xã duyệt. Hãy nộp thẳng."
REOPEN_INSTEAD = "Xã không còn sửa được báo cáo này. Hãy mở lại đến một ngày."


def _writing(to: ReportState, when: Callable[[Report], bool] = is_open, refusal: str = CLOSED) -> Move:
    return Move(to, Can.WRITE_REPORT, when, refusal)


_START = _writing(S.DRAFT)
_ASK = _writing(S.AWAITING_APPROVAL, lambda report: is_open(report) and report.campaign.leader_approves, NO_LEADER)
_SUBMIT = _writing(S.SUBMITTED, lambda report: is_open(report) and not report.campaign.leader_approves, LEADER_SUBMITS)
_RETURN = Move(S.RETURNED, Can.REVIEW_REPORT, is_open, REOPEN_INSTEAD)
_ACCEPT = Move(S.ACCEPTED, Can.REVIEW_REPORT)
_LOCK_AGAIN = Move(S.LOCKED, Can.RUN_CAMPAIGNS, _lapsed, NOT_LAPSED)


def _reopen(to: ReportState, when: Callable[[Report], bool] = _closed_or_reopened) -> Move:
    return Move(to, Can.REVIEW_REPORT, when, STILL_OPEN)


TRANSITIONS: dict[tuple[ReportState, ReportAction], Move] = {
    (S.NOT_STARTED, A.START): _START,
    (S.NOT_STARTED, A.ASK_APPROVAL): _ASK,
    (S.NOT_STARTED, A.SUBMIT): _SUBMIT,
    (S.NOT_STARTED, A.REOPEN): _reopen(S.NOT_STARTED),
    (S.DRAFT, A.ASK_APPROVAL): _ASK,
    (S.DRAFT, A.SUBMIT): _SUBMIT,
    (S.DRAFT, A.REOPEN): _reopen(S.DRAFT),
    (S.DRAFT, A.LOCK): _LOCK_AGAIN,
    (S.RETURNED, A.ASK_APPROVAL): _ASK,
    (S.RETURNED, A.SUBMIT): _SUBMIT,
    (S.RETURNED, A.REOPEN): _reopen(S.RETURNED),
    (S.RETURNED, A.LOCK): _LOCK_AGAIN,
    (S.AWAITING_APPROVAL, A.SUBMIT): Move(S.SUBMITTED, Can.APPROVE, is_open, CLOSED),
    (S.AWAITING_APPROVAL, A.SEND_BACK): Move(S.DRAFT, Can.APPROVE),
    (S.AWAITING_APPROVAL, A.WITHDRAW): _writing(S.DRAFT),
    (S.AWAITING_APPROVAL, A.REOPEN): _reopen(S.AWAITING_APPROVAL),
    (S.AWAITING_APPROVAL, A.LOCK): _LOCK_AGAIN,
    (S.SUBMITTED, A.WITHDRAW): _writing(S.DRAFT),
    (S.SUBMITTED, A.TAKE): Move(S.UNDER_REVIEW, Can.REVIEW_REPORT),
    (S.SUBMITTED, A.RETURN): _RETURN,
    (S.SUBMITTED, A.ACCEPT): _ACCEPT,
    (S.SUBMITTED, A.REOPEN): _reopen(S.DRAFT, lambda report: not is_open(report)),
    (S.UNDER_REVIEW, A.RETURN): _RETURN,
    (S.UNDER_REVIEW, A.ACCEPT): _ACCEPT,
    (S.UNDER_REVIEW, A.REOPEN): _reopen(S.DRAFT, lambda report: not is_open(report)),
    (S.ACCEPTED, A.LOCK): Move(S.LOCKED, Can.RUN_CAMPAIGNS),
    (S.ACCEPTED, A.REOPEN): _reopen(S.DRAFT, lambda report: True),
    (S.LOCKED, A.REOPEN): _reopen(S.DRAFT, lambda report: True),
}


def may_be_reopened(report: Report) -> bool:
    """Whether its state lets a reviewer reopen it; for pages, which offer nothing that would be refused."""
    move = TRANSITIONS.get((S(report.state), A.REOPEN))
    return move is not None and move.when(report)


def locked(report: Report) -> Report:
    """The report as it stands now; it stays so until the caller's transaction ends."""
    return Report.objects.select_for_update(of=["self"]).select_related("campaign", "commune").get(pk=report.pk)


def check(*, report: Report, action: ReportAction, by: User | None) -> Move:
    """The move, if it is possible now and `by` may make it; nobody (None) is the clock, which only locks.

    Raises ValidationError, PermissionDenied.
    """
    move = TRANSITIONS.get((S(report.state), A(action)))
    if move is None:
        raise ValidationError(
            f"Báo cáo đang ở trạng thái “{report.get_state_display()}”: không “{A(action).label}” được."
        )
    if by is None and move is not _LOCK_AGAIN:
        raise PermissionDenied
    if by and not scope_for(by).allows(move.capability, report.province_id, report.commune_id):
        raise PermissionDenied("Việc này do người khác làm: bạn không được phân quyền ở đơn vị này.")
    if not move.when(report):
        raise ValidationError(CLOSED if move.capability == Can.WRITE_REPORT and not is_open(report) else move.refusal)
    return move


@transaction.atomic
def move(
    *,
    report: Report,
    action: ReportAction,
    by: User | None,
    note: str = "",
    reasons: Sequence[Mapping[str, str]] = (),
    snapshot: ReportSnapshot | None = None,
    changes: Mapping[str, object] | None = None,
) -> Report:
    """Move the report as TRANSITIONS says, with `changes` to its other columns; note the step, tell whom it concerns.

    `reasons` are [{"code", "text"}]. What is not in the table raises ValidationError, what `by` may not do
    PermissionDenied; nothing is written then.
    """
    report = locked(report)
    step = check(report=report, action=action, by=by)
    ReportStep.objects.create(
        report=report,
        province_id=report.province_id,
        commune_id=report.commune_id,
        action=action,
        from_state=report.state,
        to_state=step.to,
        by=by,
        note=note,
        reasons=list(reasons),
        snapshot=snapshot,
    )
    was = S(report.state)
    told = TOLD.get((was, A(action))) or TOLD.get((None, A(action)))
    Report.objects.filter(pk=report.pk).update(state=step.to, version=F("version") + 1, **(changes or {}))
    report.refresh_from_db(from_queryset=Report.objects.select_related("campaign", "commune"))
    if told:
        _tell(report, *told, by=by, note=note)
    if action == A.SUBMIT:
        _tell_that_one_waits(report, by=by)
    elif was == S.SUBMITTED:
        _tell_that_one_less_waits(report)
    return report


# Who is told ---------------------------------------------------------------------------------------------------------

# (state before, or None for any; action) -> whose people of this capability, and what
TOLD: dict[tuple[ReportState | None, ReportAction], tuple[Can, str]] = {
    (None, A.ASK_APPROVAL): (Can.APPROVE, "Báo cáo “{campaign}” của {commune} đang chờ lãnh đạo duyệt."),
    (None, A.SEND_BACK): (Can.WRITE_REPORT, "Lãnh đạo chuyển lại báo cáo “{campaign}”: {note}"),
    (S.AWAITING_APPROVAL, A.WITHDRAW): (Can.APPROVE, "Báo cáo “{campaign}” đã được rút lại để sửa, chưa cần duyệt."),
    (S.SUBMITTED, A.WITHDRAW): (Can.REVIEW_REPORT, "{commune} đã rút báo cáo “{campaign}” về để sửa."),
    (None, A.RETURN): (Can.WRITE_REPORT, "Sở trả lại báo cáo “{campaign}”: {note}"),
    (None, A.ACCEPT): (Can.WRITE_REPORT, "Sở đã duyệt báo cáo “{campaign}”."),
    (None, A.LOCK): (Can.WRITE_REPORT, "Báo cáo “{campaign}” đã khóa."),
    (None, A.REOPEN): (Can.WRITE_REPORT, "Sở mở lại báo cáo “{campaign}”: {note}"),
}


def _others(capability: Can, report: Report, by: User | None) -> QuerySet[User]:
    return people_with(capability, report.province_id, report.commune_id).exclude(pk=by.pk if by else None)


def _tell_that_one_waits(report: Report, *, by: User | None) -> None:
    """The reviewers, who have one notice for each campaign: it counts up until they read it."""
    waiting = _waiting_in(report.campaign)
    commune, title = report.commune.name, report.campaign.title
    words = f"{commune} đã nộp báo cáo “{title}”."
    if waiting > 1:
        words = f"{waiting} báo cáo “{title}” đang chờ thẩm định, mới nhất của {in_sentence(commune)}."
    notify(users=_others(Can.REVIEW_REPORT, report, by), text=words, url=_desk(report), renew=True)


def _tell_that_one_less_waits(report: Report) -> None:
    """A notice that nobody read counts down with them, and is gone with the last one."""
    waiting = _waiting_in(report.campaign)
    words = f"{waiting} báo cáo “{report.campaign.title}” đang chờ thẩm định." if waiting else ""
    retell(users=_others(Can.REVIEW_REPORT, report, None), url=_desk(report), text=words)


def _waiting_in(campaign: Campaign) -> int:
    """Those who send or judge at once take turns, so that the last one counts all."""
    take_turn(f"waiting:{campaign.pk}")
    return counted_reports([campaign]).filter(state=S.SUBMITTED).count()


def _desk(report: Report) -> str:
    return f"{reverse('reporting:review_desk')}?tinh={report.province_id}&dot={report.campaign_id}"


def _tell(report: Report, capability: Can, text: str, *, by: User | None, note: str) -> None:
    users = _others(capability, report, by)
    words = text.format(campaign=report.campaign.title, commune=report.commune.name, note=note).removesuffix(": ")
    notify(users=users, text=words, url=reverse("reporting:report", args=[report.pk]))
