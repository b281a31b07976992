"""Whom a campaign asks: more communes, groups with their own deadline, one commune's extension, other bodies."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cdt_portal.lib.periods import spell_deadline
from reporting.access import campaign_or_404
from reporting.forms.addressees import AskMoreForm, BodiesForm, BodyForm, GroupForm
from reporting.forms.review import ExtensionForm
from reporting.models import Report
from reporting.queries.campaigns import askable, deadline
from reporting.services import addressees
from reporting.services import campaigns as services
from reporting.views.campaigns import FORM, campaign_crumbs, scan_response
from teams.access import Can, get_or_404
from teams.views.pages import FormPage, form_page


def campaign_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Communes that an open campaign asks too."""
    row = campaign_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    back = reverse("reporting:campaign", args=[pk])
    if not askable(row).exists():
        messages.info(request, "Tất cả các xã, phường, đặc khu đã có trong đợt báo cáo.")
        return redirect(back)
    form = AskMoreForm(request.POST or None, campaign=row)

    def save(form: AskMoreForm) -> None:
        typed = form.cleaned_data
        services.ask_more(campaign=row, communes=typed["communes"], until=typed["until"], by=request.user)

    over = ", đã qua" if row.commune_due_at <= timezone.now() else ""
    intro = f"{row.title}. Hạn của xã: {spell_deadline(row.commune_due_at)}{over}."
    page = FormPage("Thêm đơn vị vào đợt báo cáo", "Thêm", back, "Đã thêm.", campaign_crumbs(row), intro=intro)
    return form_page(request, form, page, save, FORM)


def campaign_extend(request: HttpRequest, pk: int, report_id: int) -> HttpResponse:
    campaign = campaign_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    reports = Report.objects.filter(campaign=campaign).select_related("campaign", "commune")
    report = get_or_404(request.scope, reports, Can.RUN_CAMPAIGNS, pk=report_id)
    form = ExtensionForm(request.POST or None, initial={"version": report.version})

    def save(form: ExtensionForm) -> None:
        typed = form.cleaned_data
        services.extend(
            report=report, until=typed["until"], reason=typed["reason"], version=typed["version"], by=request.user
        )
        if typed["until"] > campaign.department_due_at:
            due = spell_deadline(campaign.department_due_at)
            messages.warning(request, f"Hạn mới sau hạn tổng hợp của Sở ({due}): báo cáo tổng hợp có thể thiếu xã này.")

    page = FormPage(
        f"Gia hạn cho {report.commune.name}",
        "Gia hạn",
        reverse("reporting:campaign", args=[pk]),
        f"Đã gia hạn cho {report.commune.name}.",
        campaign_crumbs(campaign),
        intro=f"Hạn hiện nay: {spell_deadline(deadline(report))}. "
        f"Hạn tổng hợp của Sở: {spell_deadline(campaign.department_due_at)}.",
    )
    return form_page(request, form, page, save)


# Groups ---------------------------------------------------------------------------------------------------------------


def campaign_group(request: HttpRequest, pk: int, group_id: int = 0) -> HttpResponse:
    """A new group, or the one of that id."""
    row = campaign_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    group = get_object_or_404(row.groups, pk=group_id) if group_id else None
    initial = GroupForm.stored(group) if group else {"version": 0}
    form = GroupForm(request.POST or None, initial=initial, campaign=row)

    def save(form: GroupForm) -> None:
        version = form.cleaned_data["version"]
        addressees.save_group(campaign=row, group=group, version=version, fields=form.columns(), by=request.user)

    title = f"Sửa nhóm {group.name}" if group else "Thêm nhóm có hạn riêng"
    page = FormPage(title, "Lưu nhóm", reverse("reporting:campaign", args=[pk]), "Đã lưu nhóm.", campaign_crumbs(row))
    return form_page(request, form, page, save, FORM)


@require_POST
def campaign_group_remove(request: HttpRequest, pk: int, group_id: int) -> HttpResponse:
    row = campaign_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    group = get_object_or_404(row.groups, pk=group_id)
    try:
        addressees.remove_group(group=group, by=request.user)
        messages.success(request, f"Đã bỏ nhóm {group.name}; các xã trở lại hạn chung.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("reporting:campaign", pk)


# Other bodies ---------------------------------------------------------------------------------------------------------


def campaign_bodies(request: HttpRequest, pk: int) -> HttpResponse:
    row = campaign_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    form = BodiesForm(request.POST or None)

    def save(form: BodiesForm) -> None:
        addressees.add_bodies(campaign=row, names=form.cleaned_data["names"], by=request.user)

    back = reverse("reporting:campaign", args=[pk])
    page = FormPage("Thêm cơ quan được yêu cầu", "Thêm", f"{back}#co-quan", "Đã thêm.", campaign_crumbs(row))
    return form_page(request, form, page, save)


def campaign_body(request: HttpRequest, pk: int, body_id: int) -> HttpResponse:
    """What came from a body, and when."""
    row = campaign_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    body = get_object_or_404(row.bodies, pk=body_id)
    form = BodyForm(request.POST or None, request.FILES or None, initial=BodyForm.stored(body))

    def save(form: BodyForm) -> None:
        version = form.cleaned_data["version"]
        addressees.update_body(body=body, version=version, fields=form.columns(), by=request.user)

    back = reverse("reporting:campaign", args=[pk])
    page = FormPage(f"Báo cáo của {body.name}", "Lưu", f"{back}#co-quan", "Đã lưu.", campaign_crumbs(row))
    return form_page(request, form, page, save)


@require_POST
def campaign_body_remove(request: HttpRequest, pk: int, body_id: int) -> HttpResponse:
    row = campaign_or_404(request.scope, pk, Can.RUN_CAMPAIGNS)
    body = get_object_or_404(row.bodies, pk=body_id)
    try:
        addressees.remove_body(body=body, by=request.user)
        messages.success(request, f"Đã bỏ {body.name}.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("reporting:campaign", pk)


def campaign_body_file(request: HttpRequest, pk: int, body_id: int) -> FileResponse:
    row = campaign_or_404(request.scope, pk)
    body = get_object_or_404(row.bodies, pk=body_id)
    if not body.file:
        raise Http404("Chưa có tệp báo cáo của cơ quan này.")
    return scan_response(body.file, f"bao-cao-{body.pk}")
