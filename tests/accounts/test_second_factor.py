"""The second factor: who must add one, what it opens, and that its codes can neither be guessed nor used twice."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from cdt_portal.accounts import limits, second_factor
from cdt_portal.accounts.models import LoginEvent
from tests.accounts.conftest import PASSWORD, code_for, is_logged_in, log_in, path_of, words

CODE_PAGE = "/tai-khoan/xac-thuc/authenticate/"
INDEX = "/tai-khoan/xac-thuc/"


def everybody_needs_it(user) -> bool:
    return True


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_POLICY = f"{__name__}.everybody_needs_it"


def send_code(client: Client, code: str):
    return client.post(CODE_PAGE, {"code": code})


def test_the_password_alone_does_not_open_an_account_with_a_second_factor(client, user, totp_secret):
    assert path_of(log_in(client, "canbo.a")) == CODE_PAGE
    assert not is_logged_in(client)


def test_the_password_and_the_code_do(client, user, totp_secret):
    log_in(client, "canbo.a")
    assert path_of(send_code(client, code_for(totp_secret))) == "/"
    assert is_logged_in(client)


def test_a_wrong_code_does_not_and_leaves_a_trace(client, user, totp_secret):
    log_in(client, "canbo.a")
    assert "Mã không đúng hoặc đã hết hạn." in words(send_code(client, "000000"))
    assert not is_logged_in(client)
    assert LoginEvent.objects.get().outcome == "wrong_code"


def test_a_code_works_once_even_when_allauth_has_forgotten_it(client, user, totp_secret, monkeypatch):
    """allauth remembers a code for 30 seconds but accepts it for 90."""
    monkeypatch.setattr(TOTP, "_mark_code_used", lambda self, code: True)
    code = code_for(totp_secret)
    log_in(client, "canbo.a")
    send_code(client, code)
    second = Client()
    log_in(second, "canbo.a")
    assert "Mã này đã được dùng." in words(send_code(second, code))
    assert not is_logged_in(second)
    send_code(second, code_for(totp_secret, step=1))
    assert is_logged_in(second)


def test_a_recovery_code_works_once(client, user, totp_secret):
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    log_in(client, "canbo.a")
    send_code(client, code)
    assert is_logged_in(client)
    second = Client()
    log_in(second, "canbo.a")
    send_code(second, code)
    assert not is_logged_in(second)


def test_after_five_wrong_codes_the_right_one_is_refused(client, user, totp_secret):
    log_in(client, "canbo.a")
    for _ in range(5):
        send_code(client, "000000")
    assert "Đã nhập sai 5 lần." in words(send_code(client, code_for(totp_secret)))
    assert not is_logged_in(client)
    limits.unlock(user)
    send_code(client, code_for(totp_secret))
    assert is_logged_in(client)


def test_the_right_password_does_not_give_code_guesses_back(client, user, totp_secret):
    for _ in range(5):
        second = Client()
        log_in(second, "canbo.a")
        send_code(second, "000000")
    log_in(client, "canbo.a")
    assert "Đã nhập sai 5 lần." in words(send_code(client, code_for(totp_secret)))


def test_secrets_are_not_in_clear_in_the_database(user, totp_secret):
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert totp_secret not in stored
    assert stored.startswith(f"{second_factor.settings.FIELD_KEYS.partition(':')[0]}:")


def test_who_must_have_a_second_factor_sees_only_the_enrolment(client, user, required):
    log_in(client, "canbo.a")
    assert path_of(client.get("/tai-khoan/")) == INDEX
    page = client.get(INDEX)
    assert page.status_code == 200
    assert "Hãy thêm lớp xác thực thứ hai để tiếp tục." in words(page)
    assert client.get("/tai-khoan/mat-khau/").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_who_need_not_have_one_goes_straight_in(client, user):
    log_in(client, "canbo.a")
    assert client.get("/tai-khoan/").status_code == 200


def test_a_script_is_told_so_with_a_status(client, user, required):
    client.force_login(user)
    response = client.get("/tai-khoan/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert (response.status_code, response.json()) == (401, {"login": INDEX})


def test_enrolment_after_login_needs_no_second_password_and_opens_the_portal(client, user, required):
    log_in(client, "canbo.a")
    page = client.get("/tai-khoan/xac-thuc/totp/activate/")
    secret = re.search(r"<code>(\w+)</code>", page.content.decode())[1]
    done = client.post("/tai-khoan/xac-thuc/totp/activate/", {"code": code_for(secret)})
    assert path_of(done) == "/tai-khoan/xac-thuc/recovery-codes/"
    assert len(re.findall(r"<li><code>", client.get(done.url).content.decode())) == 10
    assert client.get("/tai-khoan/").status_code == 200


def test_enrolment_of_an_old_session_asks_for_the_password_again(client, user):
    client.force_login(user)
    response = client.get("/tai-khoan/xac-thuc/totp/activate/")
    assert path_of(response) == "/tai-khoan/xac-nhan/"
    client.post("/tai-khoan/xac-nhan/", {"password": PASSWORD})
    assert client.get("/tai-khoan/xac-thuc/totp/activate/").status_code == 200


def test_switching_it_off_closes_the_portal_again(client, user, totp_secret, required):
    log_in(client, "canbo.a")
    send_code(client, code_for(totp_secret))
    assert client.get("/tai-khoan/").status_code == 200
    client.post("/tai-khoan/xac-thuc/totp/deactivate/")
    assert path_of(client.get("/tai-khoan/")) == INDEX


def test_in_a_demo_nobody_is_asked_for_one(client, user, totp_secret, required, settings):
    settings.DEMO = True
    assert path_of(log_in(client, "canbo.a")) == "/"
    assert client.get("/tai-khoan/").status_code == 200
    Authenticator.objects.all().delete()
    assert client.get("/tai-khoan/").status_code == 200
    assert "dữ liệu mẫu" in words(client.get("/tai-khoan/"))


def test_a_lost_device_is_forgotten_on_request(user, totp_secret):
    assert second_factor.is_enrolled(user)
    second_factor.reset(user)
    assert not second_factor.is_enrolled(user)


def test_leaving_the_code_page_gives_another_account_the_door(client, user, totp_secret):
    log_in(client, "canbo.a")
    assert "Đăng nhập bằng tài khoản khác" in words(client.get(CODE_PAGE))
    assert path_of(client.post("/tai-khoan/dang-xuat/", {"next": "/tai-khoan/dang-nhap/"})) == "/tai-khoan/dang-nhap/"
    assert client.get("/tai-khoan/dang-nhap/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/tai-khoan/",
        "/tai-khoan/mat-khau/",
        "/tai-khoan/dang-xuat/",
        "/tai-khoan/da-dang-nhap/",
        INDEX,
        "/tai-khoan/xac-thuc/totp/deactivate/",
        "/tai-khoan/xac-thuc/recovery-codes/",
        "/tai-khoan/xac-thuc/recovery-codes/generate/",
        "/tai-khoan/xac-thuc/webauthn/",
        "/tai-khoan/xac-thuc/webauthn/add/",
        "/tai-khoan/xac-thuc/reauthenticate/",
        "/tai-khoan/xac-nhan/",
    ],
)
def test_every_page_of_the_account_is_ours_and_in_vietnamese(client, user, totp_secret, path):
    log_in(client, "canbo.a")
    send_code(client, code_for(totp_secret))
    page = client.get(path)
    assert page.status_code == 200
    assert "Cổng Tổ công nghệ số cộng đồng" in words(page)
    assert not re.search(r"\b(password|authenticat|security key|recovery|sign in|code:)", words(page), re.I)
