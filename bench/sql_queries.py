# ruff: noqa: S608 - what stands in these queries is our own: keys, codes, numbers
"""A trial as one SQL query: how many people are eligible, ineligible and candidates.

The law is that of the reference engine, for the leaves that `narrowed` leaves in a trial. What the
tables hold is in bench/matching_sql.py; a set of people is a query with one column, `p`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from recruit.core.dates import before
from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Leaf,
    Measure,
    Not,
    Rule,
    Sex,
    State,
    Unparsed,
)
from recruit.criteria.truth import Truth
from recruit.matching.clinical import asked_status
from recruit.matching.embedded_episodes import STATUS_TRUTHS
from recruit.matching.index import ABSENT, DOUBTED, ENDING, LASTING, PAST
from recruit.matching.outcome import Hierarchy
from recruit.matching.plan import Asked, Counted, Plan, Step, can_fail, can_hold
from recruit.matching.quantities import TOLERANCE, canonical, whole_ages
from recruit.terminology.concepts import Kind

NOBODY: Final = "SELECT id AS p FROM person WHERE 1 = 0"


def narrowed(eligibility: Eligibility) -> Eligibility:
    """The trial without what SQL is not asked for here; engines take it as not read."""

    def criterion(each: Criterion) -> Criterion:
        return replace(each, rule=_narrowed(each.rule))

    return replace(eligibility, criteria=tuple(map(criterion, eligibility.criteria)))


def _narrowed(rule: Rule) -> Rule:  # noqa: PLR0911 - one return for each type of node
    match rule:
        case AllOf(of) | AnyOf(of) | AtLeast(of=of):
            return replace(rule, of=tuple(map(_narrowed, of)))
        case Not(of):
            return Not(_narrowed(of))
        case Sex() | State(within=None):
            return rule
        case Age():
            return rule if all(age > 0 for age, _ in _ages(rule)) else Unparsed("")
        case Measure():
            plain = rule.times is None and rule.within is None and canonical(rule) is not None
            return rule if plain else Unparsed("")
        case Clinical():
            marker = rule.kind is Kind.BIOMARKER
            plain = not (rule.besides or rule.within or rule.detail or marker)
            return rule if plain else Unparsed("")
        case _:
            return Unparsed("")


@dataclass
class Query:
    """Puts the query of one trial together, a common table expression for each set of a leaf."""

    hierarchy: Hierarchy
    on: date
    parts: dict[tuple[Leaf, bool], str] = field(default_factory=dict)
    ctes: list[str] = field(default_factory=list)

    def of(self, plan: Plan) -> str:
        """The query; its one row is (eligible, ineligible, candidates)."""
        out = _union([self._not(step) for step in plan.steps if can_fail(step)])
        whole = bool(plan.steps) and all(map(can_hold, plan.steps))
        held = _intersect([self._so(step) for step in plan.steps]) if whole else NOBODY
        about = self._about(plan.eligibility)
        sets = [
            *self.ctes,
            f"ineligible AS ({out})",
            f"eligible AS ({held})",
            f"candidate AS (SELECT p FROM ({about}) AS a EXCEPT SELECT p FROM ineligible)",
        ]
        counted = ("eligible", "ineligible", "candidate")
        counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in counted)
        return f"WITH {', '.join(sets)} SELECT {counts}"

    def _so(self, step: Step) -> str:
        match step:
            case Asked(leaf, negated):
                return self._leaf(leaf, so=not negated)
            case Counted(of, yes) if yes is not None:
                return _at_least(yes, [self._so(part) for part in of if can_hold(part)])
            case _:
                return NOBODY

    def _not(self, step: Step) -> str:
        match step:
            case Asked(leaf, negated):
                return self._leaf(leaf, so=negated)
            case Counted(of, _, no) if no is not None:
                return _at_least(no, [self._not(part) for part in of if can_fail(part)])
            case _:
                return NOBODY

    def _leaf(self, leaf: Leaf, *, so: bool) -> str:
        name = self.parts.get((leaf, so))
        if name is None:
            name = self.parts[leaf, so] = f"s{len(self.parts)}"
            self.ctes.append(f"{name} AS ({self._people(leaf, so=so)})")
        return f"SELECT p FROM {name}"

    def _people(self, leaf: Leaf, *, so: bool) -> str:
        match leaf:
            case Age():
                return self._aged(leaf, so=so)
            case Sex(value):
                test = f"= '{value}'" if so else f"NOT IN ('{value}', '')"
                return f"SELECT id AS p FROM person WHERE sex {test}"
            case Measure():
                return _measured(leaf, so=so)
            case State(state):
                return _stated(state, so=so)
            case Clinical():
                return self._having(leaf) if so else self._not_having(leaf)
            case _:
                return NOBODY

    def _aged(self, leaf: Age, *, so: bool) -> str:
        tests = []
        for age, at_least in _ages(leaf):
            limit = before(self.on, age, leaf.unit).toordinal()
            reached = f"born_latest <= {limit}", f"born_earliest > {limit}"
            tests.append(reached[at_least is not so])
        joined = (" AND " if so else " OR ").join(tests) or "1 = 0"
        return f"SELECT id AS p FROM person WHERE {joined}"

    def _having(self, leaf: Clinical) -> str:
        found = _rows(leaf, _statuses(leaf, Truth.YES))
        return f"{found} EXCEPT {found} AND contradicted = 1"

    def _not_having(self, leaf: Clinical) -> str:
        kind = leaf.kind.value
        speaking = _rows(leaf, _statuses(leaf, Truth.YES) + _statuses(leaf, Truth.UNKNOWN))
        denied = _intersect([self._denied(leaf, concept) for concept in leaf.concepts])
        above = {each for concept in leaf.concepts for each in self.hierarchy.ancestors(concept)}
        supporting = f"SELECT fact FROM has WHERE concept IN {_listed(leaf.concepts)}"
        wider = f"status <> {ABSENT} AND concept IN {_listed(above.difference(leaf.concepts))}"
        broader = (
            f"SELECT person AS p FROM named WHERE kind = '{kind}' AND {wider} "
            f"AND fact NOT IN ({supporting})"
        )
        listed = f"SELECT person AS p FROM complete WHERE kind = '{leaf.kind.value}'"
        doubted = _rows(leaf, (DOUBTED,))
        ruled_out = f"{listed} EXCEPT {doubted} EXCEPT {broader}"
        return f"SELECT p FROM ({_union([denied, ruled_out])}) AS d EXCEPT {speaking}"

    def _denied(self, leaf: Clinical, concept: str) -> str:
        above = _listed(self.hierarchy.ancestors(concept))
        test = f"(concept IN {above} AND status = {ABSENT})"
        if asked_status(leaf) == "current":
            test += f" OR (concept = '{concept}' AND status = {PAST})"
        return f"SELECT person AS p FROM named WHERE kind = '{leaf.kind.value}' AND ({test})"

    def _about(self, eligibility: Eligibility) -> str:
        asked = f"concept IN {_listed(eligibility.about)} AND status <= {PAST}"
        parts = [f"SELECT person AS p FROM has WHERE {asked}"]
        if eligibility.seeks_healthy:
            parts.append(
                f"SELECT person AS p FROM state WHERE key = 'healthy' AND said = {Truth.YES:d}"
            )
        return _union(parts)


def _ages(leaf: Age) -> list[tuple[int, bool]]:
    """The ages that are asked for, each with whether it has to be reached, or not yet."""
    return [
        (age, reached)
        for age, reached in zip(whole_ages(leaf), (True, False), strict=True)
        if age is not None
    ]


def _statuses(leaf: Clinical, truth: Truth) -> tuple[int, ...]:
    truths = STATUS_TRUTHS[asked_status(leaf)]
    return tuple(status for status in (LASTING, ENDING, PAST) if truths[status] == truth)


def _rows(leaf: Clinical, statuses: Sequence[int]) -> str:
    return (
        f"SELECT person AS p FROM has WHERE kind = '{leaf.kind.value}' AND concept IN "
        f"{_listed(leaf.concepts)} AND status IN ({', '.join(map(str, statuses)) or 'NULL'})"
    )


def _measured(leaf: Measure, *, so: bool) -> str:
    bounds = canonical(leaf)
    tests = []
    if bounds is None or (bounds.min is None and bounds.max is None):
        return NOBODY
    if bounds.min is not None:
        tests.append(_reaches(bounds.min, inclusive=bounds.min_inclusive))
    if bounds.max is not None:
        tests.append(f"NOT ({_reaches(bounds.max, inclusive=not bounds.max_inclusive)})")
    held = f"CASE WHEN {' AND '.join(tests)} THEN 1 ELSE 0 END"
    all_of = f"min({held}) = 1" if so else f"max({held}) = 0"
    measured = f"SELECT person AS p FROM value WHERE key = '{leaf.variable}'"
    return f"{measured} GROUP BY person HAVING {all_of}"


def _reaches(bound: float, *, inclusive: bool) -> str:
    slack = TOLERANCE * max(1.0, abs(bound))
    return f"amount >= {bound - slack!r}" if inclusive else f"amount > {bound + slack!r}"


def _stated(state: str, *, so: bool) -> str:
    said = f"SELECT person AS p FROM state WHERE key = '{state}'"
    if so:
        return f"{said} GROUP BY person HAVING min(said) = {Truth.YES:d}"
    no = f"{said} GROUP BY person HAVING max(said) = {Truth.NO:d}"
    listed = f"SELECT person AS p FROM complete WHERE kind = 'state' EXCEPT {said}"
    return _union([no, listed])


def _listed(concepts: Iterable[str]) -> str:
    named = ", ".join(f"'{each}'" for each in sorted(concepts))
    return f"({named or 'NULL'})"


def _union(queries: Sequence[str]) -> str:
    return " UNION ".join(map(_whole, enumerate(queries))) or NOBODY


def _intersect(queries: Sequence[str]) -> str:
    return " INTERSECT ".join(map(_whole, enumerate(queries))) or NOBODY


def _at_least(count: int, queries: Sequence[str]) -> str:
    if count == 1:
        return _union(queries)
    if count == len(queries):
        return _intersect(queries)
    every = " UNION ALL ".join(
        f"SELECT DISTINCT p FROM ({each}) AS q{n}" for n, each in enumerate(queries)
    )
    return f"SELECT p FROM ({every}) AS q GROUP BY p HAVING count(*) >= {count}"


def _whole(numbered: tuple[int, str]) -> str:
    number, query = numbered
    return f"SELECT p FROM ({query}) AS q{number}"
