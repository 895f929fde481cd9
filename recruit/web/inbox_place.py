"""A place in the list of conversations, as an address says it: "1-1763798400000000-25"."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from recruit.actions.inbox.listing import Place

WRITTEN: Final = re.compile(r"([01])-(\d{1,17})-(\d{1,18})", re.ASCII)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
A_MICROSECOND: Final = timedelta(microseconds=1)


def as_text(place: Place | None) -> str:
    """The place in an address; "" for the beginning."""
    if place is None:
        return ""
    return f"{place.waits}-{(place.newest_at - EPOCH) // A_MICROSECOND}-{place.number}"


def after_of(text: str) -> Place | None:
    """The place that an address says; None for the beginning, and for what is none."""
    found = WRITTEN.fullmatch(text)
    if found is None:
        return None
    try:
        moment = EPOCH + timedelta(microseconds=int(found[2]))
    except OverflowError:
        return None
    return Place(int(found[1]), moment, int(found[3]))
