"""What every application of a run would compile anew: templates, and the addresses of routes.

Most tests of pages have an application of their own. Its routes and templates are those of the one
before; compiling them is all but a little of what making it and asking for a page takes.
"""

from collections.abc import Callable, Hashable
from types import CodeType
from typing import Final

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class Templates(BytecodeCache):
    """The code of each template that was compiled, by its name and by its text."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code, where the same text was compiled before."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code."""
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code


class Route(Rule):
    """A rule that writes its address by a function that an equal rule has compiled."""

    _known: Final[dict[Hashable, Builder]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002 - werkzeug's
        defaults = tuple(sorted((self.defaults or {}).items()))
        same = (self.rule, tuple(self._trace), defaults, append_unknown)
        if same not in self._known:
            self._known[same] = super()._compile_builder(append_unknown)
        return self._known[same]


TEMPLATES: Final = Templates()


def compile_once() -> None:
    """From now on, in this process."""
    Flask.url_rule_class = Route
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": TEMPLATES}
