"""The department's pages about periods: those there are and will be, the policy behind them, days off."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cdt_portal.lib.dates import format_date
from cdt_portal.lib.periods import Deadlines, Span, spell_deadline
from reporting.access import periods_of
from reporting.forms.periods import HolidayForm, PeriodEditForm, PeriodForm, PolicyForm
from reporting.models import Holiday, ReportingPolicy, ReportPeriod
from reporting.queries.campaigns import periodic_before
from reporting.queries.periods import (
    YEARS,
    foreseen,
    holidays_of_year,
    kept_out,
    not_opened,
    on_days_off,
    periods_with_campaigns,
    policy_of,
)
from reporting.services import periods as services
from reporting.views.provinces import page_of, period_crumbs, report_crumbs
from teams.access import Can
from teams.models import Province
from teams.views.pages import FormPage, form_page, of_province

SHOWN_PAST = 12
DUE_LABELS = {"team_due_at": "Hạn của tổ", "commune_due_at": "Hạn của xã", "department_due_at": "Hạn của Sở"}


@dataclass(frozen=True, slots=True)
class PeriodGroup:
    """Part of the list: a heading, its rows, what stands there when it has none."""

    key: str
    heading: str
    rows: list
    empty: str = ""


@of_province()
def period_list(request: HttpRequest, province: Province) -> HttpResponse:
    """?tat_ca=1 shows all that are past."""
    today, policy = timezone.localdate(), policy_of(province)
    rows, now = periods_with_campaigns(province), timezone.now()
    running = [row for row in reversed(rows) if row.department_due_at > now]
    past = [row for row in rows if row.department_due_at <= now]
    context = {
        "province": province,
        "policy": policy,
        "coming": not_opened(foreseen(policy, today), province.pk) if policy.version else [],
        "groups": [
            PeriodGroup("dang-mo", "Đang mở", running, "Chưa có kỳ nào đang mở."),
            PeriodGroup("da-qua", "Đã qua", past if "tat_ca" in request.GET else past[:SHOWN_PAST]),
        ],
        "more": len(past) > SHOWN_PAST and "tat_ca" not in request.GET,
        "may_run": request.scope.allows(Can.RUN_CAMPAIGNS, province.pk),
        "crumbs": report_crumbs(),
    }
    return render(request, "reporting/periods/list.html", context)


def period(request: HttpRequest, pk: int) -> HttpResponse:
    row = _period(request, pk)
    may_run = request.scope.allows(Can.RUN_CAMPAIGNS, row.province_id)
    campaigns = list(row.campaigns.select_related("form_version").order_by("pk"))
    asked = {campaign.form_version.form_id for campaign in campaigns}
    copyable = [each for each in periodic_before(row) if each.form_version.form_id not in asked]
    context = {
        "period": row,
        "campaigns": campaigns,
        "copyable": copyable if may_run else [],
        "days_off": on_days_off(row.province_id, ((DUE_LABELS[name], getattr(row, name)) for name in services.DUE)),
        "may_run": may_run,
        "crumbs": period_crumbs(row.province),
    }
    return render(request, "reporting/periods/detail.html", context)


@of_province(Can.RUN_CAMPAIGNS)
def period_add(request: HttpRequest, province: Province) -> HttpResponse:
    form = PeriodForm(request.POST or None, province=province)

    def save(form: PeriodForm) -> str:
        row = services.add_period(province=province, fields=form.columns(), by=request.user)
        return reverse("reporting:period", args=[row.pk])

    page = FormPage(
        "Thêm kỳ báo cáo",
        "Thêm kỳ này",
        page_of("period_list", province),
        "Đã thêm kỳ báo cáo.",
        period_crumbs(province),
        intro="Dùng cho kế hoạch 4 tháng, một tháng, hoặc khoảng thời gian bất kỳ. Các quý tự mở theo cách báo cáo.",
    )
    return form_page(request, form, page, save, foretell=lambda form: told(form.columns()))


def period_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _period(request, pk, Can.RUN_CAMPAIGNS)
    initial = PeriodEditForm.stored(row)
    form = PeriodEditForm(request.POST or None, initial=initial, province=row.province, kept=row.team_form_id)

    def save(form: PeriodEditForm) -> None:
        version = form.cleaned_data["version"]
        services.update_period(period=row, version=version, fields=form.columns(), by=request.user)

    back = reverse("reporting:period", args=[pk])
    crumbs = [*period_crumbs(row.province), (row.name, back)]
    intro = "Đợt báo cáo đã tạo giữ thời hạn đã báo cho xã; sửa thời hạn của đợt ở trang của đợt."
    page = FormPage(f"Sửa {row.name}", "Lưu", back, "Đã lưu.", crumbs, intro=intro)
    return form_page(request, form, page, save)


@require_POST
def period_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = _period(request, pk, Can.RUN_CAMPAIGNS)
    try:
        services.remove_period(period=row, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("reporting:period", pk)
    messages.success(request, f"Đã xóa {row.name}.")
    return redirect(page_of("period_list", row.province))


def told(fields: dict) -> list[str]:
    """What a new period will be, in whole sentences."""
    days = f"Từ ngày {format_date(fields['starts_on'])} đến hết ngày {format_date(fields['ends_on'])}"
    return [
        fields["name"],
        f"{days}; lũy kế từ ngày {format_date(fields['cumulative_from'])}.",
        f"Tổ gửi số liệu {spell_deadline(fields['team_due_at'])}.",
        f"Xã nộp báo cáo {spell_deadline(fields['commune_due_at'])}.",
        f"Sở tổng hợp {spell_deadline(fields['department_due_at'])}.",
    ]


# Policy ---------------------------------------------------------------------------------------------------------------


@of_province(Can.RUN_CAMPAIGNS)
def policy(request: HttpRequest, province: Province) -> HttpResponse:
    form = PolicyForm(request.POST or None, initial=PolicyForm.stored(policy_of(province)))

    def save(form: PolicyForm) -> None:
        version = form.cleaned_data["version"]
        services.save_policy(province=province, version=version, fields=form.columns(), by=request.user)

    back = page_of("period_list", province)
    page = FormPage(
        "Cách báo cáo của tỉnh",
        "Lưu cách báo cáo",
        back,
        "Đã lưu. Các kỳ đến hạn mở đã được mở.",
        period_crumbs(province),
        intro="Kỳ đã mở giữ nguyên thời gian và thời hạn; cách mới dùng cho các kỳ mở sau.",
    )
    template = "reporting/periods/policy.html"
    return form_page(request, form, page, save, template, foretell=lambda form: foretold(form, province))


def foretold(form: PolicyForm, province: Province) -> list[str]:
    """The periods that will come by the policy as typed."""
    typed = ReportingPolicy(province=province, **form.columns())
    coming = foreseen(typed, timezone.localdate())
    opening = not_opened(coming, province.pk)
    lines = [coming_line(each.span, each.due, format_date(each.opens_on)) for each in opening]
    lines = lines or ["Không có kỳ nào tự mở: các kỳ được thêm bằng tay."]
    return lines + [kept_out_line(each.span, there) for each, there in kept_out(coming, province.pk)]


def coming_line(span: Span, due: Deadlines, opens: str) -> str:
    days = f"{format_date(span.starts_on)} – {format_date(span.ends_on)}"
    return (
        f"{span.name} ({days}): mở ngày {opens}; tổ gửi {spell_deadline(due.team)}, "
        f"xã nộp {spell_deadline(due.commune)}, Sở tổng hợp {spell_deadline(due.department)}."
    )


def kept_out_line(span: Span, there: ReportPeriod) -> str:
    days = f"{format_date(span.starts_on)} – {format_date(span.ends_on)}"
    return (
        f"{span.name} ({days}): không tự mở, vì trùng ngày với {there.name} đã có "
        f"({format_date(there.starts_on)} – {format_date(there.ends_on)})."
    )


# Days off -------------------------------------------------------------------------------------------------------------


@of_province()
def holidays(request: HttpRequest, province: Province) -> HttpResponse:
    """?nam=2026, this year by default."""
    year = _year(request)
    may_run = request.scope.allows(Can.RUN_CAMPAIGNS, province.pk)
    if request.method == "POST":
        request.scope.require(Can.RUN_CAMPAIGNS, province.pk)
    form = HolidayForm(request.POST or None)

    def save(form: HolidayForm) -> str:
        days = form.days()
        if not services.add_holidays(province=province, days=days, by=request.user):
            raise ValidationError({"first": "Ngày này đã có trong bảng."})
        return f"{page_of('holidays', province)}&nam={min(days).year}"

    days = holidays_of_year(province.pk, year)
    context = {"province": province, "year": year, "holidays": days, "may_run": may_run}
    page = FormPage("Ngày nghỉ", "Thêm", page_of("period_list", province), "Đã thêm.", period_crumbs(province))
    return form_page(request, form, page, save, "reporting/periods/holidays.html", **context)


@require_POST
def holiday_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A national day off, which no province owns, is not for one province to remove: 404."""
    holiday = get_object_or_404(Holiday.objects.filter(request.scope.in_provinces()).exclude(province=None), pk=pk)
    request.scope.require(Can.RUN_CAMPAIGNS, holiday.province_id)
    services.remove_holiday(holiday=holiday, by=request.user)
    messages.success(request, f"Đã bỏ ngày nghỉ {format_date(holiday.day)}.")
    return redirect(f"{page_of('holidays', holiday.province)}&nam={holiday.day.year}")


def _year(request: HttpRequest) -> int:
    asked = request.GET.get("nam", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else 0
    return year if year in YEARS else timezone.localdate().year


def _period(request: HttpRequest, pk: int, capability: Can = Can.VIEW) -> ReportPeriod:
    """A period of the user's province: 404 when it is another's, 403 for a commune's people."""
    row = get_object_or_404(periods_of(request.scope).select_related("province", "team_form__form"), pk=pk)
    request.scope.require(capability, row.province_id)
    return row
