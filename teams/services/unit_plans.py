"""A decree on villages as one plan: drafted in steps or from a workbook, looked at, recorded and called off whole."""

import logging
from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from cdt_portal.accounts.models import User
from teams.enums import PlanState, Share, UnitKind
from teams.models import Commune, Province, ResidentialUnit, TeamCoverage, TeamDecision, UnitLineage, UnitPlan
from teams.services.actions import action
from teams.services.concurrency import Conflict, lock_communes, save_if_unchanged
from teams.services.quality import check_after_commit
from teams.services.team_fates import Fate, settle, unsettle
from teams.services.unit_changes import Changed, NewUnit, UnitDraft, UnitEvent, change_units, ending_ids
from teams.services.unit_mentions import frozen_since

logger = logging.getLogger(__name__)


def rows_of(plan: UnitPlan) -> list[NewUnit]:
    """The new villages of the plan, in the order they were written."""
    return [
        NewUnit(
            row["commune"],
            UnitDraft(row["name"], UnitKind(row["kind"]), row["households"]),
            {int(old): Share(share) for old, share in row["sources"].items()},
        )
        for row in plan.rows
    ]


def fates_of(plan: UnitPlan) -> dict[int, Fate]:
    return {int(team): Fate(into) for team, into in plan.fates.items()}


def event_of(plan: UnitPlan) -> UnitEvent:
    return UnitEvent(plan.effective_on, plan.legal_basis, plan.note)


@action
def draft_plan(
    *,
    province: Province,
    commune: Commune | None,
    event: UnitEvent,
    rows: list[NewUnit],
    seen: Mapping[int, int],
    by: User,
) -> UnitPlan:
    """A draft; nothing of the register changes. `seen` holds the versions of the old villages, named in `rows` or not
    yet; `commune` is the only one that the decree is about."""
    return UnitPlan.objects.create(
        province=province,
        commune=commune,
        effective_on=event.effective_on,
        legal_basis=event.legal_basis,
        note=event.note,
        rows=_as_json(rows),
        seen={str(old): version for old, version in seen.items()},
        made_by=by,
    )


@action
def describe_plan(*, plan: UnitPlan, version: int, rows: list[NewUnit], by: User) -> UnitPlan:
    """What the new villages are. The old ones are looked at anew, so that an edit of them since is not in the way.

    Raises Conflict, or ValidationError for shares that do not add up.
    """
    _refuse_shares(rows, {int(old) for old in plan.seen})
    now = ResidentialUnit.objects.filter(pk__in=plan.seen).values_list("pk", "version")
    seen = {str(pk): unit_version for pk, unit_version in now}
    return _save_draft(plan, version, {"rows": _as_json(rows), "seen": seen, "fates": {}})


@action
def choose_fates(*, plan: UnitPlan, version: int, fates: Mapping[int, Fate], by: User) -> UnitPlan:
    """What becomes of the teams. Raises Conflict, or ValidationError when a team joins one that does not go on."""
    if any(fate.into in fates for fate in fates.values()):
        raise ValidationError("Tổ được nhập vào phải là tổ tiếp tục hoạt động.")
    return _save_draft(plan, version, {"fates": {str(team): fate.into for team, fate in fates.items()}})


def _save_draft(plan: UnitPlan, version: int, fields: dict[str, object]) -> UnitPlan:
    if plan.state != PlanState.DRAFT:
        raise Conflict(plan)
    return save_if_unchanged(plan, version=version, fields=fields)


@action
def discard_plan(*, plan: UnitPlan, by: User) -> None:
    """A draft goes; what was recorded is called off instead."""
    UnitPlan.objects.filter(pk=plan.pk, state=PlanState.DRAFT).delete()


