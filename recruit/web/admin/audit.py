"""`/admin/audit`: the audit trail, to be read, searched and taken along."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from recruit.actions.audit import COLUMNS, Leaf, Question, export_trail, read_trail
from recruit.actions.deeds import ACCOUNT
from recruit.audit.trail import Tag
from recruit.core.cells import cell
from recruit.core.db import reading
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.address import asked
from recruit.web.admin.audit_words import SOURCES, WORDS
from recruit.web.language import say
from recruit.web.named import Named
from recruit.web.service import service
from recruit.web.sessions import actor

pages = Blueprint("audit", __name__, url_prefix="/admin/audit")

NO_DAY: Final = N_("This is not a day of the calendar.")
NO_TAG: Final = N_("There is no such kind of row. Please choose one of the list.")
BACKWARDS: Final = N_("The last day lies before the first.")
LARGEST: Final = 2**53  # row numbers beyond this are none of ours
MARK: Final = "\ufeff"  # so that spreadsheets read UTF-8

WHOLE: Final = N_("{source}: everything")
ONE: Final = N_("{source}: {what}")

Rows = Iterable[Mapping[str, Any]]


@pages.get("")
@staff(Role.ADMINISTRATOR)
def trail() -> ResponseReturnValue:
    """One page of the trail, the newest first."""
    question, problems = _question()
    leaf = Leaf((), None, None)
    if not problems:
        leaf = read_trail(
            service().engine,
            question,
            before=_number("before"),
            after=_number("after"),
            actor=actor(),
        )
    kept = _kept()
    with reading(service().engine) as database:
        named = _named(database, leaf)
    page = render_template(
        "admin/audit.html",
        leaf=leaf,
        chosen=kept,
        problems=problems,
        tags=[("", say(N_("Everything"))), *_in_words()],
        words={tag.value: say(words) for tag, words in WORDS.items()},
        named=named,
        newer=leaf.newer and url_for("audit.trail", after=leaf.newer, **kept),
        older=leaf.older and url_for("audit.trail", before=leaf.older, **kept),
        at_newest=not {"before", "after"} & request.args.keys(),
        kept=kept,
    )
    return page, 422 if problems else 200


@pages.get("/trail.csv")
@staff(Role.ADMINISTRATOR)
def as_csv() -> ResponseReturnValue:
    """What the filter finds, as a table for a spreadsheet."""
    return _export("text/csv", _table)


@pages.get("/trail.jsonl")
@staff(Role.ADMINISTRATOR)
def as_json_lines() -> ResponseReturnValue:
    """The same, a line of JSON for each row."""
    return _export("application/jsonl", _lines)


def _export(kind: str, write: Callable[[Rows], Iterator[str]]) -> ResponseReturnValue:
    question, problems = _question()
    if problems:
        return trail()
    rows = export_trail(service().engine, question, actor=actor())
    return Response(write(rows), mimetype=kind, headers={"Content-Disposition": "attachment"})


def _table(rows: Rows) -> Iterator[str]:
    yield MARK + _line(COLUMNS)
    for row in rows:
        yield _line([cell(row[name]) for name in COLUMNS])


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _lines(rows: Rows) -> Iterator[str]:
    return (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _question() -> tuple[Question, dict[str, str]]:
    """What is asked for, and what is wrong with it, by field."""
    problems: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for name in ("first", "last"):
        try:
            days[name] = date.fromisoformat(asked(name)) if asked(name) else None
        except ValueError:
            days[name], problems[name] = None, say(NO_DAY)
    first, last = days["first"], days["last"]
    if first and last and last < first:
        problems["last"] = say(BACKWARDS)
    if asked("tag") and asked("tag") not in _tags():
        problems["tag"] = say(NO_TAG)
    return Question(asked("tag"), asked("actor"), asked("subject"), first, last), problems


def _tags() -> list[str]:
    """Every source and every tag, each source before its own."""
    return sorted({*(tag.partition(":")[0] for tag in Tag), *Tag})


def _in_words() -> Iterator[tuple[str, str]]:
    """The same as they are chosen from: each source as a whole, then its own, by their words."""
    own: dict[str, list[tuple[str, str]]] = {source: [] for source in SOURCES}
    for each, what in WORDS.items():
        own[each.partition(":")[0]].append((say(what), each.value))
    for source, words in sorted(SOURCES.items(), key=lambda each: say(each[1])):
        name = say(words)
        yield source, say(WHOLE, source=name)
        for what, tag in sorted(own[source]):
            yield tag, say(ONE, source=name, what=what)


def _named(database: Session, leaf: Leaf) -> dict[str, str]:
    """Who the accounts are that a page names, as doers or as what was done something to."""
    named = Named(database)
    told = {row[name] or "" for row in leaf.rows for name in ("subject", "old", "new")}
    accounts = {each for each in told if each.startswith(ACCOUNT)}
    return {who: named(who) for who in accounts | {row["actor"] for row in leaf.rows}}


def _kept() -> dict[str, Any]:
    """The filter as it was typed, to be carried along from page to page."""
    named = {name: asked(name) for name in ("tag", "actor", "subject", "first", "last")}
    return {name: value for name, value in named.items() if value}


def _number(name: str) -> int | None:
    value = asked(name)
    known = value.isascii() and value.isdigit() and int(value) < LARGEST
    return int(value) if known else None
