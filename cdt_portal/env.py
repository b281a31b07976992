"""Typed readers of environment variables: a wrong value stops the start with a sentence, not a traceback later."""

import os

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    """1/true/yes/on and 0/false/no/off; anything else raises ImproperlyConfigured."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: chỉ nhận 1 hoặc 0.")


def number(name: str, default: int) -> int:
    value = text(name)
    if not value:
        return default
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name}={value!r}: phải là số nguyên không âm.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma separated list; empty items are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str) -> str:
    """The value of `name`, or the contents of the file named by `name`_FILE (Docker and systemd secrets)."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE={path!r}: không đọc được tệp ({error.strerror}).") from error
