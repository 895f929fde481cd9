"""What can be chosen in the rule's form: values and their names in the language of the page."""

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from babel import Locale

from recruit.core.i18n import N_, translate
from recruit.criteria.phrase import Lexicon
from recruit.criteria.phrase.numbers import unit_after
from recruit.terminology.concepts import Candidate, How, Kind
from recruit.terminology.scales import scale, scales
from recruit.terminology.states import states
from recruit.terminology.units import unit_name
from recruit.terminology.variables import Variable, measured_in, variable, variables
from recruit.web.sponsor.rule_fields import TIMES

Options = list[tuple[str, str]]

CHOOSE: Final = N_("Please choose")
STATEMENTS: Final = {
    Kind.CONDITION.value: N_("Condition (disease, symptom)"),
    Kind.DRUG.value: N_("Drug treatment"),
    Kind.PROCEDURE.value: N_("Procedure or operation"),
    Kind.DEVICE.value: N_("Medical device"),
    Kind.ALLERGY.value: N_("Allergy"),
    Kind.BIOMARKER.value: N_("Biomarker"),
    Kind.EXPOSURE.value: N_("Exposure"),
    "measure": N_("Measured value (laboratory, vital sign, score)"),
    "ordinal": N_("Grade or class (ECOG, NYHA, stage)"),
    "age": N_("Age"),
    "sex": N_("Sex"),
    "state": N_("State (pregnant, smoker, able to consent)"),
    "language": N_("Language"),
    "location": N_("Place of residence"),
    "unparsed": N_("Text that is not read"),
}
GROUPS: Final = {
    "all": N_("All of these hold"),
    "any": N_("At least one of these holds"),
    "at_least": N_("At least n of these hold"),
    "not": N_("This does not hold"),
}
STATUSES: Final = {
    "current": N_("Now"),
    "past": N_("In the past"),
    "ever": N_("Now or in the past"),
}
TIME_UNITS: Final = {
    "year": N_("years"),
    "month": N_("months"),
    "week": N_("weeks"),
    "day": N_("days"),
}
ANCHORS: Final = {
    "enrolment": N_("before enrolment"),
    "first_dose": N_("before the first dose"),
    "diagnosis": N_("before the diagnosis"),
    "birth": N_("before birth"),
}
EVENTS: Final = {
    "course": N_("that it was there"),
    "onset": N_("that it began"),
}
LOWER: Final = {"yes": N_("at least (≥)"), "no": N_("more than (>)")}
UPPER: Final = {"yes": N_("at most (≤)"), "no": N_("less than (<)")}
SEXES: Final = {"female": N_("Female"), "male": N_("Male")}
MULTIPLES: Final = {
    f"{TIMES}uln": N_("times the upper limit of normal (ULN)"),
    f"{TIMES}lln": N_("times the lower limit of normal (LLN)"),
    f"{TIMES}baseline": N_("times the person’s own baseline"),
}
NO_UNIT: Final = N_("without a unit")
ODD_UNIT: Final = N_("{unit}: does not go with this value")
HOW: Final = {
    How.CODE: N_("same code"),
    How.EXACT: N_("same name"),
    How.ABBREVIATION: N_("short form, {percent} % sure"),
    How.FUZZY: N_("similar name, {percent} % alike"),
}


