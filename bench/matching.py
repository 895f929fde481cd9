"""Matching: a million invented people with thousands of real trials, and the law beside it.

Run with `python -m bench matching`, or `python -m bench.matching 100000 500` for fewer people and
trials. People have about eight facts, with the frequencies of the conditions that the trials name.
Trials are shared among as many processes as there are processors, those about the same things with
one process, as they ask the same; each counts whom a trial lets in, leaves out and leaves open and
who is a candidate, and finds the best hundred. What the engine says of
every person of a sample is compared with the reference engine, criterion by criterion. Other work
on the machine takes time from the clock: seconds of processor are printed, too.
"""

import gc
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from bench.matching_people import SEED, World
from bench.matching_waits import one_waits, waits
from bench.shared import tool
from recruit.bootstrap import start
from recruit.core import arrays
from recruit.core.clock import today
from recruit.core.errors import Refusal
from recruit.core.files import read_records
from recruit.criteria.eligibility import Eligibility
from recruit.matching import reference, saved, sets
from recruit.matching.best import best
from recruit.matching.building import build
from recruit.matching.embedded import VERDICTS, Engine
from recruit.matching.embedded_trials import Trials
from recruit.matching.plan import Plan, compile_plan
from recruit.people.facts import Profile
from recruit.terminology.lexicon import Lexicon
from recruit.trials.eligibility import read_eligibility
from recruit.trials.sources.recognise import read_trials

TRIALS: Final = 5_000
PEOPLE: Final = 1_000_000
PART: Final = 20_000
SAMPLE: Final = 400
BEST: Final = 100
AT_ONCE: Final = 50  # trials that a process takes at a time
KEPT: Final = 2 << 30
PROCESSES: Final = os.cpu_count() or 1

Made = TypeVar("Made")
WORK: Final[list[Callable[[int], object]]] = []


