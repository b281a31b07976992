"""A decree on villages: described, looked at, recorded whole, called off whole; what becomes of teams and members."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from teams.enums import LeaveReason, MemberRole, PlanState, Share, UnitChangeKind, UnitKind
from teams.models import Member, ResidentialUnit, Team, TeamCoverage, UnitChange, UnitLineage, UnitPlan
from teams.queries.unit_plans import preview
from teams.services.concurrency import Conflict
from teams.services.team_fates import Fate
from teams.services.unit_changes import NewUnit, UnitDraft, UnitEvent
from teams.services.unit_plans import (
    call_off_plan,
    choose_fates,
    describe_plan,
    draft_plan,
    record_plan,
    settle_due,
)
from teams.services.units import update_unit
from tests.teams.makers import JULY, make_member, make_plan, make_team, make_units

NEW_YEAR = date(2026, 1, 1)
BASIS = "Nghị quyết 05/NQ-HĐND ngày 01/12/2025"


@pytest.fixture
def villages(cat_hai, officer):
    return make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", "Thôn 4", by=officer)


@pytest.fixture
def teams(cat_hai, officer, villages):
    return make_teams(cat_hai, villages, officer)


def make_teams(cat_hai, villages, officer) -> list[Team]:
    """Of Thôn 1 (3 members), Thôn 2 (2), Thôn 3 (1), each with a leader."""
    found = []
    for size, unit in zip((3, 2, 1), villages, strict=False):
        team = make_team(cat_hai, f"Tổ {unit.name}", unit, by=officer, founded_on=JULY)
        make_member(team, f"Nguyễn Văn {unit.name[-1]}", MemberRole.LEADER, phone=f"091499412{size}", position=1)
        for number in range(1, size):
            make_member(team, f"Trần Thị {unit.name[-1]}{number}", position=number + 1)
        found.append(team)
    return found


def record(plan, by, fates=None) -> UnitPlan:
    if fates:
        plan = choose_fates(plan=plan, version=plan.version, fates=fates, by=by)
    return record_plan(plan=plan, version=plan.version, by=by)


def live(commune) -> list[str]:
    return list(ResidentialUnit.objects.filter(commune=commune, ended_on=None).values_list("name", flat=True))


def picture() -> dict[str, list]:
    """Everything a plan may touch, without versions."""
    return {
        "units": list(ResidentialUnit.objects.order_by("pk").values_list("pk", "name", "ended_on")),
        "coverage": list(TeamCoverage.objects.order_by("pk").values_list("team", "unit", "valid_from", "ended_on")),
        "teams": list(Team.objects.order_by("pk").values_list("pk", "dissolved_on")),
        "members": list(Member.objects.order_by("pk").values_list("pk", "team", "role", "phone", "left_on")),
        "lineage": list(UnitLineage.objects.order_by("pk").values_list("old", "new")),
    }


# Recorded -------------------------------------------------------------------------------------------------------------


def test_three_villages_become_one_and_their_teams_one(cat_hai, officer, villages, teams):
    first, second, third = teams
    plan = make_plan(villages[:3], "Thôn Đông", by=officer)
    record(plan, officer, {second.pk: Fate(first.pk), third.pk: Fate()})
    assert live(cat_hai) == ["Thôn 4", "Thôn Đông"]
    new = ResidentialUnit.objects.get(name="Thôn Đông")
    assert list(TeamCoverage.objects.filter(unit=new).values_list("team", "valid_from")) == [(first.pk, NEW_YEAR)]
    assert dict(Team.objects.values_list("pk", "dissolved_on")) == {
        first.pk: None, second.pk: NEW_YEAR, third.pk: NEW_YEAR
    }  # fmt: skip
    came = Member.objects.filter(team=first, joined_on=NEW_YEAR).order_by("position")
    assert [(each.full_name, each.role, each.phone) for each in came] == [
        ("Nguyễn Văn 2", "member", "0914994122"),
        ("Trần Thị 21", "member", ""),
    ]
    gone = Member.objects.get(team=third)
    assert (gone.left_on, gone.left_reason, gone.phone) == (NEW_YEAR, LeaveReason.DISSOLVED, "")
    assert Member.objects.filter(team=second, left_reason=LeaveReason.MOVED_TEAM, phone="").count() == 2
    assert UnitChange.objects.get().kind == UnitChangeKind.MERGE


def test_several_become_several_and_one_that_gives_a_part_lives_on(cat_hai, officer, villages):
    one, two, three, _ = villages
    rows = [
        NewUnit(cat_hai.pk, UnitDraft("Thôn Bắc", UnitKind.VILLAGE, 90), {one.pk: Share.WHOLE, two.pk: Share.DIVIDED}),
        NewUnit(cat_hai.pk, UnitDraft("Thôn Nam", UnitKind.VILLAGE), {two.pk: Share.DIVIDED, three.pk: Share.PART}),
    ]
    plan = make_plan([one, two, three], "Tạm", by=officer)
    record(describe_plan(plan=plan, version=1, rows=rows, by=officer), officer)
    assert live(cat_hai) == ["Thôn 3", "Thôn 4", "Thôn Bắc", "Thôn Nam"]
    assert UnitChange.objects.get().kind == UnitChangeKind.REARRANGE
    assert set(UnitLineage.objects.values_list("old__name", "new__name", "whole")) == {
        ("Thôn 1", "Thôn Bắc", True),
        ("Thôn 2", "Thôn Bắc", False),
        ("Thôn 2", "Thôn Nam", False),
        ("Thôn 3", "Thôn Nam", False),
    }


def test_groups_that_share_nothing_are_changes_of_their_own(cat_hai, officer, villages):
    plan = make_plan(villages, "Tạm", by=officer)
    rows = [
        NewUnit(
            cat_hai.pk,
            UnitDraft("Thôn A", UnitKind.VILLAGE),
            dict.fromkeys((villages[0].pk, villages[1].pk), Share.WHOLE),
        ),
        NewUnit(
            cat_hai.pk,
            UnitDraft("Thôn B", UnitKind.VILLAGE),
            dict.fromkeys((villages[2].pk, villages[3].pk), Share.WHOLE),
        ),
    ]
    record(describe_plan(plan=plan, version=1, rows=rows, by=officer), officer)
    assert UnitChange.objects.filter(kind=UnitChangeKind.MERGE).count() == 2


def test_a_village_may_go_to_another_commune_whose_teams_are_its_own(
    cat_hai, tran_lieu, staff, officer, villages, teams
):
    rows = [NewUnit(tran_lieu.pk, UnitDraft("Khu phố 9", UnitKind.RESIDENTIAL_GROUP), {villages[0].pk: Share.WHOLE})]
    plan = draft_plan(
        province=cat_hai.province, commune=None, event=UnitEvent(NEW_YEAR, BASIS), rows=rows,
        seen={villages[0].pk: 1}, by=staff,
    )  # fmt: skip
    record(plan, staff)
    new = ResidentialUnit.objects.get(name="Khu phố 9")
    assert new.commune == tran_lieu
    assert not new.coverages.exists()


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ([Share.WHOLE, Share.WHOLE], "chỉ vào một đơn vị mới"),
        ([Share.DIVIDED, None], "ít nhất hai đơn vị mới"),
        ([Share.WHOLE, Share.PART], "hãy chọn một cách"),
        ([None, None], "chưa ghi nhập vào"),
        ([Share.DIVIDED, Share.DIVIDED], ""),
    ],
)
def test_shares_of_a_village_agree(cat_hai, officer, villages, shares, words):
    plan = make_plan(villages[:2], "Tạm", by=officer)
    rows = [
        NewUnit(
            cat_hai.pk,
            UnitDraft(name, UnitKind.VILLAGE),
            {villages[0].pk: share, villages[1].pk: Share.PART} if share else {villages[1].pk: Share.PART},
        )
        for name, share in zip(("Thôn A", "Thôn B"), shares, strict=True)
    ]
    if not words:
        assert describe_plan(plan=plan, version=1, rows=rows, by=officer).version == 2
        return
    with pytest.raises(ValidationError, match=words):
        describe_plan(plan=plan, version=1, rows=rows, by=officer)


def test_a_team_joins_only_one_that_goes_on(officer, villages, teams):
    plan = make_plan(villages[:3], "Thôn Đông", by=officer)
    circle = {teams[0].pk: Fate(teams[1].pk), teams[1].pk: Fate(teams[0].pk)}
    with pytest.raises(ValidationError, match="tiếp tục"):
        choose_fates(plan=plan, version=1, fates=circle, by=officer)


def test_statements_do_not_grow_with_the_decree(cat_hai, officer):
    def statements(word: str, many: int) -> int:
        olds = make_units(cat_hai, *(f"{word} {number}" for number in range(2 * many)), by=officer)
        for old in olds:
            make_member(make_team(cat_hai, f"Tổ {old.name}", old, by=officer), "Nguyễn Văn An", MemberRole.LEADER)
        rows = [
            NewUnit(
                cat_hai.pk,
                UnitDraft(f"Khu {word} {at}", UnitKind.VILLAGE),
                {olds[2 * at].pk: "whole", olds[2 * at + 1].pk: "whole"},
            )
            for at in range(many)
        ]
        plan = draft_plan(
            province=cat_hai.province, commune=cat_hai, event=UnitEvent(NEW_YEAR, BASIS), rows=rows,
            seen={old.pk: 1 for old in olds}, by=officer,
        )  # fmt: skip
        held = {each.unit_id: each.team_id for each in TeamCoverage.objects.filter(unit__in=olds)}
        fates = {held[olds[2 * at + 1].pk]: Fate(held[olds[2 * at].pk]) for at in range(many)}
        plan = choose_fates(plan=plan, version=1, fates=fates, by=officer)
        with CaptureQueriesContext(connection) as queries:
            preview(plan)
            record_plan(plan=plan, version=plan.version, by=officer)
        return len(queries)

    assert statements("Thôn", 2) == statements("Bản", 20)


# Days -----------------------------------------------------------------------------------------------------------------


def test_a_plan_for_a_day_to_come_settles_its_teams_on_that_day(cat_hai, officer, villages, teams):
    day = timezone.localdate() + timedelta(10)
    record(make_plan(villages[:2], "Thôn Đông", by=officer, day=day), officer, {teams[1].pk: Fate(teams[0].pk)})
    assert not Team.objects.filter(dissolved_on__isnull=False).exists()
    assert settle_due(day - timedelta(1)) == 0


def test_the_night_of_the_day_settles_once(cat_hai, officer, villages, teams, monkeypatch):
    day = timezone.localdate() + timedelta(10)
    record(make_plan(villages[:2], "Thôn Đông", by=officer, day=day), officer, {teams[1].pk: Fate(teams[0].pk)})
    monkeypatch.setattr("teams.services.unit_plans.timezone.localdate", lambda: day)
    assert [settle_due(day), settle_due(day)] == [1, 0]
    assert Team.objects.get(pk=teams[1].pk).dissolved_on == day
    assert Member.objects.filter(team=teams[0], joined_on=day).count() == 2


def test_a_team_that_can_not_be_joined_any_more_waits_for_people(cat_hai, officer, villages, teams, monkeypatch):
    day = timezone.localdate() + timedelta(10)
    record(make_plan(villages[:2], "Thôn Đông", by=officer, day=day), officer, {teams[1].pk: Fate(teams[0].pk)})
    Team.objects.filter(pk=teams[0].pk).update(dissolved_on=JULY)
    monkeypatch.setattr("teams.services.unit_plans.timezone.localdate", lambda: day)
    assert settle_due(day) == 0
    assert Team.objects.get(pk=teams[1].pk).dissolved_on is None


# Called off -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [-100, 30])
def test_what_was_recorded_is_taken_back_whole(cat_hai, officer, villages, teams, days):
    before = picture()
    fates = {teams[1].pk: Fate(teams[0].pk), teams[2].pk: Fate(teams[0].pk)}
    day = timezone.localdate() + timedelta(days)
    plan = record(make_plan(villages[:3], "Thôn Đông", by=officer, day=day), officer, fates)
    assert picture() != before
    assert call_off_plan(plan=plan, version=plan.version, by=officer).state == PlanState.CALLED_OFF
    assert picture() == before


def test_a_dissolved_team_comes_back_without_the_phones_that_were_erased(cat_hai, officer, villages, teams):
    plan = record(make_plan(villages[:3], "Thôn Đông", by=officer), officer, {teams[2].pk: Fate()})
    call_off_plan(plan=plan, version=plan.version, by=officer)
    back = Member.objects.get(team=teams[2])
    assert (back.left_on, back.role, back.phone) == (None, MemberRole.LEADER, "")


def built_another_change(plan, officer):
    new = ResidentialUnit.objects.get(name="Thôn Đông")
    record(make_plan([new], "Thôn Đông Mới", by=officer, day=date(2026, 3, 1)), officer)


def built_an_edit(plan, officer):
    new = ResidentialUnit.objects.get(name="Thôn Đông")
    update_unit(unit=new, version=new.version, fields={"households": 7}, by=officer)


def built_a_team(plan, officer):
    new = ResidentialUnit.objects.get(name="Thôn Đông")
    make_team(new.commune, "Tổ mới", new, by=officer)


def built_a_member_change(plan, officer):
    Member.objects.filter(joined_on=NEW_YEAR).update(version=2)


@pytest.mark.parametrize("build", [built_another_change, built_an_edit, built_a_team, built_a_member_change])
def test_what_was_built_on_is_not_taken_back(cat_hai, officer, villages, teams, build):
    plan = record(make_plan(villages[:3], "Thôn Đông", by=officer), officer, {teams[1].pk: Fate(teams[0].pk)})
    build(plan, officer)
    before = picture()
    with pytest.raises(ValidationError, match="ông rút lại được"):
        call_off_plan(plan=plan, version=plan.version, by=officer)
    assert picture() == before


@pytest.mark.parametrize("taken", ["village", "team"])
def test_a_name_that_is_taken_since_is_not_taken_back(cat_hai, officer, villages, teams, taken):
    plan = record(make_plan(villages[:3], "Thôn Đông", by=officer), officer, {teams[1].pk: Fate(teams[0].pk)})
    if taken == "village":
        make_units(cat_hai, "Thôn 2", by=officer)
    else:
        make_team(cat_hai, teams[1].name, by=officer)
    before = picture()
    with pytest.raises(ValidationError, match="đã dùng cho"):
        call_off_plan(plan=plan, version=plan.version, by=officer)
    assert picture() == before


def test_without_the_guard_a_later_edit_would_be_lost(cat_hai, officer, villages, monkeypatch):
    plan = record(make_plan(villages[:3], "Thôn Đông", by=officer), officer)
    built_an_edit(plan, officer)
    monkeypatch.setattr("teams.services.unit_plans.refuse_built_on", lambda plan: None)
    call_off_plan(plan=plan, version=plan.version, by=officer)
    assert not ResidentialUnit.objects.filter(households=7).exists()


# Two at once ----------------------------------------------------------------------------------------------------------


def test_the_second_of_two_plans_for_a_village_is_told(cat_hai, officer, villages):
    one, other = (make_plan(villages[:2], name, by=officer) for name in ("Thôn A", "Thôn B"))
    record(one, officer)
    with pytest.raises(Conflict):
        record(other, officer)
    assert live(cat_hai) == ["Thôn 3", "Thôn 4", "Thôn A"]


def test_a_plan_is_recorded_once(cat_hai, officer, villages):
    plan = make_plan(villages[:2], "Thôn A", by=officer)
    stale = UnitPlan.objects.get(pk=plan.pk)
    record(plan, officer)
    with pytest.raises(Conflict):
        record_plan(plan=stale, version=stale.version, by=officer)
    assert UnitChange.objects.count() == 1
