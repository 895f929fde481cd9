"""What the buttons of the rule's form do to its parts: add, remove, wrap, unwrap, move, change.

Each takes the parts and gives others; nothing is saved by them. Places are those of rule_form.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from recruit.terminology.variables import measured_in, variable
from recruit.web.sponsor.rule_fields import BRANCHES, FIELDS, GROUPS, KINDS, TIMES
from recruit.web.sponsor.rule_form import ROOT, Piece, blank, child, places, posted_place

FRESH: Final = "condition"
"""What a new statement is until somebody says otherwise: most statements are."""

Change = Callable[[Piece], tuple[Piece, ...]]


@dataclass(frozen=True, slots=True)
class Moved:
    """The parts after a button was pressed, and the place to look at next."""

    root: Piece
    at: str = ""


def move(deed: str, at: str, root: Piece) -> Moved:
    """What becomes of `root` when the button `deed` of the part at `at` is pressed.

    A deed or a place that is none leaves the parts as they are.
    """
    path = posted_place(at)
    part = dict(places(root)).get(at)
    if path is None or part is None:
        return Moved(root)
    if deed in BRANCHES:
        return _wrapped(root, path, part, deed)
    known = {
        "add": _added,
        "group": _grouped,
        "and": _and,
        "or": _or,
        "remove": _removed,
        "unwrap": _unwrapped,
        "up": _up,
        "down": _down,
    }.get(deed)
    return known(root, path, part) if known else Moved(root)


Path = tuple[int, ...]


def name(path: Path) -> str:
    """The place that `path` leads to."""
    return "-".join((ROOT, *map(str, path)))


def _added(root: Piece, path: Path, part: Piece, new: Piece | None = None) -> Moved:
    if part.type not in GROUPS:
        return Moved(root)
    larger = replace(part, parts=(*part.parts, new or blank(FRESH)))
    return Moved(_changed(root, path, lambda _: (larger,)), child(name(path), len(part.parts)))


def _grouped(root: Piece, path: Path, part: Piece) -> Moved:
    type_ = "any" if part.type == "all" else "all"
    return _added(root, path, part, Piece(type_, parts=(blank(FRESH), blank(FRESH))))


def _and(root: Piece, path: Path, part: Piece) -> Moved:
    return _joined(root, path, part, "all")


def _or(root: Piece, path: Path, part: Piece) -> Moved:
    return _joined(root, path, part, "any")


def _joined(root: Piece, path: Path, part: Piece, type_: str) -> Moved:
    both = Piece(type_, parts=(part, blank(FRESH)))
    return Moved(_changed(root, path, lambda _: (both,)), child(name(path), 1))


def _wrapped(root: Piece, path: Path, part: Piece, type_: str) -> Moved:
    words = dict(blank(type_).words)
    if "n" in words:
        words["n"] = "1"
    outer = Piece(type_, words, parts=(part,))
    return Moved(_changed(root, path, lambda _: (outer,)), name(path))


def _unwrapped(root: Piece, path: Path, part: Piece) -> Moved:
    """Put what a group is made of in its place, where one part alone may stand if it is one."""
    alone = not path or _at(root, path[:-1]).type == "not"
    if not part.is_branch or (alone and len(part.parts) != 1):
        return Moved(root)
    return Moved(_changed(root, path, lambda _: part.parts), name(path))


def _removed(root: Piece, path: Path, part: Piece) -> Moved:
    """Take a part away; what is left without parts goes with it, and one alone needs no group."""
    del part
    if not path:
        return Moved(blank(FRESH), ROOT)
    *above, last = path
    group = _at(root, tuple(above))
    rest = (*group.parts[:last], *group.parts[last + 1 :])
    if not rest:
        return _removed(root, tuple(above), group)
    left = rest[0] if len(rest) == 1 else replace(group, parts=rest)
    return Moved(_changed(root, tuple(above), lambda _: (left,)), name(tuple(above)))


def _up(root: Piece, path: Path, part: Piece) -> Moved:
    del part
    return _swapped(root, path, -1)


def _down(root: Piece, path: Path, part: Piece) -> Moved:
    del part
    return _swapped(root, path, 1)


def _swapped(root: Piece, path: Path, by: int) -> Moved:
    if not path:
        return Moved(root)
    *above, here = path
    group = _at(root, tuple(above))
    there = here + by
    if not 0 <= there < len(group.parts):
        return Moved(root)
    parts = list(group.parts)
    parts[here], parts[there] = parts[there], parts[here]
    moved = replace(group, parts=tuple(parts))
    return Moved(_changed(root, tuple(above), lambda _: (moved,)), name((*above, there)))


def chose(root: Piece, at: str, code: str) -> Piece:
    """The parts with a term chosen for the statement at `at`, a place that is there."""

    def chosen(part: Piece) -> tuple[Piece, ...]:
        codes = (*part.chosen("concepts"), code)
        return (replace(part, several={**part.several, "concepts": codes}),)

    return _changed(root, posted_place(at) or (), chosen)


def _at(root: Piece, path: Path) -> Piece:
    for index in path:
        root = root.parts[index]
    return root


def _changed(piece: Piece, path: Path, change: Change) -> Piece:
    """The parts with the one at `path` replaced by what `change` makes of it."""
    if not path:
        return change(piece)[0]
    index, *rest = path
    part = piece.parts[index]
    new = (_changed(part, tuple(rest), change),) if rest else change(part)
    return replace(piece, parts=(*piece.parts[:index], *new, *piece.parts[index + 1 :]))


# -------------------------------------------------------------------- another type or variable
def settled(piece: Piece) -> Piece:
    """The parts, where another type, variable or scale was chosen, with the fields of that one.

    What the two have in common stays: the words and the place in the text, and among conditions,
    drugs and the like also their time.
    """
    piece = replace(piece, parts=tuple(map(settled, piece.parts)))
    before, _, about = piece.was.partition(" ")
    if not before or piece.was == piece.kind:
        return piece
    if before != piece.type:
        return _of_other_type(piece, before)
    return _of_other_variable(piece, about)


def _of_other_type(piece: Piece, before: str) -> Piece:
    if piece.type in BRANCHES:
        fresh = blank(piece.type, **piece.words)
        return replace(fresh, parts=piece.parts)
    kept = {"text", "span"}
    if {before, piece.type} <= set(KINDS):
        # Which terms there are depends on the kind, and so does what "now" means.
        kept |= {each.name for each in FIELDS[piece.type]} - {"status"}
    words = {each: said for each, said in piece.words.items() if each in kept}
    return blank(piece.type, **words)


def _of_other_variable(piece: Piece, before: str) -> Piece:
    if piece.type == "ordinal":
        return replace(piece, several={**piece.several, "values": ()})
    known = variable(piece.word("variable"))
    unit = piece.word("unit")
    if known is None or unit.startswith(TIMES):
        return piece
    if before and unit and measured_in(known, unit):
        return piece
    return replace(piece, words={**piece.words, "unit": known.unit})
