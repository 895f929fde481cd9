"""Profiles kept in versions; people known by pseudonym only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.orm import Session

from recruit.core.bulk import among, insert_all
from recruit.core.clock import now
from recruit.core.dates import PartialDate
from recruit.core.errors import NotFound, WrongUsage
from recruit.core.i18n import N_
from recruit.core.tokens import pseudonym
from recruit.people.codec import Json, decode, digest, encode
from recruit.people.facts import Profile
from recruit.people.tables import COMMUNITY, PARTICIPANT, VERSION
from recruit.people.traces import hold_living

PAGE: Final = 500


class Change(StrEnum):
    """What keeping a profile did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Saved:
    """Whose profile was kept, in which version, and whether that is news."""

    person: str
    number: int
    change: Change


def know_community(session: Session, name: str) -> bool:
    """Make the community known; whether it was not."""
    found = session.execute(select(COMMUNITY.c.name).where(COMMUNITY.c.name == name))
    if found.first() is not None:
        return False
    session.execute(insert(COMMUNITY), {"name": name, "created_at": now()})
    return True


def pseudonyms(session: Session, community: str, external_ids: set[str]) -> dict[str, str]:
    """Of those known in the community, by their identifier there: the pseudonyms."""
    query = select(PARTICIPANT.c.external_id, PARTICIPANT.c.pseudonym).where(
        PARTICIPANT.c.community == community,
        among(PARTICIPANT.c.external_id, external_ids),
    )
    return {row.external_id: row.pseudonym for row in session.execute(query)}


def pseudonym_of(session: Session, name: str) -> str:
    """The pseudonym of a person named by it, or by an identifier that only one community uses.

    Raises:
        NotFound: nobody has this name.
        WrongUsage: several communities know somebody by it; the pseudonyms are named.
    """
    # An identifier that looks like somebody's pseudonym must not hide that somebody.
    for column in (PARTICIPANT.c.pseudonym, PARTICIPANT.c.external_id):
        query = select(PARTICIPANT.c.pseudonym).where(column == name)
        found = session.execute(query).scalars().all()
        if len(found) == 1:
            return str(found[0])
        if found:
            raise WrongUsage(
                N_("Several communities know somebody as “{name}”; choose one of: {people}"),
                name=name,
                people=", ".join(sorted(map(str, found))),
            )
    raise NotFound(what="person", identifier=name)


def enrol(session: Session, community: str, external_ids: Sequence[str]) -> dict[str, str]:
    """Make new participants of the community; their pseudonyms by identifier."""
    fresh = _fresh_pseudonyms(session, len(external_ids))
    made = dict(zip(external_ids, fresh, strict=True))
    rows = [
        {
            "pseudonym": person,
            "community": community,
            "external_id": external,
            "created_at": now(),
        }
        for external, person in made.items()
    ]
    insert_all(session, PARTICIPANT, rows)
    return made


def save(session: Session, profiles: Sequence[Profile]) -> list[Saved]:
    """Keep profiles, whose `person` is a pseudonym; a version is made where something is new.

    A birth date that is known as well as before stays: an age given in years moves with the day.

    Raises:
        NotFound: one of them was erased.
    """
    hold_living(session, [profile.person for profile in profiles])
    return save_encoded(session, [encode(profile) for profile in profiles])


def save_encoded(session: Session, profiles: Sequence[Json]) -> list[Saved]:
    """The same for profiles as codec.encode() made them."""
    weighed = weigh(session, profiles)
    news = [(saved, kept) for saved, kept in weighed if saved.change is not Change.UNCHANGED]
    _supersede(session, [saved.person for saved, _ in news if saved.change is Change.CHANGED])
    rows = [
        {
            "person": saved.person,
            "number": saved.number,
            "current": True,
            "digest": digest(kept),
            "profile": kept,
            "recorded_at": now(),
        }
        for saved, kept in news
    ]
    insert_all(session, VERSION, rows)
    return [saved for saved, _ in weighed]


def weigh(session: Session, profiles: Sequence[Json]) -> list[tuple[Saved, Json]]:
    """What keeping `profiles` would do, and as what each would be kept; nothing is written."""
    marks = _marks(session, [profile["person"] for profile in profiles])
    before = changed(session, profiles) if marks else {}
    weighed = []
    for profile in profiles:
        who = profile["person"]
        number, known = marks.get(who, (0, ""))
        kept = _same_birth(profile, before[who]) if who in before else profile
        if number and (who not in before or digest(kept) == known):
            weighed.append((Saved(who, number, Change.UNCHANGED), kept))
        else:
            change = Change.CHANGED if number else Change.NEW
            weighed.append((Saved(who, number + 1, change), kept))
    return weighed


