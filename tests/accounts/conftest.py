import re
import time
from urllib.parse import urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from cdt_portal.accounts.models import User

PASSWORD = "mat-khau-dung-1"


def log_in(client: Client, username: str, password: str = PASSWORD, **extra):
    return client.post("/tai-khoan/dang-nhap/", {"login": username, "password": password}, **extra)


def path_of(response) -> str:
    """Where the response redirects to, without the query."""
    assert response.status_code == 302, response.content.decode()
    return urlsplit(response.url).path


def is_logged_in(client: Client) -> bool:
    return client.get("/tai-khoan/phien/").json()["user"] is not None


def words(response) -> str:
    """What the page says, without tags."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return " ".join(text.split())


def code_for(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def user(db) -> User:
    return User.objects.create_user("canbo.a", PASSWORD, full_name="Nguyễn Văn Cán")


@pytest.fixture
def totp_secret(user) -> str:
    """The user has an app on their phone; the secret it holds."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret
