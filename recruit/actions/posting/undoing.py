"""The revisions of a posting as steps that can be taken back.

Undo works as in an editor: it takes back the newest step that still counts, and again the one
before that; the first revision stays. Each undo is itself a new revision with the content that
stood before the step it takes back, so nothing is ever lost and everybody sees who undid what. A
step done after an undo counts as any other. To go forward again, an earlier revision is restored;
that is a step too, and can be undone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.posting import editing
from recruit.actions.posting.editing import Edit
from recruit.core.errors import NotFound
from recruit.people.accounts import Account
from recruit.trials.posting import store
from recruit.trials.posting.store import Change, Posting, Step


@dataclass(frozen=True, slots=True)
class Deed:
    """A step and who made it: an address, or None where another organisation's is not shown."""

    step: Step
    email: str | None


def undoable(steps: Iterable[Step]) -> Step | None:
    """The step that the next undo takes back, of all `steps` with the newest first; or None."""
    undone: set[str] = set()
    for step in steps:
        if step.change is Change.UNDONE:
            undone.add(step.about)
        elif str(step.number) not in undone:
            return None if step.number == 1 else step
    return None


def undo(engine: Engine, edit: Edit) -> Posting:
    """Take back the newest step that still counts, as a new revision.

    Raises:
        NotFound: no such posting, or nothing is left to undo.
        EditedMeanwhile: somebody else was quicker.
    """
    with editing.looking(engine, edit) as (session, _content):
        step = undoable(store.steps(session, edit.posting))
        if step is None:
            raise NotFound(what="revision", identifier="")
        content = store.revision(session, edit.posting, step.number - 1).content
    return editing.change(engine, edit, content, Change.UNDONE, str(step.number))


def restore(engine: Engine, edit: Edit, number: int) -> Posting:
    """Make an earlier revision's content the newest again, as a new revision.

    Raises:
        NotFound: no such posting or revision.
        EditedMeanwhile: somebody else was quicker.
    """
    with editing.looking(engine, edit) as (session, _content):
        content = store.revision(session, edit.posting, number).content
    return editing.change(engine, edit, content, Change.RESTORED, str(number))


def history(session: Session, posting: Posting, organisation: int | None) -> list[Deed]:
    """The steps of a posting, the newest first, with whom a reader of `organisation` may know.

    That is their own colleagues; the operator's staff, whose `organisation` is None, see all.
    """
    steps = store.steps(session, posting.id)
    emails = _emails(session, {step.author for step in steps}, organisation)
    return [Deed(step, emails.get(step.author)) for step in steps]


def _emails(session: Session, authors: set[str], organisation: int | None) -> dict[str, str]:
    numbers = [int(each.removeprefix("account ")) for each in authors if each[8:].isdecimal()]
    query = select(col(Account.id), col(Account.email)).where(col(Account.id).in_(numbers))
    if organisation is not None:
        query = query.where(col(Account.organisation) == organisation)
    return {f"account {number}": email for number, email in session.execute(query) if email}
