"""What stays of possible adverse events when a person is erased, and what they are given of them.

What nobody decided on yet, and what is reported, stays: regulation (EU) 2016/679, article 17(3)(b)
and (c), with regulation (EU) 536/2014, articles 41 and 42. It stands under the pseudonym, which
leads to nobody any more. Of what is no adverse event nothing asks for the words: they go.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from recruit.actions.safety.cases import versions_of, words_of
from recruit.actions.safety.noticing import Standing
from recruit.actions.safety.report import encode
from recruit.actions.safety.tables import CASE, STEP, WORD
from recruit.core.crypto import Keyring
from recruit.people.tables import PARTICIPANT


def forget(session: Session, person: str) -> None:
    """Delete the words of what was no adverse event, as part of the person's erasure."""
    query = select(CASE.c.id).where(
        CASE.c.person == person, CASE.c.state == Standing.DISMISSED.value
    )
    delete_words(session, list(session.scalars(query)))


def delete_words(session: Session, cases: Collection[int]) -> None:
    """Delete what somebody wrote in these cases, and what staff wrote about it."""
    session.execute(update(WORD).where(WORD.c.case.in_(list(cases))).values(sealed=None))
    session.execute(update(STEP).where(STEP.c.case.in_(list(cases))).values(sealed=None))


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
