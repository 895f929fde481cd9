"""A site writes down how it goes on with somebody: from the first call to an enrolment, or an end.

Whoever leaves does so for a reason out of a list; a screening fails on a criterion of the version
of the trial that the person was screened for, or for a reason that no criterion names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.confirming import Hand
from recruit.actions.following.contacting import (
    Desk,
    Seen,
    attempts,
    called_enough,
    check,
    held,
)
from recruit.actions.visits.appointments import give_back
from recruit.actions.visits.ending import Voice
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.ledger import CLOCK
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound, Refusal
from recruit.core.i18n import N_
from recruit.referrals import paths, slots
from recruit.referrals.paths import AT_SITE, AWAY, NEXT, RELEASE_NEEDED, Failure, Path, State
from recruit.trials import store as trials

CRITERION: Final = "criterion"
"""The reason of a screening that failed on a criterion of the trial."""
REASONS: Final[Mapping[State, Mapping[str, str]]] = {
    State.UNREACHABLE: {
        "nobody answers": N_("Nobody answers"),
        "wrong number": N_("The number or address is wrong"),
        "asked to be called later": N_("Asked to be called later, and could not be reached then"),
    },
    State.DECLINED: {
        "too much effort": N_("The visits are too much effort"),
        "too far": N_("The site is too far away"),
        "no time": N_("No time at the moment"),
        "worried": N_("Worried about risks or side effects"),
        "advised against": N_("A doctor or the family advised against it"),
        "another study": N_("Takes part in another study"),
        "no reason given": N_("Gave no reason, and need not"),
    },
    State.SCREEN_FAILURE: {
        "laboratory value": N_("A laboratory value"),
        "imaging": N_("An image or another examination"),
        "other illness": N_("Another illness"),
        "other medicine": N_("A medicine"),
        "investigator": N_("The investigator’s judgement"),
        "no consent at the site": N_("Did not sign the site’s consent form"),
        "closed": N_("Site or study has closed"),
        "other": N_("Something else"),
    },
    State.WITHDREW: {
        "too much effort": N_("The visits are too much effort"),
        "health": N_("Their health does not allow it"),
        "moved": N_("Has moved away"),
        "no reason given": N_("Gave no reason, and need not"),
        "other": N_("Something else"),
    },
}
"""Why somebody leaves, by the state that they come to stand in: the word that is kept, in words."""
NO_REASON: Final = N_("Please choose a reason.")
NO_CRITERION: Final = N_("Please choose a criterion or a reason of the list.")
TOO_FEW_CALLS: Final = N_(
    "Please try at least 3 times, on 2 days, before you give somebody up. Nothing was written."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, why (a word of REASONS, or CRITERION with the `failure`)."""

    state: State
    reason: str = ""
    failure: Failure | None = None


def possible(path: Path) -> tuple[State, ...]:
    """What a site can write down next, in the order in which it usually comes."""
    if path.state not in AT_SITE | {State.UNREACHABLE}:
        return ()
    return tuple(each for each in State if each in NEXT[path.state] and _is_a_sites(each))


def report(engine: Engine, voice: Voice, desk: Desk, seen: Seen, outcome: Outcome) -> None:
    """Write down what came of it; an appointment that is still to come is off when somebody leaves.

    Raises:
        NotFound, EditedMeanwhile: as `contacting.held`; or it does not follow where they stand.
        Refusal: as `contacting.held`; no reason out of the list, or too few calls.
    """
    with unit_of_work(engine) as session:
        path = held(session, desk, seen)
        if outcome.state not in possible(path):
            raise EditedMeanwhile
        check(session, path, outcome.state)
        _check_reason(session, path, outcome)
        if outcome.state is State.UNREACHABLE:
            calls = attempts(session, path, paths.released_at(session, path))
            if not called_enough(calls, desk.zone):
                raise Refusal(record="", field="reason", problem=TOO_FEW_CALLS)
        after = paths.step(
            session,
            path,
            outcome.state,
            now(),
            desk.actor,
            reason=outcome.reason,
            failure=outcome.failure,
        )
        if outcome.state in AWAY:
            _give_back(session, voice, after, desk.actor)
        trail.record(
            session,
            Tag.SITE_REPORTED,
            actor=desk.actor,
            subject=path.person,
            reason=outcome.state.value,
            new=path.trial,
        )


def _is_a_sites(state: State) -> bool:
    return state in RELEASE_NEEDED or state is State.DECLINED


def _check_reason(session: Session, path: Path, outcome: Outcome) -> None:
    known = REASONS.get(outcome.state, {"": ""})
    if outcome.failure is None and outcome.reason not in known:
        failed = outcome.state is State.SCREEN_FAILURE
        problem = NO_CRITERION if failed else NO_REASON
        raise Refusal(record="", field="reason", problem=problem)
    if outcome.failure is not None:
        _check_failure(session, path, outcome, outcome.failure)


def _check_failure(session: Session, path: Path, outcome: Outcome, failure: Failure) -> None:
    """A criterion of a version that stood while the person was on their way, or stands now."""
    refusal = Refusal(record="", field="reason", problem=NO_CRITERION)
    if outcome.state is not State.SCREEN_FAILURE or outcome.reason != CRITERION:
        raise refusal
    try:
        version = trials.version(session, path.trial, failure.trial_version)
    except NotFound:
        raise refusal from None
    if not 0 <= failure.criterion < len(version.eligibility.criteria):
        raise refusal


def _give_back(session: Session, voice: Voice, path: Path, by: str) -> None:
    booked = slots.of_path(session, path)
    if booked and booked.slot.offer.starts_at > now():
        hand = Hand(path.person, CLOCK, by, booked.language, voice.link)
        give_back(session, voice.keyring, path, hand)
