"""How long one waits for one trial with everybody, and for one person with all trials."""

import time
from collections.abc import Sequence
from typing import Final

import numpy as np

from recruit.matching.best import best
from recruit.matching.embedded import Engine
from recruit.matching.embedded_trials import Trials
from recruit.matching.plan import Plan, compile_plan
from recruit.people.facts import Profile

EXPLAINED: Final = 500
ASKED: Final = 300


def waits(engine: Engine, plans: Sequence[Plan]) -> None:
    """Print the median and the 99th percentile, in wall time and in time of the processor.

    Half of the trials warm the engine up: a running service has met most leaves.
    """
    asked = plans[-ASKED:]
    for plan in plans[: len(plans) // 2]:
        engine.found(plan)
    wall, spent = [], []
    for plan in asked:
        begin, began = time.perf_counter(), time.process_time()
        fresh = compile_plan(plan.eligibility)
        best(engine, fresh, engine.found(fresh), EXPLAINED)
        wall.append((time.perf_counter() - begin) * 1000)
        spent.append((time.process_time() - began) * 1000)
    _tell(f"a new trial, {EXPLAINED} explained", wall, spent)


def one_waits(trials: Trials, people: Sequence[Profile]) -> None:
    """The same for one changed profile with all trials, none of them met before."""
    wall, spent = [], []
    for person in people:
        begin, began = time.perf_counter(), time.process_time()
        trials.judge(person)
        wall.append((time.perf_counter() - begin) * 1000)
        spent.append((time.process_time() - began) * 1000)
    _tell("a changed profile with all trials", wall, spent)


def _tell(what: str, wall: Sequence[float], spent: Sequence[float]) -> None:
    half, late = np.percentile(wall, (50, 99))
    own_half, own_late = np.percentile(spent, (50, 99))
    print(f"{what}: median {half:.1f} ms, 99th percentile {late:.1f} ms")
    print(f"  of processor {own_half:.1f} and {own_late:.1f} ms", flush=True)
