"""Signed links with which a team's leader sends the team's figures without an account.

A link is its row's id and the moment at which the row was made, signed: it can be shown again and never guessed, and a
link of an earlier database opens nothing. It serves one team for one period, until the commune's deadline, whenever
that is moved (`services/periods.update_period`).
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import pghistory
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import QuerySet, TextChoices
from django.utils import timezone

from cdt_portal.accounts import limits
from cdt_portal.accounts.models import User
from cdt_portal.lib.row_security import EVERYTHING, seeing
from cdt_portal.lib.text import clean
from reporting.enums import SubmissionState
from reporting.models import ReportPeriod, TeamLink, TeamSubmission
from reporting.queries.team_figures import asked_teams, definition_of
from reporting.services.team_figures import read_figures
from teams.models import Commune
from teams.services.actions import action

SENDS = limits.Limit(10, timedelta(minutes=15))
SENDER = "nguoi-gui"  # the cell of the sender's name; no code of an indicator holds a hyphen
SENDER_LENGTH = 120
REVOKED = "Liên kết đã được thu hồi."
SENT_ANEW = "Tổ đã gửi lại qua liên kết mới."
_signer = Signer(salt="reporting.team_link", sep=".")


class Closed(TextChoices):
    """Why a link does not open, in the words of its reader."""

    UNKNOWN = "unknown", "Liên kết này không đúng"
    REVOKED = "revoked", "Liên kết này đã được xã thu hồi"
    EXPIRED = "expired", "Liên kết này đã hết hạn"
    NOT_ASKED = "not_asked", "Kỳ này không hỏi số liệu của tổ"


class ClosedLink(Exception):
    """The link cannot be used; `reason` says why."""

    def __init__(self, reason: Closed):
        super().__init__(reason)
        self.reason = reason


def token_of(link: TeamLink) -> str:
    return _signer.sign(f"{link.pk}-{_moment(link)}")


def _moment(link: TeamLink) -> str:
    return f"{link.made_at:%y%m%d%H%M%S%f}"


@action
def make_links(*, commune: Commune, period: ReportPeriod, by: User) -> int:
    """A link for each team of the commune that has none; how many were made.

    Raises ValidationError once the commune's deadline has passed.
    """
    _refuse_when_over(period)
    live = TeamLink.objects.filter(period=period, commune=commune, revoked_at=None)
    served = set(live.values_list("team_id", flat=True))
    teams = [team for team in asked_teams(period).filter(commune=commune) if team.pk not in served]
    links = [_link(commune, period, team.pk, by) for team in teams]
    return len(TeamLink.objects.bulk_create(links, ignore_conflicts=True))


@action
def renew_link(*, link: TeamLink, by: User) -> TeamLink:
    """A new link for the same team and period; the old one stops working. Raises ValidationError as `make_links`."""
    _refuse_when_over(link.period)
    revoke_links(links=[link], by=by)
    new = _link(link.commune, link.period, link.team_id, by)
    new.save(force_insert=True)
    return new


@action
def revoke_links(*, links: Iterable[TeamLink], by: User) -> int:
    """How many worked until now. What came through them and still waited is not taken any more."""
    ids = [link.pk for link in links]
    revoked = TeamLink.objects.filter(pk__in=ids, revoked_at=None).update(revoked_at=timezone.now())
    _close(TeamSubmission.objects.filter(link__in=ids), REVOKED, by)
    return revoked


def _close(rows: QuerySet[TeamSubmission], reason: str, by: User | None) -> None:
    """Those of `rows` that nobody decided on: left waiting, they would one day be taken over newer figures."""
    waiting = rows.filter(state=SubmissionState.WAITING)
    waiting.update(state=SubmissionState.REFUSED, reason=reason, decided_by=by, decided_at=timezone.now())


def is_over(period: ReportPeriod) -> bool:
    return period.commune_due_at <= timezone.now()


def _refuse_when_over(period: ReportPeriod) -> None:
    if is_over(period):
        raise ValidationError("Kỳ này đã hết hạn của xã, không tạo được liên kết. Hãy nhập số liệu vào bảng.")


def _link(commune: Commune, period: ReportPeriod, team_id: int, by: User) -> TeamLink:
    return TeamLink(
        period=period,
        team_id=team_id,
        commune=commune,
        province_id=commune.province_id,
        expires_at=period.commune_due_at,
        made_by=by,
    )


def find_link(token: str) -> TeamLink:
    """The open link behind `token`, with its team, commune and period; raises ClosedLink."""
    try:
        pk, _, moment = _signer.unsign(token).partition("-")
    except BadSignature as error:
        raise ClosedLink(Closed.UNKNOWN) from error
    rows = TeamLink.objects.select_related("team__province", "commune", "period__team_form")
    with seeing(EVERYTHING):  # nobody logged in: what was signed says which row
        link = rows.filter(pk=pk).first()
    if link is None or _moment(link) != moment:
        raise ClosedLink(Closed.UNKNOWN)
    _refuse_closed(link)
    if link.period.team_form is None:
        raise ClosedLink(Closed.NOT_ASKED)
    return link


def _refuse_closed(link: TeamLink) -> None:
    if link.revoked_at:
        raise ClosedLink(Closed.REVOKED)
    if link.expires_at <= timezone.now():
        raise ClosedLink(Closed.EXPIRED)


def note_opening(link: TeamLink) -> None:
    """The first time that the page was opened. The history gets no address: it would hold the link."""
    if link.opened_at is None:
        with pghistory.context(url=""):
            TeamLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=timezone.now())


def latest_submission(link: TeamLink) -> TeamSubmission | None:
    return TeamSubmission.objects.filter(link=link).select_related("decided_by").order_by("-sent_at", "-pk").first()


def send(*, link: TeamLink, raw: Mapping[str, str], sender: str) -> TeamSubmission:
    """Keep what the leader typed until the officer decides; sent again before that, it takes the place of the first.

    Raises ValidationError by cell (SENDER is one), ClosedLink.
    """
    key = limits.key_of("team_link", link.pk)
    if not limits.take(key, SENDS):
        raise ValidationError(_wait(key))
    sender = clean(sender)
    values = _read(link, raw, sender)
    with transaction.atomic():
        _refuse_closed(TeamLink.objects.select_for_update().get(pk=link.pk))
        latest = latest_submission(link)
        if latest and latest.state == SubmissionState.TAKEN:
            raise ValidationError("Cán bộ xã đã nhận số liệu của tổ. Cần sửa, hãy báo cán bộ xã.")
        if latest is None or latest.state == SubmissionState.REFUSED:
            latest = TeamSubmission(
                link=link,
                period_id=link.period_id,
                team_id=link.team_id,
                commune_id=link.commune_id,
                province_id=link.province_id,
            )
        latest.values, latest.sender, latest.sent_at = values, sender, timezone.now()
        latest.save()
        older = TeamSubmission.objects.filter(period_id=link.period_id, team_id=link.team_id).exclude(link=link)
        _close(older, SENT_ANEW, None)
        return latest


def _wait(key: str) -> str:
    until = limits.locked_until(key, SENDS)
    when = f"lúc {timezone.localtime(until):%H:%M}" if until else "sau ít giây"
    return f"Liên kết này đã gửi {SENDS.attempts} lần liền nhau. Hãy gửi lại {when}."


def _read(link: TeamLink, raw: Mapping[str, str], sender: str) -> dict:
    errors: dict[str, object] = {}
    values = {}
    try:
        values = read_figures(definition_of(link.period), raw)
    except ValidationError as refusal:
        errors |= refusal.error_dict
    if not sender:
        errors[SENDER] = "Hãy ghi họ tên người gửi."
    elif len(sender) > SENDER_LENGTH:
        errors[SENDER] = f"Họ tên dài quá {SENDER_LENGTH} ký tự."
    if errors:
        raise ValidationError(errors)
    given = {code: value for code, value in values.items() if value is not None}
    if not given:
        raise ValidationError("Chưa có số liệu nào. Hãy ghi ít nhất một ô rồi gửi.")
    return given
