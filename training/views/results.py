"""The grid of a class's results: attendance beside it, everything saved with one button."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from teams.access import Can
from teams.views.pages import Crumb
from training.access import attended_class_or_404
from training.enums import ClassState, Outcome
from training.forms.results import MarkForm
from training.models import TrainingClass
from training.queries.results import ResultLine, proposals, result_lines, sessions_of
from training.services import results as services
from training.views.classes import class_crumbs

EVERY, ALL = "100", "tat-ca"
SHARES = {EVERY: 100, "80": 80, "50": 50}  # ?de-xuat= -> from which share of sessions on a class counts as completed


@require_http_methods(["GET", "HEAD", "POST"])
def class_results(request: HttpRequest, pk: int) -> HttpResponse:
    """?de-xuat= fills in who has no result yet, for staff to look through and save; a class that is finished asks so by
    itself: completed for who was at every session."""
    is_post = request.method == "POST"
    training_class = attended_class_or_404(request.scope, pk, Can.RUN_TRAINING if is_post else Can.VIEW)
    lines = result_lines(training_class, request.scope)
    early = services.why_no_results(training_class)
    may_edit = request.scope.allows(Can.RUN_TRAINING, training_class.province_id) and not early
    asked = request.GET.get("de-xuat", EVERY if training_class.state == ClassState.FINISHED else "")
    proposed = propose(lines, asked) if may_edit and not is_post else {}
    forms = {line.enrolment.pk: mark_form(request, line, proposed) for line in lines} if may_edit else {}
    if is_post and save(request, training_class, forms):
        return redirect("training:class_results", pk)
    context = {
        "class": training_class,
        "sessions": sessions_of(training_class),
        "rows": [(line, forms.get(line.enrolment.pk), line.enrolment.pk in proposed) for line in lines],
        "completed": sum(line.result is not None and line.result.outcome == Outcome.COMPLETED for line in lines),
        "without": sum(line.result is None for line in lines),
        "proposed": len(proposed),
        "asked": asked if asked in {*SHARES, ALL} else "",
        "early": early,
        "may_edit": may_edit,
        "crumbs": below_class(request, training_class),
    }
    return render(request, "training/results/class.html", context, status=422 if is_post else 200)


def propose(lines: list[ResultLine], asked: str) -> Mapping[int, Outcome]:
    if asked == ALL:
        return {line.enrolment.pk: Outcome.COMPLETED for line in lines if line.result is None}
    return proposals(lines, SHARES[asked]) if asked in SHARES else {}


def mark_form(request: HttpRequest, line: ResultLine, proposed: Mapping[int, Outcome]) -> MarkForm:
    initial = MarkForm.stored(line.result)
    if line.enrolment.pk in proposed:
        initial["outcome"] = proposed[line.enrolment.pk]
    return MarkForm(request.POST or None, enrolment=line.enrolment, initial=initial)


def save(request: HttpRequest, training_class: TrainingClass, forms: Mapping[int, MarkForm]) -> bool:
    """Whether all was saved; what was not is told in its row, or above the grid."""
    if not all(form.is_valid() for form in forms.values()):
        messages.error(request, "Chưa lưu: có ô cần sửa lại.")
        return False
    try:
        marks = [form.mark() for form in forms.values()]
        changed = services.set_results(training_class=training_class, marks=marks, by=request.user)
    except services.ResultsChanged as others:
        for enrolment, current in others.current.items():
            forms[enrolment].tell_result(current)
        messages.error(request, "Chưa lưu: người khác vừa ghi kết quả của lớp này. Hãy xem các dòng được đánh dấu.")
        return False
    except ValidationError as refusal:
        for text in refusal.messages:
            messages.error(request, text)
        return False
    messages.success(request, f"Đã ghi kết quả của {changed} người." if changed else "Không có gì thay đổi.")
    return True


def below_class(request: HttpRequest, training_class: TrainingClass) -> list[Crumb]:
    """The way down to a page about how the class ended."""
    own = training_class.title, reverse("training:class", args=[training_class.pk])
    return [*class_crumbs(request, training_class), own]
