"""A rule as a tree of form parts: made from a rule, read from what was posted, and turned to JSON.

The whole rule travels in the form's own fields, so that nothing is kept between two requests and
no JavaScript is needed. A field is named after its place in the tree: "r-min" is the minimum of a
rule that is one statement, "r-0-2-min" that of the third part of the first part.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from werkzeug.datastructures import MultiDict

from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_, translate
from recruit.criteria.codec import encode
from recruit.criteria.nodes import Rule
from recruit.criteria.record import JsonValue
from recruit.web.sponsor.rule_fields import (
    BRANCHES,
    FIELDS,
    TIMES,
    Field,
    JsonObject,
    Sort,
    value_of,
    written,
)

ROOT: Final = "r"
MOST: Final = 200
"""Parts that a form may have; of 2,300 criteria of registered trials the largest has 172."""
DEEPEST: Final = 12
"""Levels that a form may have; the deepest of the same criteria has ten."""
LONGEST: Final = 5000
TOO_LONG: Final = N_("This is too long. Please write at most {most} letters.")
FOREIGN: Final = N_("This form is not complete. Please open the page again.")
EMPTY: Final = N_("There is nothing in this group yet. Add a statement, or remove the group.")

_NAME: Final = re.compile(rf"({ROOT}(?:-\d{{1,3}})*)-([a-z][a-z_]*)", re.ASCII)

_PLACE: Final = re.compile(rf"{ROOT}(?:-\d{{1,3}})*", re.ASCII)

Problems = dict[str, str]
"""By the id of a field, what is wrong with it, in the language of the page."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of the rule as it stands in the form: its type, words and boxes as they were sent.

    `was` is the type, and the variable or scale, with which its fields were last shown.
    """

    type: str
    words: Mapping[str, str] = field(default_factory=dict)
    several: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: "tuple[Piece, ...]" = ()
    was: str = ""

    @property
    def is_branch(self) -> bool:
        """Whether it is made of other parts."""
        return self.type in BRANCHES

    @property
    def kind(self) -> str:
        """The type, and the variable or scale, on which its fields depend."""
        return f"{self.type} {self.words.get('variable', '')}".strip()

    def word(self, name: str) -> str:
        """What stands in a field; "" for none."""
        return self.words.get(name, "")

    def chosen(self, name: str) -> tuple[str, ...]:
        """Which boxes of a name are ticked."""
        return self.several.get(name, ())


def child(at: str, index: int) -> str:
    """The name of the place of a part's own part."""
    return f"{at}-{index}"


def posted_place(at: str) -> tuple[int, ...] | None:
    """The way from the root to the place that a button names; None where it names none."""
    if not _PLACE.fullmatch(at):
        return None
    return tuple(map(int, at.split("-")[1:]))


def places(piece: Piece, at: str = ROOT) -> Iterator[tuple[str, Piece]]:
    """Each part with its place, from the root down."""
    yield at, piece
    for index, part in enumerate(piece.parts):
        yield from places(part, child(at, index))


def fits(piece: Piece) -> bool:
    """Whether a form of this size is taken."""
    names = [at for at, _ in places(piece)]
    return len(names) <= MOST and max(name.count("-") for name in names) < DEEPEST


# -------------------------------------------------------------------- new parts
def blank(type_: str, **words: str) -> Piece:
    """A new part of a type, with `words` in its fields."""
    fresh = {each.name: each.fresh for each in FIELDS[type_] if each.sort is not Sort.SEVERAL}
    known = {name: said for name, said in words.items() if name in fresh}
    if type_ == "procedure":  # it happens on one day: "now" would mean today
        fresh["status"] = "ever"
    return Piece(type_, {**fresh, **known})


# -------------------------------------------------------------------- from a rule
def piece_of(rule: Rule, language: str) -> Piece:
    """The rule as form parts, its numbers as `language` writes them."""
    return _piece(encode(rule), language)


def _piece(data: JsonObject, language: str) -> Piece:
    type_ = str(data["type"])
    if type_ == "measure" and "variable" not in data:
        # A measurement that no variable is stays text until somebody chooses one.
        type_ = "unparsed"
    of = data.get("of", [])
    parts = of if isinstance(of, list) else [of]
    several: dict[str, tuple[str, ...]] = {}
    words: dict[str, str] = {}
    for each in FIELDS[type_]:
        value, known = _dig(data, each)
        if each.sort is Sort.SEVERAL:
            several[each.name] = tuple(map(str, value)) if isinstance(value, list) else ()
        elif value is None:
            words[each.name] = each.left_out if known else each.fresh
        else:
            words[each.name] = written(value, each, language)
    if "times" in data:
        words["unit"] = f"{TIMES}{data['times']}"
    made = tuple(_piece(part, language) for part in parts if isinstance(part, dict))
    return Piece(type_, words, several, made)


def _dig(data: JsonObject, each: Field) -> tuple[JsonValue, bool]:
    """The field's value, and whether the object that would hold it is there."""
    *outer, last = each.at
    holder: JsonValue = data
    for name in outer:
        holder = holder.get(name) if isinstance(holder, dict) else None
    return (holder.get(last), True) if isinstance(holder, dict) else (None, False)


