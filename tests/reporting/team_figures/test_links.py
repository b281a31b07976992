"""Signed links: which open, what comes through them, what the officer does with it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.db import connections
from django.utils import timezone

from cdt_portal.accounts import limits
from cdt_portal.accounts.models import User
from reporting.enums import FigureSource, SubmissionState
from reporting.models import ReportPeriod, TeamFigures, TeamLink, TeamSubmission
from reporting.queries.team_figures import team_grid
from reporting.services import periods, team_links
from reporting.services.team_figures import refuse_submission, save_figures, take_submission
from reporting.services.team_links import (
    REVOKED,
    SENDER,
    SENDS,
    SENT_ANEW,
    Closed,
    ClosedLink,
    find_link,
    make_links,
    renew_link,
    revoke_links,
    send,
    token_of,
)
from teams.services.concurrency import Conflict
from tests.reporting.team_figures.makers import make_figures, make_link


@pytest.fixture
def link(period, team, officer) -> TeamLink:
    return make_link(period, team, officer)


def why(token: str) -> Closed:
    with pytest.raises(ClosedLink) as closed:
        find_link(token)
    return closed.value.reason


def submit(link: TeamLink, sender: str = "Nguyễn Văn An", **raw) -> TeamSubmission:
    return send(link=link, raw=raw or {"vneid": "25"}, sender=sender)


# Which open -----------------------------------------------------------------------------------------------------------


def test_a_link_opens_its_own_team_and_period(link, team, period):
    found = find_link(token_of(link))
    assert (found, found.team, found.period) == (link, team, period)
    assert found.expires_at == period.commune_due_at


def forge(token: str) -> str:
    body, _, signature = token.partition(".")
    return f"{int(body.partition('-')[0]) + 1}-{body.partition('-')[2]}.{signature}"


FORGERIES = {
    "another id": forge,
    "no signature": lambda token: token.partition(".")[0],
    "a cut signature": lambda token: token[:-1],
    "another salt": lambda token: Signer(salt="x", sep=".").sign(token.rpartition(".")[0]),
    "another key": lambda token: Signer(key="x", salt="reporting.team_link", sep=".").sign(token.rpartition(".")[0]),
    "nothing": lambda token: "",
    "a text": lambda token: "abc",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_opens_nothing_and_the_true_one_does(link, teams, period, officer, forgery):
    make_links(commune=link.commune, period=period, by=officer)  # the next id is a link too
    assert why(FORGERIES[forgery](token_of(link))) == Closed.UNKNOWN
    assert find_link(token_of(link)) == link


def test_a_link_of_an_earlier_database_opens_nothing(link):
    token = token_of(link)
    TeamLink.objects.update(made_at=link.made_at - timedelta(days=1))
    assert why(token) == Closed.UNKNOWN
    link.refresh_from_db()
    assert find_link(token_of(link)) == link


def test_it_dies_with_the_deadline_of_the_commune(link):
    TeamLink.objects.update(expires_at=timezone.now() + timedelta(seconds=30))
    assert find_link(token_of(link))
    TeamLink.objects.update(expires_at=timezone.now())
    assert why(token_of(link)) == Closed.EXPIRED
    with pytest.raises(ClosedLink):
        submit(link)
    assert not TeamSubmission.objects.exists()


def test_a_revoked_link_is_dead_and_a_neighbours_lives(link, teams, period, officer):
    make_links(commune=link.commune, period=period, by=officer)
    other = TeamLink.objects.get(team=teams[1])
    assert revoke_links(links=[link], by=officer) == 1
    assert why(token_of(link)) == Closed.REVOKED
    with pytest.raises(ClosedLink):
        submit(link)
    assert find_link(token_of(other)) == other


def test_made_anew_the_old_one_is_dead(link, officer):
    new = renew_link(link=link, by=officer)
    assert why(token_of(link)) == Closed.REVOKED
    assert find_link(token_of(new)) == new
    assert (new.team_id, new.period_id) == (link.team_id, link.period_id)


def test_each_team_gets_one_link_however_often_they_are_made(cat_hai, period, teams, officer):
    assert make_links(commune=cat_hai, period=period, by=officer) == 3
    assert make_links(commune=cat_hai, period=period, by=officer) == 0
    revoke_links(links=TeamLink.objects.filter(team=teams[0]), by=officer)
    assert make_links(commune=cat_hai, period=period, by=officer) == 1
    assert TeamLink.objects.filter(revoked_at=None).count() == 3


def test_after_the_deadline_none_is_made(cat_hai, period, teams, officer):
    now = timezone.now()
    ReportPeriod.objects.update(team_due_at=now, commune_due_at=now)
    period.refresh_from_db()
    with pytest.raises(ValidationError, match="hết hạn"):
        make_links(commune=cat_hai, period=period, by=officer)
    ReportPeriod.objects.update(commune_due_at=now + timedelta(days=1))
    period.refresh_from_db()
    assert make_links(commune=cat_hai, period=period, by=officer) == 3


def test_links_follow_the_deadline_of_the_commune_both_ways_and_revoked_ones_stay_dead(link, period, teams, officer):
    make_links(commune=link.commune, period=period, by=officer)
    other = TeamLink.objects.get(team=teams[1])
    revoke_links(links=[other], by=officer)
    over = timezone.now() - timedelta(days=1)
    move(period, officer, team_due_at=over, commune_due_at=over)
    assert why(token_of(link)) == Closed.EXPIRED
    move(period, officer, commune_due_at=period.department_due_at)
    assert find_link(token_of(link)).expires_at == period.department_due_at
    assert why(token_of(other)) == Closed.REVOKED


def move(period: ReportPeriod, by: User, **fields) -> None:
    """The department's change of a period, whose days are not what is tried here."""
    with pytest.MonkeyPatch.context() as days:
        days.setattr(periods, "_check", lambda period: None)
        periods.update_period(period=period, version=period.version, fields=fields, by=by)
    period.refresh_from_db()


