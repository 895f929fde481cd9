"""Consents as FHIR R4: a community reads those of its people, the staff those of whom they see.

A community is not told which studies its people have to do with: of what it reads, nothing is about
one study or site (ADR 60). The staff read what is about no study, and what is about their own.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, Engine, select
from sqlalchemy.orm import Session

from recruit.actions.callers import Caller
from recruit.actions.fhir.naming import COMMUNITY, Json, person_reference
from recruit.actions.fhir.people import REASON, Part, Wanted
from recruit.actions.referring.listing import visible_to
from recruit.actions.visits.staffed import trials_of
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import ANY, Choice
from recruit.consent.fhir_export import consents
from recruit.consent.state import Standings
from recruit.consent.tables import CONSENT
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.people.tables import PARTICIPANT
from recruit.referrals.tables import REFERRAL

AT_ONCE: Final = 100  # people who are looked up at a time
MOST_DIGITS: Final = 6  # of the number of one person's consents
May = Callable[[Choice], bool]


def agreed(engine: Engine, caller: Caller, wanted: Wanted) -> Part:
    """The Consents that are wanted, person by person; `after` is "<receipt>.<place>".

    The receipt stands for the person: a community reads links, and no pseudonyms.
    """
    with unit_of_work(engine) as session:
        found = list(islice(_stream(session, caller, wanted), wanted.size + 1))
        shown = found[: wanted.size]
        people = [(who, None) for who in dict.fromkeys(who for who, _, _ in shown)]
        trail.record_each(session, Tag.CONSENTS_SHOWN, actor=caller.actor, of=people, reason=REASON)
        following = None
        if shown and len(found) > len(shown):
            _, number, each = found[len(shown)]
            following = f"{_receipt(each['id'])}.{number}"
        return Part(tuple(each for _, _, each in shown), following)


def _stream(session: Session, caller: Caller, wanted: Wanted) -> Iterator[tuple[str, int, Json]]:
    """(pseudonym, place among that person's own, Consent), from where the part begins."""
    may = _may(session, caller)
    first, place = _beginning(session, wanted)
    for who, reference in _people(session, caller, wanted, first):
        standings = ledger.standings(session, {who}).get(who, Standings())
        told = Standings(
            {choice: how for choice, how in standings.items() if choice and may(choice)}
        )
        own = list(consents(ledger.history(session, who), told))
        for number, each in enumerate(own):
            passed = who == first and number < place
            if not passed and (wanted.ids is None or each["id"] in wanted.ids):
                yield who, number, {**each, "patient": reference}


def _beginning(session: Session, wanted: Wanted) -> tuple[str, int]:
    """Pseudonym and place; the first of all where the receipt is none of ours."""
    receipt, _, place = (wanted.after or "").partition(".")
    whose = select(CONSENT.c.person).where(CONSENT.c.receipt == receipt).limit(1)
    counts = place.isascii() and place.isdecimal() and len(place) < MOST_DIGITS
    return session.scalar(whose) or "", int(place) if counts else 0


def _receipt(identifier: str) -> str:
    """The receipt of the act that a Consent is about."""
    return identifier.removeprefix("consent-").removesuffix("-no")


def _may(session: Session, caller: Caller) -> May:
    """Which choices the caller reads."""
    if caller.community is not None:
        return lambda choice: choice.scope == ANY
    theirs = trials_of(session, caller.organisation)

    def of_theirs(choice: Choice) -> bool:
        kind, _, about = choice.scope.partition("/")
        trial = about.rpartition("/")[0] if kind == "site" else about
        return choice.scope == ANY or trial in theirs

    return of_theirs


def _people(
    session: Session, caller: Caller, wanted: Wanted, first: str
) -> Iterator[tuple[str, Json]]:
    """Pseudonym and reference of everybody whose consents the caller reads."""
    known = select(PARTICIPANT.c.pseudonym, PARTICIPANT.c.external_id).where(
        PARTICIPANT.c.erased_at.is_(None),
        PARTICIPANT.c.pseudonym >= first,
        *_whom(session, caller, wanted),
    )
    for row in session.execute(known.order_by(PARTICIPANT.c.pseudonym)).yield_per(AT_ONCE):
        if caller.community is None:
            yield row.pseudonym, person_reference(row.pseudonym)
        else:
            own = {"system": f"{COMMUNITY}{caller.community}", "value": row.external_id}
            yield row.pseudonym, {"type": "Patient", "identifier": own}


def _whom(session: Session, caller: Caller, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.ids is not None:
        receipts = map(_receipt, wanted.ids)
        by_receipt = select(CONSENT.c.person).where(CONSENT.c.receipt.in_(receipts))
        yield PARTICIPANT.c.pseudonym.in_(by_receipt)
    if caller.community is not None:
        yield PARTICIPANT.c.community == caller.community
        if wanted.person is not None:
            yield PARTICIPANT.c.external_id == wanted.person
        return
    seen = visible_to(session, caller.organisation, now())
    yield PARTICIPANT.c.pseudonym.in_(select(REFERRAL.c.person).where(seen))
    if wanted.person is not None:
        yield PARTICIPANT.c.pseudonym == wanted.person
