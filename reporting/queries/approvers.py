"""Communes whose reports nobody could approve: the campaign asks for a leader, and the portal knows of none."""

from reporting.enums import OWED
from reporting.models import Campaign, Report
from reporting.queries.rates import counted_reports
from teams.access import Can
from teams.models import Commune
from teams.queries.people import people_of_communes


def lacks_approver(report: Report) -> bool:
    """Whether the report waits for a leader whom the portal does not know. One query, where leaders approve."""
    return report.campaign.leader_approves and not people_of_communes(Can.APPROVE, [report.commune_id])


def communes_without_approver(campaign: Campaign) -> list[Commune]:
    """Those that still owe their report and could not send it, in the order of lists. Two queries."""
    if not campaign.leader_approves:
        return []
    owing = counted_reports([campaign]).filter(state__in=OWED)
    communes = list(Commune.objects.filter(pk__in=owing.values("commune")).order_by("sort_key", "pk"))
    led = people_of_communes(Can.APPROVE, [commune.pk for commune in communes])
    return [commune for commune in communes if commune.pk not in led]
