"""How a class ended for each person: written together, as staff see it after the last session."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from cdt_portal.accounts.models import User
from teams.services.actions import action
from training.enums import HOLDS_A_SEAT, ClassState, Outcome
from training.models import Certificate, Enrolment, Result, TrainingClass
from training.services.seats import hold

NOT_HELD = {ClassState.PROPOSED, ClassState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Mark:
    """One person's result as it is to be; `outcome` "" takes it away. `version` is that of the result which its author
    saw, 0 when there was none."""

    enrolment: int
    outcome: str
    score: Decimal | None
    note: str
    version: int

    def says(self, result: Result | None) -> bool:
        if result is None:
            return not self.outcome
        return (result.outcome, result.score, result.note) == (self.outcome, self.score, self.note)


class ResultsChanged(Exception):
    """Others wrote some of these results meanwhile; nothing was saved. `current`: what stands, by enrolment."""

    def __init__(self, current: Mapping[int, Result | None]):
        super().__init__("Kết quả vừa được người khác sửa.")
        self.current = current


@action
def set_results(*, training_class: TrainingClass, marks: Iterable[Mark], by: User) -> int:
    """Write what differs from what stands, all or nothing; gives how many people it changed.

    Raises ResultsChanged; ValidationError while the class has not begun, for somebody without a seat in it, and for
    who would lose a result on which a certificate stands.
    """
    held = hold(training_class)
    if refusal := why_no_results(held):
        raise ValidationError(refusal)
    wanted = {mark.enrolment: mark for mark in marks}
    rows = held.enrolments.filter(pk__in=wanted, state__in=HOLDS_A_SEAT).select_related("member", "result")
    enrolments = {row.pk: row for row in rows}
    if len(enrolments) < len(wanted):
        raise ValidationError("Có người không còn trong danh sách của lớp. Hãy tải lại trang.")
    stands = {pk: getattr(row, "result", None) for pk, row in enrolments.items()}
    changes = [mark for pk, mark in wanted.items() if not mark.says(stands[pk])]
    moved = {mark.enrolment: stands[mark.enrolment] for mark in changes if _version(stands, mark) != mark.version}
    if moved:
        raise ResultsChanged(moved)
    _refuse_lost_certificates([enrolments[mark.enrolment] for mark in changes if mark.outcome != Outcome.COMPLETED])
    for mark in changes:
        _write(enrolments[mark.enrolment], stands[mark.enrolment], mark)
    return len(changes)


def why_no_results(training_class: TrainingClass) -> str:
    """The sentence for who comes too early, or ""."""
    if training_class.state in NOT_HELD:
        return f"Lớp ở trạng thái “{training_class.get_state_display()}”, không ghi kết quả."
    return "Lớp chưa khai giảng, chưa ghi kết quả được." if timezone.now() < training_class.starts_at else ""


def _version(stands: Mapping[int, Result | None], mark: Mark) -> int:
    result = stands[mark.enrolment]
    return result.version if result else 0


def _refuse_lost_certificates(enrolments: list[Enrolment]) -> None:
    names = Certificate.objects.filter(enrolment__in=enrolments, voided_on=None).values_list("full_name", flat=True)
    if names:
        raise ValidationError(
            [f"{name} đã được cấp giấy chứng nhận. Muốn đổi kết quả, hãy thu hồi giấy trước." for name in names]
        )


def _write(enrolment: Enrolment, result: Result | None, mark: Mark) -> None:
    """The class is held: nobody else writes its results now."""
    columns = {"outcome": mark.outcome, "score": mark.score, "note": mark.note}
    if result is None:
        unit = {"province_id": enrolment.province_id, "commune_id": enrolment.commune_id}
        Result.objects.create(enrolment=enrolment, **unit, **columns)
    elif not mark.outcome:
        result.delete()
    else:
        Result.objects.filter(pk=result.pk).update(version=F("version") + 1, **columns)
