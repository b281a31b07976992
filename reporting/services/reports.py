"""What a commune and its department do with a report: write, ask, send, take, return, accept, lock, reopen."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from cdt_portal.accounts.models import User
from cdt_portal.lib.text import clean, clean_lines
from reporting.answers import AnswerError, read
from reporting.definition import Definition, Indicator, Severity, parse
from reporting.enums import ReportAction, ReportState
from reporting.figures import Finding
from reporting.models import Report, ReportAnswer
from reporting.queries.campaigns import deadline
from reporting.queries.figures import checks_of, report_figures
from reporting.services.snapshots import freeze
from reporting.services.states import CLOSED, check, is_open, locked, move
from teams.services.actions import action
from teams.services.concurrency import Conflict, save_if_unchanged

NOTE_LIMIT = 500


class NotReady(ValidationError):
    """The report can not be sent yet: `findings` are what must be mended first."""

    def __init__(self, findings: Sequence[Finding]):
        super().__init__([finding.message for finding in findings])
        self.findings = tuple(findings)


def definition_of(report: Report) -> Definition:
    return parse(report.campaign.form_version.definition)


# Writing -------------------------------------------------------------------------------------------------------------


@action
def save_answer(*, report: Report, code: str, raw: object, note: str, version: int, by: User) -> ReportAnswer:
    """Write one answer as typed; the first one starts the report. `version` is what the typist saw, 0 for none stored.

    What is stored already is not written again, whatever the version: a save whose answer was lost may be repeated.
    Raises ValidationError by "value" or "note", Conflict.
    """
    report = writable(report)
    indicator = answerable(report, code)
    try:
        value = read(indicator, raw)
    except AnswerError as error:
        raise ValidationError({"value": error.message}) from error
    note = clean(note)
    if len(note) > NOTE_LIMIT:
        raise ValidationError({"note": f"Dài quá {NOTE_LIMIT} ký tự."})
    return _store(report, code, value, note, version, by)


def _store(report: Report, code: str, value: object, note: str, version: int, by: User) -> ReportAnswer:
    answer = ReportAnswer.objects.filter(report=report, code=code).first()
    if answer and (answer.value, answer.note) == (value, note):
        return answer
    if (answer.version if answer else 0) != version:
        raise Conflict(answer)
    if answer:
        fields = {"value": value, "note": note, "updated_at": timezone.now()}
        return save_if_unchanged(answer, version=version, fields=fields)
    if report.state == ReportState.NOT_STARTED:
        move(report=report, action=ReportAction.START, by=by)
    units = {"province_id": report.province_id, "commune_id": report.commune_id}
    return ReportAnswer.objects.create(report=report, code=code, value=value, note=note, **units)


@action
def use_computed(*, report: Report, code: str, version: int, by: User) -> None:
    """Take back what was written over a figure: the register's own stands again. Raises Conflict."""
    report = writable(report)
    answerable(report, code)
    answer = ReportAnswer.objects.filter(report=report, code=code).first()
    if answer and answer.version != version:
        raise Conflict(answer)
    if answer:
        answer.delete()


def writable(report: Report) -> Report:
    """The report, held for writing; ValidationError when it is not the commune's to write now."""
    report = locked(report)
    if not report.is_editable:
        raise ValidationError({"value": f"Báo cáo đang ở trạng thái “{report.get_state_display()}”, không sửa được."})
    if not is_open(report):
        raise ValidationError({"value": CLOSED})
    return report


def answerable(report: Report, code: str) -> Indicator:
    indicator = definition_of(report).by_code.get(code)
    if indicator is None:
        raise ValidationError({"value": "Mẫu báo cáo không có mục này."})
    if indicator.is_derived:
        raise ValidationError({"value": "Mục này được tính từ các mục khác, không nhập được."})
    return indicator


# Sending -------------------------------------------------------------------------------------------------------------


@action
def submit(*, report: Report, by: User) -> Report:
    """Send the report to the department: what it says now is frozen, and late or on time for good when it is the first
    time. Where the campaign asks for approval it is the leader who sends. Raises NotReady, ValidationError."""
    report = locked(report)
    check(report=report, action=ReportAction.SUBMIT, by=by)
    _refuse_unready(report)
    snapshot = freeze(report=report, by=by)
    now = timezone.now()
    changes = {"submitted_at": now, "accepted_at": None, "receipt": receipt_number(report, snapshot.number)}
    if report.first_submitted_at is None:
        changes |= {"first_submitted_at": now, "on_time": now < deadline(report)}
    return move(report=report, action=ReportAction.SUBMIT, by=by, snapshot=snapshot, changes=changes)