def test_the_form_stays_while_teams_have_links_or_figures(link, period, team, officer):
    with pytest.raises(ValidationError) as refusal:
        move(period, officer, team_form=None)
    assert set(refusal.value.error_dict) == {"team_form"}
    revoke_links(links=TeamLink.objects.all(), by=officer)
    row = make_figures(period, team, vneid=1)
    period.refresh_from_db()
    with pytest.raises(ValidationError, match="không bỏ mẫu được"):
        move(period, officer, team_form=None)
    row.delete()
    period.refresh_from_db()
    move(period, officer, team_form=None)
    assert ReportPeriod.objects.get().team_form is None


# What comes through ---------------------------------------------------------------------------------------------------


def test_what_is_sent_waits_and_is_not_in_the_figures(link, period, team):
    row = submit(link, sender="  Nguye\u0302\u0303n Văn An ", households="1.440", vneid="0", remarks="tốt")
    assert row.values == {"households": 1440, "vneid": 0, "remarks": "<p>tốt</p>"}
    assert (row.sender, row.state, row.team_id, row.period_id) == (
        "Nguyễn Văn An",
        SubmissionState.WAITING,
        team.pk,
        period.pk,
    )
    assert not TeamFigures.objects.exists()


def test_sent_again_before_it_is_taken_it_takes_the_place_of_the_first(link):
    first = submit(link, vneid="25")
    second = submit(link, sender="Trần Thị Bình", vneid="26")
    assert TeamSubmission.objects.get() == second == first
    assert (second.values, second.sender) == ({"vneid": 26}, "Trần Thị Bình")
    assert second.stamp != first.stamp


