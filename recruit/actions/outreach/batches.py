"""Batches of letters for a print house: one ZIP file, closed once, no letter in two.

A letter that lies in the folder is not printed yet: its person may still say stop. So every gate is
asked once more before a letter goes into a batch, and one that is held goes no further.

A file is written beside its place first, where the print house does not look; then its batch is
closed; then the file is published. So a batch that is not closed was never printed: whoever was
interrupted before empties it and asks every gate again. A closed one's file is published by the
next run, and no letter goes into another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, RowMapping, Select, delete, insert, select, update
from sqlalchemy.orm import Session

from recruit.actions.outreach.batch_file import Printed, drop, held, named, pack, packed, publish
from recruit.actions.outreach.batch_table import LETTER_BATCH, LETTER_PRINTED
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.locks import hold_people
from recruit.notify.channels.letter import lying
from recruit.notify.channels.letter_code import code_of
from recruit.notify.handoff import claim_of
from recruit.notify.outbox_steps import move, move_all
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Gate, Hold, Reason, State

AT_ONCE: Final = 100  # letters looked at in one unit of work: others wait for its locks
ENDED: Final = (State.CANCELLED, State.SUPPRESSED, State.EXPIRED, State.FAILED, State.BOUNCED)


@dataclass(frozen=True, slots=True)
class Closed:
    """A batch as the print house gets it: its number, its file, how many letters are in it."""

    number: int
    file: Path
    letters: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """What became of the letters that lay in the folder."""

    taken: int = 0
    held: int = 0

    def __add__(self, other: "Gathered") -> "Gathered":
        return Gathered(self.taken + other.taken, self.held + other.held)


def close(  # noqa: PLR0913 - from where to where, past which gates, by whom
    engine: Engine,
    folder: Path,
    into: Path,
    gates: Sequence[Gate],
    *,
    actor: str,
    progress: Callable[[int, int | None], None] = lambda *_: None,
) -> tuple[Closed | None, Gathered]:
    """Make one batch of all letters that lie in `folder` and may be printed, in the folder `into`.

    None where there is none. A batch that was closed and never published is published instead;
    one that was not even closed is made anew.

    Raises:
        WrongUsage: the file cannot be written there.
    """
    with held(into):
        made, gathered = _published(engine, into), Gathered()
        if made is None:
            _empty(engine, folder)
            gathered = _gather(engine, folder, gates, progress)
            made = _made(engine, folder, into, actor)
    _clear(engine, folder)
    return made, gathered


def _published(engine: Engine, into: Path) -> Closed | None:
    """Publish what a run that was interrupted had closed; what it had not closed is deleted."""
    for file, digest in packed(into):
        with reading(engine) as session:
            this = LETTER_BATCH.c.closed_at.is_not(None) & (LETTER_BATCH.c.digest == digest)
            row = session.execute(select(LETTER_BATCH).where(this)).mappings().one_or_none()
        if row and file == named(into, row["id"]):
            publish(file)
            return Closed(row["id"], file, row["letters"])
        drop(file)
    return None


def _empty(engine: Engine, folder: Path) -> None:
    """Take the letters out of a batch that was not closed: their people may have said stop since.

    Those whose files are gone, or changed, cannot be asked about any more.
    """
    with reading(engine) as session:
        number = _open_batch(session)
        letters = _letters(session, number, lying(folder)) if number else []
    _give_up(engine, [each.message for each in letters if not each.is_whole()])
    with unit_of_work(engine) as session:
        chain.hold(session)
        this = LETTER_PRINTED.c.batch == _open_batch(session)
        session.execute(delete(LETTER_PRINTED).where(this))


def _made(engine: Engine, folder: Path, into: Path, actor: str) -> Closed | None:
    """Make the file of the open batch, close the batch, publish the file."""
    while True:
        with reading(engine) as session:
            number = _open_batch(session)
            letters = _letters(session, number, lying(folder)) if number else []
        if number is None or not letters:
            return None
        lost = [each.message for each in letters if not each.is_whole()]
        if lost:
            _give_up(engine, lost)
            continue
        file = named(into, number)
        digest = pack(file, letters)
        if _close(engine, number, letters, digest, actor):
            publish(file)
            return Closed(number, file, len(letters))


def _gather(
    engine: Engine,
    folder: Path,
    gates: Sequence[Gate],
    progress: Callable[[int, int | None], None],
) -> Gathered:
    found = lying(folder)
    references, gathered = sorted(found), Gathered()
    for start in range(0, len(references), AT_ONCE):
        part = {each: found[each] for each in references[start : start + AT_ONCE]}
        with unit_of_work(engine) as session:
            gathered += _take(session, part, gates)
        progress(min(start + AT_ONCE, len(references)), len(references))
    return gathered


def _take(session: Session, part: dict[str, tuple[Path, int]], gates: Sequence[Gate]) -> Gathered:
    """Put those of `part` that are to be printed into the open batch."""
    chain.hold(session)
    waiting = (
        select(OUTBOX)
        .outerjoin(LETTER_PRINTED, LETTER_PRINTED.c.message == OUTBOX.c.id)
        .where(
            OUTBOX.c.reference.in_(part),
            OUTBOX.c.channel == Channel.LETTER.value,
            OUTBOX.c.state == State.ACCEPTED.value,
            LETTER_PRINTED.c.message.is_(None),
        )
        .order_by(OUTBOX.c.id)
    )
    hold_people(session, {row.person for row in session.execute(waiting)})
    rows = session.execute(waiting.with_for_update(of=OUTBOX)).mappings().all()
    at, taken = now(), []
    for row in rows:
        why = next((hold for gate in gates if (hold := gate(session, claim_of(row), at))), None)
        if why:
            _take_back(session, row, why, at)
        else:
            taken.append(row)
    if taken:
        batch = _open_batch(session) or _new_batch(session, at)
        session.execute(
            insert(LETTER_PRINTED), [_printed(row, batch, *part[row["reference"]]) for row in taken]
        )
    return Gathered(len(taken), len(rows) - len(taken))


def _take_back(session: Session, row: RowMapping, why: Hold, at: datetime) -> None:
    """A letter that is not printed was not sent: it stands where the gate says.

    Its file is left behind; one that is put off takes its place when it is written anew.
    """
    due_at = why.until or at
    state = why.state
    if state is State.DEFERRED and due_at > row["not_after"]:
        state = State.EXPIRED
    later = {"due_at": due_at} if state is State.DEFERRED else {}
    move(session, row["id"], state, why.reason, at, sent_at=None, **later)


def _printed(row: RowMapping, batch: int, file: Path, pages: int) -> dict[str, object]:
    digest = sha256(file.read_bytes()).hexdigest()
    return {"message": row["id"], "batch": batch, "pages": pages, "digest": digest}


def _open_batch(session: Session) -> int | None:
    query = select(LETTER_BATCH.c.id).where(LETTER_BATCH.c.closed_at.is_(None))
    return session.scalars(query).first()


def _new_batch(session: Session, at: datetime) -> int:
    new = insert(LETTER_BATCH).values(opened_at=at).returning(LETTER_BATCH.c.id)
    return int(session.scalars(new).one())


def _letters(session: Session, batch: int, found: dict[str, tuple[Path, int]]) -> list[Printed]:
    """The letters of a batch; those of people who were erased since are in it no more."""
    query = (
        select(OUTBOX, LETTER_PRINTED.c.pages, LETTER_PRINTED.c.digest.label("printed"))
        .join(LETTER_PRINTED, OUTBOX.c.id == LETTER_PRINTED.c.message)
        .where(LETTER_PRINTED.c.batch == batch)
        .order_by(OUTBOX.c.reference)
    )
    return [
        Printed(
            message=row["id"],
            code=code_of(row["reference"]),
            file=found[row["reference"]][0] if row["reference"] in found else None,
            pages=row["pages"],
            country=row["country"],
            language=row["language"],
            digest=row["printed"],
        )
        for row in session.execute(query).mappings()
    ]


def _give_up(engine: Engine, lost: Sequence[int]) -> None:
    """Letters that are gone from the folder, or changed in it, before their batch was closed.

    Somebody else had them: a person decides whether they were printed.
    """
    if not lost:
        return
    with unit_of_work(engine) as session:
        chain.hold(session)
        session.execute(delete(LETTER_PRINTED).where(LETTER_PRINTED.c.message.in_(lost)))
        these = OUTBOX.c.id.in_(lost) & (OUTBOX.c.state == State.ACCEPTED.value)
        move_all(session, these, State.UNKNOWN, Reason.WORKER_GONE, now())


def _close(
    engine: Engine, number: int, letters: Sequence[Printed], digest: str, actor: str
) -> bool:
    """Close a batch; False where somebody has closed it, or changed what is in it, meanwhile."""
    with unit_of_work(engine) as session:
        chain.hold(session)
        inside = select(LETTER_PRINTED.c.message).where(LETTER_PRINTED.c.batch == number)
        packed_now = {each.message for each in letters}
        if _open_batch(session) != number or set(session.scalars(inside)) != packed_now:
            return False
        closing = update(LETTER_BATCH).where(LETTER_BATCH.c.id == number)
        values = {"closed_at": now(), "closed_by": actor, "letters": len(letters), "digest": digest}
        session.execute(closing.values(**values))
        trail.record(
            session,
            Tag.BATCH_CLOSED,
            actor=actor,
            subject=f"batch {number}",
            new=f"{len(letters)} letters, {digest}",
        )
    return True


def _clear(engine: Engine, folder: Path) -> None:
    """Delete the files of letters that are printed, taken back or erased: addresses are in them."""
    found = lying(folder)
    references = sorted(found)
    for start in range(0, len(references), AT_ONCE):
        part = references[start : start + AT_ONCE]
        with reading(engine) as session:
            kept = set(session.scalars(_still_to_print(part)))
        for reference in set(part) - kept:
            found[reference][0].unlink(missing_ok=True)


def _still_to_print(references: Sequence[str]) -> Select[str]:
    """Which of these letters may still go into a batch, or are in one that is not closed."""
    return (
        select(OUTBOX.c.reference)
        .outerjoin(LETTER_PRINTED, LETTER_PRINTED.c.message == OUTBOX.c.id)
        .outerjoin(LETTER_BATCH, LETTER_BATCH.c.id == LETTER_PRINTED.c.batch)
        .where(
            OUTBOX.c.reference.in_(references),
            OUTBOX.c.state.not_in(ENDED),
            LETTER_BATCH.c.closed_at.is_(None),
        )
    )
