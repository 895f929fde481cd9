"""A text with its quantities and dates, and which of them belong to a mention."""

import re
from bisect import bisect_left
from datetime import date
from typing import Final

from recruit.core.dates import PartialDate
from recruit.people.intake.ago import ago
from recruit.terminology.concepts import Mention
from recruit.terminology.context import sentences
from recruit.terminology.dates import find_dates
from recruit.terminology.quantities import Quantity, find_quantities

# What may stand between a measure and its value: "EF was 25%", "HbA1c of 7.8 %", "TA à 140/90".
LINK: Final = re.compile(
    r"(?:[\s:=~≈,(\[]|\b(?:was|is|as|of|at|were|are|to|est|était|de|à|a|level|levels|value|score|count"
    r"|result|rate|taux|current(?:ly)?|about|approximately|environ|noted|found|measured|mesurée?"
    r"|now|today|showed|shows|up|down|only)\b){0,8}",
    re.IGNORECASE,
)
LONGEST_LINK: Final = 40
BEGAN: Final = re.compile(
    r"\b(?:since|diagnosed|dx|onset|began|in|depuis|diagnostiquée?|début|en)\s{0,2}$", re.IGNORECASE
)


class Words:
    """A text, its quantities and sentences, found by position in logarithmic time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._quantities = find_quantities(text)
        self._starts = [quantity.start for quantity in self._quantities]
        self._ends = [end for _, end in sentences(text)]

    def sentence_end(self, position: int) -> int:
        """Where the sentence ends in which `position` lies."""
        number = bisect_left(self._ends, position)
        return self._ends[number] if number < len(self._ends) else len(self.text)

    def quantity_after(self, position: int) -> Quantity | None:
        """The first quantity that begins at `position` or later."""
        number = bisect_left(self._starts, position)
        return self._quantities[number] if number < len(self._quantities) else None

    def quantity_before(self, position: int) -> Quantity | None:
        """The last quantity that begins before `position`."""
        number = bisect_left(self._starts, position) - 1
        return self._quantities[number] if number >= 0 else None


def quantity_of(words: Words, mention: Mention, end: int) -> Quantity | None:
    """The quantity right after the mention in its sentence, but for a few linking words."""
    quantity = words.quantity_after(mention.end)
    if quantity is None or quantity.start >= min(end, mention.end + LONGEST_LINK):
        return None
    return quantity if LINK.fullmatch(words.text, mention.end, quantity.start) else None


def count_of(words: Words, mention: Mention) -> Quantity | None:
    """The bare number right before the mention: "3 swollen joints"."""
    quantity = words.quantity_before(mention.start)
    if quantity is None or quantity.unit is not None:
        return None
    return quantity if words.text[quantity.end : mention.start] in {"", " "} else None


def date_of(text: str, mention: Mention, on: date) -> PartialDate | None:
    """The date right after the mention: "diabetes since 2015", "CABG in March 2019", "… ago"."""
    counted = ago(text, mention.end, on)
    if counted is not None:
        return counted
    after = text[mention.end : mention.end + LONGEST_LINK]
    for found in find_dates(after)[:1]:
        if found.date.latest <= on and BEGAN.search(after[: found.start]):
            between = after[: found.start]
            return found.date if "." not in between and ";" not in between else None
    return None
