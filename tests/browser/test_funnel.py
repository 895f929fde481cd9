"""The pages of the funnel in a real browser: both languages, wide, narrow and on paper."""

from collections.abc import Iterator

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Witness, running
from tests.browser.steps import go
from tests.browser.test_pages import LANGUAGES, check
from tests.coordinating import Team
from tests.funnelled import OWN, funnelled
from tests.web_world import COORDINATOR, PASSWORD, empty_database

STUDY = "?study={trial}"
COORDINATORS = ("/funnel", f"/funnel{STUDY}", f"/funnel/fairness{STUDY}", f"/funnel/rules{STUDY}")
SPONSORS = ("/sponsor/trials/{posting}/funnel",)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Team, str]]:
    folder = tmp_path_factory.mktemp("funnel")
    engine = empty_database(folder)
    here = funnelled(folder, engine)
    with running(here.app) as address:
        yield here, address
    engine.dispose()


def enter(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/login?lang=en")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    go(page.locator("form:has(#password) button"))


def test_the_funnel_reads_well_everywhere(
    page: Page, desk: tuple[Team, str], witness: Witness
) -> None:
    here, address = desk
    for email, paths in ((COORDINATOR, COORDINATORS), (OWN, SPONSORS)):
        enter(page, address, email)
        for language in LANGUAGES:
            for path in paths:
                where = path.format(trial=here.study.trial, posting=here.study.posting)
                join = "&" if "?" in where else "?"
                page.goto(f"{address}{where}{join}lang={language}")
                for each in page.locator("main details").all():
                    each.evaluate("opened => opened.open = true")
                check(page, witness)
        page.context.clear_cookies()


def test_on_paper_the_finding_its_chart_and_its_table_stay(
    browser: Browser, desk: tuple[Team, str]
) -> None:
    here, address = desk
    page = browser.new_page()
    enter(page, address, COORDINATOR)
    page.goto(f"{address}/funnel?study={here.study.trial}&lang=en")
    page.emulate_media(media="print")
    picture = page.locator(".sheet img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)

    assert picture.evaluate("img => img.naturalWidth") > 0
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    expect(page.get_by_role("columnheader", name="People").first).to_be_visible()
    for gone in ("search", ".parts", ".no-print", ".bottom"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator("header.top nav li").first).to_be_hidden()
    first = pypdfium2.PdfDocument(page.pdf(format="A4"))[0].get_textpage().get_text_range()
    assert "Identified" in first  # the table begins on the first page, not after an empty one
    page.close()
