"""Whether everything that a rule names is known: terms, values, units, scales, grades, states.

What a parser reads is known by itself; what comes from a form or a program may be anything. The
shape of rules is checked by criteria/decoding.py, before.
"""

from typing import Final, NoReturn

from babel import Locale

from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Language,
    Leaf,
    Location,
    Measure,
    Not,
    Ordinal,
    Rule,
    State,
)
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.scales import scale
from recruit.terminology.states import state
from recruit.terminology.variables import measured_in, variable

UNKNOWN_TERM: Final = N_("There is no such term in the terminology.")
UNKNOWN_VARIABLE: Final = N_("Please choose which value is measured.")
UNKNOWN_UNIT: Final = N_("This value is not given in this unit. Please choose one from the list.")
UNKNOWN_SCALE: Final = N_("Please choose a scale.")
UNKNOWN_GRADE: Final = N_("This scale has no such grade.")
UNKNOWN_STATE: Final = N_("Please choose a state.")
UNKNOWN_LANGUAGE: Final = N_("Please choose a language.")
UNKNOWN_COUNTRY: Final = N_("There is no such country.")
NO_BOUND: Final = N_("Please give at least one limit.")
NO_GRADE: Final = N_("Please choose at least one grade.")
NO_PLACE: Final = N_("Please give a country or a distance.")


def check_known(criterion: Criterion, lexicon: Lexicon, record: str) -> None:
    """Refuse a criterion whose rule names something that is not known, or bounds nothing.

    Raises:
        Refusal: naming `record` and the field, as criteria/codec.py does ("rule.of[1].unit").
    """
    for path, leaf in _leaves(criterion.rule, "rule"):
        _Check(lexicon, record, path).leaf(leaf)


def _leaves(rule: Rule, path: str) -> list[tuple[str, Leaf]]:
    match rule:
        case AllOf(of) | AnyOf(of) | AtLeast(of=of):
            return [
                each
                for index, part in enumerate(of)
                for each in _leaves(part, f"{path}.of[{index}]")
            ]
        case Not(of):
            return _leaves(of, f"{path}.of")
        case _:
            return [(path, rule)]


class _Check:
    """One leaf of a record's rule."""

    __slots__ = ("lexicon", "path", "record")

    def __init__(self, lexicon: Lexicon, record: str, path: str) -> None:
        self.lexicon = lexicon
        self.record = record
        self.path = path

    def refuse(self, field: str, problem: str) -> NoReturn:
        raise Refusal(record=self.record, field=f"{self.path}.{field}", problem=problem)

    def leaf(self, leaf: Leaf) -> None:
        match leaf:
            case Clinical():
                self._clinical(leaf)
            case Measure():
                self._measure(leaf)
            case Ordinal():
                self._ordinal(leaf)
            case Age(min=None, max=None):
                self.refuse("min", NO_BOUND)
            case State(key) if state(key) is None:
                self.refuse("state", UNKNOWN_STATE)
            case Language(code) if code not in Locale("en").languages:
                self.refuse("value", UNKNOWN_LANGUAGE)
            case Location():
                self._location(leaf)

    def _clinical(self, leaf: Clinical) -> None:
        for field, codes in (("concepts", leaf.concepts), ("besides", leaf.besides)):
            if any(self.lexicon.concept(code) is None for code in codes):
                self.refuse(field, UNKNOWN_TERM)

    def _measure(self, leaf: Measure) -> None:
        known = variable(leaf.variable)
        if known is None:
            self.refuse("variable", UNKNOWN_VARIABLE)
        if leaf.unit and not measured_in(known, leaf.unit):
            self.refuse("unit", UNKNOWN_UNIT)
        if leaf.min is None and leaf.max is None and leaf.within is None:
            self.refuse("min", NO_BOUND)

    def _ordinal(self, leaf: Ordinal) -> None:
        known = scale(leaf.variable)
        if known is None:
            self.refuse("variable", UNKNOWN_SCALE)
        if not set(leaf.values) <= set(known.grades):
            self.refuse("values", UNKNOWN_GRADE)
        if not leaf.values and leaf.min is None and leaf.max is None:
            self.refuse("values", NO_GRADE)

    def _location(self, leaf: Location) -> None:
        if leaf.country is None and leaf.km is None:
            self.refuse("country", NO_PLACE)
        if leaf.country is not None and leaf.country not in Locale("en").territories:
            self.refuse("country", UNKNOWN_COUNTRY)
