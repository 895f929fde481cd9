"""Whether words seem to name a patient: then they are stopped before they are kept anywhere.

It errs towards stopping: whoever writes is shown the words and can leave them out. A text that
passes may still name somebody; the page asks for none, and a person reads it.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from recruit.actions.safety.identity import EMAIL, MONTHS, PHONE, fold
from recruit.core.errors import Refusal
from recruit.core.i18n import N_

WORDS: Final = "words"
SEEMS: Final = N_(
    "“{words}” seems to say who somebody is. Nothing was kept. "
    "Please write it without names, dates of birth, numbers and addresses."
)
# NIR, the number of the French health insurance: sex, year, month, département, commune, order, and
# perhaps a key (décret n° 82-103); the American social security number.
INSURED: Final = re.compile(
    r"(?<!\d)(?:[12][\s.]?\d\d[\s.]?\d\d[\s.]?\d[\dab][\s.]?\d{3}[\s.]?\d{3}(?:[\s.]?\d\d)?"
    r"|\d{3}-\d\d-\d{4})(?!\d)"
)
_MONTH: Final = "|".join(name for names in MONTHS for name in names)
# A whole day: of birth, of an admission. Months and years alone say of nobody who they are.
DAY: Final = re.compile(
    rf"(?<!\d)(?:\d{{1,2}}[./-]\d{{1,2}}[./-](?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d"
    rf"|\d{{1,2}}(?:er|st|nd|rd|th)?\s(?:{_MONTH})\.?\s(?:19|20)\d\d"
    rf"|(?:{_MONTH})\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d)(?!\d)"
)
FILE_NUMBER: Final = re.compile(
    r"\b(?:ipp|nip|mrn|iep|dossier|record|chart|file|nir|nhs)\b\W{0,3}"
    r"(?:n\W{0,2}|no\.?|number)?\W{0,3}\d[\d -]{3,}"
)
# A title before a name, or a word that presents one; in the text as it is, for its capitals. Of
# doctors and professors names are said freely: they are those who work there.
_NAME: Final = r"[A-ZÀ-ÖØ-Þ][\w’'-]+"
NAMED: Final = re.compile(
    rf"\b(?:M\.|Mme|Mlle|Madame|Monsieur|Mr\.?|Mrs\.?|Ms\.?|Miss)\s{_NAME}"
    rf"|\b(?:[Pp]atiente?|[Mm]alade)\s(?:(?:named|called|nommée?|appelée?)\s)?{_NAME}\s{_NAME}"
    rf"|\b(?:named|called|nommée?|s’appelle|s'appelle|prénommée?)\s{_NAME}"
    rf"|\b(?:[Mm]y name is|[Jj]e m’appelle|[Jj]e m'appelle)\s{_NAME}"
)


def naming_nobody(text: str, most: int, *, empty: str, too_long: str) -> str:
    """Words that come in from outside, as they are kept: at most so many letters, and no names.

    `empty` and `too_long` say so, in messages of the catalogue.

    Raises:
        Refusal: nothing was written, too much, or words that seem to name somebody.
    """
    said = unicodedata.normalize("NFC", text).strip()
    if not said or len(said) > most:
        raise Refusal(record="", field=WORDS, problem=too_long if said else empty)
    refuse_names(said, field=WORDS)
    return said


def refuse_names(text: str, *, field: str) -> None:
    """Let only words pass that seem to name nobody.

    Raises:
        Refusal: they seem to; it shows which.
    """
    found = next(naming(text), None)
    if found:
        raise Refusal(record="", field=field, problem=SEEMS, words=found)


def naming(text: str) -> Iterator[str]:
    """The places in a text that seem to say who somebody is, kind by kind."""
    folded = fold(text)
    for pattern in (EMAIL, PHONE, INSURED, DAY, FILE_NUMBER):
        for hit in pattern.finditer(folded):
            yield text[hit.start() : hit.end()].strip()
    for hit in NAMED.finditer(text):
        yield hit[0]
