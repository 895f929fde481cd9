"""What in a text says who wrote it: found by machine, for a person to look over.

Sought are e-mail addresses and telephone numbers of anybody, and what the vault holds of the person
and of whoever acts for them, in the spellings that are usual in French and English.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final

from sqlalchemy.orm import Session

from recruit.core.crypto import Keyring
from recruit.people import representatives
from recruit.people.vault import Item, Vault

NUMBER: Final = 9  # the last digits of a telephone number, which are the same in every spelling
SHORTEST: Final = 2  # letters of a part of a name; one letter is an initial
TOWN_CODE: Final = 4  # digits that a postal code has at least
GAP: Final = r"[\W_]{0,3}"
DIGITS_APART: Final = r"\D{0,3}"
PARTICLES: Final = frozenset(
    [
        "al",
        "am",
        "an",
        "and",
        "at",
        "bin",
        "da",
        "das",
        "de",
        "del",
        "den",
        "der",
        "des",
        "di",
        "dit",
        "do",
        "dos",
        "du",
        "el",
        "en",
        "et",
        "ibn",
        "la",
        "las",
        "le",
        "les",
        "los",
        "mac",
        "mc",
        "of",
        "on",
        "st",
        "ste",
        "ten",
        "ter",
        "the",
        "van",
        "von",
        "zu",
    ]
)
# From the first letter of a word and without a second try: a text of one long word would otherwise
# be read from each of its letters to its end.
EMAIL: Final = re.compile(
    r"(?<![\w.+%-])[\w.+%-]++\s?(?:@|[(\[]\s?(?:at|arobase|@)\s?[)\]]|\b(?:arobase|at)\b)\s?"
    r"[\w-]+(?:(?:\.|\s?[(\[]\s?(?:dot|point)\s?[)\]]\s?|\s(?:dot|point)\s)[\w-]+)+"
)
PHONE: Final = re.compile(
    r"(?<![\w.,/-])(?!\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?![\d./-]))"
    r"(?:(?:\+\s?|\(\+?)?\d(?:[\s.()-]{0,2}\d){8,14}|0\d(?:/\d\d){4})(?!\w)"
)
MONTHS: Final = (
    ("janvier", "janv", "january", "jan"),
    ("fevrier", "fevr", "fev", "february", "feb"),
    ("mars", "march", "mar"),
    ("avril", "avr", "april", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "juil", "july", "jul"),
    ("aout", "august", "aug"),
    ("septembre", "september", "sept", "sep"),
    ("octobre", "october", "oct"),
    ("novembre", "november", "nov"),
    ("decembre", "december", "dec"),
)


class What(StrEnum):
    """What says who somebody is."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    BIRTH_DATE = "birth date"


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a text, `start` to `end`. `is_sure`: it is the person's own, beyond doubt."""

    start: int
    end: int
    what: What
    is_sure: bool