class Choices:
    """The options of every field, in one language."""

    def __init__(self, language: str, lexicon: Lexicon) -> None:
        """`lexicon` names the concepts."""
        self.language = language
        self.lexicon = lexicon

    def _said(self, words: dict[str, str]) -> Options:
        return [(value, translate(message, self.language)) for value, message in words.items()]

    def opened(self, options: Iterable[tuple[str, str]]) -> Options:
        """The options after one that is none."""
        return [("", translate(CHOOSE, self.language)), *options]

    def statements(self) -> Options:
        """What a statement can be about."""
        return self._said(STATEMENTS)

    def groups(self) -> Options:
        """How statements can be combined."""
        return [each for each in self._said(GROUPS) if each[0] != "not"]

    def statuses(self) -> Options:
        """When something is or was."""
        return self._said(STATUSES)

    def time_units(self) -> Options:
        """Years to days."""
        return self._said(TIME_UNITS)

    def anchors(self) -> Options:
        """What a time looks back from."""
        return self._said(ANCHORS)

    def events(self) -> Options:
        """What of something that lasts a time bounds."""
        return self._said(EVENTS)

    def lower(self) -> Options:
        """Whether the lower limit is included."""
        return self._said(LOWER)

    def upper(self) -> Options:
        """Whether the upper limit is included."""
        return self._said(UPPER)

    def sexes(self) -> Options:
        """As the registry asks for them."""
        return self._said(SEXES)

    def variables(self) -> Options:
        """Every value that is measured."""
        return self.opened(_variables(self.language))

    def units(self, key: str, chosen: str) -> Options:
        """The units of a variable and the multiples of its limits; `chosen` is always there."""
        known = variable(key)
        named = [(code, self.unit(code)) for code in _units_of(known)] if known else []
        options = [(code, name) for code, name in named if name]
        bare = [code for code, name in named if not name]
        if bare or not chosen:
            alone = chosen if chosen in {"", *bare} else bare[0]
            options.insert(0, (alone, translate(NO_UNIT, self.language)))
        options += self._said(
            {unit: words for unit, words in MULTIPLES.items() if _has(known, unit)}
        )
        if chosen not in dict(options):
            fits = known is not None and measured_in(known, chosen)
            odd = translate(ODD_UNIT, self.language, unit=chosen)
            options.append((chosen, self.unit(chosen) or chosen if fits else odd))
        return options

    def unit(self, code: str) -> str:
        """How a unit is written; "" for those of scores and counts, which nobody writes."""
        named = unit_name(code, self.language)
        return named if named != code else unit_after(code, self.language).strip()

    def scales(self) -> Options:
        """Every scale of grades."""
        return self.opened(_scales(self.language))

    def grades(self, key: str, chosen: tuple[str, ...]) -> list[str]:
        """The grades of a scale, lowest first, and those chosen that are none of it."""
        known = scale(key)
        own = known.grades if known else ()
        return [*own, *(each for each in chosen if each not in own)]

    def states(self) -> Options:
        """States that are no disease."""
        return self.opened(_states(self.language))

    def languages(self) -> Options:
        """Languages by name (ISO 639-1)."""
        return self.opened(_languages(self.language))

    def countries(self) -> Options:
        """Countries by name (ISO 3166-1)."""
        return self.opened(_countries(self.language))

    def term(self, code: str) -> tuple[str, str]:
        """A concept's name in the page's language, and in the other one where that differs."""
        concept = self.lexicon.concept(code)
        if concept is None:
            return code, ""
        own = concept.name(self.language)
        other = concept.name("en" if self.language == "fr" else "fr")
        return own, "" if other == own else other

    def kind(self, code: str) -> str:
        """What sort of thing a concept is."""
        concept = self.lexicon.concept(code)
        return translate(STATEMENTS[concept.kind.value], self.language) if concept else ""

    def how(self, candidate: Candidate) -> str:
        """How a term was found."""
        percent = round(candidate.score * 100)
        return translate(HOW[candidate.how], self.language, percent=percent)


def _units_of(known: Variable) -> tuple[str, ...]:
    """The units in which the variable is reported, the canonical one first."""
    others = (each.unit for each in known.equivalents)
    return tuple(dict.fromkeys((known.unit, *known.bare, *others)))


def _has(known: Variable | None, multiple: str) -> bool:
    """Whether a multiple of this limit means anything for the variable."""
    limits = {f"{TIMES}uln": known and known.uln, f"{TIMES}lln": known and known.lln}
    return multiple not in limits or limits[multiple] is not None


def _sorted(options: Iterable[tuple[str, str]]) -> Options:
    """By name as a reader looks for it: neither capitals nor accents count."""

    def plain(option: tuple[str, str]) -> str:
        return unicodedata.normalize("NFKD", option[1]).encode("ascii", "ignore").decode().lower()

    return sorted(options, key=plain)


@cache
def _variables(language: str) -> Options:
    return _sorted((key, each.name(language)) for key, each in variables().items())


@cache
def _scales(language: str) -> Options:
    return _sorted((key, each.name(language)) for key, each in scales().items())


@cache
def _states(language: str) -> Options:
    return _sorted((key, each.name(language)) for key, each in states().items())


@cache
def _languages(language: str) -> Options:
    named = Locale(language).languages.items()
    return _sorted((code, name) for code, name in named if len(code) == len("fr"))


@cache
def _countries(language: str) -> Options:
    named = Locale(language).territories.items()
    # Two letters that are no country's: the world's unions and pseudo-regions of CLDR.
    none = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
    letters = ((code, name) for code, name in named if len(code) == len("FR") and code.isalpha())
    return _sorted((code, name) for code, name in letters if code not in none)
