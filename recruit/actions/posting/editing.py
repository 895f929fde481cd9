"""One change of a posting as one unit of work: the newest revision, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.reviewing import misread
from recruit.audit.trail import Tag, record
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile
from recruit.trials.posting import store
from recruit.trials.posting.content import Content
from recruit.trials.posting.store import Change, Posting


@dataclass(frozen=True, slots=True)
class Edit:
    """Who changes which posting. `base` is the revision that they looked at."""

    posting: str
    organisation: int | None
    base: int
    author: str


@contextmanager
def looking(engine: Engine, edit: Edit) -> Iterator[tuple[Session, Content]]:
    """A look at what is about to be changed, for what is slow and must hold up nobody.

    Raises:
        NotFound, EditedMeanwhile: as `change`.
    """
    with reading(engine) as session:
        posting = store.get(session, edit.posting, edit.organisation)
        if edit.base != posting.heading.revision:
            raise EditedMeanwhile
        yield session, posting.content


def looked_at(engine: Engine, edit: Edit) -> Content:
    """The content that is about to be changed.

    Raises:
        NotFound, EditedMeanwhile: as `change`.
    """
    with looking(engine, edit) as (_session, content):
        return content


def change(
    engine: Engine,
    edit: Edit,
    content: Content,
    change: Change,
    about: str = "",
) -> Posting:
    """Keep `content`, made of what `edit.base` holds, as the newest revision, with its audit row.

    The row says which revision came and by what kind of change, nothing of what stands in it.
    Content that stays the same leaves neither.

    Raises:
        NotFound: there is no such posting for them.
        EditedMeanwhile: `edit.base` is not the newest revision.
    """
    with unit_of_work(engine) as session:
        return change_within(session, edit, content, change, about)


def change_within(
    session: Session,
    edit: Edit,
    content: Content,
    change: Change,
    about: str = "",
) -> Posting:
    """The same in the caller's unit of work, where more belongs to the deed."""
    posting = store.held(session, edit.posting, edit.organisation)
    changed = store.change(
        session,
        posting,
        content,
        base=edit.base,
        author=edit.author,
        change=change,
        about=about,
    )
    if changed is not posting:
        # What reviewers say is misread is settled by whoever makes another rule of it. Whoever
        # takes that back holds the chains before the note: so does this.
        chain.hold(session)
        rules = (each.settled for each in changed.content.criteria)
        misread.follow(session, changed.content.draft.id, rules, by=edit.author, at=now())
        record(
            session,
            Tag.POSTING_CHANGED,
            actor=edit.author,
            subject=edit.posting,
            reason=change.value,
            old=str(edit.base),
            new=str(changed.heading.revision),
        )
    return changed
