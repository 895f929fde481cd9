"""Many phrases as one regular expression that tries each letter of the text once.

A plain `a|b|c` makes Python try every phrase at every place; sharing their beginnings does not.
"""

import re
from collections.abc import Iterable

Trie = dict[str, "Trie"]
_END = ""


def any_of(phrases: Iterable[str]) -> str:
    """A pattern for the longest of `phrases`; a space in one stands for that of a wrapped line."""
    root: Trie = {}
    for phrase in phrases:
        node = root
        for letter in phrase:
            node = node.setdefault(letter, {})
        node[_END] = {}
    return f"(?:{_pattern(root)})"


def _pattern(node: Trie) -> str:
    branches = [_letter(letter) + _pattern(rest) for letter, rest in sorted(node.items()) if letter]
    if not branches:
        return ""
    inside = branches[0] if len(branches) == 1 and _END not in node else f"(?:{'|'.join(branches)})"
    return f"{inside}?" if _END in node else inside


def _letter(letter: str) -> str:
    return r"\s{1,20}+" if letter == " " else re.escape(letter)
