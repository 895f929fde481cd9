"""Brackets and sentences: a row of items in its parts."""

from collections.abc import Mapping, Sequence
from typing import Final

from recruit.trials.parser.introductions import introduced
from recruit.trials.parser.items import Item

_OPEN: Final = frozenset("([{")
_CLOSE: Final = frozenset(")]}")
_EITHER: Final = _OPEN | _CLOSE
_ENDS: Final = frozenset(";.!?•")
DEEPEST: Final = 2


def nested(row: Sequence[Item]) -> list[Item]:
    """The row with what stands in brackets put inside one item; unpaired and deep ones dropped."""
    if not any(item.norm in _EITHER for item in row):
        return list(row)
    partner: dict[int, int] = {}
    open_: list[int] = []
    for place, item in enumerate(row):
        if item.norm in _OPEN and item.unread:
            open_.append(place)
        elif item.norm in _CLOSE and item.unread and open_:
            partner[open_.pop()] = place
    return _nested(row, 0, len(row), partner, 0)


def _nested(
    row: Sequence[Item], first: int, last: int, partner: Mapping[int, int], depth: int
) -> list[Item]:
    found: list[Item] = []
    place = first
    while place < last:
        item = row[place]
        close = partner.get(place)
        if close is not None and depth < DEEPEST:
            inner = _nested(row, place + 1, close, partner, depth + 1)
            found.append(Item(item.start, row[close].end, inside=inner))
            place = close
        elif item.norm not in _EITHER or not item.unread:
            found.append(item)
        place += 1
    return found


def sentences(row: Sequence[Item], text: str) -> list[list[Item]]:
    """The row cut at full stops and semicolons; both are left out.

    Semicolons part the items of a list that the sentence counts ("any of the following: A; B").
    """
    found: list[list[Item]] = [[]]
    counts = False
    for place, item in enumerate(row):
        if item.norm == ":" and item.unread:
            counts = introduced([*found[-1], item, item]) is not None
        if counts and item.norm == ";" and item.unread:
            found[-1].append(Item(item.start, item.end, ","))
        elif (
            item.norm in _ENDS
            and item.unread
            and (item.norm == ";" or _full_stop(row, place, text))
        ):
            counts = False
            if found[-1]:
                found.append([])
        else:
            found[-1].append(item)
    return found if found[-1] or len(found) == 1 else found[:-1]


def _full_stop(row: Sequence[Item], place: int, text: str) -> bool:
    if place + 1 == len(row):
        return True
    after = row[place + 1]
    gap = after.start > row[place].end
    initial = text[after.start : after.start + 1]
    return gap and (initial.isupper() or initial.isdigit() or not initial.isalnum())
