"""Teams: founded, corrected, dissolved; and the past that their pages tell."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from teams.enums import DecisionKind, LeaveReason, MemberRole, TeamKind, UnitKind
from teams.models import Decision, Member, Team, TeamCoverage, TeamDecision
from teams.queries.history import team_history
from teams.services.concurrency import Conflict
from teams.services.teams import TeamFields, create_team, dissolve_team, update_team
from teams.services.units import UnitDraft, UnitEvent, rename_unit
from tests.conftest import client_of
from tests.queries import count_queries
from tests.teams.makers import JULY, make_decision, make_member, make_team, make_units


@pytest.fixture
def villages(cat_hai, officer):
    return make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", by=officer)


def typed(**more) -> dict:
    blank = {"kind": "village_team", "name": "Tổ Thôn 1", "founded_on": "", "zalo_url": ""}
    return blank | {"decision": "", "decision_line": ""} | more


def covered(team: Team) -> set[int]:
    return set(TeamCoverage.objects.filter(team=team, ended_on=None).values_list("unit", flat=True))


# Founding -------------------------------------------------------------------------------------------------------------


def test_a_team_is_founded_with_its_villages_and_decision(cat_hai, officer, villages):
    units = [villages[0].pk, villages[1].pk]
    payload = typed(units=units, founded_on="10/7/2025", decision_line="01/QĐ-UBND ngày 10/7/2025")
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/to/them/", payload)
    team = Team.objects.get()
    assert answer.headers["Location"] == f"/to/{team.pk}/"
    assert covered(team) == set(units)
    assert str(team.decision) == "01/QĐ-UBND ngày 10/7/2025"
    assert TeamDecision.objects.get().kind == DecisionKind.ESTABLISH
    assert TeamCoverage.objects.filter(valid_from=JULY).count() == 2


def test_the_form_starts_from_the_village_that_was_clicked(cat_hai, officer, villages):
    page = client_of(officer).get(f"/xa/{cat_hai.pk}/to/them/?thon={villages[1].pk}").content.decode()
    assert 'value="Tổ công nghệ số cộng đồng Thôn 2"' in page
    assert client_of(officer).get(f"/xa/{cat_hai.pk}/to/them/?thon=²").status_code == 200


def test_a_team_of_the_same_kind_and_name_is_refused_and_nothing_is_half_written(cat_hai, officer):
    make_team(cat_hai, "Tổ công nghệ số cộng đồng Thôn 1", by=officer)
    payload = typed(name="Tổ CNSCĐ thôn 01", decision_line="09/QĐ-UBND ngày 1/1/2026")
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/to/them/", payload)
    assert answer.status_code == 422
    assert "09/QĐ-UBND ngày 1/1/2026" in answer.content.decode()
    assert (Team.objects.count(), Decision.objects.count()) == (1, 0)
    other_kind = payload | {"kind": "rapid_response"}
    assert client_of(officer).post(f"/xa/{cat_hai.pk}/to/them/", other_kind).status_code == 302


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "//zalo.me/g/x", "zalo.me/g/x", "https://", "https://a b"]
)
def test_a_link_that_is_not_http_is_refused(cat_hai, officer, link):
    assert client_of(officer).post(f"/xa/{cat_hai.pk}/to/them/", typed(zalo_url=link)).status_code == 422
    assert (
        client_of(officer).post(f"/xa/{cat_hai.pk}/to/them/", typed(zalo_url="https://zalo.me/g/x")).status_code == 302
    )


def test_a_village_of_another_commune_cannot_be_covered(cat_hai, tran_lieu, officer):
    (foreign,) = make_units(tran_lieu, "Khu 1", by=officer)
    assert client_of(officer).post(f"/xa/{cat_hai.pk}/to/them/", typed(units=[foreign.pk])).status_code == 422
    assert not Team.objects.exists()


def test_a_decision_of_another_commune_cannot_found_a_team(cat_hai, tran_lieu, officer):
    foreign = make_decision(tran_lieu, "01/QĐ-UBND ngày 10/7/2025", officer)
    assert client_of(officer).post(f"/xa/{cat_hai.pk}/to/them/", typed(decision=foreign.pk)).status_code == 422
    assert not Team.objects.exists()


# Correcting -----------------------------------------------------------------------------------------------------------


def test_villages_taken_away_end_today_and_new_ones_begin(cat_hai, officer, villages):
    one, two, three = villages
    team = make_team(cat_hai, "Tổ Thôn 1", one, two, by=officer, founded_on=JULY)
    payload = typed(units=[two.pk, three.pk], founded_on="10/7/2025", version="1")
    assert client_of(officer).post(f"/to/{team.pk}/sua/", payload).status_code == 302
    assert covered(team) == {two.pk, three.pk}
    assert TeamCoverage.objects.get(team=team, unit=one).ended_on == timezone.localdate()
    assert TeamCoverage.objects.get(team=team, unit=two).valid_from == JULY


def test_a_corrected_founding_day_moves_the_coverage_that_began_with_it(cat_hai, officer, villages):
    team = make_team(cat_hai, "Tổ Thôn 1", villages[0], by=officer, founded_on=JULY)
    earlier = JULY - timedelta(9)
    fields = TeamFields(TeamKind.VILLAGE_TEAM, "Tổ Thôn 1", earlier, "", [villages[0]])
    update_team(team=team, version=1, fields=fields, by=officer)
    assert TeamCoverage.objects.get().valid_from == earlier


def test_a_slip_of_today_leaves_no_row(cat_hai, officer, villages):
    team = make_team(cat_hai, "Tổ Thôn 1", villages[0], by=officer, founded_on=timezone.localdate())
    fields = TeamFields(TeamKind.VILLAGE_TEAM, "Tổ Thôn 1", timezone.localdate(), "", [])
    update_team(team=team, version=1, fields=fields, by=officer)
    assert not TeamCoverage.objects.exists()


def test_a_second_editor_is_told_and_keeps_what_they_typed(cat_hai, officer):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer)
    update_team(team=team, version=1, fields=TeamFields(TeamKind.VILLAGE_TEAM, "Tổ Bắc", None, "", []), by=officer)
    answer = client_of(officer).post(f"/to/{team.pk}/sua/", typed(name="Tổ Nam", version="1"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Người khác vừa ghi: Tổ Bắc" in page
    assert 'value="Tổ Nam"' in page
    assert Team.objects.get().name == "Tổ Bắc"
    assert client_of(officer).post(f"/to/{team.pk}/sua/", typed(name="Tổ Nam", version="2")).status_code == 302


def test_villages_that_nobody_else_touched_are_no_conflict(cat_hai, officer, villages):
    team = make_team(cat_hai, "Tổ Thôn 1", villages[0], by=officer)
    fields = TeamFields(TeamKind.VILLAGE_TEAM, "Tổ Bắc", None, "", [villages[0]])
    update_team(team=team, version=1, fields=fields, by=officer)
    url = f"/to/{team.pk}/sua/"
    page = client_of(officer).post(url, typed(name="Tổ Nam", units=[villages[0].pk], version="1")).content.decode()
    assert "Người khác vừa ghi: Thôn 1" not in page
    page = client_of(officer).post(url, typed(name="Tổ Nam", units=[villages[1].pk], version="1")).content.decode()
    assert "Người khác vừa ghi: Thôn 1" in page


def test_villages_of_days_to_come_stay_with_the_team(cat_hai, officer, villages):
    team = make_team(cat_hai, "Tổ Thôn 1", villages[0], by=officer, founded_on=JULY)
    tomorrow = timezone.localdate() + timedelta(1)
    draft, event = UnitDraft("Thôn Đông", UnitKind.VILLAGE), UnitEvent(tomorrow, "Nghị quyết 1")
    new = rename_unit(unit=villages[0], version=1, new=draft, event=event, by=officer)
    url = f"/to/{team.pk}/sua/"
    page = client_of(officer).get(url).content.decode()
    assert "Thôn 1" in page
    assert "Thôn Đông" not in page
    payload = typed(name="Tổ Mới", units=[villages[0].pk], founded_on="10/7/2025", version="1")
    assert client_of(officer).post(url, payload).status_code == 302
    assert covered(team) == {new.pk}
    assert TeamCoverage.objects.filter(team=team).count() == 2


def test_a_founding_day_after_the_end_of_coverage_takes_that_coverage_away(cat_hai, officer, villages):
    team = make_team(cat_hai, "Tổ Thôn 1", *villages[:2], by=officer, founded_on=JULY)
    TeamCoverage.objects.filter(unit=villages[1]).update(ended_on=JULY + timedelta(5))
    later = JULY + timedelta(9)
    fields = TeamFields(TeamKind.VILLAGE_TEAM, "Tổ Thôn 1", later, "", [villages[0]])
    update_team(team=team, version=1, fields=fields, by=officer)
    assert list(TeamCoverage.objects.values_list("unit", "valid_from")) == [(villages[0].pk, later)]


def test_a_dissolved_team_is_not_changed_again(cat_hai, officer):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer)
    url, payload = f"/to/{team.pk}/sua/", typed(name="Tổ Bắc", version="2")
    assert url in client_of(officer).get(f"/to/{team.pk}/").content.decode()
    dissolve_team(team=team, version=1, dissolved_on=JULY, decision=None, by=officer)
    assert url not in client_of(officer).get(f"/to/{team.pk}/").content.decode()
    for answer in (client_of(officer).get(url), client_of(officer).post(url, payload)):
        assert answer.status_code == 403
        assert "Tổ đã giải thể từ ngày 10/07/2025" in answer.content.decode()
    with pytest.raises(ValidationError, match="đã giải thể"):
        fields = TeamFields(TeamKind.VILLAGE_TEAM, "Tổ Bắc", None, "", [])
        update_team(team=team, version=2, fields=fields, by=officer)
    assert Team.objects.get().name == "Tổ Thôn 1"


def test_founding_changing_and_dissolving_wait_for_the_communes_lock(cat_hai, officer, monkeypatch):
    waited = []
    monkeypatch.setattr("teams.services.teams.lock_communes", waited.append)
    fields = TeamFields(TeamKind.VILLAGE_TEAM, "Tổ Thôn 1", None, "", [])
    team = create_team(commune=cat_hai, fields=fields, decision=None, by=officer)
    update_team(team=team, version=1, fields=fields, by=officer)
    dissolve_team(team=team, version=2, dissolved_on=JULY, decision=None, by=officer)
    assert waited == [[cat_hai.pk]] * 3


def test_a_title_says_that_it_is_a_team(cat_hai, officer):
    names = ("Khu phố 1", "Tổ dân phố 3", "Tổ KP2", "Tổ công nghệ số cộng đồng Thôn 1")
    titles = [make_team(cat_hai, name, by=officer).title for name in names]
    label = "Tổ công nghệ số cộng đồng"
    assert titles == [f"{label} Khu phố 1", f"{label} Tổ dân phố 3", "Tổ KP2", f"{label} Thôn 1"]
    squad = make_team(cat_hai, "Cát Bà", by=officer, kind=TeamKind.RAPID_RESPONSE)
    assert squad.title == "Cát Bà"
    page = client_of(officer).get(f"/to/{Team.objects.get(name='Khu phố 1').pk}/giai-the/").content.decode()
    assert f"Giải thể {label} Khu phố 1" in page


# Dissolving -----------------------------------------------------------------------------------------------------------


def test_a_dissolved_team_lets_its_people_and_villages_go(cat_hai, officer, villages):
    team = make_team(cat_hai, "Tổ Thôn 1", villages[0], by=officer, founded_on=JULY)
    make_member(team, "Nguyễn Văn An", MemberRole.LEADER, phone="0914994123", other_phone="0914994124")
    payload = {"dissolved_on": "1/2/2026", "decision": "", "decision_line": "05/QĐ-UBND ngày 28/1/2026", "version": "1"}
    preview = client_of(officer).post(f"/to/{team.pk}/giai-the/", payload).content.decode()
    assert "1 thành viên thôi tham gia, 2 số điện thoại sẽ bị xóa" in preview
    assert Member.objects.get().phone == "0914994123"
    assert client_of(officer).post(f"/to/{team.pk}/giai-the/", payload | {"confirm": "1"}).status_code == 302
    member = Member.objects.get()
    assert (member.left_on, member.left_reason) == (date(2026, 2, 1), LeaveReason.DISSOLVED)
    assert (member.phone, member.other_phone, member.full_name) == ("", "", "Nguyễn Văn An")
    assert covered(team) == set()
    team.refresh_from_db()
    assert team.dissolved_on == date(2026, 2, 1)
    assert team.decision.number == "05"


@pytest.mark.parametrize("day", [JULY - timedelta(1), timezone.localdate() + timedelta(1)])
def test_a_team_cannot_be_dissolved_before_its_founding_or_in_days_to_come(cat_hai, officer, day):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer, founded_on=JULY)
    with pytest.raises(ValidationError):
        dissolve_team(team=team, version=1, dissolved_on=day, decision=None, by=officer)
    assert dissolve_team(team=team, version=1, dissolved_on=JULY, decision=None, by=officer).dissolved_on == JULY


def test_a_team_is_not_dissolved_before_somebody_joined(cat_hai, officer):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer, founded_on=JULY)
    make_member(team, "Nguyễn Văn An", joined_on=date(2026, 3, 1))
    url, payload = f"/to/{team.pk}/giai-the/", {"decision": "", "decision_line": "", "version": "1"}
    answer = client_of(officer).post(url, payload | {"dissolved_on": "28/2/2026", "confirm": "1"})
    assert answer.status_code == 422
    assert "Nguyễn Văn An" in answer.content.decode()
    assert Team.objects.get().dissolved_on is None
    assert client_of(officer).post(url, payload | {"dissolved_on": "1/3/2026", "confirm": "1"}).status_code == 302


def test_the_database_refuses_a_leaving_before_the_joining(cat_hai, officer):
    make_member(make_team(cat_hai, "Tổ Thôn 1", by=officer), "Nguyễn Văn An", joined_on=JULY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.update(left_on=JULY - timedelta(1), left_reason=LeaveReason.RESIGNED)
    assert Member.objects.update(left_on=JULY, left_reason=LeaveReason.RESIGNED) == 1


def test_a_team_is_dissolved_once(cat_hai, officer):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer)
    dissolve_team(team=team, version=1, dissolved_on=JULY, decision=None, by=officer)
    with pytest.raises(Conflict):
        dissolve_team(team=team, version=2, dissolved_on=JULY, decision=None, by=officer)


def test_the_name_of_a_dissolved_team_is_free_again(cat_hai, officer):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer)
    dissolve_team(team=team, version=1, dissolved_on=JULY, decision=None, by=officer)
    fields = TeamFields(TeamKind.VILLAGE_TEAM, "Tổ Thôn 1", None, "", [])
    assert create_team(commune=cat_hai, fields=fields, decision=None, by=officer).pk != team.pk


# History --------------------------------------------------------------------------------------------------------------


def test_the_past_tells_who_changed_what(cat_hai, officer, villages):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer)
    make_member(team, "Nguyễn Văn An", phone="0914994123")
    payload = typed(name="Tổ Thôn Đông", units=[villages[0].pk], version="1")
    client_of(officer).post(f"/to/{team.pk}/sua/", payload)
    entries = {(entry.act, entry.what): entry for entry in team_history(team)}
    renamed = entries["Sửa", "Thông tin của tổ"]
    assert renamed.changes == (("Tên tổ", "Tổ Thôn 1", "Tổ Thôn Đông"),)
    assert renamed.who == officer.full_name
    assert ("Địa bàn phụ trách", "", "Thôn 1") in entries["Thêm", "Địa bàn Thôn 1"].changes
    page = client_of(officer).get(f"/to/{team.pk}/lich-su/").content.decode()
    assert "<del>Tổ Thôn 1</del> → Tổ Thôn Đông" in page


def test_the_past_shows_no_whole_phone(cat_hai, officer):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer)
    make_member(team, "Nguyễn Văn An", phone="0914994123")
    Member.objects.update(phone="0914994999")
    page = client_of(officer).get(f"/to/{team.pk}/lich-su/").content.decode()
    assert "0914 994 ***" in page
    assert "994123" not in page.replace(" ", "")
    assert "994999" not in page.replace(" ", "")


def test_a_deleted_row_is_told(cat_hai, officer):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer)
    make_member(team, "Nguyễn Văn An").delete()
    acts = {(entry.act, entry.what) for entry in team_history(team)}
    assert ("Xóa", "Thành viên Nguyễn Văn An") in acts


def test_the_past_needs_as_many_queries_for_three_members_as_for_one(cat_hai, officer):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer)
    counts = []
    for names in (["Nguyễn An"], ["Lê Bình", "Trần Chi"]):
        for name in names:
            make_member(team, name)
        counts.append(count_queries(client_of(officer), f"/to/{team.pk}/lich-su/"))
    assert counts[0] == counts[1]


# Who may --------------------------------------------------------------------------------------------------------------


def test_who_may_change_a_team(cat_hai, officer, viewer, commune_leader, neighbour, stranger):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer)
    people = (officer, viewer, commune_leader, neighbour, stranger)
    for url in (f"/to/{team.pk}/sua/", f"/to/{team.pk}/giai-the/", f"/xa/{cat_hai.pk}/to/them/"):
        assert [client_of(user).get(url).status_code for user in people] == [200, 403, 403, 404, 404], url
    answers = [client_of(user).get(f"/to/{team.pk}/lich-su/").status_code for user in people]
    assert answers == [200, 200, 200, 404, 404]
