"""A page under somebody's fingers who has no mouse."""

from playwright.sync_api import Page

MOST_TABS = 80  # a page whose next step is farther away is no page for a keyboard

_FOCUS = """() => {
    const at = document.activeElement
    const label = at.labels?.[0]?.innerText
    const words = label || at.getAttribute('aria-label') || at.innerText || at.value || ''
    const { outlineStyle, boxShadow } = getComputedStyle(at)
    return [words.replace(/\\s+/g, ' ').trim(), outlineStyle !== 'none' || boxShadow !== 'none']
}"""


def tab_to(page: Page, words: str) -> None:
    """Go on with Tab until the focus is, to be seen, on what is called `words` at its beginning."""
    passed = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        name, is_seen = page.evaluate(_FOCUS)
        if name.startswith(words):
            assert is_seen, f"nobody sees that the focus is on {name}"
            return
        passed.append(name[:30])
    raise AssertionError(f"no Tab leads to {words}; it went over {passed}")


def press(page: Page, words: str) -> None:
    tab_to(page, words)
    page.keyboard.press("Enter")
