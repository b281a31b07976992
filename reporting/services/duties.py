"""Reports that communes owe, as reminders ask for them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from cdt_portal.notices.duties import Debtor, Duty, duty_source
from cdt_portal.notices.follow_up import FollowUp, follow_up
from reporting.enums import OWED, CampaignState, ReportState
from reporting.models import Campaign, Report
from reporting.queries.campaigns import deadline
from reporting.queries.rates import counted_reports
from reporting.services.states import is_open
from teams.access import Can
from teams.queries.people import people_of_communes, people_of_departments

Posts = dict[str, list[int]]


@duty_source
def report_duties(now: datetime) -> list[Duty]:
    return duties_of(Campaign.objects.filter(state=CampaignState.OPEN).order_by("pk"), now)


def subject_of(campaign: Campaign) -> str:
    return f"campaign:{campaign.pk}"


def duties_of(campaigns: Iterable[Campaign], now: datetime) -> list[Duty]:
    """A duty for each campaign and deadline: its own, those of groups and of extensions. Four queries at most."""
    campaigns = {campaign.pk: campaign for campaign in campaigns}
    due: dict[tuple[int, datetime], list[Report]] = defaultdict(list)
    for report in counted_reports(campaigns.values()).select_related("commune").order_by("commune__sort_key"):
        report.campaign = campaigns[report.campaign_id]
        due[report.campaign_id, report.reopened_until or deadline(report)].append(report)
    owed = {key: [report for report in reports if is_owed(report, now)] for key, reports in sorted(due.items())}
    communes = {report.commune_id for reports in owed.values() for report in reports}
    writers, leaders = (people_of_communes(each, communes) for each in (Can.WRITE_REPORT, Can.APPROVE))
    staff = people_of_departments(Can.RUN_CAMPAIGNS, {campaign.province_id for campaign in campaigns.values()})
    return [
        _duty(campaigns[pk], due_at, len(due[pk, due_at]), [_debtor(each, writers, leaders) for each in reports], staff)
        for (pk, due_at), reports in owed.items()
    ]


def follow_up_of(campaign: Campaign, now: datetime) -> FollowUp:
    """Who owes the campaign its report now, by state."""
    return follow_up(duties_of([campaign], now), [state.label for state in OWED], campaign.commune_due_at)


def is_owed(report: Report, now: datetime) -> bool:
    return report.state in OWED and is_open(report, now)


def _duty(campaign: Campaign, due_at: datetime, asked: int, owed: list[Debtor], staff: Posts) -> Duty:
    return Duty(
        subject=subject_of(campaign),
        what=f"nộp báo cáo “{campaign.title}”",
        since=campaign.opened_at or due_at,
        due_at=due_at,
        asked=asked,
        owed=tuple(owed),
        staff=tuple(staff.get(campaign.province_id, ())),
        staff_url=f"{reverse('reporting:campaign', args=[campaign.pk])}#chua-nop",
    )


def _debtor(report: Report, writers: Posts, leaders: Posts) -> Debtor:
    """Who has to act: those who write, with the leader when it is the leader's turn."""
    users = set(writers.get(report.commune_id, ()))
    if report.state == ReportState.AWAITING_APPROVAL:
        users |= set(leaders.get(report.commune_id, ()))
    return Debtor(
        commune_code=report.commune_id,
        commune=report.commune.name,
        state=report.get_state_display(),
        url=reverse("reporting:report", args=[report.pk]),
        users=tuple(sorted(users)),
    )
