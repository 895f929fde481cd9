"""Somebody who was written to about a study, and the links in that message."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine

from recruit.actions.confirming import Hand
from recruit.consent.choices import Channel
from recruit.core.clock import now, today
from recruit.core.config import Settings
from recruit.core.db import unit_of_work
from recruit.core.keys import Secrets
from recruit.notify import links
from recruit.notify.links import Purpose
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import Tongue
from recruit.trials.materials import content, decisions
from recruit.trials.materials import store as materials
from recruit.trials.materials.content import Part
from recruit.trials.materials.decisions import Filed
from recruit.trials.posting import store as postings
from tests.joining import Joiner, Place
from tests.outreach import OWN, REACHABLE, RING, Study, matched, queued, study, willing
from tests.publishing import COMMITTEE, WRITER
from tests.web_world import BASE_URL, pages

KEY = "a key for the tests of outreach, long enough"
SECRETS = Secrets(("a session key",), RING, "an erasure key")
SUGAR = replace(REACHABLE, sponsor="Example University")
PATHS = {Purpose.ANSWER: "i", Purpose.STOP: "u", Purpose.QUESTION: "q"}
PAGES: Mapping[Tongue, Mapping[Part, str]] = {
    "en": {
        Part.TITLE: "A small tablet against high sugar at night",
        Part.SUMMARY: "This study wants to find out if a tablet once a week keeps sugar steady.",
        Part.HAPPENS: "You talk with the team first, and a doctor looks at whether it is right "
        "for you.\n\nThen chance decides: half of the people get the tablet, the others get one "
        "without any drug in it.\n\nYou can stop at any time. You do not have to say why.",
        Part.VISITS: "There are six visits within six months. Each takes about one hour.\n\n"
        "You also keep a diary for one week in each month.",
        Part.RISKS: "Some people felt sick in the first days.\n\nLow sugar is rare. The team "
        "tells you what to look for.",
        Part.UNKNOWN: "We do not know yet if the tablet works at night, or how safe it is over "
        "years.\n\nIt may be of no use to you yourself.",
        Part.PAYS: "The study is paid for by Example University. The way there is paid back.",
        Part.WHOM: "You can ask the study team: 01 99 00 12 34.",
    },
    "fr": {
        Part.TITLE: "Un petit comprimé contre le sucre trop haut la nuit",
        Part.SUMMARY: "Cette étude cherche à savoir si un comprimé par semaine garde le sucre "
        "stable.",
        Part.HAPPENS: "Vous parlez d’abord avec l’équipe, et un médecin regarde si l’étude vous "
        "convient.\n\nEnsuite, le hasard décide : la moitié des personnes reçoit le comprimé, les "
        "autres en reçoivent un sans médicament.\n\nVous pouvez arrêter à tout moment, sans dire "
        "pourquoi.",
        Part.VISITS: "Il y a six visites en six mois. Chacune dure environ une heure.\n\nVous "
        "tenez aussi un carnet une semaine par mois.",
        Part.RISKS: "Certaines personnes ont eu mal au cœur les premiers jours.\n\nUn sucre trop "
        "bas est rare. L’équipe vous dit à quoi faire attention.",
        Part.UNKNOWN: "Nous ne savons pas encore si le comprimé agit la nuit, ni s’il est sûr au "
        "fil des années.\n\nIl ne vous sera peut-être pas utile à vous-même.",
        Part.PAYS: "L’étude est payée par Example University. Le trajet est remboursé.",
        Part.WHOM: "Vous pouvez demander à l’équipe de l’étude : 01 99 00 12 34.",
    },
}


@dataclass(frozen=True)
class Invited:
    """The pages, and one person with a message about one study."""

    app: Flask
    engine: Engine
    study: Study
    person: str
    message: int

    def link(self, purpose: Purpose = Purpose.ANSWER) -> str:
        """The path of a new link in the message."""
        with unit_of_work(self.engine) as session:
            token = links.mint(session, self.message, purpose, now())
        return f"/{PATHS[purpose]}/{token}"

    def browser(self, language: str = "en") -> Joiner:
        """A browser that has never been here, whose owner chose a language."""
        client = self.app.test_client()
        client.get(f"/?lang={language}")
        return Joiner(client)

    @property
    def place(self) -> Place:
        """The service with its post."""
        return Place(self.app, self.engine, RING)


def invited(
    folder: Path,
    engine: Engine,
    lexicon: Lexicon,
    *,
    channel: Channel = Channel.EMAIL,
    base_url: str = BASE_URL,
) -> Invited:
    """Somebody who is matched with a published study, and has a message about it queued."""
    here = study(engine, lexicon, SUGAR)
    for language in PAGES:
        publish_page(engine, here.posting, language)
    person = willing(engine)
    matched(engine, lexicon, here.trial, person)
    message = queued(engine, here, person, channel)
    settings = Settings(data_folder=folder, base_url=base_url, vault_keys=(KEY,))
    return Invited(pages(settings, engine), engine, here, person, message)


def hand(person: str) -> Hand:
    """Somebody who answers or stops for themselves."""
    return Hand(person, OWN, "account 7", "en", f"{BASE_URL}/me/consents")


def publish_page(engine: Engine, posting: str, language: Tongue) -> None:
    """Have the study's plain-language page approved for France."""
    place = content.Place(posting, content.Channel.PAGE, language)
    with unit_of_work(engine) as session:
        postings.held(session, posting, None)
        known = materials.draft(session, place)
        base = known.edit if known else 0
        drafted = materials.save(session, place, dict(PAGES[language]), base=base, author=WRITER)
        filed = Filed(
            country="FR",
            committee="CPP Exemple I",
            reference="2026-A00001-00",
            decided_on=today() - timedelta(days=1),
            expires_on=today() + timedelta(days=300),
            file="avis.pdf",
            document=b"%PDF-1.4\n%%EOF\n",
        )
        decision = decisions.add(session, posting, filed, author=WRITER)
        waits = materials.submit(
            session, drafted, decision=decision.number, signed=(), author=WRITER
        )
        materials.approve(session, waits, approver=COMMITTEE)
