"""Invented people of the small world: what is known of them is little, vague or contradictory."""

import calendar
from datetime import date, timedelta
from typing import Final, Literal, cast, get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from recruit.core.dates import PartialDate
from recruit.criteria.nodes import SexValue
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    FactStatus,
    Home,
    MeasureFact,
    OrdinalFact,
    Profile,
    Source,
    StateFact,
)
from recruit.terminology.concepts import Concept, Kind
from tests.generative.values import details, halves, maybe
from tests.generative.world import CONCEPTS, GRADES, LANGUAGES, PLACES, STATES, TODAY, UNITS

STATUSES: Final = cast("list[FactStatus]", get_args(FactStatus))
COMPLETABLE: Final[list[Kind | Literal["state", "measure"]]] = [*Kind, "state", "measure"]


@st.composite
def dates(draw: st.DrawFn, years: int = 15) -> PartialDate:
    """A day of the last `years`, known to the day, the month, the year or as a span."""
    day = TODAY - timedelta(days=draw(st.integers(0, years * 365)))
    match draw(st.sampled_from(("day", "month", "year", "span"))):
        case "day":
            return PartialDate(day, day)
        case "month":
            last = calendar.monthrange(day.year, day.month)[1]
            return PartialDate(day.replace(day=1), day.replace(day=last))
        case "year":
            return PartialDate(date(day.year, 1, 1), date(day.year, 12, 31))
        case _:
            return PartialDate(day - timedelta(days=draw(st.integers(1, 900))), day)


@st.composite
def clinical_facts(draw: st.DrawFn) -> ClinicalFact:
    meant: Concept = draw(st.sampled_from(CONCEPTS))
    began, ended = draw(maybe(dates())), draw(maybe(dates()))
    if began and ended and (ended.earliest < began.earliest or ended.latest < began.latest):
        began, ended = ended, began
    if began and ended and (ended.earliest < began.earliest or ended.latest < began.latest):
        ended = None
    return ClinicalFact(
        kind=meant.kind,
        text=meant.name_en,
        concepts=(meant.id,),
        status=draw(st.sampled_from(STATUSES)),
        began=began,
        ended=began if meant.kind is Kind.PROCEDURE else ended,
        detail=draw(maybe(details())),
        source=draw(st.sampled_from(Source)),
    )


def facts() -> SearchStrategy[Fact]:
    """One fact of any type."""
    measured = st.builds(
        MeasureFact,
        variable=st.sampled_from(sorted(UNITS)),
        value=halves(0, 20),
        taken=maybe(dates()),
        uln=maybe(halves(1, 10)),
        lln=maybe(halves(1, 4)),
    )
    graded = st.sampled_from(
        [(variable, grade) for variable in sorted(GRADES) for grade in GRADES[variable]]
    ).flatmap(lambda pair: st.builds(OrdinalFact, *map(st.just, pair), taken=maybe(dates())))
    return st.one_of(clinical_facts(), measured, graded, states())


def states() -> SearchStrategy[StateFact]:
    return st.builds(StateFact, st.sampled_from(STATES), st.sampled_from(STATUSES))


def homes() -> SearchStrategy[Home]:
    return st.just(Home()) | st.sampled_from(PLACES).flatmap(
        lambda town: st.sampled_from(
            (Home(country=town.country), Home(town.country, None, town.lat, town.lon))
        )
    )


def profiles() -> SearchStrategy[Profile]:
    """A person of whom up to six facts are known."""
    return st.builds(
        Profile,
        person=st.just("p1"),
        born=maybe(dates(years=95)),
        sex=maybe(st.sampled_from(cast("list[SexValue]", get_args(SexValue)))),
        home=homes(),
        languages=st.frozensets(st.sampled_from(LANGUAGES)),
        all_languages=st.booleans(),
        facts=st.lists(facts(), max_size=6).map(tuple),
        complete=st.frozensets(st.sampled_from(COMPLETABLE)),
        seeking=st.lists(st.sampled_from([c.id for c in CONCEPTS]), max_size=2).map(tuple),
    )
