"""The chart of a day: where the messages stand that moved on it, and what that comes to."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from recruit.actions.outreach.reason_words import STATES
from recruit.core import written
from recruit.core.i18n import N_, translate
from recruit.notify.stages import State
from recruit.web.sponsor.charts import Bar, drawn

WENT_OUT: Final = frozenset(
    {State.DATA_SENT, State.ACCEPTED, State.DELIVERED, State.BOUNCED, State.COMPLAINED}
)
CAME_BACK: Final = frozenset({State.BOUNCED, State.COMPLAINED})
NOTHING: Final = N_("No message moved on {day}.")
SMOOTH: Final = N_("Messages that moved on {day}: {out} of {all} went out, none came back.")
TROUBLE: Final = N_(
    "Messages that moved on {day}: {out} of {all} went out; came back or complained of: {back}."
)


def finding(counts: Mapping[State, int], day: date, language: str) -> str:
    """What a day comes to, in a sentence."""
    out = sum(count for state, count in counts.items() if state in WENT_OUT)
    back = sum(count for state, count in counts.items() if state in CAME_BACK)
    words = (TROUBLE if back else SMOOTH) if counts else NOTHING
    return translate(
        words,
        language,
        day=written.day(day, language),
        out=written.number(out, language),
        all=written.number(sum(counts.values()), language),
        back=written.number(back, language),
    )


def rows(counts: Mapping[State, int], language: str) -> list[Bar]:
    """A bar for each thing that may be said of a message; three states are “being sent”."""
    said: dict[str, int] = {}
    for state, count in counts.items():
        said[STATES[state]] = said.get(STATES[state], 0) + count
    return [
        Bar(translate(words, language), count, written.number(count, language))
        for words, count in said.items()
    ]


def picture(counts: Mapping[State, int], language: str) -> bytes:
    """The bars as SVG."""
    return drawn(rows(counts, language))