@dataclass(frozen=True, slots=True)
class Bench:
    """What the processes share: they are forked and see it."""

    folder: Path
    lexicon: Lexicon
    world: World
    plans: Sequence[Plan]
    people: int

    def engine(self) -> Engine:
        """The engine on the saved index."""
        index = saved.read(arrays.read(self.folder / "index"))
        return Engine(index, self.lexicon, today(), KEPT)

    @property
    def sampled(self) -> range:
        """The rows that are judged by the reference engine as well."""
        return range(0, self.people, max(1, self.people // SAMPLE))


@dataclass(frozen=True, slots=True)
class Tally:
    """What a process found for its share of the trials; memory in MB.

    `counts` has a row per trial: eligible, ineligible, candidates, and how many were ranked.
    """

    counts: NDArray[np.int64]
    processor: float
    memory: int


def run(folder: Path, people: int = PEOPLE, trials: int = TRIALS) -> None:
    """Print how fast the engine is and whether it agrees with the law."""
    lexicon = start().lexicon
    read = trials_of(folder, lexicon, trials)
    begin = time.process_time()
    plans = [compile_plan(trial) for trial in read]
    print(f"{trials:,} trials, plans made in {time.process_time() - begin:.1f} s of processor")
    bench = Bench(folder, lexicon, World(read).known(), plans, people)
    sample = _build(bench)
    _judge(bench, plans[: trials // 10])
    _judge(bench, plans)
    waits(bench.engine(), plans)
    one_waits(Trials(plans, lexicon, today()), sample)
    _compare(bench, sample)


def trials_of(folder: Path, lexicon: Lexicon, count: int) -> list[Eligibility]:
    """So many of the real trials, always the same ones."""
    source = folder / "trials.jsonl"
    tool("trec.py", "trials", source)
    drafts = [d for d in read_trials(read_records(source)) if not isinstance(d, Refusal)]
    chosen = random.Random(SEED).sample(drafts, count)  # noqa: S311 - invented people, no secret
    return [read_eligibility(draft, lexicon) for draft in chosen]


def _build(bench: Bench) -> list[Profile]:
    """The saved index; those of its people who are judged by the reference engine as well."""

    def part(first: int) -> tuple[float, list[Profile]]:
        count = min(PART, bench.people - first)
        profiles = list(bench.world.people(first, count))
        gc.freeze()  # the collector is not to look through what stays
        begin = time.process_time()
        with arrays.writing(bench.folder / f"part-{first}") as writer:
            saved.write(writer, [build(profiles, bench.lexicon)])
        spent = time.process_time() - begin
        gc.unfreeze()
        return spent, [
            profiles[row - first] for row in bench.sampled if first <= row < first + count
        ]

    firsts = range(0, bench.people, PART)
    made = _shared(part, firsts, PROCESSES)
    begin = time.process_time()
    parts = [arrays.read(bench.folder / f"part-{first}") for first in firsts]
    with arrays.writing(bench.folder / "index") as writer:
        saved.write(writer, [saved.read(each) for each in parts])
    joined = time.process_time() - begin
    built = sum(spent for spent, _ in made)
    for first in firsts:
        (bench.folder / f"part-{first}").unlink()
    size = (bench.folder / "index").stat().st_size >> 20
    print(
        f"{bench.people:,} people: {built:.1f} s of processor for the parts, {joined:.1f} to join"
    )
    print(f"  on {PROCESSES} processors {built / PROCESSES + joined:.1f} s; {size:,} MB")
    begin = time.perf_counter()
    bench.engine()
    print(f"index opened in {time.perf_counter() - begin:.2f} s", flush=True)
    return [profile for _, some in made for profile in some]


def _judge(bench: Bench, plans: Sequence[Plan]) -> None:
    """Every trial with everybody."""
    alike = sorted(plans, key=lambda plan: sorted(plan.eligibility.about))
    each = -(-len(alike) // PROCESSES)

    def one(share: int) -> Tally:
        engine, some = bench.engine(), alike[share * each : (share + 1) * each]
        counts = np.zeros((len(some), 4), np.int64)
        begin = time.process_time()
        for row, plan in zip(counts, some, strict=True):
            found = engine.found(plan)
            row[:3] = [*map(sets.count, (found.eligible, found.ineligible, found.candidates))]
            row[3] = len(best(engine, plan, found, BEST).rows)
        return Tally(counts, time.process_time() - begin, _memory())

    begin = time.perf_counter()
    tallies = _shared(one, range(PROCESSES), PROCESSES)
    wall = time.perf_counter() - begin
    pairs = len(plans) * bench.people
    spent = sum(tally.processor for tally in tallies)
    eligible, ineligible, candidates, ranked = sum(tally.counts.sum(axis=0) for tally in tallies)
    print(f"{pairs:,} pairs in {PROCESSES} processes: {wall:.1f} s, {spent:.1f} s of processor")
    print(f"  {pairs / wall:,.0f} pairs a second; {pairs / spent:,.0f} a second of processor")
    print(
        f"  {eligible:,} eligible, {ineligible:,} ineligible, "
        f"{pairs - eligible - ineligible:,} undetermined, "
        f"{candidates:,} candidates, {ranked:,} ranked"
    )
    most = max(tally.memory for tally in tallies)
    print(f"  at most {most:,} MB in a process, the mapped index included", flush=True)


def _compare(bench: Bench, sample: Sequence[Profile]) -> None:
    """How many pairs of a sample the engines judge differently, and how fast the law is."""
    rows = np.array(bench.sampled, np.int32)
    engines: list[Engine] = []

    def some(first: int) -> tuple[int, float]:
        if not engines:
            engines.append(bench.engine())
        differing, spent = 0, 0.0
        for plan in bench.plans[first : first + AT_ONCE]:
            begin = time.process_time()
            law = reference.evaluate(plan.eligibility, sample, bench.lexicon, today())
            spent += time.process_time() - begin
            found, truths = engines[0].found(plan), engines[0].truths(plan, rows)
            held = 1 + sets.among(found.eligible, rows) - 1 * sets.among(found.ineligible, rows)
            candidates = sets.among(found.candidates, rows)
            differing += sum(
                (tuple(truths[:, place]), VERDICTS[held[place]], candidates[place])
                != (judged.truths, judged.verdict, judged.candidate)
                for place, judged in enumerate(law)
            )
        return differing, spent

    compared = _shared(some, range(0, len(bench.plans), AT_ONCE), PROCESSES)
    pairs = len(bench.plans) * len(sample)
    spent = sum(each for _, each in compared)
    print(f"reference engine: {pairs / spent:,.0f} pairs a second of processor")
    print(f"pairs on which they differ: {sum(each for each, _ in compared)} of {pairs:,}")


def _shared(work: Callable[[int], Made], over: Sequence[int], processes: int) -> list[Made]:
    """What `work` makes of each, in as many processes, which see what this one has."""
    WORK[:] = [work]
    with get_context("fork").Pool(processes) as pool:
        return cast("list[Made]", pool.map(_work, over, chunksize=1))


def _work(given: int) -> object:
    """What was to be done when this process was forked: a function within one cannot be sent."""
    return WORK[0](given)


def _memory() -> int:
    """The most that this process had resident so far, in MB."""
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) >> 10


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as place:
        run(Path(place), int(sys.argv[1]), int(sys.argv[2]))
