"""What free words (an answer, a note) say about a person, besides facts."""

from dataclasses import dataclass
from typing import Literal

from recruit.core.dates import PartialDate
from recruit.criteria.nodes import SexValue
from recruit.people.facts import Fact
from recruit.terminology.concepts import Kind


@dataclass(frozen=True, slots=True)
class Said:
    """Parts of a profile as free words give them; what was not said is None or empty."""

    born: PartialDate | None = None
    sex: SexValue | None = None
    languages: frozenset[str] = frozenset()
    all_languages: bool = False
    facts: tuple[Fact, ...] = ()
    complete: frozenset[Kind | Literal["state", "measure"]] = frozenset()

    def then(self, other: "Said") -> "Said":
        """Both together; where they speak of the same, the first counts."""
        return Said(
            born=self.born or other.born,
            sex=self.sex or other.sex,
            languages=self.languages | other.languages,
            all_languages=self.all_languages or other.all_languages,
            facts=(*self.facts, *other.facts),
            complete=self.complete | other.complete,
        )
