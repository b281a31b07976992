"""Single values at rest: unreadable without their key, bound to their column, never silently wrong."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from cdt_portal.accounts import encryption
from teams.models import FocalOfficer

OLD = "cu:" + base64.urlsafe_b64encode(b"o" * 32).decode()
NEW = "moi:" + base64.urlsafe_b64encode(b"n" * 32).decode()


@pytest.fixture(autouse=True)
def keys(settings):
    settings.FIELD_KEYS = OLD


def test_a_value_comes_back_and_is_not_readable_in_between():
    stored = encryption.encrypt("031099012345", "cccd")
    assert "031099012345" not in stored
    assert encryption.decrypt(stored, "cccd") == "031099012345"


def test_equal_values_look_different():
    assert encryption.encrypt("031099012345", "cccd") != encryption.encrypt("031099012345", "cccd")


def test_after_rotation_old_values_open_and_new_ones_use_the_new_key(settings):
    old = encryption.encrypt("031099012345", "cccd")
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    assert encryption.decrypt(old, "cccd") == "031099012345"
    assert encryption.encrypt("031099012345", "cccd").startswith("moi:")


def test_without_the_old_key_the_value_is_an_error_not_the_ciphertext(settings):
    old = encryption.encrypt("031099012345", "cccd")
    settings.FIELD_KEYS = NEW
    with pytest.raises(encryption.DecryptionError, match="Không có khóa 'cu'"):
        encryption.decrypt(old, "cccd")


def test_another_key_under_the_same_name_is_an_error(settings):
    old = encryption.encrypt("031099012345", "cccd")
    settings.FIELD_KEYS = NEW.replace("moi:", "cu:")
    with pytest.raises(encryption.DecryptionError, match="hỏng hoặc bị sửa"):
        encryption.decrypt(old, "cccd")


def test_any_changed_letter_is_noticed():
    stored = encryption.encrypt("031099012345", "cccd")
    start = stored.index(":") + 1
    # The last letter's low bits are padding in base64, so that it may change without changing a byte.
    for place in range(start, len(stored.rstrip("=")) - 1):
        changed = stored[:place] + ("A" if stored[place] != "A" else "B") + stored[place + 1 :]
        with pytest.raises(encryption.DecryptionError):
            encryption.decrypt(changed, "cccd")


@pytest.mark.parametrize("stored", ["", "031099012345", "cu:", "cu:khong-phai-base64", "cu:ă"])
def test_what_was_never_encrypted_is_an_error(stored):
    with pytest.raises(encryption.DecryptionError):
        encryption.decrypt(stored, "cccd")


def test_a_value_moved_to_another_column_does_not_open():
    stored = encryption.encrypt("031099012345", "teams.focalofficer.citizen_id")
    with pytest.raises(encryption.DecryptionError):
        encryption.decrypt(stored, "teams.focalofficer.note")


def test_the_blind_index_finds_equal_values_of_one_column_only():
    index = encryption.blind_index("031099012345", "cccd")
    assert index == encryption.blind_index("031099012345", "cccd")
    assert len(index) == 64
    assert index != encryption.blind_index("031099012346", "cccd")
    assert index != encryption.blind_index("031099012345", "khac")
    assert encryption.blind_index("", "cccd") == ""


def test_the_blind_index_cannot_be_computed_without_the_secret(settings):
    index = encryption.blind_index("031099012345", "cccd")
    settings.SECRET_KEY = "another" * 10
    assert index != encryption.blind_index("031099012345", "cccd")


@pytest.mark.parametrize(
    "text",
    ["", "khong-co-khoa", "k1:ngan", ":" + OLD.partition(":")[2], "k1:" + base64.urlsafe_b64encode(b"x" * 31).decode()],
)
def test_unusable_keys_are_refused_in_words(text):
    with pytest.raises(ImproperlyConfigured, match="CDT_FIELD_KEYS"):
        encryption.read_keys(text)


def stored_citizen_ids() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT citizen_id FROM teams_focalofficer ORDER BY id")
        return [value for (value,) in cursor.fetchall()]


def make_officer(commune, citizen_id: str) -> FocalOfficer:
    return FocalOfficer.objects.create(
        province=commune.province, commune=commune, full_name="Nguyễn Văn A", citizen_id=citizen_id
    )


def test_the_field_is_plain_in_python_and_sealed_in_the_database(cat_hai):
    make_officer(cat_hai, "031099012345")
    assert FocalOfficer.objects.get().citizen_id == "031099012345"
    [stored] = stored_citizen_ids()
    assert stored.startswith("cu:")
    assert "031099012345" not in stored


def test_an_empty_field_stays_empty(cat_hai):
    make_officer(cat_hai, "")
    assert stored_citizen_ids() == [""]
    assert FocalOfficer.objects.get().citizen_id == ""


@pytest.mark.parametrize("lookup", ["exact", "contains", "in"])
def test_the_field_refuses_searches_that_could_only_miss(cat_hai, lookup):
    with pytest.raises(TypeError, match="cột mã hóa"):
        FocalOfficer.objects.filter(**{f"citizen_id__{lookup}": "031099012345"})


def test_the_past_keeps_no_citizen_ids(cat_hai):
    officer = make_officer(cat_hai, "031099012345")
    officer.citizen_id = "031099099999"
    officer.save()
    columns = {field.name for field in FocalOfficer.pgh_event_model._meta.get_fields()}
    assert "full_name" in columns
    assert not {"citizen_id", "citizen_id_hash"} & columns
