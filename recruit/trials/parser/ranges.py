"""Two figures as one range ("2 to 4 x ULN", "from birth to 18 years"), in one row of words."""

from collections.abc import Container, Sequence
from functools import cache
from typing import Final

from recruit.trials.parser.bounds import Bound, Figure, Split, blank, compatible, counted_on
from recruit.trials.parser.cues import Cue, Word, phrases, word_set
from recruit.trials.parser.endings import Endings

BIRTH: Final = frozenset({"birth", "naissance", "newborn", "newborns", "neonates"})
_FROM_BIRTH_TO: Final = frozenset({"to", "through", "until", "up", "-", "–", "a", "jusqu"})
_OR: Final = frozenset({"or", "ou"})
_ALSO: Final = frozenset({"and", "but", "et", "mais"})
_MAXIMUM_LEAD: Final = 5
FEW: Final = 3


@cache
def _openers() -> frozenset[str]:
    """The words that a relation may begin with, beside its figures."""
    return phrases("before_number").openers | phrases("window").openers | BIRTH


class Ranges:
    """The words and figures of one text, and the ranges among them."""

    def __init__(self, words: Sequence[Word], figures: Sequence[Figure]) -> None:
        self._words = words
        self._norms = [word.norm for word in words]
        by_start = {figure.start: figure for figure in figures}
        self._figure: dict[int, Figure] = {}
        self._after: dict[int, int] = {}
        place = 0 if figures else len(words)
        while place < len(words):
            figure = by_start.get(words[place].start)
            if figure is None:
                place += 1
                continue
            self._figure[place] = figure
            first = place
            while place < len(words) and words[place].start < figure.end:
                place += 1
            self._after[first] = place
        self._before_number = phrases("before_number")
        self._after_number = phrases("after_number")
        self._window = phrases("window")
        self._endings = Endings(words, self._norms)
        self._openers = _openers()

    def _range(self, place: int, at: int, words: Container[str]) -> tuple[Bound, int] | None:
        """Two figures with a word for "to" between them."""
        first, link = self._figure[at], self._after[at]
        # "between 18 years of age and 65"
        while (
            link < len(self._norms)
            and link - self._after[at] < FEW
            and self._norms[link] in {"years", "year", "of", "age", "old", "ans", "inclusive"}
        ):
            link += 1
        if link >= len(self._norms):
            return None
        norm = self._norms[link]
        if norm not in words and norm not in _ALSO and norm not in _OR:
            return None
        other, strict, upper = self._upper(link + 1)
        second = self._figure.get(other)
        if second is None or not compatible(first, second):
            return None
        if norm in _OR and not counted_on(first, second):
            return None
        if norm in _ALSO and norm not in words and not (upper and first.time):
            # "18 years and less than 80 years" is a range; "18 years and 80 kg" is none.
            return None
        after = self._after[other]
        bound = blank(self._words[place].start, self._words[after - 1].end, second)._replace(
            low=first.value,
            high=second.value,
            high_inclusive=not strict,
            unit=second.unit or first.unit,
            time=second.time or first.time,
        )
        if first.time and second.time and first.time is not second.time:
            split = Split(first.end, self._words[link + 1].start, first.time)
            bound = bound._replace(split=split)
        if first.over and second.over:
            # "between 140/90 and 180/110"
            bound = bound._replace(second=bound._replace(low=first.over, high=second.over))
        return self._endings.ended(bound, after)

    def _upper(self, place: int) -> tuple[int, bool, bool]:
        """Past what opens the upper end of a range, whether it is left out, and whether it is."""
        phrase = self._before_number.at(self._norms, place) if place < len(self._norms) else None
        if phrase and phrase.cue in {Cue.BELOW, Cue.AT_MOST}:
            return self._skip(place + len(phrase.words)), phrase.cue is Cue.BELOW, True
        first = place
        while (
            place < len(self._norms)
            and place - first < FEW
            and self._norms[place] in {"up", "to", "the", "age", "of", "jusqu", "a"}
        ):
            place += 1
        return place, False, False

    def _from_birth(self, place: int) -> tuple[Bound, int] | None:
        """Such as "from birth to 18 years"."""
        link = place + 1
        if link >= len(self._norms) or self._norms[link] not in _FROM_BIRTH_TO:
            return None
        other, strict, _ = self._upper(link + 1)
        figure = self._figure.get(other)
        if figure is None or figure.time is None:
            return None
        after = self._after[other]
        base = blank(self._words[place].start, self._words[after - 1].end, figure)
        bound = base._replace(high=figure.value, high_inclusive=not strict, older=True)
        return self._endings.ended(bound, after)

    def _norm(self, place: int) -> str:
        return self._norms[place] if place < len(self._norms) else ""

    def _skip(self, place: int) -> int:
        first = place
        while (
            place < len(self._norms)
            and place - first < _MAXIMUM_LEAD
            and self._norms[place] in word_set("fillers")
            and place not in self._figure
        ):
            place += 1
        return place
