"""The stock way as a Django project of its own, in the same database server."""

import os
from urllib.parse import parse_qs, urlsplit

from django.utils.crypto import get_random_string

_url = urlsplit(os.environ["DATABASE_URL"])

SECRET_KEY = get_random_string(50)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _url.path.strip("/"),
        "USER": _url.username,
        "HOST": parse_qs(_url.query)["host"][0],
        "OPTIONS": {"options": "-c jit=off"},
    }
}
INSTALLED_APPS = ["import_export", "stock"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
