"""Members change through services only: every refusal beside its accepted twin, and no update lost."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from teams.enums import LeaveReason, MemberRole
from teams.keys import team_keys
from teams.models import Member, PhoneReveal, Team
from teams.services.concurrency import Conflict
from teams.services.members import (
    SecondLeader,
    add_member,
    end_membership,
    return_member,
    save_member,
)
from teams.services.privacy import reveal_phone

TODAY = timezone.localdate()


def make_team(commune, name: str = "Thôn Đông") -> Team:
    return Team.objects.create(commune=commune, province=commune.province, name=name, **team_keys(name))


@pytest.fixture
def team(cat_hai) -> Team:
    return make_team(cat_hai)


@pytest.fixture
def add(team, officer):
    def add(full_name: str = "Nguyễn Văn An", *, to: Team = team, **values) -> Member:
        return add_member(team=to, person=uuid4(), values={"full_name": full_name, **values}, by=officer)

    return add


def refusal(call, **kwargs) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        call(**kwargs)
    return refused.value.message_dict


# Adding ---------------------------------------------------------------------------------------------------------------


def test_a_new_member_is_cleaned_keyed_and_last(team, add):
    add("Trần Thị Bình")
    member = add("  Ông   Nguyễn Văn An ", role="deputy_leader", phone="914.994.123", joined_on="5/3/26", note=" tổ 1 ")
    assert member.full_name == "Nguyễn Văn An"
    assert member.search_key == "nguyen van an"
    assert member.role == MemberRole.DEPUTY_LEADER
    assert member.phone == "0914994123"
    assert member.joined_on == date(2026, 3, 5)
    assert member.note == "tổ 1"
    assert member.position == 2
    assert (member.commune_id, member.province_id) == (team.commune_id, team.province_id)


def test_a_cell_with_two_numbers_fills_both_columns(add):
    member = add(phone="0914994123 / 0912345678")
    assert (member.phone, member.other_phone) == ("0914994123", "0912345678")


@pytest.mark.parametrize(
    ("cell", "wrong", "right"),
    [
        ("full_name", "  ", "Nguyễn Văn An"),
        ("full_name", "A" * 121, "A" * 120),
        ("role", "chairman", "secretary"),
        ("role", "", "member"),
        ("phone", "0914994", "0914994123"),
        ("phone", "0914994***", ""),
        ("phone", "0914994123 0912345678 0987654321", "0914994123 0912345678"),
        ("organization", "club", "youth_union"),
        ("joined_on", "31/2/2026", "28/2/2026"),
        ("joined_on", TODAY + timedelta(days=1), TODAY),
        ("note", "x" * 501, "x" * 500),
    ],
)
def test_a_wrong_cell_refuses_the_whole_row_by_name(team, officer, cell, wrong, right):
    values = {"full_name": "Nguyễn Văn An"}
    assert list(refusal(add_member, team=team, person=uuid4(), values=values | {cell: wrong}, by=officer)) == [cell]
    assert not Member.objects.exists()
    add_member(team=team, person=uuid4(), values=values | {cell: right}, by=officer)
    assert Member.objects.count() == 1


def test_all_wrong_cells_are_told_at_once(team, officer):
    values = {"full_name": "", "phone": "091", "joined_on": "hôm qua"}
    assert set(refusal(add_member, team=team, person=uuid4(), values=values, by=officer)) == set(values)


def test_the_same_person_sent_twice_is_one_row(team, officer):
    person, values = uuid4(), {"full_name": "Nguyễn Văn An"}
    first = add_member(team=team, person=person, values=values, by=officer)
    again = add_member(team=team, person=person, values=values, by=officer)
    assert again == first
    assert again.version == 1
    add_member(team=team, person=uuid4(), values=values, by=officer)
    assert Member.objects.count() == 2


def test_a_repeat_with_more_typed_since_completes_the_row(team, officer):
    person = uuid4()
    add_member(team=team, person=person, values={"full_name": "Nguyễn"}, by=officer)
    again = add_member(team=team, person=person, values={"full_name": "Nguyễn Văn An"}, by=officer)
    assert (again.full_name, again.version) == ("Nguyễn Văn An", 2)


def test_a_repeat_does_not_overwrite_what_another_changed_since(team, officer):
    person = uuid4()
    member = add_member(team=team, person=person, values={"full_name": "Nguyễn"}, by=officer)
    save_member(member=member, version=1, values={"full_name": "Nguyễn Văn Ba"}, by=officer)
    with pytest.raises(Conflict):
        add_member(team=team, person=person, values={"full_name": "Nguyễn Văn An"}, by=officer)


def test_a_dissolved_team_takes_nobody_in(team, add):
    Team.objects.filter(pk=team.pk).update(dissolved_on=TODAY)
    team.refresh_from_db()
    with pytest.raises(ValidationError, match="giải thể"):
        add(to=team)


# Saving ---------------------------------------------------------------------------------------------------------------


def test_a_save_changes_the_given_cells_and_raises_the_version(add, officer):
    member = add(phone="0914994123")
    saved = save_member(member=member, version=1, values={"full_name": "Trần Văn Bảy"}, by=officer)
    assert (saved.full_name, saved.match_key, saved.phone, saved.version) == (
        "Trần Văn Bảy", "trần văn bảy", "0914994123", 2,
    )  # fmt: skip


def test_a_save_that_says_nothing_new_writes_nothing(add, officer):
    member = add(phone="0914994123")
    events = member.events.count()
    saved = save_member(member=member, version=1, values={"phone": "+84 914 994 123"}, by=officer)
    assert saved.version == 1
    assert member.events.count() == events


def test_of_two_saves_of_one_version_the_second_is_told(add, officer):
    member = add()
    seen = Member.objects.get(pk=member.pk)
    save_member(member=member, version=1, values={"note": "của người thứ nhất"}, by=officer)
    with pytest.raises(Conflict) as conflict:
        save_member(member=seen, version=1, values={"note": "của người thứ hai"}, by=officer)
    assert conflict.value.current.note == "của người thứ nhất"


def test_without_the_version_the_first_save_would_be_lost(add):
    """The control: what the conditional write guards against does happen without it."""
    member = add()
    for note in ("của người thứ nhất", "của người thứ hai"):
        Member.objects.filter(pk=member.pk).update(note=note)
    member.refresh_from_db()
    assert member.note == "của người thứ hai"


def test_the_history_names_who_saved(add, officer):
    member = save_member(member=add(), version=1, values={"note": "mới"}, by=officer)
    assert member.events.latest("pgh_id").pgh_context.metadata["user"] == officer.pk


# The leader -----------------------------------------------------------------------------------------------------------


def test_a_second_leader_is_refused_and_the_first_named(add, officer):
    leader, member = add("Trần Thị Bình", role="leader"), add()
    with pytest.raises(SecondLeader) as refused:
        save_member(member=member, version=1, values={"role": "leader", "note": "mới"}, by=officer)
    assert refused.value.leader == leader
    assert "Trần Thị Bình" in refused.value.message_dict["role"][0]
    member.refresh_from_db()
    assert (member.role, member.note) == (MemberRole.MEMBER, "")


def test_the_leaders_are_exchanged_in_one_step_when_asked(add, officer):
    leader, member = add("Trần Thị Bình", role="leader"), add()
    save_member(member=member, version=1, values={"role": "leader"}, by=officer, replace_leader=True)
    leader.refresh_from_db()
    assert (leader.role, leader.version) == (MemberRole.MEMBER, 2)
    member.refresh_from_db()
    assert member.role == MemberRole.LEADER


def test_an_exchange_that_fails_leaves_the_first_leader(add, officer):
    leader, member = add("Trần Thị Bình", role="leader"), add()
    with pytest.raises(Conflict):
        save_member(member=member, version=7, values={"role": "leader"}, by=officer, replace_leader=True)
    leader.refresh_from_db()
    assert leader.role == MemberRole.LEADER


def test_a_new_member_may_replace_the_leader_at_once(team, add, officer):
    leader = add("Trần Thị Bình", role="leader")
    values = {"full_name": "Nguyễn Văn An", "role": "leader"}
    with pytest.raises(SecondLeader):
        add_member(team=team, person=uuid4(), values=values, by=officer)
    new = add_member(team=team, person=uuid4(), values=values, by=officer, replace_leader=True)
    leader.refresh_from_db()
    assert (new.role, leader.role) == (MemberRole.LEADER, MemberRole.MEMBER)


def test_a_leader_who_left_makes_room(add, officer):
    leader, member = add("Trần Thị Bình", role="leader"), add()
    end_membership(member=leader, version=1, left_on=TODAY, reason=LeaveReason.RESIGNED, by=officer)
    assert save_member(member=member, version=1, values={"role": "leader"}, by=officer).role == MemberRole.LEADER


# Leaving and coming back ----------------------------------------------------------------------------------------------


def test_who_leaves_keeps_the_dates_and_loses_the_phone(add, officer):
    member = add(phone="0914994123 / 0912345678")
    left = end_membership(member=member, version=1, left_on="20/11/2024", reason=LeaveReason.MOVED_AWAY, by=officer)
    assert (left.left_on, left.left_reason) == (date(2024, 11, 20), LeaveReason.MOVED_AWAY)
    assert (left.full_name, left.phone, left.other_phone) == ("Nguyễn Văn An", "", "")


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [
        ("left_on", TODAY + timedelta(days=1)),
        ("left_on", "hôm nào đó"),
        ("left_on", date(2023, 12, 31)),
        ("left_reason", ""),
        ("left_reason", "bored"),
    ],
)
def test_a_leaving_needs_a_past_day_after_joining_and_a_reason(add, officer, cell, wrong):
    member = add(joined_on=date(2024, 1, 1), phone="0914994123")
    right = {"left_on": date(2024, 1, 1), "left_reason": LeaveReason.RESIGNED}
    given = right | {cell: wrong}
    call = {"member": member, "version": 1, "by": officer}
    assert list(refusal(end_membership, **call, left_on=given["left_on"], reason=given["left_reason"])) == [cell]
    member.refresh_from_db()
    assert (member.left_on, member.phone) == (None, "0914994123")
    assert end_membership(**call, left_on=right["left_on"], reason=right["left_reason"]).left_on == date(2024, 1, 1)


def test_nobody_leaves_twice(add, officer):
    left = end_membership(member=add(), version=1, left_on=TODAY, reason=LeaveReason.RESIGNED, by=officer)
    call = {"member": left, "version": 2, "left_on": TODAY, "reason": LeaveReason.MISTAKE, "by": officer}
    assert list(refusal(end_membership, **call)) == ["left_on"]


def test_undoing_a_leaving_brings_the_phone_back(add, officer):
    left = end_membership(
        member=add(phone="0914994123"), version=1, left_on=TODAY, reason=LeaveReason.MISTAKE, by=officer
    )
    back = return_member(member=left, version=2, by=officer)
    assert (back.left_on, back.left_reason, back.phone, back.version) == (None, "", "0914994123", 3)


def test_the_phones_that_come_back_are_those_of_the_last_day(add, officer):
    member = add(phone="0914994123")
    save_member(member=member, version=1, values={"phone": "0912345678 / 0987654321"}, by=officer)
    left = end_membership(member=member, version=2, left_on=TODAY, reason=LeaveReason.MISTAKE, by=officer)
    back = return_member(member=left, version=3, by=officer)
    assert (back.phone, back.other_phone) == ("0912345678", "0987654321")


def test_a_dissolved_team_takes_nobody_back(team, add, officer):
    left = end_membership(member=add(), version=1, left_on=TODAY, reason=LeaveReason.MISTAKE, by=officer)
    Team.objects.filter(pk=team.pk).update(dissolved_on=TODAY)
    assert "giải thể" in refusal(return_member, member=left, version=2, by=officer)["left_on"][0]
    Team.objects.filter(pk=team.pk).update(dissolved_on=None)
    assert return_member(member=left, version=2, by=officer).left_on is None


@pytest.mark.parametrize("reason", [LeaveReason.MOVED_TEAM, LeaveReason.ROLE_CHANGED])
def test_a_row_that_goes_on_elsewhere_is_not_taken_back(add, officer, reason):
    left = end_membership(member=add(), version=1, left_on=TODAY, reason=reason, by=officer)
    assert "dòng khác" in refusal(return_member, member=left, version=2, by=officer)["left_on"][0]


def test_only_the_latest_row_of_a_person_is_taken_back(team, add, officer):
    left = end_membership(member=add(), version=1, left_on=TODAY, reason=LeaveReason.RESIGNED, by=officer)
    again = Member.objects.get(pk=left.pk)
    again.pk = None
    again.save()
    assert "dòng khác" in refusal(return_member, member=left, version=2, by=officer)["left_on"][0]
    assert return_member(member=again, version=2, by=officer).left_on is None


def test_a_leader_does_not_come_back_to_a_taken_post(add, officer):
    left = end_membership(member=add(role="leader"), version=1, left_on=TODAY, reason=LeaveReason.MISTAKE, by=officer)
    add("Trần Thị Bình", role="leader")
    with pytest.raises(SecondLeader):
        return_member(member=left, version=2, by=officer)


# Phones ---------------------------------------------------------------------------------------------------------------


def test_a_look_at_a_phone_leaves_a_trace(add, officer):
    member = add(phone="0914994123")
    reveal_phone(member=member, by=officer)
    trace = PhoneReveal.objects.get()
    assert (trace.user, trace.member) == (officer, member)
