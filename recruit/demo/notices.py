"""What the sample people were shown when they agreed, so that its SHA-256 can be checked."""

from hashlib import sha256
from typing import Final

VERSION: Final = "2026-1"
NOTICES: Final = {
    "en": "Recruit may compare what I told my community about my health with the criteria of "
    "medical studies, and my community may write to me when a study could fit. I can stop this "
    "at any time, without giving a reason and without any disadvantage.",
    "fr": "Recruit peut comparer ce que j’ai indiqué sur ma santé à ma communauté avec les "
    "critères d’études médicales, et ma communauté peut m’écrire lorsqu’une étude pourrait "
    "convenir. Je peux y mettre fin à tout moment, sans donner de raison et sans aucun "
    "désavantage.",
}


def fingerprint(language: str) -> str:
    """SHA-256 of the notice in `language`, in hexadecimal digits."""
    return sha256(NOTICES[language].encode()).hexdigest()
