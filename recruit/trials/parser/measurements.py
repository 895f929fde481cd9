"""Measurements that no table has: "walking speed < 1.2 m/s", "SDS scores", "serum BNP".

They are known by how people write them: the noun at the end (level, score, gradient), a comparison
right behind a name, or a variable of the table whose value was not read. Nobody is matched by
them: they stay unread words, of which a person is told what they speak of.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import AllOf, AnyOf, AtLeast, Leaf, Not, Rule, Span, Unparsed
from recruit.terminology.concepts import Kind, Vocabulary
from recruit.terminology.variables import variable
from recruit.trials.parser.bounds import Bound
from recruit.trials.parser.cues import Cue, normal, word_set
from recruit.trials.parser.items import Item
from recruit.trials.parser.leaves import both, either

_NAMED: Final = frozenset({Vocabulary.VARIABLE, Vocabulary.SCALE})
# Items between a name and its figure ("score on the scale is ≥ 20"), and words of a name.
_GAP: Final = 4
_STOPS: Final = frozenset({Cue.AND, Cue.OR, Cue.AND_OR, Cue.NOT, Cue.UNLESS, Cue.EXCEPT})
_LONGEST_NAME: Final = 3
_NEAR: Final = 3
_FAR: Final = 8
_VERBAL: Final = ("ing", "ed", "ly")
_LONG: Final = 6
# How far a pregnancy is, is measured in weeks.
_PREGNANCY: Final = frozenset({"gestation", "gestational", "amenorrhee", "grossesse"})
_SCORE: Final = "{score}"
_HALF_LIFE: Final = "{half_life}"
# Unread words beside a measurement that are too few to stand by themselves ("adequate").
_FEW: Final = 2


@dataclass(frozen=True, slots=True, order=True)
class Measurement:
    """Something measured: `[start, end)` with its figures, its own name from `name` to `figure`."""

    start: int
    end: int
    name: int
    figure: int


def measurements(row: Sequence[Item]) -> Iterator[Measurement]:
    """What is measured in a statement, from left to right; places in the clean text."""
    place = 0
    while place < len(row):
        item = row[place]
        if item.inside is not None:
            yield from measurements(item.inside)
        last = _measured(row, place)
        if last is None:
            place += 1
            continue
        first = _first(row, place)
        yield Measurement(row[first].start, row[last].end, item.start, item.end)
        place = last + 1


def _measured(row: Sequence[Item], place: int) -> int | None:
    """The last item of what is measured, where its noun stands at `place`; None for other words."""
    item = row[place]
    if item.bound is not None:
        return _far_in_pregnancy(row, place) if item.bound.time is not None else None
    named = _names(item)
    if named is not None:
        last = _with_figure(row, place)
        return last if last > place or (named and _by_itself(row, place)) else None
    if _noun(item) in word_set("measured"):
        told, last = _told(row, place), _with_figure(row, place)
        return max(last, told or place) if last > place or told is not None else None
    compared = item.cue is None and _compared(row, place + 1)
    return _with_figure(row, place) if compared and _nominal(item) else None


def _far_in_pregnancy(row: Sequence[Item], place: int) -> int | None:
    """The last item of "37 weeks of gestation", "37 semaines de gestation" at `place`."""
    if not _PREGNANCY.isdisjoint(row[place].phrase.split()):
        return place
    following = range(place + 1, min(place + 1 + _FEW, len(row)))
    return next((at for at in following if _noun(row[at]) in _PREGNANCY), None)


def _nominal(item: Item) -> bool:
    """Whether no cue may be the name of something measured: a drug has doses, a verb nothing."""
    if item.mention is not None:
        return item.mention.readings[0].what is not Kind.DRUG
    verb = len(item.norm) >= _LONG and item.norm.endswith(_VERBAL)
    other = item.norm in word_set("quality") or item.norm in word_set("doses")
    return item.norm.isalpha() and not verb and not other


def _names(item: Item) -> bool | None:
    """Whether a mention is of a laboratory value, a sign or a scale; None for everything else."""
    if item.mention is None or item.cue is not None:
        return None
    found = [reading for reading in item.mention.readings if reading.what in _NAMED]
    if not found:
        return None
    known = (variable(key) for reading in found for key in reading.keys)
    # Relapses, lines of treatment and years to live are only counted.
    return any(each is None or each.loinc or each.unit == _SCORE for each in known)


def _noun(item: Item) -> str:
    """The item's word, or the last one of its name."""
    if item.mention is None or item.cue is not None:
        return item.norm
    return normal(item.mention.text.rpartition(" ")[2])


def _by_itself(row: Sequence[Item], place: int) -> bool:
    """Whether no noun follows for which the name only says which ("glucose regulation")."""
    if place + 1 == len(row):
        return True
    after = row[place + 1]
    noun = after.norm.isalpha() and after.norm not in word_set("quality")
    return not (after.unread and (noun or after.norm == "-"))


def _told(row: Sequence[Item], place: int) -> int | None:
    """Where the words around say how something measured is (high, normal, positive), if they do."""
    nearest = (*range(place + 1, place + 1 + _NEAR), *range(place - 1, place - 1 - _FAR, -1))
    return next((at for at in nearest if 0 <= at < len(row) and _tells(row[at])), None)


def _tells(item: Item) -> bool:
    told = item.cue in {Cue.POSITIVE, Cue.NEGATIVE} or item.norm in word_set("quality")
    return told or (item.bound is not None and item.bound.normal)


