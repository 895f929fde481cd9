"""Words that say how what stands near them is meant: "no", "history of", "mother", "in case of".

After NegEx (Chapman et al. 2001) and ConText (Harkema et al. 2009; in French Abdaoui et al. 2017):
a cue opens a scope after or before itself, which a stop word closes; a pseudo-cue ("no increase")
only looks like one. Both languages are read at once: notes mix them, and few words clash.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Final

from recruit.terminology.alternation import any_of
from recruit.terminology.names import TABLES


@dataclass(frozen=True, slots=True)
class Cue:
    """What a phrase says of what stands "after" or "before" it, within `reach` words.

    `says` is a flag of the context, or what closes scopes: "stop", "verb", "self", "back"; a
    "pseudo" cue says nothing. Without a `reach` it goes as far as a sentence usually does.
    """

    says: str
    where: str
    reach: int | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """Cues found in a text at `[start, end)`; a bracket is a signal without cues."""

    start: int
    end: int
    cues: tuple[Cue, ...]
    bracket: str = ""


_STOP: Final = (Cue("stop", ""),)
_ANSWER: Final = (Cue("negated", "before", 8),)
_DOUBT: Final = (Cue("uncertain", "after", 3),)
_NE: Final = {
    "plus": (Cue("ended", "before", 2), Cue("ended", "after", 6)),
    "pas": (Cue("negated", "before", 2), Cue("negated", "after", 8)),
    "jamais": (Cue("negated", "before", 2), Cue("negated", "after", 8)),
}
# Begins with one plain class, so that a search skips at once to the next sign.
_MARKS: Final = re.compile(
    r"[;()\[\]:?n](?:(?<=[;()\[\]])"
    r"|(?<=:)\s{0,2}(?P<answer>no|none|non|nil|aucune?|neant|negative?s?|negatif|denies|absente?)\b"
    r"(?=\s*(?:[.;,)\n]|$))"
    r"|(?<=\?)(?<!\S\?)(?P<doubt>\s?)(?=\w)"
    r"|(?<=n)(?<!\wn)(?:e\s|')\w{1,20}\s(?:\w{1,20}\s)?(?P<ne>pas|plus|jamais)\b(?!\sde\s\d))"
)


def find_signals(text: str) -> list[Signal]:
    """All cues, stops and brackets of `text`, in order."""
    plain = folded(text)
    pattern, cues = _table()
    phrases = [
        Signal(match.start(), match.end(), found)
        for match in pattern.finditer(plain)
        if (found := cues[_one_space(match.group())])
    ]
    return sorted([*phrases, *_marks(plain)], key=attrgetter("start"))


def _marks(plain: str) -> Iterator[Signal]:
    for match in _MARKS.finditer(plain):
        if match["answer"]:
            yield Signal(match.start(), match.end(), _ANSWER)
        elif match["ne"]:
            yield Signal(match.start("ne"), match.end("ne"), _NE[match["ne"]])
        elif match["doubt"] is not None:
            yield Signal(match.start(), match.end(), _DOUBT)
        elif match.group() == ";":
            yield Signal(match.start(), match.end(), _STOP)
        else:
            yield Signal(match.start(), match.end(), (), bracket=match.group())


def folded(text: str) -> str:
    """Small letters without accents, each at the place of its own."""
    low = text.lower()
    if len(low) != len(text):
        low = text
    return low if low.isascii() else low.translate(_FOLD)


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


_FOLD: Final = {
    **{
        code: _bare(chr(code))
        for code in range(0xC0, 0x180)
        if unicodedata.decomposition(chr(code))
    },
    ord("’"): "'",
    0xA0: " ",
    0x202F: " ",
}


_AUXILIARIES: Final = ("is", "are", "was", "were", "do", "does", "did", "has", "have", "had")


def _forms(phrase: str, cue: Cue) -> Iterator[str]:
    """The phrase, and what only looks like a denial also with the verb that stands before it."""
    yield phrase
    if cue.says == "pseudo" and phrase.startswith("not "):
        yield from (f"{auxiliary} {phrase}" for auxiliary in _AUXILIARIES)


def _one_space(phrase: str) -> str:
    return " ".join(phrase.split())


@cache
def _table() -> tuple[re.Pattern[str], Mapping[str, tuple[Cue, ...]]]:
    cues: dict[str, tuple[Cue, ...]] = {}
    for language in ("en", "fr"):
        with (TABLES / f"context_{language}.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                reach = int(row["reach"]) if row["reach"] else None
                cue = Cue(row["says"], row["where"], reach)
                for phrase in _forms(folded(row["phrase"]), cue):
                    cues[phrase] = (*cues.get(phrase, ()), cue)
    for phrase, said in cues.items():
        # What only looks like a cue is none in the other language either.
        if any(cue.says == "pseudo" for cue in said):
            cues[phrase] = ()
    return re.compile(rf"\b{any_of(cues)}(?:(?<=')|(?!\w))"), cues
