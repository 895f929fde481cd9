"""Matching: generated people and real trials, both engines in one run, the same verdicts.

Run with `python -m bench matching`. People have about eight facts, with the frequencies of the
conditions that the trials name.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.shared import tool
from recruit.bootstrap import start
from recruit.core.clock import today
from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.core.files import read_records
from recruit.criteria.eligibility import Eligibility, leaves
from recruit.criteria.nodes import Clinical, Measure, State
from recruit.matching import reference
from recruit.matching.building import build
from recruit.matching.embedded import Engine
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
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.variables import variable
from recruit.trials.eligibility import read_eligibility
from recruit.trials.sources.recognise import read_trials

TRIALS = 1_000
PEOPLE = 100_000
SAMPLE = 200
COMPLETE_LISTS = 0.3
STATUSES: tuple[FactStatus, ...] = ("present", "past", "absent")
SEED = 2026


def run(folder: Path) -> None:
    """Print how fast each engine is and whether they agree."""
    lexicon = start().lexicon
    trials = _trials(folder, lexicon)
    people = list(_people(trials, PEOPLE))
    on = today()

    begin = time.perf_counter()
    engine = Engine(build(people, lexicon), lexicon, on)
    built = time.perf_counter() - begin
    begin = time.perf_counter()
    candidates = sum(int(engine.columns(trial).candidates.sum()) for trial in trials)
    fast = len(trials) * len(people) / (time.perf_counter() - begin)

    sample = people[:SAMPLE]
    begin = time.perf_counter()
    law = [reference.evaluate(trial, sample, lexicon, on) for trial in trials]
    slow = len(trials) * len(sample) / (time.perf_counter() - begin)
    small = Engine(build(sample, lexicon), lexicon, on)
    differing = sum(
        ours != theirs
        for trial, judgements in zip(trials, law, strict=True)
        for ours, theirs in zip(small.judgements(trial), judgements, strict=True)
    )
    print(f"{len(trials):,} trials × {len(people):,} people, {candidates:,} candidates")
    print(f"index of all people: {built:.1f} s")
    print(f"embedded engine:  {fast:14,.0f} pairs a second")
    print(f"reference engine: {slow:14,.0f} pairs a second on {len(sample)} people")
    print(f"ratio: {fast / slow:,.0f}")
    print(f"pairs on which they differ: {differing} of {len(trials) * len(sample):,}")


def _trials(folder: Path, lexicon: Lexicon) -> list[Eligibility]:
    source = folder / "trials.jsonl"
    tool("trec.py", "trials", source)
    drafts = [d for d in read_trials(read_records(source)) if not isinstance(d, Refusal)]
    chosen = random.Random(SEED).sample(drafts, TRIALS)  # noqa: S311 - invented people, no secret
    return [read_eligibility(draft, lexicon) for draft in chosen]


def _people(trials: Sequence[Eligibility], count: int) -> Iterator[Profile]:
    chance = random.Random(SEED)  # noqa: S311 - as above
    about = Counter(concept for trial in trials for concept in trial.about)
    asked = [leaf for t in trials for c in t.criteria for leaf in leaves(c.rule)]
    clinical = [leaf for leaf in asked if isinstance(leaf, Clinical) and leaf.concepts]
    measured = sorted({leaf.variable for leaf in asked if isinstance(leaf, Measure)})
    states = sorted({leaf.state for leaf in asked if isinstance(leaf, State)})
    conditions, weights = list(about), list(about.values())
    for number in range(count):
        yield Profile(
            person=f"p{number}",
            born=PartialDate.of_age(chance.randint(18, 90), today()),
            sex=chance.choice(("female", "male")),
            home=Home("FR", None, chance.uniform(43, 50), chance.uniform(-1, 7)),
            languages=frozenset({"fr"}),
            facts=(
                *(_condition(chance, c) for c in chance.choices(conditions, weights, k=3)),
                *(_thing(chance, leaf) for leaf in chance.choices(clinical, k=2)),
                *(_value(chance, key) for key in chance.choices(measured, k=2)),
                StateFact(chance.choice(states), chance.choice(STATUSES)),
            ),
            complete=frozenset({Kind.DRUG}) if chance.random() < COMPLETE_LISTS else frozenset(),
        )


def _condition(chance: random.Random, concept: str) -> Fact:
    began = PartialDate.parse(str(chance.randint(1995, 2026)))
    return ClinicalFact(Kind.CONDITION, concept, (concept,), "present", began)


def _thing(chance: random.Random, leaf: Clinical) -> Fact:
    return ClinicalFact(leaf.kind, leaf.text, leaf.concepts[:1], chance.choice(STATUSES))


def _value(chance: random.Random, key: str) -> Fact:
    known = variable(key)
    low, high = known.plausible if known and known.plausible else (0.0, 100.0)
    return MeasureFact(key, chance.uniform(low, high), PartialDate.parse("2026-10-01"))
