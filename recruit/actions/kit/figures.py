"""Which channel led how many people to a study, as far as anybody may know it.

A visit has no name here, so that there is no set of people to compare with an earlier one, as the
counts of matches are compared (docs/adr/0027). What is said instead moves in steps of eleven, and
a day later: nobody can watch one person come.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from recruit.core.clock import today
from recruit.disclosure.rule import SMALL, STEP, Answer
from recruit.trials.materials import links
from recruit.trials.materials.content import NETWORKS, PRINTED, Channel
from recruit.trials.materials.links import Step

SHOWN: Final = (*PRINTED, *NETWORKS)


@dataclass(frozen=True, slots=True)
class Line:
    """How many came by a channel, step by step."""

    channel: Channel
    told: dict[Step, Answer]


def figures(session: Session, trial: str) -> list[Line]:
    """Each channel that led anybody here until yesterday, in the order of the kit."""
    known: dict[Channel, dict[Step, int]] = {}
    for each in links.counts(session, trial, before=today()):
        known.setdefault(each.channel, {})[each.step] = each.number
    return [
        Line(channel, {step: told(known[channel].get(step, 0)) for step in Step})
        for channel in SHOWN
        if channel in known
    ]


def told(number: int) -> Answer:
    """What is said of a number: few up to ten; above, the nearest ten of whole elevens.

    Eleven more people are another answer, fewer are the same one but at its edges, which the ten
    that are few have as well.
    """
    whole = number - number % (SMALL + 1)
    return Answer(STEP * round(whole / STEP) or None)