@pytest.mark.parametrize(
    ("raw", "sender", "cells"),
    [
        ({"vneid": "-1", "households": "2,5"}, "An", {"vneid", "households"}),
        ({"vneid": "1"}, "  ", {SENDER}),
        ({"vneid": "x"}, "", {"vneid", SENDER}),
        ({"vneid": "1"}, "a" * 121, {SENDER}),
    ],
)
def test_what_is_wrong_is_told_by_cell_and_nothing_is_kept(link, raw, sender, cells):
    with pytest.raises(ValidationError) as refusal:
        send(link=link, raw=raw, sender=sender)
    assert set(refusal.value.message_dict) == cells
    assert not TeamSubmission.objects.exists()


def test_an_empty_form_is_not_a_report_and_a_zero_is(link):
    with pytest.raises(ValidationError, match="Chưa có số liệu nào"):
        submit(link, vneid="", households=" ")
    assert submit(link, vneid="0").values == {"vneid": 0}


def test_after_the_tenth_time_a_link_must_wait_and_its_neighbour_need_not(link, period, teams, officer):
    for number in range(SENDS.attempts):
        submit(link, vneid=str(number))
    with pytest.raises(ValidationError, match="Hãy gửi lại lúc"):
        submit(link, vneid="99")
    assert TeamSubmission.objects.get().values == {"vneid": SENDS.attempts - 1}
    make_links(commune=link.commune, period=period, by=officer)
    submit(TeamLink.objects.get(team=teams[1]))
    limits.LoginLimit.objects.update(last_at=timezone.now() - SENDS.rest)
    submit(link, vneid="99")


# What the officer does ------------------------------------------------------------------------------------------------


def take(row: TeamSubmission, officer, version: int = 0, stamp: str = "") -> TeamFigures:
    return take_submission(submission=row, stamp=stamp or row.stamp, version=version, by=officer)


def test_taken_the_given_figures_stand_in_the_grid_and_the_others_stay(link, period, team, officer):
    make_figures(period, team, households=100, vneid=1)
    row = submit(link, vneid="25", people_safety="0")
    figures = take(row, officer, version=1)
    assert figures.values == {"households": 100, "vneid": 25, "people_safety": 0}
    assert (figures.source, figures.version) == (FigureSource.LINK, 2)
    row.refresh_from_db()
    assert (row.state, row.decided_by) == (SubmissionState.TAKEN, officer)
    with pytest.raises(ValidationError, match="đã nhận"):
        submit(link, vneid="30")


def test_what_was_sent_again_or_typed_since_is_not_taken_unseen(link, period, team, officer):
    row = submit(link, vneid="25")
    seen = row.stamp
    row = submit(link, vneid="26")
    with pytest.raises(Conflict):
        take(row, officer, stamp=seen)
    save_figures(period=period, team=team, version=0, raw={"vneid": "7"}, by=officer)
    with pytest.raises(Conflict):
        take(row, officer, version=0)
    assert TeamFigures.objects.get().values == {"vneid": 7}
    assert TeamSubmission.objects.get().state == SubmissionState.WAITING
    assert take(row, officer, version=1).values == {"vneid": 26}


def test_refused_with_a_reason_the_leader_sends_again(link, officer):
    row = submit(link, vneid="25")
    for reason in ("  ", "a" * 301):
        with pytest.raises(ValidationError):
            refuse_submission(submission=row, stamp=row.stamp, reason=reason, by=officer)
    refuse_submission(submission=row, stamp=row.stamp, reason="Thiếu thôn 2", by=officer)
    with pytest.raises(Conflict):
        take(row, officer)
    assert not TeamFigures.objects.exists()
    again = submit(link, vneid="40")
    assert again.pk != row.pk
    assert take(again, officer).values == {"vneid": 40}


def test_the_grid_shows_who_sent_what_and_how_it_differs(link, cat_hai, period, team):
    make_figures(period, team, households=100, vneid=25)
    submit(link, households="120", vneid="25", households_guided="60")
    row = team_grid(cat_hai, period).rows[0]
    told = {column.code: (text, differs) for column, text, differs in row.sent.cells}
    assert told["households"] == ("120", True)
    assert told["vneid"] == ("25", False)
    assert told["guided_rate"] == ("50%", True)
    assert told["people_safety"] == ("", False)
    assert team_grid(cat_hai, period).waiting == 1


