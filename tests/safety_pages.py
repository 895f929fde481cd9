"""The pages of possible adverse events, as somebody of the staff uses them."""

import re
from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import select

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import words
from recruit.actions.safety import noticing
from recruit.audit.tables import AUDIT
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.web.service import EXTENSION
from tests.web_world import (
    DIABETES,
    World,
    csrf,
)

SAID = "Depuis hier je vomis & j’ai <b>très</b> mal au ventre {{ 7 * 7 }}"


def person(world: World) -> str:
    with reading(world.engine) as session:
        found = session.get(MatchRow, world.matches["known"])
        assert found is not None
        return found.person


def flagged(world: World, text: str = SAID, *, at: datetime | None = None) -> int:
    """A message of a known person that was flagged; the number of its case."""
    keyring = world.app.extensions[EXTENSION].secrets.vault
    moment = at or now()
    with unit_of_work(world.engine) as session:
        number = words.hear(
            session,
            keyring,
            person=person(world),
            trial=DIABETES.id,
            channel=Channel.SMS,
            text=text,
            at=moment,
        )
        noticing.notice(session, number, text, moment)
        return noticing.of_words(session, [number])[number].number


def heard(world: World, text: str) -> int:
    """Another message of the same person, in no case; its number."""
    keyring = world.app.extensions[EXTENSION].secrets.vault
    with unit_of_work(world.engine) as session:
        return words.hear(
            session,
            keyring,
            person=person(world),
            trial=DIABETES.id,
            channel=Channel.EMAIL,
            text=text,
            at=now(),
        )


def edit(client: FlaskClient, number: int) -> str:
    found = re.search(r'name="edit" value="(\d+)"', client.get(f"/safety/{number}").text)
    assert found is not None
    return found[1]


def send(client: FlaskClient, address: str, number: int, **fields: object) -> tuple[int, str]:
    """Post a form of a case as it stands; the status and the page it leads to."""
    token = csrf(client, f"/safety/{number}")
    sent = {"csrf_token": token, "edit": edit(client, number), **fields}
    answer = client.post(f"/safety/{number}/{address}", data=sent, follow_redirects=True)
    return answer.status_code, answer.text


VALID: dict[str, object] = {
    "event": "mal au ventre, vomissements",
    "language": "fr",
    "onset_day": "",
    "onset_month": "10",
    "onset_year": "2025",
    "criteria": ["hospitalisation"],
    "outcome": "recovering",
    "narrative": "Seen by the site the same day.",
    "sex": "female",
    "age": "49",
    "source": "patient",
    "country": "fr",
    "kind": "study",
    "product": "Weekly tablet",
    "role": "suspect",
    "related": "not said",
}


def report(client: FlaskClient, number: int, **fields: object) -> tuple[int, str]:
    return send(client, "report", number, **{**VALID, **fields})


def tags(world: World) -> list[str]:
    with reading(world.engine) as session:
        return list(session.scalars(select(AUDIT.c.tag).order_by(AUDIT.c.sequence)))