@action
def record_plan(*, plan: UnitPlan, version: int, by: User) -> UnitPlan:
    """Write the plan into the register: villages, lineage, coverage; what becomes of teams at once when its day has
    come, else in the night of that day. The number of statements does not grow with the villages.

    Raises Conflict when the plan or one of its old villages was edited since, ValidationError when it can not be.
    """
    rows, fates = rows_of(plan), fates_of(plan)
    _refuse_shares(rows, {int(old) for old in plan.seen})
    lock_communes(communes_of(plan, rows))
    plan = _save_draft(plan, version, {"state": PlanState.RECORDED, "recorded_at": timezone.now()})
    seen = {int(old): unit_version for old, unit_version in plan.seen.items()}
    changed = change_units(plan.province_id, rows, seen, event_of(plan), plan=plan, leaving=fates)
    plan.wrote = _written(changed, ending_ids(rows))
    if plan.effective_on <= timezone.localdate():
        _settle(plan)
    plan.save(update_fields=["wrote", "teams_settled_at"])
    check_after_commit(communes_of(plan, rows))
    return plan


def _settle(plan: UnitPlan) -> None:
    plan.wrote |= settle(fates_of(plan), plan.effective_on)
    plan.teams_settled_at = timezone.now()


@action
def settle_plan(*, plan: UnitPlan, by: User) -> None:
    """The plan's day has come: what becomes of its teams is carried out, once. Raises ValidationError as `settle`."""
    lock_communes(communes_of(plan, rows_of(plan)))
    row = UnitPlan.objects.select_for_update().get(pk=plan.pk)
    if row.state == PlanState.RECORDED and not row.teams_settled_at and row.effective_on <= timezone.localdate():
        _settle(row)
        row.save(update_fields=["wrote", "teams_settled_at"])
        check_after_commit(communes_of(row, rows_of(row)))


def settle_due(day: date) -> int:
    """How many plans recorded ahead were carried out for their teams on that day or before. One that can not be (its
    team was founded anew, the other one dissolved) stays as it is: the commune's page asks for it."""
    rows = UnitPlan.objects.filter(state=PlanState.RECORDED, teams_settled_at=None, effective_on__lte=day)
    done = 0
    for plan in rows.select_related("made_by").order_by("pk"):
        try:
            settle_plan(plan=plan, by=plan.made_by)
            done += 1
        except ValidationError:
            logger.warning("unit plan %s waits for people", plan.pk)
    return done


@action
def call_off_plan(*, plan: UnitPlan, version: int, by: User) -> UnitPlan:
    """Take the whole plan back as if it had not been: before its day, or after it while nothing was built on it.

    Raises Conflict, or ValidationError saying what stands in the way.
    """
    if plan.state != PlanState.RECORDED:
        raise Conflict(plan)
    rows = rows_of(plan)
    lock_communes(communes_of(plan, rows))
    plan = save_if_unchanged(plan, version=version, fields={"state": PlanState.CALLED_OFF})
    refuse_built_on(plan)
    try:
        with transaction.atomic():
            _take_back(plan, rows)
    except ProtectedError as error:
        raise ValidationError("Đã có dữ liệu ghi cho đơn vị mới hoặc thành viên đã chuyển.") from error
    except IntegrityError as error:
        raise ValidationError("Tên của đơn vị cũ hoặc tổ cũ đã dùng cho đơn vị, tổ khác.") from error
    check_after_commit(communes_of(plan, rows))
    return plan


def _take_back(plan: UnitPlan, rows: list[NewUnit]) -> None:
    unsettle(plan.wrote)
    new_ids = list(map(int, plan.wrote["news"]))
    before = [TeamCoverage(**row) for row in plan.wrote["before"]]
    TeamCoverage.objects.filter(unit__in=new_ids).delete()
    TeamCoverage.objects.filter(pk__in=[row.pk for row in before]).delete()
    plan.changes.all().delete()
    ResidentialUnit.objects.filter(pk__in=new_ids).delete()
    _revive(plan, rows)
    TeamCoverage.objects.bulk_create(before)


def _revive(plan: UnitPlan, rows: list[NewUnit]) -> None:
    olds = list(ResidentialUnit.objects.filter(pk__in=plan.wrote["olds"]))
    ending = ending_ids(rows)
    for old in olds:
        old.version += 1
        old.ended_on = None if old.pk in ending else old.ended_on
    ResidentialUnit.objects.bulk_update(olds, ["version", "ended_on"])


