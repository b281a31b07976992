"""The department's pages about campaigns: made in two ways, looked at, opened, changed, copied, locked."""

from datetime import datetime
from pathlib import PurePath

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cdt_portal.notices.follow_up import Wording, zalo_text
from reporting.access import campaign_or_404, campaigns_of
from reporting.enums import CampaignKind, CampaignState, FormAudience, ReportState
from reporting.forms.campaigns import (
    AdHocEditForm,
    AdHocForm,
    LockForm,
    OpenCampaignForm,
    PeriodicEditForm,
    PeriodicForm,
)
from reporting.models import AddresseeGroup, Campaign, ReportPeriod
from reporting.queries.approvers import communes_without_approver
from reporting.queries.campaigns import addressed, next_period, report_lines, state_counts
from reporting.queries.periods import on_days_off, policy_of, published_forms
from reporting.queries.rates import rate_lines, rates_of
from reporting.services import campaigns as services
from reporting.services.duties import follow_up_of
from reporting.services.states import may_be_reopened
from reporting.views.provinces import page_of, report_crumbs
from teams.access import Can
from teams.forms.scans import SCAN_TYPES
from teams.models import Province
from teams.services.concurrency import Conflict
from teams.views.pages import Crumb, FormPage, form_page, is_id, of_province

FORM = "reporting/campaigns/form.html"


def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """?trang_thai= shows the communes in that state, ?qua_han=1 those that owe their report after the deadline."""
    row = campaign_or_404(request.scope, pk)
    may_run = request.scope.allows(Can.RUN_CAMPAIGNS, row.province_id)
    lines, groups = report_lines(row), list(row.groups.all())
    state, late_only = request.GET.get("trang_thai", ""), "qua_han" in request.GET
    context = {
        "campaign": row,
        "counts": state_counts(lines),
        "late": sum(line.is_late for line in lines),
        "total": len(lines),
        "lines": [
            line for line in lines if (line.report.state == state or not state) and (line.is_late or not late_only)
        ],
        "state": ReportState(state) if state in ReportState else "",
        "late_only": late_only,
        "asked": list(addressed(row).order_by("sort_key", "pk")) if row.state == CampaignState.DRAFT else [],
        "groups": groups,
        "bodies": list(row.bodies.all()),
        "too_late_to_open": row.commune_due_at <= timezone.now(),
        "days_off": on_days_off(row.province_id, _deadlines(row, groups)) if row.state != CampaignState.LOCKED else [],
        "next_period": next_period(row) if may_run else None,
        "may_run": may_run,
        "reopenable": {line.report.pk for line in lines if may_be_reopened(line.report)} if may_run else set(),
        "crumbs": report_crumbs(),
    }
    return render(request, "reporting/campaigns/detail.html", context | _standing(request, row))


def _deadlines(row: Campaign, groups: list[AddresseeGroup]) -> list[tuple[str, datetime]]:
    own = [(f"Hạn của nhóm {group.name}", group.due_at) for group in groups]
    return [("Hạn của xã", row.commune_due_at), *own, ("Hạn tổng hợp của Sở", row.department_due_at)]


def _standing(request: HttpRequest, row: Campaign) -> dict[str, object]:
    """Once it is open: the four rates, who owes and who of them could not send, and the text that tells them so."""
    if row.state == CampaignState.DRAFT:
        return {}
    now = timezone.now()
    follow_up = follow_up_of(row, now)
    address = request.build_absolute_uri(reverse("reporting:home"))
    text = zalo_text(follow_up, wording(row), now=now, address=address)
    rates = rates_of([row])[row.pk]
    return {
        "follow_up": follow_up,
        "zalo": text,
        "unled": communes_without_approver(row) if row.state == CampaignState.OPEN else [],
        "rates": rate_lines(rates),
        "counted": rates.asked,
    }


def wording(row: Campaign) -> Wording:
    letter = f" ({row.letter})" if row.letter else ""
    return Wording(
        about=f"nộp báo cáo “{row.title}”{letter}",
        undone="chưa nộp hoặc chưa nộp lại",
        due="Hạn nộp",
        ask="hoàn thành và nộp báo cáo",
    )


