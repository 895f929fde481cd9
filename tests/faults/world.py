"""Many people and one study, made in bulk, with a message for each of them in the outbox."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from secrets import token_hex
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select, text

from recruit.actions.outreach.windows import is_open
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.bulk import insert_all
from recruit.core.clock import now
from recruit.core.dates import PartialDate
from recruit.core.db import unit_of_work
from recruit.core.tokens import token
from recruit.notify.links import Purpose as LinkPurpose
from recruit.notify.links import digest_of
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_LINK, OUTBOX_STEP
from recruit.notify.stages import State, Wave
from recruit.people import store as people
from recruit.people.facts import ClinicalFact, Home, Profile
from recruit.people.vault import Item
from recruit.people.zones import place
from recruit.terminology.concepts import Kind
from tests.outreach import OWN, PARIS, VAULT, Study, agreement

AT_ONCE = 1000
MARTINIQUE = Home("FR", "97200", 14.61, -61.06)
NEW_CALEDONIA = Home("FR", "98800", -22.27, 166.44)
HALF_AN_HOUR = timedelta(minutes=30)
SEEN = (Choice(Purpose.MATCHING), Choice(Purpose.CONTACT, Channel.EMAIL))


def where_it_is_day() -> Home:
    """Part of France where e-mails may be sent now and in half an hour: here no clock is set."""
    at = now()
    zone = ZoneInfo("Europe/Paris")
    for home in (PARIS, MARTINIQUE, NEW_CALEDONIA):
        there = place(home, zone)
        if is_open(Channel.EMAIL, there, at) and is_open(Channel.EMAIL, there, at + HALF_AN_HOUR):
            return home
    raise AssertionError


def crowd(engine: Engine, count: int, name: str = "p", home: Home = PARIS) -> list[str]:
    """So many people who agreed to be matched and to get e-mail; their pseudonyms."""
    made: list[str] = []
    names = (f"{name}{number}" for number in range(count))
    for some in _parts(names):
        with unit_of_work(engine) as session:
            people.know_community(session, "example")
            known = people.enrol(session, "example", some)
            profiles = [_profile(known[each], home) for each in some]
            people.save(session, profiles)
            VAULT.keep(session, {known[each]: _contact(each) for each in some})
            proof = agreement(*SEEN)
            ledger.grant(session, [(known[each], proof) for each in some], OWN)
        made += [known[each] for each in some]
    return made


def queue_all(
    engine: Engine, study: Study, persons: Sequence[str], state: State = State.QUEUED
) -> dict[str, str]:
    """A due invitation by e-mail for each; the token of a stop link for each person."""
    tokens: dict[str, str] = {}
    for some in _parts(iter(persons)):
        stop = {person: token() for person in some}
        with unit_of_work(engine) as session:
            insert_all(session, OUTBOX, [_row(study, person, state) for person in some])
            asked = select(OUTBOX.c.person, OUTBOX.c.id).where(
                OUTBOX.c.trial == study.trial, OUTBOX.c.person.in_(some)
            )
            numbers = {row.person: row.id for row in session.execute(asked)}
            steps = [
                {"message": number, "state": state.value, "fence": 0, "at": now()}
                for number in numbers.values()
            ]
            insert_all(session, OUTBOX_STEP, steps)
            links = [
                {
                    "digest": digest_of(stop[person]),
                    "message": number,
                    "purpose": LinkPurpose.STOP.value,
                    "made_at": now(),
                }
                for person, number in numbers.items()
            ]
            insert_all(session, OUTBOX_LINK, links)
        tokens |= stop
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    return tokens


def match_all(engine: Engine, study: Study, persons: Sequence[str]) -> None:
    """A standing match with the study for each."""
    from recruit.actions.erased import MATCH  # noqa: PLC0415 - the table of a mapped class

    for some in _parts(iter(persons)):
        rows = [
            {
                "trial": study.trial,
                "trial_version": 1,
                "person": person,
                "profile_version": 1,
                "rules": "test",
                "verdict": "eligible",
                "score": 0.5,
                "truths": [],
                "made_at": now(),
            }
            for person in some
        ]
        with unit_of_work(engine) as session:
            session.execute(MATCH.insert(), rows)


def _row(study: Study, person: str, state: State) -> dict[str, object]:
    at = now()
    return {
        "trial": study.trial,
        "posting": study.posting,
        "person": person,
        "wave": Wave.INVITATION.value,
        "channel": Channel.EMAIL.value,
        "language": "fr",
        "country": "FR",
        "state": state.value,
        "due_at": at,
        "not_after": at + timedelta(days=30),
        "tries": 0,
        "fence": 0,
        "reference": token_hex(16),
        "approved_by": "account 5",
        "approved_at": at,
        "changed_at": at,
    }


def _profile(person: str, home: Home) -> Profile:
    return Profile(
        person=person,
        born=PartialDate.parse("1975-03"),
        sex="female",
        home=home,
        facts=(ClinicalFact(Kind.CONDITION, "diabète de type 2", ("MESH:D003924",)),),
    )


def _contact(name: str) -> dict[Item, str]:
    return {
        Item.NAME: "Camille Exemple",
        Item.EMAIL: f"{name}@example.org",
        Item.BIRTH_DATE: "1975-03-15",
    }


def _parts(names: Iterator[str]) -> Iterator[list[str]]:
    while some := list(islice(names, AT_ONCE)):
        yield some
