"""What left, and what was answered, since an older copy was made: carried over into that copy.

Without it nobody could stop messages by a link that they hold, somebody who said no would be asked
again, and a message that has arrived would be sent a second time. Who complained would be written
to again, and words that nobody has read yet would be lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import RowMapping, Table, delete, insert, select
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.outreach import carried_words
from recruit.actions.outreach.answer_table import ANSWER
from recruit.actions.outreach.carried_words import CarriedWords
from recruit.core.bulk import slices
from recruit.core.clock import now
from recruit.notify.outbox_steps import move, note
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_LINK
from recruit.notify.receipt_tables import CHANNEL_STANDING, SUPPRESSION, SUPPRESSION_KEY
from recruit.notify.stages import LATER, PENDING, Reason, State
from recruit.people.tables import PARTICIPANT
from recruit.trials.posting.tables import POSTING
from recruit.trials.tables import Trial

AT_ONCE: Final = 1000
ONCE: Final = ("trial", "person", "wave", "channel")
"""What there is one message of."""
SAID: Final = ("trial", "person", "answer", "at")


@dataclass(frozen=True, slots=True)
class Carried:
    """The messages whose fate is known, every link with its message's reference, every answer.

    And whatever people wrote, sealed; the addresses that are over, with the key of their hashes;
    and how each channel stands.
    """

    messages: Sequence[RowMapping]
    links: Sequence[RowMapping]
    answers: Sequence[RowMapping]
    words: CarriedWords
    ended: Sequence[RowMapping]
    ended_key: Sequence[RowMapping]
    standings: Sequence[RowMapping]


def read(session: Session) -> Carried:
    """What is known now."""
    settled = select(OUTBOX).where(OUTBOX.c.state.not_in(PENDING)).order_by(OUTBOX.c.id)
    links = select(OUTBOX_LINK, OUTBOX.c.reference).join(OUTBOX)
    answers = select(ANSWER).order_by(ANSWER.c.id)
    whole = (select(table) for table in (SUPPRESSION, SUPPRESSION_KEY, CHANNEL_STANDING))
    messages, known, given = (_rows(session, query) for query in (settled, links, answers))
    ended, ended_key, standings = (_rows(session, query) for query in whole)
    words = carried_words.read(session)
    return Carried(messages, known, given, words, ended, ended_key, standings)


def carry(session: Session, carried: Carried) -> None:
    """Enter here what is not known here: of people and studies that are."""
    known = _known(session)
    messages = [row for row in carried.messages if _is_known(row, known)]
    here = {_key(row, ONCE): row for row in _rows(session, select(OUTBOX))}
    for row in messages:
        there = here.get(_key(row, ONCE))
        if there is not None and _is_later(row["state"], there["state"]):
            sent = {"sent_at": row["sent_at"], "provider": row["provider"]}
            move(session, there["id"], State(row["state"]), Reason.RESTORED, now(), **sent)
    fresh = [row for row in messages if _key(row, ONCE) not in here]
    for some in slices([_without_id(row) for row in fresh], AT_ONCE):
        session.execute(insert(OUTBOX), some)
        note(session, OUTBOX.c.reference.in_([row["reference"] for row in some]), now())
    _carry_links(session, carried.links)
    _carry_answers(session, carried.answers, known)
    carried_words.carry(session, carried.words, known)
    _carry_ended(session, carried)
    for row in carried.standings:
        this = CHANNEL_STANDING.c.channel == row["channel"]
        session.execute(delete(CHANNEL_STANDING).where(this))
    _insert(session, CHANNEL_STANDING, [dict(row) for row in carried.standings])


def _is_later(state: str, there: str) -> bool:
    """Whether a message has come to stand in `state` since it stood where it does in the copy."""
    return there == State.UNKNOWN or there in LATER.get(State(state), ())


def _carry_links(session: Session, links: Sequence[RowMapping]) -> None:
    here = set(session.scalars(select(OUTBOX_LINK.c.digest)))
    query = select(OUTBOX.c.reference, OUTBOX.c.id)
    numbers = {row.reference: row.id for row in session.execute(query)}
    fresh = [
        {
            "digest": row["digest"],
            "message": numbers[row["reference"]],
            "purpose": row["purpose"],
            "made_at": row["made_at"],
        }
        for row in links
        if row["digest"] not in here and row["reference"] in numbers
    ]
    _insert(session, OUTBOX_LINK, fresh)


def _carry_answers(
    session: Session, answers: Sequence[RowMapping], known: Mapping[str, set[Any]]
) -> None:
    here = {_key(row, SAID) for row in _rows(session, select(ANSWER))}
    fresh = [
        _without_id(row) for row in answers if _key(row, SAID) not in here and _is_known(row, known)
    ]
    _insert(session, ANSWER, fresh)


def _carry_ended(session: Session, carried: Carried) -> None:
    """The list grows by what is new, under the key that it has now; nothing leaves it."""
    if carried.ended_key:
        session.execute(delete(SUPPRESSION_KEY))
        _insert(session, SUPPRESSION_KEY, [dict(row) for row in carried.ended_key])
    here = set(session.scalars(select(SUPPRESSION.c.digest)))
    _insert(session, SUPPRESSION, [dict(row) for row in carried.ended if row["digest"] not in here])


def _known(session: Session) -> Mapping[str, set[Any]]:
    """What a row may refer to, by the name of the column that does."""
    alive = select(PARTICIPANT.c.pseudonym).where(PARTICIPANT.c.erased_at.is_(None))
    return {
        "person": set(session.scalars(alive)),
        "trial": set(session.scalars(select(col(Trial.id)))),
        "posting": set(session.scalars(select(POSTING.c.id))),
    }


def _is_known(row: RowMapping, known: Mapping[str, set[Any]]) -> bool:
    return all(row[name] in values for name, values in known.items() if name in row)


def _insert(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    for some in slices(rows, AT_ONCE):
        session.execute(insert(table), list(some))


def _rows(session: Session, query: Any) -> Sequence[RowMapping]:  # noqa: ANN401 - of any table
    return session.execute(query).mappings().all()


def _key(row: RowMapping, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def _without_id(row: RowMapping) -> dict[str, Any]:
    """The row as a new one: its number may be another's here."""
    return {name: value for name, value in row.items() if name != "id"}
