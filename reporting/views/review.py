"""The review desk: what waits, the riskiest first; a report beside the period before; accepted, given back, or many
at once.

?dot= keeps to one campaign, here and on every page one goes on to.
"""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reporting.access import campaigns_of, report_or_404
from reporting.enums import ReportState
from reporting.forms.review import ReopenForm
from reporting.models import ReadyComment, Report
from reporting.queries import review as queries
from reporting.queries.differences import changes_since
from reporting.queries.figures import checks_of, frozen_figures
from reporting.queries.reports import attachments_of, card_of, latest_snapshot, steps_of
from reporting.services import reports as services
from reporting.services import review as reviewing
from reporting.services.states import is_open, may_be_reopened
from reporting.views.provinces import page_of, report_crumbs
from teams.access import Can
from teams.models import Province
from teams.services.concurrency import Conflict
from teams.views.pages import Crumb, FormPage, form_page, is_id, of_province

REMARK = "reason-"
LOOK_AGAIN = "Hãy xem lại rồi quyết định."


def find(request: HttpRequest, pk: int, capability: Can = Can.VIEW) -> Report:
    """A report that was sent once, for the department; its commune has a page of its own."""
    current = report_or_404(request.scope, pk, capability)
    request.scope.require(Can.VIEW, current.province_id)
    if current.first_submitted_at is None:
        raise PermissionDenied("Xã đang soạn báo cáo này; thẩm định được khi xã nộp.")
    return current


def asked_campaign(request: HttpRequest) -> int | None:
    asked = request.GET.get("dot", "")
    return int(asked) if is_id(asked) else None


def review_url(request: HttpRequest, pk: int) -> str:
    campaign = asked_campaign(request)
    return reverse("reporting:review", args=[pk]) + (f"?dot={campaign}" if campaign else "")


def desk_url(request: HttpRequest, province: Province) -> str:
    campaign = asked_campaign(request)
    return page_of("review_desk", province) + (f"&dot={campaign}" if campaign else "")


@require_safe
@of_province()
def review_desk(request: HttpRequest, province: Province) -> HttpResponse:
    asked = asked_campaign(request)
    rows = queries.queue(queries.waiting_reports(province, asked))
    context = {
        "province": province,
        "rows": rows,
        "clean": sum(row.is_clean for row in rows),
        "campaign": campaigns_of(request.scope).filter(province=province, pk=asked).first() if asked else None,
        "may_review": request.scope.allows(Can.REVIEW_REPORT, province.pk),
        "jump": queries.BIG_JUMP,
        "crumbs": report_crumbs(),
    }
    return render(request, "reporting/review/desk.html", context)


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, find(request, pk))


