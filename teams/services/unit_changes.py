"""Villages become others on a day: the one place that writes it, in a constant number of statements."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import F

from cdt_portal.lib.dates import format_date
from teams.enums import Share, UnitKind
from teams.keys import unit_keys
from teams.lineage import change_kind, components
from teams.models import ResidentialUnit, TeamCoverage, UnitChange, UnitLineage, UnitPlan
from teams.services.concurrency import Conflict, lock_communes
from teams.services.coverage import coverage_after, end_coverage


@dataclass(frozen=True, slots=True)
class UnitDraft:
    """A village that is to be: the name as it shall stand."""

    name: str
    kind: UnitKind
    households: int | None = None


@dataclass(frozen=True, slots=True)
class UnitEvent:
    """What the law says of a change: from which day, and which paper decided it."""

    effective_on: date
    legal_basis: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A village that is to be, in which commune, and the old ones (id -> share) that it is made of."""

    commune: str
    draft: UnitDraft
    sources: Mapping[int, Share]


@dataclass(frozen=True, slots=True)
class Changed:
    """The old rows by id as they are now, the new ones in the order asked, coverage as it was before and that made."""

    olds: dict[int, ResidentialUnit]
    news: list[ResidentialUnit]
    before: list[TeamCoverage]
    carried: list[TeamCoverage]


def change_units(
    province: str,
    rows: list[NewUnit],
    seen: Mapping[int, int],
    event: UnitEvent,
    *,
    plan: UnitPlan | None = None,
    leaving: Collection[int] = (),
) -> Changed:
    """End the old villages (`seen`: id -> version) but those that give a part, begin the new ones that day, tie them,
    carry the teams over but those in `leaving`. In the caller's transaction.

    Raises Conflict when an old village was edited since, ValidationError for a day or a name that can not be.
    """
    day = event.effective_on
    homes = set(ResidentialUnit.objects.filter(pk__in=seen).values_list("commune_id", flat=True))
    lock_communes([*homes | {row.commune for row in rows}])
    olds = _locked(seen)
    _refuse_ended(olds.values(), day)
    ending = ending_ids(rows)
    ResidentialUnit.objects.filter(pk__in=ending).update(ended_on=day, version=F("version") + 1)
    ResidentialUnit.objects.filter(pk__in=olds.keys() - ending).update(version=F("version") + 1)
    news = create_units(province, [(row.commune, row.draft) for row in rows], day)
    _tie(province, rows, news, event, plan)
    before = list(coverage_after(day).filter(unit__in=olds))
    carried = _carry_coverage([row for row in before if row.team_id not in leaving], rows, news, day)
    end_coverage(TeamCoverage.objects.filter(unit__in=ending), day)
    return Changed(ResidentialUnit.objects.in_bulk(olds), news, before, carried)


def ending_ids(rows: Iterable[NewUnit]) -> set[int]:
    """The old villages that are no more: all but those that give a part."""
    return {old for row in rows for old, share in row.sources.items() if share != Share.PART}


def groups_of(rows: list[NewUnit]) -> list[list[int]]:
    """Indexes of the new villages that share old ones, together: each group is one change."""
    group_of = components((("new", at), ("old", old)) for at, row in enumerate(rows) for old in row.sources)
    found: dict[object, list[int]] = defaultdict(list)
    for at in range(len(rows)):
        found[group_of.get(("new", at), at)].append(at)
    return list(found.values())


def _locked(seen: Mapping[int, int]) -> dict[int, ResidentialUnit]:
    rows = ResidentialUnit.objects.select_for_update(of=("self",)).filter(pk__in=seen).order_by("pk")
    olds = {row.pk: row for row in rows}
    for pk, version in seen.items():
        if pk not in olds or olds[pk].version != version:
            raise Conflict(olds.get(pk))
    return olds


def _refuse_ended(units: Iterable[ResidentialUnit], day: date) -> None:
    for unit in units:
        refuse_ended(unit, day)


