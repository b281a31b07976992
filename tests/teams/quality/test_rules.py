"""Each rule: what it finds, and the twin beside it that it leaves."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from cdt_portal.accounts.models import User
from teams.enums import LeaveReason, MemberRole, TeamKind
from teams.models import Commune, DataFinding, Member, Province, ResidentialUnit, Team, TeamCoverage
from teams.queries.quality.registry import RULES
from teams.services.officers import add_officer
from teams.services.quality import check
from tests.conftest import make_commune
from tests.teams.makers import make_decision, make_member, make_team, make_units

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường")


class Sound:
    """A commune in which nothing is to be found: one village of 120 households, its team, three members."""

    def __init__(self, commune: Commune, by: User):
        self.commune, self.by = commune, by
        (self.unit,) = make_units(commune, "Thôn 1", by=by)
        ResidentialUnit.objects.filter(pk=self.unit.pk).update(households=120)
        self.decision = make_decision(commune, "01/QĐ-UBND ngày 10/7/2025", by=by)
        self.team = make_team(commune, "Tổ Thôn 1", self.unit, by=by, decision=self.decision)
        roles = (MemberRole.LEADER, MemberRole.DEPUTY_LEADER, MemberRole.MEMBER)
        self.members = [
            make_member(self.team, name, role, phone=f"091499412{place}")
            for place, (name, role) in enumerate(zip(NAMES, roles, strict=True))
        ]
        self.officer = add_officer(commune=commune, fields={"full_name": "Đỗ Thu Giang"}, by=by)

    def found(self) -> set[tuple]:
        """(rule, unit, team, member, decision) of what stands open after a check."""
        check([self.commune.pk])
        rows = DataFinding.objects.filter(commune=self.commune, state="open")
        return set(rows.values_list("rule", "unit", "team", "member", "decision"))

    def second_team(self, *members: str, kind: TeamKind = TeamKind.VILLAGE_TEAM) -> Team:
        """Sound too, of three members, on the same village."""
        team = make_team(self.commune, "Tổ 2", self.unit, by=self.by, kind=kind, decision=self.decision)
        for place, name in enumerate(members or ("Phạm Thị Dung", "Hoàng Văn Em", "Vũ Thị Giang")):
            make_member(team, name, MemberRole.MEMBER if place else MemberRole.LEADER, phone=f"097811223{place}")
        return team


@pytest.fixture
def sound(cat_hai, officer) -> Sound:
    return Sound(cat_hai, officer)


def change(member: Member, **fields) -> None:
    Member.objects.filter(pk=member.pk).update(**fields)


def leave(member: Member, day: date, reason: str = LeaveReason.RESIGNED) -> None:
    change(member, left_on=day, left_reason=reason, phone="")


Subject = tuple[str, int | None, int | None, int | None, int | None]


def at(rule: str, *, unit=None, team=None, member=None, decision=None) -> Subject:
    return rule, *(row and row.pk for row in (unit, team, member, decision))


def no_units(at_: Sound) -> set[Subject]:
    TeamCoverage.objects.all().delete()
    ResidentialUnit.objects.all().delete()
    return {at("commune_without_units"), at("team_without_unit", team=at_.team)}


def no_officer(at_: Sound) -> set[Subject]:
    at_.officer.ended_on = JUNE
    at_.officer.save()
    return {at("commune_without_officer")}


def no_team(at_: Sound) -> set[Subject]:
    (village,) = make_units(at_.commune, "Thôn 2", by=at_.by)
    ResidentialUnit.objects.update(households=90)
    make_team(at_.commune, "Ban chỉ đạo", village, by=at_.by, kind=TeamKind.STEERING_COMMITTEE)
    Team.objects.update(decision=at_.decision)
    board = Team.objects.get(kind=TeamKind.STEERING_COMMITTEE)
    return {at("unit_without_team", unit=village), at("team_without_members", team=board)}


def no_households(at_: Sound) -> set[Subject]:
    ResidentialUnit.objects.update(households=None)
    return {at("unit_without_households", unit=at_.unit)}


def ended_unit(at_: Sound) -> set[Subject]:
    (village,) = make_units(at_.commune, "Thôn cũ", by=at_.by)
    row = {"province_id": at_.commune.province_id, "commune": at_.commune, "unit": village, "team": at_.team}
    TeamCoverage.objects.create(**row)
    ResidentialUnit.objects.filter(pk=village.pk).update(ended_on=JUNE)
    return {at("ended_unit_covered", team=at_.team, unit=village)}


def only_ended_units(at_: Sound) -> set[Subject]:
    team = at_.second_team()
    (village,) = make_units(at_.commune, "Thôn cũ", by=at_.by)
    TeamCoverage.objects.filter(team=team).update(unit=village)
    ResidentialUnit.objects.filter(pk=village.pk).update(ended_on=JUNE)
    return {at("ended_unit_covered", team=team, unit=village), at("team_without_unit", team=team)}


def no_leader(at_: Sound) -> set[Subject]:
    change(at_.members[0], role=MemberRole.MEMBER)
    return {at("team_without_leader", team=at_.team)}


def leader_gone(at_: Sound) -> set[Subject]:
    make_member(at_.team, "Phạm Thị Dung", phone="0978112230")
    leave(at_.members[0], JUNE)
    return {at("leader_not_followed", team=at_.team)}


def leader_by_mistake(at_: Sound) -> set[Subject]:
    make_member(at_.team, "Phạm Thị Dung", phone="0978112230")
    leave(at_.members[0], JUNE, LeaveReason.MISTAKE)
    return {at("team_without_leader", team=at_.team)}


def two_leaders(at_: Sound) -> set[Subject]:
    leave(at_.members[0], JULY)
    new = make_member(at_.team, "Phạm Thị Dung", MemberRole.LEADER, phone="0978112230", joined_on=JUNE)
    return {at("leaders_overlap", team=at_.team, member=new)}


def leaders_in_turn(at_: Sound) -> set[Subject]:
    leave(at_.members[0], JUNE)
    make_member(at_.team, "Phạm Thị Dung", MemberRole.LEADER, phone="0978112230", joined_on=JUNE)
    return set()


def no_decision(at_: Sound) -> set[Subject]:
    Team.objects.update(decision=None)
    return {at("team_without_decision", team=at_.team)}


def below_norm(at_: Sound) -> set[Subject]:
    leave(at_.members[2], JUNE)
    return {at("team_below_norm", team=at_.team)}


def small_board(at_: Sound) -> set[Subject]:
    """No norm holds for other kinds."""
    at_.second_team("Phạm Thị Dung", kind=TeamKind.STEERING_TEAM)
    return set()


def undated(at_: Sound) -> set[Subject]:
    decision = make_decision(at_.commune, "07/QĐ-UBND", by=at_.by)
    return {at("decision_without_date", decision=decision)}


def number_reused(at_: Sound) -> set[Subject]:
    later = make_decision(at_.commune, "01/QĐ-UBND ngày 12/8/2025", by=at_.by)
    return {at("decision_number_reused", decision=later)}


def number_of_next_year(at_: Sound) -> set[Subject]:
    make_decision(at_.commune, "01/QĐ-UBND ngày 12/8/2026", by=at_.by)
    return set()


def in_two_teams(at_: Sound) -> set[Subject]:
    other = at_.second_team()
    twin = make_member(other, "Nguyễn Văn An", phone="0914994120")
    return {
        at("member_in_two_teams", team=at_.team, member=at_.members[0]),
        at("member_in_two_teams", team=other, member=twin),
    }


def was_in_another(at_: Sound) -> set[Subject]:
    leave(make_member(at_.second_team(), "Nguyễn Văn An"), JUNE)
    return set()


def shared_phone(at_: Sound) -> set[Subject]:
    change(at_.members[1], phone="0914994120")
    return {at("phone_shared", team=at_.team, member=member) for member in at_.members[:2]}


def invalid_phone(at_: Sound) -> set[Subject]:
    change(at_.members[1], phone="0111222333")
    change(at_.members[2], phone="0999999999")
    return {at("phone_invalid", team=at_.team, member=member) for member in at_.members[1:]}


def landline(at_: Sound) -> set[Subject]:
    change(at_.members[1], phone="02253842123")
    return set()


def missing_phone(at_: Sound) -> set[Subject]:
    change(at_.members[1], phone="")
    return {at("phone_missing", team=at_.team, member=at_.members[1])}


def odd_name(at_: Sound) -> set[Subject]:
    change(at_.members[1], full_name="Bình 2")
    return {at("name_odd", team=at_.team, member=at_.members[1])}


def name_twice(at_: Sound) -> set[Subject]:
    twin = make_member(at_.team, "TRẦN THỊ BÌNH", phone="0978112230")
    return {at("name_twice", team=at_.team, member=member) for member in (at_.members[1], twin)}


CASES = [
    no_units, no_officer, no_team, no_households, ended_unit, only_ended_units, no_leader, leader_gone,
    leader_by_mistake, two_leaders, leaders_in_turn, no_decision, below_norm, small_board, undated, number_reused,
    number_of_next_year, in_two_teams, was_in_another, shared_phone, invalid_phone, landline, missing_phone, odd_name,
    name_twice,
]  # fmt: skip


@pytest.mark.parametrize("spoil", CASES, ids=lambda case: case.__name__)
def test_a_rule_finds_its_fault_and_nothing_else(spoil: Callable[[Sound], set[Subject]], sound):
    assert sound.found() == set()
    expected = spoil(sound)
    assert sound.found() == expected
    assert all(row.text.endswith(".") for row in DataFinding.objects.all())


def test_every_rule_has_a_case_and_a_page_to_mend_it(sound):
    found = set()
    for spoil in CASES:
        with transaction.atomic():
            spoil(sound)
            sound.found()
            for row in DataFinding.objects.filter(state="open"):
                found.add(row.rule)
                path, _, query = RULES[row.rule].mend(row).partition("?")
                assert resolve(path).namespace == "teams"
                assert not query or query == f"thon={row.unit_id}"
            transaction.set_rollback(True)
    assert found == {key for key, rule in RULES.items() if rule.find.__module__.startswith("teams.")}


def test_a_person_of_another_commune_is_never_named(sound, tran_lieu, neighbour):
    """Their phones may be equal: only the department sees both rows, as a card."""
    other = Sound(tran_lieu, neighbour)
    assert sound.found() == other.found() == set()


def test_as_many_queries_for_one_commune_as_for_ten(hai_phong: Province, officer):
    communes = [make_commune(f"2{code:04}", f"Xã {code}", "rural_commune", hai_phong) for code in range(10)]
    for commune in communes:
        shared_phone(Sound(commune, officer))
    codes = [commune.pk for commune in communes]
    counts = []
    for asked in (codes[:1], codes):
        with CaptureQueriesContext(connection) as queries:
            check(asked)
        counts.append(len(queries))
    assert counts[0] == counts[1]
