"""How long an answer takes tells nobody who takes part."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Engine

from recruit.consent import notices
from recruit.core.db import unit_of_work
from recruit.people.contact_points import ContactPoint
from recruit.people.vault import Item, Vault
from recruit.web import draft
from recruit.web.draft import Draft
from tests.functional.web.timing import Ask, told_apart
from tests.joining import Place, place

KNOWN = 1_200  # more than are asked for: no address reaches its five codes an hour


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    made = place(tmp_path, sqlite_engine)
    with unit_of_work(sqlite_engine) as database:
        people = {f"P-{n:08}": {Item.EMAIL: f"known{n}@example.org"} for n in range(KNOWN)}
        Vault(made.keyring).keep(database, people)
    return made


def prepared(here: Place, address: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Cookie and form of visitors at the last step, each with an address of their own."""
    seal = here.app.session_interface.get_signing_serializer(here.app)  # type: ignore[attr-defined]
    notice = notices.current("en").digest
    for number in range(KNOWN):
        contact = ContactPoint(Item.EMAIL, address.format(number))
        said = Draft("direct", date(1975, 3, 27), contact)
        with here.app.test_request_context():
            draft.keep(said)
            form = {"csrf_token": generate_csrf(), "mark": said.mark, "notice": notice}
            yield seal.dumps(dict(session)), {**form, "choice": "matching"}


def asking(here: Place, address: str) -> Ask:
    client, visitors = here.app.test_client(), iter(list(prepared(here, address)))

    def ask() -> None:
        cookie, form = next(visitors)
        client.set_cookie("session", cookie)
        assert client.post("/join/step/choices", data=form).status_code == 302

    return ask


def test_2000_answers_do_not_tell_known_addresses_from_others(here: Place) -> None:
    known, unknown = asking(here, "known{}@example.org"), asking(here, "other{}@example.org")
    apart, rounds = told_apart(known, unknown)
    assert not apart, rounds
