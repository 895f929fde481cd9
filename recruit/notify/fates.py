"""How a message stands after a hand-over: sent, refused, unknown, or to be tried again later."""

from datetime import datetime, timedelta
from typing import Final

from recruit.notify.outbox_steps import Move, move_to
from recruit.notify.stages import UNDER_WAY, Claim, Fate, Reason, State, Told

TOLD_OF: Final = UNDER_WAY | {State.UNKNOWN}
"""Whose fate a worker may still write down: one that was only slow knows better than whoever gave
it up for dead."""
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=4)


def fate(told: Told, at: datetime) -> Move:
    """How a message stands after a hand-over."""
    mine, by = told.claim, {"provider": told.provider}
    match told.fate:
        case Fate.SENT:
            return move_to(mine, TOLD_OF, State.ACCEPTED, told.reason, at, **by)
        case Fate.NEVER:
            why, nothing = told.reason or Reason.REFUSED, by | {"sent_at": None}
            return move_to(mine, TOLD_OF, State.FAILED, why, at, **nothing)
        case Fate.UNSURE:
            why = told.reason or Reason.NO_ANSWER
            return move_to(mine, TOLD_OF, State.UNKNOWN, why, at, **by)
        case Fate.LATER | Fate.HELD:
            return _again(mine, told.reason or Reason.BUSY, at)


def _again(mine: Claim, reason: Reason, at: datetime) -> Move:
    due_at = at + min(FIRST_PAUSE * 2 ** min(mine.tries, 10), LONGEST_PAUSE)
    state = State.EXPIRED if due_at > mine.message.not_after else State.DEFERRED
    again = {"due_at": due_at, "tries": mine.tries + 1, "sent_at": None}
    return move_to(mine, TOLD_OF, state, reason, at, **again)
