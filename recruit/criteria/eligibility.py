"""What a trial asks of a person: its criteria, and what it is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from recruit.criteria.nodes import AllOf, AnyOf, AtLeast, Leaf, Not, Rule, Span

CriterionKind = Literal["inclusion", "exclusion"]
Settler = Literal["record", "person", "site"]
_BRANCHES: Final = (AllOf, AnyOf, AtLeast)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One statement of the protocol. An inclusion must hold, an exclusion must not.

    `rule` says what the statement says; it is not negated for exclusions. `span` lies in the
    trial's eligibility text; None for what comes from the registry's own fields. `settled_by` is
    who answers it: what is on record, the person, who is always asked, or the site alone. With the
    last two the rule says what is meant, and no record decides it.
    """

    kind: CriterionKind
    text: str
    rule: Rule
    span: Span | None = None
    settled_by: Settler = "record"


@dataclass(frozen=True, slots=True)
class Place:
    """A site's position in degrees (WGS 84) and country; `recruiting` sites come first."""

    country: str | None
    lat: float | None
    lon: float | None
    recruiting: bool = True


@dataclass(frozen=True, slots=True)
class Eligibility:
    """All that matching needs to know of one trial version.

    `about` holds the concepts of the trial's conditions: a candidate has one of them or a
    descendant, or is a healthy volunteer where `seeks_healthy`.
    """

    trial: str
    criteria: tuple[Criterion, ...]
    about: tuple[str, ...] = ()
    seeks_healthy: bool = False
    places: tuple[Place, ...] = ()


def leaves(rule: Rule) -> Iterator[Leaf]:
    """The leaves of a tree, left to right."""
    # One generator for the whole tree: one for each branch takes three times as long.
    left: list[Rule] = [rule]
    while left:
        each = left.pop()
        if isinstance(each, _BRANCHES):
            left.extend(reversed(each.of))
        elif isinstance(each, Not):
            left.append(each.of)
        else:
            yield each
