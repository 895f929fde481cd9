"""What a community pushes to us about one of its own: that they take a consent back."""

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.outreach import cancelling
from recruit.actions.outreach.withdrawing import settled
from recruit.actions.visits import ending
from recruit.actions.visits.ending import Voice
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice
from recruit.consent.ledger import Actor
from recruit.consent.state import YES, Standings
from recruit.core import chain
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound
from recruit.notify.stages import Reason
from recruit.people import store

METHOD = "told to the community"


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
        known = store.pseudonyms(session, community, {name}) if name.isprintable() else {}
        if name not in known:
            raise NotFound(what="person", identifier=name)
        person = known[name]
        said = _withdraw(session, voice, person, choices, actor)
    settled(engine, person)
    return said


def _withdraw(
    session: Session, voice: Voice, person: str, choices: Sequence[Choice], actor: Actor
) -> list[str]:
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
