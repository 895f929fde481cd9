"""What an erased person leaves behind: a pseudonym, and a trace of their identifier.

The trace is a digest under a key that is kept outside the database: enough to honour the erasure
when the same list is imported again, while nobody who has but the database can try identifiers out.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, delete, func, select, update
from sqlalchemy.orm import Session

from recruit.core import chain
from recruit.core.bulk import among
from recruit.core.clock import now
from recruit.core.errors import NotFound
from recruit.people.tables import PARTICIPANT, VERSION

ERASED: Final = "erased:"
TRACE_LENGTH: Final = len(ERASED) + 64  # with the digest; the pseudonym follows


def erasures(
    session: Session, community: str, external_ids: set[str], key: str
) -> dict[str, datetime]:
    """Of those who were erased, by their identifier in the community: when for the last time."""
    traces = {_trace(community, external, key): external for external in external_ids}
    trace = func.substr(PARTICIPANT.c.external_id, 1, TRACE_LENGTH)
    query = (
        select(trace.label("trace"), func.max(PARTICIPANT.c.erased_at).label("erased_at"))
        .where(
            PARTICIPANT.c.community == community,
            PARTICIPANT.c.erased_at.is_not(None),
            among(trace, traces),
        )
        .group_by(trace)
    )
    return {traces[row.trace]: row.erased_at for row in session.execute(query)}


def hold_living(session: Session, people: Sequence[str]) -> None:
    """Keep `people` from being erased until this unit of work ends.

    Whoever writes about a person asks first: what came after an erasure would never go.

    Raises:
        NotFound: one of them was erased already.
    """
    chain.hold(session)  # erasures do so too
    erased = select(PARTICIPANT.c.pseudonym).where(
        among(PARTICIPANT.c.pseudonym, people), PARTICIPANT.c.erased_at.is_not(None)
    )
    gone = session.execute(erased.order_by(PARTICIPANT.c.pseudonym)).scalars().first()
    if gone is not None:
        raise NotFound(what="person", identifier=gone)


def trace_of(who: RowMapping, key: str) -> str:
    """What stands for the identifier of a participant, by their row, after an erasure.

    The pseudonym makes it one of its own: who came back may be erased again.
    """
    return f"{_trace(who['community'], who['external_id'], key)}:{who['pseudonym']}"


def erase(session: Session, who: RowMapping, trace: str) -> None:
    """Forget what is known about a participant; the pseudonym stays, and `trace`."""
    person = who["pseudonym"]
    session.execute(delete(VERSION).where(VERSION.c.person == person))
    if who["erased_at"] is None:
        session.execute(
            update(PARTICIPANT)
            .where(PARTICIPANT.c.pseudonym == person)
            .values(external_id=trace, erased_at=now())
        )


def _trace(community: str, external_id: str, key: str) -> str:
    whole = f"{community}\n{external_id}".encode("utf-8", "surrogatepass")
    return f"{ERASED}{hmac.new(key.encode(), whole, hashlib.sha256).hexdigest()}"
