"""The boolean part of CTML: `and`, `or` and what stands between, as a tree of our rules.

As MatchMiner's engine reads it: a match is a list whose every item holds; `and` and `or` are lists
of items; an item with several keys means all of them, within an `or` too. Whatever is neither `and`
nor `or` is a leaf, and whoever knows its words reads it.
"""

from collections.abc import Callable, Iterator

from recruit.core.i18n import N_
from recruit.criteria.nodes import AllOf, AnyOf, Rule
from recruit.trials.values import refuse

ReadLeaf = Callable[[str, object], Rule | None]


def read_match(items: object, leaf: ReadLeaf, record: str, path: str) -> Rule | None:
    """The rule of a match clause, None when it asks for nothing.

    Raises:
        Refusal: naming the `record` and, from `path` on, what is no list or no object.
    """
    return all_of(_listed(items, leaf, record, path))


def all_of(parts: list[Rule]) -> Rule | None:
    """All of these, without a node around a single one."""
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts)) if parts else None


def any_of(parts: list[Rule]) -> Rule | None:
    """Any of these, without a node around a single one."""
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts)) if parts else None


def _listed(items: object, leaf: ReadLeaf, record: str, path: str) -> list[Rule]:
    if not isinstance(items, list):
        refuse(record, path, N_("this must be a list"))
    read = (_item(item, leaf, record, f"{path}[{place}]") for place, item in enumerate(items))
    return [rule for rule in read if rule is not None]


def _item(item: object, leaf: ReadLeaf, record: str, path: str) -> Rule | None:
    if not isinstance(item, dict):
        refuse(record, path, N_("this must be an object"))
    return all_of(list(_keys(item, leaf, record, path)))


def _keys(item: dict[object, object], leaf: ReadLeaf, record: str, path: str) -> Iterator[Rule]:
    for key, value in item.items():
        name = str(key)
        match name:
            case "and":
                rule = all_of(_listed(value, leaf, record, f"{path}.and"))
            case "or":
                rule = any_of(_listed(value, leaf, record, f"{path}.or"))
            case _:
                rule = leaf(name, value)
        if rule is not None:
            yield rule
