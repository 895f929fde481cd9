"""What must not be said to people about a trial, and what somebody has to answer for.

The patterns stand in claims.toml. They err towards finding: a text that means no harm is reworded
in a minute, a promise that was read stays read.

Sources: Food and Drug Administration, "Recruiting Study Subjects" (information sheet, 1998) and
21 CFR 50.20 and 312.7(a); Regulation (EU) No 536/2014, Article 29 and Annex I, section K; ICH
E6(R2), 4.8.3 and 4.8.4.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from recruit.core.i18n import N_
from recruit.trials.draft import Tongue
from recruit.trials.materials.content import LONGEST_PART, Part, Texts

TABLE: Final = Path(__file__).with_name("claims.toml")
MOST: Final = 50  # found in one part; nobody reads more
CLAUSE: Final = 200  # signs before a word in which a negation still means it
Hit = tuple[int, int, str]
"""[start, end) in a text, and the sort of what stands there."""
FDA: Final = "FDA, Recruiting Study Subjects"
EU: Final = "EU 536/2014, Annex I, K"
ICH: Final = "ICH E6, 4.8"


@dataclass(frozen=True, slots=True)
class Sort:
    """Why words of one sort are not said (a message of the catalogue), and who says so."""

    why: str
    source: str
    banned: bool = True


SORTS: Final = {
    "safety": Sort(
        N_("This says or suggests that there is no risk. A trial is there to find that out."),
        f"{FDA}; 21 CFR 312.7",
    ),
    "cure": Sort(N_("This speaks of healing. Nobody knows yet."), FDA),
    "benefit": Sort(
        N_("This promises a benefit or says that it works. Say what is not known yet."),
        f"{FDA}; {ICH}",
    ),
    "guarantee": Sort(N_("Nothing can be promised in a trial."), f"{FDA}; {EU}"),
    "approval": Sort(
        N_("An authority lets a trial take place; it does not vouch for what is tested."), FDA
    ),
    "rights": Sort(
        N_("Nobody gives up a right by taking part, nor may it look so."), f"21 CFR 50.20; {ICH}.4"
    ),
    "haste": Sort(
        N_("This urges people. They decide in their own time."), f"{ICH}.3; EU 536/2014, Art. 29"
    ),
    "new": Sort(
        N_("“New” sounds like “better”: say in the text that it is still being tested."),
        FDA,
        banned=False,
    ),
    "praise": Sort(N_("This praises what is still being tested."), FDA, banned=False),
    "pay": Sort(N_("Money must not be what draws people."), FDA, banned=False),
    "amount": Sort(N_("An amount has no place in a headline."), FDA, banned=False),
    "capitals": Sort(N_("Capitals shout: write as you would speak."), FDA, banned=False),
}
HEADLINES: Final = frozenset({Part.TITLE, Part.SUMMARY, Part.SUBJECT})
AMOUNT: Final = re.compile(
    r"[$€£] ?\d|\d[\d.,]{0,12}[  ]?(?:€|\$|£|euros?\b|dollars?\b|eur\b|usd\b)", re.IGNORECASE
)
CAPITALS: Final = re.compile(r"\b[A-ZÀ-Þ]{4,}(?:[\s'’-]{1,3}[A-ZÀ-Þ]{2,})+|\b[A-ZÀ-Þ]{7,}\b|!{2,}")

# The clause before what was found begins after one of these.
CLAUSE_BEGINS: Final = {
    "en": re.compile(
        r"[.!?;:\n()]|,(?! n?or\b)|\b(?:but|because|as|so)\b"
        r"|\band (?=(?:it|its|they|the|this|that|you|we|is|are|will)\b)"
    ),
    "fr": re.compile(
        r"[.!?;:\n()]|,(?! (?:ou|ni)\b)|\b(?:mais|car|donc|parce)\b"
        r"|\bet (?=(?:il|elle|ils|elles|c'est|le|la|les|ce|cet|cette|vous|nous|on|est|sera)\b)"
    ),
}
DOUBT: Final = {
    "en": re.compile(
        r"\b(?:know|knows|learn|see|find out|test|tests|check|study|studies|ask|asks|say|tell"
        r"|understand|measure|compare) (?:if|whether|how)\b|\bwhether\b"
        r"|\b(?:not|n't|cannot|nobody can|no one can|never|unable to)\s(?:\w{1,12}\s){0,3}?"
        r"(?:say|promise|know|guarantee|claim|mean|rule out|sure|certain|believe|think)\b"
        r"|\b(?:unknown|unclear|uncertain)\b"
    ),
    "fr": re.compile(
        r"\b(?:savoir|voir|verifier|verifie|tester|teste|etudier|etudie|demander|demande|chercher"
        r"|cherche|cherchent|apprendre|comprendre|mesurer|dire|ignore|ignorons|ignorent)"
        r" (?:encore )?(?:si|s'|comment|a quel point|combien)"
        r"|\b(?:ne|n')\s?(?:\w{1,12}[' ]){0,4}?(?:dire|promettre|garantir|savoir|savons|sait|savent"
        r"|signifie|affirmer|exclure|sûrs?|certains?|pensez|croyez)\b|\binconnue?s?\b"
    ),
}
NEGATION: Final = {
    "en": re.compile(
        r"\b(?:not|cannot|never|neither|nor|nobody|no one|none)\b(?! only| just| merely)"
        r"|n't\b|\b(?:no|without)(?: known| sure| proven)?\s$"
    ),
    "fr": re.compile(
        r"(?:\bne\b|\bn')(?! manque| vous privez)|\bpas\b(?! seulement| que\b)|\bjamais\b|\bsans\s$"
        r"|\baucune?(?: \w{1,15})?\s$|\bni\b"
    ),
}
NOT_ONLY: Final = re.compile(
    r"\bnot (?:only|just|merely)\b|\bnon seulement\b|\bpas (?:que|seulement)\b"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Words at [start, end) of one part of a text, and what is wrong with them."""

    part: Part
    start: int
    end: int
    words: str
    sort: str

    @property
    def banned(self) -> bool:
        """Whether nobody can answer for it."""
        return SORTS[self.sort].banned

    @property
    def why(self) -> str:
        """What is wrong, as a message of the catalogue."""
        return SORTS[self.sort].why

    @property
    def source(self) -> str:
        """Who says so."""
        return SORTS[self.sort].source


