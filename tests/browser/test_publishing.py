"""Publishing in a real browser: submitted by one, approved by another, paused; both languages."""

from dataclasses import replace

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Witness
from tests.browser.steps import go
from tests.browser.test_pages import check
from tests.publishing import AUTHOR, edit, ready
from tests.web_world import APPROVER, DIABETES, PASSWORD, SPONSOR, World, lexicon


def enter(page: Page, email: str) -> None:
    page.goto("/login?lang=en")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/sponsor/trials")


def test_two_people_publish_amend_and_pause(
    browser: Browser,
    page: Page,
    witness: Witness,
    browser_world: World,
    base_url: str,
) -> None:
    trial = "WEB-6"
    draft = replace(DIABETES, id=trial, title="Sugar at night", translations=())
    posting = ready(browser_world.engine, lexicon(), draft=draft, author=AUTHOR)
    publish = f"/sponsor/trials/{posting}/publish"
    enter(page, SPONSOR)

    def look() -> None:
        for language in ("fr", "en"):
            page.goto(f"{page.url.partition('?')[0]}?lang={language}")
            check(page, witness)

    page.goto(publish)
    look()
    page.get_by_role("button", name="Submit for approval").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Submitted")

    other = browser.new_page(base_url=base_url)
    enter(other, APPROVER)
    for title in ("Sugar at night", "Sugar by day"):
        page.goto("/sponsor/approvals")
        look()
        page.goto(f"/sponsor/trials/{posting}/approval")
        look()
        expect(page.get_by_role("button", name="Approve and publish")).to_have_count(0)
        other.goto("/sponsor/approvals")
        go(other.get_by_role("link", name=title).first)
        other.get_by_role("button", name="Approve and publish").click()
        expect(other.get_by_role("status")).to_contain_text("Approved and published")
        page.goto(f"/studies/{trial}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Une étude sur le sucre.")
        if title == "Sugar at night":
            edit(browser_world.engine, posting, AUTHOR, title="Sugar by day")
            page.goto(publish)
            look()
            expect(page.get_by_role("table")).to_contain_text("Sugar by day")
            go(page.get_by_role("button", name="Submit for approval"))

    page.goto(publish)
    page.get_by_label("Why").fill("A death at the site")
    page.get_by_role("button", name="Pause now").click()
    expect(page.get_by_role("status")).to_contain_text("nobody is matched")
    look()
    page.get_by_label("Why it can go on").fill("It was unrelated")
    page.get_by_role("button", name="Ask to resume").click()
    expect(page.get_by_text("somebody else has to agree")).to_be_visible()
    look()
    other.goto(publish)
    other.get_by_role("button", name="Resume the trial").click()
    expect(other.get_by_role("status")).to_contain_text("Done")
    other.close()
