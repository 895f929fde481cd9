"""The English of a rule: noun phrases, which go with "no …", "… and …" and "… for 6 months"."""

from dataclasses import dataclass
from typing import Final

from recruit.criteria.nodes import (
    Age,
    Clinical,
    Detail,
    Language,
    Leaf,
    Location,
    Measure,
    Ordinal,
    Sex,
    State,
    Unparsed,
)
from recruit.criteria.phrase.en_amounts import (
    Scale,
    age,
    ago,
    bounded,
    lasting,
    of_state,
    once,
    scale_of,
    since,
)
from recruit.criteria.phrase.names import Names
from recruit.criteria.phrase.numbers import NO_BREAK, Bounds, pair, written
from recruit.criteria.phrase.opposites import ENGLISH as OPPOSITES
from recruit.terminology.concepts import Kind

MOST_NAMES: Final = 3
NOUNS: Final = {
    Kind.CONDITION: "{}",
    Kind.DRUG: "treatment with {}",
    Kind.PROCEDURE: "{}",
    Kind.DEVICE: "use of a device ({})",
    Kind.ALLERGY: "allergy to {}",
    Kind.BIOMARKER: "biomarker {}",
    Kind.EXPOSURE: "exposure to {}",
}
LINES: Final = {"1": "first line", "2": "second line", "3": "third line"}


@dataclass(frozen=True, slots=True)
class English:
    """Says rules in English; see Wording in sentence.py."""

    names: Names

    def all_head(self, *, holds: bool) -> str:
        """Of a list of which all hold, or not all."""
        return "all of the following" if holds else "not all of the following"

    def any_head(self, *, holds: bool) -> str:
        """Of a list of which one at least holds, or none."""
        return "at least one of the following" if holds else "none of the following"

    def at_least_head(self, n: int, *, holds: bool) -> str:
        """Of a list of which at least n hold, or fewer."""
        return f"at least {n} of the following" if holds else f"fewer than {n} of the following"

    def both(self, one: str, other: str) -> str | None:
        """Joined by "and", unless an "or" or a comma is near."""
        return None if _tangled(one + other, " or ") else f"{one} and {other}"

    def either(self, one: str, other: str) -> str | None:
        """Joined by "or", unless an "and" or a comma is near."""
        return None if _tangled(one + other, " and ") else f"{one} or {other}"

    def listing(self, head: str, parts: list[str], *, inner: bool) -> str:
        """After a colon, or in brackets."""
        listed = "; ".join(parts)
        return f"{head} ({listed})" if inner else f"{head}: {listed}"

    def leaf(self, leaf: Leaf, *, holds: bool) -> str:  # noqa: C901, PLR0911 - one for each type
        """What the leaf says, or its opposite."""
        match leaf:
            case Age():
                return age(leaf, holds=holds)
            case Sex(value):
                return f"{value} sex" if holds else f"sex other than {value}"
            case Clinical(Kind.BIOMARKER):
                return self._biomarker(leaf, holds=holds)
            case Clinical():
                return self._clinical(leaf, holds=holds)
            case Measure():
                return self._measure(leaf, holds=holds)
            case Ordinal():
                return self._ordinal(leaf, holds=holds)
            case State():
                return self._state(leaf, holds=holds)
            case Language(value):
                able = "able" if holds else "unable"
                return f"{able} to speak and read {self.names.tongue(value)}"
            case Location():
                return self._location(leaf, holds=holds)
            case Unparsed(text, about=about):
                named = "measurement not read" if about == "measure" else "not read"
                head = named if holds else f"{named}, the opposite of"
                return f"{head}: “{' '.join(text.split())}”"

    def thing(self, leaf: Clinical) -> str:
        """What it is, with what narrows it in brackets."""
        names = self.names.concepts(leaf)
        if len(names) > MOST_NAMES:
            names[MOST_NAMES:] = [f"{len(names) - MOST_NAMES} others"]
        thing = _or(names)
        narrowed = _details(leaf.detail, with_value=leaf.kind is not Kind.BIOMARKER)
        if leaf.besides:
            others = f"other than {_or(self.names.besides(leaf))}"
            narrowed = f"{narrowed}, {others}" if narrowed else others
        return f"{thing} ({narrowed})" if narrowed else thing

    # ---------------------------------------------------------------- clinical statements
    def _clinical(self, leaf: Clinical, *, holds: bool) -> str:
        noun = NOUNS[leaf.kind].format(self.thing(leaf))
        if leaf.kind is Kind.PROCEDURE:
            words = once(noun, leaf)
        else:
            words = f"{lasting(noun, leaf)}{since(leaf, holds=holds)}"
        return words if holds else f"no {words}"

    def _biomarker(self, leaf: Clinical, *, holds: bool) -> str:
        value = leaf.detail.value if leaf.detail else None
        said = value or "present"
        if not holds:
            said = f"not {value}" if value else "absent"
        when = {"current": "", "past": ", in the past", "ever": ", now or in the past"}[leaf.status]
        if leaf.within:
            when = f", {ago(leaf.within)}"
        return f"biomarker {self.thing(leaf)}: {said}{when}"

    # ---------------------------------------------------------------- values, grades, the rest
    def _measure(self, leaf: Measure, *, holds: bool) -> str:
        name = self.names.variable(leaf.variable)
        bounds = Bounds.of(leaf)
        when = f", measured {ago(leaf.within)}" if leaf.within else ""
        if bounds is None:
            return f"{name}: {'known' if holds else 'not known'}{when}"
        return f"{name} {bounded(bounds, scale_of(leaf), holds=holds)}{when}"

    def _ordinal(self, leaf: Ordinal, *, holds: bool) -> str:
        name = self.names.scale(leaf.variable)
        bounds = Bounds.of(leaf)
        if bounds is None:
            runs = self.names.grades(leaf)
            grades = _or([a if a == z else f"{a} to {z}" for a, z in runs]) or "any"
            return f"{name} {grades}" if holds else f"{name} other than {grades}"
        if bounds.low is None or bounds.high is None or bounds.low == bounds.high:
            return f"{name} {bounded(bounds, Scale(), holds=holds)}"
        grades = " to ".join(pair(bounds.low, bounds.high, "en"))
        return f"{name} {grades}" if holds else f"{name} other than {grades}"

    def _state(self, leaf: State, *, holds: bool) -> str:
        name = self.names.state(leaf.state)
        if leaf.within:
            # "Not pregnant for at least a year" would be another statement.
            return f"{'' if holds else 'not the case: '}{name}, {of_state(leaf.within)}"
        return name if holds else OPPOSITES.get(leaf.state) or f"not {name}"

    def _location(self, leaf: Location, *, holds: bool) -> str:
        if leaf.country is not None:
            name = self.names.country(leaf.country)
            return f"country of residence: {'' if holds else 'other than '}{name}"
        if leaf.km is None:
            return "any place of residence" if holds else "no place of residence"
        far = f"{written(leaf.km, 'en')}{NO_BREAK}km"
        bound = f"within {far} of a" if holds else f"more than {far} from any"
        return f"living {bound} study site"


def _tangled(words: str, other: str) -> bool:
    return other in words or any(mark in words for mark in ",;:")


def _or(names: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _details(detail: Detail | None, *, with_value: bool) -> str:
    if detail is None:
        return ""
    said = (
        f"stage {detail.stage.upper()}" if detail.stage else None,
        detail.severity,
        LINES.get(detail.line, f"line {detail.line}") if detail.line else None,
        detail.value if with_value else None,
    )
    return ", ".join(filter(None, said))
