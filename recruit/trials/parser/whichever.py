"""Two times of which one counts: "within 30 days or 5 half-lives, whichever is longer".

How long a half-life is nobody knows here, so that the length of time is read and the half-lives
stay unread words beside it: with the longer one counting, the time is enough by itself; with the
shorter one, it is not.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from recruit.criteria.nodes import AllOf, AnyOf, Clinical, Rule
from recruit.trials.parser.bounds import Bound
from recruit.trials.parser.cues import Cue, words
from recruit.trials.parser.endings import Endings
from recruit.trials.parser.entries import Stretch
from recruit.trials.parser.items import Item
from recruit.trials.parser.leaves import both
from recruit.trials.parser.pieces import Sheet

_HALF_LIFE: Final = "{half_life}"
_OPENS: Final = frozenset({"within", "in", "dans", "during", "less", "moins"})
_LONGER: Final = frozenset(
    {"longer", "longest", "greater", "greatest", "later", "long", "longue", "longues", "grande"}
)
_SHORTER: Final = frozenset({"shorter", "shortest", "lesser", "earlier", "court", "courte"})
_CHOOSES: Final = frozenset({"whichever", "whatever", "selon", "plus", "prevalant"})
# Items between the second time and the words that say which of the two counts, and those words.
_FARTHEST: Final = 8
_MOST_WORDS: Final = 10
_TAIL: Final = 80


def joined(row: Sequence[Item], text: str) -> list[Item]:
    """The row with each such pair as one item."""
    if not any(map(_has_lives, row)):
        return list(row)
    found: list[Item] = []
    place = 0
    while place < len(row):
        item = row[place]
        if item.inside is not None:
            item = replace(item, inside=joined(item.inside, text))
        pair = _pair(row, place)
        if pair is None:
            found.append(item)
            place += 1
            continue
        bound, place = pair
        if found and found[-1].unread and found[-1].norm in _OPENS:
            bound = bound._replace(start=found.pop().start)
        bound, place = _chosen(row, place, bound)
        bound, place = _anchored(row, place, bound, text)
        found.append(Item(bound.start, bound.end, bound=bound))
    return found


def _has_lives(item: Item) -> bool:
    """Whether half-lives are named in it; hardly any statement has them."""
    if item.inside is not None:
        return any(map(_has_lives, item.inside))
    return item.bound is not None and _lives(item.bound)


def _pair(row: Sequence[Item], place: int) -> tuple[Bound, int] | None:
    """The length of time out of both, within which something was, and the place after them."""
    if place + 2 >= len(row) or row[place + 1].cue not in {Cue.OR, Cue.AND_OR}:
        return None
    first, second = row[place].bound, row[place + 2].bound
    if first is None or second is None:
        return None
    time, lives = (second, first) if _lives(first) else (first, second)
    if not _lives(lives) or time.time is None or time.split or time.second:
        return None
    amount = time.high if time.high is not None else time.low
    if amount is None:
        return None
    whole = time._replace(start=first.start, end=second.end, either="longer", bare=False)
    if time.low is not None and not time.bare:
        # "At least 30 days or 5 half-lives since …"
        return whole, place + 3
    return whole._replace(low=None, high=amount, within=True), place + 3


def _lives(bound: Bound) -> bool:
    return bound.unit == _HALF_LIFE


def _chosen(row: Sequence[Item], place: int, bound: Bound) -> tuple[Bound, int]:
    """Take in "…, whichever is longer", also in brackets, and what stands before it."""
    for at in range(place, min(place + _FARTHEST, len(row))):
        item = row[at]
        if item.bound is not None or item.cue in {Cue.OR, Cue.AND}:
            break
        if item.inside is not None:
            side = _side([_word(each) for each in item.inside])
            if side:
                return bound._replace(end=item.end, either=side), at + 1
        elif item.norm in _CHOOSES or item.phrase in _CHOOSES:
            last = _last(row, at)
            side = _side([_word(each) for each in row[at : last + 1]])
            if side:
                return bound._replace(end=row[last].end, either=side), last + 1
    return bound, place


def _last(row: Sequence[Item], place: int) -> int:
    """The last item of "whichever is the longer period"."""
    ends = range(place, min(place + _MOST_WORDS, len(row)))
    known = [at for at in ends if _side([_word(row[at])])]
    return known[0] if known else place


def _word(item: Item) -> str:
    return item.phrase or item.norm or (item.mention.text.lower() if item.mention else "")


def _side(said: Sequence[str]) -> Literal["longer", "shorter"] | None:
    norms = {norm for each in said for norm in each.split()}
    if norms & _LONGER:
        return "longer"
    return "shorter" if norms & _SHORTER else None


def _anchored(row: Sequence[Item], place: int, bound: Bound, text: str) -> tuple[Bound, int]:
    """Take in what the time counts back from: "(whichever is longer) before the first dose"."""
    start = place + (place < len(row) and row[place].norm == ",")
    if start >= len(row) or bound.anchor is not None:
        return bound, place
    following = words(text, row[start].start, min(row[-1].end, row[start].start + _TAIL))
    read, after = Endings(following, [word.norm for word in following]).anchored(bound, 0)
    if not after:
        return bound, place
    end = following[after - 1].end
    while start < len(row) and row[start].start < end:
        start += 1
    return read._replace(end=max(end, bound.end)), start


def or_half_lives(leaf: Clinical, found: Stretch, sheet: Sheet) -> Rule:
    """The leaf of such a pair: where the longer one counts, the length of time is enough."""
    bound = next((each for each in found.windows if each.either), None)
    if leaf.within is None or bound is None:
        return leaf
    said = sheet.unread(bound.start, bound.end)
    if bound.either == "shorter":
        return both([leaf, said])
    # Who never had it is out of both times.
    return AnyOf((leaf, AllOf((replace(leaf, within=None, status="ever", span=None), said))))
