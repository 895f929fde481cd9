"""A profile as JSON, for keeping and for handing out; free words are not part of it.

What has its default value is left out, so that a fact takes one short object.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any, Final

from recruit.core.dates import PartialDate
from recruit.criteria.nodes import Detail
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    Home,
    MeasureFact,
    OrdinalFact,
    OwnWords,
    Profile,
    Source,
    StateFact,
)
from recruit.terminology.concepts import Kind

# What was written by encode(); anything else in the database is a defect, not input.
Json = Mapping[str, Any]

CANONICAL: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))

_KINDS: Final[dict[type[Fact], str]] = {
    ClinicalFact: "clinical",
    MeasureFact: "measure",
    OrdinalFact: "ordinal",
    StateFact: "state",
}
_FACTS: Final = {name: fact for fact, name in _KINDS.items()}
_STATUS_OF_OWN: Final = {"state", "measure"}  # members of `complete` that are no Kind


def encode(profile: Profile) -> dict[str, Any]:
    """The JSON object of a profile."""
    return _filled(
        person=profile.person,
        born=_written(profile.born),
        sex=profile.sex,
        home=_filled(**asdict(profile.home)),
        languages=sorted(profile.languages),
        all_languages=profile.all_languages,
        facts=[_fact(fact) for fact in profile.facts],
        complete=sorted(profile.complete),
        seeking=list(profile.seeking),
        seeking_text=list(profile.seeking_text),
        own=_filled(
            told=sorted(profile.own.told),
            unsure=sorted(profile.own.unsure),
            struck=sorted(profile.own.struck),
        ),
    )


def decode(data: Json) -> Profile:
    """The profile of a JSON object that encode() made."""
    return Profile(
        person=data["person"],
        born=_date(data.get("born")),
        sex=data.get("sex"),
        home=Home(**data.get("home", {})),
        languages=frozenset(data.get("languages", ())),
        all_languages=data.get("all_languages", False),
        facts=tuple(_decoded(fact) for fact in data.get("facts", ())),
        complete=frozenset(_member(name) for name in data.get("complete", ())),
        seeking=tuple(data.get("seeking", ())),
        seeking_text=tuple(data.get("seeking_text", ())),
        own=OwnWords(**{name: frozenset(words) for name, words in data.get("own", {}).items()}),
    )


def digest(encoded: Json) -> str:
    """SHA-256 over the canonical text of an encoded profile."""
    return hashlib.sha256(CANONICAL.encode(encoded).encode("utf-8", "surrogatepass")).hexdigest()


def _filled(**given: object) -> dict[str, Any]:
    """What says something; a zero does."""
    return {
        name: value
        for name, value in given.items()
        if value is not None and value is not False and value not in ("", [], {})
    }


def _written(day: PartialDate | None) -> str | None:
    return None if day is None else str(day)


def _date(text: str | None) -> PartialDate | None:
    return None if text is None else PartialDate.parse(text)


def _member(name: str) -> Any:  # noqa: ANN401 - a Kind or one of two words
    return name if name in _STATUS_OF_OWN else Kind(name)


def _fact(fact: Fact) -> dict[str, Any]:
    plain = {"type": _KINDS[type(fact)]}
    for each in fields(fact):
        value = getattr(fact, each.name)
        if each.name != "value" and value == each.default:
            continue
        if isinstance(value, PartialDate):
            value = str(value)
        elif isinstance(value, Detail):
            value = _filled(**asdict(value))
        elif isinstance(value, tuple):
            value = list(value)
        plain[each.name] = value
    return plain


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "kind": Kind,
    "concepts": tuple,
    "began": PartialDate.parse,
    "ended": PartialDate.parse,
    "taken": PartialDate.parse,
    "detail": lambda detail: Detail(**detail),
    "source": Source,
}


def _decoded(data: Json) -> Fact:
    values: dict[str, Any] = {
        name: _READERS[name](value) if name in _READERS else value
        for name, value in data.items()
        if name != "type"
    }
    return _FACTS[data["type"]](**values)
