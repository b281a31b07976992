"""A campaign's communes, deadlines and other addressees, as its page shows them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from reporting.enums import OWED, CampaignKind, CampaignState, ReportState
from reporting.models import Campaign, Report, ReportPeriod
from reporting.queries.rates import counted_reports
from teams.models import Commune
from teams.models.base import in_force


def deadline(report: Report) -> datetime:
    """The first moment that is too late for this report, which comes with its campaign: an extension only lengthens."""
    own = report.due_at or report.campaign.commune_due_at
    return max(own, report.extended_until) if report.extended_until else own


def addressed(campaign: Campaign) -> QuerySet[Commune]:
    """The communes that the campaign asks and that exist on its cut-off."""
    communes = Commune.objects.filter(in_force(campaign.ends_on), province=campaign.province_id)
    return communes if campaign.communes is None else communes.filter(pk__in=campaign.communes)


def askable(campaign: Campaign) -> QuerySet[Commune]:
    """The communes that exist on the cut-off of an open campaign and owe it no report."""
    communes = Commune.objects.filter(in_force(campaign.ends_on), province=campaign.province_id)
    return communes.exclude(pk__in=campaign.reports.values("commune"))


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One commune's row on the campaign's page. `is_late`: it owes its report and the deadline is over, which one that
    was reopened is not until its date nor owes after it; `is_sent`: it was sent once, so that the department may read
    it."""

    report: Report
    due_at: datetime
    is_late: bool
    is_owed: bool
    is_sent: bool


@dataclass(frozen=True, slots=True)
class StateCount:
    state: ReportState
    count: int

    @property
    def label(self) -> str:
        return self.state.label


def report_lines(campaign: Campaign, now: datetime | None = None) -> list[ReportLine]:
    """The report of every commune that counts, by the commune's name. One query."""
    now = now or timezone.now()
    reports = counted_reports([campaign]).select_related("commune").order_by("commune__sort_key", "pk")
    return [_line(campaign, report, now) for report in reports]


def _line(campaign: Campaign, report: Report, now: datetime) -> ReportLine:
    report.campaign = campaign
    due_at, is_owed = deadline(report), report.state in OWED
    return ReportLine(
        report,
        due_at,
        is_late=is_owed and not report.reopened_until and now >= due_at,
        is_owed=is_owed,
        is_sent=report.first_submitted_at is not None,
    )


def state_counts(lines: list[ReportLine]) -> list[StateCount]:
    """How many reports are in each state, in the order of the states, without the empty ones."""
    counts = Counter(line.report.state for line in lines)
    return [StateCount(state, counts[state]) for state in ReportState if counts[state]]


def next_period(campaign: Campaign) -> ReportPeriod | None:
    """The period of the same kind after a periodic campaign's own, when nothing asks the same form for it yet."""
    if campaign.period is None:
        return None
    later = ReportPeriod.objects.filter(
        province=campaign.province_id, kind=campaign.period.kind, ends_on__gt=campaign.period.ends_on
    )
    period = later.order_by("ends_on", "pk").first()
    if period is None or period.campaigns.filter(form_version__form=campaign.form_version.form_id).exists():
        return None
    return period


def periodic_before(period: ReportPeriod) -> list[Campaign]:
    """The periodic campaigns, opened once, of the last period of the same kind before this one: what is copied."""
    asked = Campaign.objects.filter(
        ~Q(state=CampaignState.DRAFT),
        province=period.province_id,
        kind=CampaignKind.PERIODIC,
        period__kind=period.kind,
        period__ends_on__lt=period.ends_on,
    )
    last = asked.order_by("-period__ends_on", "-period_id").first()
    if last is None:
        return []
    found = asked.filter(period=last.period_id).order_by("pk")
    return list(found.select_related("form_version", "period").prefetch_related("groups", "bodies"))
