"""Texts of USDM as plain text: its HTML read, its tags replaced by what they refer to."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from recruit.trials.sources.shape import part
from recruit.trials.sources.usdm_shape import Dictionary

_LINES: Final = frozenset({"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3"})
_HIDDEN: Final = frozenset({"script", "style"})
_MARKUP: Final = re.compile(
    r"<(?P<closes>/?)(?P<tag>[A-Za-z][\w:-]{0,30})(?:\s[^<>]{0,2000})?/?>|<!--[^<>]{0,2000}-->"
)
# "[min_age]" and <usdm:tag name="min_age"/> are the same tag in two versions.
_TAG: Final = re.compile(r'<usdm:tag\s+name="([^"<>]{1,100})"\s*/?>(?:</usdm:tag>)?')
_IN_BRACKETS: Final = re.compile(r"\[([\w.-]{1,100})\]")
_ATTRIBUTE: Final = re.compile(r'\b(id|attribute)="([^"<>]{1,200})"')


def plain(html: str) -> str:
    """The words of an HTML text, a line for each block, an item's line after "- "."""
    return "\n".join(_squeezed("".join(_said(html)).split("\n")))


def _squeezed(lines: list[str]) -> Iterator[str]:
    for line in lines:
        words = " ".join(line.split())
        if words and words != "-":
            yield words


def _said(html: str) -> Iterator[str]:
    # One walk over the tags: Python's own reader of HTML goes back to each "<" that is never
    # closed, and takes an hour for a megabyte of them.
    end, hidden = 0, 0
    is_html = _MARKUP.search(html) is not None
    for found in _MARKUP.finditer(html):
        if not hidden:
            yield unescape(html[end : found.start()]).replace("\n", " ")
        end = found.end()
        closes, tag = bool(found["closes"]), (found["tag"] or "").lower()
        if tag in _HIDDEN:
            hidden = max(0, hidden + (-1 if closes else 1))
        if tag in _LINES:
            yield "\n- " if tag == "li" and not closes else "\n"
    if not hidden:
        rest = unescape(html[end:])
        yield rest.replace("\n", " ") if is_html else rest


class Texts:
    """Reads the texts of one document."""

    def __init__(self, document: object, dictionaries: tuple[Dictionary, ...]) -> None:
        self._objects = {str(part(each, "id")): each for each in _objects(document)}
        self._tags = {
            (dictionary.id, each.tag): each.reference
            for dictionary in dictionaries
            for each in dictionary.parameter_maps
        }

    def read(self, html: str, dictionary: str) -> str:
        """The plain text, with the value of each tag that `dictionary` explains in its place.

        A tag that nobody explains stays as "[tag]", so that it is seen.
        """
        bracketed = _TAG.sub(r"[\1]", html)
        if dictionary:
            bracketed = _IN_BRACKETS.sub(lambda m: self._value(dictionary, m), bracketed)
        return plain(bracketed)

    def _value(self, dictionary: str, found: re.Match[str]) -> str:
        reference = self._tags.get((dictionary, found[1]))
        if reference is None:
            return found[0]
        if "<" not in reference:
            return reference
        where = dict(_ATTRIBUTE.findall(reference))
        value = part(self._objects.get(where.get("id", "")), where.get("attribute", ""))
        amount = part(value, "value") if isinstance(value, dict) else value
        unit = part(value, "unit", "standardCode", "decode") or part(value, "unit", "decode")
        if not isinstance(amount, str | int | float) or isinstance(amount, bool):
            return found[0]
        shown = f"{amount:g}" if isinstance(amount, float) else str(amount)
        return f"{shown} {unit.lower()}s" if isinstance(unit, str) else shown


def _objects(document: object) -> Iterator[object]:
    """Every object of the document that has an identifier."""
    open_ = [document]
    while open_:
        value = open_.pop()
        if isinstance(value, dict):
            if isinstance(value.get("id"), str):
                yield value
            open_ += value.values()
        elif isinstance(value, list):
            open_ += value
