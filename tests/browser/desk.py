"""Somebody's browser on the day on which they act, and what is looked at there."""

from copy import copy
from itertools import count
from pathlib import Path

from playwright.sync_api import Page

from cdt_portal.jobs.models import Job
from cdt_portal.jobs.services import run
from tests.browser.axe import violations

Size = tuple[int, int]
WIDE, PHONE = (1366, 768), (390, 844)


class Desk:
    """Pages open at the first of the sizes; a picture of each step at each of them stays in the folder."""

    def __init__(self, window_of, folder: Path, *sizes: Size) -> None:
        self.window_of, self.folder, self.sizes = window_of, folder, sizes
        self.wrong: list[str] = []
        self.shots = count(1)

    def only(self, size: Size) -> "Desk":
        """The same, of whoever works at that size alone."""
        desk = copy(self)
        desk.sizes = (size,)
        return desk

    def of(self, user) -> Page:
        """A page of theirs; of somebody without an account when `user` is None."""
        page = self.window_of(user, *self.sizes[0]).new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        return page

    def look(self, page: Page, name: str) -> None:
        """The step fits the screens and can be read aloud."""
        shot = next(self.shots)
        for width, height in reversed(self.sizes):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=self.folder / f"{shot:02} {name} {width}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert violations(page) == [], name


def ask(page: Page, button: str) -> None:
    """Press it and have the job done that it asks for; the page goes on by itself."""
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url("**/cong-viec/**")
    work()


def work() -> None:
    """What the worker does, in this process: the live server has none."""
    for job in Job.objects.filter(state="queued").order_by("created_at"):
        run(job.pk)
