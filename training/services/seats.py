"""Seats: taken, given back, moved, handed on. All that touches a class's seats holds its row first, so whoever comes at
the same moment waits; `taken` itself is raised under a condition, and the database refuses more than `capacity`.

A seat kept for a commune is for its people alone until it is let go. Who was named by no need gets such a seat first,
and answers the number without names that it was kept for; who was named gets one only when there is no other.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Max

from cdt_portal.accounts.models import User
from teams.models import Member
from teams.services.actions import action
from training.enums import HOLDS_A_SEAT, LIVE, TAKES_PLACE, EnrolmentState
from training.models import Enrolment, TrainingClass, TrainingNeed
from training.planning.waiting import Waiter, call_order


@action
def take(*, training_class: TrainingClass, member: Member, need: TrainingNeed | None = None, by: User) -> Enrolment:
    """A seat while there is one and the commune's quota leaves one, else a place on the waiting list.

    Raises ValidationError when the class is over, or the member has left or is in it already.
    """
    held = hold(training_class)
    _refuse_stranger(held, member)
    seat = _seat_for(held, member.commune_id, named=need is not None) if has_room(held, member.commune_id) else None
    is_free = seat is not None and _claim(held, seat)
    return Enrolment.objects.create(
        training_class=held,
        member=member,
        province_id=member.province_id,
        commune_id=member.commune_id,
        need=need or (_counted_need(held, seat) if is_free else None),
        state=EnrolmentState.SEATED if is_free else EnrolmentState.WAITING,
        rank=None if is_free else _next_rank(held),
    )


@action
def release(*, enrolment: Enrolment, by: User) -> list[Enrolment]:
    """The person does not come; gives those whom the seat reaches by `planning.waiting.RULE`: one or none.

    Raises ValidationError when the class is over, or the person is not in it any more.
    """
    held = hold(enrolment.training_class)
    _refuse_closed(held)
    current = _current(enrolment)
    if current.state == EnrolmentState.SEATED:
        _give_back(held)
    _set(current, state=EnrolmentState.CANCELLED, rank=None)
    return fill(held)


@action
def move(*, enrolment: Enrolment, to: TrainingClass, by: User) -> list[Enrolment]:
    """A seat in another class of the same province instead of this one; gives those whom the old seat reaches.

    Raises ValidationError when the other class has no seat for the commune: nobody loses a seat for a waiting list.
    """
    held = {row.pk: row for row in hold_many([enrolment.training_class, to])}
    source, target = held[enrolment.training_class_id], held[to.pk]
    current = _current(enrolment)
    if source.pk == target.pk:
        raise ValidationError("Người này đang ở lớp đó.")
    _refuse_closed(source)
    if current.attendances.exists():
        raise ValidationError("Người này đã được điểm danh ở lớp cũ, không chuyển lớp được nữa.")
    _refuse_stranger(target, current.member)
    if not has_room(target, current.commune_id):
        raise ValidationError("Lớp chuyển đến đã đủ số người tối đa của xã này.")
    seat = _seat_for(target, current.commune_id, named=current.need_id is not None)
    if seat is None or not _claim(target, seat):
        kept = "Lớp chuyển đến chỉ còn chỗ giữ cho xã khác."
        raise ValidationError(kept if target.kept else "Lớp chuyển đến đã hết chỗ.")
    if current.state == EnrolmentState.SEATED:
        _give_back(source)
    _set(current, training_class=target, state=EnrolmentState.SEATED, rank=None)
    return fill(source)


@action
def let_go(*, training_class: TrainingClass, commune: str = "", by: User) -> list[Enrolment]:
    """Seats kept for the commune, or for all, are anybody's; gives those of the waiting list whom they reach.

    Raises ValidationError when none is kept, or the class is over.
    """
    held = hold(training_class)
    _refuse_closed(held)
    kept = {code: seats for code, seats in held.kept.items() if commune and code != commune}
    if kept == held.kept:
        raise ValidationError("Lớp không còn giữ chỗ nào như vậy. Hãy tải lại trang.")
    TrainingClass.objects.filter(pk=held.pk).update(kept=kept)
    return fill(held)


@action
def replace(*, enrolment: Enrolment, member: Member, by: User) -> Enrolment:
    """Another member of the same team takes over the seat. Raises ValidationError."""
    held = hold(enrolment.training_class)
    current = _current(enrolment)
    if current.state != EnrolmentState.SEATED:
        raise ValidationError("Chỉ cử người thay cho người đang có chỗ.")
    if member.team_id != current.member.team_id:
        raise ValidationError("Người thay phải cùng tổ.")
    _refuse_stranger(held, member)
    _set(current, state=EnrolmentState.REPLACED)
    return Enrolment.objects.create(
        training_class=held,
        member=member,
        province_id=current.province_id,
        commune_id=current.commune_id,
        need_id=current.need_id,
        replaces=current,
    )


# What holds a class ---------------------------------------------------------------------------------------------------


def hold(training_class: TrainingClass) -> TrainingClass:
    """The class as it stands now; others who touch its seats wait until the transaction ends."""
    return hold_many([training_class])[0]


def hold_many(classes: Iterable[TrainingClass]) -> list[TrainingClass]:
    """The same for several, always in one order, so that two moves in opposite directions do not lock each other."""
    rows = TrainingClass.objects.select_for_update(of=["self"]).select_related("topic", "venue", "province")
    return list(rows.filter(pk__in={each.pk for each in classes}).order_by("pk"))


def has_room(training_class: TrainingClass, commune: str) -> bool:
    """Whether the commune may have one more person in a class that is held."""
    if training_class.commune_quota is None:
        return True
    seated = training_class.enrolments.filter(commune=commune, state__in=HOLDS_A_SEAT).count()
    return seated < training_class.commune_quota


ANYBODY = ""


def _seat_for(training_class: TrainingClass, commune: str, *, named: bool) -> str | None:
    """Whose seat the commune's next person would get: the commune's code, or ANYBODY; None when there is none."""
    is_kept = training_class.kept.get(commune, 0) > 0
    if is_kept and not (named and training_class.free > 0):
        return commune
    return ANYBODY if training_class.free > 0 else None


def _claim(training_class: TrainingClass, seat: str) -> bool:
    """Take a seat of those that `_seat_for` names; none that is kept for others."""
    kept = {code: seats - (code == seat) for code, seats in training_class.kept.items()}
    kept = {code: seats for code, seats in kept.items() if seats > 0}
    free = TrainingClass.objects.filter(pk=training_class.pk, taken__lt=F("capacity") - sum(kept.values()))
    if not free.update(taken=F("taken") + 1, kept=kept):
        return False
    training_class.taken += 1
    training_class.kept = kept
    return True


def _counted_need(training_class: TrainingClass, seat: str) -> TrainingNeed | None:
    """The number without names that a kept seat was kept for."""
    needs = TrainingNeed.objects.filter(reply__call=training_class.call_id, topic=training_class.topic_id)
    return needs.filter(commune=seat, member=None).first() if seat != ANYBODY else None


def _give_back(training_class: TrainingClass) -> None:
    TrainingClass.objects.filter(pk=training_class.pk, taken__gt=0).update(taken=F("taken") - 1)


def fill(training_class: TrainingClass) -> list[Enrolment]:
    """Give the free seats of a class that is held to those who wait, as far as they go."""
    current = TrainingClass.objects.filter(pk=training_class.pk, state__in=TAKES_PLACE).first()
    if current is None or (current.free <= 0 and not current.kept):
        return []
    waiting = current.enrolments.filter(state=EnrolmentState.WAITING).select_related("member", "commune", "need")
    rows = {row.pk: row for row in waiting}
    waiters = [Waiter(row.pk, row.commune_id, row.rank) for row in rows.values()]
    called = []
    for waiter in call_order(waiters, seats_of(current), current.commune_quota):
        row = rows[waiter.id]
        seat = _seat_for(current, row.commune_id, named=row.need is not None)
        if seat is not None and _claim(current, seat):
            _set(row, state=EnrolmentState.SEATED, rank=None, need=row.need or _counted_need(current, seat))
            called.append(row)
    return called


def seats_of(training_class: TrainingClass) -> dict[str, int]:
    """How many seats each commune has in the class, by its code."""
    seated = training_class.enrolments.filter(state__in=HOLDS_A_SEAT).order_by().values("commune")
    return dict(seated.annotate(seats=Count("pk")).values_list("commune", "seats"))


def _next_rank(training_class: TrainingClass) -> int:
    return (training_class.enrolments.aggregate(last=Max("rank"))["last"] or 0) + 1


def _current(enrolment: Enrolment) -> Enrolment:
    current = Enrolment.objects.select_related("member").get(pk=enrolment.pk)
    if current.state not in LIVE or current.training_class_id != enrolment.training_class_id:
        raise ValidationError("Người này không còn trong danh sách của lớp. Hãy tải lại trang.")
    return current


def _refuse_closed(training_class: TrainingClass) -> None:
    if training_class.state not in TAKES_PLACE:
        raise ValidationError(f"Lớp ở trạng thái “{training_class.get_state_display()}”, không xếp người được nữa.")


def _refuse_stranger(training_class: TrainingClass, member: Member) -> None:
    _refuse_closed(training_class)
    if member.province_id != training_class.province_id:
        raise ValidationError("Người này thuộc tỉnh khác.")
    if member.left_on is not None:
        raise ValidationError(f"{member.full_name} đã thôi tham gia tổ.")
    if training_class.enrolments.filter(member=member, state__in=LIVE).exists():
        raise ValidationError(f"{member.full_name} đã có trong danh sách của lớp này.")


def _set(enrolment: Enrolment, **fields) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(version=F("version") + 1, **fields)
    for name, value in fields.items():
        setattr(enrolment, name, value)
