"""What words may mean, for somebody who writes a rule: candidates to choose from, never a choice.

Nothing is written down: looking a term up changes nothing and concerns nobody.
"""

from typing import Final

from recruit.terminology.concepts import Candidate, Kind
from recruit.terminology.lexicon import SURE, Lexicon

MOST: Final = 8
LONGEST: Final = 200
"""Letters; no name of a term is longer, and near names take longer to find the longer the text."""
# One is allergic to what another kind of statement takes or wears.
KINDS: Final = {Kind.ALLERGY: (Kind.ALLERGY, Kind.DRUG, Kind.DEVICE, Kind.EXPOSURE)}


def candidates(lexicon: Lexicon, text: str, kind: Kind) -> list[Candidate]:
    """The terms that `text` may mean in a statement of `kind`, best first."""
    words = " ".join(text.split())[:LONGEST]
    return lexicon.lookup(words, kinds=KINDS.get(kind, (kind,)), limit=MOST) if words else []


def sure(found: list[Candidate]) -> str | None:
    """The one candidate that may be taken without asking; None where there is a doubt."""
    certain = [each.concept.id for each in found if each.score >= SURE]
    return certain[0] if len(certain) == 1 else None
