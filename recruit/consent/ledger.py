"""The consent ledger: events are appended, never changed; what is current follows from them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import RowMapping, func, select
from sqlalchemy.orm import Session

from recruit.consent.choices import Choice
from recruit.consent.entry import Actor, Entry, Role
from recruit.consent.evidence import Evidence
from recruit.consent.projection import AT_ONCE, first_stale, project, standings
from recruit.consent.state import (
    YES,
    EventType,
    Standings,
    choice_of,
    is_news,
    permitting,
)
from recruit.consent.tables import CONSENT, STATE
from recruit.core import chain
from recruit.core.bulk import among
from recruit.core.clock import now
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.core.locks import hold_everybody, hold_people

__all__ = [
    "Actor",
    "Entry",
    "Role",
    "answer",
    "deny",
    "enter",
    "erase",
    "expire",
    "grant",
    "history",
    "object_to",
    "pause",
    "reconfirm",
    "resume",
    "standings",
    "supersede",
    "verify",
    "withdraw",
]

CLOCK: Final = Actor("job", Role.SYSTEM)
STALE: Final = N_("what is current does not follow from the ledger for one person at least")


def enter(
    session: Session, entries: Sequence[Entry], before: Mapping[str, Standings] | None = None
) -> dict[str, str]:
    """Append `entries` in their order and bring what is current up to date.

    The entries of one person make one act with one receipt, whose number is returned by person.
    `before` are the standings of all of them, where the caller has read them under `chain.hold`.
    """
    if not entries:
        return {}
    chain.hold(session)
    # Nothing is being sent to whom this takes a permission from: before it, or not at all.
    hold_people(session, {entry.person for entry in entries if entry.type not in YES})
    people = list(dict.fromkeys(entry.person for entry in entries))
    stood = standings(session, people) if before is None else before
    numbers = _numbers(session, people)
    receipts = {person: str(uuid4()) for person in people}
    recorded = now()
    rows = []
    for entry in entries:
        numbers[entry.person] = numbers.get(entry.person, 0) + 1
        rows.append(entry.row(numbers[entry.person], receipts[entry.person], recorded))
    sequences = chain.append(session, CONSENT, rows)
    events = [entry.event(number) for number, entry in zip(sequences, entries, strict=True)]
    project(session, stood, events)
    return receipts


def grant(
    session: Session, given: Iterable[tuple[str, Evidence]], actor: Actor
) -> list[tuple[str, Choice]]:
    """Record what people agreed to, and return what is new by it.

    What already stands as granted is not written again, and neither is a yes that is older than a
    no on record. Made for batches: some thousands of people take as many queries as one.
    """
    proofs = list(given)
    chain.hold(session)
    before = standings(session, {person for person, _ in proofs})
    entries = [
        entry
        for person, proof in proofs
        for entry in _said(EventType.GRANTED, person, proof, actor)
        if entry.choice and _adds(before.get(person, Standings()), entry.choice, proof)
    ]
    enter(session, entries, before)
    return [(entry.person, entry.choice) for entry in entries if entry.choice]


def answer(
    session: Session, person: str, proof: Evidence, refused: Sequence[Choice], actor: Actor
) -> str | None:
    """Record one form: yes to the choices of `proof`, no to those `refused`, by one receipt.

    Left unticked is a no, where the person sent the form. Returns the receipt's number, None where
    nothing was new.
    """
    chain.hold(session)
    before = standings(session, {person})
    own = before.get(person, Standings())
    yes = [
        entry
        for entry in _said(EventType.GRANTED, person, proof, actor)
        if entry.choice and _adds(own, entry.choice, proof)
    ]
    no = _said(EventType.DENIED, person, replace(proof, purposes=tuple(refused)), actor)
    return enter(session, [*yes, *no], before).get(person)


def deny(session: Session, person: str, proof: Evidence, actor: Actor) -> str | None:
    """Record that the person was asked and said no to each choice of `proof`.

    Returns the receipt's number, None where there was no choice.
    """
    return answer(session, person, replace(proof, purposes=()), proof.purposes, actor)


def reconfirm(session: Session, person: str, proof: Evidence, actor: Actor) -> list[Choice]:
    """Record that the person still agrees; what stands as agreed to at that moment is returned.

    It changes until when that is valid. What does not stand is asked for anew, with `grant`.
    """
    chain.hold(session)
    before = standings(session, {person})
    own = before.get(person, Standings())
    entries = [
        entry
        for entry in _said(EventType.RECONFIRMED, person, proof, actor)
        if entry.choice
        and entry.choice in own
        and permitting(own, entry.choice, proof.at) is not None
    ]
    enter(session, entries, before)
    return [entry.choice for entry in entries if entry.choice]


def withdraw(
    session: Session, person: str, choice: Choice | None, actor: Actor, method: str
) -> str:
    """Take back one choice, or all of them; it holds from the moment the caller commits.

    Returns the receipt's number.
    """
    return _no(session, person, choice, actor, kind=EventType.WITHDRAWN, method=method)


def object_to(
    session: Session, person: str, choice: Choice | None, actor: Actor, method: str
) -> str:
    """The same for an objection to processing (GDPR article 21): against it, whoever had agreed."""
    return _no(session, person, choice, actor, kind=EventType.OBJECTED, method=method)


def supersede(session: Session, person: str, choice: Choice | None, actor: Actor, by: str) -> str:
    """A new notice, of the version `by`, takes the place of what was agreed to: it is asked again.

    Only a yes given after this moment counts from now on.
    """
    kind = EventType.SUPERSEDED
    return _no(session, person, choice, actor, kind=kind, method=f"notice {by}")


def expire(session: Session, at: datetime) -> int:
    """Write down each consent that has run out by `at`; how many those were.

    No permit waits for this: what has run out permits nothing from that moment on.
    """
    chain.hold(session)
    query = (
        select(STATE)
        .where(STATE.c.type.in_(sorted(YES)), STATE.c.valid_until <= at)
        .order_by(STATE.c.person, STATE.c.sequence)
        .limit(AT_ONCE)
    )
    count = 0
    while rows := session.execute(query).mappings().all():
        hold_everybody(session)  # some now and others later would be waited for in a circle
        entries = [
            Entry(
                row["person"],
                EventType.EXPIRED,
                choice_of(row["purpose"], row["channel"], row["scope"]),
                CLOCK,
                row["valid_until"],
            )
            for row in rows
        ]
        enter(session, entries)
        count += len(entries)
    return count


def pause(session: Session, person: str, until: datetime | None, actor: Actor) -> str:
    """Permit nothing about the person until they resume, or until a moment; the receipt's number.

    What they agreed to stays as it is.

    Raises:
        WrongUsage: the pause would have ended already.
    """
    moment = now()
    if until is not None and until <= moment:
        raise WrongUsage(N_("A pause ends in the future."))
    entry = Entry(person, EventType.PAUSED, None, actor, moment, valid_until=until)
    return enter(session, [entry])[person]


def resume(session: Session, person: str, actor: Actor) -> str:
    """End the person's pause; what they agreed to counts again."""
    return enter(session, [Entry(person, EventType.RESUMED, None, actor, now())])[person]


