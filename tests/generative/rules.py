"""Invented rules, criteria, trials and people of the small world, simplest first.

Every rule here is sound and in its normal form (what the codec gives back), so that a law that
fails shrinks to something a person can read. `NODES` has a strategy for each type of node.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast, get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from recruit.core.dates import TimeUnit
from recruit.criteria.eligibility import Criterion, CriterionKind, Eligibility, Place, Settler
from recruit.criteria.nodes import (
    Age,
    AllOf,
    Anchor,
    AnyOf,
    AtLeast,
    Clinical,
    Event,
    Language,
    Leaf,
    Location,
    Measure,
    Not,
    Number,
    Ordinal,
    Rule,
    Sex,
    SexValue,
    State,
    Status,
    Times,
    Unparsed,
    Window,
)
from recruit.terminology.concepts import Concept
from tests.generative.people import profiles
from tests.generative.values import details, halves, maybe, spans, words
from tests.generative.world import CONCEPTS, GRADES, LANGUAGES, PLACES, STATES, UNITS

__all__ = ["LEAVES", "NODES", "criteria", "eligibilities", "leaves", "profiles", "rules"]

Bounds = tuple[Number | None, Number | None, bool, bool]


@st.composite
def bounds(draw: st.DrawFn, numbers: SearchStrategy[float]) -> Bounds:
    """One bound or two with something between them."""
    low, high = draw(st.tuples(maybe(numbers), maybe(numbers)).filter(any_bound))
    if low is None or high is None:
        included = draw(st.booleans())
        return low, high, included or low is None, included or high is None
    low, high = min(low, high), max(low, high)
    if low == high:
        return low, high, True, True
    return low, high, draw(st.booleans()), draw(st.booleans())


def any_bound(pair: tuple[float | None, float | None]) -> bool:
    return pair != (None, None)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    low, high, _, _ = draw(bounds(halves(0, 12)))
    unit = draw(st.sampled_from(TimeUnit))
    return Window(high, low, unit, draw(st.sampled_from(cast("list[Anchor]", get_args(Anchor)))))


@st.composite
def lasting(draw: st.DrawFn) -> Window:
    """A window of something that lasts, which may be of its onset alone."""
    event = draw(st.sampled_from(cast("list[Event]", get_args(Event))))
    return replace(draw(windows()), event=event)


@st.composite
def ages(draw: st.DrawFn) -> Age:
    unit = draw(st.sampled_from(TimeUnit))
    return Age(*draw(bounds(halves(0, 90))), unit=unit, span=draw(spans()))


@st.composite
def clinicals(draw: st.DrawFn) -> Clinical:
    meant: Concept = draw(st.sampled_from(CONCEPTS))
    alike = [concept.id for concept in CONCEPTS if concept.kind is meant.kind]
    concepts = st.just([meant.id]) | st.lists(st.sampled_from(alike), unique=True)
    return Clinical(
        kind=meant.kind,
        text=meant.name_en,
        concepts=tuple(draw(concepts)),
        status=draw(st.sampled_from(cast("list[Status]", get_args(Status)))),
        within=draw(maybe(lasting())),
        detail=draw(maybe(details())),
        span=draw(spans()),
        besides=tuple(draw(st.lists(st.sampled_from(alike), unique=True, max_size=1))),
    )


@st.composite
def measures(draw: st.DrawFn) -> Measure:
    variable = draw(st.sampled_from(sorted(UNITS)))
    times = draw(maybe(st.sampled_from(cast("list[Times]", get_args(Times)))))
    low, high, with_low, with_high = draw(bounds(halves(0, 4) if times else halves(0, 20)))
    return Measure(
        variable,
        low,
        high,
        with_low,
        with_high,
        None if times else UNITS[variable],
        times,
        draw(maybe(windows())),
        draw(spans()),
    )


@st.composite
def ordinals(draw: st.DrawFn) -> Ordinal:
    variable = draw(st.sampled_from(sorted(GRADES)))
    grades = GRADES[variable]
    if all(grade.isdigit() for grade in grades) and draw(st.booleans()):
        low, high, _, _ = draw(bounds(st.sampled_from([float(grade) for grade in grades])))
        return Ordinal(variable, min=low, max=high, span=draw(spans()))
    values = draw(st.lists(st.sampled_from(grades), min_size=1, unique=True))
    return Ordinal(variable, tuple(values), span=draw(spans()))


def locations() -> SearchStrategy[Location]:
    near = st.builds(Location, km=halves(0, 500), span=spans())
    return near | st.builds(
        Location, country=st.sampled_from([place.country for place in PLACES]), span=spans()
    )


LEAVES: Final[dict[type[Leaf], SearchStrategy[Leaf]]] = {
    Clinical: clinicals(),
    Age: ages(),
    Sex: st.builds(Sex, st.sampled_from(cast("list[SexValue]", get_args(SexValue))), span=spans()),
    Measure: measures(),
    Ordinal: ordinals(),
    State: st.builds(State, st.sampled_from(STATES), span=spans(), within=maybe(lasting())),
    Language: st.builds(Language, st.sampled_from(LANGUAGES), span=spans()),
    Location: locations(),
    Unparsed: st.builds(Unparsed, words(), span=spans(), within=maybe(lasting())),
}


def leaves() -> SearchStrategy[Leaf]:
    """A leaf of any type."""
    return st.one_of(*LEAVES.values())


def _several(parts: SearchStrategy[Rule]) -> SearchStrategy[tuple[Rule, ...]]:
    return st.lists(parts, min_size=1, max_size=4).map(tuple)


@st.composite
def _at_least(draw: st.DrawFn, parts: SearchStrategy[Rule]) -> AtLeast:
    of = draw(_several(parts))
    return AtLeast(draw(st.integers(1, len(of))), of)


def _branches(parts: SearchStrategy[Rule]) -> dict[type[Rule], SearchStrategy[Rule]]:
    return {
        AllOf: st.builds(AllOf, _several(parts)),
        AnyOf: st.builds(AnyOf, _several(parts)),
        Not: st.builds(Not, parts),
        AtLeast: _at_least(parts),
    }


def rules() -> SearchStrategy[Rule]:
    """A tree of up to a dozen leaves, most often a single leaf."""
    return st.recursive(
        leaves(), lambda parts: st.one_of(*_branches(parts).values()), max_leaves=12
    )


NODES: Final[Mapping[type[Rule], SearchStrategy[Rule]]] = dict(
    [*_branches(leaves()).items(), *LEAVES.items()]
)
"""For each type of node a strategy of rules with that node at the root."""


def criteria() -> SearchStrategy[Criterion]:
    """A criterion of either kind."""
    kinds = st.sampled_from(cast("list[CriterionKind]", get_args(CriterionKind)))
    settlers = st.sampled_from(cast("list[Settler]", get_args(Settler)))
    return st.builds(Criterion, kinds, words(), rules(), spans(), settlers)


def eligibilities() -> SearchStrategy[Eligibility]:
    """A trial of up to five criteria, about something of the world, with sites in it."""
    about = st.sampled_from([concept.id for concept in CONCEPTS])
    return st.builds(
        Eligibility,
        trial=st.just("NCT00000001"),
        criteria=st.lists(criteria(), max_size=5).map(tuple),
        about=st.lists(about, max_size=2, unique=True).map(tuple),
        seeks_healthy=st.booleans(),
        places=st.lists(_places(), max_size=2).map(tuple),
    )


@st.composite
def _places(draw: st.DrawFn) -> Place:
    town = draw(st.sampled_from(PLACES))
    where = draw(st.booleans())
    return Place(
        town.country,
        town.lat if where else None,
        town.lon if where else None,
        recruiting=draw(st.booleans()),
    )
