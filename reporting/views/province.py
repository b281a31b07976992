"""The province's report: totals and what stands behind them, the communes' texts, the department's words, files."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cdt_portal.lib import richtext
from reporting.access import campaign_or_404
from reporting.answers import show
from reporting.definition import Definition, Section, parse
from reporting.enums import BundleKind, CampaignState, ProvinceFormat, ProvinceReportState
from reporting.figures import ProvinceFigures
from reporting.forms.province import LockProvinceForm, WordsForm
from reporting.models import Campaign, ProvinceReport
from reporting.queries.consolidation import asked_communes, differences, figures_of, narratives
from reporting.queries.province_pages import answer_rows, section_totals, text_sections, with_texts
from reporting.queries.reports import blocks_of
from reporting.services import consolidation as services
from reporting.services.province_rendering import ask_file, ask_kept_files, filename, kept_files
from reporting.views.campaigns import campaign_crumbs
from teams.access import Can
from teams.services.concurrency import Conflict
from teams.views.pages import Crumb, FormPage, form_page


@dataclass(frozen=True, slots=True)
class Found:
    """A campaign's report as it was last consolidated; without figures when it never was."""

    campaign: Campaign
    report: ProvinceReport | None
    figures: ProvinceFigures | None
    definition: Definition
    may_run: bool

    @property
    def is_locked(self) -> bool:
        return self.report is not None and self.report.state == ProvinceReportState.LOCKED


def find(request: HttpRequest, pk: int, capability: Can = Can.VIEW) -> Found:
    """404 for a campaign that is not opened yet; 403 for the people of its communes."""
    campaign = campaign_or_404(request.scope, pk, capability)
    if campaign.state == CampaignState.DRAFT:
        raise Http404("Đợt báo cáo chưa mở, chưa có gì để tổng hợp.")
    report = ProvinceReport.objects.select_related("locked_by").filter(campaign=campaign).first()
    if report:
        report.campaign = campaign
    return Found(
        campaign=campaign,
        report=report,
        figures=figures_of(report) if report and report.content else None,
        definition=parse(campaign.form_version.definition),
        may_run=request.scope.allows(Can.RUN_CAMPAIGNS, campaign.province_id),
    )


def consolidated(request: HttpRequest, pk: int) -> Found:
    """404 when it was never added up."""
    found = find(request, pk)
    if found.figures is None:
        raise Http404("Đợt báo cáo này chưa được tổng hợp.")
    return found


@require_safe
def province_report(request: HttpRequest, pk: int) -> HttpResponse:
    found = find(request, pk)
    figures, now = found.figures, asked_communes(found.campaign)
    context = {
        "campaign": found.campaign,
        "report": found.report,
        "figures": figures,
        "sections": section_totals(found.definition, figures, found.report.texts) if figures else [],
        "asked": len(figures.rows) if figures else len(now),
        "reported": figures.counted if figures else sum(bool(each.snapshot) for each in now),
        "differences": differences(found.report.sources, now) if figures else [],
        "is_locked": found.is_locked,
        "may_run": found.may_run,
        "formats": ProvinceFormat.choices,
        "kept": kept_files(found.report) if found.is_locked else None,
        "bundle_kinds": BundleKind.choices,
        "crumbs": campaign_crumbs(found.campaign),
    }
    return render(request, "reporting/province/report.html", context)


@require_POST
def consolidate(request: HttpRequest, pk: int) -> HttpResponse:
    found = find(request, pk, Can.RUN_CAMPAIGNS)
    if found.is_locked:
        messages.error(request, services.LOCKED)
        return redirect("reporting:province_report", pk)
    job = services.ask_consolidation(campaign=found.campaign, by=request.user)
    return redirect("jobs:detail", job.pk)


