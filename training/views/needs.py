"""A commune's answer to a call: written and sent by its officer, read and decided on by the department."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from teams.access import Can
from teams.services.concurrency import Conflict
from teams.views.pages import FormPage, form_page, is_id
from training.access import is_own, may_read, reply_or_404
from training.enums import CallState, ReplyState
from training.forms.calls import ReturnForm
from training.forms.needs import NeedsForm, OwnWishForm, ticked
from training.models import NeedReply, Venue
from training.queries.calls import reply_cards
from training.queries.needs import named_rows, need_sheet, next_waiting, steps_of
from training.services import needs as services
from training.services.reply_states import is_open
from training.views.calls import call_crumbs, training_crumbs

ALL_ROLES = "khac"  # in the address: members of every role that may be named are shown


@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method == "POST":
        return save(request, reply_or_404(request.scope, pk, Can.REGISTER_NEEDS))
    reply = reply_or_404(request.scope, pk)
    if writes(request, reply):
        sheet = need_sheet(reply, all_roles=ALL_ROLES in request.GET)
        return editor(request, reply, NeedsForm(sheet=sheet))
    rows = named_rows(reply) if may_read(request.scope, reply) else None
    context = head_of(request, reply) | {"rows": rows}
    return render(request, "training/needs/read.html", context)


def writes(request: HttpRequest, reply: NeedReply) -> bool:
    may = request.scope.allows(Can.REGISTER_NEEDS, reply.province_id, reply.commune_id)
    return may and reply.state in services.WRITABLE and is_open(reply)


def editor(request: HttpRequest, reply: NeedReply, form: NeedsForm) -> HttpResponse:
    context = head_of(request, reply) | {"form": form, "roster": form.sheet.roster, "topics": form.sheet.topics}
    halls = Venue.objects.filter(province=reply.province_id).select_related("commune")
    context |= {"all_roles": ALL_ROLES in request.GET, "blank": OwnWishForm(prefix="m0"), "halls": halls}
    return render(request, "training/needs/edit.html", context, status=422 if form.errors else 200)


def save(request: HttpRequest, reply: NeedReply) -> HttpResponse:
    """Keep what is typed; with `submit` send it then, with `more` show members of other roles. What is refused stands
    beside what was typed, and what was kept stays kept.

    For the page's script JSON: 200 {version, saved_at}; 422 or 409 {told: [sentence]}, and nothing was kept.
    """
    typed = {member for _, member in ticked(request.POST)}
    form = NeedsForm(request.POST, sheet=need_sheet(reply, typed=typed, all_roles=ALL_ROLES in request.GET))
    if not form.is_valid():
        return refused(request, reply, form)
    try:
        saved = services.save_needs(
            reply=reply,
            version=form.cleaned_data["version"],
            entries=form.entries(),
            wish=form.wish(),
            nothing_needed=form.cleaned_data["nothing_needed"],
            by=request.user,
        )
        form.goes_on_from(saved)
        if "submit" in request.POST:
            sent = services.submit(reply=saved, by=request.user)
            messages.success(request, f"Đã nộp đăng ký. Mã biên nhận {sent.receipt}.")
            return redirect("training:needs", reply.pk)
    except ValidationError as refusal:
        form.tell(refusal)
    except Conflict as conflict:
        form.tell_conflict(conflict.current)
        return refused(request, reply, form, 409)
    if form.errors:
        return refused(request, reply, form)
    saved_at = f"{timezone.localtime():%H:%M %d/%m/%Y}"
    if asked_by_script(request):
        return JsonResponse({"version": saved.version, "saved_at": saved_at})
    messages.success(request, f"Đã lưu lúc {saved_at}. Bấm “Nộp đăng ký” khi xong.")
    shows_all = "more" in request.POST or ALL_ROLES in request.GET
    return redirect(reverse("training:needs", args=[reply.pk]) + (f"?{ALL_ROLES}=1" if shows_all else ""))


def refused(request: HttpRequest, reply: NeedReply, form: NeedsForm, status: int = 422) -> HttpResponse:
    if not asked_by_script(request):
        return editor(request, reply, form)
    told = [sentence for sentences in form.errors.values() for sentence in sentences]
    return JsonResponse({"told": told}, status=status)


def asked_by_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def head_of(request: HttpRequest, reply: NeedReply) -> dict:
    """What stands around every page of a reply."""
    may = {can: request.scope.allows(can, reply.province_id, reply.commune_id) for can in Can}
    is_department = request.scope.allows(Can.VIEW, reply.province_id)
    return {
        "reply": reply,
        "call": reply.call,
        "card": reply_cards([reply], request.scope)[0],
        "steps": steps_of(reply),
        "next": next_waiting(reply) if may[Can.RUN_TRAINING] else None,
        "own": is_own(request.scope, reply),
        "open": is_open(reply),
        "see_phones": may[Can.SEE_PHONES],
        "may_reveal": may[Can.REVEAL_PHONES] and not may[Can.SEE_PHONES],
        "may_withdraw": may[Can.REGISTER_NEEDS] and reply.state == ReplyState.SUBMITTED and is_open(reply),
        "may_accept": may[Can.RUN_TRAINING] and reply.state == ReplyState.SUBMITTED,
        "may_return": may[Can.RUN_TRAINING]
        and reply.state in (ReplyState.SUBMITTED, ReplyState.ACCEPTED)
        and reply.call.state == CallState.OPEN,
        "crumbs": call_crumbs(reply.call) if is_department else training_crumbs(),
    }


@require_POST
def needs_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    reply = reply_or_404(request.scope, pk, Can.REGISTER_NEEDS)
    done = "Đã rút lại. Sửa xong hãy nộp lại."
    return step(request, reply, done, lambda: services.withdraw(reply=reply, by=request.user))


@require_POST
def needs_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """`version`: of what the page showed."""
    reply = reply_or_404(request.scope, pk, Can.RUN_TRAINING)
    seen = request.POST.get("version", "")
    version = int(seen) if is_id(seen) else 0
    return step(request, reply, "Đã duyệt.", lambda: services.accept(reply=reply, version=version, by=request.user))


def step(request: HttpRequest, reply: NeedReply, done: str, act: Callable[[], NeedReply]) -> HttpResponse:
    """One step; one that is no longer possible says why and shows the page as it is now."""
    try:
        act()
        messages.success(request, done)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("training:needs", reply.pk)


def needs_return(request: HttpRequest, pk: int) -> HttpResponse:
    reply = reply_or_404(request.scope, pk, Can.RUN_TRAINING)
    back = reverse("training:needs", args=[reply.pk])

    def save(form: ReturnForm) -> None:
        services.return_(reply=reply, note=form.cleaned_data["note"], by=request.user)

    title = f"Trả lại đăng ký của {reply.commune.name}"
    page = FormPage(title, "Trả lại", back, "Đã trả lại.", [*call_crumbs(reply.call), (reply.commune.name, back)])
    return form_page(request, ReturnForm(request.POST or None), page, save)
