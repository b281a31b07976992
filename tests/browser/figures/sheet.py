"""What a test does with the grid of team figures. Rows stand in the order of their names: Đông, Nam, Tây."""

from pathlib import Path

from django.conf import settings
from playwright.sync_api import Dialog, Locator, Page, expect

from reporting.models import ReportPeriod

AXE = Path(settings.BASE_DIR, "node_modules/axe-core/axe.min.js")


def url(period: ReportPeriod, path: str = "") -> str:
    return f"/bao-cao/so-lieu/11914/{period.pk}/{path}"


def opened(page: Page, period: ReportPeriod) -> Page:
    page.set_default_timeout(20_000)
    page.goto(url(period))
    page.on("dialog", Dialog.accept)
    return page


def row(page: Page, number: int) -> Locator:
    return page.locator("tr[data-key]").nth(number - 1)


def cell(page: Page, number: int, code: str = "households") -> Locator:
    return row(page, number).locator(f"[name=f-{code}]")


def says(page: Page, number: int, words: str) -> None:
    expect(row(page, number).locator("[data-state]")).to_contain_text(words)


def total(page: Page, code: str) -> Locator:
    return page.locator(f"[data-total={code}]")


def violations(page: Page) -> list[str]:
    """What axe finds wrong for people who cannot see, or cannot use a mouse."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa']})")
    return [f"{each['id']}: {node['html'][:150]}" for each in found["violations"] for node in each["nodes"]]
