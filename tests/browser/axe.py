"""What a screen reader or a keyboard would stumble over, as axe-core finds it."""

from django.conf import settings
from playwright.sync_api import Page

AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """The script is evaluated by the browser's own tools, so the page's content rules stay on."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
