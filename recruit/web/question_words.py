"""What the person of a match was asked before anybody invites them, in words for staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from recruit.actions.question_table import End
from recruit.actions.questioned import Standing
from recruit.actions.referring.replies import ONE_WORD, OVER_TIME, SEXES, SMOKING, YES_OR_NO
from recruit.core import written
from recruit.core.i18n import N_
from recruit.matching.outcome import Outcome
from recruit.web.language import language, say

WAITS: Final = N_("Asked on {day}, no answer yet")
ENDS: Final[Mapping[End, str]] = {
    End.ANSWERED: N_("Answered on {day}"),
    End.UNSURE: N_("Does not know, or would rather not say ({day})"),
    End.KNOWN: N_("Settled otherwise on {day}"),
    End.NO_ANSWER: N_("No answer, over on {day}"),
    End.NOT_SENT: N_("The message did not reach the person ({day})"),
    End.WITHDRAWN: N_("Taken back on {day}"),
}
SAID: Final = {**OVER_TIME, **SEXES, **SMOKING, **YES_OR_NO, **ONE_WORD}


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One question about a match: the study's own sentence, how it stands, and what was chosen."""

    text: str
    state: str
    said: str


def asked_lines(standings: tuple[Standing, ...], outcome: Outcome) -> list[AskedLine]:
    """What was asked, the newest first."""
    return [_line(each, outcome) for each in reversed(standings)]


def _line(standing: Standing, outcome: Outcome) -> AskedLine:
    # A question may be about an older version of the study, which had more criteria.
    known = standing.criterion < len(outcome.criteria)
    text = outcome.criteria[standing.criterion].criterion.text if known else ""
    words = ENDS[standing.ended] if standing.ended else WAITS
    said = SAID.get(standing.given or "") if standing.ended is End.ANSWERED else None
    day = written.day(standing.at.date(), language())
    return AskedLine(" ".join(text.split()), say(words, day=day), say(said) if said else "")
