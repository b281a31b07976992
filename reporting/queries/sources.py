"""What the portal knows by itself: the figures that a report starts from, as of the campaign's cut-off.

An indicator names one of these as its `source`: "register.…" is the register on that day, "teams.<code>" the sum over
the commune's teams of a number of the period's team form. What nobody reported is None, never zero; so is every count
of a register into which nothing was entered yet.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from cdt_portal.lib.dates import format_date
from cdt_portal.lib.decisions import decision_title
from reporting.answers import derive, is_empty
from reporting.definition import Definition, Kind, parse
from reporting.figures import Answer
from reporting.models import Campaign, TeamFigures
from reporting.queries.team_totals import column_total
from teams.enums import TeamKind
from teams.figures import RosterFigures
from teams.models import Decision, FocalOfficer, Team
from teams.models.base import in_force
from teams.queries.coverage import active_teams, figures_by_commune
from teams.queries.decisions import decision_on

Answers = dict[str, dict[str, Answer]]  # commune code -> source name -> answer
TEAMS = "teams."


@dataclass(frozen=True, slots=True)
class Source:
    """`door(commune code, campaign)` is the path of the page with the rows behind the figure; `over` of a rate the
    source that it is a share of."""

    label: str
    kind: Kind
    door: Callable[[str, Campaign], str]
    over: str = ""


def commune_door(anchor: str = "", lack: str = "") -> Callable[[str, Campaign], str]:
    query = f"&thieu={lack}" if lack else ""

    def door(code: str, campaign: Campaign) -> str:
        day = format_date(campaign.ends_on)
        return f"{reverse('teams:commune', args=[code])}?ngay={day}{query}{anchor}"

    return door


def decisions_door(code: str, campaign: Campaign) -> str:
    return reverse("teams:decisions", args=[code])


def officers_door(code: str, campaign: Campaign) -> str:
    return f"{reverse('teams:officers', args=[code])}?ngay={format_date(campaign.ends_on)}"


def teams_door(code: str, campaign: Campaign) -> str:
    return reverse("reporting:team_figures", args=[code, campaign.period_id]) if campaign.period_id else ""


SOURCES: dict[str, Source] = {
    "register.villages": Source("Số thôn, tổ dân phố", Kind.NUMBER, commune_door("#thon")),
    "register.covered": Source("Số thôn, tổ dân phố đã có tổ", Kind.NUMBER, commune_door("#thon")),
    "register.coverage": Source(
        "Tỷ lệ thôn, tổ dân phố đã có tổ", Kind.RATE, commune_door("#thon"), over="register.villages"
    ),
    "register.teams": Source("Số Tổ công nghệ số cộng đồng", Kind.NUMBER, commune_door("#to")),
    "register.members": Source("Số thành viên của các tổ", Kind.NUMBER, commune_door("#to")),
    "register.rapid_response": Source("Số Đội hỗ trợ phản ứng nhanh", Kind.NUMBER, commune_door()),
    "register.steering_team": Source("Số Tổ chỉ đạo", Kind.NUMBER, commune_door()),
    "register.without_leader": Source("Số tổ chưa có tổ trưởng", Kind.NUMBER, commune_door("#to", lack="leader")),
    "register.decisions": Source("Quyết định của các tổ còn hiệu lực", Kind.TABLE, decisions_door),
    "register.documents": Source("Quyết định ban hành trong kỳ", Kind.TABLE, decisions_door),
    "register.zalo": Source("Nhóm Zalo của các tổ", Kind.LINK, commune_door("#to")),
    "register.officers": Source("Cán bộ phụ trách", Kind.TABLE, officers_door),
    "teams.asked": Source("Số tổ được hỏi số liệu của kỳ", Kind.NUMBER, teams_door),
    "teams.reported": Source("Số tổ đã có số liệu của kỳ", Kind.NUMBER, teams_door),
}


def source_of(name: str) -> Source | None:
    """The source of that name; any "teams.<code>" is one, whether the period's team form has the code is its affair."""
    if name in SOURCES or not name.startswith(TEAMS):
        return SOURCES.get(name)
    return Source("Cộng số liệu của các tổ", Kind.NUMBER, teams_door)


def compute(campaign: Campaign, communes: list[str], *, day: date | None = None) -> Answers:
    """Every source for each of the communes, as of the cut-off (or of another `day`). The number of queries is the
    same for any number of communes. Of a campaign without a period no team was asked anything."""
    answers: Answers = {code: {} for code in communes}
    for part in (_register, _decisions, _documents, _zalo, _officers, _team_figures):
        for code, found in part(campaign, communes, day or campaign.ends_on).items():
            answers[code] |= found
    return answers


