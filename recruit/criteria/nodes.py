"""The eligibility language: one frozen, typed vocabulary for what a criterion says.

A rule is a tree. Inner nodes combine; leaves say one thing about one person. A leaf that was read
from text carries its `span`, `[start, end)` in characters of the trial's eligibility text. The
JSON form is in codec.py, the sentences in phrase/, the meaning (the law) in matching/reference.py.
"""

from dataclasses import dataclass
from typing import Literal

from recruit.core.dates import TimeUnit
from recruit.terminology.concepts import Kind

Span = tuple[int, int]
Number = float
SexValue = Literal["female", "male"]
Status = Literal["current", "past", "ever"]
Times = Literal["uln", "lln", "baseline"]
Anchor = Literal["enrolment", "first_dose", "diagnosis", "birth"]
Event = Literal["course", "onset"]


@dataclass(frozen=True, slots=True)
class Window:
    """How long before the anchor something was: at least `min` and at most `max` units.

    For something that lasts, `max` bounds its last day and `min` its first one, so "for at least
    3 months" is min=3 and "within the last 6 months" is max=6. Where the `event` is its onset both
    bound the first day: "diagnosed within 5 years" is max=5.
    """

    max: Number | None = None
    min: Number | None = None
    unit: TimeUnit = TimeUnit.DAY
    anchor: Anchor = "enrolment"
    event: Event = "course"


@dataclass(frozen=True, slots=True)
class Detail:
    """What narrows a clinical statement, as short normal forms ("iv", "severe", "2", "mutated")."""

    stage: str | None = None
    severity: str | None = None
    line: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of `of` holds. Never empty: an empty one would accept everybody."""

    of: "tuple[Rule, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of `of` holds. Never empty."""

    of: "tuple[Rule, ...]"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `n` of `of` hold, 1 ≤ n ≤ len(of)."""

    n: int
    of: "tuple[Rule, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """`of` does not hold."""

    of: "Rule"


@dataclass(frozen=True, slots=True)
class Age:
    """Age in completed units lies within the bounds; None is no bound."""

    min: Number | None = None
    max: Number | None = None
    min_inclusive: bool = True
    max_inclusive: bool = True
    unit: TimeUnit = TimeUnit.YEAR
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Sex:
    """Sex as the registry asks for it."""

    value: SexValue
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Clinical:
    """A condition, drug, procedure, device, allergy, biomarker or exposure the person has or had.

    Any one of `concepts`, or a descendant of it, answers, unless it is one of `besides` or a
    descendant of that ("cancer other than of the skin"). Without concepts nothing does.
    """

    kind: Kind
    text: str
    concepts: tuple[str, ...] = ()
    status: Status = "current"
    within: Window | None = None
    detail: Detail | None = None
    span: Span | None = None
    besides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """The latest value of a variable lies within the bounds, given in `unit`.

    With `times`, the bounds are multiples of the laboratory's upper (`uln`) or lower (`lln`) limit
    of normal or of the person's own `baseline`, and `unit` is None.
    """

    variable: str
    min: Number | None = None
    max: Number | None = None
    min_inclusive: bool = True
    max_inclusive: bool = True
    unit: str | None = None
    times: Times | None = None
    within: Window | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Ordinal:
    """A grade on a clinical scale: one of `values`, or within min and max (both included)."""

    variable: str
    values: tuple[str, ...] = ()
    min: Number | None = None
    max: Number | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A state of a person that is no disease: pregnant, smoker, able to consent, healthy.

    It is asked of now, or of the time `within`.
    """

    state: str
    span: Span | None = None
    within: Window | None = None


@dataclass(frozen=True, slots=True)
class Language:
    """The person speaks and reads this language (ISO 639-1)."""

    value: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """The person lives in `country` (ISO 3166-1 alpha-2) or within `km` of a site."""

    country: str | None = None
    km: Number | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Unparsed:
    """Text that was not read. UNKNOWN for everyone, and shown to a person.

    `about` is what sort of thing it speaks of, where that much was read: something measured that
    no variable of the table is, or without a value that could be read. `within` is the time that
    the words give to what was not read.
    """

    text: str
    span: Span | None = None
    about: Literal["measure"] | None = None
    within: Window | None = None


Leaf = Age | Sex | Clinical | Measure | Ordinal | State | Language | Location | Unparsed
Branch = AllOf | AnyOf | AtLeast | Not
Rule = Branch | Leaf
