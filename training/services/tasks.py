"""Needs that communes owe, classes that their people go to, and what calls and classes ask of the department."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from cdt_portal.lib.periods import spell_deadline
from teams.access import Can, Scope
from teams.models import Commune
from teams.services.tasks import Task, task_source, wider_task_source
from training.access import calls_of, classes_of
from training.enums import HOLDS_A_SEAT, REPLY_OWED, CallState, ClassState
from training.models import Enrolment, TrainingClass
from training.queries.calls import CallLine, call_lines, replies_of, reply_cards


@task_source
def need_tasks(scope: Scope, communes: Sequence[Commune]) -> Iterator[Task]:
    codes = [each.pk for each in communes if scope.allows(Can.REGISTER_NEEDS, each.province_id, each.pk)]
    owed = replies_of(scope).filter(commune__in=codes, call__state=CallState.OPEN, state__in=REPLY_OWED)
    for card in reply_cards(owed.order_by("call__due_at", "pk"), scope):
        yield Task(
            card.reply.call.title,
            card.next,
            reverse("training:needs", args=[card.reply.pk]),
            due_at=card.due_at,
            when=f"hạn đăng ký {spell_deadline(card.due_at)}",
            state=card.reply.get_state_display(),
            is_late=card.is_late,
            place=card.reply.commune.name if len(communes) > 1 else "",
        )


@task_source
def invitation_tasks(scope: Scope, communes: Sequence[Commune]) -> Iterator[Task]:
    """Classes to come in which people of the communes have a seat, for those who work there. One query."""
    may = Can.REGISTER_NEEDS, Can.APPROVE
    codes = [each.pk for each in communes if any(scope.allows(can, each.province_id, each.pk) for can in may)]
    seated = Enrolment.objects.filter(commune__in=codes, state__in=HOLDS_A_SEAT)
    coming = seated.filter(training_class__state=ClassState.INVITED, training_class__starts_at__gt=timezone.now())
    columns = ("training_class_id", "training_class__title", "training_class__starts_at", "commune__name")
    for pk, title, starts_at, name, people in coming.order_by().values_list(*columns).annotate(Count("pk")):
        yield Task(
            f"Lớp “{title}”",
            "Xem lớp",
            reverse("training:class", args=[pk]),
            due_at=starts_at,
            when=f"khai giảng {_moment(starts_at)}",
            state=f"{people} người được mời",
            place=name if len(communes) > 1 else "",
            acts=False,
        )


@wider_task_source
def call_tasks(scope: Scope) -> Iterator[Task]:
    """By call: to be opened, who owes, what waits for a word. Two queries."""
    calls = calls_of(scope).filter(province__in=scope.provinces()).exclude(state=CallState.CLOSED)
    for line in call_lines(calls.select_related("province").order_by("due_at", "pk")):
        yield from _call_tasks(line, timezone.now(), runs=scope.allows(Can.RUN_TRAINING, line.call.province_id))


def _call_tasks(line: CallLine, now: datetime, *, runs: bool) -> Iterator[Task]:
    call, is_late = line.call, now >= line.call.due_at
    url, place = reverse("training:call", args=[call.pk]), call.province.name
    until = {"due_at": call.due_at, "when": f"hạn đăng ký {spell_deadline(call.due_at)}", "place": place}
    if call.state == CallState.DRAFT:
        if runs:
            yield Task(call.title, "Xem và mở", url, state="Chưa mở", **until)
        return
    if line.waiting:
        text = f"{call.title}: {line.waiting} đăng ký chờ duyệt"
        yield Task(text, "Xem và duyệt" if runs else "Xem", url, acts=runs, **until)
    if owes := line.asked - line.sent:
        state, label = f"Còn {owes}/{line.asked} xã chưa nộp", "Xem và đôn đốc" if runs else "Xem"
        page = f"{url}#chua-nop"
        yield Task(call.title, label, page, state=state, is_late=is_late, acts=runs and is_late, **until)
    elif runs and not line.waiting:
        yield Task(call.title, "Xếp lớp và chốt", url, state="Đủ đăng ký đã duyệt", **until)


@wider_task_source
def class_tasks(scope: Scope) -> Iterator[Task]:
    """Classes to invite to, to run and to finish. One query."""
    standing = Q(state__in=[ClassState.PLANNED, ClassState.INVITED])
    classes = classes_of(scope).filter(standing, province__in=scope.provinces()).select_related("province")
    for row in classes.order_by("starts_at", "pk"):
        yield _class_task(row, timezone.now(), runs=scope.allows(Can.RUN_TRAINING, row.province_id))


def _class_task(row: TrainingClass, now: datetime, *, runs: bool) -> Task:
    if now >= row.ends_at:
        state, label, page = "Đã học xong, chưa kết thúc lớp", "Điểm danh và kết thúc", "training:attendance"
    elif row.has_begun:
        state, label, page = "Đang học", "Điểm danh", "training:attendance"
    elif row.state == ClassState.PLANNED:
        state, label, page = "Chưa mời học viên", "Mời học viên", "training:class"
    else:
        state, label, page = "Đã mời", "Xem", "training:class"
    return Task(
        f"Lớp “{row.title}”",
        label if runs else "Xem",
        reverse(page if runs else "training:class", args=[row.pk]),
        due_at=row.starts_at,
        when=f"khai giảng {_moment(row.starts_at)}",
        state=state,
        place=row.province.name,
        acts=runs and label != "Xem",
    )


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"
