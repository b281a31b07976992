"""What the portal knows by itself: the figures that a report starts from, as of the campaign's cut-off.

An indicator names one of these as its `source`: "register.…" is the register on that day, "contest.people" how many
registered for contests by then, "training.…" who was trained, "teams.<code>" the sum over the commune's teams of a
number of the team form (see `team_sources`). What nobody reported is None, never zero; so is every count of a register
into which nothing was entered yet.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from cdt_portal.lib.dates import format_date
from cdt_portal.lib.decisions import decision_title
from reporting.definition import Indicator, Kind, Nature
from reporting.figures import Answer
from reporting.models import Campaign, ReportPeriod
from reporting.queries.team_figures import cut_off
from reporting.queries.team_sources import SINCE, TEAMS, WHOLE, team_answers
from reporting.queries.training_figures import training_figures
from teams.figures import RosterFigures
from teams.models import Decision, FocalOfficer, Team
from teams.models.base import in_force
from teams.queries.coverage import active_teams, figures_by_commune
from teams.queries.decisions import decision_on
from training.queries import contests

Answers = dict[str, dict[str, Answer]]  # commune code -> source name -> answer


@dataclass(frozen=True, slots=True)
class Source:
    """`door(commune code, campaign)` is the path of the page with the rows behind the figure, "" of the teams', which
    have one by period (`teams_door`); `over` of a rate the source that it is a share of."""

    label: str
    kind: Kind
    door: Callable[[str, Campaign], str]
    over: str = ""


def commune_door(anchor: str = "", lack: str = "") -> Callable[[str, Campaign], str]:
    query = f"&thieu={lack}" if lack else ""

    def door(code: str, campaign: Campaign) -> str:
        day = format_date(cut_off(campaign))
        return f"{reverse('teams:commune', args=[code])}?ngay={day}{query}{anchor}"

    return door


def decisions_door(code: str, campaign: Campaign) -> str:
    return reverse("teams:decisions", args=[code])


def officers_door(code: str, campaign: Campaign) -> str:
    return f"{reverse('teams:officers', args=[code])}?ngay={format_date(cut_off(campaign))}"


def contests_door(code: str, campaign: Campaign) -> str:
    return reverse("training:contests")


def training_door(code: str, campaign: Campaign) -> str:
    return f"{reverse('training:trained', args=[code])}?ngay={format_date(cut_off(campaign))}"


def no_door(code: str, campaign: Campaign) -> str:
    return ""


def teams_door(code: str, periods: Sequence[ReportPeriod]) -> str:
    """The grid of the latest of the periods that a figure is drawn from."""
    return reverse("reporting:team_figures", args=[code, periods[-1].pk]) if periods else ""


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
    "contest.people": Source("Số người đăng ký tham gia cuộc thi", Kind.NUMBER, contests_door),
    "training.leaders": Source("Số tổ trưởng", Kind.NUMBER, training_door),
    "training.leaders_trained": Source(
        "Tỷ lệ tổ trưởng đã tập huấn", Kind.RATE, training_door, over="training.leaders"
    ),
    "training.classes": Source("Số lớp tập huấn có người của xã học trong kỳ", Kind.NUMBER, training_door),
    "training.attended": Source("Số người được tập huấn trong kỳ", Kind.NUMBER, training_door),
    "teams.asked": Source("Số tổ được hỏi số liệu của kỳ", Kind.NUMBER, no_door),
    "teams.reported": Source("Số tổ đã có số liệu của kỳ", Kind.NUMBER, no_door),
}


def source_of(name: str) -> Source | None:
    """The source of that name; any "teams.<code>" is one, whether the period's team form has the code is its affair."""
    if name in SOURCES or not name.startswith(TEAMS):
        return SOURCES.get(name)
    return Source("Cộng số liệu của các tổ", Kind.NUMBER, no_door)


def compute(campaign: Campaign, communes: list[str], *, day: date | None = None) -> Answers:
    """Every source for each of the communes, as of the cut-off (or of another `day`). The number of queries is the
    same for any number of communes."""
    answers: Answers = {code: {} for code in communes}
    for part in (_register, _decisions, _documents, _zalo, _officers, _contests, training_figures, _team_figures):
        for code, found in part(campaign, communes, day or cut_off(campaign)).items():
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


def _contests(campaign: Campaign, communes: list[str], day: date) -> Answers:
    """The latest counts of contests that ran since the cumulative start."""
    people = contests.counts(communes, day, since=campaign.cumulative_from)
    return {code: {"contest.people": people.get(code)} for code in communes}


def _team_figures(campaign: Campaign, communes: list[str], day: date) -> Answers:
    return team_answers(campaign, communes)  # dated by their periods, whatever the day


def answer_of(indicator: Indicator, answers: dict[str, Answer]) -> Answer:
    """What a commune's `answers` say for the indicator; a cumulative one asks for what was since the cumulative
    start."""
    return _named(indicator, indicator.source, answers)


def whole_of(indicator: Indicator, answers: dict[str, Answer]) -> Answer:
    """What the teams' rate in `answers` is a share of: the sum over the teams that gave both its numbers."""
    return _named(indicator, f"{indicator.source}{WHOLE}", answers)


def _named(indicator: Indicator, name: str, answers: dict[str, Answer]) -> Answer:
    usual = answers.get(name)
    return answers.get(f"{SINCE}{name}", usual) if indicator.nature == Nature.CUMULATIVE else usual
