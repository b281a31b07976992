"""The pages that stand outside the apps: health, and what a user sees when something is wrong."""

import pytest
from django.db import OperationalError
from django.test import Client

from tests.conftest import client_of


def test_health_answers_without_a_login(client):
    assert client.get("/healthz").text == "ok"


def test_a_database_that_is_away_is_a_503_in_our_own_words(officer, monkeypatch):
    client = client_of(officer)
    client.raise_request_exception = False

    def away(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("teams.middleware.scope_for", away)
    response = client.get("/nhap-tep/")
    assert response.status_code == 503 and response["Retry-After"]
    assert "Những gì đã lưu vẫn còn" in response.text


def test_any_other_error_is_a_500_in_our_own_words(officer, monkeypatch):
    client = client_of(officer)
    client.raise_request_exception = False
    monkeypatch.setattr("teams.middleware.scope_for", lambda user: 1 / 0)
    response = client.get("/nhap-tep/")
    assert response.status_code == 500 and "division" not in response.text


@pytest.mark.parametrize("path", ["/xa/99999/", "/khong-co/"])
def test_what_does_not_exist_is_told_so(path, officer):
    assert "Không tìm thấy" in client_of(officer).get(path).text


def test_a_visitor_is_sent_to_the_login(db):
    assert Client().get("/xa/")["Location"].startswith("/tai-khoan/dang-nhap/?next=")
