"""Numbers as people write them: "1,500", "1 500", "7,5", and words up to a hundred."""

import re
from typing import Final

from recruit.terminology.alternation import any_of

_ENGLISH: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_FRENCH: Final = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    " dix-sept dix-huit dix-neuf"
)
_ENGLISH_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_FRENCH_TENS: Final = (
    *((20, "vingt"), (30, "trente"), (40, "quarante"), (50, "cinquante"), (60, "soixante")),
    *((80, "quatre-vingt"),),
)


def _words() -> dict[str, int]:
    english, french = _ENGLISH.split(), _FRENCH.split()
    words = {word: value for value, word in enumerate(english)}
    words |= {word: value for value, word in enumerate(french)}
    words |= {"une": 1, "quatre-vingts": 80, "cent": 100, "a hundred": 100, "one hundred": 100}
    for tens, name in enumerate(_ENGLISH_TENS.split(), start=2):
        words[name] = tens * 10
        words |= {f"{name}-{english[unit]}": tens * 10 + unit for unit in range(1, 10)}
    for tens, name in _FRENCH_TENS:
        words.setdefault(name, tens)
        units = range(1, 20 if tens >= _SIXTY else 10)
        for unit in units:
            joint = " et " if unit in (1, 11) and tens < _EIGHTY else "-"
            words[f"{name}{joint}{french[unit]}"] = tens + unit
    return words | {word.replace("-", " "): value for word, value in words.items() if "-" in word}


# From sixty on French counts on to the next twenty: soixante-dix, quatre-vingt-onze.
_SIXTY: Final = 60
_EIGHTY: Final = 80
WORDS: Final = _words()
# Words that are numbers only before a unit: articles, and "neuf", which is also "new".
ONLY_BEFORE_UNIT: Final = frozenset({"one", "un", "une", "neuf", "zero", "zéro"})

WORD: Final = rf"\b{any_of(WORDS)}\b"
_GROUPS: Final = r"(?:(?:,\d{3}){1,4}|(?:[ \u00a0\u202f\u2009]\d{3}){1,4})(?![\d,])"
_GROUPED: Final = rf"(?<=[1-9])\d{{0,2}}{_GROUPS}(?:\.\d{{1,6}}(?!\d))?"
_PLAIN: Final = r"\d{0,11}+(?:[.,]\d{1,6}(?!\d))?"
# Begins with one plain class, so that a search skips at once to the next digit.
DIGITS: Final = rf"[0-9](?>{_GROUPED}|{_PLAIN})"
_PARTING: Final = re.compile(r"[,\s]")
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}(?:[,\s]\d{3})+(?:\.\d+)?")


def number(text: str) -> float:
    """The value of a number in digits (`DIGITS`) or in words (`WORD`).

    A comma before exactly three digits parts thousands ("1,500"), any other is decimal ("7,5",
    "0,125"); a point is always decimal.
    """
    written = text.strip()
    if not written[:1].isdigit():
        return float(WORDS[re.sub(r"\s+", " ", written.lower())])
    if _THOUSANDS.fullmatch(written):
        return float(_PARTING.sub("", written))
    return float(written.replace(",", "."))


def lowered(text: str) -> str:
    """The text in small letters, each at its place; what would become two of them stays as it is.

    That is one capital of Turkish, İ.
    """
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
