"""What is on record about a person, in words: the fact, when, and who said so."""

from dataclasses import dataclass
from typing import Final, assert_never

from recruit.core.dates import PartialDate
from recruit.core.i18n import N_
from recruit.criteria.phrase.numbers import unit_after
from recruit.matching.outcome import Attribute
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    FactStatus,
    MeasureFact,
    OrdinalFact,
    Profile,
    Source,
    StateFact,
)
from recruit.terminology.scales import scale
from recruit.terminology.states import state
from recruit.terminology.variables import variable
from recruit.web.filters import country, known_date, locale, number
from recruit.web.language import language, say

SOURCES: Final = {
    Source.OWN: N_("own answer"),
    Source.COMMUNITY: N_("patient community"),
    Source.RECORD: N_("health record"),
    Source.NOTE: N_("note"),
    Source.DERIVED: N_("worked out from other facts"),
}
STATUSES: Final[dict[FactStatus, str]] = {
    "present": "{what}",
    "past": N_("{what}: in the past"),
    "absent": N_("{what}: no"),
    "unknown": N_("{what}: not sure"),
}
SEXES: Final = {"female": N_("woman"), "male": N_("man")}


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A fact in the page's language, and its date and source."""

    words: str
    origin: str


def on_record(fact: Fact | Attribute, profile: Profile) -> OnRecord:
    """How `fact` is shown; an attribute is looked up in `profile`."""
    match fact:
        case Attribute():
            return OnRecord(_attribute(fact, profile), "")
        case ClinicalFact():
            return OnRecord(_status(fact.status, fact.text), _origin(fact.source, _lasted(fact)))
        case MeasureFact(variable=key):
            entry = variable(key)
            name = entry.name(language()) if entry else key
            unit = unit_after(entry.unit if entry else None, language())
            value = f"{number(fact.value)}{unit}"
            return OnRecord(_pair(name, value), _origin(fact.source, _taken(fact.taken)))
        case OrdinalFact(variable=key):
            grades = scale(key)
            name = grades.name(language()) if grades else key
            return OnRecord(_pair(name, fact.value), _origin(fact.source, _taken(fact.taken)))
        case StateFact(state=key):
            known = state(key)
            name = known.name(language()) if known else key
            return OnRecord(_status(fact.status, name), _origin(fact.source, None))
        case _ as never:
            assert_never(never)


def person(profile: Profile, age: tuple[int, int] | None) -> str:
    """Who this is, no closer than a review needs: age in years, sex, country."""
    said = []
    if age is not None:
        low, high = age
        said.append(
            say(N_("{n} years old"), n=low)
            if low == high
            else say(N_("{low} to {high} years old"), low=low, high=high)
        )
    if profile.sex:
        said.append(say(SEXES[profile.sex]))
    if profile.home.country:
        said.append(country(profile.home.country))
    return ", ".join(said)


def _attribute(attribute: Attribute, profile: Profile) -> str:
    match attribute:
        case Attribute.BORN:
            return _pair(say(N_("Born")), _born(profile.born) if profile.born else "?")
        case Attribute.SEX:
            return say(SEXES[profile.sex]) if profile.sex else "?"
        case Attribute.HOME:
            home = country(profile.home.country) if profile.home.country else "?"
            return _pair(say(N_("Lives in")), home)
        case Attribute.LANGUAGES:
            names = (locale().languages.get(code, code) for code in sorted(profile.languages))
            return _pair(say(N_("Speaks")), ", ".join(names))


def _born(born: PartialDate) -> str:
    """No closer than the month: the day helps to find out who somebody is, and decides nothing."""
    first, last = born.earliest, born.latest
    month = PartialDate.parse(f"{first:%Y-%m}")
    if month.earliest <= first and last <= month.latest:
        return known_date(month)
    years = PartialDate.parse(f"{first:%Y}")
    return known_date(years) if last <= years.latest else f"{first:%Y}–{last:%Y}"


def _pair(name: str, value: str) -> str:
    return say(N_("{name}: {value}"), name=name, value=value)


def _status(status: FactStatus, what: str) -> str:
    return say(STATUSES[status], what=what)


def _lasted(fact: ClinicalFact) -> str | None:
    if fact.began is None:
        return say(N_("until {date}"), date=known_date(fact.ended)) if fact.ended else None
    if fact.ended is None:
        return say(N_("since {date}"), date=known_date(fact.began))
    if fact.began == fact.ended:
        return known_date(fact.began)
    return say(
        N_("from {first} to {last}"), first=known_date(fact.began), last=known_date(fact.ended)
    )


def _taken(date: PartialDate | None) -> str | None:
    return known_date(date) if date else None


def _origin(source: Source, when: str | None) -> str:
    return ", ".join(filter(None, (when, say(SOURCES[source]))))
