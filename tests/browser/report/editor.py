"""What a test does in the editor of a report, in the words of the one who types."""

from playwright.sync_api import Dialog, Locator, Page, expect

from reporting.models import Report


def opened(page: Page, report: Report) -> Page:
    page.set_default_timeout(20_000)
    page.goto(f"/bao-cao/xa/{report.pk}/")
    page.on("dialog", Dialog.accept)  # a page that asks before it closes is let go, as the user would
    return page


def answer(page: Page, code: str) -> Locator:
    return page.locator(f"[data-answer={code}]")


def control(page: Page, code: str) -> Locator:
    return answer(page, code).locator("[name=raw]")


def rich(page: Page, code: str = "proposals") -> Locator:
    return answer(page, code).locator("[data-rich]")


def says(page: Page, code: str, words: str) -> None:
    expect(answer(page, code).locator("[data-state]").first).to_contain_text(words)


def leave(page: Page) -> None:
    page.locator("h1").click()


def paste(target: Locator, text: str, html: str = "") -> None:
    target.focus()
    target.evaluate(
        """(target, [text, html]) => {
            const clipboardData = new DataTransfer()
            clipboardData.setData('text/plain', text)
            if (html) clipboardData.setData('text/html', html)
            target.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
        }""",
        [text, html],
    )
