"""A person answers the questions of a study, one by one; each answer is saved when it is given."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions import profile as profiles
from recruit.actions import questioned
from recruit.actions.referring.prescreening import Screening, screening
from recruit.actions.referring.replies import Change
from recruit.actions.visits.released import own
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound
from recruit.core.i18n import N_
from recruit.criteria.phrase import Lexicon
from recruit.matching.outcome import Hierarchy
from recruit.people import store
from recruit.people.facts import Profile
from recruit.referrals import asked, paths
from recruit.referrals.paths import Path, State
from recruit.trials import store as trials
from recruit.trials.store import Version


class Knower(Lexicon, Hierarchy, Protocol):
    """What is asked of the lexicon here: names for sentences, ancestors for reasons."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a person stands in a trial: the path, the trial as it is now, and the questions.

    `given` says how each was dealt with, by its key.
    """

    path: Path
    version: Version
    profile: Profile
    screening: Screening
    given: Mapping[str, str]

    @property
    def has_said_nothing(self) -> bool:
        """Whether there were questions, and none of them has an answer."""
        said = [self.given[each.key] for each in self.screening.dealt]
        return bool(said) and all(each in asked.SILENT for each in said)


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered to a question (by its key): a word of referrals/asked or of its options.

    `change` makes the new profile; None where the answer is no fact of it.
    """

    question: str
    given: str
    change: Change | None


def stand(session: Session, trial: str, person: str, lexicon: Hierarchy, on: date) -> Stand:
    """Where a person stands in a trial on a day.

    Raises:
        NotFound: they have not said that they want to know more about it, or do not any more.
    """
    path = paths.of(session, trial, person)
    if path is None or path.state is State.DECLINED:
        raise NotFound(what="trial", identifier=trial)
    return _stand(session, path, lexicon, on)


def confirmed(session: Session, path: Path, lexicon: Hierarchy) -> Stand:
    """The same as it was when a released path was released: what the person then said yes to."""
    then = paths.released_at(session, path) or path.since
    was = [each for each in trials.history(session, path.trial) if each.recorded_at <= then]
    profile = Profile(path.person)
    for _, recorded_at, each in store.versions(session, path.person):
        if recorded_at <= then:
            profile = each
    version = was[-1] if was else trials.get(session, path.trial)
    given = asked.given(session, path, then)
    asking = screening(version.eligibility, profile, lexicon, then.date(), given)
    return Stand(path, version, profile, asking, given)


def answer(  # noqa: PLR0913 - who answers what, by name
    engine: Engine, *, trial: str, person: str, reply: Reply, lexicon: Hierarchy, by: str
) -> Stand:
    """Save an answer, in the profile and on the path; after the last one the questions are done.

    Raises:
        NotFound: there is no such question for this person.
    """
    with unit_of_work(engine) as session:
        path = own(session, trial, person)
        at = now()
        before = _stand(session, path, lexicon, at.date())
        if before.screening.question(reply.question) is None:
            raise NotFound(what=N_("question"), identifier=reply.question)
        number = _saved(session, person, reply.change) if reply.change else None
        asked.note(session, path, reply.question, reply.given, at, by=by)
        after = finished(session, _stand(session, path, lexicon, at.date()), by)
        saved = "" if number is None else f"version {number}"
        trail.record(
            session, Tag.QUESTION_ANSWERED, actor=by, subject=person, reason=saved, new=trial
        )
        return after


def finished(session: Session, now_at: Stand, by: str) -> Stand:
    """Take the step after the last question, where it was that; the caller holds the path."""
    path = now_at.path
    if path.state is State.INTERESTED and not now_at.screening.open:
        return replace(now_at, path=paths.step(session, path, State.PRESCREENED, now(), by))
    return now_at


def _stand(session: Session, path: Path, lexicon: Hierarchy, on: date) -> Stand:
    version = trials.get(session, path.trial)
    profile = profiles.current(session, path.person).profile
    given = _given(session, path)
    asking = screening(version.eligibility, profile, lexicon, on, given)
    return Stand(path, version, profile, asking, given)


def _given(session: Session, path: Path, until: datetime | None = None) -> Mapping[str, str]:
    """How each question was dealt with; what was asked before the invitation is not asked twice."""
    before = questioned.given(session, path.person, until)
    return {**before, **asked.given(session, path, until)}


def _saved(session: Session, person: str, change: Change) -> int:
    now_known = profiles.current(session, person)
    return store.save(session, [change(now_known.profile)])[0].number
