"""What reviewers do: they judge what they saw, alone or many at once, with words that they keep for the next time."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from cdt_portal.accounts.models import User
from cdt_portal.lib.text import clean
from reporting.models import ReadyComment, Report
from reporting.services import reports
from reporting.services.states import locked
from teams.models import Province
from teams.services.actions import action

READY_LIMIT = 400


@action
def accept_seen(*, report: Report, number: int, by: User) -> Report:
    """Accept the submission of that number. Raises ValidationError when another stands by now."""
    return reports.accept(report=_seen(report, number), by=by)


@action
def return_seen(
    *, report: Report, number: int, note: str, reasons: Sequence[Mapping[str, str]] = (), by: User
) -> Report:
    """Give back the submission of that number; see `reports.return_`."""
    return reports.return_(report=_seen(report, number), by=by, note=note, reasons=reasons)


def _seen(report: Report, number: int) -> Report:
    """The report, held; another reviewer may have returned it and the commune may have sent it again."""
    report = locked(report)
    latest = report.snapshots.order_by("-number").values_list("number", flat=True).first()
    if latest != number:
        raise ValidationError(f"Xã đã nộp lại (lần nộp {latest}). Hãy xem lại bản mới rồi quyết định.")
    return report


def accept_many(*, seen: Iterable[tuple[Report, int]], by: User) -> tuple[list[Report], list[str]]:
    """Accept each report in the submission of that number: those accepted, and a sentence for each that was not."""
    accepted, refused = [], []
    for report, number in seen:
        try:
            with transaction.atomic():
                accepted.append(accept_seen(report=report, number=number, by=by))
        except ValidationError as refusal:
            refused.append(f"{report.commune.name}: {' '.join(refusal.messages)}")
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
