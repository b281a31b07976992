"""What the register asks of people: what it lacks, imports that wait for a word, communes without an account."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from cdt_portal.lib.numbers import format_number
from teams.access import Can, Scope
from teams.enums import FindingState, ImportState
from teams.figures import RosterFigures
from teams.models import Commune, DataFinding, Decision, FocalOfficer, RosterImport
from teams.models.base import in_force
from teams.queries.coverage import figures_by_commune
from teams.queries.people import posts_with
from teams.queries.quality.registry import RULES
from teams.queries.users import unused_users
from teams.services.tasks import Task, task_source, wider_task_source

LACKS = {  # by what the commune's page filters its teams by
    "members": ("without_members", "tổ chưa có thành viên"),
    "leader": ("without_leader", "tổ chưa có tổ trưởng"),
    "decision": ("without_decision", "tổ chưa có quyết định"),
    "phone": ("without_phone", "thành viên chưa có số điện thoại"),
    "norm": ("below_norm", "tổ ít hơn {norm} thành viên"),
}


@task_source
def import_tasks(scope: Scope, communes: Sequence[Commune]) -> Iterator[Task]:
    waiting = RosterImport.objects.filter(commune__in=communes, state=ImportState.REHEARSED)
    for each in scope.narrow(waiting, capability=Can.IMPORT_ROSTER).select_related("commune").order_by("created_at"):
        yield _import_task(each, each.commune.name if len(communes) > 1 else "")


@wider_task_source
def province_import_tasks(scope: Scope) -> Iterator[Task]:
    whole = scope.provinces(Can.IMPORT_ROSTER)
    waiting = RosterImport.objects.filter(commune=None, state=ImportState.REHEARSED, province__in=whole)
    for each in waiting.select_related("province").order_by("created_at"):
        yield _import_task(each, each.province.name)


def _import_task(row: RosterImport, place: str) -> Task:
    url = reverse("teams:import", args=[row.pk])
    return Task(f"Tệp “{row.filename}”", "Xem và xác nhận", url, state="Chờ xác nhận", place=place)


@task_source
def lacking_tasks(scope: Scope, communes: Sequence[Commune]) -> Iterator[Task]:
    """The most basic first. Four queries."""
    edited = [each for each in communes if scope.allows(Can.EDIT_ROSTER, each.province_id, each.pk)]
    codes, today = [each.pk for each in edited], timezone.localdate()
    figures = figures_by_commune(Q(commune_id__in=codes), today)
    officers = FocalOfficer.objects.filter(in_force(today, "started_on", "ended_on"), commune__in=codes)
    answered_for = set(officers.values_list("commune_id", flat=True))
    undecided = [code for code in codes if figures[code].without_decision]
    decisions = Decision.objects.filter(commune__in=undecided).order_by("pk").values_list("commune_id", "pk")
    for each in edited:
        place = each.name if len(communes) > 1 else ""
        own = [pk for code, pk in decisions if code == each.pk]
        for text, label, url in _lacking(each, figures[each.pk], own, answered_for=each.pk in answered_for):
            yield Task(text, label, url, place=place)


def _lacking(
    unit: Commune, figures: RosterFigures, decisions: list[int], *, answered_for: bool
) -> Iterator[tuple[str, str, str]]:
    import_url = f"{reverse('teams:imports')}?xa={unit.pk}"
    if not figures.villages:
        add_url = reverse("teams:unit_add", args=[unit.pk])
        yield "Chưa có danh sách thôn, tổ dân phố", "Thêm thôn, tổ dân phố", add_url
    if figures.uncovered:
        yield f"{figures.uncovered} thôn, tổ dân phố chưa có tổ", "Nhập tệp Excel", import_url
    elif not figures.teams:
        yield "Chưa có danh sách tổ", "Nhập tệp Excel", import_url
    for key, (name, words) in LACKS.items():
        if count := getattr(figures, name):
            text = f"{format_number(count)} {words.format(norm=unit.size_norm or unit.province.size_norm)}"
            url = f"{reverse('teams:commune', args=[unit.pk])}?{urlencode({'thieu': key})}#to"
            if key == "decision":
                yield text, "Ghi quyết định", deciding_url(unit, decisions)
            else:
                yield text, "Xem các tổ này", url
    if not answered_for:
        yield "Chưa có cán bộ phụ trách", "Thêm cán bộ", reverse("teams:officer_add", args=[unit.pk])


def deciding_url(unit: Commune, decisions: list[int]) -> str:
    """Where teams get their decision: of the only one, by choosing one, or by adding the first."""
    if not decisions:
        return f"{reverse('teams:decision_add', args=[unit.pk])}?gan=1"
    if len(decisions) == 1:
        return reverse("teams:decision_assign", args=decisions)
    return reverse("teams:decisions", args=[unit.pk])


@wider_task_source
def quality_tasks(scope: Scope) -> Iterator[Task]:
    """For the department: what its communes have to mend, by province."""
    provinces = scope.provinces(Can.EDIT_ROSTER)
    rows = DataFinding.objects.filter(province__in=provinces, state=FindingState.OPEN, rule__in=RULES).order_by()
    counted = rows.values_list("province_id", "province__name")
    for code, name, count, communes in counted.annotate(Count("pk"), Count("commune", distinct=True)):
        text = f"{format_number(count)} điều cần xem lại ở {format_number(communes)} xã"
        url = f"{reverse('teams:quality')}?{urlencode({'tinh': code})}"
        yield Task(text, "Xem chất lượng dữ liệu", url, place=name)


@wider_task_source
def account_tasks(scope: Scope) -> Iterator[Task]:
    """For those who give accounts: units in which nobody could do the work, and accounts that nobody used."""
    url, steps = reverse("teams:users"), reverse("teams:first_steps")
    if scope.home_province:
        communes = scope.communes(Can.MANAGE_USERS).filter(in_force(timezone.localdate()))
        writers = posts_with(Can.WRITE_REPORT).filter(commune=OuterRef("pk"))
        if count := communes.filter(~Exists(writers)).count():
            yield Task(f"{format_number(count)} xã chưa có tài khoản cán bộ", "Giao tài khoản", steps)
    else:
        staff = posts_with(Can.RUN_CAMPAIGNS).filter(province=OuterRef("pk"), commune=None)
        if count := scope.provinces(Can.MANAGE_USERS).filter(~Exists(staff)).count():
            yield Task(f"{count} tỉnh chưa có tài khoản của Sở", "Giao tài khoản", steps)
    if scope.allows(Can.MANAGE_USERS) and (count := unused_users(scope).count()):
        yield Task(
            f"{format_number(count)} tài khoản đã khóa vì lâu không dùng",
            "Xem các tài khoản",
            f"{url}?tinh-trang=unused",
        )
