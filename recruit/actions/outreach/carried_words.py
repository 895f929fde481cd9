"""What people wrote and what we answered since an older copy was made: carried over into it.

Words that nobody has read yet would be lost, an answer given twice, and an end that somebody asked
for forgotten. The files of mails lie beside the database and stay where they are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import RowMapping, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from recruit.actions.outreach import conversations
from recruit.actions.safety.tables import WORD
from recruit.actions.words_table import ATTACHMENT, CONVERSATION, HEARD, REPLY

DONE_WITH: Final = ("answered_at", "reply", "read_at", "read_by")
"""What becomes of words after they came in."""
STANDS: Final = ("waits", "newest_at", "due_at", "stop_at")
"""How a conversation stands; whose it is in the copy may be nobody's account there."""
Rows = Sequence[RowMapping]
Known = Mapping[str, set[Any]]


@dataclass(frozen=True, slots=True)
class CarriedWords:
    """Every conversation, and what is in it, sealed."""

    conversations: Rows
    words: Rows
    files: Rows
    replies: Rows


def read(session: Session) -> CarriedWords:
    """What is known now."""
    tables = (CONVERSATION, HEARD, ATTACHMENT, REPLY)
    return CarriedWords(*(_rows(session, table) for table in tables))


def carry(session: Session, carried: CarriedWords, known: Known) -> None:
    """Enter here what is not known here: of people and studies that are."""
    numbers = dict(_filed(session, carried.conversations, known))
    _carry_words(session, carried.words, numbers, known)
    _carry_files(session, carried)
    here = {row["key"] for row in _rows(session, REPLY)}
    fresh = [row for row in carried.replies if row["key"] not in here and _is_known(row, known)]
    for row in fresh:
        place = {"conversation": numbers[row["conversation"]], "snippet": None, "reference": None}
        session.execute(insert(REPLY).values({**_without_id(row), **place}))
    for row in _rows(session, CONVERSATION):
        conversations.settle(session, row["id"])


def _filed(session: Session, rows: Rows, known: Known) -> Iterator[tuple[int, int]]:
    """Each conversation's number there, and here."""
    here = {row["key"]: row["id"] for row in _rows(session, CONVERSATION)}
    for row in rows:
        person = row["person"]
        if person is not None and person not in known["person"]:
            continue
        trial = row["trial"] if row["trial"] in known["trial"] else None
        key = row["key"] if person is None else conversations.key_of(person, trial)
        stands = {name: row[name] for name in STANDS}
        if key in here:
            this = CONVERSATION.c.id == here[key]
            session.execute(update(CONVERSATION).where(this).values(stands))
        else:
            new = {"key": key, "person": person, "trial": trial, **stands}
            made = insert(CONVERSATION).values(new).returning(CONVERSATION.c.id)
            here[key] = session.execute(made).scalar_one()
        yield row["id"], here[key]


def _carry_words(session: Session, rows: Rows, numbers: Mapping[int, int], known: Known) -> None:
    """Words of nobody known are deleted once they are read; so those that are gone go here too."""
    marks = {row["mark"] for row in rows}
    here = {row["mark"]: row for row in _rows(session, HEARD)}
    for mark, row in here.items():
        if row["person"] is None and mark not in marks:
            session.execute(delete(HEARD).where(HEARD.c.mark == mark))
    for row in rows:
        if row["mark"] in here:
            done = {name: row[name] for name in DONE_WITH}
            session.execute(update(HEARD).where(HEARD.c.mark == row["mark"]).values(done))
        elif row["conversation"] in numbers:
            place = {
                "conversation": numbers[row["conversation"]],
                "trial": row["trial"] if row["trial"] in known["trial"] else None,
            }
            new = insert(HEARD).values({**_without_id(row), **place}).returning(HEARD.c.id)
            number = session.execute(new).scalar_one()
            # What may be harm came before (safety.carried): it is of these words.
            session.execute(update(WORD).where(WORD.c.mark == row["mark"]).values(heard=number))


def _carry_files(session: Session, carried: CarriedWords) -> None:
    marks = {row["id"]: row["mark"] for row in carried.words}
    words = {row["mark"]: row["id"] for row in _rows(session, HEARD)}
    here = {row["file"] for row in _rows(session, ATTACHMENT)}
    for row in carried.files:
        heard = words.get(marks[row["heard"]])
        if row["file"] not in here and heard is not None:
            session.execute(insert(ATTACHMENT).values({**_without_id(row), "heard": heard}))


def _is_known(row: RowMapping, known: Known) -> bool:
    return row["person"] in known["person"]


def _rows(session: Session, table: Table) -> Rows:
    return session.execute(select(table).order_by(table.c.id)).mappings().all()


def _without_id(row: RowMapping) -> dict[str, Any]:
    """The row as a new one: its number may be another's here."""
    return {name: value for name, value in row.items() if name != "id"}
