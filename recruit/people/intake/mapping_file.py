"""A mapping as somebody wrote it, read or refused by the field that does not exist."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.intake.columns import Column, is_layout, is_zone
from recruit.people.intake.mapping import Entry, FieldMapping
from recruit.terminology.concepts import Kind

PERSON: Final = (
    "id", "birth_date", "age", "sex", "postcode", "country", "language", "seeking", "complete",
    "note", "about",
)  # fmt: skip
CONTACT: Final = ("name", "email", "phone", "address")
CONSENT: Final = (
    "notice", "notice_version", "language", "at", "valid_until", "method", "source", "controls",
    "double_opt_in", "jurisdiction", "purposes",
)  # fmt: skip
FACT: Final = (
    "text", "code", "status", "onset", "end", "date", "stage", "severity", "line", "value",
)  # fmt: skip
STAY: Final = ("from", "until")
MEASURE: Final = ("value", "unit", "date", "lln", "uln")
SECTIONS: Final = (
    "person", "contact", "consent", "stay", "lists", "facts", "measures", "states", "answers",
    "choices",
)  # fmt: skip
EACH: Final = "each"
TEXT_FIELD: Final = "text"
COLUMN: Final = ("column", "constant", "words", "separator", "format", "zone")
LISTED: Final = ("seeking", "complete", "purposes")  # fields that hold several entries
KINDS: Final = tuple(kind.value for kind in Kind)
LINE: Final = re.compile(r"line (\d+)")  # both readers say where they stopped
LONGEST: Final = 64 * 1024  # letters of a mapping
MOST: Final = 500  # entries of one section
TEXT: Final = N_("this must be a text")


def parse_mapping(text: str) -> dict[str, Any]:
    """The JSON form of a mapping in TOML, or in JSON where it begins with a brace.

    Raises:
        Refusal: it is neither, or it names a field that does not exist; the nearest one is named.
    """
    found = parsed(text)
    read_mapping(found)
    return found


def parsed(text: str) -> dict[str, Any]:
    """The tables of a file in TOML, or in JSON where it begins with a brace.

    Raises:
        Refusal: it is neither.
    """
    if len(text) > LONGEST:
        raise _refusal(N_("a mapping has at most {most} letters"), "", most=LONGEST)
    try:
        read: dict[str, Any] = (
            json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
        )
    except (ValueError, RecursionError) as error:
        stopped = LINE.search(str(error))
        line = stopped[1] if stopped else text.count("\n") + 1
        problem = N_("this is neither TOML nor JSON; look at line {line}")
        raise _refusal(problem, "file", line=line) from error
    return read


def read_mapping(value: object) -> FieldMapping:
    """A mapping from its JSON form, as the database keeps it.

    Raises:
        Refusal: as above.
    """
    whole = _table(value, "", SECTIONS)
    person = _columns(whole.get("person", {}), "person", PERSON)
    if "id" not in person:
        raise _refusal(N_("without it nobody can be told from others"), "person.id")
    return FieldMapping(
        person=person,
        contact=_columns(whole.get("contact", {}), "contact", CONTACT),
        consent=_columns(whole.get("consent", {}), "consent", CONSENT),
        lists=_entries(whole, "lists", {"kind": KINDS, "status": (), "source": ()}, ("column",)),
        facts=_entries(whole, "facts", {"kind": KINDS, "source": ()}, FACT),
        measures=_entries(whole, "measures", {"text": (), "source": ()}, MEASURE, "value"),
        states=_states(whole),
        answers=_entries(whole, "answers", {"question": ()}, ("column",)),
        choices=_choices(whole),
        stay=_columns(whole.get("stay", {}), "stay", STAY),
    )


def _states(whole: Mapping[str, Any]) -> tuple[Entry, ...]:
    read = _entries(whole, "states", {"state": (), "source": ()}, ("column",))
    return tuple(
        Entry(
            {"kind": "state", "text": entry.fixed["state"]},
            {"status": entry.columns["column"]},
        )
        for entry in read
    )


def _choices(whole: Mapping[str, Any]) -> tuple[Entry, ...]:
    """Columns of yes and no, one for each purpose; a word that is not among `yes` is no yes."""
    found = []
    for number, value in enumerate(_list(whole, "choices")):
        path = f"choices[{number}]"
        given = _table(value, path, ("purpose", "column", "yes"))
        words = given.get("yes")
        if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
            raise _refusal(N_("this must be a list of texts"), f"{path}.yes")
        purpose = _text(given, "purpose", path)
        meant = {word.strip().casefold(): purpose for word in words}
        column = Column(_text(given, "column", path), words=meant)
        found.append(Entry({"purpose": purpose}, {"column": column}))
    return tuple(found)


def _entries(
    whole: Mapping[str, Any],
    section: str,
    fixed: Mapping[str, Sequence[str]],
    columns: Sequence[str],
    needed: str = "",
) -> tuple[Entry, ...]:
    """The entries of a section: words in `fixed` (some of a closed list), else columns."""
    found = []
    alone = columns == ("column",)
    for number, value in enumerate(_list(whole, section)):
        path = f"{section}[{number}]"
        known = (*fixed, *columns, *(COLUMN if alone else (EACH,)))
        given = dict(_table(value, path, known))
        each = "" if alone else _optional(given, EACH, path) or ""
        said, own = {}, columns
        for name, words in fixed.items():
            if name == TEXT_FIELD and isinstance(given.get(name), dict):
                own = (*columns, name)  # each item of a list names what was measured itself
            elif name in given:
                said[name] = _one_of(_text(given, name, path), words, f"{path}.{name}")
            elif name not in {"status", "source"}:
                raise _refusal(N_("this field is missing"), f"{path}.{name}")
        if alone:
            column = {name: value for name, value in given.items() if name not in fixed}
            read = {"column": _column(column, path, listed=section == "lists")}
        else:
            read = {name: _column(given[name], f"{path}.{name}") for name in own if name in given}
            if needed and needed not in read:
                raise _refusal(N_("this field is missing"), f"{path}.{needed}")
        found.append(Entry(said, read, each))
    return tuple(found)


def _columns(value: object, section: str, names: Sequence[str]) -> dict[str, Column]:
    given = _table(value, section, names)
    return {
        name: _column(each, f"{section}.{name}", listed=name in LISTED)
        for name, each in given.items()
    }


def _column(value: object, path: str, *, listed: bool = False) -> Column:
    """A column by its name alone, or with how it is written."""
    if isinstance(value, str):
        return Column(value)
    given = _table(value, path, COLUMN)
    if ("column" in given) == ("constant" in given):
        raise _refusal(N_("either a “column” or a “constant” is needed"), path)
    words = given.get("words", {})
    if not isinstance(words, dict) or not all(isinstance(each, str) for each in words.values()):
        raise _refusal(N_("this must say for each word what it means"), f"{path}.words")
    layout, zone = _optional(given, "format", path), _optional(given, "zone", path)
    if layout is not None and not is_layout(layout):
        raise _refusal(
            N_("a format is made of YYYY, MM, DD, hh, mm, ss: DD/MM/YYYY"), f"{path}.format"
        )
    if zone is not None and not is_zone(zone):
        raise _refusal(N_("no zone has this name; Europe/Paris is one"), f"{path}.zone")
    separator = _optional(given, "separator", path)
    if separator is not None and not listed:
        raise _refusal(N_("this field holds no list"), f"{path}.separator")
    return Column(
        _optional(given, "column", path),
        _optional(given, "constant", path),
        {str(word).casefold(): meaning for word, meaning in words.items()},
        separator or None,
        layout,
        zone,
    )


def _list(whole: Mapping[str, Any], section: str) -> list[object]:
    value = whole.get(section, [])
    if not isinstance(value, list) or len(value) > MOST:
        raise _refusal(N_("this must be a list of at most {most} entries"), section, most=MOST)
    return value


def _table(value: object, path: str, names: Sequence[str]) -> dict[str, Any]:
    """The fields of a table, all of them known."""
    if not isinstance(value, dict):
        raise _refusal(N_("this must be a table of fields"), path)
    for name in value:
        _one_of(str(name), names, f"{path}.{name}".lstrip("."))
    return value


def _one_of(word: str, names: Sequence[str], path: str) -> str:
    if not names or word in names:
        return word
    near = get_close_matches(word, names, 1, 0.5)
    if near:
        raise _refusal(N_("there is no such field; “{near}” is the nearest"), path, near=near[0])
    known = ", ".join(names)
    raise _refusal(N_("there is no such field; there are {known}"), path, known=known)


def _text(given: Mapping[str, Any], name: str, path: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _refusal(TEXT, f"{path}.{name}")
    return value


def _optional(given: Mapping[str, Any], name: str, path: str) -> str | None:
    if name not in given:
        return None
    value = given[name]
    if not isinstance(value, str) or not value:
        raise _refusal(TEXT, f"{path}.{name}")
    return value


def _refusal(problem: str, path: str, **fields: object) -> Refusal:
    return Refusal(record="mapping", field=path or "*", problem=problem, **fields)
