"""What axe-core finds on a page: WCAG 2.2 AA and best practice."""

from typing import Final

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

RULES: Final = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
# What holds need not be brought over; a page that is looked at twice has axe already.
# A colour that is still on its way to another has the contrast of neither, nor has what is pale
# because its answer is still being waited for.
RUN: Final = """async rules => {
  while (document.querySelector('.htmx-request')) {
    await new Promise(requestAnimationFrame)
  }
  document.getAnimations()
    .filter(each => each.effect.getComputedTiming().endTime !== Infinity)
    .forEach(each => each.finish())
  return axe.run(rules).then(found => ({violations: found.violations}))
}"""


def faults(page: Page) -> str:
    """A report, "" where there is nothing to report; of the whole page, once it has arrived."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        # Said to the page itself: brought in by `evaluate` it takes twice as long to read.
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": AXE_SCRIPT})
        session.detach()
    found = AxeResults(page.evaluate(RUN, RULES))
    return str(found.generate_report()) if found.violations_count else ""