@of_province(Can.RUN_CAMPAIGNS)
def campaign_add(request: HttpRequest, province: Province) -> HttpResponse:
    """?loai=dinh-ky on a period (?ky= its id), ?loai=dot-xuat on a letter (?chep= the campaign to start from); without,
    the choice of the two."""
    kind, has_form = request.GET.get("loai"), published_forms(province.pk, FormAudience.COMMUNE).exists()
    if has_form and kind == "dinh-ky":
        return _add_periodic(request, province)
    if has_form and kind == "dot-xuat":
        return _add_ad_hoc(request, province)
    context = {"province": province, "has_form": has_form, "crumbs": report_crumbs()}
    return render(request, "reporting/campaigns/kinds.html", context)


def _add_periodic(request: HttpRequest, province: Province) -> HttpResponse:
    asked = request.GET.get("ky", "")
    period = ReportPeriod.objects.filter(province=province, pk=asked).first() if is_id(asked) else None
    initial = {"period": period, "leader_approves": policy_of(province).leader_approves}
    form = PeriodicForm(request.POST or None, initial=initial, province=province)

    def save(form: PeriodicForm) -> str:
        return _created(request, province, form, form.columns())

    page = _adding_page("Đợt báo cáo định kỳ", province)
    return form_page(request, form, page, save, FORM)


def _add_ad_hoc(request: HttpRequest, province: Province) -> HttpResponse:
    asked = request.GET.get("chep", "")
    source = campaigns_of(request.scope).filter(province=province, pk=asked).first() if is_id(asked) else None
    form = AdHocForm(
        request.POST or None, request.FILES or None, initial=_started_from(source, province), province=province
    )

    def save(form: AdHocForm) -> str:
        letter = services.save_letter(province=province, letter=None, fields=form.letter_columns(), by=request.user)
        return _created(request, province, form, form.columns() | {"letter": letter, "previous": source})

    page = _adding_page("Đợt báo cáo đột xuất, theo công văn", province)
    return form_page(request, form, page, save, FORM)


def _started_from(source: Campaign | None, province: Province) -> dict[str, object]:
    """What a new letter has in common with the campaign that it is copied from."""
    if source is None:
        return {"leader_approves": policy_of(province).leader_approves}
    copied = PeriodicEditForm.stored(source)
    started = {name: copied[name] for name in ("form_version", "asked", "communes", "instructions", "leader_approves")}
    started["bodies"] = "\n".join(body.name for body in source.bodies.all())
    if source.letter:
        started |= {name: getattr(source.letter, name) for name in ("issuer", "contact_name", "contact_phone")}
    return started


def _created(request: HttpRequest, province: Province, form, fields: dict[str, object]) -> str:
    communes = fields.pop("communes")
    bodies = form.cleaned_data["bodies"]
    row = services.create_campaign(by=request.user, province=province, fields=fields, communes=communes, bodies=bodies)
    return reverse("reporting:campaign", args=[row.pk])


def _adding_page(title: str, province: Province) -> FormPage:
    back = page_of("campaign_add", province)
    crumbs = [*report_crumbs(), ("Tạo đợt báo cáo", back)]
    return FormPage(title, "Lưu và xem trước", back, "Đã lưu. Hãy xem lại rồi bấm “Mở đợt báo cáo”.", crumbs)


KEPT_ON_TIME = "Báo cáo đã nộp giữ kết quả đúng hạn hay trễ hạn theo thời hạn lúc nộp, dù sau đó thời hạn thay đổi."


def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = campaign_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    form = _edit_form(request, row)

    def save(form: OpenCampaignForm) -> None:
        version = form.cleaned_data["version"]
        services.update_campaign(campaign=row, version=version, fields=form.columns(), by=request.user)
        if isinstance(form, AdHocEditForm):
            fields = form.letter_columns()
            services.save_letter(province=row.province, letter=row.letter, fields=fields, by=request.user)

    intro = "" if row.state == CampaignState.DRAFT else KEPT_ON_TIME
    page = FormPage(f"Sửa {row.title}", "Lưu", _url(row), "Đã lưu.", campaign_crumbs(row), intro=intro)
    return form_page(request, form, page, save, FORM)


