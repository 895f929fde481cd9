"""What a spec page is: cases, each a rule and a small table of people with the expected answer.

The same pages are run on every engine (test_spec.py) and printed for readers (document.py).
"""

from dataclasses import dataclass

from recruit.criteria.eligibility import Criterion, Eligibility, Place
from recruit.criteria.nodes import Rule
from recruit.criteria.truth import Truth
from recruit.matching.outcome import Verdict
from recruit.people.facts import Profile

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


@dataclass(frozen=True, slots=True)
class Row:
    """One person and what the rule says about her; `because` where that is not plain to see."""

    person: Profile
    expected: Truth
    because: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence that the table shows, the rule, the rows; `places` are the trial's sites."""

    says: str
    rule: Rule
    rows: tuple[Row, ...]
    places: tuple[Place, ...] = ()

    @property
    def eligibility(self) -> Eligibility:
        """A trial that asks for nothing but this rule."""
        criterion = Criterion("inclusion", self.says, self.rule)
        return Eligibility("T", (criterion,), places=self.places)


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One person, the verdict for the whole trial, and whether she is proposed for it."""

    person: Profile
    expected: Verdict
    candidate: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class TrialCase:
    """A sentence that the table shows, the trial, the rows."""

    says: str
    eligibility: Eligibility
    rows: tuple[TrialRow, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the document: a title, what the node is for, the cases."""

    title: str
    about: str
    cases: tuple[Case | TrialCase, ...]


def table(
    says: str,
    rule: Rule,
    *rows: tuple[Profile, Truth] | tuple[Profile, Truth, str],
    places: tuple[Place, ...] = (),
) -> Case:
    """A case, its rows written as `(person, YES)` or `(person, NO, "because …")`."""
    return Case(says, rule, tuple(Row(*row) for row in rows), places)


def trial(
    says: str,
    eligibility: Eligibility,
    *rows: tuple[Profile, Verdict, bool] | tuple[Profile, Verdict, bool, str],
) -> TrialCase:
    """A case about a whole trial, its rows written as `(person, verdict, proposed)`."""
    return TrialCase(says, eligibility, tuple(TrialRow(*row) for row in rows))
