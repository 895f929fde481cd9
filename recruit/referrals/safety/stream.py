"""A message as a row of plain words, however it was typed.

Small letters, no accents, no apostrophes; what a telephone's thumb runs together is taken apart
("jai" is "j ai", "can't" is "can not"), drawn-out letters are drawn in ("maaaal"), and marks that
part sentences and clauses are words of their own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from recruit.terminology.words import plain

TABLES: Final = Path(__file__).with_name("tables")
_LETTERS: Final = r"[^\W\d_]+(?:[\u0300-\u036f\u00ad\u200b-\u200d\u2060]+[^\W\d_]*)*"
_TOKEN: Final = re.compile(
    rf"(?P<word>(?i:hb)?(?i:a1c)\b|{_LETTERS}(?:['’´`ʼ]{_LETTERS})*)"
    r"|(?P<number>\d+(?:[.,:/h]\d+)*)"
    r"|(?P<mark>[.!?…;:,()«»\"\n\u2014\u2013]|(?<=\s)-(?=\s))"
    r"|(?P<picture>[\u2620\u26b0\u2695\U0001f300-\U0001faff])"
)
_INVISIBLE: Final = re.compile(r"[\u00ad\u200b-\u200d\u2060]")
_LONG_DRAWN: Final = re.compile(r"([^\W\d_])\1{2,}")
_QUOTED: Final = re.compile(r"^[ \t]{0,3}>.*$", re.MULTILINE)
_MARKS: Final = {".": ".", "…": ",", "!": "!", "?": "?", "\n": "\n"}
_MAXIMUM_WORD: Final = 40
ENDS: Final = frozenset(".!?\n")
MARKS: Final = frozenset(".!?\n,")


@dataclass(frozen=True, slots=True)
class Stream:
    """The plain words of a text; `words[i]` stands at `[starts[i], ends[i])`, in characters."""

    words: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.words)


def word_set(words: str) -> frozenset[str]:
    """The words of a line as a set."""
    return frozenset(words.split())


@cache
def shorthand() -> Mapping[str, tuple[str, ...]]:
    """What people type for short, and the words that it stands for."""
    table: dict[str, tuple[str, ...]] = {}
    for line in (TABLES / "shorthand.txt").read_text("utf-8").splitlines():
        short, equals, long = line.partition("=")
        if equals and not line.startswith("#"):
            for each in short.split():
                table[each] = tuple(long.split())
    return table


def without_quotes(text: str) -> str:
    """`text` with blanks where lines quote another message, so that places stay the same."""
    if ">" not in text:
        return text
    return _QUOTED.sub(lambda line: " " * len(line.group()), text)


def read(text: str) -> Stream:
    """The words of `text`, in one pass."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, word in _spread(text):
        words.append(word)
        starts.append(start)
        ends.append(end)
    return Stream(words, starts, ends)


def _spread(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        written = found.group()
        if found.lastgroup == "mark":
            if written != "\n":
                yield start, end, _MARKS.get(written, ",")
            elif _new_line(text, end):
                yield start, end, "\n"
        elif found.lastgroup == "word":
            for word in _taken_apart(written[:_MAXIMUM_WORD]):
                yield start, end, word
        else:
            yield start, end, written


def _new_line(text: str, after: int) -> bool:
    """Whether a line ends something; a mail program's wrapping goes on in small letters."""
    following = text[after : after + 40].lstrip(" \t")
    return not following[:1].islower()


@lru_cache(maxsize=50_000)
def _taken_apart(token: str) -> tuple[str, ...]:
    accented = _INVISIBLE.sub("", token).lower()
    if (known := shorthand().get(accented)) is not None:
        return known
    word = plain(accented)
    for sign in "’´`ʼ":
        word = word.replace(sign, "'")
    parts = word.split("'")
    if len(parts) == 1:
        return _meant(word)
    if parts[-1] == "t" and parts[0].endswith("n"):
        return (*_denied(parts[0]),)
    spread: list[str] = []
    for part in parts:
        spread.extend(_ENGLISH.get(part, ()) if spread and part in _ENGLISH else _meant(part))
    return tuple(spread)


_ENGLISH: Final[Mapping[str, tuple[str, ...]]] = {
    "m": ("am",),
    "ve": ("have",),
    "re": ("are",),
    "ll": ("will",),
    "d": (),
    "s": (),
}


def _denied(verb: str) -> tuple[str, str]:
    """The two words of “can't”, “won't”, “didn't”, without its end."""
    return {"can": "can", "won": "will", "shan": "shall"}.get(verb, verb[:-1]), "not"


def _meant(word: str) -> tuple[str, ...]:
    known = shorthand().get(word)
    if known is not None:
        return known
    if _LONG_DRAWN.search(word):
        short = _LONG_DRAWN.sub(r"\1", word)
        return shorthand().get(short, (short,))
    return (word,)
