"""How often a screening proves us wrong about a criterion: what sites find out, back to the rules.

Of the people who were screened and of whom we had said, at the trial version that they were
screened under, that a criterion lets them in or that it is not known: how many failed on it. An
interval by Wilson (1927, J. Am. Stat. Assoc. 22, p. 209) says how far few cases can be trusted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recruit.actions.funnel.journeys import MATCH, SCREENED, at_sites, is_slip
from recruit.actions.funnel.scope import Scope
from recruit.actions.reviewing.tables import MISREAD
from recruit.criteria.eligibility import Criterion
from recruit.criteria.truth import Truth
from recruit.matching.outcome import holds
from recruit.referrals.tables import REFERRAL, REFERRAL_STEP
from recruit.trials import store as trials

Z: Final = 1.959964
"""Standard normal quantile of 0.975: an interval that holds in nineteen cases of twenty."""
TRUTHS: Final = {each.name.lower(): each for each in Truth}


@dataclass(frozen=True, slots=True)
class Precision:
    """One criterion (`number` from 0) in one version of a trial.

    `said_yes` and `unknown` are people whom it let in, or of whom it was not known, when they came
    to be screened; `failed_yes` and `failed_unknown` those of them who failed on it. `misread` is
    how often reviewers said that its rule is misread, `open` how many of these nobody has settled.
    """

    trial: str
    version: int
    number: int
    criterion: Criterion
    said_yes: int
    failed_yes: int
    unknown: int
    failed_unknown: int
    misread: int
    open: int

    @property
    def screened(self) -> int:
        """All of whom we had not said that it keeps them out."""
        return self.said_yes + self.unknown

    @property
    def failed(self) -> int:
        """Those of them who failed on it."""
        return self.failed_yes + self.failed_unknown

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between which shares of the screened pass it; None where nobody was screened."""
        if not self.screened:
            return None
        return wilson(self.screened - self.failed, self.screened)


def wilson(successes: int, of: int) -> tuple[float, float]:
    """The interval of a share, from 0 to 1, for `of` cases (at least one)."""
    share, square = successes / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def precisions(session: Session, scope: Scope) -> tuple[Precision, ...]:
    """Every criterion that anybody failed on or that was said to be misread.

    The one that most failed on comes first.
    """
    said: Counter[tuple[str, int, int, Truth]] = Counter()
    failed: Counter[tuple[str, int, int, Truth]] = Counter()
    versions: dict[str, dict[int, Sequence[Criterion]]] = {}
    for row in _screened(session, scope):
        criteria = _criteria(session, versions, row.trial).get(row.version, ())
        for number, (criterion, word) in enumerate(zip(criteria, row.truths, strict=False)):
            key = (row.trial, row.version, number, holds(criterion.kind, TRUTHS[word]))
            said[key] += 1
            if row.failed_in == row.version and row.criterion == number:
                failed[key] += 1
    wrong = _misread(session, scope)
    wanted = sorted({key[:3] for key in failed} | set(wrong))
    found = []
    for trial, version, number in wanted:
        criteria = _criteria(session, versions, trial).get(version, ())
        if number >= len(criteria):
            continue
        here = (trial, version, number)
        found.append(
            Precision(
                *here,
                criterion=criteria[number],
                said_yes=said[*here, Truth.YES],
                failed_yes=failed[*here, Truth.YES],
                unknown=said[*here, Truth.UNKNOWN],
                failed_unknown=failed[*here, Truth.UNKNOWN],
                misread=wrong.get(here, (0, 0))[0],
                open=wrong.get(here, (0, 0))[1],
            )
        )
    return tuple(sorted(found, key=lambda each: (-each.failed, -each.open, -each.misread)))


def _screened(session: Session, scope: Scope) -> Sequence[Any]:
    """Who was screened: the match that they came with, and on what they failed."""
    step, whole = REFERRAL_STEP, REFERRAL
    came = (
        select(
            whole.c.id,
            whole.c.trial,
            whole.c.person,
            func.min(step.c.at).label("at"),
            func.max(step.c.trial_version).label("failed_in"),
            func.max(step.c.criterion).label("criterion"),
        )
        .join(step, step.c.referral == whole.c.id)
        .where(
            step.c.state.in_([state.value for state in SCREENED]),
            step.c.undoes.is_(None),
            ~is_slip(),
        )
        .group_by(whole.c.id, whole.c.trial, whole.c.person, whole.c.site)
    )
    if scope.trials is not None:
        came = came.where(whole.c.trial.in_(scope.trials))
    if scope.sites is not None:
        came = came.where(at_sites(whole.c.trial, whole.c.site, scope.sites))
    one = came.subquery("screened")
    came_with = MATCH.alias("came_with")
    newest = (
        select(func.max(came_with.c.id))
        .where(
            came_with.c.trial == one.c.trial,
            came_with.c.person == one.c.person,
            came_with.c.made_at <= one.c.at,
            came_with.c.trial_version == func.coalesce(one.c.failed_in, came_with.c.trial_version),
        )
        .correlate(one)
        .scalar_subquery()
    )
    query = select(
        one.c.trial,
        MATCH.c.trial_version.label("version"),
        MATCH.c.truths,
        one.c.failed_in,
        one.c.criterion,
    ).select_from(one.join(MATCH, MATCH.c.id == newest))
    return session.execute(query).all()


def _misread(session: Session, scope: Scope) -> Mapping[tuple[str, int, int], tuple[int, int]]:
    """How often each criterion was said to be misread, and how many of these are open."""
    place = (MISREAD.c.trial, MISREAD.c.version, MISREAD.c.criterion)
    still = func.count().filter(MISREAD.c.settled_at.is_(None))
    query = select(*place, func.count().label("said"), still.label("open")).group_by(*place)
    if scope.trials is not None:
        query = query.where(MISREAD.c.trial.in_(scope.trials))
    return {
        (row.trial, row.version, row.criterion): (row.said, row.open)
        for row in session.execute(query)
    }


def _criteria(
    session: Session, known: dict[str, dict[int, Sequence[Criterion]]], trial: str
) -> Mapping[int, Sequence[Criterion]]:
    """The criteria of each version of a trial, read once."""
    if trial not in known:
        history = trials.history(session, trial)
        known[trial] = {each.number: each.eligibility.criteria for each in history}
    return known[trial]
