"""What axe-core finds on a page: WCAG 2.2 AA and best practice."""

from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES: Final = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}


def faults(page: Page) -> str:
    """A report, "" where there is nothing to report; of the whole page, once it has arrived."""
    page.wait_for_load_state()
    found = Axe().run(page, options=RULES)
    return str(found.generate_report()) if found.violations_count else ""
