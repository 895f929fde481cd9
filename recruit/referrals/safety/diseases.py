"""Symptoms, diseases and injuries of the lexicon (MeSH, ICD-10) as signs."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from recruit.core.config import read_settings
from recruit.referrals.safety.signs import Kind
from recruit.referrals.safety.stream import TABLES, Stream, word_set
from recruit.terminology.build import open_lexicon
from recruit.terminology.concepts import Kind as Sort
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.mentions import find_mentions

# The first of these that a concept lies within decides what sort of sign it is.
_WITHIN: Final = (
    ("MESH:D011248", Kind.PREGNANCY),  # pregnancy complications
    ("MESH:D006470", Kind.BLEEDING),  # hemorrhage
    ("MESH:D006967", Kind.ALLERGY),  # hypersensitivity
    ("MESH:D014947", Kind.INJURY),  # wounds and injuries
    ("ICD10:XIX", Kind.INJURY),
    ("MESH:D001523", Kind.MIND),  # mental disorders
    ("MESH:D012816", Kind.SYMPTOM),  # signs and symptoms
    ("ICD10:XVIII", Kind.SYMPTOM),
)
# They say that somebody is ill, not with what.
_TOO_BROAD: Final = word_set("disease illness disorder syndrome maladie condition calme")
_SHORTEST: Final = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A disease that a text names: words [first, last) of its stream; `lasting`, or sudden."""

    first: int
    last: int
    kind: Kind
    concept: str
    lasting: bool


@dataclass(slots=True)
class Diseases:
    """The lexicon, and what is known of its concepts as signs."""

    lexicon: Lexicon
    _lasting: frozenset[str] = field(init=False)
    _kinds: dict[str, Kind] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take in the lasting diseases with all that lies within them."""
        names = (TABLES / "lasting.txt").read_text("utf-8").splitlines()
        heads = [
            found[0].concept.id
            for name in names
            if name and not name.startswith("#")
            if (found := self.lexicon.lookup(name, kinds={Sort.CONDITION}, limit=1, near=False))
        ]
        self._lasting = frozenset(
            code for head in heads for code in {head, *self.lexicon.descendants(head)}
        )

    def named(self, text: str, stream: Stream) -> Iterator[Named]:
        """The conditions that `text` names."""
        for mention in find_mentions(text, self.lexicon):
            codes = [
                key
                for reading in mention.readings
                if reading.what is Sort.CONDITION
                for key in reading.keys
            ]
            said = mention.text.lower()
            if not codes or len(said) < _SHORTEST or said.rstrip("s") in _TOO_BROAD:
                continue
            first = bisect_right(stream.starts, mention.start) - 1
            while first > 0 and stream.starts[first - 1] == stream.starts[first]:
                first -= 1
            last = max(bisect_left(stream.starts, mention.end), first + 1)
            yield Named(first, last, self._kind(codes[0]), codes[0], codes[0] in self._lasting)

    def _kind(self, code: str) -> Kind:
        kind = self._kinds.get(code)
        if kind is None:
            above = self.lexicon.ancestors(code)
            within = (each for head, each in _WITHIN if self._id(head) in above)
            kind = self._kinds[code] = next(within, Kind.ILLNESS)
        return kind

    def _id(self, code: str) -> str:
        concept = self.lexicon.concept(code)
        return concept.id if concept else code


@cache
def diseases() -> Diseases:
    """Those of the lexicon in the data folder; compiled first where it is missing."""
    return Diseases(open_lexicon(read_settings().data_folder))
