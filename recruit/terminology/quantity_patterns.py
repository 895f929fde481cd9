"""The regular expressions that numbers, units and multiples of normal are found with.

Here a blank in a pattern stands for white space, as much as a wrapped and indented line has, and a
low line for the same or nothing. Both are possessive and bounded, so that no text is slow to read.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from recruit.terminology.alternation import any_of
from recruit.terminology.numerals import DIGITS, WORD
from recruit.terminology.units import written_units


def _spaced(pattern: str) -> str:
    return pattern.replace("_", r"\s{0,20}+").replace(" ", r"\s{1,20}+")


_OF_NORMAL: Final = (
    r"(?: (?:of|for) (?:the )?(?:\w+ ){0,2}(?:normal|reference|norm)"
    r"(?: (?:range|limits?|values?))?)?"
)
_DES_NORMALES: Final = (
    r"(?:de la |des |à la |du )?(?:valeurs? )?(?:normale?s?|labo(?:ratoire)?|r[ée]f[ée]rence)"
)
_LIMIT: Final = _spaced(
    r"(?:(?P<uln>ULN\b|UNL\b|LSN\b|uln\b|lsn\b"
    rf"|(?i:(?:normal )?upper (?:(?:normal )?(?:limits?|range)|reference limit){_OF_NORMAL})"
    rf"|(?i:limites? sup[ée]rieures? {_DES_NORMALES}))"
    rf"|(?P<lln>LLN\b|LIN\b|lln\b|(?i:lower (?:normal )?(?:limits?|range){_OF_NORMAL})"
    rf"|(?i:limites? inf[ée]rieures? {_DES_NORMALES})))"
    r"(?:_\((?:ULN|UNL|LSN|LLN|LIN|N)\))?"
)
_FILLERS: Final = (
    "the la les their its respective institutional institution's institution institute local"
    " laboratory laboratory's lab site site's study central age-adjusted age-specific of above de"
    " applicable greater than higher corresponding standard reference testing value valeur"
)
_FILLER: Final = _spaced(rf"(?i:{'|'.join(map(re.escape, _FILLERS.split()))} )".replace("|", " |"))
_NORMAL: Final = _spaced(
    r"(?P<normal>(?i:normale?s?(?: (?:range|limits?|values?))?|valeurs? normales?)\b(?! saline))"
    r"|(?P<baseline>(?i:(?:sa )?(?:baseline|valeur (?:initiale|basale|de base))\b))"
)
_TIMES: Final = _spaced(r"_-?_(?P<times>(?i:x|×|\*|times|fois|folds?))?_")
# After a number: "x ULN", "times the institutional upper limit of normal", "fois la normale", "N".
MULTIPLE: Final = re.compile(
    rf"{_TIMES}(?:(?P<n>N)(?![\w°'’-])|(?:{_FILLER}){{0,5}}(?:{_LIMIT}|{_NORMAL}))"
)
LIMIT_BEGINS: Final = re.compile(r"[ULul](?:LN|NL|SN|IN|ln|sn|PPER|OWER|IMITE|pper|ower|imite)")
LIMIT: Final = re.compile(rf"\b{_LIMIT}")
AFTER_LIMIT: Final = re.compile(_spaced(r"_[xX×*]_") + rf"({DIGITS})")

IN_DIGITS: Final = re.compile(rf"{DIGITS}(?!\^|\d|[.,]\d)")
IN_WORDS: Final = re.compile(WORD)
# Before digits that are no number: "CD4", "IL-6", "10^9", "v4.0.3".
GOES_ON: Final = re.compile(r"[\w.,^*/]$|[A-Za-z]-$")
AFTER_TIME: Final = re.compile(r"\d\s?(?i:(?:year|yr|month|mo|week|wk|day)s?|y|ans|mois)-$")
# The same number once more, in the other way: "six (6)".
AGAIN: Final = re.compile(_spaced(r"_\(") + rf"(?:{DIGITS}|(?i:{WORD}))\)")
OVER: Final = re.compile(_spaced("_/_") + rf"({DIGITS})" + _spaced(r"(?![\d/^]|_[x×*]_10|,\d)"))
RANGE: Final = re.compile(
    _spaced(
        r"_(?:-|–|—|−|~|to|and|or|through|à|et|ou|a)_"
        r"(?:\\?[<>≤≥=]{1,2}|less than|up to|at most)?_"
    ),
    re.IGNORECASE,
)

_BETWEEN: Final = _spaced(
    r"(?i:(?:derni[eè]re?s|pr[ée]c[ée]dent[e]?s|prochaine?s|cons[ée]cuti(?:f|ve)s|consecutive"
    r"|calendar|completed?|full|last|past|previous|continuous|whole|weeks'|gestational) )?"
)
_POWER: Final = _spaced(
    r"(?:[xX×*·]_10_(?:\\?\^|\*{1,2}|[eE])?_(?:\(?\d{1,2}\)?|[²³⁴-⁹¹⁰]{1,2})"
    r"|10(?:\\?\^|\*{1,2}|[eE])\d{1,2}|10[²³⁴-⁹¹⁰]{1,2}"
    r"|(?i:thousands?|millions?|billions?|mille|milliers?|milliards?)(?: de)?)_"
)
_STROKE: Final = _spaced(r"_(?:/|\bper\b|\bpar\b|\ba\b(?= (?:day|week|month))|\beach\b)_")


@cache
def unit_pattern() -> re.Pattern[str]:
    """A unit after a number: known names alone, any of the table's names above a stroke."""
    alone, above, below = (f"(?i:{any_of(_spellings(names))})s?" for names in written_units())
    count = rf"(?:{above}|[GTMKk])?(?:_{_POWER})?"
    return re.compile(
        rf"{_spaced('(?:_|-)')}{_BETWEEN}(?P<unit>%"
        rf"|{_spaced('(?i:log_(?:10)?_)?')}(?:{_POWER})?{_spaced(count)}"
        rf"(?:{_STROKE}{below}(?![a-zà-ÿ\d])){{1,3}}"
        rf"|(?:{_POWER})?{alone}(?![A-Za-zÀ-ÿ\d]|-(?!old|\d\d|[2-9]))|[CFL](?![\w'’-]))"
    )


def _spellings(names: tuple[str, ...]) -> Iterator[str]:
    """Each name as in the table and with the signs that stand for micro and for powers."""
    for name in names:
        for written in (name, "µ" + name[1:], "μ" + name[1:]) if _is_micro(name) else (name,):
            yield written
            if written[-1:] in "23" and "." not in written[-3:]:
                power = written[-1]
                superscript = "²" if power == "2" else "³"
                for sign in (superscript, f"^{power}", rf"\^{power}", f"({power})", f" {power}"):
                    yield written[:-1] + sign


def _is_micro(name: str) -> bool:
    return len(name) > 1 and name[0] == "u" and name not in {"ui", "u.i.", "unit", "unité"}
