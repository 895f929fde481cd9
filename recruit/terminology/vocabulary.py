"""Every name of our own tables: what the automaton knows besides the concepts of medicine.

Languages (ISO 639-1) and countries (ISO 3166-1 alpha-2) take their names from Unicode CLDR, which
babel brings, and further ones ("English-speaking", "USA") from `languages.csv` and
`countries.csv`.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from recruit.terminology.concepts import Vocabulary
from recruit.terminology.names import TABLES, Name
from recruit.terminology.scales import scales
from recruit.terminology.states import states
from recruit.terminology.variables import variables

# CLDR also names unions, test locales and islands that ISO 3166-1 gives no code of their own.
_NO_COUNTRY: Final = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)
# Dead or invented languages that nobody takes part in a trial in; "Latin" and "Ido" mislead.
_NOT_SPOKEN: Final = frozenset({"ae", "cu", "ia", "ie", "io", "la", "pi", "vo"})


@dataclass(frozen=True, slots=True)
class VocabularyName:
    """`name`, a way to write in `language` the entry `key` of the vocabulary `what`."""

    name: str
    language: str
    what: Vocabulary
    key: str
    case_sensitive: bool


def vocabulary() -> Iterator[VocabularyName]:
    """All names of variables, scales, states, languages and countries, in both languages.

    One name may stand for several keys: "blood pressure" is the systolic and the diastolic one.
    """
    entries = chain(
        ((Vocabulary.VARIABLE, key, entry.names) for key, entry in variables().items()),
        ((Vocabulary.SCALE, key, entry.names) for key, entry in scales().items()),
        ((Vocabulary.STATE, key, entry.names) for key, entry in states().items()),
    )
    for what, key, names in entries:
        for name in names:
            yield _vocabulary_name(what, key, name)
    for key, name in _spoken_languages():
        yield _vocabulary_name(Vocabulary.LANGUAGE, key, name)
    for key, name in _countries():
        yield _vocabulary_name(Vocabulary.COUNTRY, key, name)


def _vocabulary_name(what: Vocabulary, key: str, name: Name) -> VocabularyName:
    return VocabularyName(name.text, name.language, what, key, name.case_sensitive)


def _spoken_languages() -> Iterator[tuple[str, Name]]:
    from babel import Locale  # noqa: PLC0415 - heavy, and only the compiler of the lexicon asks

    for language in ("en", "fr"):
        for code, name in Locale(language).languages.items():
            if len(code) == len("en") and code not in _NOT_SPOKEN:
                # "Polish" is a language, "polish" is not; French writes them small.
                yield code, Name(name, language, case_sensitive=language == "en")
    for code, language, name in _further("languages"):
        yield code, Name(name, language, case_sensitive=language == "en")


def _countries() -> Iterator[tuple[str, Name]]:
    from babel import Locale  # noqa: PLC0415 - heavy, and only the compiler of the lexicon asks

    for language in ("en", "fr"):
        for code, name in Locale(language).territories.items():
            if len(code) == len("FR") and code.isalpha() and code not in _NO_COUNTRY:
                yield code, Name(name, language, case_sensitive=True)
    for code, language, name in _further("countries"):
        yield code, Name(name, language, case_sensitive=True)


def _further(table: str) -> Iterator[tuple[str, str, str]]:
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield row["code"], row["language"], row["name"]
