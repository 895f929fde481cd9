"""What reviewers say of a posting's rules, at the criteria it was said of."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.reviewing import misread
from recruit.actions.reviewing.misread import Note
from recruit.actions.reviewing.tables import Settled
from recruit.audit.trail import Tag, record
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.matching.basis import rule_digest
from recruit.trials.posting import store
from recruit.trials.posting.content import Content


def notes(session: Session, content: Content) -> Mapping[int, Sequence[Note]]:
    """What is said and not settled, by the number of the criterion whose rule it is."""
    known: dict[tuple[str, str, str], int] = {
        (each.criterion.kind, each.criterion.text, rule_digest(each.settled)): each.number
        for each in content.criteria
    }
    found: defaultdict[int, list[Note]] = defaultdict(list)
    for note in misread.open_notes(session, content.draft.id):
        number = known.get((note.kind, note.text, note.rule))
        if number is not None:
            found[number].append(note)
    return found


def dismiss(
    engine: Engine, posting: str, organisation: int | None, note: int, *, by: str
) -> int | None:
    """Say that a rule is right as it is read; the number of its criterion, where it is there.

    Raises:
        NotFound: there is no such posting for them, or no such note of its trial.
    """
    with unit_of_work(engine) as session:
        content = store.held(session, posting, organisation).content
        chain.hold(session)  # before the note, as whoever takes it back does
        where = next(
            (
                number
                for number, said in notes(session, content).items()
                if note in {each.id for each in said}
            ),
            None,
        )
        misread.settle(session, content.draft.id, note, Settled.RIGHT, by=by, at=now())
        record(session, Tag.MISREAD_SETTLED, actor=by, subject=posting, new=f"note {note}")
        return where
