"""Classes: listed, made, changed, with their people moved, invited to, cancelled, taken along as files."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from teams.access import Can, requires
from teams.models import Province
from teams.queries.members import rows_of
from teams.views.downloads import download
from teams.views.pages import Crumb, FormPage, form_page, is_id, of_province
from training.access import classes_of, shared_or_404
from training.enums import LIVE, ClassState
from training.forms.classes import CancelForm, ClassEditForm, ClassForm
from training.models import Enrolment, TrainingClass
from training.planning.waiting import RULE
from training.queries.attendance import may_replace
from training.queries.classes import (
    FOUND,
    candidates,
    class_lines,
    class_people,
    classes_with_people_of,
    movable_to,
)
from training.queries.materials import materials_of
from training.services import classes as services
from training.services import plans
from training.services.class_files import LETTER_FORMATS, LIST_FORMATS, letter_bytes, list_bytes
from training.views.calls import call_crumbs, training_crumbs

PER_PAGE = 30


@require_safe
@requires(Can.VIEW)
def class_list(request: HttpRequest) -> HttpResponse:
    """?trang_thai= one state. A commune sees the classes that its people are in."""
    whole = request.scope.provinces().exists()
    classes = classes_of(request.scope).order_by("-starts_at", "-pk")
    if not whole:
        classes = classes_with_people_of(request.scope, classes)
    state = request.GET.get("trang_thai", "")
    if state in ClassState:
        classes = classes.filter(state=state)
    page = Paginator(classes, PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page": page,
        "lines": class_lines(request.scope, page.object_list),
        "states": [each for each in ClassState if whole or each != ClassState.PROPOSED],
        "state": state,
        "whole": whole,
        "runs": request.scope.allows(Can.RUN_TRAINING),
        "several": request.scope.provinces().count() > 1,
        "crumbs": training_crumbs(),
    }
    return render(request, "training/classes/list.html", context)


@require_safe
def class_page(request: HttpRequest, pk: int) -> HttpResponse:
    row = class_or_404(request, pk)
    may_run = request.scope.allows(Can.RUN_TRAINING, row.province_id)
    people = class_people(request.scope, row)
    context = {
        "row": row,
        "line": class_lines(request.scope, TrainingClass.objects.filter(pk=row.pk))[0],
        "sessions": list(row.sessions.all()),
        "people": people,
        "materials": materials_of(request.scope, row.topic),
        "rule": RULE,
        "targets": movable_to(row) if may_run and row.is_open else [],
        "may_change": may_run and row.is_open,
        "may_run": may_run,
        "replaceable": [each.commune.pk for each in people.groups if may_replace(request.scope, row, each.commune.pk)]
        if row.is_open
        else [],
        "whole": request.scope.allows(Can.VIEW, row.province_id),
        "crumbs": class_crumbs(request, row),
    }
    return render(request, "training/classes/detail.html", context)


@of_province(Can.RUN_TRAINING)
def class_add(request: HttpRequest, province: Province) -> HttpResponse:
    form = ClassForm(request.POST or None, province=province)

    def save(form: ClassForm) -> str:
        sessions = form.cleaned_data["sessions"]
        row = services.create_class(by=request.user, province=province, fields=form.columns(), sessions=sessions)
        return url_of(row)

    back = reverse("training:classes")
    page = FormPage("Mở lớp tập huấn", "Lưu", back, "Đã mở lớp. Hãy thêm người.", list_crumbs())
    return form_page(request, form, page, save)


def class_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = class_or_404(request, pk, Can.RUN_TRAINING)
    form = ClassEditForm(request.POST or None, initial=ClassEditForm.stored(row), province=row.province, kept=row)

    def save(form: ClassEditForm) -> None:
        typed = form.cleaned_data
        called = services.update_class(
            training_class=row,
            version=typed["version"],
            fields=form.columns(),
            sessions=typed["sessions"],
            by=request.user,
        )
        say_called(request, called)

    page = FormPage(f"Sửa {row.title}", "Lưu", url_of(row), "Đã lưu.", [*class_crumbs(request, row), here(row)])
    return form_page(request, form, page, save)


def class_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    row = class_or_404(request, pk, Can.RUN_TRAINING)
    form = CancelForm(request.POST or None)

    def save(form: CancelForm) -> None:
        services.cancel(training_class=row, reason=form.cleaned_data["reason"], by=request.user)

    told = " Các xã đã được mời sẽ nhận thông báo." if row.state == ClassState.INVITED else ""
    page = FormPage(
        f"Hủy {row.title}",
        "Hủy lớp",
        url_of(row),
        "Đã hủy lớp.",
        [*class_crumbs(request, row), here(row)],
        intro=f"{row.taken} người của lớp trở lại danh sách chưa có lớp.{told}",
        danger=True,
    )
    return form_page(request, form, page, save)


# What is done from the page of a class --------------------------------------------------------------------------------


def acting(request: HttpRequest, row: TrainingClass, act: Callable[[], str], target: str = "") -> HttpResponse:
    """Do it, say what `act` says or why it was refused, and go back to the class."""
    try:
        messages.success(request, act())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(target or url_of(row))


@require_POST
def class_accept(request: HttpRequest, pk: int) -> HttpResponse:
    row = class_or_404(request, pk, Can.RUN_TRAINING)

    def act() -> str:
        if not row.call or not plans.accept(call=row.call, classes=[row.pk], by=request.user):
            raise ValidationError("Lớp này không còn là dự kiến.")
        return "Đã xếp lịch lớp."

    return acting(request, row, act)


@require_POST
def class_invite(request: HttpRequest, pk: int) -> HttpResponse:
    row = class_or_404(request, pk, Can.RUN_TRAINING)

    def act() -> str:
        services.invite(training_class=row, by=request.user)
        return "Đã gửi thông báo mời đến cán bộ các xã có người trong lớp."

    return acting(request, row, act)


@require_POST
def class_move(request: HttpRequest, pk: int) -> HttpResponse:
    """`nguoi`: ids of enrolments, `lop`: the class they go to."""
    row = class_or_404(request, pk, Can.RUN_TRAINING)
    asked = request.POST.get("lop", "")
    chosen = chosen_people(request, row)

    def act() -> str:
        target = TrainingClass.objects.filter(province=row.province_id, pk=asked if is_id(asked) else 0).first()
        if target is None or not chosen:
            raise ValidationError("Hãy đánh dấu người và chọn lớp chuyển đến.")
        say_called(request, services.transfer(enrolments=chosen, to=target, by=request.user))
        return f"Đã chuyển {len(chosen)} người sang lớp “{target.title}”."

    return acting(request, row, act)


@require_POST
def class_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """`nguoi`: ids of the enrolments of those who do not come."""
    row = class_or_404(request, pk, Can.RUN_TRAINING)
    chosen = chosen_people(request, row)

    def act() -> str:
        if not chosen:
            raise ValidationError("Hãy đánh dấu những người không tham gia.")
        say_called(request, services.withdraw(enrolments=chosen, by=request.user))
        return f"Đã cho {len(chosen)} người thôi học."

    return acting(request, row, act)


def class_enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """?q= finds people by name; a post adds the `member`, to the waiting list when the class is full."""
    row = class_or_404(request, pk, Can.RUN_TRAINING)
    search = request.GET.get("q", "").strip()
    if request.method == "POST":
        asked = request.POST.get("member", "")
        members = [each for each in candidates(request.scope, row, search) if str(each.pk) == asked]

        def act() -> str:
            if not members:
                raise ValidationError("Không tìm thấy người này, hoặc đã có trong lớp.")
            place = services.enrol(training_class=row, member=members[0], by=request.user)
            where = "vào lớp" if place.rank is None else f"vào danh sách chờ, thứ {place.rank}"
            return f"Đã thêm {members[0].full_name} {where}."

        return acting(request, row, act, request.get_full_path())
    found = rows_of(request.scope, candidates(request.scope, row, search))
    context = {
        "row": row,
        "search": search,
        "found": found,
        "cut": len(found) == FOUND,
        "crumbs": [*class_crumbs(request, row), here(row)],
    }
    return render(request, "training/classes/enrol.html", context)


def chosen_people(request: HttpRequest, row: TrainingClass) -> list[Enrolment]:
    ids = [each for each in request.POST.getlist("nguoi") if is_id(each)]
    people = row.enrolments.filter(pk__in=ids, state__in=LIVE).select_related("member", "training_class")
    return list(people.order_by("pk"))


def say_called(request: HttpRequest, called: list[Enrolment]) -> None:
    if called:
        names = ", ".join(each.member.full_name for each in called)
        messages.info(request, f"Được gọi từ danh sách chờ: {names}.")


# Files ----------------------------------------------------------------------------------------------------------------


@require_safe
def class_roster(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    """The people of the class whom the reader sees."""
    row = class_or_404(request, pk)
    if format not in LIST_FORMATS:
        raise Http404
    data, name = list_bytes(row, format, scope=request.scope, by=request.user)
    return download(name, lambda file: file.write(data))


@require_safe
def class_letter(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    row = class_or_404(request, pk)
    request.scope.require(Can.VIEW, row.province_id)
    if format not in LETTER_FORMATS:
        raise Http404
    classes = TrainingClass.objects.filter(pk=row.pk)
    data, name = letter_bytes(classes, row.province, format, scope=request.scope, by=request.user)
    return download(name, lambda file: file.write(data))


# Where we are ---------------------------------------------------------------------------------------------------------


def class_or_404(request: HttpRequest, pk: int, capability: Can = Can.VIEW) -> TrainingClass:
    classes = classes_of(request.scope).select_related("topic", "venue__commune", "call")
    return shared_or_404(request.scope, classes, pk, capability)


def url_of(row: TrainingClass) -> str:
    return reverse("training:class", args=[row.pk])


def here(row: TrainingClass) -> Crumb:
    return (row.title, url_of(row))


def list_crumbs() -> list[Crumb]:
    return [*training_crumbs(), ("Lớp tập huấn", reverse("training:classes"))]


def class_crumbs(request: HttpRequest, row: TrainingClass) -> list[Crumb]:
    """The way down through the call's plan for the department, through the list of classes for a commune."""
    if row.call and request.scope.allows(Can.VIEW, row.province_id):
        return [*call_crumbs(row.call), ("Kế hoạch lớp", reverse("training:plan", args=[row.call_id]))]
    return list_crumbs()