def refuse_ended(unit: ResidentialUnit, day: date) -> None:
    """Raises ValidationError when the village has ended, or begins no earlier than that day."""
    if unit.ended_on:
        raise ValidationError(f"{unit.name} đã hết hiệu lực từ ngày {format_date(unit.ended_on)}.")
    if unit.valid_from and day <= unit.valid_from:
        raise ValidationError(f"{unit.name} mới có từ ngày {format_date(unit.valid_from)}: chọn ngày sau đó.")


def create_units(province: str, drafts: list[tuple[str, UnitDraft]], valid_from: date | None) -> list[ResidentialUnit]:
    """New villages, each with the code of its commune, which the caller has locked. Raises ValidationError naming those
    that exist already, or that are written twice."""
    units = [
        ResidentialUnit(
            province_id=province,
            commune_id=commune,
            name=draft.name,
            kind=draft.kind,
            households=draft.households,
            valid_from=valid_from,
            **unit_keys(draft.name),
        )
        for commune, draft in drafts
    ]
    _refuse_twins(units)
    refuse_taken({(unit.commune_id, unit.match_key) for unit in units})
    return ResidentialUnit.objects.bulk_create(units)


def _refuse_twins(units: list[ResidentialUnit]) -> None:
    written = Counter((unit.commune_id, unit.match_key) for unit in units)
    twins = sorted({unit.name for unit in units if written[unit.commune_id, unit.match_key] > 1})
    if twins:
        raise ValidationError(f"Ghi hai lần cùng một tên: {', '.join(twins)}.")


def refuse_taken(keys: Collection[tuple[str, str]], except_ids: Collection[int] = (), field: str = "") -> None:
    """Names (commune, match_key) resolve inside the commune only: Thôn 1 exists in every other one."""
    live = ResidentialUnit.objects.filter(
        commune__in={commune for commune, _ in keys}, match_key__in={key for _, key in keys}, ended_on=None
    )
    rows = live.exclude(pk__in=except_ids).values_list("commune_id", "match_key", "name")
    if taken := [name for commune, key, name in rows if (commune, key) in keys]:
        words = f"Xã đã có {', '.join(taken)}."
        raise ValidationError({field: words} if field else words)


def _tie(
    province: str, rows: list[NewUnit], news: list[ResidentialUnit], event: UnitEvent, plan: UnitPlan | None
) -> None:
    groups = groups_of(rows)
    changes = UnitChange.objects.bulk_create(
        UnitChange(
            plan=plan,
            province_id=province,
            kind=_kind([rows[at] for at in group]),
            effective_on=event.effective_on,
            legal_basis=event.legal_basis,
            note=event.note,
        )
        for group in groups
    )
    UnitLineage.objects.bulk_create(
        UnitLineage(change=change, old_id=old, new=news[at], whole=share == Share.WHOLE)
        for change, group in zip(changes, groups, strict=True)
        for at in group
        for old, share in rows[at].sources.items()
    )


def _kind(rows: list[NewUnit]) -> str:
    olds = {old for row in rows for old in row.sources}
    return change_kind(len(olds), len(rows), [share for row in rows for share in row.sources.values()])


def _carry_coverage(
    before: list[TeamCoverage], rows: list[NewUnit], news: list[ResidentialUnit], day: date
) -> list[TeamCoverage]:
    """Teams move on that day to each new village of their own commune; one that covered two of the old ones covers the
    new one once, from the first of its beginnings until the last of its ends."""
    of_unit: dict[int, list[TeamCoverage]] = defaultdict(list)
    for row in before:
        of_unit[row.unit_id].append(row)
    held: dict[tuple[int, int], list[TeamCoverage]] = defaultdict(list)
    for at, new in enumerate(rows):
        for row in (each for old in new.sources for each in of_unit[old] if each.commune_id == new.commune):
            held[row.team_id, at].append(row)
    return TeamCoverage.objects.bulk_create(
        TeamCoverage(
            team_id=team_id,
            unit=news[at],
            province_id=same[0].province_id,
            commune_id=same[0].commune_id,
            valid_from=max(day, min(row.valid_from or day for row in same)),
            ended_on=None if any(row.ended_on is None for row in same) else max(row.ended_on for row in same),
        )
        for (team_id, at), same in held.items()
    )
