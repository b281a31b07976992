"""Demo data: of the size asked for, the same each time, with the flaws of real lists."""

from random import Random

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import Count, Q

from cdt_portal.accounts.models import User
from teams.demo.accounts import ACCOUNTS, PASSWORD
from teams.demo.province import seed_communes
from teams.models import Commune, Member, ResidentialUnit, Team
from tests.conftest import make_commune


@pytest.fixture
def units(db) -> None:
    call_command("load_units", verbosity=0)


def seed(**options) -> None:
    call_command("seed_demo", communes=6, teams=120, members=800, verbosity=0, **options)


def test_all_provinces_and_communes_are_there_with_their_codes(units):
    assert Commune.objects.count() == 3321
    assert Commune.objects.filter(kind="special_zone").count() == 13
    assert Commune.objects.get(pk="00004").name == "Phường Ba Đình"
    call_command("load_units", verbosity=0)
    assert Commune.objects.count() == 3321


def test_it_makes_as_much_as_it_is_asked_for(units):
    seed()
    assert Team.objects.count() == 120
    assert 760 <= Member.objects.count() <= 800
    filled = ResidentialUnit.objects.exclude(commune__in=["11914", "10729"])
    assert filled.filter(coverages=None).count() == filled.count() - 120 > 0


def test_the_flaws_of_real_lists_occur_in_a_known_share(units):
    call_command("seed_demo", communes=20, teams=800, members=5400, verbosity=0)
    teams = Team.objects.annotate(leaders=Count("members", filter=Q(members__role="leader")))
    assert 0.01 < teams.filter(leaders=0).count() / 800 < 0.06
    assert 0.02 < teams.filter(decision=None).count() / 800 < 0.09
    assert 0.02 < Member.objects.filter(phone="").count() / Member.objects.count() < 0.06


def test_the_same_seed_makes_the_same_people(hai_phong):
    communes = [make_commune("99990", "Xã Thử Nghiệm", "rural_commune", hai_phong)]
    drawn = []
    for _ in range(2):
        with transaction.atomic():
            seed_communes(Random(7), communes, teams=5, members=30)
            drawn.append(list(Member.objects.order_by("pk").values_list("full_name", "phone", "person")))
            transaction.set_rollback(True)
    assert drawn[0] == drawn[1] and len(drawn[0]) > 20


@pytest.mark.parametrize(("commune", "name", "count"), [("11914", "Thôn", 58), ("10729", "Tổ dân phố số", 14)])
def test_the_villages_of_two_communes_wait_for_their_roster(commune, name, count, units):
    seed()
    names = ResidentialUnit.objects.filter(commune=commune).order_by("sort_key").values_list("name", flat=True)
    assert list(names) == [f"{name} {number}" for number in range(1, count + 1)]
    assert not Team.objects.filter(commune=commune).exists()


def test_each_demo_account_can_log_in(units, client):
    seed()
    for account in ACCOUNTS:
        assert client.login(username=account.username, password=PASSWORD), account.username
    assert User.objects.count() == len(ACCOUNTS)


def test_it_does_not_touch_a_register_that_is_in_use(units):
    seed()
    with pytest.raises(CommandError, match="trống"):
        seed()
    seed(if_empty=True)
    assert Team.objects.count() == 120
