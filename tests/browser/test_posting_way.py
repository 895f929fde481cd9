"""From a protocol's eligibility section to a published trial, and on: as two sponsors go it.

By mouse in English, by keyboard alone in French, in French on a small telephone. Every page on the
way is looked at by axe. The other three ways to begin are walked to their drafts.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import responses
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from sqlmodel import col, select

from recruit.actions.match_table import MatchRow, Superseded
from recruit.actions.matching import match_all
from recruit.core.clock import today
from recruit.core.db import reading
from tests.browser.conftest import NARROW, WIDE, Witness, running
from tests.browser.steps import SETTLED, Hand, Keys, Mouse, Walk
from tests.browser.test_pages import check
from tests.registry_records import studies
from tests.shared_data import folder
from tests.web_world import APPROVER, PASSWORD, SPONSOR, World, empty_database, fill, lexicon, world

TITLE = "A weekly tablet for type 2 diabetes"
CRITERIA = """Inclusion Criteria:

1. Age 18 to 75 years
2. Type 2 diabetes
3. HbA1c between 7.0 % and 10.5 %
4. BMI ≤ 40 kg/m²
5. Keeps a diary of every single breakfast

Exclusion Criteria:

- Pregnant or breastfeeding
"""
# What the ethics committee saw, in the words of the study's page.
WORDS = {
    "en": {
        "title": "A weekly tablet",
        "summary": "This study compares two tablets.",
        "happens": "You talk with the team. Then you take a tablet each week.",
        "visits": "There are six visits of one hour each.",
        "risks": "Some people felt sick. The team tells you more.",
        "unknown": "We do not know yet if the tablet works.",
        "pays": "The hospital pays. The way there is paid back.",
        "whom": "You can call the team: 01 99 00 12 34.",
    },
    "fr": {
        "title": "Un comprimé par semaine",
        "summary": "Cette étude compare deux comprimés.",
        "happens": "Vous parlez avec l’équipe. Puis vous prenez un comprimé par semaine.",
        "visits": "Il y a six visites d’une heure.",
        "risks": "Des gens ont eu mal au cœur. L’équipe vous en dit plus.",
        "unknown": "On ne sait pas encore si le comprimé est utile.",
        "pays": "L’hôpital paie. Le trajet est payé aussi.",
        "whom": "Vous pouvez appeler l’équipe : 01 99 00 12 34.",
    },
}
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WAYS = [("en", Mouse, WIDE), ("fr", Keys, WIDE), ("fr", Mouse, NARROW)]


@pytest.fixture
def own_world(tmp_path: Path) -> Iterator[World]:
    """A service of its own: what is published here is seen by no other test."""
    engine = empty_database(tmp_path)
    yield world(tmp_path, engine, fill(engine))
    engine.dispose()


@pytest.fixture
def address(own_world: World) -> Iterator[str]:
    """Where it is served."""
    with running(own_world.app) as served:
        yield served


def walk(page: Page, language: str, hand: Hand, witness: Witness, size: ViewportSize) -> Walk:
    """Somebody at a browser of this size."""
    page.set_viewport_size(size)
    page.set_default_timeout(10_000)
    page.emulate_media(reduced_motion="reduce")

    def look() -> None:
        # What is still being fetched is faded; the people's panel comes after the page.
        page.wait_for_function(SETTLED)
        check(page, witness, size)

    return Walk(page, hand, language, look)


def enter(way: Walk, address: str, email: str) -> None:
    way.page.goto(f"{address}/login?lang={way.language}")
    way.hand.write(way.page.locator("#email"), email)
    way.hand.write(way.page.locator("#password"), PASSWORD)
    way.go(way.page.locator("form:has(#password) button"))


def door(way: Walk, words: str) -> None:
    """Go where a link leads, whether it looks like a button or not."""
    called = re.compile(f"^\\s*{re.escape(way.said(words))}\\s*$")
    way.go(way.page.locator("main a").filter(has_text=called).first)


def correct(way: Walk, number: int, field: str, words: str) -> None:
    """Correct one bound of a criterion with the small editor."""
    way.go(way.page.locator(f"#criterion-{number} a[href$='/rule']"))
    way.hand.write(way.page.locator(f"#{field}"), words)
    with way.page.expect_navigation():
        way.hand.press(way.page.get_by_role("button", name=way.said("Save the criterion")))
    way.look()


def decide(way: Walk, number: int, words: str) -> None:
    """Decide about one criterion where it stands; the page is not loaded anew."""
    card = way.page.locator(f"#criterion-{number}")
    way.hand.press(card.get_by_role("button", name=re.compile(way.said(words))))
    expect(card.locator(".standing")).to_contain_text(way.said("The site judges"))


def stands(world: World, trial: str) -> list[tuple[str | None, bool]]:
    """The matches of a trial: why each ended, and whether it did."""
    with reading(world.engine) as session:
        rows = session.scalars(select(MatchRow).where(col(MatchRow.trial) == trial)).all()
    return sorted((row.reason or "", row.superseded_at is not None) for row in rows)


@pytest.mark.parametrize(
    ("language", "kind", "size"), WAYS, ids=["en-mouse-wide", "fr-keys-wide", "fr-mouse-320px"]
)
def test_a_trial_is_posted_approved_published_and_amended(  # noqa: PLR0913, PLR0917 - two people and a service
    browser: Browser,
    page: Page,
    witness: Witness,
    own_world: World,
    address: str,
    language: str,
    kind: type[Hand],
    size: ViewportSize,
    tmp_path: Path,
) -> None:
    hand = Keys(page) if kind is Keys else Mouse()
    way = walk(page, language, hand, witness, size)
    enter(way, address, SPONSOR)
    door(way, "Post a trial")
    hand.write(page.locator("#text_title"), TITLE)
    page.locator("#text").fill(CRITERIA)
    way.button("Read the text")
    posting = page.url.partition("?")[0].rpartition("/")[2]
    here = f"{address}/sponsor/trials/{posting}"

    door(way, "Look at the criteria")
    way.go(page.locator("[formaction$='/criteria/accept']"))
    correct(way, 1, "r-max", "80")
    correct(way, 3, "r-max", "11")
    correct(way, 4, "r-max", "45")
    decide(way, 5, "The site judges")
    way.look()

    way.come(f"{here}/details/design")
    hand.write(page.locator("#conditions"), "Type 2 diabetes")
    page.locator("#status").select_option("recruiting")
    way.button("Save and go on")
    way.come(f"{here}/sites")
    door(way, "Add a site")
    for field, words in (("name", "Hôpital Saint-Exemple"), ("postcode", "75012")):
        hand.write(page.locator(f"#{field}"), words)
    page.locator("#country").select_option("FR")
    page.locator("#status").select_option("recruiting")
    way.button("Save the site")

    other_page = browser.new_context().new_page()
    other = walk(other_page, language, Mouse(), Witness(other_page.context), size)
    enter(other, address, APPROVER)
    approve_words(way, other, here, tmp_path)
    publish(way, other, here)

    way.come(f"{address}/studies/{posting}")
    expect(page.locator("main")).to_contain_text(WORDS[language]["visits"])
    match_all(own_world.engine, lexicon(), on=today(), actor="test", trial=posting)
    assert stands(own_world, posting) == [("", False)] * 4

    way.come(f"{here}/criteria")
    correct(way, 1, "r-max", "45")
    publish(way, other, here)
    assert stands(own_world, posting) == [(Superseded.TRIAL_AMENDED.value, True)] * 4
    other_page.context.close()
    assert getattr(hand, "faults", []) == []


def approve_words(way: Walk, other: Walk, here: str, folder: Path) -> None:
    """The page's text: written, filed with the committee's decision, approved by the other."""
    page, hand = way.page, way.hand
    way.come(f"{here}/materials/page/{way.language}/FR")
    for part, words in WORDS[way.language].items():
        hand.write(page.locator(f"#{part}"), words)
    way.button("Save draft")
    way.come(f"{here}/materials/decisions?country=FR")
    hand.write(page.locator("#committee"), "CPP Exemple I")
    hand.write(page.locator("#reference"), "2026-A001")
    for name, days in (("decided", -9), ("expires", 900)):
        day = today() + timedelta(days=days)
        for part, number in (("", day.day), ("-month", day.month), ("-year", day.year)):
            hand.write(page.locator(f"#{name}{part}"), str(number))
    document = folder / "decision.pdf"
    document.write_bytes(PDF)
    page.locator("input[type=file]").set_input_files(document)
    way.button("File the decision")
    way.come(f"{here}/materials/page/{way.language}/FR/submit")
    hand.tick(page.locator("input[name=decision]").first)
    way.button("Submit for approval")
    other.come(f"{here}/materials/page/{way.language}/FR/approval")
    other.button("Approve this text")


def publish(way: Walk, other: Walk, here: str) -> None:
    """Submitted by one, approved by the other; whoever submitted it is shown no way to approve."""
    way.come(f"{here}/publish")
    way.button("Submit for approval")
    way.come(f"{here}/approval")
    approval = way.page.get_by_role("button", name=way.said("Approve and publish"))
    expect(approval).to_have_count(0)
    other.come(f"{here}/approval")
    other.button("Approve and publish")


# ---------------------------------------------------------------- the other ways to begin
@pytest.fixture
def sponsor(page: Page, address: str) -> Page:
    """A sponsor before the four ways."""
    enter(Walk(page, Mouse(), "en", lambda: None), address, SPONSOR)
    page.goto(f"{address}/sponsor/trials/new")
    return page


def begun(page: Page) -> Locator:
    """What the page of a new posting says."""
    page.wait_for_url("**/sponsor/trials/S-**")
    return page.locator("main")


def test_a_trial_begins_by_its_registry_number(sponsor: Page) -> None:
    number, (section, draft) = next(iter(studies().items()))
    record = {"protocolSection": section}
    with responses.RequestsMock() as registry:
        registry.get(f"https://clinicaltrials.gov/api/v2/studies/{number}", json=record)
        sponsor.locator("#number").fill(number)
        sponsor.get_by_role("button", name="Fetch and read it").click()
        expect(begun(sponsor)).to_contain_text(draft.title)


@pytest.mark.parametrize("kind", ["CTML", "a registry's record"])
def test_a_trial_begins_by_upload(sponsor: Page, kind: str, tmp_path: Path) -> None:
    file, says = folder("ctml") / "11-111.json", "11-111"
    if kind != "CTML":
        says, (section, _) = next(iter(studies().items()))
        file = tmp_path / "study.json"
        file.write_text(json.dumps({"protocolSection": section}))
    sponsor.locator("input[type=file]").set_input_files(file)
    sponsor.get_by_role("button", name="Upload and read it").click()
    expect(begun(sponsor)).to_contain_text(says)


def test_a_trial_begins_with_an_empty_form(sponsor: Page) -> None:
    sponsor.locator("#form_title").fill(TITLE)
    sponsor.get_by_role("button", name="Start the form").click()
    expect(begun(sponsor)).to_contain_text(TITLE)
