"""The criteria editor in a real browser: linked both ways, by keyboard, and without script."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from tests.browser.axe import faults
from tests.browser.conftest import NARROW, WIDE, Witness
from tests.browser.steps import SETTLED, go, toggle
from tests.posted import (
    AGE,
    DIABETIC,
    DIARY,
    DRAFT,
    FIELDS,
    HBA1C,
    begin,
    by_hand,
    newest,
    standings,
)
from tests.web_world import PASSWORD, SPONSOR, World

LANGUAGES = ["en", "fr"]
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["320px", "wide"])


@pytest.fixture(scope="session")
def sponsor_state(browser: Any, base_url: str) -> Any:  # noqa: ANN401 - Playwright's own shape
    """The cookies of a signed-in sponsor."""
    page = browser.new_page(base_url=base_url)
    page.goto("/login?lang=en")
    page.get_by_label("Email address").fill(SPONSOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/sponsor/trials")
    state = page.context.storage_state()
    page.close()
    return state


@pytest.fixture
def browser_context_args(
    browser_context_args: dict[str, Any],
    sponsor_state: Any,  # noqa: ANN401 - as above
) -> dict[str, Any]:
    return {**browser_context_args, "storage_state": sponsor_state}


@pytest.fixture
def other(browser: Browser, base_url: str, sponsor_state: Any) -> Iterator[Page]:  # noqa: ANN401 - as above
    """The page of somebody else."""
    context = browser.new_context(base_url=base_url, storage_state=sponsor_state)
    yield context.new_page()
    context.close()


@pytest.fixture
def number(browser_world: World) -> str:
    """A posting of its own for each test."""
    return begin(browser_world.engine)


@pytest.fixture
def editor(page: Page, number: str) -> Page:
    """Its editor, with its scripts at work."""
    page.set_viewport_size(WIDE)
    page.goto(f"/sponsor/trials/{number}/criteria?lang=en")
    page.wait_for_load_state("networkidle")
    return page


def lit(page: Page) -> set[str]:
    """The numbers of what is marked, in the text and among the rules."""
    return set(page.locator(".lit").evaluate_all("found => found.map(each => each.dataset.of)"))


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def settled(page: Page) -> None:
    """Once an answer has come and is put in, the bar carries the newest base."""
    page.wait_for_function(SETTLED)


def bare(page: Page) -> None:
    assert faults(page) == ""


# ---------------------------------------------------------------- linked both ways
def test_pointing_at_a_rule_marks_its_words_in_the_text(editor: Page) -> None:
    editor.locator(f"#criterion-{HBA1C} .rule").hover()
    assert lit(editor) == {str(HBA1C)}
    expect(editor.locator(f"#source-{HBA1C}")).to_have_class("lit")


def test_pointing_at_the_words_marks_the_rule(editor: Page) -> None:
    editor.locator(f"#source-{DIABETIC}").hover()
    assert "lit" in (editor.locator(f"#criterion-{DIABETIC}").get_attribute("class") or "")


def test_focus_marks_as_pointing_does(editor: Page) -> None:
    editor.locator(f"#source-{DIARY}").focus()
    assert lit(editor) == {str(DIARY)}
    editor.locator(f"#ask-{AGE}").focus()
    assert lit(editor) == {str(AGE)}


def test_pointing_elsewhere_marks_nothing(editor: Page) -> None:
    editor.locator(f"#source-{DIARY}").hover()
    editor.locator("h1").hover()
    assert lit(editor) == set()


def test_a_link_leads_to_the_other_side(editor: Page) -> None:
    go(editor.locator(f"#criterion-{HBA1C}").get_by_role("link", name="In the text"))
    assert editor.url.endswith(f"#source-{HBA1C}")
    go(editor.locator(f"#source-{HBA1C}"))
    assert editor.url.endswith(f"#criterion-{HBA1C}")


# ---------------------------------------------------------------- deciding
def test_a_decision_changes_its_card_and_the_progress_at_once(
    editor: Page, browser_world: World, number: str
) -> None:
    editor.locator(f"#accepted-{AGE}").click()
    expect(editor.locator(f"#criterion-{AGE}")).to_contain_text("Accepted")
    expect(editor.locator(".how-far")).to_contain_text("Decided: 1 of")
    assert standings(browser_world.engine, number)[AGE] == "accepted"


def test_decisions_in_quick_succession_are_all_kept(
    editor: Page, browser_world: World, number: str
) -> None:
    editor.evaluate(
        f"""for (const id of ["accepted-{AGE}", "site-{DIABETIC}", "ask-{HBA1C}"])
              document.getElementById(id).click()"""
    )
    expect(editor.locator(".how-far")).to_contain_text("Decided: 3 of")
    found = standings(browser_world.engine, number)
    assert (found[AGE], found[DIABETIC], found[HBA1C]) == ("accepted", "site", "ask")


def test_a_removed_criterion_comes_back_by_undo(editor: Page) -> None:
    editor.locator(f"#remove-{AGE}").click()
    expect(editor.locator(f"#criterion-{AGE}")).to_contain_text("is removed")
    editor.get_by_role("button", name="Undo").click()
    expect(editor.locator(f"#criterion-{AGE} .rule")).to_be_visible()


def test_every_change_asks_for_the_number_of_people_again(editor: Page) -> None:
    with editor.expect_request("**/people"):
        editor.locator(f"#ask-{AGE}").click()


def test_two_people_do_not_overwrite_each_other(
    editor: Page, other: Page, browser_world: World, number: str
) -> None:
    other.goto(f"/sponsor/trials/{number}/criteria?lang=en")
    other.locator(f"#site-{DIABETIC}").click()
    expect(other.locator(f"#criterion-{DIABETIC}")).to_contain_text("The site judges")
    editor.locator(f"#accepted-{AGE}").click()
    expect(editor.get_by_role("heading", level=1)).to_have_text("This was changed in the meantime")
    bare(editor)
    editor.get_by_role("button", name="Do mine on top of it").click()
    editor.wait_for_url("**/criteria#*")
    found = standings(browser_world.engine, number)
    assert (found[AGE], found[DIABETIC]) == ("accepted", "site")


def test_whoever_was_signed_out_is_asked_to_sign_in(editor: Page) -> None:
    settled(editor)  # an answer that is still to come would bring the cookie back
    editor.context.clear_cookies()
    editor.locator(f"#accepted-{AGE}").click()
    expect(editor.locator(".rule-card")).to_have_count(0)


# ---------------------------------------------------------------- by keyboard
def test_keys_walk_decide_and_undo(editor: Page, browser_world: World, number: str) -> None:
    for _ in range(AGE):
        editor.keyboard.press("j")
    assert focused(editor) == f"criterion-{AGE}"
    editor.keyboard.press("a")
    expect(editor.locator(f"#criterion-{AGE}")).to_contain_text("Accepted")
    assert focused(editor) == f"criterion-{AGE}"
    editor.keyboard.press("j")
    editor.keyboard.press("q")
    expect(editor.locator(f"#criterion-{DIABETIC}")).to_contain_text("The person is asked")
    editor.keyboard.press("j")
    editor.keyboard.press("s")
    expect(editor.locator(f"#criterion-{HBA1C}")).to_contain_text("The site judges")
    editor.keyboard.press("k")
    assert focused(editor) == f"criterion-{DIABETIC}"
    settled(editor)
    with editor.expect_navigation():
        editor.keyboard.press("u")
    expect(editor.locator(".how-far")).to_contain_text("Decided: 2 of")
    found = standings(browser_world.engine, number)
    assert (found[AGE], found[DIABETIC], found[HBA1C]) == ("accepted", "ask", "read")


def test_undo_waits_for_the_decision_before_it(
    editor: Page, browser_world: World, number: str
) -> None:
    for _ in range(AGE):
        editor.keyboard.press("j")
    editor.keyboard.press("a")
    expect(editor.locator(f"#criterion-{AGE}")).to_contain_text("Accepted")
    settled(editor)

    def slowly(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    editor.route("**/standing", slowly)
    editor.keyboard.press("j")
    with editor.expect_navigation():
        editor.keyboard.press("q")
        editor.keyboard.press("u")
    expect(editor.locator(".how-far")).to_contain_text("Decided: 1 of")
    found = standings(browser_world.engine, number)
    assert (found[AGE], found[DIABETIC]) == ("accepted", "read")


def test_e_opens_the_small_editor(editor: Page, number: str) -> None:
    editor.keyboard.press("j")
    editor.keyboard.press("e")
    editor.wait_for_url(f"**/sponsor/trials/{number}/criteria/{FIELDS}/rule")


def test_the_keys_are_shown(editor: Page) -> None:
    editor.keyboard.press("?")
    expect(editor.locator("#key-help li").first).to_be_visible()


def test_keys_can_be_turned_off(editor: Page) -> None:
    toggle(editor.get_by_role("button", name="Turn off"))
    editor.locator(f"#criterion-{AGE}").focus()
    editor.keyboard.press("a")
    settled(editor)
    expect(editor.locator(".how-far")).to_contain_text("Decided: 0 of")


def test_keys_are_left_alone_while_somebody_types(page: Page, number: str) -> None:
    page.goto(f"/sponsor/trials/{number}/criteria/text?lang=en")
    page.locator("#criteria").focus()
    page.keyboard.type("aqseu?")
    assert "aqseu?" in page.locator("#criteria").input_value()


# ---------------------------------------------------------------- for everybody
def test_everything_works_without_javascript(
    browser: Browser,
    base_url: str,
    browser_world: World,
    number: str,
    sponsor_state: Any,  # noqa: ANN401 - Playwright's own shape
) -> None:
    context = browser.new_context(
        base_url=base_url, java_script_enabled=False, storage_state=sponsor_state
    )
    page = context.new_page()
    page.goto(f"/sponsor/trials/{number}/criteria?lang=en")
    go(page.locator(f"#accepted-{AGE}"))
    assert page.url.endswith(f"#criterion-{AGE}")
    go(page.locator(f"#remove-{DIABETIC}"))
    go(page.get_by_role("button", name="Undo"))
    go(page.get_by_role("button", name="that were read whole"))
    go(page.get_by_role("link", name="Change the text"))
    page.locator("#criteria").fill("Inclusion Criteria:\n\n* Age 18 to 75 years\n* Asthma")
    go(page.get_by_role("button", name="See what changes"))
    page.get_by_role("button", name="Save this text").click()
    expect(page.locator("#rules")).to_contain_text("Asthma")
    go(page.get_by_role("link", name="History"))
    page.get_by_role("link", name="What changed").first.click()
    expect(page.locator("#compared")).to_contain_text("Asthma")
    go(page.get_by_role("button", name="Restore").last)
    assert standings(browser_world.engine, number)[DIABETIC] == "read"
    context.close()


@pytest.fixture
def decided(page: Page, browser_world: World) -> str:
    """A posting with a little of everything, about which something has been decided."""
    number = begin(browser_world.engine, replace(DRAFT, title="A trial to look at"), by_hand())
    page.goto(f"/sponsor/trials/{number}/criteria")
    for button in (f"#site-{AGE}", f"#ask-{DIARY}"):
        toggle(page.locator(button))
        settled(page)
    expect(page.locator(f"#criterion-{DIARY}.asked")).to_be_visible()
    assert newest(browser_world.engine, number)[0] == 3
    return number


@SIZES
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["criteria?", "criteria/text?", "history?from=1&to=3&"])
def test_every_page_is_clean(
    page: Page, decided: str, part: str, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    witness = Witness(page.context)
    page.goto(f"/sponsor/trials/{decided}/{part}lang={language}")
    settled(page)
    bare(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert witness.complaints == []


@SIZES
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_preview_and_its_errors_are_clean(
    page: Page, number: str, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.goto(f"/sponsor/trials/{number}/criteria/text?lang={language}")
    page.locator("#criteria").fill("Inclusion Criteria:\n\n* Asthma")
    page.locator('button[value="preview"]').click()
    expect(page.locator('button[value="save"]')).to_be_visible()
    bare(page)
    page.locator("#criteria").fill("Inclusion Criteria:\n\n" + "* Gout\n" * 1_001)
    page.locator('button[value="preview"]').click()
    expect(page.locator("#problems")).to_be_visible()
    bare(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
