"""Whether the embedded engine says what the law says, on millions of pairs of people and trials.

Run with `python -m bench matching_agreement`, or `python -m bench.matching_agreement 100000` for
fewer pairs. Each block of real trials has invented people of its own (see bench/matching.py): the
engine answers for all of them, and the reference engine judges a sample, person by person. Compared
are the truth of every criterion, the verdict, and whether the person is a candidate. It takes an
hour or so of processor; what was compared so far is printed as it goes.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np

from bench.matching import PROCESSES, trials_of
from bench.matching_people import World
from recruit.bootstrap import start
from recruit.core.clock import today
from recruit.matching import reference, sets
from recruit.matching.building import build
from recruit.matching.embedded import VERDICTS, Engine
from recruit.matching.index import Rows
from recruit.matching.outcome import Hierarchy, Judgement
from recruit.matching.plan import Plan, compile_plan

PAIRS: Final = 2_000_000
TRIALS: Final = 5_000
BLOCK: Final = 50  # trials that are judged for the same people
PEOPLE: Final = 20_000  # so many are in an index, so that sets come in both of their forms


@dataclass(frozen=True, slots=True)
class Bench:
    """What the processes share: they are forked and see it."""

    lexicon: Hierarchy
    world: World
    blocks: Sequence[Sequence[Plan]]
    sample: int
    on: date  # one day for both engines: it may take beyond midnight


@dataclass(frozen=True, slots=True)
class Compared:
    """A block's pairs, how many of them the engines judge differently, and the law's seconds."""

    pairs: int
    differing: int
    candidates: int
    processor: float


SHARED: Final[list[Bench]] = []


def run(folder: Path, pairs: int = PAIRS) -> None:
    """Print on how many pairs the engines differ."""
    lexicon = start().lexicon
    read = trials_of(folder, lexicon, TRIALS)
    plans = [compile_plan(each) for each in read]
    blocks = [plans[first : first + BLOCK] for first in range(0, len(plans), BLOCK)]
    sample = -(-pairs // len(plans))
    SHARED[:] = [Bench(lexicon, World(read).known(), blocks, sample, today())]
    done: list[Compared] = []
    with get_context("fork").Pool(PROCESSES) as pool:
        for compared in pool.imap_unordered(_compared, range(len(blocks))):
            done.append(compared)
            if len(done) % 5 == 0 or len(done) == len(blocks):
                _tell(done)


def _tell(done: Sequence[Compared]) -> None:
    pairs = sum(each.pairs for each in done)
    rate = pairs / sum(each.processor for each in done)
    print(
        f"{pairs:,} pairs, {sum(each.candidates for each in done):,} of them candidates: "
        f"{sum(each.differing for each in done)} differ; "
        f"the law judges {rate:,.0f} a second of processor",
        flush=True,
    )


def _compared(block: int) -> Compared:
    bench = SHARED[0]
    people = list(bench.world.people(block * PEOPLE, PEOPLE))
    engine = Engine(build(people, bench.lexicon), bench.lexicon, bench.on)
    rows = np.linspace(0, PEOPLE - 1, bench.sample).astype(np.int32)
    sample = [people[row] for row in rows]
    differing, candidates, spent = 0, 0, 0.0
    for plan in bench.blocks[block]:
        begin = time.process_time()
        law = reference.evaluate(plan.eligibility, sample, bench.lexicon, bench.on)
        spent += time.process_time() - begin
        differing += _differing(engine, plan, rows, law)
        candidates += sum(judged.candidate for judged in law)
    return Compared(len(bench.blocks[block]) * len(rows), differing, candidates, spent)


def _differing(engine: Engine, plan: Plan, rows: Rows, law: Sequence[Judgement]) -> int:
    """How many of `rows` the engine judges otherwise than the law did."""
    found, truths = engine.found(plan), engine.truths(plan, rows)
    held = 1 + sets.among(found.eligible, rows) - 1 * sets.among(found.ineligible, rows)
    candidates = sets.among(found.candidates, rows)
    return sum(
        (tuple(truths[:, place]), VERDICTS[held[place]], candidates[place])
        != (judged.truths, judged.verdict, judged.candidate)
        for place, judged in enumerate(law)
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as place:
        run(Path(place), int(sys.argv[1]))
