"""A participant with a space of their own, and who acts for them, in a service of one test."""

import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from recruit.actions.invitations import Guardianship, Invitation, record_guardian
from recruit.actions.match_table import MatchRow
from recruit.core.clock import now, today
from recruit.core.dates import PartialDate
from recruit.core.db import reading, unit_of_work
from recruit.matching.reference import explain
from recruit.notify.letter import Letter
from recruit.people import store
from recruit.people.contact_points import ContactPoint
from recruit.people.facts import ClinicalFact, Home, MeasureFact, Profile, Source
from recruit.people.representatives import Representation
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item
from recruit.terminology.concepts import Kind
from recruit.trials import store as trials
from tests.joining import EMAIL, Joiner, Place, code_in
from tests.web_world import DIABETES, lexicon

RELATIVE = "dominique@example.org"
LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Own:
    """Somebody who has joined, signed in in a browser."""

    place: Place
    browser: Joiner
    person: str

    @property
    def client(self) -> FlaskClient:
        return self.browser.client

    def page(self, path: str) -> str:
        """The text of a page that is shown."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def send(self, path: str, page: str | None = None, /, **fields: object) -> TestResponse:
        return self.browser.send(path, page, **fields)

    def tell(self) -> None:
        """Tell a few facts, and be found for a study."""
        profile = Profile(
            person=self.person,
            born=PartialDate.parse("1975-03"),
            sex="female",
            home=Home("FR", "75012", 48.85, 2.35),
            facts=(
                ClinicalFact(
                    Kind.CONDITION,
                    "diabète de type 2",
                    ("MESH:D003924",),
                    began=PartialDate.parse("2015"),
                ),
                ClinicalFact(Kind.DRUG, "metformine", ("ATC:A10BA02",)),
                MeasureFact(
                    "hba1c", 7.8, PartialDate.parse("2026-10-01"), text="HbA1c", source=Source.OWN
                ),
            ),
        )
        with unit_of_work(self.place.engine) as session:
            trials.save(session, DIABETES, lexicon())
            store.save(session, [profile])
            number = next(each[1] for each in store.current(session, {self.person}))
            eligibility = trials.get(session, DIABETES.id).eligibility
            judged = explain(eligibility, profile, lexicon(), today()).judgement
            session.add(
                MatchRow(
                    trial=DIABETES.id,
                    trial_version=1,
                    person=self.person,
                    profile_version=number,
                    rules="reference",
                    verdict=judged.verdict,
                    score=1.0,
                    truths=[truth.name.lower() for truth in judged.truths],
                    made_at=now(),
                )
            )

    def invite(self, powers: str = "act", contact: str = RELATIVE) -> Letter:
        """Ask somebody to act; the letter that they get."""
        page = "/me/representatives"
        asked = self.send(page, page, contact=contact, label="Camille", powers=powers)
        assert asked.status_code == 302, asked.text
        return self.place.post()[0]


def own(place: Place, contact: str = EMAIL) -> Own:
    """Somebody who has just joined."""
    with reading(place.engine) as session:
        before = set(session.execute(select(PARTICIPANT.c.pseudonym)).scalars())
    browser = place.joined(contact)
    with reading(place.engine) as session:
        [person] = set(session.execute(select(PARTICIPANT.c.pseudonym)).scalars()) - before
    return Own(place, browser, person)


def path_in(letter: Letter) -> str:
    """The path of the first link in a letter."""
    found = LINK.search(letter.text)
    assert found, letter.text
    return "/" + found[0].split("/", 3)[3].rstrip(".")


def accepts(place: Place, letter: Letter, name: str = "Dominique Exemple") -> Joiner:
    """A browser in which somebody has accepted the invitation of a letter."""
    browser = place.joiner()
    path = path_in(letter)
    answer = browser.send(path, path, name=name, code=code_in(letter))
    assert answer.status_code == 302, answer.text
    return browser


def relative(who: Own, powers: str = "act", contact: str = RELATIVE) -> Joiner:
    """A relative who was invited, has accepted, was confirmed, and acts for the person now."""
    browser = accepts(who.place, who.invite(powers, contact))
    page = "/me/representatives"
    link = links_on(who.page(page), "confirm")[0]
    assert who.send(f"{page}/{link}/confirm", page).status_code == 302
    assert browser.send("/me/for", "/me/for", link=link).status_code == 302
    return browser


def links_on(page: str, deed: str) -> list[str]:
    """The links that a page lets one confirm, allow or end."""
    return re.findall(rf"/me/representatives/(L-[0-9A-Z]+)/{deed}", page)


def guardian(who: Own, contact: str = RELATIVE) -> Joiner:
    """A guardian whom staff has recorded, and who acts for the person now."""
    made = recorded(who, contact)
    [letter] = who.place.post()
    browser = accepts(who.place, letter)
    assert browser.send("/me/for", "/me/for", link=made.id).status_code == 302
    return browser


def recorded(who: Own, contact: str = RELATIVE) -> Representation:
    """A guardian whom staff has recorded, not yet asked."""
    return record_guardian(
        who.place.engine,
        who.place.keyring,
        person=who.person,
        invitation=Invitation(ContactPoint(Item.EMAIL, contact), "Camille", "en"),
        guardianship=Guardianship("TJ Paris 26/01234"),
        links=lambda token: f"http://127.0.0.1:8000/represent/{token}",
        actor="cli",
    )