def test_made_anew_what_came_through_the_old_link_waits_no_longer_and_never_comes_back(
    link, cat_hai, period, teams, officer
):
    old = submit(link, vneid="25")
    make_links(commune=cat_hai, period=period, by=officer)
    other = submit(TeamLink.objects.get(team=teams[1]), vneid="3")
    new = renew_link(link=link, by=officer)
    assert waiting(cat_hai, period) == {teams[1].pk: other}
    row = submit(new, sender="Trần Thị Bình", vneid="40")
    assert waiting(cat_hai, period) == {teams[0].pk: row, teams[1].pk: other}
    take(row, officer)
    assert waiting(cat_hai, period) == {teams[1].pk: other}
    old.refresh_from_db()
    assert (old.state, old.decided_by, old.reason) == (SubmissionState.REFUSED, officer, REVOKED)
    with pytest.raises(Conflict):
        take(old, officer, version=1)
    assert TeamFigures.objects.get().values == {"vneid": 40}


def test_a_revocation_closes_what_waits_and_leaves_what_was_decided(link, cat_hai, period, officer):
    row = submit(link, vneid="25")
    take(row, officer)
    revoke_links(links=[link], by=officer)
    row.refresh_from_db()
    assert row.state == SubmissionState.TAKEN
    new = make_link(period, link.team, officer)
    submit(new, vneid="26")
    assert len(waiting(cat_hai, period)) == 1
    revoke_links(links=[new], by=officer)
    assert waiting(cat_hai, period) == {}


def test_a_newer_sending_closes_an_older_one_however_it_came_to_wait(link, cat_hai, period, team, officer):
    """Rows of an earlier portal: their link was revoked, and they still wait."""
    old = submit(link, vneid="25")
    TeamLink.objects.update(revoked_at=timezone.now())
    row = submit(make_link(period, team, officer), vneid="26")
    assert waiting(cat_hai, period) == {team.pk: row}
    old.refresh_from_db()
    assert (old.state, old.decided_by, old.reason) == (SubmissionState.REFUSED, None, SENT_ANEW)


def waiting(commune, period) -> dict[int, TeamSubmission]:
    rows = team_grid(commune, period).rows
    assert TeamSubmission.objects.filter(state=SubmissionState.WAITING).count() == sum(bool(row.sent) for row in rows)
    return {row.team.pk: row.sent.submission for row in rows if row.sent}


# At once --------------------------------------------------------------------------------------------------------------


def at_once(count: int, act) -> list[str]:
    def one(number: int) -> str:
        try:
            act(number)
        except (ValidationError, ClosedLink, Conflict) as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "written"

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_of_32_sendings_at_once_ten_are_read(link, monkeypatch):
    read = []
    monkeypatch.setattr(team_links, "_read", lambda link, raw, sender: read.append(raw) or {"vneid": 1})
    at_once(32, lambda number: submit(link, vneid=str(number)))
    assert len(read) == SENDS.attempts
    assert TeamSubmission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_limit_all_32_are_read(link, monkeypatch):
    read = []
    monkeypatch.setattr(team_links, "_read", lambda link, raw, sender: read.append(raw) or {"vneid": 1})
    monkeypatch.setattr(limits, "take", lambda key, limit: True)
    at_once(32, lambda number: submit(link, vneid=str(number)))
    assert len(read) == 32


@pytest.mark.django_db(transaction=True)
def test_of_four_officers_who_take_at_once_one_does(link, officer):
    row = submit(link, vneid="25")
    assert at_once(4, lambda number: take(row, officer)) == ["Conflict"] * 3 + ["written"]
    assert TeamFigures.objects.get().version == 1
