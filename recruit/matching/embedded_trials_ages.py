"""The ages that many trials ask for, for one person at a time: quantities.py's law as arrays."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recruit.core.dates import PartialDate, TimeUnit
from recruit.criteria.nodes import Age
from recruit.matching.index import UNKNOWN, YES, Truths
from recruit.matching.quantities import completed, whole_ages

UNITS: Final = tuple(TimeUnit)
NEVER: Final = 1 << 30  # a bound that nobody reaches


class AgeLeaves:
    """Leaves on ages, ready to be answered for one person after another on one day."""

    def __init__(self, leaves: Sequence[Age], on: date) -> None:
        self._on = on
        bounds = [whole_ages(leaf) for leaf in leaves]
        self._low = np.array([-1 if low is None else low for low, _ in bounds], np.int64)
        self._beyond = np.array([NEVER if end is None else end for _, end in bounds], np.int64)
        self._unit = np.array([UNITS.index(leaf.unit) for leaf in leaves], np.int64)
        self._open = np.array([bound == (None, None) for bound in bounds], np.bool_)

    def truths(self, born: PartialDate) -> Truths:
        """The truth of every leaf for somebody born on a day that may be known in part."""
        youngest, oldest = (
            np.array([completed(day, self._on, unit) for unit in UNITS], np.int64)[self._unit]
            for day in (born.latest, born.earliest)
        )

        def reached(bound: NDArray[np.int64]) -> Truths:
            surely: Truths = (youngest >= bound).astype(np.int8)
            return surely + (oldest >= bound)

        truths: Truths = np.minimum(reached(self._low), YES - reached(self._beyond))
        truths[self._open] = UNKNOWN
        return truths
