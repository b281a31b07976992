"""What reviewers do: they judge what they saw, alone or many at once, with words that they keep for the next time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cdt_portal.accounts.models import User
from cdt_portal.lib.text import clean
from reporting.models import ReadyComment, Report
from reporting.queries.review import moved_on
from reporting.services import reports
from reporting.services.states import locked
from teams.models import Province
from teams.services.actions import action
from teams.services.concurrency import Conflict

READY_LIMIT = 400


@action
def accept_seen(*, report: Report, version: int, by: User) -> Report:
    """Accept the report as of that version. Raises ValidationError, Conflict."""
    return reports.accept(report=_seen(report, version), by=by)


@action
def return_seen(
    *, report: Report, version: int, note: str, reasons: Sequence[Mapping[str, str]] = (), by: User
) -> Report:
    """Give back the report as of that version; see `reports.return_`. Raises Conflict."""
    return reports.return_(report=_seen(report, version), by=by, note=note, reasons=reasons)


@action
def reopen_seen(*, report: Report, version: int, until: datetime, note: str, by: User) -> Report:
    """Reopen the report as of that version; see `reports.reopen`. Raises Conflict."""
    return reports.reopen(report=_seen(report, version), by=by, until=until, note=note)


def _seen(report: Report, version: int) -> Report:
    """The report, held: another reviewer may have judged it, the commune may have sent it again."""
    report = locked(report)
    if report.version != version:
        raise Conflict(report)
    return report


def accept_many(*, seen: Iterable[tuple[Report, int]], by: User) -> tuple[list[Report], list[str]]:
    """Accept each report as of that version: those accepted, and a sentence for each that was not."""
    accepted, refused = [], []
    for report, version in seen:
        try:
            with transaction.atomic():
                accepted.append(accept_seen(report=report, version=version, by=by))
        except ValidationError as refusal:
            refused.append(f"{report.commune.name}: {' '.join(refusal.messages)}")
        except Conflict as conflict:
            refused.append(f"{report.commune.name}: {moved_on(conflict.current)}")
    return accepted, refused


@action
def add_ready_comment(*, province: Province, text: str, by: User) -> ReadyComment:
    """Keep a comment for the reviewers of the province; one that stands already is not kept twice."""
    text = clean(text)
    if not text:
        raise ValidationError("Hãy ghi góp ý cần lưu.")
    if len(text) > READY_LIMIT:
        raise ValidationError(f"Góp ý soạn sẵn dài tối đa {READY_LIMIT} ký tự.")
    comment, _ = ReadyComment.objects.get_or_create(province=province, text=text)
    return comment


@action
def remove_ready_comment(*, comment: ReadyComment, by: User) -> None:
    comment.delete()
