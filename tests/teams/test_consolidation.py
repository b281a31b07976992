"""Kiện toàn: who stays, leaves, joins or changes role, under a new decision; the past keeps standing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from teams.enums import DecisionKind, LeaveReason, MemberRole
from teams.forms.consolidation import read_joining
from teams.models import Decision, Member, Team, TeamDecision
from teams.queries.coverage import figures_by_commune
from teams.services.concurrency import Conflict
from teams.services.consolidation import Consolidated, Joining, TeamPlan, consolidate
from teams.services.members import save_member
from tests.conftest import client_of
from tests.queries import count_queries
from tests.teams.makers import JULY, make_decision, make_member, make_team

MARCH = date(2026, 3, 1)


@pytest.fixture
def team(cat_hai, officer) -> Team:
    return make_team(cat_hai, "Tổ Thôn 1", by=officer, founded_on=JULY)


@pytest.fixture
def people(team) -> list[Member]:
    """A leader and two members."""
    return [
        make_member(team, "Nguyễn Văn An", MemberRole.LEADER, joined_on=JULY, phone="0914994123", position=1),
        make_member(team, "Trần Thị Bình", joined_on=JULY, phone="0914994124", position=2),
        make_member(team, "Lê Chi", joined_on=JULY, phone="0914994125", position=3),
    ]


@pytest.fixture
def decision(cat_hai, officer) -> Decision:
    return make_decision(cat_hai, "07/QĐ-UBND ngày 1/3/2026", officer)


def seen(*members: Member) -> dict[int, int]:
    return {member.pk: member.version for member in members}


def roster(team: Team, day: date) -> set[tuple[str, str]]:
    rows = Member.objects.filter(team=team).filter(Q(joined_on=None) | Q(joined_on__lte=day))
    return set(rows.filter(Q(left_on=None) | Q(left_on__gt=day)).values_list("full_name", "role"))


# The service ----------------------------------------------------------------------------------------------------------


def test_a_new_leader_takes_over_and_the_old_roster_still_stands_for_days_before(
    cat_hai, officer, team, people, decision
):
    an, binh, chi = people
    plan = TeamPlan(
        team,
        leaves={an.pk: LeaveReason.RESIGNED},
        roles={binh.pk: MemberRole.LEADER},
        joins=(Joining("Phạm Dung", MemberRole.SECRETARY, "0914 994 126"),),
        seen=seen(an, binh, chi),
    )
    done = consolidate(commune=cat_hai, decision=decision, effective_on=MARCH, plans=[plan], by=officer)
    assert done == Consolidated(kept=2, left=1, joined=1, changed=1)
    assert roster(team, MARCH - timedelta(1)) == {
        ("Nguyễn Văn An", "leader"),
        ("Trần Thị Bình", "member"),
        ("Lê Chi", "member"),
    }
    assert roster(team, MARCH) == {("Trần Thị Bình", "leader"), ("Lê Chi", "member"), ("Phạm Dung", "secretary")}


def test_the_person_goes_on_and_the_former_row_loses_its_phone(cat_hai, officer, team, people, decision):
    binh = people[1]
    plan = TeamPlan(team, roles={binh.pk: MemberRole.DEPUTY_LEADER}, seen=seen(binh))
    consolidate(commune=cat_hai, decision=decision, effective_on=MARCH, plans=[plan], by=officer)
    old, new = Member.objects.filter(person=binh.person).order_by("pk")
    assert (old.left_on, old.left_reason, old.phone) == (MARCH, LeaveReason.ROLE_CHANGED, "")
    assert (new.joined_on, new.left_on, new.phone, new.position, new.version) == (MARCH, None, "0914994124", 2, 1)


def test_the_team_stands_on_the_new_decision(cat_hai, officer, team, people, decision):
    consolidate(commune=cat_hai, decision=decision, effective_on=MARCH, plans=[TeamPlan(team)], by=officer)
    team.refresh_from_db()
    assert team.decision == decision
    row = TeamDecision.objects.get()
    assert (row.kind, row.effective_on) == (DecisionKind.CONSOLIDATE, None)  # MARCH is the decision's own day
    assert Member.objects.filter(version=1).count() == 3


def test_members_not_named_stay_as_they_are(cat_hai, officer, team, people, decision):
    plan = TeamPlan(team, leaves={people[2].pk: LeaveReason.CONSOLIDATED}, seen=seen(*people))
    consolidate(commune=cat_hai, decision=decision, effective_on=MARCH, plans=[plan], by=officer)
    assert Member.objects.filter(left_on=None, version=1).count() == 2


def test_two_leaders_are_refused_and_nothing_is_written(cat_hai, officer, team, people, decision):
    other = make_team(cat_hai, "Tổ Thôn 2", by=officer)
    good = TeamPlan(other, joins=(Joining("Vũ Em"),))
    bad = TeamPlan(team, roles={people[1].pk: MemberRole.LEADER}, seen=seen(*people))
    with pytest.raises(ValidationError, match="một tổ trưởng"):
        consolidate(commune=cat_hai, decision=decision, effective_on=MARCH, plans=[good, bad], by=officer)
    assert (Member.objects.count(), TeamDecision.objects.count()) == (3, 0)


def test_leader_and_member_may_swap(cat_hai, officer, team, people, decision):
    an, binh, _ = people
    roles = {an.pk: MemberRole.MEMBER, binh.pk: MemberRole.LEADER}
    plan = TeamPlan(team, roles=roles, seen=seen(*people))
    done = consolidate(commune=cat_hai, decision=decision, effective_on=MARCH, plans=[plan], by=officer)
    assert done == Consolidated(kept=3, left=0, joined=0, changed=2)
    assert figures_by_commune(Q(), MARCH)[cat_hai.pk].without_leader == 0


def test_a_member_edited_meanwhile_stops_everything(cat_hai, officer, team, people, decision):
    plan = TeamPlan(team, leaves={people[1].pk: LeaveReason.RESIGNED}, seen=seen(*people))
    save_member(member=people[1], version=1, values={"note": "mới"}, by=officer)
    with pytest.raises(Conflict):
        consolidate(commune=cat_hai, decision=decision, effective_on=MARCH, plans=[plan], by=officer)
    assert not Member.objects.exclude(left_on=None).exists()


def test_a_member_of_another_team_cannot_be_planned(cat_hai, tran_lieu, officer, team, decision):
    foreign = make_member(make_team(tran_lieu, "Khu 1", by=officer), "Đỗ Lạ")
    plan = TeamPlan(team, leaves={foreign.pk: LeaveReason.RESIGNED}, seen=seen(foreign))
    with pytest.raises(Conflict):
        consolidate(commune=cat_hai, decision=decision, effective_on=MARCH, plans=[plan], by=officer)


def test_a_team_of_another_commune_is_refused(cat_hai, tran_lieu, officer, decision):
    plan = TeamPlan(make_team(tran_lieu, "Khu 1", by=officer))
    with pytest.raises(ValidationError):
        consolidate(commune=cat_hai, decision=decision, effective_on=MARCH, plans=[plan], by=officer)


@pytest.mark.parametrize("day", [JULY - timedelta(1), timezone.localdate() + timedelta(1)])
def test_a_day_before_they_joined_or_to_come_is_refused(cat_hai, officer, team, people, decision, day):
    plan = TeamPlan(team, leaves={people[0].pk: LeaveReason.RESIGNED}, seen=seen(*people))
    with pytest.raises(ValidationError):
        consolidate(commune=cat_hai, decision=decision, effective_on=day, plans=[plan], by=officer)


# The page -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "joining"),
    [
        ("Phạm Dung", Joining("Phạm Dung", MemberRole.MEMBER, "")),
        (
            "Ông Phạm Văn Dung | Tổ phó | 0914 994 126",
            Joining("Phạm Văn Dung", MemberRole.DEPUTY_LEADER, "0914 994 126"),
        ),
        ("Phạm Dung\tThư ký\t0914994126", Joining("Phạm Dung", MemberRole.SECRETARY, "0914994126")),
    ],
)
def test_a_line_names_who_joins(line, joining):
    assert read_joining(line) == joining


@pytest.mark.parametrize("line", ["| Tổ phó", "Phạm Dung | Bí thư huyện", "Phạm Dung | Tổ phó | 0914994126 | thừa"])
def test_a_line_that_is_not_understood_is_refused(line):
    with pytest.raises(ValidationError):
        read_joining(line)


def filled(team: Team, *members: Member, **more) -> dict:
    payload = {"decision": "", "decision_line": "07/QĐ-UBND ngày 1/3/2026", "effective_on": "1/3/2026"}
    payload |= {f"t{team.pk}-included": "on", f"t{team.pk}-joins": ""}
    for member in members:
        payload |= {
            f"t{team.pk}-stay-{member.pk}": "",
            f"t{team.pk}-role-{member.pk}": member.role,
            f"t{team.pk}-seen-{member.pk}": str(member.version),
        }
    return payload | {f"t{team.pk}-{name.replace('_', '-')}": value for name, value in more.items()}


def test_the_sum_is_shown_before_anything_is_written(cat_hai, officer, team, people):
    url = f"/xa/{cat_hai.pk}/kien-toan/"
    payload = filled(team, *people, joins="Phạm Dung | Thư ký", **{f"stay_{people[2].pk}": "resigned"})
    page = client_of(officer).post(url, payload)
    assert page.status_code == 200
    assert "giữ 2, thôi 1, thêm 1, đổi chức vụ 0" in page.content.decode()
    for words in ("Ghi quyết định cho 1 tổ", "Thôi: Lê Chi (xin thôi)", "Thêm: Phạm Dung (Thư ký)"):
        assert words in page.content.decode()
    assert (Member.objects.count(), Decision.objects.count(), TeamDecision.objects.count()) == (3, 0, 0)
    assert client_of(officer).post(url, payload | {"confirm": "1"}).headers["Location"] == f"/xa/{cat_hai.pk}/"
    assert set(Member.objects.filter(left_on=None).values_list("full_name", flat=True)) == {
        "Nguyễn Văn An",
        "Trần Thị Bình",
        "Phạm Dung",
    }
    decision = Team.objects.get().decision
    assert (decision.number, decision.kind) == ("07", DecisionKind.CONSOLIDATE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"effective_on": "31/2/2026"},
        {"decision_line": ""},
        {"decision_line": "không số"},
    ],
)
def test_nothing_typed_is_lost_when_the_decision_is_wrong(cat_hai, officer, team, people, wrong):
    payload = filled(team, *people, joins="Phạm Dung | Thư ký", **{f"stay_{people[2].pk}": "resigned"}) | wrong
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/kien-toan/", payload | {"confirm": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Phạm Dung | Thư ký" in page
    assert '<option value="resigned" selected>' in page
    assert Member.objects.filter(left_on=None).count() == 3


def test_a_wrong_phone_of_a_newcomer_is_told_and_nothing_written(cat_hai, officer, team, people):
    payload = filled(team, *people, joins="Phạm Dung | Thư ký | 09149") | {"confirm": "1"}
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/kien-toan/", payload)
    assert answer.status_code == 422
    assert "Tổ Thôn 1, dòng 1: Số điện thoại" in answer.content.decode()
    assert "thiếu chữ số" in answer.content.decode()
    assert Member.objects.count() == 3


def test_a_new_role_is_shown_before_it_is_written(cat_hai, officer, team, people):
    payload = filled(team, *people, **{f"role_{people[1].pk}": "secretary"})
    page = client_of(officer).post(f"/xa/{cat_hai.pk}/kien-toan/", payload).content.decode()
    assert "Đổi chức vụ: Trần Thị Bình: Thành viên → Thư ký" in page
    page = client_of(officer).post(f"/xa/{cat_hai.pk}/kien-toan/", filled(team, *people)).content.decode()
    assert "giữ nguyên thành viên" in page


def test_a_role_that_is_none_is_told_with_team_and_person(cat_hai, officer, team, people):
    payload = filled(team, *people, **{f"role_{people[1].pk}": "king"})
    page = client_of(officer).post(f"/xa/{cat_hai.pk}/kien-toan/", payload).content.decode()
    assert "Tổ Thôn 1, Trần Thị Bình: chức vụ: Mục đã chọn không còn trong danh sách" in page


def test_a_day_before_the_founding_is_refused_naming_the_team(cat_hai, officer, team):
    url, payload = f"/xa/{cat_hai.pk}/kien-toan/", filled(team) | {"confirm": "1"}
    answer = client_of(officer).post(url, payload | {"effective_on": "9/7/2025"})
    assert answer.status_code == 422
    assert "trước ngày thành lập của Tổ Thôn 1" in answer.content.decode()
    assert client_of(officer).post(url, payload | {"effective_on": "10/7/2025"}).status_code == 302


def test_a_conflict_is_told_and_the_next_try_goes_through(cat_hai, officer, team, people):
    payload = filled(team, *people, **{f"stay_{people[2].pk}": "resigned"}) | {"confirm": "1"}
    save_member(member=people[2], version=1, values={"note": "mới"}, by=officer)
    url = f"/xa/{cat_hai.pk}/kien-toan/"
    answer = client_of(officer).post(url, payload)
    assert answer.status_code == 422
    assert "Lê Chi vừa được người khác sửa" in answer.content.decode()
    assert f'name="t{team.pk}-seen-{people[2].pk}" value="2"' in answer.content.decode()
    payload[f"t{team.pk}-seen-{people[2].pk}"] = "2"
    assert client_of(officer).post(url, payload).status_code == 302


def test_a_planned_member_who_left_meanwhile_stops_the_plan(cat_hai, officer, team, people):
    payload = filled(team, *people, **{f"stay_{people[2].pk}": "resigned"}) | {"confirm": "1"}
    Member.objects.filter(pk=people[2].pk).update(left_on=MARCH, left_reason=LeaveReason.RESIGNED)
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/kien-toan/", payload)
    assert answer.status_code == 422
    assert "vừa được người khác sửa" in answer.content.decode()
    assert not TeamDecision.objects.exists()


def test_a_team_left_out_is_not_touched(cat_hai, officer, team, people):
    other = make_team(cat_hai, "Tổ Thôn 2", by=officer)
    payload = filled(team, *people) | {"confirm": "1", f"t{other.pk}-joins": "Phạm Dung"}
    assert client_of(officer).post(f"/xa/{cat_hai.pk}/kien-toan/", payload).status_code == 302
    assert list(TeamDecision.objects.values_list("team", flat=True)) == [team.pk]
    assert not Member.objects.filter(team=other).exists()


def test_one_team_can_be_taken_alone(cat_hai, tran_lieu, officer, team):
    make_team(cat_hai, "Tổ Thôn 2", by=officer)
    foreign = make_team(tran_lieu, "Khu 1", by=officer)
    client = client_of(officer)
    page = client.get(f"/xa/{cat_hai.pk}/kien-toan/?to={team.pk}").content.decode()
    assert "Tổ Thôn 1" in page
    assert "Tổ Thôn 2" not in page
    for wrong in (foreign.pk, "abc"):
        assert client.get(f"/xa/{cat_hai.pk}/kien-toan/?to={wrong}").status_code == 404


def test_who_may(cat_hai, officer, staff, viewer, neighbour, stranger, team):
    url = f"/xa/{cat_hai.pk}/kien-toan/"
    people = (officer, staff, viewer, neighbour, stranger)
    assert [client_of(user).get(url).status_code for user in people] == [200, 200, 403, 404, 404]
    payload = filled(team) | {"confirm": "1"}
    refused = [client_of(user).post(url, payload).status_code for user in (viewer, neighbour, stranger)]
    assert refused == [403, 404, 404]
    assert not TeamDecision.objects.exists()
    assert client_of(officer).post(url, payload).status_code == 302


def test_the_page_needs_as_many_queries_for_three_teams_as_for_one(cat_hai, officer):
    counts = []
    for batch in (["Thôn 1"], ["Thôn 2", "Thôn 3"]):
        for name in batch:
            make_member(make_team(cat_hai, name, by=officer), "Lê Chi")
        counts.append(count_queries(client_of(officer), f"/xa/{cat_hai.pk}/kien-toan/"))
    assert counts[0] == counts[1]
