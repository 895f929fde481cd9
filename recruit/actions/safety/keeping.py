"""What stays of possible adverse events when a person is erased, for how long, and what they get.

Regulation (EU) 536/2014, articles 41 and 42, obliges investigators and sponsors. This service is
neither, so that article 17(3)(b) of regulation (EU) 2016/679 does not surely let it keep anything
on their account. Until that is settled the stricter reading holds (docs/adr/0051): after an erasure
only what was handed on stays, marked out, under the pseudonym, and for a term. What nobody has
decided about yet is marked out at once and decided about; whatever is no adverse event goes.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from recruit.actions.safety import marking
from recruit.actions.safety.cases import versions_of, words_of
from recruit.actions.safety.marking import Opened
from recruit.actions.safety.noticing import Did, Standing
from recruit.actions.safety.report import encode
from recruit.actions.safety.tables import CASE, STEP, VERSION, WORD
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.errors import SealBroken
from recruit.people.tables import PARTICIPANT

CLEANER: Final = "the cleaner of words"
REOPENING: Final = timedelta(days=30)
"""How long what a stranger wrote stays once nothing more is to be done: a mistake shows by then."""
TERM: Final = timedelta(days=5 * 365)
"""How long a report that was handed on stays of whom nobody knows any more: as long as somebody may
ask in court whether it was (French civil code, article 2224; GDPR, article 17(3)(e))."""


def forget(session: Session, keyring: Keyring, person: str) -> None:
    """Keep of a person's cases what may stay, as part of their erasure, while the vault is there.

    Where it does not open any more, what a machine finds without it is marked out, and so is what
    a person chose.
    """
    for row in session.execute(select(CASE).where(CASE.c.person == person)).all():
        if row.state == Standing.DISMISSED.value:
            delete_words(session, [row.id], by=CLEANER)
        elif row.state == Standing.REPORTED.value and row.waits_since is None:
            keep_handed_on(session, row.id)
        else:
            marking.replace_words(session, keyring, row.id, _opened(session, keyring, row))
            _delete_notes(session, [row.id])


def delete_words(session: Session, cases: Collection[int], *, by: str) -> None:
    """Delete what somebody wrote in these cases, and what staff wrote about it; it is recorded."""
    numbers = list(cases)
    gone = update(WORD).where(WORD.c.case.in_(numbers), WORD.c.sealed.is_not(None))
    these = sorted(set(session.scalars(gone.values(sealed=None).returning(WORD.c.case))))
    session.execute(update(STEP).where(STEP.c.case.in_(numbers)).values(sealed=None))
    for case in these:
        trail.record(session, Tag.SAFETY_WORDS_DELETED, actor=by, subject=f"safety {case}")


def keep_handed_on(session: Session, case: int) -> None:
    """Keep of a case the versions that were handed on, and to whom; no original, no other one."""
    session.execute(update(WORD).where(WORD.c.case == case).values(sealed=None))
    went = select(STEP.c.version).where(STEP.c.case == case, STEP.c.kind == Did.FORWARDED.value)
    session.execute(delete(VERSION).where(VERSION.c.case == case, VERSION.c.number.not_in(went)))
    _delete_notes(session, [case])


def tidy(session: Session, at: datetime) -> int:
    """Delete what has had its term, of whom nobody knows; of how many cases.

    Words of a stranger that were no adverse event, and originals of theirs that a report was handed
    on of, after `REOPENING`; reports of strangers and of people who were erased after `TERM`.
    """
    chain.hold(session)
    nobody = CASE.c.person.is_(None)
    over = _ended(CASE.c.state == Standing.DISMISSED.value, at - REOPENING)
    dismissed = list(session.scalars(over.where(nobody, _has_words())))
    delete_words(session, dismissed, by=CLEANER)
    done = and_(CASE.c.state == Standing.REPORTED.value, CASE.c.waits_since.is_(None))
    sent = list(session.scalars(_ended(done, at - REOPENING).where(nobody, _has_words())))
    for case in sent:
        keep_handed_on(session, case)
        trail.record(session, Tag.SAFETY_WORDS_DELETED, actor=CLEANER, subject=f"safety {case}")
    erased = select(PARTICIPANT.c.pseudonym).where(PARTICIPANT.c.erased_at.is_not(None))
    reports = exists(select(VERSION.c.case).where(VERSION.c.case == CASE.c.id))
    old = _ended(done, at - TERM).where(or_(nobody, CASE.c.person.in_(erased)), reports)
    past = list(session.scalars(old))
    for case in past:
        session.execute(delete(VERSION).where(VERSION.c.case == case))
        session.execute(update(STEP).where(STEP.c.case == case).values(sealed=None))
        trail.record(session, Tag.SAFETY_WORDS_DELETED, actor=CLEANER, subject=f"safety {case}")
    return len({*dismissed, *sent, *past})


def is_erased(session: Session, person: str | None) -> bool:
    """Whether the person was erased."""
    query = select(PARTICIPANT.c.erased_at).where(PARTICIPANT.c.pseudonym == person)
    return person is not None and session.scalar(query) is not None


def of_person(session: Session, keyring: Keyring, person: str) -> list[dict[str, Any]]:
    """All that is kept of a person's cases, as JSON, the oldest first.

    Raises:
        SealBroken: it was sealed under a key that is not on the ring.
    """
    query = select(CASE).where(CASE.c.person == person).order_by(CASE.c.id)
    return [
        {
            "number": row.id,
            "trial": row.trial,
            "state": row.state,
            "aware_at": row.aware_at.isoformat(),
            "words": [each.text for each in words_of(session, keyring, row.id)],
            "versions": [
                {"number": each.number, "at": each.at.isoformat(), "report": encode(each.report)}
                for each in versions_of(session, keyring, row.id)
            ],
        }
        for row in session.execute(query)
    ]


def _opened(session: Session, keyring: Keyring, row: Any) -> Opened:  # noqa: ANN401 - a row
    try:
        return marking.opened(session, keyring, row.person, row.id)
    except SealBroken:  # of the vault: words under a lost key are read by nobody either
        return marking.opened(session, keyring, None, row.id)


def _delete_notes(session: Session, cases: Collection[int]) -> None:
    """Delete what staff wrote about words; to whom a report went, and who has it, stays."""
    kinds = (Did.DISMISSED.value, Did.REOPENED.value)
    these = STEP.c.case.in_(list(cases)) & STEP.c.kind.in_(kinds)
    session.execute(update(STEP).where(these).values(sealed=None))


def _has_words() -> ColumnElement[bool]:
    return exists(select(WORD.c.id).where(WORD.c.case == CASE.c.id, WORD.c.sealed.is_not(None)))


def _ended(which: ColumnElement[bool], before: datetime) -> Select[Any]:
    """The cases for which a condition holds and to which nothing has happened since `before`."""
    later = exists(select(STEP.c.id).where(STEP.c.case == CASE.c.id, STEP.c.at > before))
    return select(CASE.c.id).where(which, ~later)
