"""Settings of the tests: the portal's own, with a quick password hasher and without built assets."""

import os
from pathlib import Path

from cdt_portal import embedded

# One process of several has servers and files of its own. What it starts is told where and must not look further.
if worker := os.environ.pop("PYTEST_XDIST_WORKER", ""):
    os.environ["CDT_DATA_DIR"] = str(embedded.data_dir() / worker)
    Path(os.environ["CDT_DATA_DIR"], "static").mkdir(parents=True, exist_ok=True)

from cdt_portal.settings import *  # noqa: F403
from tests.undefined import Undefined

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("%s")  # noqa: F405
SECOND_FACTOR_POLICY = "tests.settings.nobody_needs_a_second_factor"  # tests of the rule itself name the real one


def nobody_needs_a_second_factor(user) -> bool:
    return False
