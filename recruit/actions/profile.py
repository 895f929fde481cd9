"""A person's own profile: shown to them, told step by step, corrected; each save is a version."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound
from recruit.core.i18n import N_
from recruit.people import store
from recruit.people.facts import Fact, MeasureFact, OrdinalFact, Profile, Source, StateFact

Change = Callable[[Profile], Profile]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person told. `topic` names the question, never the answer.

    `change` makes the new profile. `replaces` gives the part of a profile that is overwritten, None
    where something is only added: then two windows cannot contradict each other.
    """

    topic: str
    change: Change
    replaces: Callable[[Profile], object] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A profile and the number of its version, 0 where nothing was told yet."""

    number: int
    profile: Profile


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Another window answered the same question since; nothing was saved, `now` is what stands."""

    now: Shown


@dataclass(frozen=True, slots=True)
class OnFile:
    """A fact, its place in the profile's list, and when it was recorded first."""

    place: int
    fact: Fact
    since: datetime | None


def show_profile(engine: Engine, *, person: str) -> Shown:
    """What is known about a person now; NotFound for an unknown or erased one."""
    with reading(engine) as session:
        return current(session, person)


def facts_on_file(engine: Engine, *, person: str) -> tuple[int, tuple[OnFile, ...]]:
    """The version's number and all facts of it, each with the day it became known."""
    with reading(engine) as session:
        now = current(session, person)
        first: dict[Fact, datetime] = {}
        for _, recorded_at, profile in store.versions(session, person):
            for fact in profile.facts:
                first.setdefault(_essence(fact), recorded_at)
    facts = enumerate(now.profile.facts)
    return now.number, tuple(OnFile(n, fact, first.get(_essence(fact))) for n, fact in facts)


def fact_of(engine: Engine, *, person: str, number: int, place: int) -> Fact:
    """The fact at a place of a version's list, while it still stands; NotFound otherwise.

    What is worked out from other facts is corrected by correcting those.
    """
    with reading(engine) as session:
        now = current(session, person)
        seen = now.profile if number == now.number else store.profile(session, person, number)
    fact = seen.facts[place] if place < len(seen.facts) else None
    if fact is None or fact not in now.profile.facts or fact.source is Source.DERIVED:
        raise NotFound(what=N_("fact"), identifier=f"{number}/{place}")
    return fact


def tell(
    engine: Engine, *, person: str, base: int, answer: Answer, actor: str
) -> Shown | Meanwhile:
    """Save an answer that was given in view of version `base`, as a new version.

    It is applied to what stands now. Where another window has answered the same differently since
    `base`, nothing is saved. NotFound for an unknown or erased person.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)  # from here on nobody else saves or is erased
        now = current(session, person)
        told = answer.change(now.profile)
        if answer.replaces and base != now.number:
            seen = _version(session, person, base)
            parts = [answer.replaces(each) for each in (seen, now.profile, told)]
            if parts[1] not in {parts[0], parts[2]}:
                return Meanwhile(now)
        saved = store.save(session, [told])[0]
        if saved.number != now.number:
            trail.record(
                session,
                Tag.PROFILE_TOLD,
                actor=actor,
                subject=person,
                new=f"{answer.topic}, version {saved.number}",
            )
        return Shown(saved.number, told)


def current(session: Session, person: str) -> Shown:
    """What is known about a person now; NotFound for an unknown or erased one."""
    if store.participant(session, person)["erased_at"] is not None:
        raise NotFound(what="person", identifier=person)
    found = next(store.current(session, {person}), None)
    return Shown(found[1], found[2]) if found else Shown(0, Profile(person))


def _version(session: Session, person: str, number: int) -> Profile:
    """A version as it was; an empty profile for one that never was."""
    try:
        return store.profile(session, person, number)
    except NotFound:
        return Profile(person)


def _essence(fact: Fact) -> Fact:
    """What a fact says, however it was put."""
    match fact:
        case MeasureFact() | OrdinalFact() | StateFact():
            return replace(fact, text="")
        case _:
            return fact if not fact.concepts else replace(fact, text="")
