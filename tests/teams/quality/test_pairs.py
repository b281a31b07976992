"""Rows that may be one person: who is asked about, what each answer does, and how it is taken back."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.access import scope_for
from teams.enums import MemberRole
from teams.models import Member, PersonPair, Team
from teams.queries.quality.pairs import cards_of_commune, cards_of_province
from teams.services.pairs import one_person, take_back, two_people
from tests.conftest import client_of
from tests.teams.makers import JULY, make_member, make_team


@pytest.fixture
def team(cat_hai, officer) -> Team:
    return make_team(cat_hai, "Tổ Thôn 1", by=officer)


@pytest.fixture
def other(cat_hai, officer) -> Team:
    return make_team(cat_hai, "Tổ Thôn 2", by=officer)


@pytest.fixture
def ask(cat_hai, officer):
    """Ids of the two rows of each card."""

    def ask() -> list[tuple[int, int]]:
        cards = cards_of_commune(scope_for(officer), cat_hai)
        return [(card.first.member.pk, card.second.member.pk) for card in cards]

    return ask


def left(team: Team, name: str) -> Member:
    return make_member(team, name, left_on=JULY, left_reason="resigned")


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        (("Nguyễn Văn An", "0914994123"), ("Nguyễn V. An", "0914994123"), True),
        (("Nguyễn Văn An", "0914994123"), ("Trần Thị Bình", "0978112230"), False),
        (("Nguyễn Văn An", ""), ("NGUYỄN VĂN AN", "0914994123"), True),
        (("Nguyễn Văn An", "0978112230"), ("Nguyễn Văn An", "0914994123"), False),
        (("Nguyễn Văn Hùng", ""), ("Nguyễn Văn Hưng", ""), False),
        (("Nguyễn Văn Hùng", ""), ("Nguyen Van Hung", ""), True),
    ],
)
def test_the_same_phone_or_the_same_name_without_another_phone(team, other, ask, first, second, asked):
    rows = [make_member(at, name, phone=phone) for at, (name, phone) in ((team, first), (other, second))]
    assert ask() == ([(rows[0].pk, rows[1].pk)] if asked else [])


def test_namesakes_of_one_team_are_asked_about_whatever_their_phones(team, ask):
    rows = [make_member(team, "Nguyễn Văn An", phone=phone) for phone in ("0978112230", "0914994123")]
    assert ask() == [(rows[0].pk, rows[1].pk)]


def test_who_left_is_asked_about_with_who_came_not_with_who_left(team, other, ask):
    first, _ = left(team, "Nguyễn Văn An"), left(other, "Lê Văn Cường")
    left(team, "Lê Văn Cường")
    assert ask() == []
    new = make_member(other, "Nguyễn Văn An", phone="0914994123")
    assert ask() == [(first.pk, new.pk)]


def test_one_person_of_two_teams_shares_its_past_and_parts_again(team, other, ask, officer):
    first, new = left(team, "Nguyễn Văn An"), make_member(other, "Nguyễn Văn An", phone="0914994123")
    own = new.person
    pair = one_person(first=new, second=first, by=officer)
    new.refresh_from_db()
    assert (new.person, new.left_on, ask()) == (first.person, None, [])
    take_back(pair=pair, by=officer)
    new.refresh_from_db()
    assert (new.person, ask()) == (own, [(first.pk, new.pk)])
    with pytest.raises(ValidationError):
        take_back(pair=pair, by=officer)


def test_of_two_rows_in_one_team_the_lesser_ends_as_a_mistake_and_comes_back(team, ask, officer):
    first = make_member(team, "Nguyễn Văn An")
    leader = make_member(team, "Nguyễn Văn An", MemberRole.LEADER, phone="0914994123")
    pair = one_person(first=first, second=leader, by=officer)
    rows = dict(Member.objects.values_list("pk", "left_reason"))
    assert rows == {first.pk: "mistake", leader.pk: ""}
    assert Member.objects.values("person").distinct().count() == 1
    take_back(pair=pair, by=officer)
    assert set(Member.objects.values_list("left_on", flat=True)) == {None}
    assert Member.objects.values("person").distinct().count() == 2
    assert set(pair.events.values_list("pgh_label", flat=True)) == {"insert", "update"}


def test_two_people_are_not_asked_about_again_until_that_is_taken_back(team, other, ask, officer):
    rows = [make_member(at, "Nguyễn Văn An") for at in (team, other)]
    pair = two_people(first=rows[0], second=rows[1], by=officer)
    assert ask() == []
    with pytest.raises(ValidationError):
        one_person(first=rows[0], second=rows[1], by=officer)
    take_back(pair=pair, by=officer)
    assert len(ask()) == 1


def test_what_is_tied_is_neither_tied_nor_parted_by_a_second_answer(team, other, officer):
    rows = [make_member(at, "Nguyễn Văn An") for at in (team, other)]
    one_person(first=rows[0], second=rows[1], by=officer)
    for service in (one_person, two_people):
        with pytest.raises(ValidationError):
            service(first=rows[0], second=rows[1], by=officer)
    assert PersonPair.objects.count() == 1


# Across communes ----------------------------------------------------------------------------------------------------


@pytest.fixture
def neighbours(team, tran_lieu, neighbour) -> tuple[Member, Member]:
    there = make_team(tran_lieu, "Tổ Khu phố 1", by=neighbour)
    return make_member(team, "Nguyễn Văn An", phone="0914994123"), make_member(there, "An", phone="0914994123")


def answer(user, rows, said="one"):
    return client_of(user).post(
        "/chat-luong/cung-mot-nguoi/tra-loi/", {"first": rows[0].pk, "second": rows[1].pk, "answer": said}
    )


def test_only_the_department_sees_and_joins_people_of_two_communes(
    neighbours, ask, cat_hai, officer, staff, viewer, stranger
):
    assert ask() == []
    (card,) = cards_of_province(scope_for(staff), cat_hai.province)
    assert (card.first.member, card.second.member) == neighbours
    assert card.first.phone == "0914 994 ***"
    assert [answer(user, neighbours).status_code for user in (officer, stranger, viewer)] == [404, 404, 403]
    assert not PersonPair.objects.exists()
    assert answer(staff, neighbours).status_code == 302
    assert PersonPair.objects.get().commune is None
    assert cards_of_province(scope_for(staff), cat_hai.province) == []


def test_an_officer_of_both_communes_does_not_join_them_either(neighbours, officer, tran_lieu):
    officer.assignments.create(role="commune_officer", province=tran_lieu.province, commune=tran_lieu)
    assert answer(officer, neighbours).status_code == 403


def test_a_pair_of_communes_that_are_two_people_stays_away(neighbours, staff, cat_hai):
    assert answer(staff, neighbours, "two").status_code == 302
    assert cards_of_province(scope_for(staff), cat_hai.province) == []


@pytest.mark.parametrize("asked", [{"first": "x"}, {"first": "1", "second": "1"}, {"answer": "maybe"}])
def test_nonsense_is_refused(neighbours, staff, asked):
    payload = {"first": neighbours[0].pk, "second": neighbours[1].pk, "answer": "one"} | asked
    assert client_of(staff).post("/chat-luong/cung-mot-nguoi/tra-loi/", payload).status_code == 400


def test_cards_take_as_many_queries_for_many_people(team, other, officer, cat_hai):
    counts = []
    for number in range(0, 60, 30):
        for each in range(number, number + 30):
            make_member(team if each % 2 else other, "Nguyễn Văn An", phone=f"09149941{each:02}")
        with CaptureQueriesContext(connection) as queries:
            cards_of_commune(scope_for(officer), cat_hai)
        counts.append(len(queries))
    assert counts[0] == counts[1]
