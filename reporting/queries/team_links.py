"""The links of a commune's teams for a period, and what came through them."""

from dataclasses import dataclass

from django.utils import timezone

from reporting.models import ReportPeriod, TeamLink, TeamSubmission
from reporting.queries.team_figures import asked_teams
from teams.models import Commune, Team


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A team with its latest link, if it ever had one, and the latest that was sent."""

    team: Team
    link: TeamLink | None
    opens: bool
    submission: TeamSubmission | None


def link_lines(commune: Commune, period: ReportPeriod) -> list[LinkLine]:
    """A line a team, in the order of the grid; the number of queries does not grow with them."""
    now = timezone.now()
    rows = TeamLink.objects.filter(period=period, commune=commune).order_by("pk")
    links = {link.team_id: link for link in rows}
    sent = TeamSubmission.objects.filter(period=period, commune=commune).order_by("sent_at", "pk")
    submissions = {row.team_id: row for row in sent}
    teams = asked_teams(period).filter(commune=commune).select_related("province")
    return [
        LinkLine(team, link, bool(link and not link.revoked_at and link.expires_at > now), submissions.get(team.pk))
        for team in teams
        for link in [links.get(team.pk)]
    ]
