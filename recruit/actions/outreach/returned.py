"""Letters that came back: nobody lives there by that name."""

from typing import Final

from sqlalchemy import Engine

from recruit.actions.outreach.letter_codes import find
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.notify import receipts
from recruit.notify.stages import State

NO_LETTER: Final = N_("no letter has this code")
NOT_OUT: Final = N_("this letter has not gone out, or is known to have come back")


def letter_returned(engine: Engine, keyring: Keyring, code: str, *, actor: str) -> None:
    """Write down that the letter with a code came back; its address gets no more letters.

    Raises:
        Refusal: there is no such letter, or nothing changes.
    """
    with reading(engine) as session:
        row = find(session, code)
    if row is None:
        raise Refusal(record=code, field="code", problem=NO_LETTER)
    with unit_of_work(engine) as session:
        if not receipts.receive(session, keyring, row["reference"], State.BOUNCED, now()):
            raise Refusal(record=code, field="code", problem=NOT_OUT)
        trail.record(session, Tag.LETTER_RETURNED, actor=actor, subject=f"letter {row['id']}")
