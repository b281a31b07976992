"""What a test does with the roster's grid, in the words of the one who types."""

from playwright.sync_api import Dialog, Locator, Page, expect

from teams.models import Team

NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Chín")


def opened(page: Page, team: Team) -> Page:
    page.set_default_timeout(20_000)
    page.goto(f"/to/{team.pk}/")
    # A page that asks before it closes is let go, as the user would.
    page.on("dialog", Dialog.accept)
    return page


def row(page: Page, number: int) -> Locator:
    return page.locator("tr[data-key]").nth(number - 1)


def cell(page: Page, number: int, name: str = "full_name") -> Locator:
    return row(page, number).locator(f"[name={name}]")


def says(page: Page, number: int, words: str) -> None:
    expect(row(page, number).locator("[data-state]")).to_contain_text(words)


def leave_rows(page: Page) -> None:
    page.locator("h1").click()


def paste(target: Locator, text: str) -> None:
    target.focus()
    target.evaluate(
        """(cell, text) => {
            const clipboardData = new DataTransfer()
            clipboardData.setData('text/plain', text)
            cell.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
        }""",
        text,
    )


def focused(page: Page) -> tuple[int, str]:
    """(row from 1, name of the cell) that has the focus."""
    return tuple(
        page.evaluate(
            """() => {
                const cell = document.activeElement
                const rows = [...document.querySelectorAll('tr[data-key]')]
                return [rows.indexOf(cell.closest('tr')) + 1, cell.name ?? '']
            }"""
        )
    )