def changed(session: Session, profiles: Sequence[Json]) -> dict[str, Json]:
    """Of those who are known otherwise than `profiles` say: how, by pseudonym."""
    marks = _marks(session, [profile["person"] for profile in profiles])
    other = [
        profile["person"]
        for profile in profiles
        if profile["person"] in marks and digest(profile) != marks[profile["person"]][1]
    ]
    return encoded(session, other)


def encoded(session: Session, people: Sequence[str]) -> dict[str, Json]:
    """The current profiles of `people`, as they are kept; who has none is missing."""
    query = select(VERSION.c.person, VERSION.c.profile).where(
        among(VERSION.c.person, people), VERSION.c.current
    )
    return {row.person: row.profile for row in session.execute(query)} if people else {}


def current(session: Session, people: set[str] | None) -> Iterator[tuple[str, int, Profile]]:
    """Pseudonym, version number and profile of `people` (of all, when None), in their order."""
    query = (
        select(VERSION.c.person, VERSION.c.number, VERSION.c.profile)
        .where(VERSION.c.current)
        .order_by(VERSION.c.person)
        .execution_options(yield_per=PAGE)
    )
    if people is not None and len(people) <= PAGE:
        query = query.where(VERSION.c.person.in_(people))
    with session.execute(query) as result:
        for person, number, profile in result:
            if people is None or person in people:
                yield person, number, decode(profile)


def profile(session: Session, person: str, number: int | None = None) -> Profile:
    """One version of a person's profile, by default the current one; NotFound without it."""
    which = VERSION.c.current if number is None else VERSION.c.number == number
    query = select(VERSION.c.profile).where(VERSION.c.person == person, which)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(what="person", identifier=person)
    return decode(found)


def versions(session: Session, person: str) -> Iterator[tuple[int, datetime, Profile]]:
    """Number, when it was recorded, and profile of every version, oldest first."""
    query = (
        select(VERSION.c.number, VERSION.c.recorded_at, VERSION.c.profile)
        .where(VERSION.c.person == person)
        .order_by(VERSION.c.number)
    )
    for number, recorded_at, kept in session.execute(query):
        yield number, recorded_at, decode(kept)


def participant(session: Session, person: str) -> RowMapping:
    """The participant's row, erased or not; NotFound when there is none."""
    query = select(PARTICIPANT).where(PARTICIPANT.c.pseudonym == person)
    found = session.execute(query).mappings().one_or_none()
    if found is None:
        raise NotFound(what="person", identifier=person)
    return found


def export(session: Session, person: str) -> dict[str, Any]:
    """All that is kept about a person here, as JSON."""
    who = participant(session, person)
    versions = session.execute(
        select(VERSION).where(VERSION.c.person == person).order_by(VERSION.c.number)
    )
    return {
        "person": who["pseudonym"],
        "community": who["community"],
        "id": who["external_id"],
        "since": who["created_at"].isoformat(),
        "profiles": [
            {
                "version": version.number,
                "recorded_at": version.recorded_at.isoformat(),
                "profile": version.profile,
            }
            for version in versions
        ],
    }


def _marks(session: Session, people: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Number and digest of the current versions of `people`."""
    query = select(VERSION.c.person, VERSION.c.number, VERSION.c.digest).where(
        among(VERSION.c.person, people), VERSION.c.current
    )
    return {row.person: (row.number, row.digest) for row in session.execute(query)}


def _supersede(session: Session, people: Sequence[str]) -> None:
    if people:
        session.execute(
            update(VERSION)
            .where(among(VERSION.c.person, people), VERSION.c.current)
            .values(current=False)
        )


def _same_birth(profile: Json, known: Json) -> Json:
    """The profile with the birth date known before, if the new one says no more than that."""
    if "born" not in known or "born" not in profile:
        return profile
    before, now_ = PartialDate.parse(known["born"]), PartialDate.parse(profile["born"])
    overlap = before.earliest <= now_.latest and now_.earliest <= before.latest
    narrower = now_.latest - now_.earliest < before.latest - before.earliest
    return profile if narrower or not overlap else {**profile, "born": known["born"]}


def _fresh_pseudonyms(session: Session, count: int) -> list[str]:
    """Pseudonyms that nobody has: among a million people two at random are alike."""
    made: dict[str, None] = {}
    while len(made) < count:
        tried = {pseudonym() for _ in range(count - len(made))}
        taken = select(PARTICIPANT.c.pseudonym).where(among(PARTICIPANT.c.pseudonym, tried))
        made |= dict.fromkeys(tried - set(session.execute(taken).scalars()))
    return list(made)
