"""The wizard for a decree on villages, page by page: who sees what, what is kept, what it costs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from teams.enums import Share, UnitKind
from teams.models import ResidentialUnit, Team, UnitChange, UnitPlan
from teams.services.unit_changes import NewUnit, UnitDraft, UnitEvent
from teams.services.unit_plans import draft_plan
from teams.services.units import update_unit
from tests.conftest import client_of
from tests.queries import count_queries
from tests.teams.makers import make_member, make_plan, make_team, make_units
from tests.teams.test_unit_plans import BASIS, NEW_YEAR, live, make_teams, record


@pytest.fixture
def villages(cat_hai, officer):
    return make_units(cat_hai, "Thôn 1", "Thôn 2", "Thôn 3", "Thôn 4", by=officer)


@pytest.fixture
def teams(cat_hai, officer, villages):
    return make_teams(cat_hai, villages, officer)


def test_the_wizard_leads_from_the_villages_to_what_is_left_to_do(cat_hai, officer, villages, teams):
    client = client_of(officer)
    typed = {
        "units": [unit.pk for unit in villages[:3]],
        "count": "1",
        "effective_on": "1/1/2026",
        "legal_basis": BASIS,
    }
    described = client.post(f"/xa/{cat_hai.pk}/thon/sap-xep/", typed)
    plan = UnitPlan.objects.get()
    assert described["Location"] == f"/sap-xep-thon/{plan.pk}/don-vi-moi/"
    page = client.get(described["Location"]).content.decode()
    assert page.count('<option value="whole" selected>') == 3  # one new village: each goes in whole
    shares = {f"share0-{unit.pk}": "whole" for unit in villages[:3]}
    typed = {"version": "1", "count": "1", "name0": "Thôn Đông", "kind0": "village", "households0": "300", **shares}
    assert client.post(described["Location"], typed)["Location"] == f"/sap-xep-thon/{plan.pk}/"
    looked = client.get(f"/sap-xep-thon/{plan.pk}/").content.decode()
    assert "3 hết hiệu lực, 1 mới, 3 tổ, 6 thành viên" in looked
    assert "4 → <strong>2</strong>" in looked
    assert looked.count(f'<option value="joins:{teams[0].pk}" selected>') == 2
    assert live(cat_hai) == ["Thôn 1", "Thôn 2", "Thôn 3", "Thôn 4"]
    fates = {f"team{team.pk}": f"joins:{teams[0].pk}" for team in teams[1:]}
    assert client.post(f"/sap-xep-thon/{plan.pk}/", {"version": "2", "confirm": "1", **fates}).status_code == 302
    assert live(cat_hai) == ["Thôn 4", "Thôn Đông"]
    assert "việc còn lại sau sắp xếp" in client.get(f"/xa/{cat_hai.pk}/").content.decode()
    left = client.get(f"/xa/{cat_hai.pk}/thon/viec-sau-sap-xep/").content.decode()
    assert "ghi quyết định kiện toàn theo đơn vị mới" in left
    assert client.post(f"/sap-xep-thon/{plan.pk}/rut-lai/").status_code == 302
    assert live(cat_hai) == ["Thôn 1", "Thôn 2", "Thôn 3", "Thôn 4"]


def test_another_block_is_asked_for_without_losing_a_character(cat_hai, officer, villages):
    plan = make_plan(villages[:2], "Thôn A", by=officer)
    typed = {"version": "1", "count": "1", "name0": "Thôn đang gõ", "kind0": "village", "more": "1"}
    page = client_of(officer).post(f"/sap-xep-thon/{plan.pk}/don-vi-moi/", typed).content.decode()
    assert 'value="Thôn đang gõ"' in page
    assert 'name="name1"' in page


def test_a_village_edited_meanwhile_is_told_and_the_plan_can_be_looked_at_anew(cat_hai, officer, villages):
    plan = make_plan(villages[:2], "Thôn A", by=officer)
    update_unit(unit=villages[0], version=1, fields={"households": 5}, by=officer)
    url = f"/sap-xep-thon/{plan.pk}/"
    answer = client_of(officer).post(url, {"version": "1", "confirm": "1"})
    assert answer.status_code == 422
    assert "vừa được người khác sửa" in answer.content.decode()
    shares = {f"share0-{unit.pk}": "whole" for unit in villages[:2]}
    typed = {"version": "1", "count": "1", "name0": "Thôn A", "kind0": "village", **shares}
    client_of(officer).post(f"{url}don-vi-moi/", typed)
    assert client_of(officer).post(url, {"version": "2", "confirm": "1"}).status_code == 302
    assert "Thôn A" in live(cat_hai)


def test_the_department_chooses_villages_of_several_communes_and_an_officer_only_their_own(
    cat_hai, tran_lieu, staff, officer, neighbour, villages
):
    (foreign,) = make_units(tran_lieu, "Khu phố 7", by=neighbour)
    url = f"/xa/{cat_hai.pk}/thon/sap-xep/?xa={tran_lieu.pk}"
    assert "Khu phố 7" not in client_of(officer).get(url).content.decode()
    typed = {"units": [villages[0].pk, foreign.pk], "count": "1", "effective_on": "1/1/2026", "legal_basis": BASIS}
    assert client_of(officer).post(url, typed).status_code == 422
    client = client_of(staff)
    describe = client.post(url, typed)["Location"]
    plan = UnitPlan.objects.get()
    assert plan.commune is None
    shares = {f"share0-{pk}": "whole" for pk in typed["units"]}
    typed = {"version": "1", "count": "1", "name0": "Khu phố 8", "kind0": "residential_group", **shares}
    client.post(describe, typed | {"commune0": tran_lieu.pk})
    assert client.post(f"/sap-xep-thon/{plan.pk}/", {"version": "2", "confirm": "1"}).status_code == 302
    assert ResidentialUnit.objects.get(name="Khu phố 8").commune == tran_lieu
    assert client_of(officer).get(f"/sap-xep-thon/{plan.pk}/").status_code == 404


def test_the_page_to_confirm_needs_as_many_queries_for_many_villages_as_for_two(cat_hai, officer):
    client, counts = client_of(officer), []
    for word, many in (("Thôn", 1), ("Bản", 5)):
        rows, seen = [], {}
        for number in range(many):
            pair = make_units(cat_hai, f"{word} {number}a", f"{word} {number}b", by=officer)
            for unit in pair:
                make_member(make_team(cat_hai, f"Tổ {unit.name}", unit, by=officer), "Nguyễn Văn An")
            shares = {unit.pk: Share.WHOLE for unit in pair}
            rows.append(NewUnit(cat_hai.pk, UnitDraft(f"Khu {word} {number}", UnitKind.VILLAGE), shares))
            seen |= dict.fromkeys(shares, 1)
        event = UnitEvent(NEW_YEAR, BASIS)
        plan = draft_plan(
            province=cat_hai.province, commune=cat_hai, event=event, rows=rows, seen=seen, by=officer
        )  # fmt: skip
        counts.append(count_queries(client, f"/sap-xep-thon/{plan.pk}/"))
        record(plan, officer)
        counts.append(count_queries(client, f"/sap-xep-thon/{plan.pk}/"))
    assert counts[:2] == counts[2:]


def test_a_plan_of_many_villages_is_mended_in_its_workbook(cat_hai, officer, villages):
    """The page of the new villages has no room for them, and must not drop any."""
    plan = make_plan(villages[:1], *(f"Thôn {number} mới" for number in range(31)), by=officer, share=Share.DIVIDED)
    url = f"/sap-xep-thon/{plan.pk}/don-vi-moi/"
    assert client_of(officer).get(url)["Location"] == f"/sap-xep-thon/{plan.pk}/"
    few = make_plan(villages[:1], *(f"Thôn {number} mới" for number in range(30)), by=officer, share=Share.DIVIDED)
    assert client_of(officer).get(f"/sap-xep-thon/{few.pk}/don-vi-moi/").status_code == 200


def test_the_page_to_confirm_counts_the_teams_of_the_day_to_come(cat_hai, officer, villages, teams):
    plan = make_plan(villages[:2], "Thôn Đông", by=officer, day=timezone.localdate() + timedelta(10))
    page = client_of(officer).get(f"/sap-xep-thon/{plan.pk}/").content.decode()
    assert 'data-label="Số tổ">3 → <strong>2</strong>' in page  # the smaller one joins
    assert not Team.objects.filter(dissolved_on__isnull=False).exists()


def test_who_confirms_what_another_confirmed_is_shown_it(officer, villages):
    plan = record(make_plan(villages[:2], "Thôn A", by=officer), officer)
    answer = client_of(officer).post(f"/sap-xep-thon/{plan.pk}/", {"version": "1", "confirm": "1"}, follow=True)
    assert "Bản soạn này đã ghi trước đó" in answer.content.decode()
    assert UnitChange.objects.count() == 1
