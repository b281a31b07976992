"""Whose reports, campaigns and periods a user may see: `teams.access` applied to what reports add to it."""

from django.db.models import Q, QuerySet
from django.http import Http404

from reporting.enums import SENT, CampaignState
from reporting.models import Campaign, Report, ReportPeriod
from teams.access import Can, Scope, get_or_404


def campaigns_of(scope: Scope) -> QuerySet[Campaign]:
    """Campaigns of the user's provinces; a commune's people see those that were opened and ask their commune."""
    whole = Q(province__in=scope.provinces())
    asked = Q(reports__in=scope.narrow(Report.objects.all())) & ~Q(state=CampaignState.DRAFT)
    return Campaign.objects.filter(Q(pk__in=Campaign.objects.filter(whole | asked).values("pk")))


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


def may_read(scope: Scope, report: Report) -> bool:
    """Whether the report's words and figures may be shown: always to its commune, to the department once sent."""
    own = any(post.commune == report.commune_id for post in scope.posts)
    return own or report.state in SENT or report.first_submitted_at is not None
