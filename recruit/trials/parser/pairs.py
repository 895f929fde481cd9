"""Words in a row that are one: "male or female", "children and adults", "moderate to severe"."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from recruit.terminology.concepts import Mention
from recruit.trials.parser.cues import Cue, word_set
from recruit.trials.parser.items import Item

_EITHER: Final = frozenset({Cue.AND, Cue.OR, Cue.AND_OR})
_TO: Final = frozenset({"to", "a", "-", "–", "/", "ou", "or", "and", "et"})
# "moderate - to - severe"
_WIDEST: Final = 4
_FEWEST: Final = 3
_ENDS: Final = frozenset(",;.:")
_QUALIFIED: Final = "qualified"
_ACTIVE: Final = frozenset({"active", "actif", "actifs", "actives", "evolutif", "evolutive"})
_OPPOSITES: Final = (
    *(({"smoker"}, {"never_smoker"}), ({"never_smoker"}, {"smoker"})),
    *(({"hospitalised"}, {"outpatient"}), ({"outpatient"}, {"hospitalised"})),
)
_INFECTIONS: Final = frozenset({"MESH:C01", "MESH:C01.645", "RECRUIT:serious-infection"})
_BY: Final = frozenset({"with", "by", "due", "to", "the", "par", "au", "a", "le", "la", "l"})
_GERM: Final = re.compile(r"\b[A-Z]{2}|virus|bacteri|bactéri|coccus|coque")
_SCALE: Final = ("mild", "moderate", "severe")


def paired(row: Sequence[Item]) -> list[Item]:
    """The row with each pair as one item."""
    found: list[Item] = []
    for item in row:
        pair = _PAIRS.get(item.cue) if item.cue else None
        if pair and pair(found, item):
            continue
        found.append(item)
        if item.mention is not None and len(found) >= _FEWEST:
            _infection(found)
        if item.mention is not None and len(found) >= _FEWEST and _whether(found):
            continue
        if len(found) >= _FEWEST and _joins(found[-2]):
            _narrowing(found)
            _term(found)
        elif len(found) > _FEWEST and item.norm in _ENDS:
            _or_not(found, len(found) - 1)
    _or_not(found, len(found))
    return found


def _infection(found: list[Item]) -> None:
    """Such as "active infection with HIV", "infection par le VHB": the germ says which it is."""
    last = found[-1].mention
    place = len(found) - 2
    while place > 0 and found[place].norm in _BY and len(found) - place <= _WIDEST:
        place -= 1
    first = found[place].mention
    if place == len(found) - 2 or first is None or last is None or not _GERM.search(last.text):
        return
    if _keys(first) <= _INFECTIONS and _keys(last):
        found[place:] = [Item(found[place].start, found[-1].end, mention=last)]


def _or_not(found: list[Item], end: int) -> None:
    """Such as "hospitalized or not", which says nothing either."""
    if end < _FEWEST or found[end - 1].cue is not Cue.NOT or found[end - 2].cue is not Cue.OR:
        return
    first = found[end - _FEWEST]
    if first.mention is not None or first.unread:
        found[end - _FEWEST : end] = [Item(first.start, found[end - 1].end, cue=Cue.NEUTRAL)]


def _whether(found: list[Item]) -> bool:
    """Such as "hospitalized or not hospitalized", which says nothing of anybody."""
    last = found.pop()
    hyphen = [found.pop()] if found[-1].norm == "-" else []
    denial = [found.pop()] if found[-1].cue is Cue.NOT else []
    joined = len(found) > 1 and _joins(found[-1])
    denied = len(found) >= _FEWEST and found[-_FEWEST].cue is Cue.NOT
    if joined and not denied and _opposite(found[-2], last, denied=bool(denial)):
        found.pop()
        found.append(Item(found.pop().start, last.end, cue=Cue.NEUTRAL))
        return True
    found += [*denial, *hyphen, last]
    return False


def _opposite(first: Item, last: Item, *, denied: bool) -> bool:
    """Whether everybody is either, the last being `denied` or not."""
    if first.mention is None or last.mention is None:
        return False
    keys = _keys(first.mention), _keys(last.mention)
    return keys[0] == keys[1] if denied else keys in _OPPOSITES


def _keys(mention: Mention) -> set[str]:
    return {key for reading in mention.readings for key in reading.keys}


def _joins(item: Item) -> bool:
    return item.cue in _EITHER or item.norm == ","


def _joined(found: Sequence[Item]) -> bool:
    """Whether the last item joins two words."""
    return len(found) > 1 and _joins(found[-1])


def _sexes(found: list[Item], item: Item) -> bool:
    """Such as "male or female": who is asked for is either."""
    if not _joined(found):
        return False
    first = found[-2]
    if first.cue is not Cue.SEX or first.partner or "both" in {item.value, first.value}:
        return False
    if first.value == item.value:
        return False
    found.pop()
    first.partner = item
    return True


def _ages(found: list[Item], item: Item) -> bool:
    """Such as "children and adults": the figures say which, or the registry's own fields."""
    if not _joined(found) or found[-2].cue is not Cue.ADULT:
        return False
    found.pop()
    before = found.pop()
    found.append(Item(before.start, item.end, before.norm, Cue.ADULT, "several"))
    return True


def _grades(found: list[Item], item: Item) -> bool:
    """Such as "moderate to severe", "mild or moderate": one of these severities."""
    for back in range(2, min(len(found), _WIDEST) + 1):
        first = found[-back]
        between = found[len(found) - back + 1 :]
        if first.cue is Cue.SEVERITY and all(one.norm in _TO for one in between):
            named = {_SCALE.index(each) for each in f"{first.value} {item.value}".split()}
            upto = any(one.norm in {"to", "a", "-", "–"} for one in between)
            grades = range(min(named), max(named) + 1) if upto else sorted(named)
            values = [_SCALE[grade] for grade in grades]
            del found[len(found) - back :]
            one = Item(first.start, item.end, first.norm, Cue.SEVERITY, " ".join(values))
            found.append(one)
            return True
    return False


def _narrowing(found: list[Item]) -> None:
    """Such as "relapsed or refractory": one qualifier of what follows, which nobody read."""
    first, last = found[-_FEWEST], found[-1]
    if _narrows(first) and _narrows(last):
        del found[-_FEWEST:]
        found.append(Item(first.start, last.end, _QUALIFIED))


def _term(found: list[Item]) -> None:
    """Such as "ACR/EULAR": one name of something nobody read, no alternatives."""
    if len(found) < _FEWEST or found[-2].norm != "/":
        return
    first, slash, last = found[-_FEWEST:]
    tight = first.end == slash.start and slash.end == last.start
    if tight and first.unread and last.unread:
        found[-_FEWEST:] = [Item(first.start, last.end, last.norm)]


def _narrows(item: Item) -> bool:
    if item.cue is Cue.SEVERITY:
        return " " not in item.value
    if item.cue is Cue.CURRENT:
        return item.norm in _ACTIVE
    return item.unread and (item.norm == _QUALIFIED or item.norm in word_set("narrows"))


_PAIRS: Final[dict[Cue, Callable[[list[Item], Item], bool]]] = {
    Cue.SEX: _sexes,
    Cue.ADULT: _ages,
    Cue.SEVERITY: _grades,
}
