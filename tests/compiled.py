"""What every application and every database of a run would compile anew.

Most tests have an application or a database of their own. Its routes, templates and statements are
those of the one before; compiling them is most of what making it and asking for something takes.
"""

from collections.abc import Callable, Hashable, Iterable
from threading import RLock
from types import CodeType
from typing import Any, Final

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import BaseConverter, Map, Rule, RuleFactory
from werkzeug.routing.matcher import StateMachineMatcher
from werkzeug.routing.rules import RulePart

Builder = Callable[..., tuple[str, str]]
Settled = tuple[StateMachineMatcher, dict[Any, list[Rule]]]
Parsed = tuple[tuple[RulePart, ...], tuple[tuple[bool, str], ...], dict[str, BaseConverter]]


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
    """A rule that reads and writes its address by what an equal rule has compiled."""

    _known: Final[dict[Hashable, Builder]] = {}
    _parsed: Final[dict[str, Parsed]] = {}

    def _parse_rule(self, rule: str) -> Iterable[RulePart]:
        if rule not in self._parsed:
            known = len(self._trace)
            parts = tuple(super()._parse_rule(rule))
            self._parsed[rule] = parts, tuple(self._trace[known:]), dict(self._converters)
            return parts
        parts, trace, converters = self._parsed[rule]
        self._trace.extend(trace)
        self._converters.update(converters)
        self.arguments.update(converters)
        return parts

    def _compile_builder(self, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002 - werkzeug's
        defaults = tuple(sorted((self.defaults or {}).items()))
        same = (self.rule, tuple(self._trace), defaults, append_unknown)
        if same not in self._known:
            self._known[same] = super()._compile_builder(append_unknown)
        return self._known[same]


class Routes(Map):
    """The routes of an application; one with the same routes takes them, sorted, from the first."""

    _known: Final[dict[Hashable, Settled]] = {}
    _turn: Final = RLock()

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - werkzeug's
        self._waiting: list[RuleFactory] = []
        super().__init__(*arguments, **named)

    @property
    def _rules_by_endpoint(self) -> dict[Any, list[Rule]]:
        self._settle()
        return self._by_endpoint

    @_rules_by_endpoint.setter
    def _rules_by_endpoint(self, rules: dict[Any, list[Rule]]) -> None:
        self._by_endpoint = rules

    def add(self, rulefactory: RuleFactory) -> None:
        """Keep a route until somebody looks; once somebody did, an application gets no more."""
        assert not self._by_endpoint, "an application has its routes before it is used"
        self._waiting.append(rulefactory)

    def update(self) -> None:
        """Called before somebody looks."""
        self._settle()

    def _settle(self) -> None:
        with self._turn:
            waiting, self._waiting = self._waiting, []
            if not waiting:
                return
            same = (*map(_kind, waiting), *sorted(self.converters.items(), key=str))
            if same not in self._known:
                alone = Map(merge_slashes=self.merge_slashes, converters=self.converters)
                for rule in waiting:
                    alone.add(rule)
                alone.update()
                self._known[same] = alone._matcher, alone._rules_by_endpoint  # noqa: SLF001 - werkzeug's
            self._matcher, self._by_endpoint = self._known[same]


def _kind(rule: RuleFactory) -> Hashable:
    """What two of our rules can differ in."""
    assert isinstance(rule, Route)
    methods, defaults = frozenset(rule.methods or ()), tuple(sorted((rule.defaults or {}).items()))
    return rule.rule, rule.endpoint, methods, defaults, rule.strict_slashes, rule.build_only


class Alike:
    """Every dialect of one kind says the same: what one has compiled, the next one takes."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Let an engine share what was compiled for others."""
        engine.update_execution_options(compiled_cache=STATEMENTS)


class Sqlite(Alike, SQLiteDialect_pysqlite):
    """SQLite, as `connect` asks for it."""

    supports_statement_cache = True


class Postgres(Alike, PGDialect_psycopg):
    """PostgreSQL, as `connect` asks for it."""

    supports_statement_cache = True


TEMPLATES: Final = Templates()
STATEMENTS: Final[LRUCache[Any, Any]] = LRUCache(5000)


def compile_once() -> None:
    """From now on, in this process."""
    Flask.url_rule_class = Route
    Flask.url_map_class = Routes
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": TEMPLATES}
    registry.register("sqlite", __name__, Sqlite.__name__)
    registry.register("postgresql.psycopg", __name__, Postgres.__name__)
