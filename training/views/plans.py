"""The plan of a call: asked for, looked at, accepted or dropped, invited to."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from teams.access import Can
from teams.models import Commune
from teams.views.downloads import download
from teams.views.pages import Crumb, FormPage, form_page
from training.access import calls_of, shared_or_404
from training.enums import ClassState
from training.forms.plans import PlanForm, first_decisions
from training.models import TrainingCall, TrainingClass
from training.planning.waiting import RULE
from training.queries.classes import topic_plans
from training.queries.plans import STANDING, needs_to_place, places_of, proposed_places
from training.services import plans as services
from training.services.class_files import LETTER_FORMATS, letter_bytes
from training.services.classes import invite_all
from training.views.calls import call_crumbs


@require_safe
def plan(request: HttpRequest, call: int) -> HttpResponse:
    row = of_department(request, call)
    topics = topic_plans(request.scope, row)
    classes = [line.row for topic in topics for line in topic.lines]
    context = {
        "call": row,
        "topics": topics,
        "proposed": sum(each.state == ClassState.PROPOSED for each in classes),
        "standing": sum(each.state in STANDING for each in classes),
        "uninvited": sum(each.awaits_invitation for each in classes),
        "people": sum(topic.people for topic in topics),
        "without_class": sum(topic.without_class for topic in topics),
        "may_run": request.scope.allows(Can.RUN_TRAINING, row.province_id),
        "has_places": bool(places_of(row.province)),
        "rule": RULE,
        "crumbs": call_crumbs(row),
    }
    return render(request, "training/plans/detail.html", context)


def plan_ask(request: HttpRequest, call: int) -> HttpResponse:
    """When, how many at once, who learns where; the plan itself is a job."""
    row = of_department(request, call, Can.RUN_TRAINING)
    places, last = places_of(row.province), services.last_order(row)
    codes = needs_to_place(row).order_by().values("commune")
    chosen = proposed_places(row, places) | (last.places if last else {})
    form = PlanForm(
        request.POST or None,
        initial=first_decisions(last),
        places=places,
        communes=list(Commune.objects.filter(pk__in=codes).order_by("pk")),
        chosen=chosen,
    )

    def save(form: PlanForm) -> str:
        job = services.ask_plan(call=row, order=form.order(), by=request.user)
        return reverse("jobs:detail", args=[job.pk])

    page = FormPage("Xếp lớp", "Xếp lớp", plan_url(row), "Đang xếp lớp.", plan_crumbs(row))
    return form_page(request, form, page, save, "training/plans/ask.html", replaced=proposals(row).count())


@require_POST
def plan_decide(request: HttpRequest, call: int) -> HttpResponse:
    """`lop`: ids of proposals; `viec`: what becomes of them, "bo" drops, else they are accepted. Without ids, all."""
    row = of_department(request, call, Can.RUN_TRAINING)
    asked = [int(each) for each in request.POST.getlist("lop") if each.isdecimal()]
    if not asked and "tat-ca" not in request.POST:
        messages.error(request, "Chưa chọn lớp nào. Hãy đánh dấu các lớp rồi bấm lại.")
        return redirect(plan_url(row))
    classes = list(proposals(row).filter(pk__in=asked).values_list("pk", flat=True)) if asked else None
    try:
        if request.POST.get("viec") == "bo":
            done = services.drop(call=row, classes=classes or [], by=request.user)
            messages.success(request, f"Đã bỏ {done} lớp dự kiến.")
        else:
            done = services.accept(call=row, classes=classes, by=request.user)
            messages.success(request, f"Đã xếp lịch {done} lớp. Hãy xem lại rồi gửi lời mời từng lớp.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(plan_url(row))


@require_POST
def plan_invite(request: HttpRequest, call: int) -> HttpResponse:
    """Everybody of the call's classes that are planned."""
    row = of_department(request, call, Can.RUN_TRAINING)
    if done := invite_all(call=row, by=request.user):
        messages.success(request, f"Đã gửi thông báo mời {done} lớp đến cán bộ các xã có người trong lớp.")
    else:
        messages.error(request, "Không có lớp nào đã xếp lịch mà chưa mời.")
    return redirect(plan_url(row))


@require_safe
def plan_letter(request: HttpRequest, call: int, format: str) -> HttpResponse:
    """One letter for all classes of the call that stand."""
    row = of_department(request, call)
    classes = row.classes.filter(state__in=STANDING).order_by("starts_at", "pk")
    if format not in LETTER_FORMATS or not classes:
        raise Http404("Chưa có lớp nào đã xếp lịch.")
    data, name = letter_bytes(classes, row.province, format, scope=request.scope, by=request.user)
    return download(name, lambda file: file.write(data))


def of_department(request: HttpRequest, call: int, capability: Can = Can.VIEW) -> TrainingCall:
    """The call for those who see its whole province: plans are no page of a commune."""
    row = shared_or_404(request.scope, calls_of(request.scope), call, capability)
    request.scope.require(Can.VIEW, row.province_id)
    return row


def proposals(row: TrainingCall):
    return TrainingClass.objects.filter(call=row, state=ClassState.PROPOSED)


def plan_url(row: TrainingCall) -> str:
    return reverse("training:plan", args=[row.pk])


def plan_crumbs(row: TrainingCall) -> list[Crumb]:
    return [*call_crumbs(row), ("Kế hoạch lớp", plan_url(row))]
