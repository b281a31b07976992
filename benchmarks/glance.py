"""The overview's steps: a register with quarters kept and reports running; its figures, maintained, grouped, looped."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import product
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.utils import timezone
from measure import TICKS, backend_pid

from cdt_portal.accounts.models import User
from reporting.enums import CampaignKind, CampaignState, PeriodKind, PeriodScheme, ReportState
from reporting.models import Campaign, FormVersion, Report, ReportPeriod
from reporting.queries.overview import nation_overview, province_overview
from reporting.services.forms import load_shipped
from reporting.services.standings import keep_ended_quarters, renew_standings
from teams.access import Post, Scope
from teams.enums import MemberRole, TeamKind, UserRole
from teams.models import Assignment, Commune, Member, Province, ResidentialUnit, Team, TeamCoverage
from teams.models.base import in_force
from teams.queries.coverage import active_teams, grouped_figures
from teams.services.counters import check_counters

PROVINCE, TIMES, QUARTERS = "31", 200, 6


def seed(code: str, rows: str) -> Callable[[], int]:
    """The register of `code` ("31" or "all") with `rows` members; `QUARTERS` quarters kept, one campaign a province."""
    fill = product.seed(code, rows)

    def work() -> int:
        members = fill()
        load_shipped()
        for province in Province.objects.filter(pk__in={commune.province_id for commune in product.communes_of(code)}):
            run_campaign(province, add_quarters(province))
        keep_ended_quarters()
        renew_standings()
        assert not check_counters(repair=False)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return members

    return work


def add_quarters(province: Province) -> ReportPeriod:
    """The latest of them is the last to have ended."""
    for ends_on in (timezone.localdate() - timedelta(days=1 + 91 * back) for back in reversed(range(QUARTERS))):
        days = {"starts_on": ends_on - timedelta(days=90), "ends_on": ends_on, "cumulative_from": date(2025, 1, 1)}
        due = dict.fromkeys(("team_due_at", "commune_due_at", "department_due_at"), timezone.now())
        period = ReportPeriod.objects.create(
            province=province, scheme=PeriodScheme.CUSTOM, kind=PeriodKind.QUARTER, name=f"{ends_on}", **days, **due
        )
    return period


def run_campaign(province: Province, period: ReportPeriod) -> None:
    campaign = Campaign.objects.create(
        province=province,
        slug="quy",
        kind=CampaignKind.PERIODIC,
        state=CampaignState.OPEN,
        title="Báo cáo quý",
        period=period,
        form_version=FormVersion.objects.first(),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        cumulative_from=period.cumulative_from,
        commune_due_at=timezone.now(),
        department_due_at=timezone.now(),
    )
    states = [ReportState.NOT_STARTED, ReportState.DRAFT, ReportState.AWAITING_APPROVAL]
    Report.objects.bulk_create(
        Report(campaign=campaign, province=province, commune=commune, state=states[number % 3])
        for number, commune in enumerate(province.communes.all())
    )


def glance(level: str) -> Callable[[], dict]:
    """The overview of a province or of the nation, many times; milliseconds and queries of one."""
    province, today = Province.objects.get(pk=PROVINCE), timezone.localdate()
    ways = {
        "province": lambda: province_overview(province, today),
        "nation": lambda: nation_overview(Scope((Post(UserRole.SYSTEM_ADMIN, "", ""),)), today),
    }
    return lambda: typical(ways[level], TIMES)


def page(level: str) -> Callable[[], dict]:
    """The whole page as the server makes it, for a viewer of the province or an administrator."""
    if not settings.STATIC_ROOT.exists():  # their names with a hash, which the page says
        call_command("collectstatic", interactive=False, verbosity=0)
    of_province = {"role": UserRole.DEPARTMENT_VIEWER, "province_id": PROVINCE}
    post = of_province if level == "province" else {"role": UserRole.SYSTEM_ADMIN}
    user = User.objects.create_user("benchmark")
    Assignment.objects.create(user=user, **post)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)

    def ask() -> None:
        assert client.get("/tong-quan/").status_code == 200

    return lambda: typical(ask, TIMES)


def grouped(level: str) -> Callable[[], dict]:
    """The register's figures alone, by one GROUP BY for each kind of row."""
    unit, where = ("commune_id", Q(province_id=PROVINCE)) if level == "province" else ("province_id", Q())
    return lambda: typical(lambda: grouped_figures(unit, where, timezone.localdate()), 10)


def looped(level: str) -> Callable[[], dict]:
    """The figures as a first version has them: some counts for each commune."""
    communes = list(Commune.objects.filter(province=PROVINCE) if level == "province" else Commune.objects.all())
    return lambda: typical(lambda: [counts_of(commune) for commune in communes], 2)


def counts_of(commune: Commune) -> tuple[int, ...]:
    day = timezone.localdate()
    teams = Team.objects.filter(active_teams(day), commune=commune, kind=TeamKind.VILLAGE_TEAM)
    members = Member.objects.filter(in_force(day, "joined_on", "left_on"), commune=commune, team__in=teams)
    covered = TeamCoverage.objects.filter(in_force(day), commune=commune, team__in=teams)
    return (
        ResidentialUnit.objects.filter(in_force(day), commune=commune).count(),
        covered.values("unit").distinct().count(),
        teams.count(),
        teams.filter(decision=None).count(),
        members.count(),
        members.exclude(phone="").count(),
        members.filter(role=MemberRole.LEADER).count(),
    )


def typical(work: Callable[[], object], times: int) -> dict:
    """Of one of `times`, once it has run before, in milliseconds: medians of all its time and of that in the database
    by the clock, and the CPU time of both together and of the database."""
    whole, own, in_database = [], [], []

    def timed(execute, *arguments):
        started = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            spent.append(1000 * (time.perf_counter() - started))

    backend = backend_pid()
    with connection.execute_wrapper(timed):
        spent: list[float] = []
        work()
        before = ticks(backend)
        for _ in range(times):
            spent = []
            started, used = time.perf_counter(), time.process_time()
            work()
            whole.append(1000 * (time.perf_counter() - started))
            own.append(1000 * (time.process_time() - used))
            in_database.append(sum(spent))
    cpu = 1000 * (ticks(backend) - before) / TICKS / times
    sql = {"sql_ms": median(in_database), "sql_cpu_ms": cpu, "queries": len(spent)}
    return {"ms": median(whole), "cpu_ms": median(own) + cpu} | sql


def ticks(backend: int) -> int:
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
