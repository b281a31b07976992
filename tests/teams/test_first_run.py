"""From an empty portal to a province at work."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from cdt_portal.accounts.models import User
from teams.access import Can, scope_for
from teams.services import first_run as services
from tests.conftest import client_of
from tests.teams.makers import make_units

PAGE = "/bat-dau/"
STEPS = "/bat-dau/cac-buoc/"
PASSWORD = "mat-khau-dau-tien-1"


def typed(**other) -> dict:
    account = {"full_name": "Hoàng Minh Tuấn", "username": "Quan.Tri", "password": PASSWORD, "again": PASSWORD}
    return account | {"code": services.setup_code()} | other


def printed() -> str:
    out = StringIO()
    call_command("setup_code", stdout=out)
    return out.getvalue()


def test_an_empty_portal_leads_everybody_to_its_first_page(client, db):
    response = client.get("/", follow=True)
    assert [url for url, _ in response.redirect_chain] == ["/tai-khoan/dang-nhap/?next=/", PAGE]
    assert "Mã thiết lập" in response.content.decode()


def test_the_code_that_the_server_printed_makes_the_first_administrator(client, hai_phong):
    code = printed().split()[-1]
    response = client.post(PAGE, typed(code=code))
    user = User.objects.get()
    assert (response.url, user.username, user.full_name) == (STEPS, "quan.tri", "Hoàng Minh Tuấn")
    assert user.check_password(PASSWORD)
    assert scope_for(user).allows(Can.MANAGE_USERS, hai_phong.pk)
    assert client.get(STEPS).status_code == 200


def test_the_code_may_be_typed_small_and_without_its_dashes(client, db):
    assert client.post(PAGE, typed(code=services.setup_code().replace("-", " ").lower())).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"code": "AAAA-AAAA-AAAA-AAAA"}, "Mã thiết lập không đúng"),
        ({"code": "Ư"}, "Mã thiết lập không đúng"),
        ({"again": "khac"}, "Hai lần gõ không giống nhau"),
        ({"password": "ngan", "again": "ngan"}, "ít nhất 10 ký tự"),
        ({"username": "quản trị"}, "Chỉ dùng chữ không dấu"),
    ],
)
def test_what_is_wrong_is_told_and_nobody_is_made(client, db, wrong, told):
    response = client.post(PAGE, typed(**wrong))
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not User.objects.exists()


def test_the_first_account_closes_the_page_and_the_code(client, admin):
    assert client.get(PAGE).url == "/"
    assert client.post(PAGE, typed()).url == "/"
    assert client.get("/tai-khoan/dang-nhap/").status_code == 200
    assert printed() == ""
    assert User.objects.get() == admin


def test_who_comes_second_with_the_code_is_told(admin):
    with pytest.raises(ValidationError, match="vừa có người quản trị"):
        services.make_first_administrator(
            code=services.setup_code(), username="hai", full_name="Người thứ hai", password=PASSWORD
        )


def test_the_code_follows_from_the_installations_secret(settings):
    before = services.setup_code()
    settings.SECRET_KEY = "another-secret-of-another-installation"
    assert services.setup_code() != before
    assert not services.is_setup_code(before)


def test_the_steps_say_how_far_the_province_is(
    admin, staff, officer, cat_hai, tran_lieu, django_assert_max_num_queries
):
    make_units(cat_hai, "Thôn 1", by=staff)
    client = client_of(admin)
    with django_assert_max_num_queries(15):
        shown = client.get(STEPS).content.decode()
    assert "Bắt đầu với Thành phố Hải Phòng" in shown
    assert shown.count("1/2 xã") == 2  # villages, officers
    assert "0/2 xã" in shown  # teams


def test_who_has_several_provinces_chooses_one_first(admin, cat_hai, hac_thanh):
    assert "Chọn tỉnh" in client_of(admin).get(STEPS).content.decode()