def page(
    request: HttpRequest, current: Report, *, told: str = "", typed: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """`typed`: what a refused return said, by the names of its fields."""
    snapshot, typed = latest_snapshot(current), typed or {}
    figures = frozen_figures(snapshot)
    findings, steps = checks_of(figures), steps_of(current, own=False)
    may_review = request.scope.allows(Can.REVIEW_REPORT, current.province_id, current.commune_id)
    waits = current.state in queries.WAITING
    rows = queries.queue(queries.waiting_reports(current.province, asked_campaign(request)))
    remarks = {name.removeprefix(REMARK): text for name, text in typed.items() if name.startswith(REMARK)}
    context = {
        "report": current,
        "card": card_of(current),
        "snapshot": snapshot,
        "figures": figures,
        "findings": findings,
        "sections": queries.review_sections(figures, findings, remarks),
        "compared": any(line.previous is not None for line in figures.lines()),
        "remarks": queries.returns_of(steps, figures),
        "steps": steps,
        "taken": queries.taken_by(steps) if current.state == ReportState.UNDER_REVIEW else None,
        "takes": may_review and current.state == ReportState.SUBMITTED,
        "may_review": may_review,
        "may_decide": may_review and waits,
        "may_return": may_review and waits and is_open(current),
        "may_reopen": may_review and may_be_reopened(current),
        "changes": changes_since(snapshot),
        "files": attachments_of(current),
        "ready": ReadyComment.objects.filter(province=current.province_id) if may_review else [],
        "province_code": current.province_id,
        "ready_told": "",
        "ready_text": "",
        "beside": queries.neighbours(rows, current.pk),
        "waiting": len(rows),
        "query": f"?dot={campaign}" if (campaign := asked_campaign(request)) else "",
        "told": told,
        "note": typed.get("note", ""),
        "crumbs": desk_crumbs(request, current.province),
    }
    return render(request, "reporting/review/report.html", context, status=status)


def desk_crumbs(request: HttpRequest, province: Province) -> list[Crumb]:
    return [*report_crumbs(), ("Thẩm định", desk_url(request, province))]


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """A reviewer begins on purpose, looking is not taking: from then on the commune can not withdraw it."""
    current = find(request, pk, Can.REVIEW_REPORT)
    try:
        current = services.take(report=current, by=request.user)
    except ValidationError:  # somebody else did, or it went on meanwhile: the page says how it stands
        current.refresh_from_db()
    context = {
        "report": current,
        "card": card_of(current),
        "taken": queries.taken_by(steps_of(current, own=False)),
        "takes": False,
        "may_decide": current.state in queries.WAITING,
    }
    return render(request, "reporting/review/_taken.html", context)


def version_of(request: HttpRequest) -> int:
    """Which state of the report the reviewer saw."""
    asked = request.POST.get("version", "")
    return int(asked) if is_id(asked) else 0


def go_on(request: HttpRequest, current: Report) -> HttpResponse:
    """To the report that the page showed as the next one, or back to the desk."""
    following = request.POST.get("next", "")
    if is_id(following):
        return redirect(review_url(request, int(following)))
    return redirect(desk_url(request, current.province))


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    current, told = find(request, pk, Can.REVIEW_REPORT), ""
    try:
        reviewing.accept_seen(report=current, version=version_of(request), by=request.user)
    except ValidationError as refusal:
        told = " ".join(refusal.messages)
    except Conflict as conflict:
        told = f"{queries.moved_on(conflict.current)} {LOOK_AGAIN}"
    if told:
        messages.error(request, f"{current.commune.name}: {told}")
        return redirect(review_url(request, pk))
    messages.success(request, f"Đã duyệt báo cáo của {current.commune.name}.")
    return go_on(request, current)


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """`note` in general, `reason-<code>` for one indicator; a refusal shows everything typed again."""
    current, told, status = find(request, pk, Can.REVIEW_REPORT), "", 422
    reasons = [
        {"code": name.removeprefix(REMARK), "text": text}
        for name, text in request.POST.items()
        if name.startswith(REMARK) and text.strip()
    ]
    try:
        note, version = request.POST.get("note", ""), version_of(request)
        reviewing.return_seen(report=current, version=version, note=note, reasons=reasons, by=request.user)
    except ValidationError as refusal:
        told = " ".join(refusal.messages)
    except Conflict as conflict:
        told, status = f"{queries.moved_on(conflict.current)} {LOOK_AGAIN}", 409
    if told:
        current.refresh_from_db()
        return page(request, current, told=f"Chưa trả lại: {told}", typed=request.POST, status=status)
    messages.success(request, f"Đã trả lại báo cáo của {current.commune.name}.")
    return go_on(request, current)


def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Any report that its commune can no longer write, sent or not."""
    current = report_or_404(request.scope, pk, Can.REVIEW_REPORT)
    form = ReopenForm(request.POST or None, initial={"until": current.reopened_until, "version": current.version})

    def save(form: ReopenForm) -> None:
        reviewing.reopen_seen(report=current, by=request.user, **form.cleaned_data)

    stands = " Xã không nộp lại đến thời hạn đó thì báo cáo đã duyệt giữ nguyên." if current.accepted_at else ""
    page = FormPage(
        f"Mở lại báo cáo của {current.commune.name}",
        "Mở lại",
        reverse("reporting:report", args=[pk]),
        f"Đã mở lại báo cáo của {current.commune.name}.",
        desk_crumbs(request, current.province),
        intro=f"{current.campaign.title}, đang ở trạng thái “{current.get_state_display()}”. "
        f"Xã sẽ sửa và nộp được cho đến thời hạn mở lại.{stands}",
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "HEAD", "POST"])
@of_province(Can.REVIEW_REPORT)
def accept_clean(request: HttpRequest, province: Province) -> HttpResponse:
    """What has nothing to look at, named and counted first; only what was named is accepted, as it was seen."""
    rows = [row for row in queries.queue(queries.waiting_reports(province, asked_campaign(request))) if row.is_clean]
    if request.method == "POST":
        seen = set(request.POST.getlist("seen"))
        chosen = [row.report for row in rows if f"{row.report.pk}-{row.report.version}" in seen]
        accepted, refused = reviewing.accept_many(seen=[(each, each.version) for each in chosen], by=request.user)
        messages.success(request, f"Đã duyệt {len(accepted)} báo cáo.")
        if left := len(seen) - len(accepted):
            messages.warning(request, f"{left} báo cáo đã thay đổi nên chưa duyệt. {' '.join(refused)}".strip())
        return redirect(desk_url(request, province))
    context = {"rows": rows, "desk": desk_url(request, province), "crumbs": desk_crumbs(request, province)}
    return render(request, "reporting/review/accept_clean.html", context)


# Ready comments: asked for by the page's script, so that nothing typed beside them is lost ---------------------------


@require_POST
@of_province(Can.REVIEW_REPORT)
def ready_add(request: HttpRequest, province: Province) -> HttpResponse:
    told, text = "", request.POST.get("text", "")
    try:
        reviewing.add_ready_comment(province=province, text=text, by=request.user)
    except ValidationError as refusal:
        told = " ".join(refusal.messages)
    return ready_list(request, province, told=told, text=text if told else "")


@require_POST
def ready_remove(request: HttpRequest, comment_id: int) -> HttpResponse:
    comment = get_object_or_404(ReadyComment.objects.select_related("province"), pk=comment_id)
    get_object_or_404(request.scope.provinces(), pk=comment.province_id)
    request.scope.require(Can.REVIEW_REPORT, comment.province_id)
    reviewing.remove_ready_comment(comment=comment, by=request.user)
    return ready_list(request, comment.province)


def ready_list(request: HttpRequest, province: Province, *, told: str = "", text: str = "") -> HttpResponse:
    context = {
        "ready": ReadyComment.objects.filter(province=province),
        "province_code": province.pk,
        "ready_told": told,
        "ready_text": text,
    }
    return render(request, "reporting/review/_ready.html", context)
