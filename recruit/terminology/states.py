"""States of a person that are no disease: pregnant, smoker, able to consent, healthy."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from recruit.terminology.names import Name, names_of, read_table


@dataclass(frozen=True, slots=True)
class PersonState:
    """One state, its names in both languages and the question that asks a person for it."""

    key: str
    name_en: str
    name_fr: str
    names: tuple[Name, ...]
    question_en: str
    question_fr: str

    def name(self, language: str) -> str:
        """The preferred name in `language` ("en" or "fr")."""
        return self.name_fr if language == "fr" else self.name_en

    def question(self, language: str) -> str:
        """What to ask a person, in `language` ("en" or "fr")."""
        return self.question_fr if language == "fr" else self.question_en


@cache
def states() -> Mapping[str, PersonState]:
    """All states by key, in the table's order."""
    return MappingProxyType(
        {
            key: PersonState(
                key=key,
                name_en=entry["name_en"],
                name_fr=entry["name_fr"],
                names=names_of(entry),
                question_en=entry["ask_en"],
                question_fr=entry["ask_fr"],
            )
            for key, entry in read_table("states").items()
        }
    )


def state(key: str) -> PersonState | None:
    """The state with this key, if there is one."""
    return states().get(key)
