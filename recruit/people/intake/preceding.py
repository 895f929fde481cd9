"""What the words right before a mention say of it, where the cues of the tables do not tell."""

import re
from typing import Final

LONGEST: Final = 90  # letters
# A treatment that was given; whether it still is, nobody says.
WAS_GIVEN: Final = re.compile(
    r"\b(?:received|(?<!is )(?<!be )(?<!being )(?<!currently )treated with|completed|failed|tried"
    r"|cycles? of|courses? of|a reçu|cures? de|a été traitée? par)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
# A treatment that is only to come; whether it ever does, nobody says.
TO_COME: Final = re.compile(
    r"\b(?:(?:prior|previous) to|before|will (?:be|receive|start|begin|undergo)\b[^.;,]{0,40}|avant"
    r"|(?:va|doit) (?:recevoir|commencer|débuter)\b[^.;,]{0,40})\s(?:(?:the|a|an|la|le|une?)\s)?$",
    re.IGNORECASE,
)
# "No other medication" denies the others only.
THE_OTHERS: Final = re.compile(
    r"\b(?:other|further|additional|autres?)\s(?:\w+\s)?$", re.IGNORECASE
)
# "Didn't respond to corticosteroids" denies no corticosteroids.
NO_RESPONSE: Final = re.compile(
    r"\b(?:respon(?:d|se|ded|ding)|improve(?:d|ment)?|tolerate|répondu|réponse)\b[^.;,]{0,40}$",
    re.IGNORECASE,
)
# "No obstructive pancreatitis" leaves the other sorts open; "no significant pain" hardly any.
SORT: Final = re.compile(
    r"\b(?!(?:significant|clinical|apparent|relevant|active|additional|medical|personal|typical"
    r"|physical|general|chronic|symptomatic|palpable|negative|other)\b)"
    r"[a-z]{3,20}(?:ive|ic|al|ous|ary|oid|ory)[\s-]$",
    re.IGNORECASE,
)


def words_before(text: str, position: int) -> str:
    """The words of `text` before `position` that may say something of what stands there."""
    return text[max(0, position - LONGEST) : position]


def was_given(before: str) -> bool:
    """Whether a treatment named after these words was given at some time."""
    return WAS_GIVEN.search(before) is not None


def is_to_come(before: str) -> bool:
    """Whether a treatment named after these words is only planned."""
    return TO_COME.search(before) is not None


def denies_less(before: str) -> bool:
    """Whether a denial is not of all that is named after these words: of others, of one sort."""
    return any(words.search(before) for words in (THE_OTHERS, NO_RESPONSE, SORT))
