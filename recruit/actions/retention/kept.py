"""What the retention table says of some tables: how long their rows are kept, why, what ends it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

GDPR: Final = "Regulation (EU) 2016/679"


class End(StrEnum):
    """What ends the keeping of rows, and so what is done with them."""

    ERASURE = "deleted with the person, by themselves or the job `retain`"
    TERM = "deleted by a job when the term is over"
    DEED = "deleted or emptied when what it is for is done"
    STAYS = "stays"
    REPLACED = "replaced by the newest"


@dataclass(frozen=True, slots=True)
class Kept:
    """Some tables of one kind: how long their rows are kept, and why. `job` enforces a term."""

    what: str
    tables: tuple[str, ...]
    until: str
    why: str
    end: End
    job: str = ""


def days(term: timedelta) -> str:
    """A term in words of the table: "90 days", "5 years"."""
    years, over = divmod(term.days, 365)
    count, unit = (years, "year") if years and not over else (term.days, "day")
    return f"{count} {unit}{'s' if count > 1 else ''}"
