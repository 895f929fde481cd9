"""The funnel of a trial as far as its sponsor may know it.

The people at each step are a set, and each set contains the next. Every set's size passes through
the door of all counts for sponsors, coarsely, as the feasibility waterfall does (ADR 30), but out
of a purse of each trial's own: who looks at the funnel takes nothing from the counts of criteria,
nor the other way round (ADR 52). A count costs a ninth of a fine one and stands for half a window,
so that the purse pays two funnels in one. What is shown is never larger than the step before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from recruit.actions.funnel.journeys import reached
from recruit.actions.funnel.scope import Scope
from recruit.actions.funnel.steps import Step
from recruit.actions.posting.feasibility import Asker, nested
from recruit.audit.trail import Tag, record
from recruit.core.clock import now
from recruit.disclosure.counts import count_each, last_said
from recruit.disclosure.question import Question
from recruit.disclosure.rule import BESIDE, WINDOW, Answer, Grain, Purse
from recruit.disclosure.sketch import Sketch, mark
from recruit.trials import tenants
from recruit.trials.posting.store import Posting

PURSE: Final = Purse(BESIDE, WINDOW / 2)


@dataclass(frozen=True, slots=True)
class Told:
    """How many people reached a step, about; None where no more may be asked.

    `lost` is by how many it is fewer than the step before, as far as both are said; where few
    reached it, by how many at least.
    """

    step: Step
    people: Answer | None
    lost: int

    @property
    def at_least(self) -> bool:
        """Whether more may be lost than that."""
        return self.lost > 0 and self.people is not None and self.people.about is None


def is_theirs(session: Session, posting: Posting, organisation: int | None) -> bool:
    """Whether a posting is public and its trial assigned to whoever asks.

    Anybody can begin a posting with another's number; that opens nothing.
    """
    own = tenants.of(organisation).subquery()
    trial = session.scalar(select(own.c[0]).where(own.c[0] == posting.heading.trial))
    return trial is not None and posting.heading.published is not None


def told(session: Session, trial: str, asker: Asker, key: bytes) -> tuple[Told, ...]:
    """Every step of a trial, with a row in the trail that says what was shown.

    `key` is what people are marked under.
    """
    words = dict(zip(Step, _questions(trial), strict=True))
    asked = Question.each(words, partial(_reaching, session, trial, key))
    said = count_each(
        session,
        asker=_asker(asker, trial),
        questions=asked,
        at=now(),
        grain=Grain.COARSE,
        purse=PURSE,
    )
    shown = " ".join(answer.words if answer else "refused" for answer in said)
    record(session, Tag.FUNNEL_SHOWN, actor=asker.actor, subject=f"trial {trial}", new=shown)
    return _arranged(said)


def told_before(session: Session, trial: str, asker: Asker) -> tuple[Told, ...]:
    """What was last said of it, for its chart and its file. Nothing is counted."""
    return _arranged(last_said(session, _asker(asker, trial), _questions(trial), now()))


def _reaching(session: Session, trial: str, key: bytes) -> dict[Step, Sketch]:
    """Who reached each step, from one query."""
    each = reached(Scope((trial,)))
    rows = session.execute(select(each.c.person, each.c.furthest)).all()
    marks = np.array([mark(row.person, key) for row in rows], np.uint64)
    furthest = np.array([row.furthest for row in rows], np.int64)
    return {step: Sketch.of(marks[furthest >= step.value]) for step in Step}


def _asker(asker: Asker, trial: str) -> str:
    """Whose purse it is: an organisation's for one trial, in as many letters as a row has room."""
    return f"{asker.name} funnel {sha256(trial.encode()).hexdigest()[:16]}"


def _questions(trial: str) -> list[str]:
    return [f"funnel {step.name.lower()} {trial}" for step in Step]


def _arranged(said: Sequence[Answer | None]) -> tuple[Told, ...]:
    people = nested(said)
    before = [None, *people]
    return tuple(
        Told(step, now_at, _lost(earlier, now_at))
        for step, earlier, now_at in zip(Step, before, people, strict=False)
    )


def _lost(before: Answer | None, after: Answer | None) -> int:
    if before is None or after is None or before.about is None:
        return 0
    return max(0, before.about - (after.grain.few if after.about is None else after.about))
