"""Who is in hospital is left alone until they are out: a pause that their community asks for.

The pause is of the consent ledger, beside the choices: nothing is matched, proposed or sent while
it lasts, and what is queued is cancelled. A pause that the person asked for is theirs, and a
community does not end it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from recruit.actions.outreach import cancelling
from recruit.consent import ledger
from recruit.consent.ledger import Actor, Entry, Role
from recruit.consent.state import EventType, Standings, pause_of
from recruit.consent.tables import CONSENT
from recruit.core.bulk import among
from recruit.core.clock import now
from recruit.notify.stages import Reason
from recruit.people.intake.reading import Stay


def follow(session: Session, stays: Mapping[str, Stay], actor: Actor) -> None:
    """Begin or end pauses as the stays say, by pseudonym. The caller holds the chains.

    A stay with a last day ends the pause by itself on the day after.
    """
    if not stays:
        return
    moment = now()
    standing = ledger.standings(session, set(stays))
    theirs = _by_community(session, standing)
    entries = []
    for person, stay in stays.items():
        paused = pause_of(standing.get(person, Standings()), moment)
        until = _after(stay)
        if stay.lasts(moment.date()):
            longer = paused is None or not _reaches(paused.valid_until, until)
            if longer or (person in theirs and paused and paused.valid_until != until):
                entries.append(
                    Entry(person, EventType.PAUSED, None, actor, moment, valid_until=until)
                )
        elif paused and person in theirs:
            entries.append(Entry(person, EventType.RESUMED, None, actor, moment))
    ledger.enter(session, entries)
    inside = [entry.person for entry in entries if entry.type is EventType.PAUSED]
    if inside:
        cancelling.unpermitted(session, inside, Reason.PAUSED)


def _after(stay: Stay) -> datetime | None:
    if stay.until is None:
        return None
    return datetime.combine(stay.until + timedelta(days=1), time(), UTC)


def _reaches(pause: datetime | None, stay: datetime | None) -> bool:
    """Whether a pause is as long as a stay; None has no end."""
    return pause is None or (stay is not None and pause >= stay)


def _by_community(session: Session, standing: Mapping[str, Standings]) -> set[str]:
    """Whose last word on a pause is their community's."""
    last = {own.pause.sequence: person for person, own in standing.items() if own.pause}
    if not last:
        return set()
    query = select(CONSENT.c.sequence).where(
        among(CONSENT.c.person, last.values()),
        CONSENT.c.type == EventType.PAUSED.value,
        CONSENT.c.role == Role.COMMUNITY.value,
    )
    return {last[number] for number in session.scalars(query) if number in last}
