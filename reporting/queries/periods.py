"""How a province reports: its policy, its days off, its periods, and those that will come by themselves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from cdt_portal.lib.dates import format_date
from cdt_portal.lib.periods import Deadlines, Span, deadlines, fixed_holidays, last_day, spans
from reporting.enums import FormAudience, PeriodKind, VersionState
from reporting.models import Campaign, FormVersion, Holiday, ReportingPolicy, ReportPeriod
from teams.models import Province

YEARS = range(2020, 2101)  # that pages and deadlines know days off of
SHIPPED_TEAM_FORM = "so-lieu-to-hang-quy"


def policy_of(province: Province) -> ReportingPolicy:
    """The province's policy; one with the usual settings, not saved and of version 0, when it has none yet."""
    return ReportingPolicy.objects.filter(pk=province.pk).first() or ReportingPolicy(province=province, version=0)


def holidays_of(province_code: str) -> set[date]:
    """Days off in the province: its own, the national ones, and those of the same date each year, which nobody has to
    write in."""
    return {*fixed_days(), *_holidays(province_code).values_list("day", flat=True)}


@cache
def fixed_days() -> dict[date, str]:
    return {day: name for year in YEARS for day, name in fixed_holidays(year).items()}


def holidays_of_year(province_code: str, year: int) -> list[Holiday]:
    """Those that were written in and, unsaved, the others of the same date each year; by day."""
    rows = list(_holidays(province_code).filter(day__year=year))
    there = {row.day for row in rows}
    rows += [Holiday(day=day, name=name) for day, name in fixed_holidays(year).items() if day not in there]
    return sorted(rows, key=lambda row: row.day)


def on_days_off(province_code: str, due: Iterable[tuple[str, datetime]]) -> list[str]:
    """A sentence for each deadline, given as (whose, due), that is still to come and whose last day is a day off by
    now. The number of queries is one."""
    names = fixed_days() | dict(_holidays(province_code).values_list("day", "name"))
    told = []
    for whose, due_at in due:
        day = last_day(due_at)
        name = names.get(day) or {5: "thứ Bảy", 6: "Chủ nhật"}.get(day.weekday(), "")
        if name and due_at > timezone.now():
            told.append(f"{whose} hết ngày {format_date(day)} là ngày nghỉ ({name}). Hãy cân nhắc sửa thời hạn.")
    return told


def _holidays(province_code: str) -> QuerySet[Holiday]:
    return Holiday.objects.filter(Q(province=province_code) | Q(province=None))


def deadlines_by(policy: ReportingPolicy, cutoff: date, holidays: set[date]) -> Deadlines:
    return deadlines(
        cutoff,
        team=policy.team_days,
        commune=policy.commune_days,
        department=policy.department_days,
        holidays=holidays,
    )


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A period that the policy will open by itself on `opens_on`."""

    span: Span
    due: Deadlines
    opens_on: date


def foreseen(policy: ReportingPolicy, today: date, *, years: int = 1) -> list[Foreseen]:
    """The policy's periods that are not over for the department, of this year and the `years` after it, by cut-off."""
    holidays = holidays_of(policy.province_id)
    ahead = timedelta(days=policy.open_days_ahead)
    found = []
    for year in range(today.year - 1, today.year + years + 1):
        for span in spans(policy.scheme, year, policy.kinds):
            due = deadlines_by(policy, span.ends_on, holidays)
            if last_day(due.department) >= today:
                found.append(Foreseen(span, due, span.ends_on - ahead))
    return found


def not_opened(coming: Iterable[Foreseen], province_code: str) -> list[Foreseen]:
    """Those of `coming` that will be rows: no day of theirs is in a period of the same kind yet."""
    return [each for each, there in _beside_rows(coming, province_code) if there is None]


def next_opening(province_code: str, today: date) -> Foreseen | None:
    """The period that opens by itself next, on a day to come."""
    policy = ReportingPolicy.objects.filter(pk=province_code).first()
    coming = not_opened(foreseen(policy, today), province_code) if policy else []
    return min((each for each in coming if each.opens_on > today), key=lambda each: each.opens_on, default=None)


def kept_out(coming: Iterable[Foreseen], province_code: str) -> list[tuple[Foreseen, ReportPeriod]]:
    """Those of `coming` that will not open because a period of the same kind has other days, but some of theirs."""
    return [
        (each, there)
        for each, there in _beside_rows(coming, province_code)
        if there and (there.starts_on, there.ends_on) != (each.span.starts_on, each.span.ends_on)
    ]


def _beside_rows(coming: Iterable[Foreseen], province_code: str) -> Iterator[tuple[Foreseen, ReportPeriod | None]]:
    """Each with a period of the same kind that has a day in common with it. One query."""
    rows = list(ReportPeriod.objects.filter(province=province_code).order_by("ends_on", "pk"))
    for each in coming:
        span = each.span
        same = (row for row in rows if row.kind == span.kind)
        yield each, next((row for row in same if row.starts_on <= span.ends_on and span.starts_on <= row.ends_on), None)


def periods_with_campaigns(province: Province) -> list[ReportPeriod]:
    """All periods of the province, the last cut-off first, each with `listed`: its campaigns."""
    campaigns = Prefetch("campaigns", Campaign.objects.order_by("pk"), to_attr="listed")
    return list(ReportPeriod.objects.filter(province=province).prefetch_related(campaigns))


# Forms ----------------------------------------------------------------------------------------------------------------


def published_forms(province_code: str, audience: FormAudience) -> QuerySet[FormVersion]:
    """The latest published version of each form that the province may use, by the form's name. Its own copy of a
    shipped form stands in the place of that."""
    published = FormVersion.objects.filter(form__audience=audience, state=VersionState.PUBLISHED)
    own = published.filter(form__province=province_code)
    shipped = published.filter(form__province=None).exclude(form__slug__in=own.values("form__slug"))
    latest = (own | shipped).order_by("form_id", "-number").distinct("form_id")
    return FormVersion.objects.filter(pk__in=latest.values("pk")).select_related("form").order_by("form__name", "pk")


def latest_of(version: FormVersion) -> FormVersion:
    """The latest published version of the same form."""
    published = FormVersion.objects.filter(form=version.form_id, state=VersionState.PUBLISHED)
    return published.order_by("-number").first() or version


def shortest_kind(policy: ReportingPolicy) -> str | None:
    """The kind of period for which teams are asked by themselves; the longer ones are added up of those."""
    return min(policy.kinds, key=PeriodKind.values.index, default=None)


def usual_team_form(province_code: str) -> FormVersion | None:
    """What teams filled in last time, in its latest version; at first the form shipped with the portal."""
    before = ReportPeriod.objects.filter(province=province_code).exclude(team_form=None).order_by("-ends_on", "-pk")
    last = before.select_related("team_form").first()
    if last:
        return latest_of(last.team_form)
    return published_forms(province_code, FormAudience.TEAM).filter(form__slug=SHIPPED_TEAM_FORM).first()
