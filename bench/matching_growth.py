"""How matching grows: with ten times the people, ten times the trials, four times the facts.

Run with `python -m bench matching_growth`, or `python -m bench.matching_growth 10000 100` for other
numbers of people and trials to begin with. One process; per trial the counts and the best hundred.
Printed are seconds of processor, which other work on the machine hardly changes.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench.matching import BEST, KEPT, trials_of
from bench.matching_people import World
from recruit.bootstrap import start
from recruit.core import arrays
from recruit.core.clock import today
from recruit.matching import saved
from recruit.matching.building import build
from recruit.matching.distributed import share
from recruit.matching.embedded import Engine
from recruit.matching.plan import Plan, compile_plan
from recruit.terminology.lexicon import Lexicon

PEOPLE: Final = 50_000
TRIALS: Final = 500
PART: Final = 20_000
MORE: Final = 10  # times the people, and times the trials
MORE_FACTS: Final = 4


@dataclass(frozen=True, slots=True)
class Case:
    """So many people and trials, and so many times the facts."""

    name: str
    world: World
    people: int
    plans: Sequence[Plan]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of processor, and the size of the index in bytes."""

    building: float
    judging: float
    size: int


def run(folder: Path, people: int = PEOPLE, trials: int = TRIALS) -> None:
    """Print what each growth costs."""
    lexicon = start().lexicon
    read = trials_of(folder, lexicon, trials * MORE)
    world = World(read).known()
    plans = [compile_plan(each) for each in read]
    rich = replace(world, times=MORE_FACTS)
    cases = (
        Case("to begin with", world, people, plans[:trials]),
        Case(f"people ×{MORE}", world, people * MORE, plans[:trials]),
        Case(f"trials ×{MORE}", world, people, plans),
        Case(f"facts ×{MORE_FACTS}", rich, people, plans[:trials]),
    )
    first: Took | None = None
    for case in cases:
        took = _took(folder, lexicon, case)
        first = first or took
        pairs = case.people * len(case.plans)
        built, judged = took.building / first.building, took.judging / first.judging
        print(
            f"{case.name:14} {case.people:>9,} × {len(case.plans):>5,}: "
            f"index {took.building:5.1f} s (×{built:.1f}), {took.size >> 20:>4,} MB; "
            f"judged in {took.judging:5.1f} s (×{judged:.1f}), "
            f"{pairs / took.judging:,.0f} pairs a second",
            flush=True,
        )


def _took(folder: Path, lexicon: Lexicon, case: Case) -> Took:
    spent, paths = 0.0, []
    for first in range(0, case.people, PART):
        profiles = list(case.world.people(first, min(PART, case.people - first)))
        begin = time.process_time()
        paths.append(folder / f"part-{first}")
        with arrays.writing(paths[-1]) as writer:
            saved.write(writer, [build(profiles, lexicon)])
        spent += time.process_time() - begin
    begin = time.process_time()
    with arrays.writing(folder / "index") as writer:
        saved.write(writer, [saved.read(arrays.read(path)) for path in paths])
    spent += time.process_time() - begin
    for path in paths:
        path.unlink()
    engine = Engine(saved.read(arrays.read(folder / "index")), lexicon, today(), KEPT)
    begin = time.process_time()
    for plan in case.plans:
        share(engine, plan, BEST)
    judging = time.process_time() - begin
    return Took(spent, judging, (folder / "index").stat().st_size)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as place:
        run(Path(place), int(sys.argv[1]), int(sys.argv[2]))
