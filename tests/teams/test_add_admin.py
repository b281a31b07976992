"""The first administrator of an empty installation."""

import pytest
from django.core.management import CommandError, call_command

from cdt_portal.accounts.models import User
from teams.access import Can, scope_for
from tests.conftest import client_of


def test_the_operator_makes_an_administrator_who_sets_their_own_password(client, hai_phong, capsys):
    call_command("add_admin", "Quan.Tri", "Hoàng Minh Tuấn")
    assert client.get(capsys.readouterr().out.strip()).status_code == 200
    user = User.objects.get(username="quan.tri")
    assert scope_for(user).allows(Can.MANAGE_USERS, hai_phong.pk)
    assert client_of(user).get("/nguoi-dung/moi/").status_code == 200


def test_but_no_second_one_of_the_same_name(db):
    call_command("add_admin", "quan.tri", "Hoàng Minh Tuấn")
    with pytest.raises(CommandError, match="Tên đăng nhập"):
        call_command("add_admin", "quan.tri", "Người khác")
    assert User.objects.get().full_name == "Hoàng Minh Tuấn"


def test_and_none_of_a_name_that_cannot_be_typed(db):
    with pytest.raises(CommandError):
        call_command("add_admin", "quản trị", "Hoàng Minh Tuấn")
    assert not User.objects.exists()
