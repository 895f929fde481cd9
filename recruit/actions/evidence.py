"""What is on record about a person, in words: the fact, when, and who said so."""

from dataclasses import dataclass
from typing import Final, assert_never

from recruit.core.dates import PartialDate
from recruit.core.i18n import N_, translate
from recruit.core.written import country, known_date, number, tongue
from recruit.criteria.phrase import Lexicon
from recruit.criteria.phrase.numbers import unit_after
from recruit.matching.outcome import Attribute, CriterionOutcome
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

SOURCES: Final = {
    Source.OWN: N_("own answer"),
    Source.COMMUNITY: N_("patient community"),
    Source.RECORD: N_("health record"),
    Source.NOTE: N_("note"),
    Source.DERIVED: N_("worked out from other facts"),
}
TRUST: Final = {
    Source.OWN: N_("as the person says"),
    Source.COMMUNITY: N_("as their community has it"),
    Source.RECORD: N_("documented"),
    Source.NOTE: N_("read by a machine: check it"),
    Source.DERIVED: N_("worked out by a machine"),
}
"""How far a fact can be relied on, by where it comes from."""
STATUSES: Final[dict[FactStatus, str]] = {
    "present": "{what}",
    "past": N_("{what}: in the past"),
    "absent": N_("{what}: no"),
    "unknown": N_("{what}: not sure"),
}
SEXES: Final = {"female": N_("woman"), "male": N_("man")}


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A fact in the reader's language, and its date and source ("" for an attribute).

    `trust` is a message of the catalogue: how far the source can be relied on. `text` is the
    record's own words, where they are others than the reader's; "" elsewhere.
    """

    words: str
    origin: str
    trust: str = ""
    text: str = ""

    def __str__(self) -> str:
        return f"{self.words} ({self.origin})" if self.origin else self.words


def evidence(
    outcome: CriterionOutcome, profile: Profile, language: str, lexicon: Lexicon | None = None
) -> tuple[OnRecord, ...]:
    """What on record speaks of the criterion, in `language` ("en" or "fr"), nothing twice."""
    facts = (fact for leaf in outcome.leaves for fact in leaf.evidence)
    return tuple(dict.fromkeys(on_record(fact, profile, language, lexicon) for fact in facts))


def on_record(
    fact: Fact | Attribute, profile: Profile, language: str, lexicon: Lexicon | None = None
) -> OnRecord:
    """How `fact` is shown; an attribute is looked up in `profile`.

    What is called otherwise in `language` goes by that name where the `lexicon` knows it.
    """
    match fact:
        case Attribute():
            return OnRecord(_attribute(fact, profile, language), "")
        case ClinicalFact():
            name = _name(fact, language, lexicon)
            words = _status(fact.status, name, language)
            said = _origin(fact.source, lasted(fact, language), language)
            text = "" if name.casefold() == fact.text.casefold() else fact.text
            return OnRecord(words, said, TRUST[fact.source], text)
        case MeasureFact(variable=key):
            entry = variable(key)
            unit = unit_after(entry.unit if entry else None, language)
            value = f"{number(fact.value, language)}{unit}"
            words = _pair(entry.name(language) if entry else key, value, language)
        case OrdinalFact(variable=key):
            grades = scale(key)
            words = _pair(grades.name(language) if grades else key, fact.value, language)
        case StateFact(state=key):
            known = state(key)
            name = known.name(language) if known else key
            words = _status(fact.status, name, language)
            return OnRecord(words, _origin(fact.source, None, language), TRUST[fact.source])
        case _ as never:
            assert_never(never)
    taken = known_date(fact.taken, language) if fact.taken else None
    return OnRecord(words, _origin(fact.source, taken, language), TRUST[fact.source])


def person(profile: Profile, age: tuple[int, int] | None, language: str) -> str:
    """Who this is, no closer than a review needs: age in years, sex, country."""
    said = []
    if age is not None:
        low, high = age
        said.append(
            translate(N_("{n} years old"), language, n=low)
            if low == high
            else translate(N_("{low} to {high} years old"), language, low=low, high=high)
        )
    if profile.sex:
        said.append(translate(SEXES[profile.sex], language))
    if profile.home.country:
        said.append(country(profile.home.country, language))
    return ", ".join(said)


def _name(fact: ClinicalFact, language: str, lexicon: Lexicon | None) -> str:
    """What the fact's one concept is called in `language`; its own words where that is not known.

    Several concepts are several readings of the same words: then these say more.
    """
    concept = lexicon.concept(fact.concepts[0]) if lexicon and len(fact.concepts) == 1 else None
    if concept is None or (language == "fr" and not concept.name_fr):
        return fact.text
    return concept.name(language)


def _attribute(attribute: Attribute, profile: Profile, language: str) -> str:
    match attribute:
        case Attribute.BORN:
            born = _born(profile.born, language) if profile.born else "?"
            return _pair(translate(N_("Born"), language), born, language)
        case Attribute.SEX:
            return translate(SEXES[profile.sex], language) if profile.sex else "?"
        case Attribute.HOME:
            home = country(profile.home.country, language) if profile.home.country else "?"
            return _pair(translate(N_("Lives in"), language), home, language)
        case Attribute.LANGUAGES:
            names = (tongue(code, language) for code in sorted(profile.languages))
            return _pair(translate(N_("Speaks"), language), ", ".join(names), language)


def _born(born: PartialDate, language: str) -> str:
    """No closer than the month: the day helps to find out who somebody is, and decides nothing."""
    first, last = born.earliest, born.latest
    month = PartialDate.parse(f"{first.year:04}-{first.month:02}")
    if month.earliest <= first and last <= month.latest:
        return known_date(month, language)
    years = PartialDate.parse(f"{first.year:04}")
    if last <= years.latest:
        return known_date(years, language)
    return f"{first.year}–{last.year}"


def _pair(name: str, value: str, language: str) -> str:
    return translate(N_("{name}: {value}"), language, name=name, value=value)


def _status(status: FactStatus, what: str, language: str) -> str:
    return translate(STATUSES[status], language, what=what)


def lasted(fact: ClinicalFact, language: str) -> str | None:
    """From when to when, as far as it is known; None when nothing is."""
    first = known_date(fact.began, language) if fact.began else None
    last = known_date(fact.ended, language) if fact.ended else None
    if first is None:
        return translate(N_("until {date}"), language, date=last) if last else None
    if last is None:
        return translate(N_("since {date}"), language, date=first)
    if fact.began == fact.ended:
        return first
    return translate(N_("from {first} to {last}"), language, first=first, last=last)


def _origin(source: Source, when: str | None, language: str) -> str:
    return ", ".join(filter(None, (when, translate(SOURCES[source], language))))
