"""Possible adverse events and their reports as they are now: carried into an older copy.

Whole cases, under their own numbers, for sponsors know those: what was dismissed, handed on or
deleted since is so in the copy as well. This comes before erasures are done again, so that these
reach what was carried.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import RowMapping, Table, delete, func, insert, select, text, update
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.safety.held import step_binding, version_binding
from recruit.actions.safety.tables import CASE, STEP, VERSION, WORD
from recruit.actions.words_table import HEARD
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.crypto import Keyring
from recruit.people.tables import PARTICIPANT
from recruit.trials.tables import Trial

AUTHOR: Final = "restore"
Rows = Sequence[RowMapping]

log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CarriedCases:
    """All rows of the four tables, sealed."""

    cases: Rows
    words: Rows
    versions: Rows
    steps: Rows


def read(session: Session) -> CarriedCases:
    """What is known now."""
    return CarriedCases(*(_rows(session, table) for table in (CASE, WORD, VERSION, STEP)))


def carry(session: Session, keyring: Keyring, carried: CarriedCases) -> None:
    """Let every case be here as it is there.

    Of a person whom the copy does not know it is a stranger's from here on: the event must not get
    lost, and that it leads to nobody any more stands in the audit trail. A number that another case
    has in the copy is given anew.

    Raises:
        SealBroken: something that has to be sealed to a new number does not open.
    """
    people = set(session.scalars(select(PARTICIPANT.c.pseudonym)))
    trials = set(session.scalars(select(col(Trial.id))))
    numbers = _numbers(session, carried)
    for row in carried.cases:
        number = numbers[row["id"]]
        is_known = row["person"] is None or row["person"] in people
        person = row["person"] if is_known else None
        trial = row["trial"] if row["trial"] in trials else None
        _put(session, number, {**row, "person": person, "trial": trial, "joined": None})
        if not is_known:
            log.warning("restore: whose case %d is got lost: the copy does not know them", number)
            trail.record(session, Tag.SAFETY_UNTIED, actor=AUTHOR, subject=f"safety {number}")
    for row in carried.cases:
        if row["joined"] is not None:
            this = update(CASE).where(CASE.c.id == numbers[row["id"]])
            session.execute(this.values(joined=numbers[row["joined"]]))
    _fill(session, keyring, carried, numbers)
    _count_on(session)


def _numbers(session: Session, carried: CarriedCases) -> Mapping[int, int]:
    """Each case's number there, and here: a case is the same that began at the same moment."""
    there, here = _begun(carried.steps), _begun(_rows(session, STEP))
    free = max([0, *there, *here, *session.scalars(select(CASE.c.id))])
    numbers = {}
    for row in carried.cases:
        number = row["id"]
        if number in here and here[number] != there.get(number):
            free += 1
            number = free
        numbers[row["id"]] = number
    return numbers


def _begun(steps: Rows) -> dict[int, tuple[Any, ...]]:
    """How and when each case began: its first step."""
    return {row["case"]: (row["kind"], row["at"]) for row in reversed(steps)}


def _put(session: Session, number: int, values: Mapping[str, Any]) -> None:
    """Write the row of a case, and take what it has here away: it has what it has there."""
    for table in (WORD, VERSION, STEP):
        session.execute(delete(table).where(table.c.case == number))
    new = {**values, "id": number}
    if session.scalar(select(CASE.c.id).where(CASE.c.id == number)) is None:
        session.execute(insert(CASE).values(new))
    else:
        session.execute(update(CASE).where(CASE.c.id == number).values(new))


def _fill(
    session: Session, keyring: Keyring, carried: CarriedCases, numbers: Mapping[int, int]
) -> None:
    heard = {row.mark: row.id for row in session.execute(select(HEARD.c.mark, HEARD.c.id))}
    for row in carried.words:
        place = {"case": numbers[row["case"]], "heard": heard.get(row["mark"])}
        session.execute(insert(WORD).values({**_without_id(row), **place}))
    for row in carried.versions:
        case = numbers[row["case"]]
        bindings = (version_binding(each, row["number"]) for each in (row["case"], case))
        sealed = _resealed(keyring, row["sealed"], *bindings)
        session.execute(insert(VERSION).values({**row, "case": case, "sealed": sealed}))
    for row in carried.steps:
        case = numbers[row["case"]]
        bindings = (step_binding(each, row["kind"]) for each in (row["case"], case))
        sealed = _resealed(keyring, row["sealed"], *bindings)
        session.execute(insert(STEP).values({**_without_id(row), "case": case, "sealed": sealed}))


def _resealed(keyring: Keyring, sealed: str | None, there: str, here: str) -> str | None:
    if sealed is None or there == here:
        return sealed
    return keyring.seal(keyring.unseal(sealed, there), here)


def _count_on(session: Session) -> None:
    """PostgreSQL counts apart from the rows: its next number is to be free."""
    if session.get_bind().dialect.name == "postgresql":
        last = session.scalar(select(func.max(CASE.c.id)))
        if last is not None:
            name = text("SELECT setval(pg_get_serial_sequence('safety_case', 'id'), :last)")
            session.execute(name, {"last": last})


def _rows(session: Session, table: Table) -> Rows:
    keys = table.primary_key.columns
    return session.execute(select(table).order_by(*keys)).mappings().all()


def _without_id(row: RowMapping) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}
