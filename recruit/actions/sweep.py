"""Getting rid of what erased rows leave in the database's files, until nothing is left."""

from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from recruit.actions.erased import LEAVES
from recruit.actions.safety import keeping
from recruit.actions.safety.tables import STEP, VERSION, WORD
from recruit.audit import trail
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.core import remains
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people.tables import PARTICIPANT

# Deeds that leave something behind: a copy brings back whom it still knows.
LEAVING: Final = (
    Tag.PERSON_ERASED, Tag.RESTORED, Tag.VAULT_ROTATED, Tag.SAFETY_WORDS_DELETED,
)  # fmt: skip
SAFETY: Final = frozenset(table.name for table in (WORD, VERSION, STEP))
TABLES: Final = frozenset({PARTICIPANT.name, *(column.table.name for column in LEAVES)}) | SAFETY


def sweep(engine: Engine, *, actor: str, at_once: bool) -> bool:
    """Clear the files of what erasures and rotations left behind; whether nothing is left of it.

    Words about possible harm that have had their term are deleted first.

    What remains to be done follows from the audit trail: such a deed after the last sweep. False
    while somebody reads an older state, and, where it has to be done `at_once`, for a large SQLite
    file, which is left for the night.
    """
    with unit_of_work(engine) as session:
        keeping.tidy(session, now())
    with reading(engine) as session:
        before = _last(session)
    if before is None:
        return True
    if not remains.clear(engine, TABLES, at_once=at_once):
        return False
    with unit_of_work(engine) as session:
        if _last(session) == before:  # else another deed came meanwhile, and is swept after
            trail.record(session, Tag.SWEPT, actor=actor, subject="database")
    return True


def _last(session: Session) -> int | None:
    """The row of the trail that says of the last erasure; None when all was swept since."""
    tags = [tag.value for tag in (*LEAVING, Tag.SWEPT)]
    query = select(AUDIT.c.sequence, AUDIT.c.tag).where(AUDIT.c.tag.in_(tags))
    found = session.execute(query.order_by(AUDIT.c.sequence.desc()).limit(1)).one_or_none()
    return None if found is None or found.tag == Tag.SWEPT else int(found.sequence)
