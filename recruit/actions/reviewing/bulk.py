"""Deciding about many matches at once: exactly who first, then one unit of work for each.

What would become of each is found out as the deciding itself would find it out; whoever changed
between the two is left out and counted. To confirm twice is to confirm once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.outreach import rounds
from recruit.actions.outreach.prospects import Fate, Prospect, prospect
from recruit.actions.outreach.writing import Writer
from recruit.actions.reviewing import claims
from recruit.actions.reviewing.claims import Claim
from recruit.actions.reviewing.deciding import Means, Outcome, Whose, Wish, decide
from recruit.actions.reviewing.decisions import Decision, standing
from recruit.actions.reviewing.looked_at import Hindrance, looked_at
from recruit.actions.reviewing.tables import Kind
from recruit.core.errors import NotFound

MOST: Final = 200
"""People whom one page of a preview looks at: each is asked about at every gate."""


@dataclass(frozen=True, slots=True)
class Many:
    """Which matches somebody chose, and who it is; `tenant` as in centre_scope."""

    matches: Sequence[int]
    actor: str
    tenant: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """What would become of one match: how its person would be asked, or what is in the way."""

    outcome: Outcome
    prospect: Prospect | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would be decided about, and who not and why, in the order in which they were chosen."""

    will: tuple[Line, ...]
    will_not: tuple[Line, ...]


def preview(
    session: Session, writer: Callable[[], Writer], many: Many, kind: Kind, at: datetime
) -> Preview:
    """What deciding `kind` about each match would come to; nothing is written."""
    chosen = list(dict.fromkeys(many.matches))[:MOST]
    decided = standing(session, chosen, at)
    in_hand = claims.of(session, chosen, at)
    opens: dict[str, datetime] = {}
    lines = []
    for match in chosen:
        try:
            looked = looked_at(session, match, many.tenant, at)
        except NotFound:
            lines.append(Line(Outcome(match, hindrance=Hindrance.GONE)))
            continue
        row = looked.row
        outcome = Outcome(match, row.trial, row.person, hindrance=looked.hindrance)
        outcome = _taken(outcome, decided.get(match), in_hand.get(match), many.actor)
        if outcome.hindrance or kind is not Kind.APPROVE:
            lines.append(Line(outcome))
            continue
        if row.trial not in opens:
            opens[row.trial] = rounds.opens(session, row.trial, at)
        lines.append(_line(outcome, prospect(session, writer(), row, at, opens=opens[row.trial])))
    return Preview(
        tuple(each for each in lines if each.outcome.hindrance is None),
        tuple(each for each in lines if each.outcome.hindrance is not None),
    )


def decide_each(
    engine: Engine,
    means: Means,
    many: Many,
    wish: Wish,
    progress: Callable[[int, int | None], None] = lambda *_: None,
) -> list[Outcome]:
    """Decide the same about each match, one after the other; what became of each.

    Raises:
        Refusal: something is missing that belongs to the decision; nothing is decided then.
    """
    chosen = list(dict.fromkeys(many.matches))
    found = []
    for done, match in enumerate(chosen, 1):
        found.append(decide(engine, means, Whose(match, many.actor, many.tenant), wish))
        progress(done, len(chosen))
    return found


def _taken(outcome: Outcome, stands: Decision | None, claim: Claim | None, actor: str) -> Outcome:
    if outcome.hindrance:
        return outcome
    if stands:
        return replace(outcome, hindrance=Hindrance.DECIDED, stands=stands)
    if claim and claim.by != actor:
        return replace(outcome, hindrance=Hindrance.IN_HAND, until=claim.until)
    return outcome


def _line(outcome: Outcome, found: Prospect) -> Line:
    """How somebody would be asked, or why not."""
    if found.fate is Fate.BEGUN:
        return Line(replace(outcome, hindrance=Hindrance.BEGUN, state=found.state), found)
    if found.fate is Fate.NOT:
        return Line(replace(outcome, hindrance=Hindrance.SHUT, reason=found.reason), found)
    return Line(replace(outcome, state=found.state, when=found.when), found)