def _compared(row: Sequence[Item], place: int) -> bool:
    """Whether a comparison of something else than a time stands at `place`."""
    bound = _bound(row[place]) if place < len(row) else None
    if bound is None or bound.time is not None or bound.within or bound.unit == _HALF_LIFE:
        return False
    return not bound.bare or bound.equal or bound.unit is not None or bound.times is not None


def _bound(item: Item) -> Bound | None:
    """The relation that an item is, or that its brackets hold alone: "(> 13 mm)"."""
    inside = item.inside
    return inside[0].bound if inside is not None and len(inside) == 1 else item.bound


def _first(row: Sequence[Item], place: int) -> int:
    first = place
    while first > 0 and place - first < _LONGEST_NAME:
        before = row[first - 1]
        word = before.unread and before.norm.isalnum()
        if not (word or before.mention is not None) or row[first].start - before.end > 1:
            break
        first -= 1
    return first


def _with_figure(row: Sequence[Item], last: int) -> int:
    """On to the figure that follows the name, past brackets and small words."""
    for place in range(last + 1, min(last + 2 + _GAP, len(row))):
        item = row[place]
        bound = _bound(item)
        if bound is not None:
            near = not bound.bare or bound.unit is not None or place == last + 1
            return place if bound.time is None and near else last
        if item.mention is not None or item.cue in _STOPS or item.norm in {",", "/"}:
            return last
    return last


# ---------------------------------------------------------------------- unread leaves
class Teller:
    """Tells of the unread leaves of a text's rules which speak of something `measured` in it."""

    def __init__(self, measured: Iterable[Measurement], source: str) -> None:
        self._measured, self._source = sorted(measured), source
        self._ends = [each.end for each in self._measured]
        self._leaves: list[Leaf] = []
        self._starts: list[int] = []

    def told(self, rule: Rule) -> Rule:
        """The rule, its unread leaves in parts: its truth is the same for everybody."""
        if not self._measured:
            return rule
        found = list(leaves(rule))
        if not any(isinstance(leaf, Unparsed) for leaf in found):
            return rule
        self._leaves = sorted((leaf for leaf in found if leaf.span is not None), key=_start)
        self._starts = [_start(leaf) for leaf in self._leaves]
        return self._told(rule)

    def _told(self, rule: Rule) -> Rule:
        match rule:
            case AllOf(of):
                return both(self._parts(of))
            case AnyOf(of):
                return either(self._parts(of))
            case AtLeast(n, of):
                return AtLeast(n, tuple(map(self._told, of)))
            case Not(of):
                return Not(self._told(of))
            case Unparsed():
                return both(self._parts([rule]))
            case _:
                return rule

    def _parts(self, of: Sequence[Rule]) -> list[Rule]:
        """The parts of one list; a name and its figures, unread both, become one leaf."""
        beside = {id(each) for each in of if isinstance(each, Unparsed)}
        found: list[Rule] = []
        done = 0
        for each in of:
            if not isinstance(each, Unparsed):
                found.append(self._told(each))
            elif each.span is None:
                found.append(each)
            else:
                pieces, done = self._split(each, each.span, done, beside)
                found.extend(pieces)
        return found

    def _split(
        self, leaf: Unparsed, span: Span, done: int, beside: Collection[int]
    ) -> tuple[list[Unparsed], int]:
        """The leaf in pieces, and where they end, which may be in the next leaf."""
        at, end = max(span[0], done), span[1]
        found: list[Unparsed] = []
        for each in self._within(at, end, beside):
            first, last = max(each.start, at), min(each.end, end)
            if self._alone(each, beside):
                first, last = max(each.start, done), each.end
            if last <= at:
                continue
            if self._words(at, first) > _FEW:
                found.append(self._unread(at, first))
                at = first
            at = min(at, first)
            if self._words(last, end) <= _FEW:
                last = max(last, end)
            named = any(map(str.isalnum, self._source[at:last]))
            found.append(self._unread(at, last, "measure" if named else None))
            at = done = last
        if not found and at == span[0]:
            return [leaf], done
        if at < end:
            found.append(replace(self._unread(at, end), within=leaf.within))
        return found, done

    def _within(self, start: int, end: int, beside: Collection[int]) -> Iterator[Measurement]:
        """Those whose noun, or whose figure, stands in `[start, end)`."""
        place = bisect_left(self._ends, start + 1)
        while place < len(self._measured) and self._measured[place].start < end:
            each = self._measured[place]
            if each.name < end or self._alone(each, beside):
                yield each
            place += 1

    def _alone(self, found: Measurement, beside: Collection[int]) -> bool:
        """Whether all that stands where it stands is unread and in one list."""
        place = max(bisect_left(self._starts, found.start + 1) - 1, 0)
        while place < len(self._leaves) and self._starts[place] < found.end:
            leaf = self._leaves[place]
            if leaf.span and leaf.span[1] > found.start and id(leaf) not in beside:
                return False
            place += 1
        return True

    def _words(self, start: int, end: int) -> int:
        return len(self._source[start:end].split())

    def _unread(self, start: int, end: int, about: Literal["measure"] | None = None) -> Unparsed:
        return Unparsed(" ".join(self._source[start:end].split()), (start, end), about)


def _start(leaf: Leaf) -> int:
    return leaf.span[0] if leaf.span else 0
