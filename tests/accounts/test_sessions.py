"""Sessions end after a quarter of an hour without activity, and what was typed can still be saved."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from cdt_portal.accounts.models import User
from tests.accounts.conftest import log_in, path_of, words

PAGE = "/tai-khoan/"
LOGIN = "/tai-khoan/dang-nhap/"
SCRIPTS = [
    {"X-Requested-With": "XMLHttpRequest"},
    {"HX-Request": "true"},
    {"Accept": "application/json"},
    {"X-CDT-Background": "1"},
]


@pytest.fixture
def clock(monkeypatch):
    """Minutes that pass: clock(14) sets every later request 14 minutes after the start, a full minute."""
    start = time.time() // 60 * 60

    def set_to(minutes: float) -> None:
        monkeypatch.setattr("cdt_portal.accounts.middleware.time.time", lambda: start + minutes * 60)

    set_to(0)
    return set_to


@pytest.fixture
def working(client, user) -> Client:
    client.force_login(user)
    return client


def test_14_minutes_without_activity_are_allowed(working, clock):
    working.get(PAGE)
    clock(14)
    assert working.get(PAGE).status_code == 200


def test_15_minutes_are_not_and_the_way_back_is_kept(working, clock):
    working.get(PAGE)
    clock(15)
    response = working.get("/tai-khoan/mat-khau/?tu=to-1")
    assert path_of(response) == LOGIN
    assert "next=/tai-khoan/mat-khau/%3Ftu%3Dto-1" in response.url
    page = working.get(response.url)
    assert "Phiên làm việc đã hết sau 15 phút không thao tác. Những gì bạn đã gõ vẫn được giữ." in words(page)


def test_with_a_longer_limit_they_are(working, clock, settings):
    settings.IDLE_MINUTES = 16
    working.get(PAGE)
    clock(15)
    assert working.get(PAGE).status_code == 200


def test_activity_prolongs_the_session(working, clock):
    for minutes in range(0, 120, 14):
        clock(minutes)
        assert working.get(PAGE).status_code == 200


def test_polls_of_a_page_left_open_do_not(working, clock):
    working.get(PAGE)
    for minutes in range(1, 15):
        clock(minutes)
        poll = working.get("/tai-khoan/phien/", headers={"X-CDT-Background": "1"})
        assert poll.json()["user"] is not None
    clock(15)
    assert working.get(PAGE).status_code == 302


def test_nor_does_a_session_live_on_that_only_ever_polled(working, clock):
    poll = {"X-CDT-Background": "1"}
    working.get(PAGE, headers=poll)
    clock(15)
    assert working.get(PAGE, headers=poll).status_code == 401


@pytest.mark.parametrize("headers", SCRIPTS, ids=lambda headers: next(iter(headers)))
def test_a_script_is_answered_with_a_status_not_with_a_page(working, clock, headers):
    working.get(PAGE)
    clock(15)
    response = working.get(PAGE, headers=headers)
    assert (response.status_code, response.json()) == (401, {"login": LOGIN})


@pytest.mark.parametrize("headers", SCRIPTS, ids=lambda headers: next(iter(headers)))
def test_a_script_without_any_session_is_answered_alike(client, db, headers):
    assert client.post(PAGE, headers=headers).status_code == 401


def test_a_form_sent_too_late_leads_back_to_its_page_after_login(working, clock):
    working.get(PAGE)
    clock(15)
    response = working.post(PAGE, headers={"Referer": "http://testserver/tai-khoan/mat-khau/?x=1"})
    assert path_of(response) == LOGIN
    assert "next=/tai-khoan/mat-khau/" in response.url


def test_a_public_page_opens_after_the_session_has_ended(working, clock):
    working.get(PAGE)
    clock(15)
    assert working.get("/healthz").status_code == 200
    assert working.get("/tai-khoan/phien/").json() == {"user": None}


def test_the_session_is_written_at_most_once_a_minute(working, clock):
    def stored() -> str:
        return Session.objects.get(pk=working.session.session_key).session_data

    working.get(PAGE)
    first = stored()
    clock(0.9)
    working.get(PAGE)
    assert stored() == first
    clock(1)
    working.get(PAGE)
    assert stored() != first


def test_the_last_use_is_noted_every_ten_minutes_without_a_history_row(working, user):
    from django.apps import apps

    history = apps.get_model("accounts", "UserEvent")
    written = history.objects.count()
    working.get(PAGE)
    first = User.objects.get().last_seen_at
    assert timezone.now() - first < timedelta(minutes=1)
    working.get(PAGE)
    assert User.objects.get().last_seen_at == first
    User.objects.update(last_seen_at=timezone.now() - timedelta(minutes=11))
    working.get(PAGE)
    assert User.objects.get().last_seen_at > first
    assert history.objects.count() == written


def test_a_disabled_user_is_out_at_the_next_request(working, user):
    assert working.get(PAGE).status_code == 200
    User.objects.update(is_active=False)
    assert path_of(working.get(PAGE)) == LOGIN


def test_the_page_after_a_new_login_in_a_second_window_closes_itself(client, user):
    response = client.post(
        LOGIN, {"login": "canbo.a", "password": "mat-khau-dung-1", "next": "/tai-khoan/da-dang-nhap/"}, follow=True
    )
    assert "làm tiếp ở cửa sổ cũ" in words(response)
    assert "js/renewed.js" in response.content.decode()


def test_every_page_tells_its_script_who_is_logged_in_and_for_how_long(client, user):
    log_in(client, "canbo.a")
    page = client.get(PAGE).content.decode()
    assert f'data-user="{user.pk}"' in page
    assert 'data-idle-minutes="15"' in page
    assert 'data-session-url="/tai-khoan/phien/"' in page
