"""The index of people: made, joined, opened, and brought up to date when profiles have changed.

Run with `python -m bench matching_index`, or `python -m bench.matching_index 100000` for fewer
people. Invented people as in bench/matching.py, in parts that are shared among as many processes as
there are processors. Making the people themselves is not timed. Other work on the machine takes
time from the clock: seconds of processor are printed, too.
"""

import gc
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np

from bench.matching import PROCESSES, TRIALS, trials_of
from bench.matching_people import World
from recruit.bootstrap import start
from recruit.core import arrays
from recruit.core.clock import today
from recruit.matching import saved
from recruit.matching.building import build
from recruit.matching.embedded import Engine
from recruit.matching.outcome import Hierarchy
from recruit.matching.selecting import selected

PEOPLE: Final = 1_000_000
PART: Final = 20_000
CHANGED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Bench:
    """What the processes share: they are forked and see it."""

    folder: Path
    lexicon: Hierarchy
    world: World
    people: int


SHARED: Final[list[Bench]] = []


def run(folder: Path, people: int = PEOPLE) -> None:
    """Print how long each step takes."""
    lexicon = start().lexicon
    world = World(trials_of(folder, lexicon, TRIALS)).known()
    SHARED[:] = [Bench(folder, lexicon, world, people)]
    firsts = range(0, people, PART)
    with get_context("fork").Pool(PROCESSES) as pool:
        spent = sum(pool.map(_part, firsts, chunksize=1))
    print(
        f"{people:,} people in {len(firsts)} parts: {spent:.1f} s of processor, "
        f"{spent / PROCESSES:.1f} on each of {PROCESSES}"
    )
    with _timed("parts joined"), arrays.writing(folder / "index") as writer:
        saved.write(writer, [saved.read(arrays.read(_path(folder, each))) for each in firsts])
    print(f"  {(folder / 'index').stat().st_size >> 20:,} MB")
    with _timed("opened"):
        Engine(saved.read(arrays.read(folder / "index")), lexicon, today())
    changed = list(world.people(people, CHANGED))
    rows = np.delete(
        np.arange(people, dtype=np.int32), np.linspace(0, people - 1, CHANGED).astype(int)
    )
    with (
        _timed(f"brought up to date, {CHANGED:,} changed"),
        arrays.writing(folder / "newer") as writer,
    ):
        kept = selected(saved.read(arrays.read(folder / "index")), rows)
        saved.write(writer, [kept, build(changed, lexicon)])


def _part(first: int) -> float:
    bench = SHARED[0]
    profiles = list(bench.world.people(first, min(PART, bench.people - first)))
    gc.freeze()  # the collector is not to look through what stays
    begin = time.process_time()
    with arrays.writing(_path(bench.folder, first)) as writer:
        saved.write(writer, [build(profiles, bench.lexicon)])
    spent = time.process_time() - begin
    gc.unfreeze()
    return spent


def _path(folder: Path, first: int) -> Path:
    return folder / f"part-{first}"


@contextmanager
def _timed(what: str) -> Iterator[None]:
    clock, begin = time.perf_counter(), time.process_time()
    yield
    spent, passed = time.process_time() - begin, time.perf_counter() - clock
    print(f"{what}: {spent:.2f} s of processor, {passed:.2f} s by the clock", flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as place:
        run(Path(place), int(sys.argv[1]))
