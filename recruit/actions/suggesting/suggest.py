"""The studies that suit one person, best first, with the reasons."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from recruit.actions.finding.where import Point
from recruit.actions.suggesting.stock import Ready, Stock, Stocked
from recruit.criteria.truth import Truth
from recruit.matching.geography import distance_km
from recruit.matching.outcome import Outcome, Verdict
from recruit.matching.ranking import share
from recruit.matching.reference import explain
from recruit.people.facts import Home, Profile
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store
from recruit.trials.draft import Phase, TrialStatus

HALF: Final = 0.5


class Grade(StrEnum):
    """How likely a study is one for the person: HL7's MatchGrade, as far as it is used here."""

    CERTAIN = "certain"
    """Every criterion is known to let the person in."""
    PROBABLE = "probable"
    """Nothing speaks against it, and half of what it asks for at least is known to be so."""
    POSSIBLE = "possible"
    """It is about what the person has, and nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is asked of the studies besides suiting the person; None narrows nothing.

    `near` and `km` ask for a site that looks for people, no farther away.
    """

    states: frozenset[TrialStatus] | None = frozenset({TrialStatus.RECRUITING})
    phases: frozenset[Phase] | None = None
    near: Point | None = None
    km: float | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A study for a person: its worth in [0, 1], and criterion by criterion why."""

    version: store.Version
    score: float
    grade: Grade
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Suggested:
    """The best studies, and how many there are in all."""

    best: tuple[Suggestion, ...]
    total: int


def suggest(  # noqa: PLR0913 - who, among what, when, and how many
    stocked: Stocked,
    session: Session,
    lexicon: Lexicon,
    profile: Profile,
    narrowed: Narrowed,
    *,
    on: date,
    most: int,
) -> Suggested:
    """The `most` best of the studies that are about what the person has, none against them.

    Who lives nowhere that is known is taken to live where studies are looked for.
    """
    if narrowed.near and profile.home.lat is None:
        home = Home(profile.home.country, None, narrowed.near.lat, narrowed.near.lon)
        profile = replace(profile, home=home)
    fitting = list(_fitting(stocked.fresh(session), profile, narrowed, on))
    best = dict(islice(fitting, most))
    # Amended since it was weighed: a study that is gone is left out, else it stands as it is now.
    versions = {each.trial: each for each in store.current_among(session, list(best))}
    found = []
    for trial, worth in best.items():
        if version := versions.get(trial):
            outcome = explain(version.eligibility, profile, lexicon, on)
            if outcome.judgement.candidate:
                found.append(Suggestion(version, share(worth), _grade(outcome), outcome))
    return Suggested(tuple(found), len(fitting))


def _fitting(
    stock: Stock, profile: Profile, narrowed: Narrowed, on: date
) -> Iterator[tuple[str, float]]:
    """(trial, worth) of all that fit, the best first, those of the same worth by their numbers."""
    weighed = stock.ranking.weigh(profile, on)
    for place in np.argsort(-weighed.worth, kind="stable").tolist():
        ready = stock.ready[place]
        if weighed.standing.candidates[place] and _is_wanted(ready, narrowed):
            yield ready.trial.eligibility.trial, float(weighed.worth[place])


def _is_wanted(ready: Ready, narrowed: Narrowed) -> bool:
    if narrowed.states is not None and ready.status not in narrowed.states:
        return False
    if narrowed.phases is not None and ready.phase not in narrowed.phases:
        return False
    if narrowed.near is None or narrowed.km is None:
        return True
    home = Home(lat=narrowed.near.lat, lon=narrowed.near.lon)
    km = distance_km(home, ready.trial.eligibility.places)
    return km is not None and km <= narrowed.km


def _grade(outcome: Outcome) -> Grade:
    if outcome.judgement.verdict is Verdict.ELIGIBLE:
        return Grade.CERTAIN
    asked = [each for each in outcome.criteria if each.criterion.kind == "inclusion"]
    known = sum(each.holds is Truth.YES for each in asked)
    return Grade.PROBABLE if asked and known >= HALF * len(asked) else Grade.POSSIBLE
