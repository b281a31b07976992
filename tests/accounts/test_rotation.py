"""Keys change hands while people work; a lost device is forgotten, and both leave a trace."""

import base64
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from cdt_portal.accounts import encryption, rotation, second_factor
from cdt_portal.accounts.models import User
from teams.models import FocalOfficer
from teams.services import officers
from tests.accounts.test_encryption import NEW, OLD, make_officer, stored_citizen_ids


@pytest.fixture
def sealed(settings, cat_hai, officer) -> list[FocalOfficer]:
    """Under the old key: three officers, one of them without a number, and somebody's second factor."""
    settings.FIELD_KEYS = OLD
    for kind, name in (("totp", "secret"), ("recovery_codes", "seed")):
        Authenticator.objects.create(user=officer, type=kind, data={name: encryption.encrypt("BI MAT", "mfa")})
    Authenticator.objects.create(user=officer, type="webauthn", data={"name": "Khóa 1", "credential": {}})
    people = [make_officer(cat_hai, number) for number in ("031099012345", "031099012346", "")]
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    return people


def test_every_value_stands_under_the_new_key_and_reads_as_before(sealed, settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 1)
    assert rotation.in_use() == {"cu": 4}
    assert rotation.rotate() == 4
    assert rotation.in_use() == {"moi": 4}
    settings.FIELD_KEYS = NEW  # the old key can go
    assert [row.citizen_id for row in FocalOfficer.objects.order_by("pk")] == ["031099012345", "031099012346", ""]
    values = [a.data.get("secret") or a.data.get("seed") for a in Authenticator.objects.order_by("pk")]
    assert [encryption.decrypt(value, "mfa") for value in values if value] == ["BI MAT", "BI MAT"]


def test_each_row_notes_it_once_and_stays_the_version_that_people_have_open(sealed):
    rotation.rotate()
    assert rotation.rotate() == 0
    events = FocalOfficer.pgh_event_model.objects.order_by("pgh_id")
    assert [event.pgh_label for event in events if event.pgh_obj_id == sealed[0].pk] == ["insert", "reencrypted"]
    assert [row.version for row in FocalOfficer.objects.order_by("pk")] == [row.version for row in sealed]


def test_without_the_old_key_nothing_is_changed_and_it_is_named(sealed, settings):
    before = stored_citizen_ids()
    settings.FIELD_KEYS = NEW
    with pytest.raises(CommandError, match="'cu'"):
        call_command("rotate_keys")
    assert stored_citizen_ids() == before


def test_after_a_change_of_secret_key_numbers_are_found_again(settings, cat_hai, officer):
    fields = {"full_name": "Nguyễn Văn A", "citizen_id": "031099012345"}
    row = officers.add_officer(commune=cat_hai, fields=fields, by=officer)
    assert officers.renew_indexes() == 0
    settings.SECRET_KEY = base64.b64encode(b"khac" * 20).decode()
    assert officers.renew_indexes() == 1
    row.refresh_from_db()
    assert row.citizen_id_hash == encryption.blind_index("031099012345", officers.PURPOSE)


@pytest.mark.parametrize(("check", "key"), [(True, "Khóa cu: 4 giá trị."), (False, "Khóa moi: 4 giá trị.")])
def test_the_command_tells_what_stands_under_which_key(sealed, check, key):
    said = StringIO()
    call_command("rotate_keys", check=check, stdout=said)
    assert said.getvalue().splitlines()[-1] == key


def test_a_lost_device_is_forgotten_and_noted(sealed, officer):
    assert second_factor.is_enrolled(officer)
    call_command("reset_second_factor", "Canbo.CatHai", stdout=StringIO())
    assert not Authenticator.objects.filter(user=officer).exists()
    assert "second_factor_reset" in User.pgh_event_model.objects.values_list("pgh_label", flat=True)
    for name, reason in (("canbo.cathai", "chưa có lớp"), ("khong.co", "Không có tài khoản")):
        with pytest.raises(CommandError, match=reason):
            call_command("reset_second_factor", name)