def receipt_number(report: Report, number: int) -> str:
    """Commune, report and how many times it was sent: "11914-4712-01"."""
    return f"{report.commune_id}-{report.pk}-{number:02}"


def _refuse_unready(report: Report) -> None:
    errors = [finding for finding in checks_of(report_figures(report)) if finding.severity == Severity.ERROR]
    if errors:
        raise NotReady(errors)


@action
def ask_approval(*, report: Report, by: User, note: str = "") -> Report:
    """Put the report before the commune's leader, who submits it or sends it back. Raises NotReady, ValidationError."""
    report = locked(report)
    check(report=report, action=ReportAction.ASK_APPROVAL, by=by)
    _refuse_unready(report)
    return move(report=report, action=ReportAction.ASK_APPROVAL, by=by, note=clean_lines(note))


@action
def send_back(*, report: Report, by: User, note: str) -> Report:
    """The leader gives it back to the officer and says why."""
    return move(report=report, action=ReportAction.SEND_BACK, by=by, note=_words(note, "Hãy ghi điều cần sửa."))


LAID_HANDS_ON = [ReportAction.TAKE, ReportAction.RETURN, ReportAction.ACCEPT, ReportAction.REOPEN]


@action
def withdraw(*, report: Report, by: User, note: str = "") -> Report:
    """The officer takes it back to go on writing, from the leader or from a department that has not begun with it.

    A submission that the department never laid hands on is undone: being on time is decided by the next one, so that
    nobody keeps a deadline with an empty report.
    """
    report = locked(report)
    undone = report.state == ReportState.SUBMITTED and not report.steps.filter(action__in=LAID_HANDS_ON).exists()
    changes = {"first_submitted_at": None, "on_time": None} if undone else {}
    return move(report=report, action=ReportAction.WITHDRAW, by=by, note=clean_lines(note), changes=changes)


# The department ------------------------------------------------------------------------------------------------------


@action
def take(*, report: Report, by: User) -> Report:
    """A reviewer begins: from here on the commune can not withdraw it."""
    return move(report=report, action=ReportAction.TAKE, by=by)


@action
def return_(*, report: Report, by: User, note: str, reasons: Sequence[Mapping[str, str]] = ()) -> Report:
    """Give it back. `reasons` are [{"code": of an indicator, "text"}]; with none, `note` must say why."""
    told = _reasons(definition_of(report), reasons)
    note = clean_lines(note)
    if not note and not told:
        raise ValidationError({"note": "Hãy ghi lý do trả lại, chung hoặc theo từng mục."})
    changes = {"returns": F("returns") + 1}
    return move(report=report, action=ReportAction.RETURN, by=by, note=note, reasons=told, changes=changes)


def _reasons(definition: Definition, reasons: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    told = [{"code": str(each["code"]), "text": clean_lines(str(each["text"]))} for each in reasons]
    if any(each["code"] not in definition.by_code for each in told):
        raise ValidationError({"note": "Có góp ý cho một mục không có trong mẫu báo cáo."})
    return [each for each in told if each["text"]]


@action
def accept(*, report: Report, by: User, note: str = "") -> Report:
    changes = {"accepted_at": timezone.now()}
    return move(report=report, action=ReportAction.ACCEPT, by=by, note=clean_lines(note), changes=changes)


@action
def lock(*, report: Report, by: User) -> Report:
    """Close an accepted report; only reopening changes it from here on."""
    return move(report=report, action=ReportAction.LOCK, by=by)


@action
def reopen(*, report: Report, by: User, until: datetime, note: str) -> Report:
    """Let the commune write again until `until`, the first moment that is too late."""
    if until <= timezone.now():
        raise ValidationError({"until": "Thời hạn mở lại phải sau lúc này."})
    words = _words(note, "Hãy ghi lý do mở lại.")
    return move(report=report, action=ReportAction.REOPEN, by=by, note=words, changes={"reopened_until": until})


def lock_lapsed() -> int:
    """Lock again what was accepted, reopened and not sent by its date; returns how many. Writing is refused from that
    date on whether or not this has run: it only makes the state say so."""
    waiting = Report.objects.filter(
        reopened_until__lte=timezone.now(),
        accepted_at__isnull=False,
        state__in=[ReportState.DRAFT, ReportState.RETURNED, ReportState.AWAITING_APPROVAL],
    )
    lapsed = list(waiting)
    for report in lapsed:
        move(report=report, action=ReportAction.LOCK, by=None, note="Hết thời hạn mở lại.")
    return len(lapsed)


def _words(note: str, ask: str) -> str:
    words = clean_lines(note)
    if not words:
        raise ValidationError({"note": ask})
    return words
