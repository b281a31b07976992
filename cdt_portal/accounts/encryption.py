"""Encryption of single values at rest: AES-256-GCM under named keys that can be rotated.

A stored value is `<key id>:<base64 of nonce + ciphertext + tag>`. The column's name is bound in as associated
data, so that a value copied into another column does not decrypt.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class DecryptionError(Exception):
    """The stored value cannot be read with the keys at hand; never answered with the ciphertext itself."""


@lru_cache(maxsize=4)
def read_keys(text: str, variable: str = "CDT_FIELD_KEYS") -> dict[str, bytes]:
    """{key id: 32 bytes} from "id:key,id:key" (URL-safe base64); raises ImproperlyConfigured, naming `variable`."""
    keys = {}
    for part in text.split(","):
        name, _, value = part.strip().partition(":")
        try:
            key = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        except ValueError as error:
            raise ImproperlyConfigured(f"{variable}: khóa {name!r} không phải base64.") from error
        if not name or len(key) != 32:
            raise ImproperlyConfigured(f"{variable}: khóa {name!r} phải dài đúng 32 byte.")
        keys[name] = key
    return keys


def encrypt(value: str, purpose: str) -> str:
    """`value` under the first key; `purpose` must be given again to decrypt."""
    name, key = next(iter(read_keys(settings.FIELD_KEYS).items()))
    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, value.encode(), purpose.encode())
    return f"{name}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, purpose: str) -> str:
    """The value behind `stored`; raises DecryptionError when the key is gone or the text was changed."""
    name, _, body = stored.partition(":")
    key = read_keys(settings.FIELD_KEYS).get(name)
    if key is None:
        raise DecryptionError(f"Không có khóa {name!r} trong CDT_FIELD_KEYS.")
    try:
        raw = base64.urlsafe_b64decode(body)
        return AESGCM(key).decrypt(raw[:12], raw[12:], purpose.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise DecryptionError("Giá trị mã hóa đã hỏng hoặc bị sửa.") from error


def blind_index(value: str, purpose: str) -> str:
    """A keyed hash by which equal values are found without decrypting; 64 hex digits, "" for ""."""
    if not value:
        return ""
    key = hashlib.sha256(settings.SECRET_KEY.encode() + purpose.encode()).digest()
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that is ciphertext in the database and plain in Python; "" stays "". To find it: `blind_index`."""

    @property
    def purpose(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return encrypt(value, self.purpose) if value else value

    def from_db_value(self, value, expression, connection):
        return decrypt(value, self.purpose) if value else value

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise TypeError(f"Không tra cứu {lookup_name!r} được trên cột mã hóa.")
        return super().get_lookup(lookup_name)
