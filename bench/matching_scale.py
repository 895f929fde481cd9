"""How matching grows with the workers of a cluster: one, then two, on this machine's loopback.

Run with `python -m bench matching_scale`, or `python -m bench.matching_scale 100000 500` for other
numbers of people and trials. Workers are processes of their own; each part of the people is a saved
index that whichever worker is free opens. Per trial come the four counts and the best hundred, and
workers merge them two by two. Timed is from handing out the first part to the last merged answer;
processes have started and know lexicon and trials. Two workers need two processors that nobody else
uses: the load of the machine is printed, and the seconds of processor of the busiest worker, of the
scheduler and of the client, which others on the machine hardly change.
"""

import os
import pickle
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from distributed import Client

from bench.matching import trials_of
from bench.matching_people import World
from bench.matching_worker import judged, ready, together
from recruit.bootstrap import start
from recruit.core import arrays
from recruit.matching import saved
from recruit.matching.building import build
from recruit.matching.distributed import Share
from recruit.matching.plan import compile_plan
from tests.clusters import cluster

PEOPLE: Final = 1_000_000
TRIALS: Final = 1_000
PART: Final = 50_000
WORKERS: Final = (1, 2)


@dataclass(frozen=True, slots=True)
class Took:
    """What so many workers came to, and how long it took (s): by the clock, and of processor."""

    workers: int
    shares: list[Share]
    seconds: float
    busiest: float
    around: float


def run(folder: Path, people: int = PEOPLE, trials: int = TRIALS) -> None:
    """Print what one worker takes and what two do, and whether they say the same."""
    lexicon = start().lexicon
    read = trials_of(folder, lexicon, trials)
    (folder / "plans").write_bytes(pickle.dumps([compile_plan(each) for each in read]))
    world = World(read).known()
    firsts = range(0, people, PART)
    for first in firsts:
        some = list(world.people(first, min(PART, people - first)))
        with arrays.writing(folder / f"part-{first}") as writer:
            saved.write(writer, [build(some, lexicon)])
    one, two = (_measured(folder, firsts, workers) for workers in WORKERS)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{people:,} people in {len(firsts)} parts × {trials:,} trials; load {load}")
    for took in (one, two):
        rate = people * trials / took.seconds
        print(
            f"  {took.workers} workers: {took.seconds:.1f} s, {rate:,.0f} pairs a second; of "
            f"processor the busiest {took.busiest:.1f} s, scheduler and client {took.around:.1f} s"
        )
    differing = sum(not _same(a, b) for a, b in zip(one.shares, two.shares, strict=True))
    print(f"  {one.seconds / two.seconds:.2f} times as fast; trials that differ: {differing}")
    print(f"  {one.busiest / two.busiest:.2f} times by the processor of the busiest", flush=True)


def _measured(folder: Path, firsts: Sequence[int], workers: int) -> Took:
    with (
        cluster(folder, workers) as processes,
        Client(processes.address, set_as_default=False, direct_to_workers=True) as client,
    ):
        client.wait_for_workers(workers, timeout=120)
        client.run(ready, folder)
        before, begin = _processor(client), time.perf_counter()
        left = [client.submit(judged, folder, first, pure=False) for first in firsts]
        while len(left) > 1:
            pairs = [left[place : place + 2] for place in range(0, len(left), 2)]
            left = [client.submit(together, *pair, pure=False) for pair in pairs]
        shares: list[Share] = left[0].result()
        seconds = time.perf_counter() - begin
        own, *others = np.array(_processor(client)) - before
        return Took(workers, shares, seconds, max(others[1:]), own + others[0])


def _processor(client: Client) -> list[float]:
    """Seconds of processor of the client, the scheduler and each worker so far."""
    scheduler = client.run_on_scheduler(time.process_time)
    return [time.process_time(), scheduler, *client.run(time.process_time).values()]


def _same(one: Share, other: Share) -> bool:
    counts = all(
        getattr(one, name) == getattr(other, name)
        for name in ("size", "eligible", "ineligible", "candidates")
    )
    return counts and np.array_equal(one.people, other.people)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as place:
        run(Path(place), int(sys.argv[1]), int(sys.argv[2]))
