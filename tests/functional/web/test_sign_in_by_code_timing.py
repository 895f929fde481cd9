"""How long an answer takes tells nobody which addresses are known."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from recruit.core.db import unit_of_work
from recruit.people.vault import Item, Vault
from tests.functional.web.timing import Ask, told_apart
from tests.joining import place
from tests.web_world import csrf, empty_database

PLAIN = "{}@example.org"
STRANGE = "..{}@nowhere"  # as a community may have had them; what a form takes longer to look at
KNOWN = 1_200  # more than are asked for: no address reaches its five codes an hour


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    engine = empty_database(tmp_path)
    made = place(tmp_path, engine)
    with unit_of_work(engine) as session:
        for first, kind in ((0, PLAIN), (KNOWN, STRANGE)):
            known = [{Item.EMAIL: f"known{kind}".format(n)} for n in range(KNOWN)]
            people = {f"P-{n:08}": own for n, own in enumerate(known, start=first)}
            Vault(made.keyring).keep(session, people)
    yield made.app.test_client()
    engine.dispose()


def asking(client: FlaskClient, address: str) -> Ask:
    """Asks with another address each time: `address` with a number in it."""
    token, numbers = csrf(client, "/me/sign-in"), count()

    def ask() -> None:
        sent = {"csrf_token": token, "contact": address.format(next(numbers))}
        assert client.post("/me/sign-in", data=sent).status_code == 302

    return ask


@pytest.mark.parametrize("kind", [PLAIN, STRANGE])
def test_2000_answers_do_not_tell_known_addresses_from_others(
    client: FlaskClient, kind: str
) -> None:
    known, other = asking(client, f"known{kind}"), asking(client, f"other{kind}")
    apart, rounds = told_apart(known, other)
    assert not apart, rounds