# -------------------------------------------------------------------- as fields, and from them
def as_fields(piece: Piece) -> list[tuple[str, str]]:
    """Every field of the form with its value, as a browser sends them."""
    sent = []
    for at, part in places(piece):
        sent += [(f"{at}-type", part.type), (f"{at}-was", part.kind)]
        sent += [(f"{at}-{name}", value) for name, value in part.words.items()]
        for name, values in part.several.items():
            sent += [(f"{at}-{name}", value) for value in values]
    return sent


def posted(form: MultiDict[str, str]) -> Piece:
    """The parts that a form holds.

    Raises:
        WrongUsage: it is none of ours, or larger than `fits` allows.
    """
    held: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, values in form.lists():
        found = _NAME.fullmatch(name)
        if found:
            held.setdefault(found[1], {})[found[2]] = tuple(map(_cleaned, values))
    if len(held) > MOST or any(at.count("-") >= DEEPEST for at in held):
        raise WrongUsage(N_("A rule may have at most {most} parts."), most=MOST)
    below: dict[str, list[int]] = {}
    for at in held:
        above, _, index = at.rpartition("-")
        if above:
            below.setdefault(above, []).append(int(index))
    return _held(ROOT, held, below)


def _held(
    at: str, held: Mapping[str, Mapping[str, tuple[str, ...]]], below: Mapping[str, list[int]]
) -> Piece:
    said = held.get(at, {})
    type_ = said.get("type", ("",))[0]
    if type_ not in FIELDS:
        raise WrongUsage(FOREIGN)
    parts = tuple(_held(child(at, each), held, below) for each in sorted(below.get(at, ())))
    listed = {each.name for own in FIELDS.values() for each in own if each.sort is Sort.SEVERAL}
    return Piece(
        type_,
        {name: values[0] for name, values in said.items() if name not in {*listed, "type", "was"}},
        {name: tuple(dict.fromkeys(filter(None, said.get(name, ())))) for name in listed},
        parts,
        said.get("was", ("",))[0],
    )


def _cleaned(text: str) -> str:
    """Without control characters; browsers send line breaks as CR LF."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join("".join(sign for sign in line if sign.isprintable()) for line in lines)


# -------------------------------------------------------------------- as JSON
def as_json(piece: Piece, language: str, problems: Problems, at: str = ROOT) -> JsonObject:
    """The JSON that the parts stand for; what cannot be read is left out and put in `problems`."""
    data: JsonObject = {"type": piece.type}
    for each in FIELDS[piece.type]:
        value = _value(piece, each, language, problems, f"{at}-{each.name}")
        if value is not None:
            _put(data, each, value)
    _tidy(data)
    if piece.is_branch:
        if not piece.parts:
            problems[f"{at}-of"] = translate(EMPTY, language)
        parts: list[JsonValue] = [
            as_json(part, language, problems, child(at, index))
            for index, part in enumerate(piece.parts)
        ]
        data["of"] = parts if piece.type != "not" else next(iter(parts), None)
    return data


def _value(piece: Piece, each: Field, language: str, problems: Problems, name: str) -> JsonValue:
    if each.sort is Sort.SEVERAL:
        return list(piece.chosen(each.name)) or None
    text = piece.word(each.name)
    if len(text) > LONGEST:
        problems[name] = translate(TOO_LONG, language, most=LONGEST)
        return None
    if each.needed and not text.strip():
        problems[name] = translate(each.needed, language)
    try:
        return value_of(text, each, language)
    except ValueError as wrong:
        problems[name] = translate(str(wrong), language)
        return None


def _put(data: JsonObject, each: Field, value: JsonValue) -> None:
    *outer, last = each.at
    for name in outer:
        inner = data.setdefault(name, {})
        if isinstance(inner, dict):
            data = inner
    data[last] = value


def _tidy(data: JsonObject) -> None:
    """Drop what says nothing by itself: the unit and anchor of no window, the sign of no bound."""
    within = data.get("within")
    if isinstance(within, dict) and not {"min", "max"} & within.keys():
        del data["within"]
    for bound in ("min", "max"):
        if bound not in data:
            data.pop(f"{bound}_inclusive", None)
    unit = data.get("unit")
    if isinstance(unit, str) and unit.startswith(TIMES):
        data["times"] = unit.removeprefix(TIMES)
        del data["unit"]


def field_of(path: str, piece: Piece) -> str:
    """The id of the form's field that a refusal's `path` ("rule.of[1].within.max") speaks of."""
    steps = path.split(".")[1:]
    at = ROOT
    while steps and steps[0].startswith("of") and piece.parts:
        index = int(steps[0][3:-1]) if "[" in steps[0] else 0
        if "[" not in steps[0] and piece.type != "not":
            break  # the group itself
        piece, at = piece.parts[index], child(at, index)
        steps = steps[1:]
    if steps[:1] == ["times"]:
        steps = ["unit"]
    known = {each.at: each.name for each in FIELDS[piece.type]}
    name = known.get(tuple(steps)) or next(
        (name for whole, name in known.items() if whole[: len(steps)] == tuple(steps)), ""
    )
    return f"{at}-{name if steps and name else 'of' if piece.is_branch else 'type'}"


def with_was(piece: Piece) -> Piece:
    """The parts, each with the note of what its fields are now shown as."""
    return replace(piece, was=piece.kind, parts=tuple(map(with_was, piece.parts)))