def _edit_form(request: HttpRequest, row: Campaign) -> OpenCampaignForm:
    """Of a draft everything, afterwards what may still change."""
    if row.state != CampaignState.DRAFT:
        return OpenCampaignForm(request.POST or None, initial=OpenCampaignForm.stored(row))
    form_class = PeriodicEditForm if row.kind == CampaignKind.PERIODIC else AdHocEditForm
    return form_class(
        request.POST or None,
        request.FILES or None,
        initial=form_class.stored(row),
        province=row.province,
        kept=row.form_version_id,
    )


@require_POST
def campaign_open(request: HttpRequest, pk: int) -> HttpResponse:
    """`version`: what the page that foretold it showed."""
    row = campaign_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    version = request.POST.get("version", "")
    try:
        services.open_campaign(campaign=row, by=request.user, version=int(version) if is_id(version) else 0)
        messages.success(request, f"Đã mở đợt báo cáo cho {row.reports.count()} xã, phường, đặc khu.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    except Conflict:
        messages.error(request, "Người khác vừa sửa đợt báo cáo này. Hãy xem lại rồi mở.")
    return redirect("reporting:campaign", pk)


@require_POST
def campaign_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The same call for the posted `period`, as a draft."""
    row = campaign_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    asked = request.POST.get("period", "")
    period = get_object_or_404(ReportPeriod, province=row.province_id, pk=asked if is_id(asked) else 0)
    try:
        copy = services.copy_campaign(campaign=row, period=period, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("reporting:period", period.pk)
    messages.success(request, "Đã chép. Hãy xem lại rồi bấm “Mở đợt báo cáo”.")
    return redirect("reporting:campaign", copy.pk)


@require_POST
def campaign_drop(request: HttpRequest, pk: int) -> HttpResponse:
    row = campaign_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    try:
        services.drop_campaign(campaign=row, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("reporting:campaign", pk)
    messages.success(request, "Đã xóa đợt báo cáo đang soạn.")
    return redirect("reporting:home")


def campaign_lock(request: HttpRequest, pk: int) -> HttpResponse:
    row = campaign_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    form = LockForm(request.POST or None, initial={"version": row.version})

    def save(form: LockForm) -> None:
        services.lock_campaign(campaign=row, by=request.user, version=form.cleaned_data["version"])

    page = FormPage(
        f"Chốt {row.title}",
        "Chốt đợt báo cáo",
        _url(row),
        "Đã chốt đợt báo cáo.",
        campaign_crumbs(row),
        danger=True,
    )
    question = "Sau khi chốt, xã không sửa và không nộp được nữa, trừ khi Sở mở lại từng báo cáo."
    template = "reporting/campaigns/lock.html"
    return form_page(request, form, page, save, template, foretell=lambda form: locking(row), question=question)


def locking(row: Campaign) -> list[str]:
    """What locking means for the reports as they stand."""
    counts = {each.state: each.count for each in state_counts(report_lines(row))}
    accepted = counts.pop(ReportState.ACCEPTED, 0)
    counts.pop(ReportState.LOCKED, 0)
    rest = [f"{count} báo cáo ở trạng thái “{state.label}” giữ nguyên như vậy." for state, count in counts.items()]
    return [f"{accepted} báo cáo đã duyệt được khóa.", *rest]


def campaign_letter(request: HttpRequest, pk: int) -> FileResponse:
    """The letter's scan, for all whom the campaign asks. Always a download: see `decision_scan`."""
    row = get_object_or_404(campaigns_of(request.scope).select_related("letter"), pk=pk)
    if not row.letter or not row.letter.file:
        raise Http404("Đợt báo cáo này chưa có tệp công văn.")
    return scan_response(row.letter.file, f"cong-van-{row.slug}")


def scan_response(file, stem: str) -> FileResponse:
    suffix = PurePath(file.name).suffix
    return FileResponse(
        file.open(), as_attachment=True, filename=f"{stem}{suffix}", content_type=SCAN_TYPES.get(suffix)
    )


def _url(row: Campaign) -> str:
    return reverse("reporting:campaign", args=[row.pk])


def campaign_crumbs(row: Campaign) -> list[Crumb]:
    return [*report_crumbs(), (row.title, _url(row))]
