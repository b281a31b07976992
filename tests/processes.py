"""Processes of the portal beside the test's own."""

import os
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def environment(folder: Path, database: str = "") -> dict[str, str]:
    """For a process with files of its own in `folder`, on this test's database or the one named, with our keys."""
    here = connection.settings_dict
    return os.environ | {
        "CDT_DATA_DIR": str(folder),
        "CDT_DEMO": "1",
        "CDT_FIELD_KEYS": settings.FIELD_KEYS,
        "DATABASE_URL": f"postgres://{here['USER']}@/{database or here['NAME']}?host={quote(here['HOST'], safe='')}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": settings.SECRET_KEY,
    }
