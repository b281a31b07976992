"""Whose reports, campaigns and periods a user may see: `teams.access` applied to what reports add to it."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from reporting.enums import SENT, CampaignState, VersionState
from reporting.models import Campaign, FormVersion, Report, ReportForm, ReportPeriod
from teams.access import Can, Scope, get_or_404


def campaigns_of(scope: Scope) -> QuerySet[Campaign]:
    """Campaigns of the user's provinces; a commune's people see those that were opened and ask their commune."""
    whole = Q(province__in=scope.provinces())
    asked = Exists(scope.narrow(Report.objects.filter(campaign=OuterRef("pk"))))
    return Campaign.objects.filter(whole | (~Q(state=CampaignState.DRAFT) & asked))


def campaign_or_404(scope: Scope, pk: int, capability: Can = Can.VIEW) -> Campaign:
    campaign = campaigns_of(scope).select_related("province", "letter", "period", "form_version").filter(pk=pk).first()
    if campaign is None:
        raise Http404("Không tìm thấy đợt báo cáo, hoặc đợt này không gửi đến đơn vị của bạn.")
    scope.require(capability, campaign.province_id)
    return campaign


def periods_of(scope: Scope) -> QuerySet[ReportPeriod]:
    return ReportPeriod.objects.filter(scope.in_provinces())


def report_or_404(scope: Scope, pk: int, capability: Can = Can.VIEW) -> Report:
    """A report in scope. What a commune is still writing is its own: above it, only its state is to be seen."""
    return get_or_404(scope, Report.objects.select_related("campaign", "commune", "province"), capability, pk=pk)


def is_own(scope: Scope, report: Report) -> bool:
    """Whether the user is of the report's commune: they see it while it is written, others what was sent."""
    return any(post.commune == report.commune_id for post in scope.posts)


def may_read(scope: Scope, report: Report) -> bool:
    """Whether the report's words and figures may be shown: always to its commune, to the department once sent."""
    return is_own(scope, report) or report.state in SENT or report.first_submitted_at is not None


def forms_of(scope: Scope) -> QuerySet[ReportForm]:
    """Shipped forms, which are everybody's to read, and those of the user's provinces."""
    own = ReportForm.objects.filter(scope.in_provinces()).values("pk")
    return ReportForm.objects.filter(Q(province=None) | Q(pk__in=own))


def form_or_404(scope: Scope, pk: int) -> ReportForm:
    form = forms_of(scope).select_related("province").filter(pk=pk).first()
    if form is None:
        raise Http404("Không tìm thấy mẫu, hoặc mẫu này là của tỉnh khác.")
    return form


def form_version_or_404(scope: Scope, pk: int, capability: Can = Can.VIEW) -> FormVersion:
    """What is still being drafted is seen by those who draft; of a shipped form nothing is theirs to change."""
    version = FormVersion.objects.select_related("form__province").filter(pk=pk, form__in=forms_of(scope)).first()
    if version is None or (version.state == VersionState.DRAFT and not may_edit_form(scope, version.form)):
        raise Http404("Không tìm thấy bản này của mẫu, hoặc mẫu này là của tỉnh khác.")
    if capability != Can.VIEW and not may_edit_form(scope, version.form):
        raise PermissionDenied("Bạn chỉ được xem, không được sửa mẫu này.")
    return version


def may_edit_form(scope: Scope, form: ReportForm) -> bool:
    return form.province_id is not None and scope.allows(Can.RUN_CAMPAIGNS, form.province_id)
