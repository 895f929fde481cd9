"""Two communities with different mappings, one pushing, one fetched from: what was promised."""

import hmac
import json
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, Table, func, select

from recruit.actions import communities as deeds
from recruit.actions import hearing, tenants
from recruit.actions.people import Import
from recruit.actions.person import withdraw
from recruit.actions.pulling import Puller
from recruit.actions.pushing import take_people
from recruit.actions.telling import tell_communities
from recruit.audit.tables import AUDIT
from recruit.consent import ledger
from recruit.consent.choices import Purpose
from recruit.consent.ledger import Actor, Role
from recruit.consent.permit import people_with
from recruit.consent.tables import CONSENT
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.fetching import Fetcher
from recruit.core.files import Record
from recruit.core.outbound import Poster
from recruit.people import store
from recruit.people.communities import hooks, inbound, pulls, register
from recruit.people.communities.pulls import Source
from recruit.people.tables import PARTICIPANT, VERSION
from recruit.terminology.lexicon import Lexicon
from tests.community_samples import FOLDER
from tests.community_server import CommunityServer, running
from tests.erasing import SECRETS
from tests.outreach import VOICE

PUSHING, FETCHED = "chronic-illness", "cancer"
SECONDS = 60
KEYS = SECRETS.vault


@pytest.fixture
def there() -> Iterator[CommunityServer]:
    with running() as answering:
        yield answering


def raw(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


def push(engine: Engine, lexicon: Lexicon) -> tuple[int, int]:
    """The whole community pushes; how many were new or changed, and how many unchanged."""
    with reading(engine) as session:
        mapping = register.mapping_of(session, PUSHING)
    report = take_people(
        engine,
        lexicon,
        [Record(str(number), each) for number, each in enumerate(raw(PUSHING))],
        of=Import(PUSHING, "key", mapping),
        secrets=SECRETS,
        voice=VOICE,
    )
    return report.new + report.changed, report.unchanged


def fetch(engine: Engine, lexicon: Lexicon) -> int:
    puller = Puller(engine, lexicon, SECRETS, VOICE, Fetcher(loopback=True))
    with unit_of_work(engine) as session:
        pulls.hurry(session, FETCHED)
    return puller.pull_due()


def rows(engine: Engine, *tables: Table) -> list[int]:
    with reading(engine) as session:
        return [session.execute(select(func.count()).select_from(t)).scalar_one() for t in tables]


def willing(engine: Engine, community: str, name: str) -> bool:
    with reading(engine) as session:
        person = store.pseudonyms(session, community, {name})[name]
        return person in people_with(session, Purpose.MATCHING, now())


def event(secret: str, person: str) -> hearing.Request:
    body = json.dumps({"id": "e-1", "type": "member.left", "person": person}).encode()
    seconds = int(now().timestamp())
    signed = hmac.new(secret.encode(), f"{seconds}.".encode() + body, "sha256").hexdigest()
    return hearing.Request(body, f"t={seconds},v1={signed}", "e-1", now())


def test_two_communities_with_mappings_of_their_own(
    engine: Engine, lexicon: Lexicon, there: CommunityServer
) -> None:
    for name in (PUSHING, FETCHED):
        deeds.add_community(engine, name=name, actor="test")
        text = (FOLDER / f"{name}.toml").read_text("utf-8")
        tenants.configure(engine, community=name, text=text, actor="test")
        with unit_of_work(engine) as session:
            hooks.set_hook(session, KEYS, name, f"{there.url}/{name}")
    people = raw(FETCHED)
    there.show("/people", people[:25], "/people?from=25", ETag='"1"')
    there.show("/people?from=25", people[25:])
    with unit_of_work(engine) as session:
        pulls.set_pull(session, KEYS, FETCHED, Source(f"{there.url}/people", 60))

    # Everybody comes in, each with a consent that is proved.
    assert push(engine, lexicon) == (60, 0)
    assert fetch(engine, lexicon) == 60
    with reading(engine) as session:
        assert ledger.verify(session) is None
        proved = {
            row.person: row.shown["notice_version"]
            for row in session.execute(select(CONSENT).where(CONSENT.c.purpose == "matching"))
        }
        everybody = set(session.scalars(select(PARTICIPANT.c.pseudonym)))
    assert set(proved) == everybody
    assert set(proved.values()) == {"2026-09"}

    # The same again changes nothing.
    before = rows(engine, PARTICIPANT, VERSION, CONSENT, AUDIT)
    assert push(engine, lexicon) == (0, 60)
    assert fetch(engine, lexicon) == 0
    assert rows(engine, PARTICIPANT, VERSION, CONSENT, AUDIT) == before

    # Their word stops us, ours stops them.
    for community, theirs, ours in (
        (PUSHING, "chronic-001", "chronic-002"),
        (FETCHED, "cancer-001", "cancer-002"),
    ):
        with unit_of_work(engine) as session:
            secret = inbound.listen(session, KEYS, community).secret
            who = store.pseudonyms(session, community, {ours})[ours]
        began = time.monotonic()
        said = hearing.hear(engine, KEYS, VOICE, community, event(secret, theirs))
        assert said is inbound.Outcome.DONE
        assert not willing(engine, community, theirs)
        there.heard.clear()
        withdraw(engine, VOICE, person=who, actor=Actor(who, Role.SELF), choice=None, method="x")
        assert not willing(engine, community, ours)
        assert tell_communities(engine, KEYS, Poster(loopback=True)) == 1
        [(_, body)] = there.heard  # and what they told us is not told back to them
        assert json.loads(body)["person"] == ours
        assert time.monotonic() - began < SECONDS

    # Neither comes back by the next push or run.
    assert push(engine, lexicon) == (0, 58)
    there.show("/people", people, ETag='"2"')
    assert fetch(engine, lexicon) == 0
    for community, name in ((PUSHING, "chronic-001"), (FETCHED, "cancer-002")):
        assert not willing(engine, community, name)
