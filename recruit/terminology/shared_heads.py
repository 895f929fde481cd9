"""Names in a list that share one of their words: "renal or hepatic impairment", "hépatite B ou C".

The shared word is written once. Each shortened name is put together again and counts only where
the whole of it is a name of the lexicon of the same kind.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from recruit.terminology.concepts import Kind, Mention, Reading
from recruit.terminology.words import BREAK, COMMA, Words

Named = Callable[[str], tuple[Reading, ...]]
_JOINS: Final = frozenset({COMMA, "and", "or", "nor", "et", "ou", "ni"})
# These say how, not what: "medical or psychiatric illness" is not any medical condition.
_QUALIFIERS: Final = frozenset(
    {"acute", "chronic", "general", "medical", "persistent", "primary", "secondary", "systemic"}
    | {"recurrent", "aigu", "aigue", "chronique", "generale", "medicale", "primitif"}
)
# Words of a shortened name: "renal", "type 1".
_WIDEST: Final = 2


def completed(
    text: str, words: Words, norms: Sequence[str], mentions: Sequence[Mention], named: Named
) -> list[Mention]:
    """The mentions together with those that borrow a word from one beside them, left to right.

    `named` gives the readings of a normal form. Each word is looked at a bounded number of times.
    """
    return _Lists(text, words, norms, mentions, named).all()


class _Lists:
    """One text under way."""

    def __init__(
        self,
        text: str,
        words: Words,
        norms: Sequence[str],
        mentions: Sequence[Mention],
        named: Named,
    ) -> None:
        self._text, self._words, self._norms, self._named = text, words, norms, named
        self._mentions = mentions
        self._known = {mention.start: mention for mention in mentions}
        self._inside = {
            place for mention in mentions for place in self._places(mention)[1:]
        }  # later words of a longer name are nobody's first word

    def _places(self, mention: Mention) -> range:
        starts = self._words.starts
        return range(bisect_left(starts, mention.start), bisect_left(starts, mention.end))

    def all(self) -> list[Mention]:
        """The mentions, from left to right."""
        for mention in self._mentions:
            places = self._places(mention)
            kind = _kind(mention)
            if len(places) > 1 and kind is not None:
                self._before(places, kind)
                self._after(places, kind)
        return [self._known[start] for start in sorted(self._known)]

    def _before(self, places: range, kind: Kind) -> None:
        """Names that end like this one: "renal, cardiac or hepatic impairment"."""
        own = [self._norms[place] for place in places]
        tails = [own[cut:] for cut in range(1, len(own))]
        first = places.start
        while (last := self._over(first - 1, -1)) is not None:
            for size in range(_WIDEST, 0, -1):
                start = last - size + 1
                if start >= 0 and self._borrows(range(start, last + 1), (), tails, kind):
                    first = start
                    break
            else:
                return

    def _after(self, places: range, kind: Kind) -> None:
        """Names that begin like this one: "cancer du sein ou de l'ovaire", "hepatitis B or C"."""
        own = [self._norms[place] for place in places]
        heads = [own[:cut] for cut in range(len(own) - 1, 0, -1)]
        last = places.stop - 1
        while (start := self._over(last + 1, 1)) is not None:
            for size in range(_WIDEST, 0, -1):
                stop = start + size
                if stop <= len(self._norms) and self._borrows(range(start, stop), heads, (), kind):
                    last = stop - 1
                    break
            else:
                return

    def _over(self, place: int, step: int) -> int | None:
        """The place past the joining words that begin at `place`; None when there are none."""
        first = place
        while 0 <= place < len(self._norms) and self._norms[place] in _JOINS:
            place += step
        return place if place != first and 0 <= place < len(self._norms) else None

    def _borrows(
        self,
        places: range,
        heads: Sequence[Sequence[str]],
        tails: Sequence[Sequence[str]],
        kind: Kind,
    ) -> bool:
        """Whether the words at `places`, with words of another name, are a name of its kind."""
        mine = [self._norms[place] for place in places]
        barred = not _JOINS.isdisjoint(mine) or BREAK in mine or mine[0] in _QUALIFIERS
        # "Hepatitis B or a history of …": the article is no hepatitis A.
        article = mine[0] == "a" and self._text[self._words.starts[places[0]]] == "a"
        if barred or article or self._taken(places, kind):
            return False
        for whole in self._wholes(mine, heads, tails):
            readings = tuple(r for r in self._named(whole) if r.what is kind)
            if readings:
                start, end = self._words.starts[places[0]], self._words.ends[places[-1]]
                for place in places:
                    self._known.pop(self._words.starts[place], None)
                self._known[start] = Mention(start, end, self._text[start:end], readings)
                self._inside.update(places[1:])
                return True
        return False

    def _wholes(
        self, mine: list[str], heads: Sequence[Sequence[str]], tails: Sequence[Sequence[str]]
    ) -> Iterator[str]:
        for head in heads:
            yield "".join(f"{word} " for word in (*head, *mine))
        for tail in tails:
            yield "".join(f"{word} " for word in (*mine, *tail))

    def _taken(self, places: range, kind: Kind) -> bool:
        """Whether the words are a name already, other than one word of another kind."""
        if any(place in self._inside for place in places) or places.stop in self._inside:
            return True
        known = (self._known.get(self._words.starts[place]) for place in places)
        return any(mention is not None and _kind(mention) is kind for mention in known)


def _kind(mention: Mention) -> Kind | None:
    """What sort of thing the mention most likely names, None for words of our vocabularies."""
    what = mention.readings[0].what
    return what if isinstance(what, Kind) else None
