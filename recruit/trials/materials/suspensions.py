"""Approved texts that were suspended, as another database that knows the texts can be told."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import RowMapping, func, insert, select
from sqlalchemy.orm import Session

from recruit.core import chain
from recruit.trials.materials.tables import MATERIAL_APPROVED, MATERIAL_SUSPENDED

# Which text it is, wherever it stands: a database may give another text the same sequence.
TEXT: Final = ("posting", "channel", "language", "country", "version", "digest")


def suspended(session: Session) -> Sequence[RowMapping]:
    """Each suspended text by its place, version and digest, and why, by whom and when it ended."""
    ended = MATERIAL_SUSPENDED.c
    query = (
        select(*(MATERIAL_APPROVED.c[name] for name in TEXT), ended.reason, ended.author, ended.at)
        .join(MATERIAL_SUSPENDED, ended.approved == MATERIAL_APPROVED.c.sequence)
        .order_by(ended.sequence)
    )
    return session.execute(query).mappings().all()


def suspend_again(session: Session, texts: Iterable[RowMapping]) -> int:
    """Suspend those of `suspended` that are approved here and stand; how many these were."""
    chain.hold(session)  # so that each number is nobody else's
    newest = session.scalar(select(func.max(MATERIAL_SUSPENDED.c.sequence))) or 0
    count = 0
    for text in texts:
        approved = MATERIAL_APPROVED.c
        query = select(approved.sequence).where(
            *(approved[name] == text[name] for name in TEXT),
            approved.sequence.not_in(select(MATERIAL_SUSPENDED.c.approved)),
        )
        found = session.scalar(query)
        if found is None:
            continue
        count += 1
        row = {name: text[name] for name in ("reason", "author", "at")}
        row |= {"sequence": newest + count, "approved": found}
        session.execute(insert(MATERIAL_SUSPENDED), row)
    return count