def refuse_built_on(plan: UnitPlan) -> None:
    """Raises ValidationError when something was written since that speaks of the plan's villages."""
    wrote, reasons = plan.wrote, []
    units = {**wrote["olds"], **wrote["news"]}
    stand = dict(ResidentialUnit.objects.filter(pk__in=units).values_list("pk", "version"))
    if stand != {int(pk): unit_version for pk, unit_version in units.items()}:
        reasons.append("có đơn vị đã được sửa hoặc thay đổi tiếp")
    if UnitLineage.objects.filter(old__in=wrote["news"]).exists():
        reasons.append("có đơn vị mới đã được sắp xếp tiếp")
    covered = {_coverage_key(row) for row in TeamCoverage.objects.filter(unit__in=wrote["news"])}
    if covered != {tuple(each) for each in wrote["carried"]}:
        reasons.append("địa bàn phụ trách của đơn vị mới đã thay đổi")
    teams = {row[0] for row in wrote["carried"]}
    if TeamDecision.objects.filter(team__in=teams, effective_on__gte=plan.effective_on).exists():
        reasons.append("đã có quyết định mới của tổ")
    reasons += frozen_since(communes_of(plan, rows_of(plan)), plan.effective_on, plan.recorded_at)
    if reasons:
        raise ValidationError(f"Không rút lại được nữa: {'; '.join(reasons)}.")


def communes_of(plan: UnitPlan, rows: Iterable[NewUnit]) -> list[str]:
    """Codes of the communes whose villages the plan ends or begins."""
    olds = ResidentialUnit.objects.filter(pk__in=plan.seen).order_by().values_list("commune_id", flat=True)
    return sorted({*olds.distinct(), *(row.commune for row in rows)})


def _coverage_key(row: TeamCoverage) -> tuple[int, int, str | None, str | None]:
    start, end = (day.isoformat() if day else None for day in (row.valid_from, row.ended_on))
    return row.team_id, row.unit_id, start, end


COVERAGE = ("id", "team_id", "unit_id", "province_id", "commune_id")


def _written(changed: Changed, ending: set[int]) -> dict[str, object]:
    """What taking back needs, as JSON: versions of the villages, coverage of those that end, and that made."""
    return {
        "olds": {old.pk: old.version for old in changed.olds.values()},
        "news": {new.pk: new.version for new in changed.news},
        "before": [
            {name: getattr(row, name) for name in COVERAGE}
            | {name: day.isoformat() if (day := getattr(row, name)) else None for name in ("valid_from", "ended_on")}
            for row in changed.before
            if row.unit_id in ending
        ],
        "carried": [_coverage_key(row) for row in changed.carried],
    }


def _as_json(rows: Iterable[NewUnit]) -> list[dict[str, object]]:
    return [
        {
            "commune": row.commune,
            "name": row.draft.name,
            "kind": row.draft.kind,
            "households": row.draft.households,
            "sources": {str(old): share for old, share in row.sources.items()},
        }
        for row in rows
    ]


def _refuse_shares(rows: list[NewUnit], olds: set[int]) -> None:
    """Every old village goes somewhere, every new one comes from somewhere, and the shares agree."""
    shares: dict[int, list[Share]] = {old: [] for old in olds}
    for row in rows:
        if not row.sources:
            raise ValidationError(f"{row.draft.name}: hãy ghi đơn vị mới này hình thành từ đơn vị cũ nào.")
        for old, share in row.sources.items():
            shares[old].append(share)
    names = dict(ResidentialUnit.objects.filter(pk__in=olds).values_list("pk", "name"))
    wrong = [f"{names.get(old, old)}: {words}" for old, given in shares.items() if (words := wrong_shares(given))]
    if wrong:
        raise ValidationError(wrong)


def wrong_shares(given: list[Share]) -> str:
    """Why the shares of one old village can not be, or ""."""
    if not given:
        return "chưa ghi nhập vào đơn vị mới nào."
    if len(set(given)) > 1:
        return "ghi lúc toàn bộ, lúc một phần, lúc chia hết; hãy chọn một cách."
    if given[0] == Share.WHOLE and len(given) > 1:
        return "nhập toàn bộ thì chỉ vào một đơn vị mới; nếu chia cho nhiều đơn vị, hãy chọn “chia hết”."
    if given[0] == Share.DIVIDED and len(given) < 2:
        return "chia hết thì phải vào ít nhất hai đơn vị mới; nếu chỉ một, hãy chọn “toàn bộ” hoặc “một phần”."
    return ""
