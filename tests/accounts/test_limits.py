"""Guesses at a password: exact under any number of parallel attempts, and a nuisance to nobody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from cdt_portal.accounts import limits
from cdt_portal.accounts.models import LoginEvent, LoginLimit, User
from tests.accounts.conftest import PASSWORD, is_logged_in, log_in, words

LOCKED = "Đã nhập sai 5 lần."


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password was hashed, known name or not."""

    calls: list[str] = []

    def encode(self, password, salt):
        self.calls.append(password)
        return super().encode(password, salt)


@pytest.fixture
def hashed(settings) -> list[str]:
    """The passwords that were hashed since the test began."""
    settings.PASSWORD_HASHERS = ["tests.accounts.test_limits.CountingHasher"]
    CountingHasher.calls = []
    return CountingHasher.calls


def guess_at_once(count: int, username: str = "canbo.a") -> list[int]:
    """Statuses of `count` parallel wrong guesses, each with its own connection, committed for real."""

    def guess(number: int) -> int:
        try:
            return log_in(Client(), username, f"doan-{number}").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(guess, range(count)))


@pytest.fixture
def registered(transactional_db) -> User:
    return User.objects.create_user("canbo.a", PASSWORD, full_name="Nguyễn Văn Cán")


def test_of_64_parallel_guesses_five_are_hashed(registered, hashed):
    hashed.clear()
    assert guess_at_once(64) == [200] * 64
    assert len(hashed) == 5


def test_without_the_limit_all_64_are_hashed(registered, hashed, settings):
    settings.AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
    hashed.clear()
    guess_at_once(64)
    assert len(hashed) == 64


def test_guesses_at_an_unknown_name_count_alike(transactional_db, hashed):
    assert guess_at_once(16, "khong.co.ai") == [200] * 16
    assert len(hashed) == 5


def test_200_lawful_logins_from_one_address_succeed(db, hashed):
    for number in range(200):
        User.objects.create(username=f"canbo.{number}", full_name="A", password=PASSWORD_HASH)
    clients = [Client() for _ in range(200)]
    for number, client in enumerate(clients):
        log_in(client, f"canbo.{number}")
    assert all(is_logged_in(client) for client in clients)


PASSWORD_HASH = CountingHasher().encode(PASSWORD, "muoi")


def test_colleagues_are_not_locked_by_one_who_guesses(client, user, db):
    User.objects.create_user("canbo.b", PASSWORD, full_name="B")
    for _ in range(6):
        log_in(client, "canbo.a", "sai")
    log_in(client, "canbo.b")
    assert is_logged_in(client)


def test_after_five_failures_the_right_password_is_refused_without_hashing(client, user, hashed):
    for _ in range(5):
        response = log_in(client, "canbo.a", "sai")
    hashed.clear()
    response = log_in(client, "canbo.a")
    until = timezone.localtime(limits.locked_until(limits.name_key("canbo.a")))
    assert f"{LOCKED} Hãy thử lại lúc {until:%H:%M} hoặc nhờ Sở mở khóa." in words(response)
    assert hashed == []
    assert not is_logged_in(client)


def test_after_four_failures_the_right_password_enters_and_the_count_starts_anew(client, user):
    for _ in range(4):
        log_in(client, "canbo.a", "sai")
    log_in(client, "canbo.a")
    assert is_logged_in(client)
    assert not LoginLimit.objects.exists()


@pytest.mark.parametrize("writing", ["CANBO.A", " canbo.a ", "ｃanbo.a", "canbo.A"])
def test_another_writing_of_the_name_is_the_same_count(client, user, writing):
    for _ in range(5):
        log_in(client, writing, "sai")
    assert LOCKED in words(log_in(client, "canbo.a"))


def test_a_letter_that_only_the_database_folds_is_another_name(client, db):
    """Upper case of the dotless ı is I, for PostgreSQL and for Python: it must not open a second count for "i"."""
    User.objects.create_user("canbo.hai", PASSWORD, full_name="Hai")
    assert "không đúng" in words(log_in(client, "canbo.haı"))
    assert not is_logged_in(client)
    log_in(client, "canbo.hai")
    assert is_logged_in(client)


@pytest.mark.parametrize(("minutes", "enters"), [(14, False), (16, True)])
def test_the_lock_ends_a_quarter_of_an_hour_after_the_last_attempt(client, user, minutes, enters):
    for _ in range(5):
        log_in(client, "canbo.a", "sai")
    LoginLimit.objects.update(last_at=timezone.now() - timedelta(minutes=minutes))
    log_in(client, "canbo.a")
    assert is_logged_in(client) is enters


def test_the_department_unlocks_at_once(client, user):
    for _ in range(5):
        log_in(client, "canbo.a", "sai")
    limits.unlock(user)
    log_in(client, "canbo.a")
    assert is_logged_in(client)


def test_the_log_tells_failures_from_the_lock(client, user):
    for _ in range(6):
        log_in(client, "canbo.a", "sai")
    outcomes = list(LoginEvent.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["failed"] * 4 + ["locked"] * 2


def test_a_guess_that_cannot_be_counted_in_time_is_refused_without_hashing(registered, hashed):
    """Somebody else holds the row of this name for longer than a request may wait."""
    log_in(Client(), "canbo.a", "sai")
    hashed.clear()
    with transaction.atomic():
        LoginLimit.objects.select_for_update().get()
        assert guess_at_once(1) == [200]
    assert hashed == []


@pytest.mark.django_db(transaction=True)
def test_an_attempt_cannot_be_taken_where_a_rollback_would_give_it_back():
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        limits.take("a" * 64)
    assert limits.take("a" * 64)
