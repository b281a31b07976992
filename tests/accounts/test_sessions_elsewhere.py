"""What was open elsewhere closes when a password is set anew, and shows less when a post is another."""

import pytest
from django.test import Client
from django.urls import reverse

from cdt_portal.accounts import invitations
from teams.enums import UserRole
from teams.models import Assignment
from tests.conftest import client_of

NEW = {"new_password1": "mot-cau-that-dai-7", "new_password2": "mot-cau-that-dai-7"}


def test_a_password_set_through_a_new_link_ends_sessions_elsewhere(officer, staff):
    stolen, bystander = client_of(officer), client_of(staff)
    Client().post(invitations.invite(user=officer, by=staff), NEW)
    assert stolen.get("/").status_code == 302
    assert bystander.get("/").status_code == 200


def test_a_link_that_was_only_made_ends_none(officer, staff):
    working = client_of(officer)
    invitations.invite(user=officer, by=staff)
    assert working.get("/").status_code == 200


def test_who_moves_to_another_commune_leaves_the_first_at_the_next_request(officer, cat_hai, tran_lieu):
    client = client_of(officer)
    first, second = (reverse("teams:commune", args=[commune.pk]) for commune in (cat_hai, tran_lieu))
    assert (client.get(first).status_code, client.get(second).status_code) == (200, 404)
    Assignment.objects.filter(user=officer).update(commune=tran_lieu)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)


def test_who_may_only_look_from_now_on_writes_no_more(officer, cat_hai):
    client, page = client_of(officer), reverse("teams:team_add", args=[cat_hai.pk])
    assert client.get(page).status_code == 200
    Assignment.objects.filter(user=officer).update(role=UserRole.COMMUNE_LEADER)
    assert client.get(page).status_code == client.post(page, {"name": "Tổ"}).status_code == 403


@pytest.mark.parametrize("guess", [lambda token: token[:-1], lambda token: token.swapcase(), lambda token: f"{token}A"])
def test_what_is_nearly_a_link_opens_nothing(client, officer, staff, guess):
    link = invitations.invite(user=officer, by=staff)
    token = link.rstrip("/").rpartition("/")[2]
    assert client.get(reverse("invitation", args=[guess(token)])).status_code == 404
    assert client.get(link).status_code == 200
