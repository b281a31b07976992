"""One-time links: they open once, until they end or are replaced, and never pass by the second factor."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from cdt_portal.accounts import invitations
from cdt_portal.accounts.models import Invitation, User
from tests.accounts.conftest import is_logged_in, log_in, path_of, words

NEW = {"new_password1": "mot-cau-that-dai-7", "new_password2": "mot-cau-that-dai-7"}


@pytest.fixture
def invited(db) -> User:
    return User.objects.create_user("canbo.moi", full_name="Trần Thị Mới")


@pytest.fixture
def link(invited, user) -> str:
    return invitations.invite(user=invited, by=user)


def test_the_link_shows_who_is_invited_sets_the_password_and_logs_in(client, link):
    page = words(client.get(link))
    assert "Trần Thị Mới" in page
    assert "canbo.moi" in page
    assert path_of(client.post(link, NEW)) == "/"
    assert is_logged_in(client)
    again = Client()
    log_in(again, "canbo.moi", NEW["new_password1"])
    assert is_logged_in(again)


def test_before_the_link_is_used_nobody_can_log_in(client, invited):
    log_in(client, "canbo.moi", "")
    log_in(client, "canbo.moi", "!")
    assert not is_logged_in(client)


def test_opening_the_link_does_not_use_it_up(client, link):
    """Zalo opens links to draw a preview."""
    client.get(link)
    assert client.get(link).status_code == 200


def test_only_the_hash_of_the_token_is_kept(link, invited):
    token = link.rstrip("/").rpartition("/")[2]
    assert token not in Invitation.objects.get().token_hash
    assert len(token) >= 43


@pytest.mark.parametrize("second", [{"new_password2": "mot-cau-khac-9"}, {"new_password1": "a", "new_password2": "a"}])
def test_a_mistyped_or_weak_password_leaves_the_link_open(client, link, second):
    assert client.post(link, NEW | second).status_code == 200
    assert not is_logged_in(client)
    client.post(link, NEW)
    assert is_logged_in(client)


def test_a_used_link_is_closed_in_words(client, link):
    client.post(link, NEW)
    for response in (Client().get(link), Client().post(link, NEW)):
        assert response.status_code == 410
        assert "Liên kết này đã được dùng" in words(response)


def test_of_two_who_open_the_link_the_first_sets_the_password(link, invited):
    token = link.rstrip("/").rpartition("/")[2]
    invitations.accept(token=token, password="mot-cau-that-dai-7")
    with pytest.raises(invitations.ClosedInvitation):
        invitations.accept(token=token, password="cau-cua-nguoi-den-sau")
    invited.refresh_from_db()
    assert invited.check_password("mot-cau-that-dai-7")


@pytest.mark.parametrize(("days", "status"), [(6, 200), (8, 410)])
def test_a_link_lives_for_seven_days(client, link, days, status):
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=7 - days))
    response = client.get(link)
    assert response.status_code == status
    assert ("đã hết hạn" in words(response)) is (status == 410)


def test_a_new_link_closes_the_earlier_one(client, link, invited, user):
    newer = invitations.invite(user=invited, by=user)
    response = client.get(link)
    assert response.status_code == 410
    assert "đã được thay bằng liên kết mới hơn" in words(response)
    assert client.get(newer).status_code == 200


def test_an_unknown_link_says_what_to_do(client, db):
    response = client.get("/tai-khoan/loi-moi/khong-co-lien-ket-nay/")
    assert response.status_code == 404
    assert "Liên kết này không đúng" in words(response)


def test_the_link_of_a_disabled_account_is_closed(client, link):
    User.objects.update(is_active=False)
    assert client.get(link).status_code == 410


def test_a_link_does_not_pass_by_the_second_factor(client, user, totp_secret):
    link = invitations.invite(user=user, by=user)
    assert path_of(client.post(link, NEW)) == "/tai-khoan/xac-thuc/authenticate/"
    assert not is_logged_in(client)


def test_a_link_brings_back_who_was_long_away_or_locked(client, user):
    User.objects.update(date_joined=timezone.now() - timedelta(days=100))
    for _ in range(6):
        log_in(client, "canbo.a", "sai")
    client.post(invitations.invite(user=user, by=user), NEW)
    assert is_logged_in(client)
    again = Client()
    log_in(again, "canbo.a", NEW["new_password1"])
    assert is_logged_in(again)


def test_the_operator_can_always_make_a_link(client, user, capsys):
    call_command("invite", "Canbo.A")
    assert client.get(capsys.readouterr().out.strip()).status_code == 200


def test_but_not_for_an_account_that_is_not_there(db):
    with pytest.raises(CommandError, match="Không có tài khoản"):
        call_command("invite", "khong.co")
