"""Put every encrypted value under the first of the keys, so that an old key can be taken away."""

from collections import Counter
from collections.abc import Iterator

import pghistory
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Cast

from cdt_portal.accounts import encryption
from cdt_portal.accounts.encryption import EncryptedTextField

BATCH = 500
OF_AUTHENTICATORS = ("secret", "seed")  # of an app on the phone, of recovery codes; security keys hold no secret


def in_use() -> Counter[str]:
    """How many values stand under each key."""
    found: Counter[str] = Counter()
    for field in _fields():
        found.update(key_of(stored) for stored in _stored(field).values_list("stored", flat=True).iterator())
    for authenticator in Authenticator.objects.iterator():
        found.update(key_of(authenticator.data[name]) for name in OF_AUTHENTICATORS if name in authenticator.data)
    return found


def rotate() -> int:
    """Encrypt anew what stands under another key than the first; how many values. Can be broken off and run again, and
    beside people at work. Raises DecryptionError when a value's key is not there."""
    first = next(iter(encryption.read_keys(settings.FIELD_KEYS)))
    done = 0
    for field in _fields():
        while rotated := _rotate_batch(field, first):
            done += rotated
    return done + sum(_rotate_authenticator(pk, first) for pk in Authenticator.objects.values_list("pk", flat=True))


def key_of(stored: str) -> str:
    return stored.partition(":")[0]


def _fields() -> Iterator[EncryptedTextField]:
    for model in apps.get_models():
        yield from (field for field in model._meta.local_fields if isinstance(field, EncryptedTextField))


def _stored(field: EncryptedTextField) -> models.QuerySet:
    """Rows with a value, which is `stored` as it stands in the database."""
    rows = field.model._base_manager.annotate(stored=Cast(field.attname, models.TextField()))
    return rows.exclude(stored="")


@transaction.atomic
def _rotate_batch(field: EncryptedTextField, first: str) -> int:
    others = _stored(field).exclude(stored__startswith=f"{first}:").order_by("pk")
    rows = list(others.select_for_update(of=["self"])[:BATCH])
    for row in rows:
        field.model._base_manager.filter(pk=row.pk).update(**{field.attname: getattr(row, field.attname)})
        pghistory.create_event(row, label="reencrypted")
    return len(rows)


@transaction.atomic
def _rotate_authenticator(pk: int, first: str) -> int:
    authenticator = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if authenticator is None:  # its user has taken it away meanwhile
        return 0
    old = [name for name in OF_AUTHENTICATORS if key_of(authenticator.data.get(name, f"{first}:")) != first]
    for name in old:
        authenticator.data[name] = encryption.encrypt(encryption.decrypt(authenticator.data[name], "mfa"), "mfa")
    if old:
        authenticator.save(update_fields=["data"])
    return len(old)
