"""Brackets that only repeat what stands before them, or only give it a value."""

from collections.abc import Sequence

from recruit.trials.parser.cues import Cue
from recruit.trials.parser.items import Item


def unfolded(row: Sequence[Item]) -> list[Item]:
    """The row without brackets that only repeat, and with those that only give a value opened."""
    flat: list[Item] = []
    last: Item | None = None
    for item in row:
        if item.inside is None:
            flat.append(item)
            last = item if item.mention else last
        elif _repeats(item.inside, last):
            if last is not None and flat[-1] is last and len(item.inside) == 1:
                # Two names of one thing are one place: "imipramine (Tofranil)".
                last.end = max(last.end, item.end)
        elif _values(item.inside):
            flat.extend(item.inside)
        else:
            flat.append(item)
    return flat


def _values(inside: Sequence[Item]) -> bool:
    plain = {Cue.NEUTRAL, Cue.LINK, Cue.AGE}
    return any(item.bound for item in inside) and all(
        item.bound or item.cue in plain for item in inside
    )


def _repeats(inside: Sequence[Item], last: Item | None) -> bool:
    """Another name of what stands before: "chronic lymphocytic leukemia (CLL)"."""
    words = [item for item in inside if item.cue is not Cue.NEUTRAL]
    if not words:
        return True
    if len(words) > 1 or last is None or last.mention is None:
        return False
    only = words[0]
    if only.mention is None:
        return only.unread and len(only.norm) <= 8 and only.norm.isalpha()  # noqa: PLR2004 - a short form
    known = {key for reading in last.mention.readings for key in reading.keys}
    return only.grades is None and any(set(r.keys) & known for r in only.mention.readings)
