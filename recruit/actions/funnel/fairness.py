"""Who is asked how often, and how long ago: whether some people are asked more than others.

Counted are the people whom a trial of the scope fits now, so who could be asked. Of a group of ten
people or fewer nobody is told, not even a coordinator: who else they are may be known from
elsewhere. Every table is of the same people, so that what one leaves out another gives away by its
total. Therefore small groups stand together with one that is not small, without their names.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import exp, log, sqrt
from statistics import median_low
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, distinct, func, select
from sqlalchemy.orm import Session

from recruit.actions.funnel.journeys import GONE, MATCH, at_sites
from recruit.actions.funnel.scope import Scope
from recruit.core.dates import PartialDate
from recruit.disclosure.rule import SMALL
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Wave
from recruit.people.tables import PARTICIPANT, VERSION

WITHIN: Final = timedelta(days=365)
AGES: Final = (18, 35, 50, 65, 80)
"""Each band begins at one and ends before the next."""
HOME: Final = "FR"
SURE: Final = 2.575829
"""Standard normal quantile of 0.995: of a hundred groups one would be named by chance alone."""


class Group(StrEnum):
    """By what people are told apart."""

    COMMUNITY = "community"
    REGION = "region"
    """The first two digits of a French postcode; elsewhere the country."""
    AGE = "age"
    SEX = "sex"


@dataclass(frozen=True, slots=True)
class Share:
    """One group: "" where it is not known. `people` is None where they are ten or fewer.

    `asked` of them were invited within a year, `times` in all; `ago` is how many days ago the half
    of these were last asked, at most.
    """

    key: str
    people: int | None
    asked: int = 0
    times: int = 0
    ago: int | None = None

    @property
    def rate(self) -> float | None:
        """How often each was asked on average."""
        return self.times / self.people if self.people else None


@dataclass(frozen=True, slots=True)
class Table:
    """The groups of one kind, the largest first; `rest` is all the others, None for no others."""

    group: Group
    shares: tuple[Share, ...]
    rest: Share | None = None

    @property
    def outlier(self) -> tuple[Share, float] | None:
        """The group that was asked most unlike the others, and how often compared with them.

        None where no difference is larger than chance makes it: the interval of the ratio of two
        rates (Rothman, Greenland and Lash 2008, Modern Epidemiology, 3rd ed., p. 244) holds 1.
        """
        told = [each for each in self.shares if each.people]
        found = [(each, ratio) for each in told if (ratio := _ratio(each, told)) is not None]
        return max(found, key=lambda each: abs(log(each[1])), default=None)


@dataclass(slots=True)
class _Tally:
    people: int = 0
    asked: int = 0
    times: int = 0
    ago: list[int] = field(default_factory=list)


def shares(session: Session, scope: Scope, at: datetime) -> tuple[Table, ...]:
    """The tables of every Group, of everybody whom a trial of the scope fits, in one query."""
    tallies: Mapping[Group, defaultdict[str, _Tally]] = {
        group: defaultdict(_Tally) for group in Group
    }
    for row in session.execute(_people(scope, at)):
        for group, key in _keys(row, at.date()).items():
            tally = tallies[group][key]
            tally.people += 1
            if row.times:
                tally.asked += 1
                tally.times += row.times
                tally.ago.append((at - row.last).days)
    return tuple(_told(group, tallies[group]) for group in Group)


def _people(scope: Scope, at: datetime) -> Any:  # noqa: ANN401 - a Select of six columns
    stands = MATCH.c.superseded_at.is_(None)
    theirs = () if scope.trials is None else (MATCH.c.trial.in_(scope.trials),)
    if scope.sites is not None:
        theirs = (*theirs, at_sites(MATCH.c.trial, MATCH.c.site, scope.sites))
    fits = select(MATCH.c.person).where(stands, *theirs).distinct().subquery("fits")
    sent = (
        select(
            OUTBOX.c.person,
            func.count(distinct(OUTBOX.c.trial)).label("times"),
            func.max(_left()).label("last"),
        )
        .where(
            OUTBOX.c.wave == Wave.INVITATION.value,
            OUTBOX.c.state.in_(sorted(state.value for state in GONE)),
            _left() > at - WITHIN,
        )
        .group_by(OUTBOX.c.person)
    )
    if scope.trials is not None:
        sent = sent.where(OUTBOX.c.trial.in_(scope.trials))
    if scope.sites is not None:
        same = (MATCH.c.trial == OUTBOX.c.trial, MATCH.c.person == OUTBOX.c.person)
        sent = sent.where(select(MATCH.c.id).where(*same, *theirs).exists())
    asked, home = sent.subquery("asked"), VERSION.c.profile["home"]
    return (
        select(
            PARTICIPANT.c.community,
            VERSION.c.profile["sex"].as_string().label("sex"),
            VERSION.c.profile["born"].as_string().label("born"),
            home["country"].as_string().label("country"),
            home["postcode"].as_string().label("postcode"),
            func.coalesce(asked.c.times, 0).label("times"),
            asked.c.last,
        )
        .join(fits, fits.c.person == PARTICIPANT.c.pseudonym)
        .join(VERSION, (VERSION.c.person == PARTICIPANT.c.pseudonym) & VERSION.c.current)
        .outerjoin(asked, asked.c.person == PARTICIPANT.c.pseudonym)
    )


def _left() -> ColumnElement[datetime]:
    """When a message left, or may have."""
    return func.coalesce(OUTBOX.c.sent_at, OUTBOX.c.changed_at)


def _keys(row: Row[Any], on: date) -> dict[Group, str]:
    return {
        Group.COMMUNITY: row.community,
        Group.REGION: _region(row.country, row.postcode),
        Group.AGE: _band(row.born, on),
        Group.SEX: row.sex or "",
    }


def _region(country: str | None, postcode: str | None) -> str:
    if country not in {None, HOME}:
        return country or ""
    digits = (postcode or "")[:2]
    return digits if len(digits) == 2 and digits.isdigit() else ""  # noqa: PLR2004 - two digits


def _band(born: str | None, on: date) -> str:
    """The first age of a band; "" where the day of birth may lie in two, or below the first."""
    if born is None:
        return ""
    day = PartialDate.parse(born)
    youngest, oldest = (_years(each, on) for each in (day.latest, day.earliest))
    bands = {max((age for age in AGES if age <= years), default=0) for years in (youngest, oldest)}
    return str(bands.pop()) if len(bands) == 1 and 0 not in bands else ""


def _years(birthday: date, on: date) -> int:
    return on.year - birthday.year - ((on.month, on.day) < (birthday.month, birthday.day))


def _told(group: Group, tallies: Mapping[str, _Tally]) -> Table:
    small = hidden({key: tally.people for key, tally in tallies.items()})
    largest = sorted(tallies.items(), key=lambda each: (-each[1].people, each[0]))
    told = tuple(_share(key, tally) for key, tally in largest if key not in small)
    return Table(group, told, _together([tallies[key] for key in small]))


def _share(key: str, tally: _Tally) -> Share:
    ago = median_low(tally.ago) if tally.ago else None
    return Share(key, tally.people, tally.asked, tally.times, ago)


def _together(tallies: Sequence[_Tally]) -> Share | None:
    """Groups as one; of ten people or fewer, who are then all there are, nothing is said."""
    if not tallies:
        return None
    whole = _Tally(
        sum(each.people for each in tallies),
        sum(each.asked for each in tallies),
        sum(each.times for each in tallies),
        [days for each in tallies for days in each.ago],
    )
    return _share("", whole) if whole.people > SMALL else Share("", None)


def hidden(sizes: Mapping[str, int]) -> frozenset[str]:
    """Which groups stand together: those of ten people or fewer, and the next larger ones.

    One of them has more than ten people where any group has, and by their sum alone any of them
    may be that one: a world in which two have changed places looks the same. Groups as large as
    the last one go with it, for whose turn it is would tell. Statistics offices call it
    complementary suppression.
    """
    if all(size > SMALL for size in sizes.values()):
        return frozenset()
    largest = min((size for size in sizes.values() if size > SMALL), default=SMALL)
    return frozenset(key for key, size in sizes.items() if size <= largest)


def _ratio(one: Share, every: Sequence[Share]) -> float | None:
    """How often a group was asked compared with all the others; None where that may be chance.

    A half is added to each count, so that a group that nobody asked has a ratio, too.
    """
    people = sum(each.people or 0 for each in every if each is not one)
    times = sum(each.times for each in every if each is not one)
    if not people or not times or not one.people:
        return None
    ratio = ((one.times + 0.5) / one.people) / ((times + 0.5) / people)
    reach = exp(SURE * sqrt(1 / (one.times + 0.5) + 1 / (times + 0.5)))
    return None if ratio / reach <= 1 <= ratio * reach else ratio
