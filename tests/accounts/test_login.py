"""The one door: right and wrong passwords, accounts that may not enter, pages that must not exist."""

from datetime import timedelta

import pytest
from django.db import InternalError, transaction
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import timezone

from cdt_portal.accounts.models import LoginEvent, User
from cdt_portal.accounts.tasks import forget_old_logins
from tests.accounts.conftest import PASSWORD, is_logged_in, log_in, path_of, words


def outcomes() -> list[str]:
    return list(LoginEvent.objects.order_by("pk").values_list("outcome", flat=True))


def test_the_right_password_logs_in(client, user):
    assert path_of(log_in(client, "canbo.a")) == "/"
    assert is_logged_in(client)


def test_a_name_is_the_same_in_capitals_and_with_spaces(client, user):
    log_in(client, " CanBo.A ")
    assert is_logged_in(client)


def test_a_wrong_password_does_not_log_in(client, user):
    response = log_in(client, "canbo.a", "sai")
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in words(response)
    assert not is_logged_in(client)


def test_login_returns_to_the_page_that_asked_for_it(client, user):
    response = client.post(
        "/tai-khoan/dang-nhap/", {"login": "canbo.a", "password": PASSWORD, "next": "/tai-khoan/mat-khau/"}
    )
    assert path_of(response) == "/tai-khoan/mat-khau/"


def test_login_does_not_lead_to_a_foreign_site(client, user):
    response = client.post(
        "/tai-khoan/dang-nhap/", {"login": "canbo.a", "password": PASSWORD, "next": "https://example.org/"}
    )
    assert response.url == "/"


def test_a_disabled_account_is_told_so_only_with_its_password(client, user):
    User.objects.update(is_active=False)
    assert "không đúng" in words(log_in(client, "canbo.a", "sai"))
    response = log_in(client, "canbo.a")
    assert response.status_code == 403
    assert "Tài khoản đã ngừng hoạt động" in words(response)
    assert not is_logged_in(client)
    assert outcomes() == ["failed", "disabled"]


def test_an_account_unused_for_45_days_is_refused_in_words(client, user):
    User.objects.update(
        date_joined=timezone.now() - timedelta(days=200), last_seen_at=timezone.now() - timedelta(days=46)
    )
    response = log_in(client, "canbo.a")
    assert response.status_code == 403
    assert "không được dùng hơn 45 ngày" in words(response)
    assert not is_logged_in(client)
    assert outcomes() == ["unused"]


@pytest.mark.parametrize("sign_of_life", ["last_seen_at", "reopened_at", "date_joined"])
def test_an_account_used_or_reopened_44_days_ago_enters(client, user, sign_of_life):
    User.objects.update(date_joined=timezone.now() - timedelta(days=200))
    User.objects.update(**{sign_of_life: timezone.now() - timedelta(days=44)})
    log_in(client, "canbo.a")
    assert is_logged_in(client)


def test_the_access_log_tells_who_came_and_from_where(client, user):
    log_in(client, "canbo.a", "sai", REMOTE_ADDR="203.0.113.7")
    log_in(client, "canbo.a", REMOTE_ADDR="203.0.113.7")
    client.post("/tai-khoan/dang-xuat/")
    assert outcomes() == ["failed", "login", "logout"]
    assert set(LoginEvent.objects.values_list("user", flat=True)) == {user.pk}
    assert LoginEvent.objects.order_by("pk")[1].address == "203.0.113.7"


def test_a_name_that_belongs_to_nobody_is_not_kept_in_clear(client, user):
    log_in(client, "mat-khau-go-nham-o")
    event = LoginEvent.objects.get()
    assert (event.user, event.outcome, len(event.name_hash)) == (None, "failed", 64)


def test_the_access_log_cannot_be_rewritten(client, user):
    log_in(client, "canbo.a")
    with pytest.raises(InternalError, match="append_only"), transaction.atomic():
        LoginEvent.objects.update(outcome="failed")
    assert outcomes() == ["login"]


def test_the_access_log_is_kept_for_a_year_and_then_forgotten(user):
    for days in (365, 367):
        LoginEvent.objects.create(user=user, outcome="login", at=timezone.now() - timedelta(days=days))
    forget_old_logins()
    assert LoginEvent.objects.get().at > timezone.now() - timedelta(days=366)


def test_the_back_office_has_no_door_of_its_own(client, user):
    response = client.post("/quan-tri/login/?next=/quan-tri/", {"username": "canbo.a", "password": PASSWORD})
    assert path_of(response) == "/tai-khoan/dang-nhap/"
    assert not is_logged_in(client)


def test_the_back_office_opens_for_staff_who_came_through_the_login(client, staff):
    log_in(client, staff.username)
    assert client.get("/quan-tri/").status_code == 200


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reset_password", "account_set_password"])
def test_pages_of_allauth_that_the_portal_does_not_use_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/", "xac-thuc/trust/"])
def test_nor_do_their_paths(path):
    with pytest.raises(Resolver404):
        resolve(f"/tai-khoan/{path}")


def test_changing_the_password_asks_for_the_old_one_and_ends_other_sessions(client, user):
    other = Client()
    log_in(other, "canbo.a")
    log_in(client, "canbo.a")
    new = {"new_password1": "mot-cau-that-dai-7", "new_password2": "mot-cau-that-dai-7"}
    refused = client.post("/tai-khoan/mat-khau/", {"old_password": "sai"} | new)
    assert "Mật khẩu hiện tại không đúng." in words(refused)
    assert is_logged_in(other)
    accepted = client.post("/tai-khoan/mat-khau/", {"old_password": PASSWORD} | new)
    assert path_of(accepted) == "/tai-khoan/"
    assert is_logged_in(client)
    assert not is_logged_in(other)


def test_the_old_password_cannot_be_guessed_from_a_borrowed_session(client, user):
    client.force_login(user)
    for _ in range(5):
        client.post("/tai-khoan/mat-khau/", {"old_password": "sai", "new_password1": "x", "new_password2": "x"})
    response = client.post(
        "/tai-khoan/mat-khau/",
        {"old_password": PASSWORD, "new_password1": "mot-cau-that-dai-7", "new_password2": "mot-cau-that-dai-7"},
    )
    assert "Đã nhập sai 5 lần." in words(response)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("ngan-1", "Mật khẩu quá ngắn: cần ít nhất 10 ký tự."),
        ("password123", "Mật khẩu này quá phổ biến."),
        ("canbo.a1234", "Mật khẩu quá giống với tên đăng nhập."),
    ],
)
def test_a_weak_password_is_refused_in_vietnamese(client, user, password, reason):
    client.force_login(user)
    new = {"new_password1": password, "new_password2": password}
    assert reason in words(client.post("/tai-khoan/mat-khau/", {"old_password": PASSWORD} | new))
