"""Several members at once, and moves: all or none, whoever is in the way named, at the same cost for few and many."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from teams.enums import LeaveReason, MemberRole
from teams.keys import team_keys
from teams.models import Member, Team
from teams.services.member_bulk import bulk_change
from teams.services.members import save_member
from tests.teams.makers import make_member

TODAY = timezone.localdate()
LEAVING = {"left_on": TODAY, "reason": LeaveReason.CONSOLIDATED}


def make_team(commune, name: str) -> Team:
    return Team.objects.create(commune=commune, province=commune.province, name=name, **team_keys(name))


@pytest.fixture
def team(cat_hai) -> Team:
    return make_team(cat_hai, "Thôn Đông")


@pytest.fixture
def other(cat_hai) -> Team:
    return make_team(cat_hai, "Thôn Tây")


@pytest.fixture
def change(officer):
    def change(*members: Member, **change) -> None:
        bulk_change(versions={member.pk: member.version for member in members}, change=change, by=officer)

    return change


def refusal(call, *members: Member, **change) -> list[str]:
    before = list(Member.objects.order_by("pk").values())
    with pytest.raises(ValidationError) as refused:
        call(*members, **change)
    assert list(Member.objects.order_by("pk").values()) == before
    return refused.value.messages


def again(member: Member) -> Member:
    return Member.objects.get(pk=member.pk)


@pytest.mark.parametrize("cells", [{"role": "secretary"}, {"organization": "police"}])
def test_many_take_the_same_value(team, change, cells):
    members = [make_member(team, name) for name in ("Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Chín")]
    change(*members, **cells)
    assert Member.objects.filter(**cells, version=2).count() == 3


def test_many_leave_together_and_their_phones_go(team, change):
    members = [make_member(team, name, phone="0914994123") for name in ("Nguyễn Văn An", "Trần Thị Bình")]
    change(*members, **LEAVING)
    assert Member.objects.filter(left_on=TODAY, left_reason="consolidated", phone="", version=2).count() == 2


def test_a_move_ends_one_row_and_begins_another_of_the_same_person(team, other, change):
    make_member(other, "Lê Văn Chín", position=4)
    members = [make_member(team, name, phone="0914994123", note="bản") for name in ("Nguyễn Văn An", "Trần Thị Bình")]
    change(*members, team=other, moved_on=TODAY)
    for place, member in enumerate(members, 5):
        old = again(member)
        assert (old.left_on, old.left_reason, old.phone) == (TODAY, LeaveReason.MOVED_TEAM, "")
        new = Member.objects.get(team=other, person=member.person)
        assert (new.full_name, new.phone, new.note) == (member.full_name, "0914994123", "bản")
        assert (new.joined_on, new.left_on, new.position, new.version) == (TODAY, None, place, 1)


def test_a_move_stays_inside_the_commune_and_goes_somewhere_else(team, tran_lieu, change):
    member = make_member(team, "Nguyễn Văn An")
    for target in (team, make_team(tran_lieu, "Thôn Đông")):
        told = refusal(change, member, team=target, moved_on=TODAY)
        assert told == ["Nguyễn Văn An (Thôn Đông): hãy chọn một tổ khác của cùng xã, phường, đặc khu."]


def test_a_dissolved_team_takes_nobody_in(team, other, change):
    member = make_member(team, "Nguyễn Văn An")
    Team.objects.filter(pk=other.pk).update(dissolved_on=TODAY)
    assert "giải thể" in refusal(change, member, team=other, moved_on=TODAY)[0]
    Team.objects.filter(pk=other.pk).update(dissolved_on=None)
    change(member, team=other, moved_on=TODAY)
    assert Member.objects.filter(team=other).count() == 1


def test_a_leader_moves_only_where_the_post_is_free(team, other, change):
    leader, taken = make_member(team, "Nguyễn Văn An", "leader"), make_member(other, "Trần Thị Bình", "leader")
    told = refusal(change, leader, team=other, moved_on=TODAY)
    assert told == ["Nguyễn Văn An (Thôn Đông): tổ đã có Tổ trưởng là Trần Thị Bình."]
    Member.objects.filter(pk=taken.pk).update(role=MemberRole.MEMBER)
    change(leader, team=other, moved_on=TODAY)
    assert Member.objects.get(role=MemberRole.LEADER, left_on=None).team == other


def test_two_leaders_of_one_team_are_refused_and_one_of_each_is_made(team, other, change):
    first, second = make_member(team, "Nguyễn Văn An"), make_member(team, "Nguyễn Văn An")
    elsewhere = make_member(other, "Lê Văn Chín")
    told = refusal(change, first, second, elsewhere, role="leader")
    assert told == ["Nguyễn Văn An (Thôn Đông): tổ đã có Tổ trưởng là Nguyễn Văn An."]
    change(first, elsewhere, role="leader")
    assert Member.objects.filter(role=MemberRole.LEADER).count() == 2
    told = refusal(change, second, role="leader")
    assert told == ["Nguyễn Văn An (Thôn Đông): tổ đã có Tổ trưởng là Nguyễn Văn An."]


def test_stale_rows_stop_the_whole_change_and_are_named(team, officer, change):
    fresh, stale = make_member(team, "Nguyễn Văn An"), make_member(team, "Trần Thị Bình")
    save_member(member=again(stale), version=1, values={"note": "vừa sửa"}, by=officer)
    told = refusal(change, fresh, stale, role="secretary")
    assert told == ["Trần Thị Bình (Thôn Đông): vừa được người khác sửa."]
    change(fresh, again(stale), role="secretary")
    assert Member.objects.filter(role="secretary").count() == 2


@pytest.mark.parametrize("cells", [{"organization": "police"}, LEAVING])
def test_who_has_left_is_not_changed(team, change, cells):
    gone = make_member(team, "Nguyễn Văn An", left_on=date(2026, 3, 1), left_reason=LeaveReason.RESIGNED)
    assert refusal(change, gone, **cells) == ["Nguyễn Văn An (Thôn Đông): đã thôi từ 01/03/2026."]
    change(make_member(team, "Trần Thị Bình"), **cells)


def test_nobody_leaves_before_joining_or_in_the_future(team, change):
    old, new = make_member(team, "Nguyễn Văn An"), make_member(team, "Trần Thị Bình", joined_on=TODAY)
    yesterday = TODAY - timedelta(days=1)
    told = refusal(change, old, new, left_on=yesterday, reason="resigned")
    assert told == [f"Trần Thị Bình (Thôn Đông): tham gia từ {TODAY:%d/%m/%Y}."]
    assert "sau hôm nay" in refusal(change, old, left_on=TODAY + timedelta(days=1), reason="resigned")[0]
    change(old, left_on=yesterday, reason="resigned")
    assert again(old).left_on == yesterday


@pytest.mark.parametrize("kind", ["organization", "end", "move"])
def test_a_change_costs_the_same_for_three_as_for_thirty(team, other, change, kind):
    made = {"organization": {"organization": "police"}, "end": LEAVING, "move": {"team": other, "moved_on": TODAY}}

    def cost(count: int) -> int:
        members = [make_member(team, f"Nguyễn Văn {number}") for number in range(count)]
        with CaptureQueriesContext(connection) as queries:
            change(*members, **made[kind])
        return len(queries)

    assert cost(3) == cost(30)