@require_POST
def province_file(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    """The report as a file, made by a job that all who ask for the same share. Once it is locked the files are made by
    themselves, and this tries again when that failed."""
    found = consolidated(request, pk)
    if format not in ProvinceFormat:
        raise Http404
    if found.is_locked:
        ask_kept_files(report=found.report, by=request.user)
        return redirect("reporting:province_report", pk)
    return redirect("jobs:detail", ask_file(report=found.report, format=format, by=request.user).pk)


@require_safe
def province_kept(request: HttpRequest, pk: int, format: str) -> FileResponse:
    """The locked report's file as it is kept."""
    found = find(request, pk)
    kept = kept_files(found.report).made.get(format) if found.is_locked else None
    if kept is None:
        raise Http404("Tệp này chưa được tạo. Hãy xem ở trang tổng hợp.")
    return FileResponse(kept.file.open(), as_attachment=True, filename=filename(found.report, format))


ORDERS = {"ten": "Tên đơn vị", "giam": "Cao đến thấp", "tang": "Thấp đến cao"}


@require_safe
def province_rows(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The communes behind one figure. ?sap= one of ORDERS; ?chua-nop=1 only those that have not reported."""
    found = consolidated(request, pk)
    indicator, total = found.definition.by_code.get(code), found.figures.total(code)
    if indicator is None or total is None:
        raise Http404("Mẫu báo cáo không có mục này.")
    asked, missing_only = request.GET.get("sap", ""), "chua-nop" in request.GET
    order = asked if asked in ORDERS else "ten"
    parts = [found.definition.by_code[each] for each in (indicator.rate_of, indicator.rate_over) if each]
    context = {
        "campaign": found.campaign,
        "indicator": indicator,
        "total": total,
        "total_shown": show(indicator, total.value),
        "rows": answer_rows(found.definition, found.figures, indicator, missing_only=missing_only, order=order),
        "missing": len(found.figures.rows) - found.figures.counted,
        "parts": parts,
        "order": order,
        "orders": ORDERS.items(),
        "missing_only": missing_only,
        "crumbs": province_crumbs(found.campaign),
    }
    return render(request, "reporting/province/rows.html", context)


@require_safe
def province_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """What the communes wrote. ?phan= one section, "" for all, at first the first; ?tim= words of it, or of a commune's
    name."""
    found = consolidated(request, pk)
    choices = with_texts(found.definition, narratives(found.definition, found.figures))
    section = request.GET.get("phan", choices[0][0] if choices else "")
    words = request.GET.get("tim", "").strip()
    context = {
        "campaign": found.campaign,
        "sections": text_sections(found.definition, found.figures, section=section, words=words),
        "choices": choices,
        "section": section,
        "words": words,
        "crumbs": province_crumbs(found.campaign),
    }
    return render(request, "reporting/province/texts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def province_words(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """The department's own words for one section."""
    found = find(request, pk, Can.RUN_CAMPAIGNS)
    asked = next((each for each in found.definition.sections if each.code == section), None)
    if asked is None:
        raise Http404("Mẫu báo cáo không có phần này.")
    stored = found.report.texts.get(section, "") if found.report else ""
    form = WordsForm(request.POST or None, initial={"seen": stored})
    told, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            save_words(request, found, asked, form)
            return redirect(f"{reverse('reporting:province_report', args=[pk])}#phan-{section}")
        except ValidationError as refusal:
            told, status = " ".join(refusal.messages), 422
        except Conflict as conflict:
            stored = conflict.current.texts.get(section, "")
            told = f"Người khác vừa ghi: “{richtext.plain(stored) or '(để trống)'}”. Hãy so lại rồi lưu lần nữa."
            status = 409
    html = form.words() if form.is_bound else stored
    context = {
        "campaign": found.campaign,
        "section": asked,
        "seen": stored,
        "blocks": blocks_of(richtext.canonical(html)),
        "plain": richtext.plain(html),
        "told": told,
        "is_locked": found.is_locked,
        "crumbs": province_crumbs(found.campaign),
    }
    return render(request, "reporting/province/words.html", context, status=status)


def save_words(request: HttpRequest, found: Found, section: Section, form: WordsForm) -> None:
    seen, html = form.cleaned_data["seen"], form.words()
    if not form.cleaned_data["html"] and richtext.plain(seen) == "\n".join(form.cleaned_data["raw"].splitlines()):
        html = seen  # came without its looks and unchanged: bold and italic words stay so
    services.save_words(campaign=found.campaign, section=section.code, html=html, seen=seen, by=request.user)
    messages.success(request, f"Đã lưu lời của Sở cho “{section.heading}”.")


def province_lock(request: HttpRequest, pk: int) -> HttpResponse:
    found = find(request, pk, Can.RUN_CAMPAIGNS)
    if found.figures is None:
        raise Http404("Đợt báo cáo này chưa được tổng hợp.")
    form = LockProvinceForm(request.POST or None, initial=LockProvinceForm.stored(found.report))

    def save(form: LockProvinceForm) -> None:
        seen = {name: form.cleaned_data[name] for name in ("version", "sha256")}
        services.lock_province(campaign=found.campaign, by=request.user, **seen)

    page = FormPage(
        "Chốt báo cáo tổng hợp",
        "Chốt báo cáo tổng hợp",
        reverse("reporting:province_report", args=[pk]),
        "Đã chốt báo cáo tổng hợp.",
        province_crumbs(found.campaign),
        danger=True,
    )
    question = "Bản đã chốt là bản để ký và gửi đi. Sau khi chốt không tổng hợp lại được nữa."
    template = "reporting/campaigns/lock.html"
    return form_page(request, form, page, save, template, foretell=partial(_foretold, found.report), question=question)


def _foretold(report: ProvinceReport, form: LockProvinceForm) -> list[str]:
    return services.locking(report)


def province_crumbs(campaign: Campaign) -> list[Crumb]:
    return [*campaign_crumbs(campaign), ("Tổng hợp", reverse("reporting:province_report", args=[campaign.pk]))]
