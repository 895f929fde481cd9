"""What a community pushes to us about one of its own: that they take a consent back."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.candidates import Found
from recruit.actions.outreach import cancelling
from recruit.actions.outreach.withdrawing import settled
from recruit.actions.people import Import, ImportReport, import_people
from recruit.actions.visits import ending
from recruit.actions.visits.ending import Voice
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice
from recruit.consent.ledger import Actor, Entry, Role
from recruit.consent.state import YES, EventType, Standings
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound
from recruit.core.keys import Secrets
from recruit.notify.stages import Reason
from recruit.people import store
from recruit.people.intake.exchange import RELATIVE
from recruit.people.store import Change
from recruit.terminology.lexicon import Lexicon

METHOD: Final = "told to the community"
RELATIVE_ACCOUNT: Final = "account of a relative"


def withdraw_pushed(  # noqa: PLR0913 - who takes back what of whom, by name
    engine: Engine,
    voice: Voice,
    *,
    community: str,
    name: str,
    choices: Sequence[Choice],
    actor: Actor,
) -> list[str]:
    """Take back `choices`, or everything where none is named; what was withdrawn by it.

    What does not stand as a yes stays as it is: the same push again changes nothing. The community
    knows already, so it is not told. What is queued is cancelled, a visit that rested on it too,
    and when this returns nothing is on its way any more.

    Raises:
        NotFound: the community has no such person; whether another one has is not said.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        person = known_person(session, community, name)
        if person is None:
            raise NotFound(what="person", identifier=name)
        said = take_back(session, voice, person, choices, actor)
    settled(engine, person)
    return said


def known_person(session: Session, community: str, name: str) -> str | None:
    """The pseudonym of whom the community calls `name`; None for nobody."""
    return store.pseudonyms(session, community, {name}).get(name) if name.isprintable() else None


def take_people(  # noqa: PLR0913 - as import_people
    engine: Engine,
    lexicon: Lexicon,
    records: Iterable[Found],
    *,
    of: Import,
    secrets: Secrets,
    voice: Voice,
    listen: Callable[[str, Change], None] | None = None,
) -> ImportReport:
    """Import people whom a community pushed or let us fetch.

    Whose account turns out to be a relative's is matched no more: what was stored under it is about
    somebody else. It is nobody's no, so that newer evidence of the patient's own counts again.
    """
    report = import_people(engine, lexicon, records, of=of, secrets=secrets, listen=listen)
    relatives = {each.record for each in report.refusals if each.problem == RELATIVE}
    for name in sorted(relatives):
        _let_go(engine, voice, of, name)
    return report


def _let_go(engine: Engine, voice: Voice, of: Import, name: str) -> None:
    with unit_of_work(engine) as session:
        chain.hold(session)
        person = known_person(session, of.community, name)
        standing = ledger.standings(session, {person}) if person else {}
        if person is None or not any(
            choice and how.type in YES for choice, how in standing.get(person, {}).items()
        ):
            return
        actor = Actor(of.actor, Role.COMMUNITY, of.community)
        how = {"method": RELATIVE_ACCOUNT}
        ledger.enter(session, [Entry(person, EventType.SUPERSEDED, None, actor, now(), how=how)])
        cancelling.unpermitted(session, [person], Reason.WITHDRAWN)
        ending.follow_each(session, voice, [person], actor.name)
        trail.record(
            session,
            Tag.CONSENT_WITHDRAWN,
            actor=actor.name,
            subject=person,
            new="everything",
            reason=RELATIVE_ACCOUNT,
        )
    settled(engine, person)


def take_back(
    session: Session, voice: Voice, person: str, choices: Sequence[Choice], actor: Actor
) -> list[str]:
    """The same as `withdraw_pushed` within a unit of work that holds the chains."""
    standing = ledger.standings(session, {person}).get(person, Standings())
    yes = [choice for choice, how in standing.items() if choice and how.type in YES]
    taken = [choice for choice in choices if choice in yes] if choices else yes
    if not taken:
        return []
    for choice in taken if choices else (None,):
        ledger.withdraw(session, person, choice, actor, METHOD)
    cancelling.unpermitted(session, [person], Reason.WITHDRAWN)
    ending.follow_each(session, voice, [person], actor.name)
    said = [str(choice) for choice in taken]
    trail.record(
        session,
        Tag.CONSENT_WITHDRAWN,
        actor=actor.name,
        subject=person,
        new=", ".join(said) if choices else "everything",
    )
    return said
