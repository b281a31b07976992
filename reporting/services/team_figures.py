"""A team's figures for a period: typed by the commune's officer, copied from the period before, or taken from what the
team's leader sent. A figure that is not given is not stored, so that nothing missing ever counts as zero."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.richtext import from_text
from cdt_portal.lib.text import clean
from reporting.answers import AnswerError, is_empty, read
from reporting.definition import Definition, Indicator, Kind
from reporting.enums import FigureSource, SubmissionState
from reporting.figures import Answer
from reporting.models import ReportPeriod, TeamFigures, TeamSubmission
from reporting.queries.team_figures import asked_teams, definition_of, previous_period, typed_columns
from teams.models import Commune, Team
from teams.services.actions import action
from teams.services.concurrency import Conflict, save_if_unchanged

LARGEST = 10_000_000  # no team's area holds more of anything
LONGEST_TEXT = 2_000
REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Copied:
    """`rows`: those that got figures from `period`, `cells` in all."""

    rows: tuple[TeamFigures, ...]
    cells: int
    period: ReportPeriod


def read_figures(definition: Definition, raw: Mapping[str, str]) -> dict[str, Answer]:
    """What typed cells say, by code; None for an empty one. Raises ValidationError that names every wrong cell."""
    typed = {each.code: each for each in typed_columns(definition)}
    values, errors = {}, {}
    for code in typed.keys() & raw.keys():
        try:
            values[code] = _read_cell(typed[code], raw[code])
        except AnswerError as error:
            errors[code] = error.message
    if errors:
        raise ValidationError(errors)
    return values


def _read_cell(indicator: Indicator, raw: str) -> Answer:
    if indicator.kind == Kind.TEXT:
        if len(raw) > LONGEST_TEXT:
            raise AnswerError("Dài quá 2.000 ký tự.")
        return read(indicator, from_text(raw))
    value = read(indicator, raw)
    if indicator.kind == Kind.NUMBER and isinstance(value, float):
        raise AnswerError("Hãy nhập số nguyên, không có phần lẻ.")
    if isinstance(value, (int, float)) and value > LARGEST:
        raise AnswerError("Số này quá lớn đối với một tổ. Hãy kiểm tra lại.")
    return value


@action
def save_figures(*, period: ReportPeriod, team: Team, version: int, raw: Mapping[str, str], by: User) -> TeamFigures:
    """Change the cells given, all or none; `version` is 0 where nothing was saved yet.

    Raises ValidationError by cell, Conflict.
    """
    values = read_figures(definition_of(period), raw)
    return _write(period, team, version=version, values=values, source=FigureSource.OFFICER)


def _write(
    period: ReportPeriod, team: Team, *, version: int, values: Mapping[str, Answer], source: FigureSource
) -> TeamFigures:
    row = TeamFigures.objects.filter(period=period, team=team).first()
    if row is None:
        return _create(period, team, version=version, values=_given(values), source=source)
    merged = _given({**row.values, **values})
    if merged == row.values:
        return row
    fields = {"values": merged, "source": source, "updated_at": timezone.now()}
    return save_if_unchanged(row, version=version, fields=fields)


def _create(
    period: ReportPeriod, team: Team, *, version: int, values: dict[str, Answer], source: FigureSource
) -> TeamFigures:
    if version:
        raise Conflict(None)
    owner = {"province_id": team.province_id, "commune_id": team.commune_id}
    try:
        with transaction.atomic():
            return TeamFigures.objects.create(period=period, team=team, values=values, source=source, **owner)
    except IntegrityError as error:
        raise Conflict(TeamFigures.objects.filter(period=period, team=team).first()) from error


def _given(values: Mapping[str, Answer]) -> dict[str, Answer]:
    return {code: value for code, value in values.items() if not is_empty(value)}


@action
def copy_previous(*, commune: Commune, period: ReportPeriod, by: User) -> Copied:
    """Fill what is empty with the figures of the period before; what is there stays. Remarks belong to their period.

    Raises ValidationError when no period before asked the teams; Conflict when somebody is typing the same row.
    """
    before = previous_period(period)
    if before is None:
        raise ValidationError("Chưa có kỳ trước để lấy số liệu.")
    columns = [each for each in typed_columns(definition_of(period)) if each.kind != Kind.TEXT]
    teams = {team.pk: team for team in asked_teams(period).filter(commune=commune)}
    now = {row.team_id: row for row in TeamFigures.objects.filter(period=period, team__in=teams)}
    rows, cells = [], 0
    for old in TeamFigures.objects.filter(period=before, team__in=teams).order_by("pk"):
        row = now.get(old.team_id)
        wanted = _missing(columns, row.values if row else {}, old.values)
        if wanted:
            version = row.version if row else 0
            source = FigureSource.OFFICER
            rows.append(_write(period, teams[old.team_id], version=version, values=wanted, source=source))
            cells += len(wanted)
    return Copied(tuple(rows), cells, before)


def _missing(columns: list[Indicator], values: Mapping[str, Answer], old: Mapping[str, Answer]) -> dict[str, Answer]:
    """What `old` has and `values` has not, as far as the form of today still understands it."""
    found = {}
    for each in columns:
        if each.code in values or each.code not in old:
            continue
        try:
            found[each.code] = read(each, old[each.code])
        except AnswerError:
            continue
    return found


@action
def take_submission(*, submission: TeamSubmission, stamp: str, version: int, by: User) -> TeamFigures:
    """What the leader gave goes into the grid, what they left out stays. `stamp` and `version` say what the officer saw
    of the submission and of the grid's row. Raises Conflict when either has changed since."""
    submission = _still_waiting(submission, stamp)
    period = ReportPeriod.objects.select_related("team_form").get(pk=submission.period_id)
    row = _write(period, submission.team, version=version, values=submission.values, source=FigureSource.LINK)
    _decide(submission, SubmissionState.TAKEN, by)
    return row


@action
def refuse_submission(*, submission: TeamSubmission, stamp: str, reason: str, by: User) -> TeamSubmission:
    """The leader reads the reason on their page and may send again. Raises ValidationError, Conflict."""
    reason = clean(reason)
    if not reason:
        raise ValidationError("Hãy ghi lý do, để tổ trưởng biết cần sửa gì.")
    if len(reason) > REASON_LENGTH:
        raise ValidationError(f"Lý do dài quá {REASON_LENGTH} ký tự.")
    return _decide(_still_waiting(submission, stamp), SubmissionState.REFUSED, by, reason)


def _still_waiting(submission: TeamSubmission, stamp: str) -> TeamSubmission:
    """The row, locked; Conflict when it was decided or sent anew since the officer saw it."""
    locked = TeamSubmission.objects.select_for_update(of=("self",)).select_related("team").get(pk=submission.pk)
    if locked.state != SubmissionState.WAITING or locked.stamp != stamp:
        raise Conflict(locked)
    return locked


def _decide(submission: TeamSubmission, state: SubmissionState, by: User, reason: str = "") -> TeamSubmission:
    submission.state, submission.reason = state, reason
    submission.decided_by, submission.decided_at = by, timezone.now()
    submission.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    return submission