@dataclass(frozen=True, slots=True)
class Pattern:
    """One entry of the table, compiled."""

    sort: str
    look: re.Pattern[str]
    unless: re.Pattern[str] | None
    explained: re.Pattern[str] | None
    negative: bool


def claims(texts: Texts, language: Tongue) -> list[Claim]:
    """Everything of a text that is not said, in the order in which it stands.

    What is longer than a part may be is not kept, so nothing behind that is looked at.
    """
    folded = {part: _folded(words[:LONGEST_PART]) for part, words in texts.items()}
    whole = "\n".join(folded.values())
    found = []
    for part, words in texts.items():
        signs = _sign_hits(part, words[:LONGEST_PART])
        found += [
            Claim(part, start, end, words[start:end], sort)
            for start, end, sort in _gravest([*_table_hits(folded[part], whole, language), *signs])
        ]
    return found


def _folded(text: str) -> str:
    """The text in small letters without accents; every sign stays where it stands."""
    return "".join(map(_fold, text))


@cache
def _fold(sign: str) -> str:
    """One sign for one sign. "û" stays, so that "sûr" is not "sur"."""
    if sign in "ûÛ":
        return "û"
    if sign in "’‘ʼ":
        return "'"
    if sign == "\n":
        return sign
    if sign.isspace():
        return " "
    return (unicodedata.normalize("NFKD", sign)[:1] or sign).lower()[:1]


def _table_hits(text: str, whole: str, language: Tongue) -> Iterator[Hit]:
    for pattern in _table()[language]:
        if pattern.explained and pattern.explained.search(whole):
            continue
        meant = (
            (found.start(), found.end(), pattern.sort)
            for found in pattern.look.finditer(text)
            if not _meant_otherwise(text, found.start(), found.end(), pattern, language)
        )
        yield from islice(meant, MOST)


def _sign_hits(part: Part, words: str) -> Iterator[Hit]:
    looks = [("capitals", CAPITALS), *([("amount", AMOUNT)] if part in HEADLINES else [])]
    for sort, look in looks:
        for found in islice(look.finditer(words), MOST):
            yield found.start(), found.end(), sort


def _meant_otherwise(text: str, start: int, end: int, pattern: Pattern, language: Tongue) -> bool:
    """Whether the clause says the contrary, doubts it, or speaks of something else."""
    before = text[max(0, start - CLAUSE) : start]
    begins = [cut.end() for cut in CLAUSE_BEGINS[language].finditer(before)]
    clause = before[begins[-1] if begins else 0 :]
    if pattern.unless:
        after = re.split(r"[.!?;\n]", text[end : end + 80])[0]
        if pattern.unless.search(before[_sentence(before) :] + text[start:end] + after):
            return True
    if DOUBT[language].search(clause):
        return True
    if pattern.negative:
        return False
    return bool(NEGATION[language].search(clause)) and not NOT_ONLY.search(clause)


def _sentence(before: str) -> int:
    """Where the last sentence of `before` begins."""
    return max(before.rfind(sign) for sign in ".!?;\n") + 1


def _gravest(hits: list[Hit]) -> list[Hit]:
    """The first of them, none within another: what is banned hides behind no mere warning."""
    found: list[Hit] = []
    for start, end, sort in sorted(hits, key=lambda hit: (not SORTS[hit[2]].banned, hit)):
        if all(end <= other[0] or other[1] <= start for other in found):
            found.append((start, end, sort))
        if len(found) == MOST:
            break
    return sorted(found)


@cache
def _table() -> dict[str, tuple[Pattern, ...]]:
    entries = tomllib.loads(TABLE.read_text("utf-8"))["claim"]
    return {
        language: tuple(
            Pattern(
                entry["sort"],
                re.compile(entry["pattern"]),
                re.compile(entry["unless"]) if "unless" in entry else None,
                re.compile(entry["explained"]) if "explained" in entry else None,
                entry.get("negative", False),
            )
            for entry in entries
            if entry["language"] == language
        )
        for language in ("en", "fr")
    }
