"""A case in the hands of whoever changes it, and what is sealed with it.

Lock order: the chains, then the case's own row. Who changes a case says which state of it they saw;
somebody who saw an older one is told, and nothing of theirs is done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, select, update
from sqlalchemy.orm import Session

from recruit.actions.safety.noticing import Did, Standing, note_step
from recruit.actions.safety.tables import CASE, STEP, VERSION, WORD
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.errors import EditedMeanwhile, NotFound
from recruit.core.resealing import Sealed

CASES: Final = "possible adverse event"
SEALED: Final = (
    Sealed(WORD.c.sealed, lambda row: word_binding(row.mark)),
    Sealed(VERSION.c.sealed, lambda row: version_binding(row.case, row.number)),
    Sealed(STEP.c.sealed, lambda row: step_binding(row.case, row.kind)),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """About which case, as it was at `edit`, who decides and when."""

    case: int
    edit: int
    by: str
    at: datetime


def hold(session: Session, number: int, edit: int) -> RowMapping:
    """The row of a case, which nobody else changes until this unit of work ends.

    Raises:
        NotFound: there is none with this number.
        EditedMeanwhile: it is not as it was at `edit` any more.
    """
    chain.hold(session)
    query = select(CASE).where(CASE.c.id == number).with_for_update()
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(what=CASES, identifier=str(number))
    if row["edit"] != edit:
        raise EditedMeanwhile
    return row


def held_at(session: Session, decision: Decision, standing: Standing) -> RowMapping:
    """The same, of a case that stands so.

    Raises:
        NotFound, EditedMeanwhile: as `hold` does, or it stands otherwise.
    """
    row = hold(session, decision.case, decision.edit)
    if row["state"] != standing.value:
        raise EditedMeanwhile
    return row


def change(session: Session, row: RowMapping, **values: object) -> None:
    """Write what has changed of a held case; whoever saw it before sees an older one now."""
    this = update(CASE).where(CASE.c.id == row["id"])
    session.execute(this.values(edit=row["edit"] + 1, **values))


def subject(row: RowMapping | Mapping[str, Any]) -> str:
    """Whom a row of the audit trail about a case is about."""
    return str(row["person"] or f"safety {row['id']}")


def waiting(since: datetime | None) -> dict[str, object]:
    """The columns of the clock, set anew: no alarm was given since then."""
    return {"waits_since": since, "alarmed": 0}


def wait_again(session: Session, row: RowMapping, at: datetime) -> None:
    """Something more is known since `at`: it is to be forwarded within 24 hours of that.

    A clock that runs already is never set later, and one that is set earlier alarms anew.
    """
    since = row["waits_since"]
    clock = waiting(at) if since is None or at < since else {}
    change(session, row, aware_at=min(row["aware_at"], at), **clock)


def note(  # noqa: PLR0913 - what a step says
    session: Session,
    keyring: Keyring,
    decision: Decision,
    did: Did,
    *,
    reason: str = "",
    version: int | None = None,
    words: str = "",
) -> None:
    """Write down a step of a decision; the words that somebody added are sealed."""
    binding = step_binding(decision.case, did.value)
    sealed = keyring.seal(words.encode(), binding) if words else None
    note_step(
        session,
        decision.case,
        did,
        decision.by,
        decision.at,
        reason=reason,
        version=version,
        sealed=sealed,
    )


def record(  # noqa: PLR0913, PLR0917 - the columns of a row
    session: Session, tag: Tag, decision: Decision, row: RowMapping, new: str, reason: str = ""
) -> None:
    """Record what was done with a case in the audit trail."""
    trail.record(
        session,
        tag,
        actor=decision.by,
        subject=subject(row),
        reason=reason,
        old=str(row["state"]),
        new=f"safety {decision.case}: {new}",
    )


def word_binding(mark: str) -> str:
    """What the words of a message are sealed to, as in `heard`."""
    return f"heard/{mark}"


def version_binding(case: int, number: int) -> str:
    """What a version of a report is sealed to."""
    return f"safety/{case}/version/{number}"


def step_binding(case: int, kind: str) -> str:
    """What the note on a step is sealed to."""
    return f"safety/{case}/{kind}"
