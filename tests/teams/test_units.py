"""Villages: added many at once, corrected, ended; renamed, merged, split as dated events with lineage."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from teams.enums import Share, UnitChangeKind, UnitKind
from teams.forms.units import read_line
from teams.models import ResidentialUnit, TeamCoverage, UnitChange, UnitLineage, UnitPlan
from teams.queries.units import unit_events
from teams.services.concurrency import Conflict
from teams.services.unit_changes import NewUnit
from teams.services.unit_plans import describe_plan, record_plan
from teams.services.units import UnitDraft, UnitEvent, end_unit, rename_unit, update_unit
from tests.conftest import client_of
from tests.queries import count_queries
from tests.teams.makers import JULY, make_plan, make_team, make_units

NEW_YEAR = date(2026, 1, 1)
EVENT = UnitEvent(NEW_YEAR, "Nghị quyết 05/NQ-HĐND ngày 01/12/2025")


@pytest.fixture
def villages(cat_hai, officer):
    return make_units(cat_hai, "Thôn 1", "Thôn 1A", "Thôn 2", "Thôn 10", by=officer)


def merged(olds, name, by, day=NEW_YEAR) -> ResidentialUnit:
    record_plan(plan=make_plan(olds, name, by=by, day=day), version=1, by=by)
    return ResidentialUnit.objects.get(name=name, ended_on=None)


def names(commune) -> list[str]:
    return list(ResidentialUnit.objects.filter(commune=commune, ended_on=None).values_list("name", flat=True))


# What a typed line means ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "name", "kind", "households"),
    [
        ("Thôn 1 | 120 hộ", "Thôn 1", UnitKind.VILLAGE, 120),
        ("Thôn 1\t1.440", "Thôn 1", UnitKind.VILLAGE, 1440),
        ("TDP số 5", "Tổ dân phố số 5", UnitKind.RESIDENTIAL_GROUP, None),
        ("  khu phố 3 ", "Khu phố 3", UnitKind.RESIDENTIAL_GROUP, None),
    ],
)
def test_a_line_names_a_village(cat_hai, line, name, kind, households):
    assert read_line(line, cat_hai) == UnitDraft(name, kind, households)


@pytest.mark.parametrize("line", ["Thôn ….", "| 120 hộ", "Thôn 1 | nhiều hộ", "Thôn 1 | -5", "x" * 161])
def test_a_line_that_names_none_is_refused(cat_hai, line):
    with pytest.raises(ValidationError):
        read_line(line, cat_hai)


# By hand --------------------------------------------------------------------------------------------------------------


def test_villages_are_listed_in_natural_order(cat_hai, officer, villages):
    page = client_of(officer).get(f"/xa/{cat_hai.pk}/thon/").content.decode()
    places = [page.index(f"<td>{name}") for name in ("Thôn 1<", "Thôn 1A<", "Thôn 2<", "Thôn 10<")]
    assert places == sorted(places)


def test_lines_are_shown_before_they_are_written(cat_hai, officer):
    url, typed = f"/xa/{cat_hai.pk}/thon/them/", {"lines": "Thôn 1 | 120 hộ\n\nThôn 2", "valid_from": "1/7/2025"}
    preview = client_of(officer).post(url, typed)
    assert preview.status_code == 200
    assert "Ghi 2 thôn" in preview.content.decode()
    assert names(cat_hai) == []
    assert client_of(officer).post(url, typed | {"confirm": "1"}).status_code == 302
    assert names(cat_hai) == ["Thôn 1", "Thôn 2"]
    assert ResidentialUnit.objects.get(name="Thôn 1").households == 120


def test_a_village_that_exists_refuses_the_whole_list_and_keeps_what_was_typed(cat_hai, officer, villages):
    typed = {"lines": "Thôn 20\nthôn 01", "confirm": "1"}
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/thon/them/", typed)
    assert answer.status_code == 422
    assert "Xã đã có Thôn 1." in answer.content.decode()
    assert "Thôn 20" in answer.content.decode()
    assert "Thôn 20" not in names(cat_hai)


def test_the_same_name_twice_in_the_list_is_refused(cat_hai, officer):
    with pytest.raises(ValidationError, match="hai lần"):
        make_units(cat_hai, "Khu phố 1", "KP1", by=officer)
    assert names(cat_hai) == []


def test_a_name_is_taken_inside_its_commune_only(cat_hai, tran_lieu, officer, villages):
    make_units(tran_lieu, "Thôn 1", by=officer)
    assert names(tran_lieu) == ["Thôn 1"]


def test_a_wrong_line_is_told_by_its_number(cat_hai, officer):
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/thon/them/", {"lines": "Thôn 1\nThôn 2 | abc"})
    assert answer.status_code == 422
    assert "Dòng 2" in answer.content.decode()


def test_an_edit_keeps_keys_in_step(cat_hai, officer, villages):
    typed = {"name": "Thôn Đông", "kind": "village", "households": "1.440", "valid_from": "1/7/2025", "version": "1"}
    assert client_of(officer).post(f"/thon/{villages[0].pk}/sua/", typed).status_code == 302
    unit = ResidentialUnit.objects.get(pk=villages[0].pk)
    assert (unit.name, unit.match_key, unit.households, unit.version) == ("Thôn Đông", "thôn đông", 1440, 2)


def test_a_second_editor_is_told_both_texts_and_may_then_go_over_it(cat_hai, officer, villages):
    unit = villages[0]
    update_unit(unit=unit, version=1, fields={"name": "Thôn Bắc"}, by=officer)
    typed = {"name": "Thôn Nam", "kind": "village", "households": "", "valid_from": "", "version": "1"}
    answer = client_of(officer).post(f"/thon/{unit.pk}/sua/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Người khác vừa ghi: Thôn Bắc" in page
    assert 'value="Thôn Nam"' in page
    assert 'name="version" value="2"' in page
    assert page.count("Người khác vừa ghi") == 2  # in the summary and beside the field, of no other field
    assert client_of(officer).post(f"/thon/{unit.pk}/sua/", typed | {"version": "2"}).status_code == 302
    assert ResidentialUnit.objects.get(pk=unit.pk).name == "Thôn Nam"


def test_without_the_check_of_versions_the_first_editor_would_be_lost(cat_hai, officer, villages, monkeypatch):
    def careless(row, *, version, fields):
        type(row).objects.filter(pk=row.pk).update(**fields)

    monkeypatch.setattr("teams.services.units.save_if_unchanged", careless)
    typed = {"name": "Thôn Nam", "kind": "village", "households": "", "valid_from": "", "version": "7"}
    assert client_of(officer).post(f"/thon/{villages[0].pk}/sua/", typed).status_code == 302
    assert ResidentialUnit.objects.get(pk=villages[0].pk).name == "Thôn Nam"


def test_an_edit_may_not_take_another_villages_name(officer, villages):
    with pytest.raises(ValidationError, match="Thôn 2"):
        update_unit(unit=villages[0], version=1, fields={"name": "THÔN 2"}, by=officer)


def test_a_village_may_not_end_before_it_begins(officer, cat_hai):
    (unit,) = make_units(cat_hai, "Thôn Mới", by=officer, since=NEW_YEAR)
    with pytest.raises(ValidationError):
        end_unit(unit=unit, version=1, ended_on=JULY, by=officer)
    with pytest.raises(ValidationError):
        update_unit(unit=unit, version=1, fields={"ended_on": JULY}, by=officer)


def test_an_ended_village_is_shown_on_days_before(cat_hai, officer, villages):
    page = client_of(officer).post(
        f"/thon/{villages[2].pk}/ket-thuc/", {"ended_on": "1/1/2026", "version": "1", "confirm": "1"}
    )
    assert page.status_code == 302
    before = client_of(officer).get(f"/xa/{cat_hai.pk}/thon/?ngay=31/12/2025").content.decode()
    after = client_of(officer).get(f"/xa/{cat_hai.pk}/thon/?ngay=1/1/2026").content.decode()
    assert "Đang có (4)" in before
    assert "Đang có (3)" in after


def test_a_day_that_is_none_is_told_and_today_shown(cat_hai, officer):
    page = client_of(officer).get(f"/xa/{cat_hai.pk}/thon/?ngay=31/02/2026").content.decode()
    assert "“31/02/2026” không phải ngày hợp lệ" in page


# Changes in time ------------------------------------------------------------------------------------------------------


def test_a_merger_ends_the_old_begins_the_new_and_keeps_the_teams(cat_hai, officer, villages):
    one, _, two, ten = villages
    both = make_team(cat_hai, "Liên thôn", one, two, by=officer, founded_on=JULY)
    make_team(cat_hai, "Thôn 10", ten, by=officer)
    new = merged([one, two], "Thôn Đông", officer)
    assert names(cat_hai) == ["Thôn 1A", "Thôn 10", "Thôn Đông"]
    assert set(ResidentialUnit.objects.filter(ended_on=NEW_YEAR)) == {one, two}
    assert new.valid_from == NEW_YEAR
    assert list(TeamCoverage.objects.filter(unit=new).values_list("team", "valid_from")) == [(both.pk, NEW_YEAR)]
    assert set(TeamCoverage.objects.filter(team=both, unit__in=[one, two]).values_list("ended_on", flat=True)) == {
        NEW_YEAR
    }
    assert UnitLineage.objects.filter(new=new, whole=True).count() == 2
    (line,) = unit_events(cat_hai)
    assert (line.kind, line.olds, line.news) == ("sáp nhập", ("Thôn 1", "Thôn 2"), ("Thôn Đông",))


def test_a_merger_keeps_the_longest_coverage_of_a_team_that_held_two(cat_hai, officer, villages):
    one, _, two, _ = villages
    team = make_team(cat_hai, "Liên thôn", one, two, by=officer, founded_on=JULY)
    TeamCoverage.objects.filter(unit=two).update(ended_on=date(2026, 6, 1))
    new = merged([one, two], "Thôn Đông", officer)
    assert TeamCoverage.objects.get(team=team, unit=new).ended_on is None


def test_a_merger_keeps_the_last_end_when_every_coverage_has_one(cat_hai, officer, villages):
    one, _, two, _ = villages
    team = make_team(cat_hai, "Liên thôn", one, two, by=officer, founded_on=JULY)
    TeamCoverage.objects.filter(unit=one).update(ended_on=date(2026, 9, 1))
    TeamCoverage.objects.filter(unit=two).update(ended_on=date(2026, 6, 1))
    new = merged([one, two], "Thôn Đông", officer)
    assert TeamCoverage.objects.get(team=team, unit=new).ended_on == date(2026, 9, 1)


def test_coverage_that_begins_after_the_change_begins_no_earlier_in_the_new_village(cat_hai, officer, villages):
    late = make_team(cat_hai, "Tổ lập sau", villages[0], by=officer, founded_on=date(2026, 3, 1))
    early = make_team(cat_hai, "Tổ lập trước", villages[0], by=officer, founded_on=JULY)
    new = rename_unit(
        unit=villages[0], version=1, new=UnitDraft("Thôn Đông", UnitKind.VILLAGE), event=EVENT, by=officer
    )
    begun = dict(TeamCoverage.objects.filter(unit=new).values_list("team", "valid_from"))
    assert begun == {late.pk: date(2026, 3, 1), early.pk: NEW_YEAR}
    assert list(TeamCoverage.objects.filter(unit=villages[0]).values_list("team", "ended_on")) == [(early.pk, NEW_YEAR)]


def test_the_database_refuses_coverage_that_ends_before_it_begins(cat_hai, officer, villages):
    make_team(cat_hai, "Tổ Thôn 1", villages[0], by=officer, founded_on=JULY)
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamCoverage.objects.update(ended_on=JULY - timedelta(1))
    assert TeamCoverage.objects.update(ended_on=JULY) == 1


def test_a_merger_may_keep_the_name_of_one_of_the_old(cat_hai, officer, villages):
    new = merged([villages[0], villages[2]], "Thôn 1", officer)
    assert new.pk != villages[0].pk
    assert sorted(names(cat_hai)) == ["Thôn 1", "Thôn 10", "Thôn 1A"]


def test_a_split_gives_every_part_the_teams_of_the_old(cat_hai, officer, villages):
    team = make_team(cat_hai, "Thôn 10", villages[3], by=officer)
    plan = make_plan([villages[3]], "Thôn 10 Trên", "Thôn 10 Dưới", by=officer, share=Share.DIVIDED)
    record_plan(plan=plan, version=1, by=officer)
    news = ResidentialUnit.objects.filter(name__startswith="Thôn 10 ")
    covered = TeamCoverage.objects.filter(team=team, ended_on=None).values_list("unit", flat=True)
    assert set(covered) == {new.pk for new in news}
    assert UnitLineage.objects.filter(old=villages[3], whole=False).count() == 2
    assert UnitChange.objects.get().kind == UnitChangeKind.SPLIT


def test_a_new_name_in_force_keeps_the_old_one_for_days_before(cat_hai, officer, villages):
    typed = {
        "name": "Thôn Hòa Bình",
        "kind": "village",
        "effective_on": "1/1/2026",
        "legal_basis": EVENT.legal_basis,
        "version": "1",
    }
    preview = client_of(officer).post(f"/thon/{villages[0].pk}/doi-ten/", typed)
    assert "Hết hiệu lực từ 01/01/2026: Thôn 1." in preview.content.decode()
    assert not UnitChange.objects.exists()
    typed["confirm"] = "1"
    assert client_of(officer).post(f"/thon/{villages[0].pk}/doi-ten/", typed).status_code == 302
    page = client_of(officer).get(f"/xa/{cat_hai.pk}/thon/?ngay=31/12/2025").content.decode()
    now = client_of(officer).get(f"/xa/{cat_hai.pk}/thon/").content.decode()
    assert "<td>Thôn 1 " in page
    assert "<td>Thôn 1 " not in now
    assert "<td>Thôn Hòa Bình" in now
    assert "Nghị quyết 05/NQ-HĐND" in now


@pytest.mark.parametrize("day", [date(2025, 7, 10), date(2025, 7, 9)])
def test_a_change_before_the_village_began_is_refused_whole(cat_hai, officer, day):
    young, old = make_units(cat_hai, "Thôn Mới", by=officer, since=JULY) + make_units(cat_hai, "Thôn Cũ", by=officer)
    with pytest.raises(ValidationError, match="Thôn Mới"):
        merged([old, young], "Thôn Gộp", officer, day=day)
    assert sorted(names(cat_hai)) == ["Thôn Cũ", "Thôn Mới"]
    assert not UnitChange.objects.exists()


def test_an_ended_village_cannot_change_again(officer, villages):
    draft = UnitDraft("Thôn Hòa Bình", UnitKind.VILLAGE)
    rename_unit(unit=villages[0], version=1, new=draft, event=EVENT, by=officer)
    villages[0].refresh_from_db()
    with pytest.raises(ValidationError, match="đã hết hiệu lực"):
        rename_unit(unit=villages[0], version=villages[0].version, new=draft, event=EVENT, by=officer)


def test_a_change_made_on_an_older_view_is_a_conflict(officer, villages):
    update_unit(unit=villages[0], version=1, fields={"households": 5}, by=officer)
    with pytest.raises(Conflict):
        rename_unit(unit=villages[0], version=1, new=UnitDraft("Thôn X", UnitKind.VILLAGE), event=EVENT, by=officer)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"units": []}, "Các thôn, tổ dân phố thay đổi"),
        ({"units": ["{0}", "{foreign}"]}, "Mục đã chọn không còn trong danh sách. Hãy chọn lại."),
        ({"units": ["{0}", "0"]}, "Mục đã chọn không còn trong danh sách. Hãy chọn lại."),
        ({"units": ["{0}"], "legal_basis": ""}, "Căn cứ"),
        ({"units": ["{0}"], "count": "0"}, "Số đơn vị mới"),
        ({"units": ["{0}"]}, ""),
    ],
)
def test_a_decree_names_villages_of_the_commune_its_day_and_its_paper(
    cat_hai, tran_lieu, officer, villages, typed, words
):
    (foreign,) = make_units(tran_lieu, "Khu dân cư 9", by=officer)
    typed = {"effective_on": "1/1/2026", "legal_basis": "Nghị quyết 1", "count": "1"} | typed
    typed["units"] = [each.format(*[unit.pk for unit in villages], foreign=foreign.pk) for each in typed["units"]]
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/thon/sap-xep/", typed)
    assert answer.status_code == (422 if words else 302)
    assert words in answer.content.decode()
    assert UnitPlan.objects.exists() is not bool(words)


def test_the_village_that_leads_to_the_wizard_is_ticked_there(cat_hai, officer, villages):
    page = client_of(officer).get(f"/xa/{cat_hai.pk}/thon/sap-xep/?chon={villages[2].pk}").content.decode()
    ticked = [line for line in page.splitlines() if 'name="units"' in line and "checked" in line]
    assert len(ticked) == 1
    assert f'value="{villages[2].pk}"' in ticked[0]


def test_a_village_that_gives_a_part_lives_on_with_its_teams(cat_hai, officer, villages):
    one, _, two, _ = villages
    team = make_team(cat_hai, "Tổ Thôn 1", one, by=officer)
    plan = make_plan([one, two], "Thôn Gộp", by=officer)
    new = UnitDraft("Thôn Gộp", UnitKind.VILLAGE)
    rows = [NewUnit(cat_hai.pk, new, {one.pk: Share.PART, two.pk: Share.WHOLE})]
    plan = describe_plan(plan=plan, version=1, rows=rows, by=officer)
    record_plan(plan=plan, version=plan.version, by=officer)
    assert sorted(names(cat_hai)) == ["Thôn 1", "Thôn 10", "Thôn 1A", "Thôn Gộp"]
    held = TeamCoverage.objects.filter(team=team, ended_on=None)
    assert set(held.values_list("unit__name", flat=True)) == {"Thôn 1", "Thôn Gộp"}
    assert dict(UnitLineage.objects.values_list("old", "whole")) == {one.pk: False, two.pk: True}
    (line,) = unit_events(cat_hai)
    assert set(line.olds) == {"Thôn 1 (một phần)", "Thôn 2"}


def test_teams_that_share_a_new_village_are_shown_for_one_to_be_chosen(cat_hai, officer, villages):
    team = make_team(cat_hai, "Khu 2", villages[2], by=officer)
    new = merged([villages[0], villages[2]], "Thôn Gộp", officer)
    page = client_of(officer).get(f"/xa/{cat_hai.pk}/thon/?moi={new.pk}").content.decode()
    assert "Thôn Gộp: 1 tổ cùng phụ trách" in page
    assert f"/kien-toan/?to={team.pk}" in page
    assert f"/to/{team.pk}/giai-the/" in page


# Who may --------------------------------------------------------------------------------------------------------------


def test_only_the_commune_and_its_department_see_and_change_a_village(
    cat_hai, officer, neighbour, stranger, viewer, staff, villages
):
    pages = [f"/thon/{villages[0].pk}/{path}/" for path in ("sua", "ket-thuc", "doi-ten")]
    pages += [f"/xa/{cat_hai.pk}/thon/{path}/" for path in ("them", "sap-xep", "sap-xep/tep")]
    for url in pages:
        answers = [client_of(user).get(url).status_code for user in (officer, staff, viewer, neighbour, stranger)]
        assert answers == [200, 200, 403, 404, 404], url
    url = f"/xa/{cat_hai.pk}/thon/"
    answers = [client_of(user).get(url).status_code for user in (officer, staff, viewer, neighbour, stranger)]
    assert answers == [200, 200, 200, 404, 404]


def test_a_refused_write_leaves_the_village_as_it_was(neighbour, viewer, officer, villages):
    typed = {"name": "Thôn Lạ", "kind": "village", "households": "", "valid_from": "", "version": "1"}
    url = f"/thon/{villages[0].pk}/sua/"
    assert [client_of(user).post(url, typed).status_code for user in (neighbour, viewer)] == [404, 403]
    assert ResidentialUnit.objects.get(pk=villages[0].pk).name == "Thôn 1"
    assert client_of(officer).post(url, typed).status_code == 302


def test_the_page_needs_as_many_queries_for_three_villages_as_for_one(cat_hai, officer):
    client, counts = client_of(officer), []
    for batch in (["Thôn 1"], ["Thôn 2", "Thôn 3"]):
        for unit in make_units(cat_hai, *batch, by=officer):
            make_team(cat_hai, unit.name, unit, by=officer)
        counts.append(count_queries(client, f"/xa/{cat_hai.pk}/thon/"))
    assert counts[0] == counts[1]
