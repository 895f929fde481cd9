"""A case that a person begins: of a message that nothing flagged, or of what they heard."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Final

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from recruit.actions.safety.held import Decision, word_binding
from recruit.actions.safety.noticing import Did, Standing, copy_word, note_step
from recruit.actions.safety.tables import CASE, WORD
from recruit.actions.words_table import HEARD
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.people.tables import PARTICIPANT
from recruit.trials import store as trials

LONGEST_WORDS: Final = 10_000  # as many letters as a message keeps

NO_WORDS: Final = N_("Please write what the person said, in their own words.")
TOO_LONG: Final = N_("At most {longest} characters, please: these are {length}.")
NO_PERSON: Final = N_("There is no person with this code.")
NO_TRIAL: Final = N_("There is no study with this number.")
FUTURE: Final = N_("This moment has not come yet.")


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody of the staff heard, in a call say, and when they did: that is awareness.

    `how` is the way it came, a word of answer_table.How.
    """

    person: str
    trial: str | None
    how: str
    text: str = field(repr=False)
    at: datetime


def begin_of_word(engine: Engine, heard: int, *, by: str, at: datetime) -> int:
    """Begin a case of a message that was not flagged; its number. Twice is the same one.

    Raises:
        NotFound: there is no such message.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        query = select(HEARD).where(HEARD.c.id == heard).with_for_update()
        said = session.execute(query).mappings().one_or_none()
        if said is None:
            raise NotFound(what="message", identifier=str(heard))
        known = session.scalar(select(WORD.c.case).where(WORD.c.heard == heard))
        if known is not None:
            return int(known)
        case = _begin(session, said["person"], said["trial"], said["heard_at"])
        copy_word(session, case, heard)
        _begun(session, Decision(case, 1, by, at), said["person"])
        return case


def begin_of_call(engine: Engine, keyring: Keyring, told: Told, *, by: str, at: datetime) -> int:
    """Begin a case of what somebody of the staff heard; its number.

    Raises:
        Refusal: no words, an unknown person or study, or a moment to come.
    """
    _check(told, at)
    with unit_of_work(engine) as session:
        chain.hold(session)
        _known(session, told)
        case = _begin(session, told.person, told.trial, told.at)
        mark = token_hex(32)
        inside = json.dumps({"text": told.text.strip(), "sender": ""}).encode()
        kept = {
            "case": case,
            "mark": mark,
            "sealed": keyring.seal(inside, word_binding(mark)),
            "how": told.how,
            "heard_at": told.at,
        }
        session.execute(insert(WORD).values(kept))
        _begun(session, Decision(case, 1, by, at), told.person)
        return case


def _check(told: Told, at: datetime) -> None:
    if not told.text.strip():
        raise Refusal(record="", field="words", problem=NO_WORDS)
    if len(told.text) > LONGEST_WORDS:
        raise Refusal(
            record="",
            field="words",
            problem=TOO_LONG,
            longest=LONGEST_WORDS,
            length=len(told.text),
        )
    if told.at > at:
        raise Refusal(record="", field="day", problem=FUTURE)


def _known(session: Session, told: Told) -> None:
    """Whether person and study are known, the person not erased."""
    query = select(PARTICIPANT.c.erased_at).where(PARTICIPANT.c.pseudonym == told.person)
    found = session.execute(query).one_or_none()
    if found is None or found.erased_at is not None:
        raise Refusal(record="", field="person", problem=NO_PERSON)
    if told.trial is not None and not trials.is_known(session, told.trial):
        raise Refusal(record="", field="trial", problem=NO_TRIAL)


def _begin(session: Session, person: str | None, trial: str | None, aware_at: datetime) -> int:
    row = {
        "person": person,
        "trial": trial,
        "state": Standing.OPEN.value,
        "aware_at": aware_at,
        "waits_since": aware_at,
        "alarmed": 0,
        "edit": 1,
        "vague": False,
    }
    number: int = session.execute(insert(CASE).values(row).returning(CASE.c.id)).scalar_one()
    return number


def _begun(session: Session, decision: Decision, person: str | None) -> None:
    note_step(session, decision.case, Did.BEGUN, decision.by, decision.at)
    trail.record(
        session,
        Tag.SAFETY_BEGUN,
        actor=decision.by,
        subject=person or f"safety {decision.case}",
        new=f"safety {decision.case}",
    )
