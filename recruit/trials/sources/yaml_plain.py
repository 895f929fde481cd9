"""YAML as plain data: mappings, lists, texts, numbers, true and false, and nothing else.

Read event by event, so that no constructor ever runs: a tag, an anchor, an alias or a second
document is refused when it is met, and what is nested too deeply before it is built. Plain words
are what YAML 1.2's core schema says they are: "no" is a word and "010" is ten.
"""

import re
from collections.abc import Iterator
from typing import Final, Never

import yaml

from recruit.core.files import refused
from recruit.core.i18n import N_

LARGEST_YAML: Final = 4 << 20  # bytes; YAML takes some hundred times as long to read as JSON
DEEPEST: Final = 100

_WORDS: Final[dict[str, object]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE: Final = re.compile(r"[-+]?\d{1,18}")
_NUMBER: Final = re.compile(r"[-+]?(\d{1,18}\.\d{0,18}|\.\d{1,18}|\d{1,18})([eE][-+]?\d{1,3})?")


def read_yaml(name: str, data: bytes) -> object:
    """The one value of a YAML document; `name` is what the file is called.

    Raises:
        Refusal: with a sentence, for whatever is no plain YAML.
    """
    if len(data) > LARGEST_YAML:
        limit = LARGEST_YAML >> 20
        raise refused(name, N_("YAML of more than {limit} MB is not taken"), limit=limit)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Reader(name, yaml.parse(data, Loader=loader)).document()
    except yaml.YAMLError:
        raise refused(name, N_("this is not YAML, or it ends too early")) from None


class _Reader:
    """One walk over the events of a document."""

    def __init__(self, name: str, events: Iterator[yaml.Event]) -> None:
        self._name = name
        self._events = events

    def document(self) -> object:
        """The value of the only document."""
        value: object = None
        seen = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                if seen > 1:
                    self._refuse(N_("there is more than one document in it"))
                value = self._value(next(self._events), 1)
        return value

    def _value(self, event: yaml.Event, depth: int) -> object:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            self._refuse(N_("anchors (“&”) and aliases (“*”) are not taken; write it out in full"))
        if getattr(event, "tag", None) is not None:
            self._refuse(
                N_("tags (“!”) are not taken; put a text that begins with “!” in quotation marks")
            )
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if depth > DEEPEST:
            self._refuse(N_("nested more than {limit} levels deep"), limit=DEEPEST)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._value(inner, depth + 1) for inner in self._until(yaml.SequenceEndEvent)]
        return self._mapping(depth)

    def _mapping(self, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        for event in self._until(yaml.MappingEndEvent):
            key = self._value(event, depth + 1) if isinstance(event, yaml.ScalarEvent) else None
            if key is None or isinstance(key, list | dict):
                self._refuse(N_("a field has no name"))
            if str(key) in found:
                self._refuse(N_("two fields are called “{field_name}”"), field_name=str(key)[:60])
            found[str(key)] = self._value(next(self._events), depth + 1)
        return found

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event

    def _refuse(self, problem: str, **fields: object) -> Never:
        raise refused(self._name, problem, **fields)


def _scalar(event: yaml.ScalarEvent) -> object:
    text: str = event.value
    in_quotes = not event.implicit[0]  # or a block of text
    return text if in_quotes else plain_word(text)


def plain_word(text: str) -> object:
    """What a word says that stands without quotation marks."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
