"""Judging the people of an order, trial by trial: in this process, or in one of a cluster's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, Literal

import numpy as np
from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from recruit.actions.judged_tables import JUDGED_PERSON
from recruit.actions.match_changes import Pseudonyms
from recruit.actions.match_due import Note, Order
from recruit.consent.choices import Purpose
from recruit.consent.permit import consenting, refusing
from recruit.consent.tables import STATE
from recruit.criteria.eligibility import Eligibility
from recruit.matching import reference
from recruit.matching.building import build
from recruit.matching.distributed import Share, share, share_among, share_of
from recruit.matching.embedded import Engine
from recruit.matching.index import Index, Rows
from recruit.matching.outcome import Hierarchy
from recruit.matching.plan import compile_plan
from recruit.matching.turning_days import dated_leaves, turning_days
from recruit.people.codec import decode
from recruit.people.facts import Home, Profile
from recruit.people.store import PAGE
from recruit.people.tables import VERSION

Judges = Literal["embedded", "reference"]
Judge = Callable[[Eligibility, Rows | None], Share]
TRIAL: Final = "trial/"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one trial: of everybody of the order, or of `whom` among them.

    `share` numbers its people by their places in `whom`, or among everybody.
    """

    trial: str
    whom: tuple[str, ...] | None
    share: Share


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who consents, what was noted when they were judged last, and what is now.

    Both are as rows of JUDGED_PERSON; `next_on` is not known yet of what is now.
    """

    name: str
    home: Home
    noted: Note | None
    present: Note

    @property
    def is_changed(self) -> bool:
        """Whether something other than the day is not as it was."""
        if self.noted is None or self.noted["judged_on"] > self.present["judged_on"]:
            return True
        return any(
            self.noted[name] != self.present[name] for name in ("profile_version", "refused")
        )

    @property
    def is_due(self) -> bool:
        """Whether the day may have changed something."""
        return self.noted is not None and bool(self.noted["next_on"] <= self.present["judged_on"])


@dataclass(frozen=True, slots=True)
class Judged:
    """The people of an order who were judged, and all that came of it; `homes` of candidates."""

    order: Order
    names: tuple[str, ...]
    versions: Mapping[str, int]
    homes: Mapping[str, Home]
    found: tuple[Found, ...]
    notes: Sequence[Note]


class Judging:
    """The people of an order who have to be judged for some trial."""

    def __init__(
        self,
        read: Sequence[tuple[Person, Profile]],
        order: Order,
        hierarchy: Hierarchy,
        judges: Judges = "embedded",
    ) -> None:
        self.order = order
        self.people = [person for person, _ in read]
        self.names = tuple(person.name for person in self.people)
        # In which version each profile was read, and where they live: asked for with every trial.
        self.versions = {person.name: person.present["profile_version"] for person in self.people}
        self.homes = {person.name: person.home for person in self.people}
        changed = np.array([person.is_changed for person in self.people], np.bool_)
        due = np.array([person.is_due for person in self.people], np.bool_)
        self._touched = np.flatnonzero(changed | due).astype(np.int32)
        self._changed = changed[self._touched]
        # Nobody turned before the first of these days.
        days = [each.noted["next_on"] for each in self.people if each.noted and each.is_due]
        self._since = min(days) - timedelta(days=1) if days else None
        profiles = [profile for _, profile in read]
        some = [profiles[row] for row in self._touched]
        self._index = build(profiles, hierarchy)
        self._some = build(some, hierarchy)
        self._judge = _judge(judges, profiles, self._index, hierarchy, order.on)
        self._judge_some = _judge(judges, some, self._some, hierarchy, order.on)

    def found(self, eligibility: Eligibility) -> Found | None:
        """What the pairs that are to be judged for a trial came to; None where there are none."""
        trial = eligibility.trial
        if trial in self.order.fresh:
            return Found(trial, None, self._judge(eligibility, None))
        rows = self._turned(eligibility)
        if not len(rows):
            return None
        whom = tuple(self.names[row] for row in self._touched[rows])
        return Found(trial, whom, self._judge_some(eligibility, rows))

    def notes(self, trials: Sequence[Eligibility]) -> Iterator[Note]:
        """What to note of each person once all `trials` were judged."""
        fresh = [each for each in trials if each.trial in self.order.fresh]
        days = turning_days(_dated(fresh), self._index, self.order.on)
        days[self._touched] = turning_days(_dated(trials), self._some, self.order.on)
        touched = set(self._touched.tolist())
        for row, (each, day) in enumerate(zip(self.people, days.tolist(), strict=True)):
            before = None if row in touched else each.noted
            yield {**each.present, "next_on": _sooner(day, before)}

    def _turned(self, eligibility: Eligibility) -> Rows:
        """Which of those touched are to be judged for a trial that was judged before."""
        turned = self._changed
        if self._since is not None:
            days = turning_days(dated_leaves(eligibility), self._some, self._since)
            turned = turned | (days <= self.order.on.toordinal())
        return np.flatnonzero(turned).astype(np.int32)


def _dated(trials: Sequence[Eligibility]) -> frozenset[Any]:
    return frozenset(leaf for each in trials for leaf in dated_leaves(each))


def _sooner(day: int, noted: Note | None) -> date:
    turning = date.fromordinal(min(day, date.max.toordinal()))
    return turning if noted is None else min(turning, noted["next_on"])


def _judge(
    judges: Judges, profiles: Sequence[Profile], index: Index, hierarchy: Hierarchy, on: date
) -> Judge:
    """Judges all of these people for a trial, or those in some rows."""
    if judges == "reference":

        def by_law(eligibility: Eligibility, rows: Rows | None) -> Share:
            some = profiles if rows is None else [profiles[row] for row in rows]
            return share_of(eligibility, reference.evaluate(eligibility, some, hierarchy, on))

        return by_law
    engine = Engine(index, hierarchy, on)

    def by_columns(eligibility: Eligibility, rows: Rows | None) -> Share:
        plan = compile_plan(eligibility)
        return share(engine, plan) if rows is None else share_among(engine, plan, rows)

    return by_columns


def read_people(session: Session, order: Order) -> Iterator[tuple[Person, Profile]]:
    """Those of an order who consent; all where a trial is fresh, else those it may touch."""
    refusals = _refusals(session, order)
    noted = [column.label(f"noted_{column.name}") for column in JUDGED_PERSON.c]
    query = (
        consenting(Purpose.MATCHING, order.at)
        .join(VERSION, and_(VERSION.c.person == STATE.c.person, VERSION.c.current))
        .outerjoin(JUDGED_PERSON, JUDGED_PERSON.c.person == STATE.c.person)
        .add_columns(VERSION.c.number, VERSION.c.profile, *noted)
        .where(*within(STATE.c.person, order))
        .order_by(STATE.c.person)
        .execution_options(yield_per=PAGE)
    )
    if not order.fresh:
        query = query.where(
            or_(
                JUDGED_PERSON.c.person.is_(None),
                JUDGED_PERSON.c.profile_version != VERSION.c.number,
                JUDGED_PERSON.c.judged_on > order.on,
                JUDGED_PERSON.c.next_on <= order.on,
                JUDGED_PERSON.c.refused != "",
                STATE.c.person.in_(_refusing(order).with_only_columns(STATE.c.person)),
            )
        )
    with session.execute(query) as result:
        for row in result.mappings():
            name = row["person"]
            profile = replace(decode(row["profile"]), person=name)
            present = {
                "person": name,
                "profile_version": row["number"],
                "refused": "\n".join(sorted(refusals.get(name, ()))),
                "judged_on": order.on,
            }
            was = {column.name: row[f"noted_{column.name}"] for column in JUDGED_PERSON.c}
            yield Person(name, profile.home, was if was["person"] else None, present), profile


def within(column: Pseudonyms, order: Order) -> Iterator[ColumnElement[bool]]:
    """That a pseudonym is one of the order's."""
    if order.low:
        yield column >= order.low
    if order.high is not None:
        yield column < order.high


def _refusing(order: Order) -> Any:  # noqa: ANN401 - a query of two columns
    return (
        refusing(Purpose.MATCHING, STATE.c.scope, order.at)
        .where(STATE.c.scope.startswith(TRIAL), *within(STATE.c.person, order))
        .add_columns(STATE.c.scope)
    )


def _refusals(session: Session, order: Order) -> dict[str, list[str]]:
    """Who does not want to be matched with which trials."""
    found: dict[str, list[str]] = {}
    for name, scope in session.execute(_refusing(order)):
        found.setdefault(name, []).append(scope.removeprefix(TRIAL))
    return found
