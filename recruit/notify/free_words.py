"""What somebody means who answers a message in words of their own, in English or French.

No guess: where it is not plain, a person reads it, as they read every word in any case. Above all
“stop” is heard wherever it is clear, and not where it is denied, asked about or said of a tablet.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).with_name("free_words.toml")
LONGEST: Final = 4_000  # letters that are looked at


class Meaning(StrEnum):
    """What an answer comes to."""

    STOP = "stop"
    """No more such messages."""
    YES = "yes"
    NOT_NOW = "not now"
    NO = "no"
    HELP = "help"
    """Who writes, and what is this?"""
    UNCLEAR = "unclear"


QUOTED: Final = re.compile(r"\s*>")
# Where what was written before begins, or a signature.
REST: Final = re.compile(
    r"""\s*(?:
        --\s?$ | _{5,} | -{3,}\s*(?:original|message|forwarded|transf)
        | (?:on|le)\b.{4,160}(?:wrote|a\s+[eé]crit)\s*:\s*$
        | (?:from|de|envoy[eé]|sent|date|objet|subject)\s?:\s.+
        | sent\ from\ my\b | envoy[eé]\ (?:de|depuis)\ mon\b | get\ outlook\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
CLOSING: Final = re.compile(
    r"\b(?:(?:bien )?cordialement|bien [aà] vous|yours \w+ly"
    r"|(?:best |kind |warm )?(?:regards|wishes))\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""The end of a letter, and the name beneath."""
WRAPPED: Final = 60  # letters from which on a line was broken by a mail program, not by its writer
CLAUSE: Final = re.compile(r"([.!?;:,…\n()\"«»]+|\s[-–—]\s)")
LONG_DRAWN: Final = re.compile(r"(.)\1{2,}")  # "stoooop"
NOT: Final = re.compile(r"\b(do|does|did|is|are|was|will|would|should|could|ca|wo)n[' ]?t\b")
STOP: Final = "stop"
NEAR_STOP: Final = (4, 5)  # letters of a misspelt "stop"
SHORTEST: Final = 5  # letters; shorter words have too many neighbours
TWO_SLIPS: Final = 9  # letters from which on two slips are no other word


def meant(text: str) -> Meaning:
    """What a whole answer means; what it quotes of the message it answers does not count."""
    found: set[Meaning] = set()
    more = False
    for clause in _clauses(own_words(text[:LONGEST])):
        if _forms().denied.search(clause):
            return Meaning.UNCLEAR
        meaning = _of(clause)
        if meaning is Meaning.UNCLEAR:
            more = True
        else:
            found.add(meaning)
    return _together(found, more=more)


def may_mean_stop(text: str) -> bool:
    """Whether somebody may want an end of something, plainly or not: then a person looks.

    Also where it is denied, asked about or doubted; what is quoted does not count.
    """
    forms = _forms()
    return any(
        forms.word.search(clause)
        or forms.stop.search(clause)
        or _of(clause) in {Meaning.STOP, Meaning.NO}
        for clause in _clauses(own_words(text[:LONGEST]))
    )


def own_words(text: str) -> str:
    """What somebody wrote themselves: nothing from where a quotation or a signature begins."""
    whole = ""
    for line in text.splitlines():
        if REST.match(line):
            break
        if not QUOTED.match(line):
            whole += line + (" " if len(line) >= WRAPPED else "\n")
    return CLOSING.sub("", whole)


def _together(found: set[Meaning], *, more: bool) -> Meaning:
    """What the clauses of an answer come to; `more` is that one of them is none of these."""
    if Meaning.STOP in found:
        # Who says more than that has still said it, unless it is the contrary.
        clear = found <= {Meaning.STOP, Meaning.NO, Meaning.HELP}
        return Meaning.STOP if clear else Meaning.UNCLEAR
    if found == {Meaning.NO, Meaning.NOT_NOW}:
        found = {Meaning.NOT_NOW}
    return found.pop() if len(found) == 1 and not more else Meaning.UNCLEAR


def _of(clause: str) -> Meaning:
    forms = _forms()
    if forms.stop_whole.fullmatch(clause):
        return Meaning.STOP
    if clause.startswith(f"{STOP} ") and _of(clause.removeprefix(f"{STOP} ")) is Meaning.NO:
        return Meaning.STOP
    if forms.stop.search(clause):
        doubted = forms.doubted.search(clause) or forms.at_times.search(clause)
        return Meaning.UNCLEAR if doubted else Meaning.STOP
    found = (meaning for meaning, form in forms.others.items() if form.fullmatch(clause))
    return next(found, Meaning.UNCLEAR)


def _clauses(text: str) -> Iterator[str]:
    """The clauses of a text as the forms expect them, without what is only polite."""
    parts = CLAUSE.split(_folded(text))
    for said, mark in zip(parts[::2], [*parts[1::2], ""], strict=True):
        words = " ".join(_spelt(word) for word in re.findall(r"\w+", said))
        clause = " ".join(_forms().polite.sub(" ", words).split())
        if clause:
            # A bare word with a question mark asks what it would do.
            yield f"why {clause}" if "?" in mark and clause == STOP else clause


def _folded(text: str) -> str:
    """Small letters, without accents, with one kind of apostrophe; “don't” in full."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    return NOT.sub(r"\1 not", bare).replace("i'm ", "i am ")


def _spelt(word: str) -> str:
    """A word as it was meant, where it is a slip away from one of ours."""
    from rapidfuzz.distance import DamerauLevenshtein  # noqa: PLC0415 - slow to import

    word = LONG_DRAWN.sub(r"\1", word)
    spelling = _spelling()
    if word in spelling.others or word in spelling.words:
        return word
    if sorted(word) == sorted(STOP) or word == "stopp":
        return STOP
    if len(word) in NEAR_STOP and word[0] == "s" and DamerauLevenshtein.distance(word, STOP) == 1:
        return STOP
    if len(word) < SHORTEST:
        return word
    near = (
        (DamerauLevenshtein.distance(word, each, score_cutoff=2), each)
        for each in spelling.words
        if each[0] == word[0]
    )
    slips, best = min(near, default=(SHORTEST, word))
    return best if slips <= (2 if len(best) >= TWO_SLIPS else 1) else word


@dataclass(frozen=True, slots=True)
class _Forms:
    """The patterns of free_words.toml, each list as one."""

    stop: re.Pattern[str]
    stop_whole: re.Pattern[str]
    denied: re.Pattern[str]
    doubted: re.Pattern[str]
    at_times: re.Pattern[str]
    polite: re.Pattern[str]
    word: re.Pattern[str]
    others: Mapping[Meaning, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class _Spelling:
    words: frozenset[str]
    others: frozenset[str]


@cache
def _forms() -> _Forms:
    table = tomllib.loads(TABLE.read_text("utf-8"))
    lists = {name: _pattern(forms, table["pieces"]) for name, forms in table["forms"].items()}
    others = {
        meaning: lists.pop(meaning.name.lower())
        for meaning in (Meaning.NOT_NOW, Meaning.YES, Meaning.NO, Meaning.HELP)
    }
    words = lists.pop("stop").pattern
    word = re.compile(rf"\b(?:{table['pieces']['word']})\b")
    return _Forms(**lists, stop=re.compile(rf"\b(?:{words})"), word=word, others=others)


@cache
def _spelling() -> _Spelling:
    table = tomllib.loads(TABLE.read_text("utf-8"))
    spelling = table["spelling"]
    in_forms = {
        word
        for forms in table["forms"].values()
        for form in forms
        for word in re.findall(r"[a-z]+", form)
    }
    return _Spelling(frozenset(spelling["words"]), frozenset([*spelling["others"], *in_forms]))


def _pattern(forms: Sequence[str], pieces: Mapping[str, str]) -> re.Pattern[str]:
    """One pattern of many, with every <piece> in its place."""
    whole = "|".join(f"(?:{form})" for form in forms)
    for name, piece in pieces.items():
        whole = whole.replace(f"<{name}>", piece)
    return re.compile(whole)
