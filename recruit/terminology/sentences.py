"""Where sentences and sections of a clinical text begin and end."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from recruit.terminology.alternation import any_of
from recruit.terminology.names import TABLES

Span = tuple[int, int]

_SHORT: Final = (
    "dr mr mrs ms prof st vs approx no nos fig figs tab etc eg e.g ie i.e cf al pt pts yo y.o"
    " dx hx rx tx sx fx b.i.d t.i.d q.i.d p.o i.v i.m s.c q.d prn a.m p.m jan feb mar apr jun"
    " jul aug sep sept oct nov dec inc dept vol ref max min avg mme mlle m pr janv févr fevr"
    " avr juil déc env p.ex resp sup inf nb temp wt ht u.i i.u spp incl excl wk wks mo mos yr"
    " yrs hr hrs"
)
_ABBREVIATIONS: Final = frozenset(_SHORT.split())
_BREAK: Final = re.compile(r"(?<=\S)[.!?…][\"'’”)\]]{0,3}(?=\s)|\n\s*")
_BULLET: Final = re.compile(r"\s{0,12}(?:[-*•·–◦▪]\s|\(?\d{1,3}[.)]\s|\(?[A-Za-z][.)]\s)")
_WORD_BEFORE: Final = re.compile(r"[\w.]{1,12}$")
_WORD_AFTER: Final = re.compile(r"\S{1,40}")
_NUMBERED: Final = re.compile(r"(?:^|\n)[ \t]{0,12}(?:\d{1,3}|[A-Za-z]|[IVXivx]{1,4})$")
# Programs wrap lines no wider than this; a text with longer ones was not wrapped.
_WIDEST_WRAP: Final = 120
_GOES_ON: Final = re.compile(
    r"(?:,|\b(?:and|or|of|the|with|in|for|to|a|an|by|et|ou|de|du|des|la|le|les|avec|à|pour|par))$",
    re.IGNORECASE,
)


def sentences(text: str) -> list[Span]:
    """The sentences of a clinical text as `[start, end)`, without the space around them.

    A sentence ends with a full stop that is not an abbreviation's or a list number's, and with a
    line, unless the line was wrapped.
    """
    found = []
    start = 0
    width = max(map(len, text.split("\n")))
    for match in _BREAK.finditer(text):
        if match.group().startswith("\n"):
            ends = _line_ends(text, start, match, width)
        else:
            ends = _stop_ends(text, match)
        if ends:
            found.append((start, match.end()))
            start = match.end()
    found.append((start, len(text)))
    trimmed = (_trimmed(text, begin, end) for begin, end in found)
    return [span for span in trimmed if span[0] < span[1]]


def _trimmed(text: str, start: int, end: int) -> Span:
    inside = text[start:end].lstrip()
    begin = end - len(inside)
    return begin, begin + len(inside.rstrip())


def _line_ends(text: str, start: int, match: re.Match[str], width: int) -> bool:
    """Whether a sentence ends with this line: not where its next line only carries it on.

    A program wraps a line when the next word does not fit into the text's width.
    """
    if match.group().count("\n") > 1 or _BULLET.match(text, match.end()):
        return True
    line_start = max(text.rfind("\n", start, match.start()) + 1, start)
    tail = text[max(line_start, match.start() - 12) : match.start()].rstrip()
    if _GOES_ON.search(tail):
        return False
    following = _WORD_AFTER.match(text, match.end())
    if not following or not following.group()[0].islower() or tail.endswith((":", ";")):
        return True
    fitted = match.start() - line_start + 1 + len(following.group()) <= width
    return fitted or width > _WIDEST_WRAP


def _stop_ends(text: str, match: re.Match[str]) -> bool:
    if text[match.start()] != ".":
        return True
    before = text[max(0, match.start() - 16) : match.start()]
    if _NUMBERED.search(before):
        return False
    word = _WORD_BEFORE.search(before)
    if word and (word.group().lower() in _ABBREVIATIONS or _initial(word.group())):
        return False
    following = text[match.end() : match.end() + 12].lstrip()[:1]
    return not following.islower()


def _initial(word: str) -> bool:
    return len(word) == 1 and word.isalpha() and word.isupper() and word != "I"


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under a heading, `[start, end)` in characters.

    `kind` is "past", "family", "allergy", "drug", "social", or empty under any other heading.
    """

    start: int
    end: int
    kind: str


_BLANK: Final = re.compile(r"\n[ \t]*\n")
_LONGEST_HEADING: Final = 60


@cache
def _headings() -> tuple[re.Pattern[str], re.Pattern[str], Mapping[str, str]]:
    """What may stand before a colon as a heading, headings alone on a line, and their sections."""
    with (TABLES / "context_headings.csv").open(encoding="utf-8", newline="") as lines:
        kinds = {row["heading"]: row["section"] for row in csv.DictReader(lines)}
    known = rf"(?i:{any_of(kinds)})"
    line = r"(?:^|\n)[ \t]{0,8}(?:[-*•]\s)?(?:\d{1,2}[.)]\s)?"
    # Any line that begins like a heading ends the section before it, known or not.
    before_colon = (
        rf"(?:{line}|[.;]\s{{1,2}})(?P<name>{known})\s?$|{line}[A-ZÀ-Ý][\w /&'’-]{{2,45}}$"
    )
    alone = rf"\n[ \t]{{0,8}}(?P<name>{known})[ \t]*(?=\n)"
    return re.compile(before_colon), re.compile(alone), MappingProxyType(kinds)


def sections(text: str) -> list[Section]:
    """The sections of a clinical text that a heading begins, in order; the rest is in none.

    A section ends at the next heading, or at a blank line after it has said something.
    """
    heads = [*sorted(_heads(text)), (len(text), len(text), "")]
    return [
        Section(end, _said(text, end, after), kind)
        for (_, end, kind), (after, _, _) in pairwise(heads)
        if kind
    ]


def _heads(text: str) -> Iterator[tuple[int, int, str]]:
    """Where headings start and end, and the kind of section they begin."""
    before_colon, alone, kinds = _headings()
    colon = text.find(":")
    while colon >= 0:
        left = max(0, colon - _LONGEST_HEADING)
        # A cut in the middle of a line must not look like the beginning of one.
        window = "…" * bool(left) + text[left:colon]
        if head := before_colon.search(window):
            yield left - bool(left) + head.start(), colon + 1, _kind(kinds, head["name"])
        colon = text.find(":", colon + 1)
    # The first line has no line break before it; it gets one, and the positions lose one.
    for head in alone.finditer("\n" + text):
        yield max(0, head.start() - 1), head.end() - 1, _kind(kinds, head["name"])


def _kind(kinds: Mapping[str, str], name: str | None) -> str:
    return kinds.get(" ".join((name or "").lower().replace("’", "'").split()), "")


def _said(text: str, start: int, end: int) -> int:
    """Where a section's words stop: at its end, or at the first blank line after them."""
    said = _WORDS.search(text, start, end)
    blank = _BLANK.search(text, said.start(), end) if said else None
    return blank.start() if blank else end


_WORDS: Final = re.compile(r"\S")
