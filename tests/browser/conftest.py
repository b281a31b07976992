"""Pages in a real Chromium, logged in without the login form."""

import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from cdt_portal.accounts.models import User
from tests.conftest import client_of


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; Django takes that for an async program and refuses its ORM.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=20_000)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--headless"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def server_at_rest(transactional_db) -> Iterator[None]:
    """A request goes on after its answer: what it still writes would meet the emptying of the tables."""
    yield
    deadline = time.monotonic() + 10
    while is_busy() and time.monotonic() < deadline:
        time.sleep(0.05)


def is_busy() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' AND state <> 'idle'"
        )
        return cursor.fetchone() is not None


@pytest.fixture
def window_of(chromium, live_server) -> Iterator[Callable[[User | None], BrowserContext]]:
    """`window_of(user)`: a browser of their own, in which they are logged in; of nobody's account when None."""
    windows = []

    def window_of(user: User | None, width: int = 1366, height: int = 768) -> BrowserContext:
        window = chromium.new_context(base_url=live_server.url, viewport={"width": width, "height": height})
        if user:
            session = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
            window.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        windows.append(window)
        return window

    yield window_of
    for window in windows:
        window.close()