@dataclass(frozen=True)
class Identity:
    """What is known of those whose words these are: items of the vault, and their senders."""

    items: frozenset[tuple[Item, str]] = field(repr=False)

    @cached_property
    def patterns(self) -> tuple[tuple[re.Pattern[str], What, bool], ...]:
        """What to seek in a folded text, of what it is, and whether a hit is surely theirs."""
        return tuple(
            (re.compile(pattern), what, is_sure)
            for item, text in sorted(self.items)
            for pattern, what, is_sure in _patterns(item, fold(text), text)
        )

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The ends of the telephone numbers."""
        return frozenset(_end(text) for item, text in self.items if item is Item.PHONE)


def of(
    session: Session, keyring: Keyring, person: str | None, senders: Collection[str]
) -> Identity:
    """What the vault has of a person and of whoever acts for them, and where words came from.

    Raises:
        SealBroken: something does not open under any key of the ring.
    """
    items = {(_kind(sender), sender) for sender in senders if sender}
    if person is not None:
        links = representatives.of_person(session, person)
        holders = {person, *(each.representative for each in links if each.representative)}
        for holder in sorted(holders):
            items |= {(item, text) for item, text in Vault(keyring).read(session, holder).items()}
    return Identity(frozenset(items))


def find(text: str, who: Identity) -> tuple[Found, ...]:
    """The places in a text (NFC) that say who wrote it, in order, none within another."""
    folded = fold(text)
    found = [*_anybodys(folded, who), *_theirs(text, folded, who)]
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end, one.what is What.ADDRESS)):
        if kept and each.start < kept[-1].end:
            last = kept.pop()
            sure = last.is_sure or each.is_sure
            each = Found(last.start, max(last.end, each.end), last.what, sure)  # noqa: PLW2901
        kept.append(each)
    return tuple(kept)


def fold(text: str) -> str:
    """A text without capitals and accents, each sign in its own place."""
    return "".join(_plain(sign) for sign in text)


def _anybodys(folded: str, who: Identity) -> Iterator[Found]:
    own = {fold(text) for item, text in who.items if item is Item.EMAIL}
    for hit in EMAIL.finditer(folded):
        yield Found(*hit.span(), What.EMAIL, hit[0] in own)
    for hit in PHONE.finditer(folded):
        yield Found(*hit.span(), What.PHONE, _end(hit[0]) in who.numbers)


def _theirs(text: str, folded: str, who: Identity) -> Iterator[Found]:
    for pattern, what, is_sure in who.patterns:
        for hit in pattern.finditer(folded):
            # One word of a name may be a word of the language: with a capital it is the name.
            is_name = what is What.NAME and text[hit.start()].isupper()
            yield Found(*hit.span(), what, is_sure or is_name)


def _patterns(item: Item, folded: str, text: str) -> Iterator[tuple[str, What, bool]]:
    """Patterns of folded text for one item of the vault."""
    match item:
        case Item.NAME:
            yield from _name(folded)
        case Item.EMAIL:
            yield re.escape(folded), What.EMAIL, True
        case Item.PHONE if len(_end(text)) == NUMBER:
            before = r"(?:(?:\+|00)?\d{1,3}[^\d\n]{0,3}(?:\(0\))?[^\d\n]{0,3}|0)?"
            yield before + DIGITS_APART.join(_end(text)), What.PHONE, True
        case Item.ADDRESS:
            for line in folded.splitlines():
                yield from _line(line)
        case Item.BIRTH_DATE:
            yield from ((each, What.BIRTH_DATE, True) for each in _day(text))
        case _:  # a number of fewer digits is no telephone number
            return


def _name(folded: str) -> Iterator[tuple[str, What, bool]]:
    parts = re.findall(r"[^\W\d_]+", folded)
    if len(parts) > 1:
        for order in (parts, parts[::-1]):
            yield _alone(GAP.join(map(_spelt, order))), What.NAME, True
    for part in parts:
        if len(part) >= SHORTEST and part not in PARTICLES:
            yield _alone(_spelt(part)), What.NAME, False


def _line(line: str) -> Iterator[tuple[str, What, bool]]:
    """A line of an address, and what of it may stand alone: the street, the code, the town."""
    parts = re.findall(r"[^\W_]+", line)
    words = [each for each in parts if not each[0].isdigit()]
    if len(parts) > 1:
        yield _alone(r"[\W_]{1,4}".join(map(_spelt, parts))), What.ADDRESS, True
    for each in parts:
        if each.isdigit() and len(each) >= TOWN_CODE:
            yield _alone(each), What.ADDRESS, True
    if words and (len(words) > 1 or len(words[0]) > SHORTEST):
        yield _alone(r"[\W_]{1,4}".join(map(_spelt, words))), What.ADDRESS, False


def _day(text: str) -> Iterator[str]:
    """The spellings of a whole day: 3/10/1974, 03.10.74, 1974-10-03, 3 octobre 1974, Oct 3, 1974.

    Less than a whole day says of nobody who they are.
    """
    try:
        born = date.fromisoformat(text)
    except ValueError:
        return
    day, month = f"0?{born.day}", f"0?{born.month}"
    year = rf"(?:{born.year}|{born:%y})"
    named = rf"(?:{'|'.join(MONTHS[born.month - 1])})\.?"
    apart = r"[\s./-]{1,3}"
    for first, second in ((day, month), (month, day)):
        yield rf"(?<!\d){first}{apart}{second}{apart}{year}(?!\d)"
    yield rf"(?<!\d){born.year}{apart}{month}{apart}{day}(?!\d)"
    yield rf"(?<!\d)(?:{born:%d%m%Y}|{born:%Y%m%d})(?!\d)"
    yield rf"(?<!\d){day}(?:er|st|nd|rd|th)?\s?(?:of )?\s?{named}[\s,]{{0,2}}{year}(?!\d)"
    yield rf"(?<!\w){named}\s?{day}(?:st|nd|rd|th)?[\s,]{{1,2}}{year}(?!\d)"


def _spelt(part: str) -> str:
    """A word as it may be spelt: œ and æ are typed as two letters as often as not."""
    escaped = re.escape(part)
    for one, two in (("œ", "oe"), ("æ", "ae")):
        escaped = escaped.replace(one, two).replace(two, f"(?:{one}|{two})")
    return escaped


def _alone(pattern: str) -> str:
    return rf"(?<![^\W_]){pattern}(?![^\W_]|@)"


def _plain(sign: str) -> str:
    return (unicodedata.normalize("NFKD", sign)[0].casefold() or sign)[0]


def _kind(sender: str) -> Item:
    return Item.EMAIL if "@" in sender else Item.PHONE


def _end(number: str) -> str:
    return "".join(sign for sign in number if sign.isdecimal())[-NUMBER:]
