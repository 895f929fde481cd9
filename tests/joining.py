"""Somebody who joins, for tests: page by page as a browser does it, reading the messages sent."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from recruit.consent.choices import Channel
from recruit.consent.tables import CONSENT
from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.crypto import Keyring
from recruit.core.db import reading
from recruit.core.keys import read_secrets
from recruit.notify.letter import Letter, Outcome
from recruit.notify.post import deliver
from recruit.people.account_tables import Account
from recruit.people.tables import PARTICIPANT
from recruit.people.vault_tables import ITEM
from tests.web_world import pages

BORN = ("27", "3", "1975")
EMAIL = "ada@example.org"
MOBILE = "06 39 98 12 34"
CODE: Final = re.compile(r"(?<=\s)\d{6}(?![\w-])")
"""A code stands after a space: six digits within a link's random letters are none."""


@dataclass
class Postman:
    """Takes every letter and keeps it."""

    letters: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> Outcome:
        self.letters.append(letter)
        return Outcome.SENT


def post_of(engine: Engine, keyring: Keyring) -> list[Letter]:
    """The letters that are due now, handed over; each is seen once."""
    postman = Postman()
    carriers = {Channel.EMAIL: postman, Channel.SMS: postman}
    deliver(engine, keyring, carriers, now() + timedelta(seconds=1))
    return postman.letters


def code_in(letter: Letter) -> str:
    """The six digits in a letter."""
    found = CODE.search(letter.text)
    assert found, letter.text
    return found[0]


@dataclass(frozen=True)
class Joiner:
    """A browser on its way to joining."""

    client: FlaskClient

    def hidden(self, path: str, name: str) -> str:
        """A hidden field of the first form on a page that has it."""
        return self.look(path, name)[name]

    def look(self, path: str, *names: str) -> dict[str, str]:
        """Several such fields, in one look at a page."""
        page = self.client.get(path).text
        found = {name: re.findall(rf'name="{name}" value="([^"]+)"', page) for name in names}
        assert all(found.values()), (path, found)
        return {name: values[0] for name, values in found.items()}

    def send(self, path: str, page: str | None = None, /, **fields: object) -> TestResponse:
        """Post to `path` the form that stands on `page`."""
        token = self.hidden(page or path, "csrf_token")
        return self.client.post(path, data={"csrf_token": token, **fields})

    def begin(self, path: str = "/join") -> TestResponse:
        return self.send(path)

    def say_born(self, day: str, month: str, year: str) -> TestResponse:
        step = "/join/step/birth-date"
        return self.send(step, born_day=day, born_month=month, born_year=year)

    def say_contact(self, contact: str) -> TestResponse:
        return self.send("/join/step/contact", contact=contact)

    def choose(self, *choices: str, address: str = "", helper: str = "") -> TestResponse:
        step = "/join/step/choices"
        shown = self.look(step, "csrf_token", "mark", "notice")
        said = {"choice": list(choices), "address": address, "helper": helper}
        return self.client.post(step, data={**shown, **said})

    def start(self, contact: str = EMAIL, start: str = "/join") -> None:
        """All steps up to the choices."""
        self.begin(start)
        self.say_born(*BORN)
        self.say_contact(contact)

    def ask(
        self,
        contact: str = EMAIL,
        choices: tuple[str, ...] = ("matching", "contact/email"),
        start: str = "/join",
    ) -> str:
        """All steps up to the code; the address of its page."""
        self.start(contact, start)
        asked = self.choose(*choices)
        assert asked.status_code == 302, asked.text
        return str(asked.headers["Location"])

    def show(self, page: str, code: str) -> TestResponse:
        return self.send(page, code=code)


@dataclass(frozen=True)
class Place:
    """A service that somebody may join, and its post."""

    app: Flask
    engine: Engine
    keyring: Keyring

    def joiner(self, language: str = "en") -> Joiner:
        """A browser that has never been here, in `language`."""
        client = self.app.test_client()
        client.get(f"/join?lang={language}")
        return Joiner(client)

    def post(self) -> list[Letter]:
        """The letters that have become due."""
        return post_of(self.engine, self.keyring)

    def joined(
        self, contact: str = EMAIL, choices: tuple[str, ...] = ("matching", "contact/email")
    ) -> Joiner:
        """Somebody who has just joined, signed in; their letters have been delivered."""
        joiner = self.joiner()
        page = joiner.ask(contact, choices)
        assert joiner.show(page, code_in(self.post()[0])).status_code == 302
        self.post()
        return joiner


def place(folder: Path, engine: Engine) -> Place:
    """The pages over a database."""
    settings = Settings(data_folder=folder, base_url="http://127.0.0.1:8000")
    return Place(pages(settings, engine), engine, read_secrets(settings).vault)


def people(here: Place) -> list[str]:
    """Everybody who takes part, by pseudonym."""
    with reading(here.engine) as session:
        return list(session.execute(select(PARTICIPANT.c.pseudonym)).scalars())


def nothing_is_kept(here: Place) -> bool:
    """Whether no row of anybody is there."""
    tables = (PARTICIPANT, ITEM, CONSENT, Account.__table__)  # type: ignore[attr-defined]
    with reading(here.engine) as session:
        return not any(
            session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
        )


def problem(page: str, field: str) -> str:
    """What a page says is wrong with a field."""
    found = re.search(rf'id="{field}(?:-all)?-problem">([^<]+)', page)
    assert found, page
    return found[1]
