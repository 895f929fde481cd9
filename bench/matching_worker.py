"""What a worker of the cluster in bench/matching_scale.py does."""

import pickle
from functools import cache
from pathlib import Path

from bench.matching import BEST
from recruit.bootstrap import start
from recruit.core import arrays
from recruit.core.clock import today
from recruit.matching import saved
from recruit.matching.distributed import Share, merged, share
from recruit.matching.embedded import Engine
from recruit.matching.plan import Plan
from recruit.terminology.lexicon import Lexicon


@cache
def prepared(folder: Path) -> tuple[Lexicon, list[Plan]]:
    """Lexicon and trials, read once."""
    plans: list[Plan] = pickle.loads((folder / "plans").read_bytes())  # noqa: S301 - written above
    return start().lexicon, plans


def ready(folder: Path) -> int:
    """Have them read; how many trials there are: what is read stays on the worker."""
    return len(prepared(folder)[1])


def judged(folder: Path, first: int) -> list[Share]:
    """What a part of the people are to each trial."""
    lexicon, plans = prepared(folder)
    engine = Engine(saved.read(arrays.read(folder / f"part-{first}")), lexicon, today())
    return [share(engine, plan, BEST, first) for plan in plans]


def together(*parts: list[Share]) -> list[Share]:
    """Two parts as one."""
    return [merged(shares, BEST) for shares in zip(*parts, strict=True)]
