"""Decisions: read from a line, kept once, tied to teams, with their scanned paper."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cdt_portal.lib.dates import format_date, parse_date
from cdt_portal.lib.decisions import parse_decision
from teams.enums import DecisionKind
from teams.models import Decision, Team, TeamDecision
from teams.queries.communes import commune_page
from teams.queries.decisions import decision_of
from teams.services.concurrency import Conflict
from teams.services.decisions import create_decision, find_or_create_decision, record_decision, update_decision
from tests.conftest import client_of
from tests.queries import count_queries
from tests.teams.makers import make_decision, make_team

LINE = "01/QĐ-UBND ngày 10/7/2025"
PDF, PNG, JPG = b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n...", b"\xff\xd8\xff\xe0..."


@pytest.fixture(autouse=True)
def kept_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def typed(**more) -> dict:
    return {
        "line": "",
        "number": "",
        "symbol": "",
        "issued_on": "",
        "kind": "establish",
        "subject": "",
        "issuer": "",
    } | more


# Reading and keeping --------------------------------------------------------------------------------------------------


def test_the_same_words_mean_the_same_decision(cat_hai, officer):
    first = make_decision(cat_hai, LINE, officer)
    again = make_decision(cat_hai, "1/QĐ - UBND, 10.07.2025", officer)
    assert again == first
    assert Decision.objects.count() == 1


def test_another_year_or_commune_is_another_decision(cat_hai, tran_lieu, officer):
    made = {make_decision(cat_hai, LINE, officer).pk, make_decision(cat_hai, "01/QĐ-UBND ngày 10/7/2026", officer).pk}
    made.add(make_decision(tran_lieu, LINE, officer).pk)
    assert len(made) == 3


@pytest.mark.parametrize("words", ["", "chưa có", "…"])
def test_no_decision_is_made_of_nothing(cat_hai, officer, words):
    assert find_or_create_decision(commune=cat_hai, reading=parse_decision(words), by=officer) is None
    assert not Decision.objects.exists()


def test_one_line_fills_the_parts(cat_hai, officer):
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/quyet-dinh/them/", typed(line="số199/QĐ-UBND ngày 22/7/25"))
    decision = Decision.objects.get()
    assert answer.headers["Location"] == f"/quyet-dinh/{decision.pk}/"
    assert (decision.number, decision.symbol, decision.issued_on) == ("199", "QĐ-UBND", date(2025, 7, 22))
    assert decision.raw_text == "số199/QĐ-UBND ngày 22/7/25"


def test_the_line_can_be_read_before_saving(cat_hai, officer):
    url = f"/xa/{cat_hai.pk}/quyet-dinh/them/"
    page = client_of(officer).post(url, typed(line="số199/QĐ-UBND ngày 22/7/25", subject="Về tổ", read="1"))
    text = page.content.decode()
    for words in ('value="199"', 'value="QĐ-UBND"', 'value="22/07/2025"', 'value="Về tổ"', "hai chữ số"):
        assert words in text
    assert not Decision.objects.exists()


def test_what_was_typed_in_the_parts_wins_over_the_line(cat_hai, officer):
    client_of(officer).post(f"/xa/{cat_hai.pk}/quyet-dinh/them/", typed(line=LINE, number="02", symbol="QĐ-UBND"))
    assert Decision.objects.get().number == "02"


def test_an_empty_form_is_refused(cat_hai, officer):
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/quyet-dinh/them/", typed(subject="Về tổ"))
    assert answer.status_code == 422
    assert 'value="Về tổ"' in answer.content.decode()
    assert not Decision.objects.exists()


def test_a_twin_is_told_with_a_link(cat_hai, officer):
    twin = make_decision(cat_hai, LINE, officer)
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/quyet-dinh/them/", typed(line=LINE))
    assert answer.status_code == 422
    assert f'href="/quyet-dinh/{twin.pk}/"' in answer.content.decode()
    assert Decision.objects.count() == 1


def test_an_edit_may_not_become_a_twin_and_a_late_one_conflicts(cat_hai, officer):
    make_decision(cat_hai, LINE, officer)
    other = make_decision(cat_hai, "02/QĐ-UBND ngày 10/7/2025", officer)
    parts = {"number": "01", "symbol": "QĐ-UBND", "issued_on": date(2025, 7, 10)}
    with pytest.raises(ValidationError):
        update_decision(decision=other, version=1, fields=parts, by=officer)
    with pytest.raises(ValidationError):
        create_decision(commune=cat_hai, fields=parts, by=officer)
    with pytest.raises(Conflict):
        update_decision(decision=other, version=7, fields=parts | {"number": "03"}, by=officer)
    assert update_decision(decision=other, version=1, fields=parts | {"number": "03"}, by=officer).number == "03"


# What decisions do to teams -------------------------------------------------------------------------------------------


def test_a_team_stands_on_the_latest_of_its_decisions(cat_hai, officer):
    team = make_team(cat_hai, "Thôn 1", by=officer)
    new = make_decision(cat_hai, "07/QĐ-UBND ngày 1/2/2026", officer)
    old = make_decision(cat_hai, LINE, officer)
    for decision, kind in ((new, DecisionKind.CONSOLIDATE), (old, DecisionKind.ESTABLISH)):
        record_decision(teams=[team], decision=decision, kind=kind, effective_on=None, by=officer)
    team.refresh_from_db()
    assert team.decision == new
    assert TeamDecision.objects.get(decision=old).effective_on is None  # the day of issue is the decision's own


def test_recording_the_same_decision_again_changes_nothing(cat_hai, officer):
    team = make_team(cat_hai, "Thôn 1", by=officer)
    decision = make_decision(cat_hai, LINE, officer)
    for _ in range(2):
        record_decision(teams=[team], decision=decision, kind=DecisionKind.ESTABLISH, effective_on=None, by=officer)
    team.refresh_from_db()
    assert team.version == 2
    assert TeamDecision.pgh_event_model.objects.count() == 1


def test_a_decision_is_tied_to_many_teams_on_its_page(cat_hai, officer):
    teams = [make_team(cat_hai, f"Thôn {number}", by=officer) for number in (1, 2)]
    decision = make_decision(cat_hai, LINE, officer)
    url = f"/quyet-dinh/{decision.pk}/gan-to/"
    payload = {"teams": [team.pk for team in teams], "kind": "establish", "effective_on": ""}
    preview = client_of(officer).post(url, payload)
    assert preview.status_code == 200
    assert "Thôn 1: chưa có → 01/QĐ-UBND" in preview.content.decode()
    assert not TeamDecision.objects.exists()
    assert client_of(officer).post(url, payload | {"confirm": "1"}).status_code == 302
    assert set(Team.objects.filter(decision=decision)) == set(teams)
    page = client_of(officer).get(f"/quyet-dinh/{decision.pk}/").content.decode()
    assert "Các tổ (2)" in page


def test_teams_without_a_decision_are_ticked_and_each_shows_its_present_one(cat_hai, officer):
    old = make_decision(cat_hai, LINE, officer)
    decided = make_team(cat_hai, "Tổ Thôn 1", by=officer, decision=old)
    bare = make_team(cat_hai, "Tổ Thôn 2", by=officer)
    page = client_of(officer).get(f"/quyet-dinh/{old.pk}/gan-to/").content.decode()
    assert "Tổ Thôn 1 (01/QĐ-UBND ngày 10/7/2025)" in page
    assert "Tổ Thôn 2 (chưa có quyết định)" in page
    ticked = [int(tag.split('value="')[1].split('"')[0]) for tag in page.split("<input")[1:] if "checked" in tag]
    assert ticked == [bare.pk] != [decided.pk]


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ([], "/xa/11914/quyet-dinh/them/?gan=1"),
        ([LINE], "/quyet-dinh/{0}/gan-to/"),
        ([LINE, "02/QĐ-UBND ngày 1/8/2025"], "/xa/11914/quyet-dinh/"),
    ],
)
def test_the_task_leads_to_where_teams_get_their_decision(cat_hai, officer, lines, path):
    made = [make_decision(cat_hai, line, officer).pk for line in lines]
    make_team(cat_hai, "Tổ Thôn 1", by=officer)
    page = client_of(officer).get(f"/xa/{cat_hai.pk}/").content.decode()
    assert f'href="{path.format(*made)}">Ghi quyết định<' in page


def test_a_first_decision_goes_on_to_its_teams(cat_hai, officer):
    url = f"/xa/{cat_hai.pk}/quyet-dinh/them/"
    answer = client_of(officer).post(f"{url}?gan=1", typed(line=LINE))
    assert answer.headers["Location"] == f"/quyet-dinh/{Decision.objects.get().pk}/gan-to/"


def test_a_corrected_date_reaches_the_teams(cat_hai, officer):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer)
    wrong = make_decision(cat_hai, "01/QĐ-UBND ngày 10/7/2052", officer)
    other = make_decision(cat_hai, "02/QĐ-UBND ngày 1/8/2025", officer)
    for decision in (wrong, other):
        record_decision(teams=[team], decision=decision, kind=DecisionKind.AMEND, effective_on=None, by=officer)
    TeamDecision.objects.filter(decision=wrong).update(effective_on=date(2052, 7, 10))  # a copy, as once written
    parts = {"number": "01", "symbol": "QĐ-UBND", "issued_on": date(2025, 7, 10)}
    team.refresh_from_db()
    assert team.decision == wrong
    update_decision(decision=wrong, version=1, fields=parts, by=officer)
    team.refresh_from_db()
    assert team.decision == other
    assert decision_of(team, date(2025, 7, 20)) == wrong
    assert decision_of(team, date(2025, 7, 9)) is None


def test_a_day_of_its_own_stays_when_the_date_of_issue_is_corrected(cat_hai, officer):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer)
    decision = make_decision(cat_hai, LINE, officer)
    august = date(2025, 8, 1)
    record_decision(teams=[team], decision=decision, kind=DecisionKind.ESTABLISH, effective_on=august, by=officer)
    parts = {"number": "01", "symbol": "QĐ-UBND", "issued_on": date(2025, 7, 11)}
    update_decision(decision=decision, version=1, fields=parts, by=officer)
    assert TeamDecision.objects.get().effective_on == august


def test_the_page_of_a_team_and_of_its_commune_name_the_decision_of_the_day(cat_hai, officer):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer)
    for line in (LINE, "02/QĐ-UBND ngày 1/8/2025"):
        decision = make_decision(cat_hai, line, officer)
        record_decision(teams=[team], decision=decision, kind=DecisionKind.AMEND, effective_on=None, by=officer)
    first, second = "01/QĐ-UBND", "02/QĐ-UBND"
    today = format_date(timezone.localdate())
    for day, shown, hidden in (("31/7/2025", first, second), ("1/8/2025", second, first), (today, second, first)):
        page = client_of(officer).get(f"/to/{team.pk}/?ngay={day}").content.decode()
        assert shown in page
        assert hidden not in page
        lines = commune_page(cat_hai, parse_date(day)).teams
        assert [line.decision for line in lines] == [shown]


def test_a_decision_tied_by_mistake_is_taken_off(cat_hai, officer, neighbour, viewer):
    team = make_team(cat_hai, "Tổ Thôn 1", by=officer)
    right, wrong = (make_decision(cat_hai, line, officer) for line in (LINE, "02/QĐ-UBND ngày 1/8/2025"))
    for decision in (right, wrong):
        record_decision(teams=[team], decision=decision, kind=DecisionKind.AMEND, effective_on=None, by=officer)
    url = f"/quyet-dinh/{wrong.pk}/go-to/{team.pk}/"
    assert url in client_of(officer).get(f"/quyet-dinh/{wrong.pk}/").content.decode()
    assert [client_of(user).post(url).status_code for user in (viewer, neighbour)] == [403, 404]
    assert client_of(officer).get(url).status_code == 405
    assert TeamDecision.objects.count() == 2
    assert client_of(officer).post(url).status_code == 302
    team.refresh_from_db()
    assert team.decision == right
    assert client_of(officer).post(url).status_code == 404
    client_of(officer).post(f"/quyet-dinh/{right.pk}/go-to/{team.pk}/")
    team.refresh_from_db()
    assert team.decision is None


def test_the_founding_decision_does_nothing_else_to_its_team(cat_hai, officer):
    founding = make_decision(cat_hai, LINE, officer)
    team = make_team(cat_hai, "Khu phố 1", by=officer, decision=founding)
    with pytest.raises(ValidationError, match="đã thành lập Tổ công nghệ số cộng đồng Khu phố 1"):
        record_decision(teams=[team], decision=founding, kind=DecisionKind.AMEND, effective_on=None, by=officer)
    assert TeamDecision.objects.get().kind == DecisionKind.ESTABLISH
    other = make_decision(cat_hai, "02/QĐ-UBND ngày 1/8/2025", officer)
    record_decision(teams=[team], decision=other, kind=DecisionKind.AMEND, effective_on=None, by=officer)
    assert TeamDecision.objects.count() == 2


def test_a_second_decision_of_a_number_is_asked_for_once(cat_hai, officer):
    make_decision(cat_hai, LINE, officer)
    url, payload = f"/xa/{cat_hai.pk}/quyet-dinh/them/", typed(line="01/QĐ-UBND ngày 15/8/2025")
    page = client_of(officer).post(url, payload).content.decode()
    assert "Xã đã có quyết định cùng số" in page
    assert "Vẫn lưu" in page
    assert Decision.objects.count() == 1
    assert client_of(officer).post(url, payload | {"confirm": "1"}).status_code == 302
    assert Decision.objects.count() == 2
    assert client_of(officer).post(url, typed(line="01/QĐ-UBND ngày 15/8/2026")).status_code == 302  # another year


def test_an_undated_line_is_the_only_decision_of_its_number(cat_hai, officer):
    first = make_decision(cat_hai, LINE, officer)
    assert make_decision(cat_hai, "01/QĐ-UBND", officer) == first
    assert make_decision(cat_hai, "02/QĐ-UBND", officer) != first
    make_decision(cat_hai, "01/QĐ-UBND ngày 10/7/2026", officer)
    with pytest.raises(ValidationError) as refusal:
        make_decision(cat_hai, "01/QĐ-UBND", officer)
    assert "01/QĐ-UBND ngày 10/7/2025" in str(refusal.value)
    assert "01/QĐ-UBND ngày 10/7/2026" in str(refusal.value)
    assert Decision.objects.count() == 3


def test_a_decision_of_days_to_come_is_refused(cat_hai, officer):
    url = f"/xa/{cat_hai.pk}/quyet-dinh/them/"
    tomorrow = format_date(timezone.localdate() + timedelta(1))
    for wrong in ({"line": f"01/QĐ-UBND ngày {tomorrow}"}, {"number": "01", "issued_on": tomorrow}):
        answer = client_of(officer).post(url, typed(**wrong))
        assert answer.status_code == 422
        assert "chưa đến" in answer.content.decode()
    team = {"name": "Tổ Thôn 1", "kind": "village_team", "decision_line": f"01/QĐ-UBND ngày {tomorrow}"}
    assert client_of(officer).post(f"/xa/{cat_hai.pk}/to/them/", team).status_code == 422
    assert not Decision.objects.exists()
    today = format_date(timezone.localdate())
    assert client_of(officer).post(url, typed(line=f"01/QĐ-UBND ngày {today}")).status_code == 302


def test_a_decision_that_holds_from_days_to_come_waits(cat_hai, officer):
    team, decision = make_team(cat_hai, "Tổ Thôn 1", by=officer), make_decision(cat_hai, LINE, officer)
    url, payload = f"/quyet-dinh/{decision.pk}/gan-to/", {"teams": [team.pk], "kind": "establish", "confirm": "1"}
    tomorrow, today = (format_date(timezone.localdate() + timedelta(days)) for days in (1, 0))
    assert client_of(officer).post(url, payload | {"effective_on": tomorrow}).status_code == 422
    assert not TeamDecision.objects.exists()
    assert client_of(officer).post(url, payload | {"effective_on": today}).status_code == 302


def test_a_foreign_team_cannot_be_tied(cat_hai, tran_lieu, officer):
    foreign = make_team(tran_lieu, "Khu 1", by=officer)
    decision = make_decision(cat_hai, LINE, officer)
    payload = {"teams": [foreign.pk], "kind": "establish", "effective_on": "", "confirm": "1"}
    assert client_of(officer).post(f"/quyet-dinh/{decision.pk}/gan-to/", payload).status_code == 422
    assert not TeamDecision.objects.exists()


# The scanned paper ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "suffix"), [(PDF, "pdf"), (PNG, "png"), (JPG, "jpg")])
def test_a_scan_is_kept_under_our_name_and_given_as_a_download(cat_hai, officer, content, suffix):
    scan = SimpleUploadedFile('../<script>"quyết định".exe', content)
    client_of(officer).post(f"/xa/{cat_hai.pk}/quyet-dinh/them/", typed(line=LINE, scan=scan))
    decision = Decision.objects.get()
    assert "script" not in decision.scan.name
    answer = client_of(officer).get(f"/quyet-dinh/{decision.pk}/ban-quet/")
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Disposition"] == f'attachment; filename="quyet-dinh-{decision.pk}.{suffix}"'


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"MZ...", b"PK\x03\x04", b" %PDF-"])
def test_what_is_no_scan_is_refused_whatever_its_name(cat_hai, officer, content):
    scan = SimpleUploadedFile("quyet-dinh.pdf", content, content_type="application/pdf")
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/quyet-dinh/them/", typed(line=LINE, scan=scan))
    assert answer.status_code == 422
    assert "Chỉ nhận bản quét" in answer.content.decode()
    assert not Decision.objects.exists()


def test_a_scan_over_the_limit_is_refused_naming_it(cat_hai, officer, settings):
    settings.UPLOAD_LIMIT_MB = 0
    scan = SimpleUploadedFile("quyet-dinh.pdf", PDF)
    answer = client_of(officer).post(f"/xa/{cat_hai.pk}/quyet-dinh/them/", typed(line=LINE, scan=scan))
    assert "lớn hơn 0 MB" in answer.content.decode()
    settings.UPLOAD_LIMIT_MB = 1
    scan = SimpleUploadedFile("quyet-dinh.pdf", PDF)
    assert client_of(officer).post(f"/xa/{cat_hai.pk}/quyet-dinh/them/", typed(line=LINE, scan=scan)).status_code == 302


# Who may --------------------------------------------------------------------------------------------------------------


def test_who_may_see_and_change_decisions(cat_hai, officer, viewer, neighbour, stranger):
    scan = SimpleUploadedFile("q.pdf", PDF)
    client_of(officer).post(f"/xa/{cat_hai.pk}/quyet-dinh/them/", typed(line=LINE, scan=scan))
    decision = Decision.objects.get()
    for url in (f"/xa/{cat_hai.pk}/quyet-dinh/", f"/quyet-dinh/{decision.pk}/", f"/quyet-dinh/{decision.pk}/ban-quet/"):
        answers = [client_of(user).get(url) for user in (officer, viewer, neighbour, stranger)]
        assert [answer.status_code for answer in answers] == [200, 200, 404, 404], url
        for answer in answers:
            b"".join(answer)  # a download is read to its end, which closes the file
    changed = [f"/xa/{cat_hai.pk}/quyet-dinh/them/"]
    changed += [f"/quyet-dinh/{decision.pk}/{path}/" for path in ("sua", "gan-to")]
    for url in changed:
        answers = [client_of(user).get(url).status_code for user in (officer, viewer, neighbour, stranger)]
        assert answers == [200, 403, 404, 404], url


def test_a_decision_without_a_scan_has_none_to_give(cat_hai, officer):
    decision = make_decision(cat_hai, LINE, officer)
    assert client_of(officer).get(f"/quyet-dinh/{decision.pk}/ban-quet/").status_code == 404


def test_the_list_needs_as_many_queries_for_three_decisions_as_for_one(cat_hai, officer):
    counts = []
    for numbers in ([1], [2, 3]):
        for number in numbers:
            make_decision(cat_hai, f"{number}/QĐ-UBND ngày 10/7/2025", officer)
        counts.append(count_queries(client_of(officer), f"/xa/{cat_hai.pk}/quyet-dinh/"))
    assert counts[0] == counts[1]
