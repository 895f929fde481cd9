"""Of age, or not surely: the first version is for adults alone."""

from datetime import date
from typing import Final

from recruit.core.dates import PartialDate

MAJORITY: Final = 18  # completed years: France, Code civil, article 414


def is_adult(born: PartialDate | date, on: date) -> bool:
    """Whether somebody born on `born` has surely completed 18 years on the day `on`.

    A date known in part counts by the last day it may be. Who was born on 29 February comes of age
    on 1 March: of the two readings of a year without that day, the stricter.
    """
    last = born.latest if isinstance(born, PartialDate) else born
    return (on.year, on.month, on.day) >= (last.year + MAJORITY, last.month, last.day)