def _register(campaign: Campaign, communes: list[str], day: date) -> Answers:
    figures = figures_by_commune(Q(commune_id__in=communes), day)
    return {code: _counts(figures[code]) for code in communes}


def _counts(figures: RosterFigures) -> dict[str, Answer]:
    entered = figures != RosterFigures()
    names = ("villages", "covered", "coverage", "teams", "members", "rapid_response", "steering_team", "without_leader")
    return {f"register.{name}": getattr(figures, name) if entered else None for name in names}


def _decisions(campaign: Campaign, communes: list[str], day: date) -> Answers:
    """Those that the teams of every kind stood on at the cut-off."""
    teams = Team.objects.filter(active_teams(day), commune_id__in=communes)
    ids = set(teams.order_by().values_list(decision_on(day), flat=True).distinct()) - {None}
    return _listed("register.decisions", communes, Decision.objects.filter(pk__in=ids))


def _documents(campaign: Campaign, communes: list[str], day: date) -> Answers:
    """The decisions of the commune issued within the period."""
    within = (campaign.starts_on, campaign.ends_on)
    rows = Decision.objects.filter(commune_id__in=communes, issued_on__range=within)
    return _listed("register.documents", communes, rows)


def _listed(source: str, communes: list[str], decisions: Iterable[Decision]) -> Answers:
    rows: dict[str, list] = defaultdict(list)
    for row in sorted(decisions, key=lambda each: (each.issued_on is None, each.issued_on, each.pk)):
        rows[row.commune_id].append(document_row(row))
    return {code: {source: rows[code] or None} for code in communes}


def document_row(decision: Decision) -> dict[str, str]:
    """A decision in the columns of a table that lists documents (`answers.DOCUMENT_COLUMNS`)."""
    name = decision_title(decision.number, decision.symbol, None)
    if decision.number and decision.symbol.upper().startswith("QĐ"):
        name = f"Quyết định số {name}"
    day = decision.issued_on.isoformat() if decision.issued_on else ""
    return {"text": name or decision.raw_text, "date": day, "subject": decision.subject}


def _zalo(campaign: Campaign, communes: list[str], day: date) -> Answers:
    teams = Team.objects.filter(active_teams(day), commune_id__in=communes).exclude(zalo_url="")
    links: dict[str, dict[str, None]] = defaultdict(dict)  # one group may serve many teams
    for code, link in teams.order_by("commune_id", "sort_key", "pk").values_list("commune_id", "zalo_url"):
        links[code][link] = None
    return {code: {"register.zalo": "\n".join(links[code]) or None} for code in communes}


def _officers(campaign: Campaign, communes: list[str], day: date) -> Answers:
    """Names and positions alone: what a report froze could not be erased when the person leaves."""
    rows: dict[str, list] = defaultdict(list)
    serving = FocalOfficer.objects.filter(in_force(day, "started_on", "ended_on"))
    for row in serving.filter(commune_id__in=communes).order_by("pk"):
        rows[row.commune_id].append({"full_name": row.full_name, "position": row.position})
    return {code: {"register.officers": rows[code] or None} for code in communes}


def _team_figures(campaign: Campaign, communes: list[str], day: date) -> Answers:
    if campaign.period is None or campaign.period.team_form is None:
        return {}
    form = parse(campaign.period.team_form.definition)
    teams = Team.objects.filter(active_teams(day), kind=TeamKind.VILLAGE_TEAM, commune_id__in=communes).values_list(
        "commune_id", "pk"
    )
    asked: dict[str, set[int]] = defaultdict(set)
    for code, pk in teams.order_by():
        asked[code].add(pk)
    given: dict[str, list[dict[str, Answer]]] = defaultdict(list)
    rows = TeamFigures.objects.filter(period_id=campaign.period_id, commune_id__in=communes)
    for code, team, values in rows.order_by().values_list("commune_id", "team_id", "values"):
        if team in asked[code] and not all(map(is_empty, values.values())):
            given[code].append(derive(form, values))
    return {code: _sums(form, given[code], len(asked[code])) for code in communes}


def _sums(form: Definition, given: list[dict[str, Answer]], asked: int) -> dict[str, Answer]:
    sums: dict[str, Answer] = {"teams.asked": asked, "teams.reported": len(given)}
    for indicator in form.indicators():
        if indicator.is_numeric:
            sums[f"{TEAMS}{indicator.code}"] = column_total(indicator, given, asked).value
    return sums
