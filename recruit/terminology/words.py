"""Words and their normal forms, with positions, for names and texts alike.

English and French meet here: "metastases", "metastasis" and "métastase" are one word, so are
"oedema" and "edema", "Crohn's" and "Crohn", "type II" and "type 2". Function words that join the
parts of a name ("cancer of the breast", "cancer du sein") are left out on both sides.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

TOKEN: Final = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*|\d+")
BREAK: Final = "|"
COMMA: Final = ","
APOSTROPHES: Final = frozenset("'’`´ʼ")
ELIDED: Final = frozenset({"c", "d", "j", "l", "m", "n", "qu", "s", "t"})
# Left out wherever they stand; the French ones only in lower case or with a capital, because
# "DES", "LA" and "LE" are abbreviations.
JOINING: Final = frozenset({"of", "the", "de", "du", "des", "la", "le", "les"})
GRADED: Final = frozenset(
    {"type", "grade", "stage", "class", "classe", "stade", "factor", "facteur", "phase", "nyha"}
)
ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
INITIALS: Final = frozenset({"st", "ste", "dr", "mt", "vs"})
# Words whose final s is no plural.
SINGULAR: Final = frozenset(
    {"aids", "sids", "mers", "sars", "mods", "crps", "sirs", "tips", "has", "was", "pancreas"}
)
SHORTEST_PLURAL: Final = 4
# An ending, what stands instead, and how long a word has to be; the first that fits counts.
ENDINGS: Final = (
    ("sis", "se", 4),  # metastasis, like metastases and métastase
    ("ss", "ss", 4),
    ("us", "us", 4),
    ("is", "is", 4),
    ("ies", "y", 6),
    ("sses", "ss", 4),
    ("shes", "sh", 4),
    ("ches", "ch", 4),
    ("xes", "x", 4),
    ("s", "", 4),
    ("eaux", "eau", 4),
    ("aux", "al", 6),
)
LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
MAXIMUM_SEPARATOR: Final = 12
MAXIMUM_CACHE: Final = 300_000


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text: `norms[i]` stands at `[starts[i], ends[i])`, in characters.

    Between words that no name may join stands BREAK, between those around a comma COMMA; both
    are elements of their own, of length zero.
    """

    norms: list[str]
    starts: list[int]
    ends: list[int]


def plain(token: str) -> str:
    """`token` in lower case without accents and ligatures."""
    lower = token.lower().translate(LIGATURES)
    if lower.isascii():
        return lower
    return "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))


def singular(word: str) -> str:
    """`word` (plain) without an English or French plural, by endings alone."""
    if len(word) < SHORTEST_PLURAL or word in SINGULAR:
        return word
    for ending, instead, shortest in ENDINGS:
        if word.endswith(ending):
            return word[: -len(ending)] + instead if len(word) >= shortest else word
    return word


@cache
def _upper_stays(token: str) -> bool:
    return token.isupper() and plain(token) not in {"of", "the"}


def fold(token: str) -> str:
    """The normal form of one token; empty where it only joins others."""
    word = plain(token)
    if word in JOINING and not _upper_stays(token):
        return ""
    word = word.replace("ae", "e").replace("oe", "e").replace("tumour", "tumor")
    return singular(word)


class _Folded(dict[str, str]):
    """Normal forms already worked out; emptied when hostile text fills it."""

    def __missing__(self, token: str) -> str:
        if len(self) > MAXIMUM_CACHE:
            self.clear()
        word = self[token] = fold(token)
        return word


FOLDED: Final = _Folded()


def separator(between: str, before: str) -> str:
    """What `between` two tokens means: "" joins them, COMMA or BREAK stand between them."""
    if len(between) > MAXIMUM_SEPARATOR and between.strip():
        return BREAK
    sign = between.strip()
    if not sign:
        lines = between.count("\n")
        return BREAK if lines > 1 else ""
    if "\n" in between:
        return COMMA if sign == "," and between.lstrip()[0] == "," else BREAK
    if sign == ",":
        return COMMA
    if sign == ".":
        initial = len(before) == 1 and before.isalpha()
        return "" if initial or before.lower() in INITIALS else BREAK
    return "" if sign in "-–‐‑/+’'`´ʼ®™" else BREAK  # a whole run of signs is no member


def read(text: str) -> Words:
    """The words of `text` in one pass, linear in its length."""
    norms: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    end = 0
    before = ""
    for found in TOKEN.finditer(text):
        start, stop = found.span()
        token = found[0]
        if start != end + 1 or text[end] != " ":
            between = text[end:start]
            if between in APOSTROPHES and norms:
                if token in {"s", "S"}:
                    end = stop
                    continue
                if norms[-1] in ELIDED and ends[-1] == end:
                    norms.pop()
                    starts.pop()
                    ends.pop()
            elif between:
                sign = separator(between, before)
                if sign:
                    norms.append(sign)
                    starts.append(end)
                    ends.append(end)
        norm = FOLDED[token]
        end, before = stop, token
        if not norm:
            continue
        if norm in ROMAN and norms and norms[-1] in GRADED:
            norm = ROMAN[norm]
        norms.append(norm)
        starts.append(start)
        ends.append(stop)
    return Words(norms, starts, ends)


def key(name: str) -> str:
    """The normal form of a name: its words, each followed by a space; "" when it has none.

    A break inside a name ("hepatitis (viral)") is read as a join: a name is one thing.
    """
    return "".join(f"{word} " for word in read(name).norms if word != BREAK)
