"""The page of every registry study of the measuring data shows what its record says.

The record is read by plain look-ups, the page as a browser gives its text.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from flask.testing import FlaskClient

from recruit.core.db import connect, unit_of_work
from recruit.criteria.eligibility import Eligibility
from recruit.trials import store
from tests.registry_records import at, country, studies, text
from tests.web_world import DATABASE, world

STATES = {
    "RECRUITING": "Looks for people now",
    "NOT_YET_RECRUITING": "Will look for people soon",
    "ENROLLING_BY_INVITATION": "Only people who are invited can join",
    "ACTIVE_NOT_RECRUITING": "Goes on, but looks for no more people",
    "SUSPENDED": "Paused",
    "COMPLETED": "Finished",
    "TERMINATED": "Stopped early",
    "WITHDRAWN": "Will not take place",
    "UNKNOWN": "It is not known if this study looks for people",
}
NOT_OPEN = "– does not look for people at the moment"


class Page(HTMLParser):
    """The texts of a page by the elements they stand in, white space as a browser shows it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, list[str]] = {}
        self._open: list[tuple[str, list[str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag in {"h1", "dt", "dd", "p", "li", "div", "span"}:
            name = f"{tag}.{(known.get('class') or '').split(' ')[0]}".rstrip(".")
            self._open.append((name, []))
        if tag == "a" and known.get("rel") == "external noreferrer":
            self.found.setdefault("link", []).append(known.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0].partition(".")[0] == tag:
            name, parts = self._open.pop()
            whole = "".join(parts)
            self.found.setdefault(name, []).append(whole)
            if self._open:
                self._open[-1][1].append(whole)

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1][1].append(data)

    def texts(self, name: str) -> list[str]:
        return [squeezed(each) for each in self.found.get(name, [])]

    def facts(self) -> dict[str, str]:
        return dict(zip(self.texts("dt"), self.texts("dd"), strict=False))


def squeezed(words: str) -> str:
    return " ".join(words.split())


@pytest.fixture(scope="module")
def reader(blank_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Somebody who reads a service that holds every study."""
    folder = tmp_path_factory.mktemp("records")
    shutil.copy(blank_file, folder / DATABASE)
    engine = connect(f"sqlite:///{folder / DATABASE}")
    with unit_of_work(engine) as session:
        for number, (_, draft) in sorted(studies().items()):
            store.publish(session, draft, Eligibility(number, ()))
    yield world(folder, engine, {}).app.test_client()
    engine.dispose()


def pages(reader: FlaskClient) -> Iterator[tuple[dict[str, Any], Page]]:
    for number, (study, _) in studies().items():
        answer = reader.get(f"/studies/{number}?lang=en")
        assert answer.status_code == 200, number
        yield study, Page(answer.text)


def test_every_page_shows_what_its_record_says(reader: FlaskClient) -> None:
    for study, page in pages(reader):
        names = study["identificationModule"]
        assert page.texts("h1") == [squeezed(names["briefTitle"])]
        assert page.texts("span.state") == [STATES[study["statusModule"]["overallStatus"]]]
        assert page.texts("div.original") == [
            squeezed(study["eligibilityModule"]["eligibilityCriteria"])
        ]
        assert page.found["link"] == [f"https://clinicaltrials.gov/study/{names['nctId']}"]
        summary = squeezed(text(study, "descriptionModule", "briefSummary"))
        assert squeezed(" ".join(page.texts("p"))).count(summary) == 1
        compare_facts(study, page)
        compare_sites(study, page)


def compare_facts(study: dict[str, Any], page: Page) -> None:
    facts = page.facts()
    conditions = [squeezed(each) for each in study["conditionsModule"]["conditions"]]
    given = at(study, "armsInterventionsModule", "interventions") or []
    interventions = list(dict.fromkeys(squeezed(text(each, "name")) for each in given))
    assert facts.get("It is about") == ", ".join(dict.fromkeys(conditions))
    assert facts.get("It tests", "") == ", ".join(interventions)
    locations = at(study, "contactsLocationsModule", "locations") or []
    codes = dict.fromkeys(country(each["country"]) for each in locations)
    named = [Locale("en").territories[code] for code in codes]
    assert facts.get("Countries", "") == ", ".join(named)


def compare_sites(study: dict[str, Any], page: Page) -> None:
    """Each site once, by its name and its place; those that are closed say so."""
    overall = study["statusModule"]["overallStatus"]
    locations = at(study, "contactsLocationsModule", "locations") or []
    wanted: Counter[tuple[str, bool]] = Counter()
    for each in locations:
        place = " ".join(filter(None, (text(each, "zip"), text(each, "city"))))
        name = text(each, "facility") or "Study centre"
        is_open = each.get("status", overall) == "RECRUITING"
        wanted[squeezed(f"{name}, {place}"), is_open] += 1
    shown: Counter[tuple[str, bool]] = Counter()
    for line in page.texts("li"):
        name, closed, _ = line.partition(NOT_OPEN)
        shown[name.partition(" Whom to ask there")[0].strip(), not closed] += 1
    for site, times in wanted.items():
        assert shown[site] >= times, site
