"""« de » before a name: « d’asthme », but « de hernie »."""

import re
import unicodedata
from typing import Final

# Words whose h is aspirated, by their beginnings: those of medicine, countries and languages.
ASPIRATED: Final = re.compile(
    "ha(?:ch|mster|n(?:ch|d|g)|oussa|r(?:cel|icot|nais)|sch|shimoto|ut)|he(?:rni|urt)"
    "|hi(?:erarch|ndi|ri)|ho(?:ch|dgkin|lland|ngr|quet|rs)|hu(?:it(?!r)|ntington|rl)"
)
VOWELS: Final = frozenset("aeiou")


def of(name: str) -> str:
    """« de » or « d’ » and the name."""
    return f"d’{name}" if _elides(name) else f"de {name}"


def of_the_tongue(name: str) -> str:
    """« du » or « de l’ » and a language's name, which is masculine."""
    return f"de l’{name}" if _elides(name) else f"du {name}"


def _elides(name: str) -> bool:
    plain = unicodedata.normalize("NFKD", name[:12].casefold().replace("œ", "oe"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    if plain.startswith("h"):
        return not ASPIRATED.match(plain)
    if plain.startswith("y"):
        return plain[1:2] not in VOWELS
    return plain[:1] in VOWELS and not plain.startswith(("onz", "oui"))
