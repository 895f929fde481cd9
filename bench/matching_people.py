"""Invented people for matching: about eight facts each, as frequent as trials ask for them."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal

from recruit.core.clock import today
from recruit.core.dates import PartialDate
from recruit.criteria.eligibility import Eligibility, leaves
from recruit.criteria.nodes import Clinical, Leaf, Measure, State
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    FactStatus,
    Home,
    MeasureFact,
    Profile,
    StateFact,
)
from recruit.terminology.concepts import Kind
from recruit.terminology.variables import variable

COMPLETE_LISTS = 0.3
STATUSES: tuple[FactStatus, ...] = ("present", "past", "absent")
SEED = 2026


@dataclass(frozen=True)
class World:
    """What the trials ask for, and so what their people have.

    They have about eight facts, or so many `times` as many.
    """

    trials: Sequence[Eligibility]
    times: int = 1

    @cached_property
    def asked(self) -> list[Leaf]:
        """Every leaf of every criterion."""
        return [leaf for t in self.trials for c in t.criteria for leaf in leaves(c.rule)]

    @cached_property
    def clinical(self) -> list[Clinical]:
        """Those that name a concept."""
        return [leaf for leaf in self.asked if isinstance(leaf, Clinical) and leaf.concepts]

    @cached_property
    def measured(self) -> list[str]:
        """Variables."""
        return sorted({leaf.variable for leaf in self.asked if isinstance(leaf, Measure)})

    @cached_property
    def states(self) -> list[str]:
        """States."""
        return sorted({leaf.state for leaf in self.asked if isinstance(leaf, State)})

    @cached_property
    def conditions(self) -> tuple[list[str], list[int]]:
        """What trials are about, and how many are about this or one before it."""
        about = Counter(concept for trial in self.trials for concept in trial.about)
        return list(about), list(accumulate(about.values()))

    def known(self) -> "World":
        """This one, gone through once: processes that are forked from here need not do it again."""
        _ = self.clinical, self.measured, self.states, self.conditions
        return self

    def people(self, first: int, count: int) -> Iterator[Profile]:
        """`count` people, the first of them with the number `first`; always the same ones."""
        chance = random.Random(f"{SEED} {first}")  # noqa: S311 - invented people, no secret
        conditions, weights = self.conditions
        for number in range(first, first + count):
            yield Profile(
                person=f"p{number}",
                born=PartialDate.of_age(chance.randint(18, 90), today()),
                sex=chance.choice(("female", "male")),
                home=Home("FR", None, chance.uniform(43, 50), chance.uniform(-1, 7)),
                languages=frozenset({"fr"}),
                facts=(
                    *(
                        _condition(chance, concept)
                        for concept in chance.choices(
                            conditions, cum_weights=weights, k=3 * self.times
                        )
                    ),
                    *(
                        _thing(chance, leaf)
                        for leaf in chance.choices(self.clinical, k=2 * self.times)
                    ),
                    *(
                        _value(chance, key)
                        for key in chance.choices(self.measured, k=2 * self.times)
                    ),
                    *(
                        StateFact(chance.choice(self.states), chance.choice(STATUSES))
                        for _ in range(self.times)
                    ),
                ),
                complete=_complete(chance),
            )


def _complete(chance: random.Random) -> frozenset[Kind | Literal["state", "measure"]]:
    return frozenset({Kind.DRUG}) if chance.random() < COMPLETE_LISTS else frozenset()


def _condition(chance: random.Random, concept: str) -> Fact:
    began = PartialDate.parse(str(chance.randint(1995, 2026)))
    return ClinicalFact(Kind.CONDITION, concept, (concept,), "present", began)


def _thing(chance: random.Random, leaf: Clinical) -> Fact:
    return ClinicalFact(leaf.kind, leaf.text, leaf.concepts[:1], chance.choice(STATUSES))


def _value(chance: random.Random, key: str) -> Fact:
    known = variable(key)
    low, high = known.plausible if known and known.plausible else (0.0, 100.0)
    return MeasureFact(key, chance.uniform(low, high), PartialDate.parse("2026-10-01"))