def erase(session: Session, person: str, actor: Actor) -> str:
    """Note that the person's data was erased; nothing is permitted about them any more."""
    return enter(session, [Entry(person, EventType.ERASED, None, actor, now())])[person]


def history(session: Session, person: str) -> list[RowMapping]:
    """All events of one person, oldest first, with every column of the ledger."""
    query = select(CONSENT).where(CONSENT.c.person == person).order_by(CONSENT.c.sequence)
    return list(session.execute(query).mappings())


def verify(session: Session) -> chain.Break | None:
    """The first row of the ledger that was tampered with, else a projection that does not follow.

    The projection is rebuilt from the ledger, person by person, and compared byte by byte.
    """
    broken = chain.verify(session, CONSENT)
    if broken:
        return broken
    try:
        stale = first_stale(session)
    except ValueError:  # a word in the projection that no event ever writes
        stale = 1
    return chain.Break(stale, STALE) if stale else None


def _said(kind: EventType, person: str, proof: Evidence, actor: Actor) -> Iterator[Entry]:
    """One entry for each choice that a proof speaks of."""
    shown = {
        "notice": proof.notice,
        "notice_version": proof.notice_version,
        "language": proof.language,
        "controls": proof.controls.value,
    }
    how = {"method": proof.method, "source": proof.source}
    if proof.double_opt_in:
        how["double_opt_in"] = proof.double_opt_in
    if proof.helper:
        how["helper"] = proof.helper.value
    for choice in proof.purposes:
        yield Entry(
            person, kind, choice, actor, proof.at, proof.valid_until, shown, how, proof.jurisdiction
        )


def _no(  # noqa: PLR0913 - the parts of an event
    session: Session,
    person: str,
    choice: Choice | None,
    actor: Actor,
    *,
    kind: EventType,
    method: str,
) -> str:
    entry = Entry(person, kind, choice, actor, now(), how={"method": method})
    return enter(session, [entry])[person]


def _adds(standings: Standings, choice: Choice, proof: Evidence) -> bool:
    """Whether the yes changes how the choice stands; a newer one may hold for another time."""
    known = standings.get(choice)
    if known is not None and known.type in YES:
        renewed = proof.at > known.occurred_at and proof.valid_until != known.valid_until
        return renewed and is_news(standings, choice, proof.at)
    return is_news(standings, choice, proof.at)


def _numbers(session: Session, people: Sequence[str]) -> dict[str, int]:
    """The number of each one's last event."""
    found: dict[str, int] = {}
    for start in range(0, len(people), AT_ONCE):
        query = (
            select(CONSENT.c.person, func.max(CONSENT.c.number).label("number"))
            .where(among(CONSENT.c.person, people[start : start + AT_ONCE]))
            .group_by(CONSENT.c.person)
        )
        found.update({row.person: row.number for row in session.execute(query)})
    return found
