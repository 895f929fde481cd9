"""What if a bound of a posting were another, or a criterion left out: before and after.

Nothing of the posting is changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from math import isfinite

from recruit.actions.posting.feasibility import lost_between
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.nodes import Age, AllOf, AnyOf, AtLeast, Measure, Not, Rule
from recruit.disclosure.rule import Answer
from recruit.trials.posting.content import Content, Reviewed

LARGEST = 1_000_000_000.0
Bounded = Age | Measure


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be tried: leaving out a criterion, or moving the bounds of its leaf `place`."""

    criterion: Reviewed
    place: int | None = None
    leaf: Bounded | None = None

    @property
    def key(self) -> str:
        """Its name in a form: "3", "3-0"."""
        number = str(self.criterion.number)
        return number if self.place is None else f"{number}-{self.place}"


@dataclass(frozen=True, slots=True)
class Trying:
    """A choice with the bounds that are tried; None is no bound."""

    choice: Choice
    least: float | None = None
    most: float | None = None

    @property
    def moved(self) -> Bounded | None:
        """The leaf with the bounds that are tried; None where the criterion is left out."""
        leaf = self.choice.leaf
        return leaf and replace(leaf, min=self.least, max=self.most)


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """About how many are left as the posting stands, and as it is tried."""

    before: Answer | None
    after: Answer | None

    @property
    def gained(self) -> int:
        """How many more are said to be left; below nought, how many fewer."""
        return lost_between(self.after, self.before)


def choices(content: Content) -> Iterator[Choice]:
    """Everything that can be tried, in the order of the criteria."""
    for reviewed in content.criteria:
        for place, leaf in enumerate(bounded(reviewed.settled.rule)):
            yield Choice(reviewed, place, leaf)
        yield Choice(reviewed)


def trying(content: Content, key: str, least: str, most: str) -> Trying:
    """What a form asks for.

    Raises:
        Refusal: naming the field ("change", "least", "most") that makes no sense.
    """
    choice = next((each for each in choices(content) if each.key == key), None)
    if choice is None:
        raise _refused(field="change", problem=N_("Choose what to try."))
    if choice.place is None:
        return Trying(choice)
    bounds = _number("least", least), _number("most", most)
    if bounds == (None, None):
        raise _refused(
            field="least",
            problem=N_("Give at least one bound, or choose to leave the criterion out."),
        )
    if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
        raise _refused(field="most", problem=N_("The upper bound lies below the lower one."))
    return Trying(choice, *bounds)


def compared(before: Answer | None, after: Answer | None, what: Trying) -> BeforeAfter:
    """Before and after; a criterion left out never leaves fewer people."""
    if what.choice.place is None and before and after and (before.about or 0) > (after.about or 0):
        after = before
    return BeforeAfter(before, after)


def tried(content: Content, asked: Eligibility, what: Trying) -> Eligibility:
    """The eligibility of the posting as it would be; `asked` is how it stands."""
    kept: list[Criterion] = []
    for reviewed, criterion in zip(content.criteria, asked.criteria, strict=True):
        if reviewed.number != what.choice.criterion.number:
            kept.append(criterion)
        elif what.choice.place is not None:
            kept.append(replace(criterion, rule=_moved(criterion.rule, what)))
    return replace(asked, criteria=tuple(kept))


def bounded(rule: Rule) -> Iterator[Bounded]:
    """The leaves whose bounds can be moved, left to right."""
    match rule:
        case AllOf(of) | AnyOf(of) | AtLeast(of=of):
            for part in of:
                yield from bounded(part)
        case Not(of):
            yield from bounded(of)
        case Age() | Measure():
            yield rule


def _moved(rule: Rule, what: Trying) -> Rule:
    """The rule with other bounds at the leaf that is meant; there may be others just like it."""
    places = count()

    def walk(part: Rule) -> Rule:
        match part:
            case AllOf(of) | AnyOf(of) | AtLeast(of=of):
                return replace(part, of=tuple(walk(each) for each in of))
            case Not(of):
                return Not(walk(of))
            case Age() | Measure() if next(places) == what.choice.place:
                return what.moved or part
        return part

    return walk(rule)


def _number(field: str, typed: str) -> float | None:
    """A number as people type it; None for nothing."""
    text = "".join(typed.split()).replace(",", ".")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number) or abs(number) > LARGEST:
        raise _refused(field=field, problem=N_("This is not a number: use digits, such as 7.5."))
    return number


def _refused(*, field: str, problem: str) -> Refusal:
    return Refusal(record="what if", field=field, problem=problem)
