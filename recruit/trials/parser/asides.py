"""Brackets, which repeat what stands before them, give it a value, narrow it or spare some."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from recruit.criteria.nodes import AllOf, AnyOf, Not, Rule
from recruit.trials.parser.cues import Cue
from recruit.trials.parser.entries import Entry, Stretch
from recruit.trials.parser.exceptions import spared
from recruit.trials.parser.items import Item
from recruit.trials.parser.leaves import both
from recruit.trials.parser.lists import same_time
from recruit.trials.parser.pieces import Sheet

# What stands behind the name of a brand, as in "ustekinumab (Stelara®)", is no part of it.
_MARKS: Final = frozenset("®™©")
# What only says how: "(using the Cockcroft-Gault equation)" repeats the clearance before it.
_HOW: Final = frozenset({Cue.NEUTRAL, Cue.LINK, Cue.CURRENT})
Inner = Callable[[list[Item]], Rule | None]


def unfolded(row: Sequence[Item]) -> list[Item]:
    """The row without brackets that only repeat, and with those that only give a value opened."""
    flat: list[Item] = []
    last: Item | None = None
    for item in row:
        if item.inside is None:
            flat.append(item)
            last = item if item.mention else last
        elif _repeats(item.inside, last):
            if last is not None and flat[-1] is last:
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
    words = [i for i in inside if i.cue not in _HOW and i.norm not in _MARKS]
    if not words:
        return True
    if len(words) > 1 or last is None or last.mention is None:
        return False
    only = words[0]
    if only.mention is None:
        return only.unread and len(only.norm) <= 8 and only.norm.isalpha()  # noqa: PLR2004 - a short form
    known = {key for reading in last.mention.readings for key in reading.keys}
    return only.grades is None and any(set(r.keys) & known for r in only.mention.readings)


def prefixed(denials: Iterable[int | None], text: str) -> bool:
    """Such as "non-obese (BMI < 27)": the brackets say what the denied word means as a whole."""
    return any(at is not None and text.lower().startswith("non-", at) for at in denials)


def narrowed(
    parts: list[Rule], entries: Sequence[Entry], found: Stretch, sheet: Sheet, inner: Inner
) -> list[Rule]:
    """What the brackets of a stretch add to `parts`, the rules of its first `entries`.

    Examples widen what stands before them, an exception takes something of it back, and
    everything else narrows the whole.
    """
    more: list[Rule] = []
    for aside in found.asides:
        inside = aside.inside or []
        opening = inside[0].cue if inside else None
        before = sum(entry.end <= aside.start for entry in entries)
        if before and opening is Cue.EXCEPT:
            last = entries[before - 1].end
            touches = not _something_between(found, last, aside.start)
            parts[before - 1] = _without(parts[before - 1], inside, sheet, inner, touches=touches)
            continue
        examples = opening is Cue.EXAMPLES
        rule = inner(inside[1:] if examples else inside)
        if rule is None:
            continue
        if examples and parts:
            parts[-1], rule = same_time(parts[-1], rule)
            listed = rule.of if isinstance(rule, AnyOf | AllOf) else (rule,)
            parts[-1] = AnyOf((parts[-1], *listed))
        else:
            more.append(rule)
    return more


def _without(part: Rule, inside: list[Item], sheet: Sheet, inner: Inner, *, touches: bool) -> Rule:
    """Such as "cancer (except skin cancer)": what stands before has one that is none of it."""
    mark, other = inside[0], inner(inside[1:])
    if other is None:
        return both([part, sheet.unread(mark.start, inside[-1].end)])
    words = sheet.unread(mark.start, mark.end)
    # One place cannot reach over words that are another leaf's.
    return spared(part, other, words) if touches else both([part, AnyOf((Not(other), words))])


def _something_between(found: Stretch, start: int, end: int) -> bool:
    places = [(each.start, each.end) for each in found.runs]
    places += [(each.start, each.end) for each in found.entries]
    places += [(each.start, each.end) for each in found.asides]
    places += [(each.start, each.end) for each in found.bounds]
    return any(first < end and last > start for first, last in places)
