"""What an import would do, without writing anything: for whoever makes a mapping."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from sqlalchemy import Engine

from recruit.actions.admission import admit, profiles
from recruit.actions.candidates import Candidate, Found
from recruit.actions.people import BATCH, Import, ImportReport, Progress, agreed, candidates, count
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.files import Line, Record
from recruit.core.i18n import N_
from recruit.core.keys import Secrets
from recruit.people import store
from recruit.people.intake.columns import nearest, paths, plain
from recruit.people.intake.mapping import FieldMapping
from recruit.people.store import Change
from recruit.terminology.lexicon import Lexicon

SHOWN: Final = 5
LOOKED_AT: Final = 1000  # records whose columns are gathered
NO_COLUMN: Final = N_("the file has no column “{column}”, which the mapping names")
NEAR_COLUMN: Final = N_(
    "the file has no column “{column}”, which the mapping names; “{near}” is the nearest"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One record as the file has it and as it will be read."""

    where: str
    before: dict[str, str]
    after: object


@dataclass(slots=True)
class Preview:
    """What an import would do; `missing` are Refusals that name columns that exist nowhere."""

    report: ImportReport = field(default_factory=ImportReport)
    shown: list[Shown] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    missing: list[Refusal] = field(default_factory=list)


def preview(  # noqa: PLR0913 - as import_people
    engine: Engine,
    lexicon: Lexicon,
    records: Iterable[Found],
    *,
    of: Import,
    secrets: Secrets,
    progress: Progress | None = None,
) -> Preview:
    """Read everything, judge it by what is on record, and write nothing."""
    made = Preview()
    of = agreed(engine, of)
    columns: dict[str, None] = {}
    people = candidates(lexicon, _watched(records, of.mapping, made, columns), of, now())
    done = 0
    while batch := list(islice(people, BATCH)):
        made.report.refusals.extend(one for one in batch if isinstance(one, Refusal))
        _judge(engine, [one for one in batch if isinstance(one, Candidate)], of, secrets, made)
        done += len(batch)
        if progress:
            progress(done)
    if of.mapping is not None:
        used = of.mapping.used()
        made.unused = [column for column in columns if not _is_used(column, used)]
        made.missing = missing(of.mapping, columns) if columns else []
    return made


def missing(mapping: FieldMapping, columns: Iterable[str]) -> list[Refusal]:
    """The columns that a mapping names and a file does not have, each with the nearest one."""
    known = list(columns)
    found = []
    for column in sorted(mapping.used() - set(known)):
        near = nearest(column, known)
        problem = NEAR_COLUMN if near else NO_COLUMN
        found.append(
            Refusal(record="mapping", field=column, problem=problem, column=column, near=near)
        )
    return found


def checked(records: Iterable[Found], mapping: FieldMapping) -> Iterator[Found]:
    """The rows of a table, unless it has not all columns of the mapping: then why it is refused.

    A column that is missing would be read as if nobody had said anything.
    """
    begun = False
    for record in records:
        if not begun and isinstance(record, Record) and isinstance(record.value, dict):
            begun = True
            problems = missing(mapping, record.value)
            yield from problems
            if problems:
                return
        yield record


def _watched(
    records: Iterable[Found],
    mapping: FieldMapping | None,
    made: Preview,
    columns: dict[str, None],
) -> Iterator[Found]:
    """The records, while their columns and the first of them are noted."""
    for number, found in enumerate(records):
        yield found
        if number >= LOOKED_AT:
            continue
        record = found.read() if isinstance(found, Line) else found
        if not isinstance(record, Record) or not isinstance(record.value, dict):
            continue
        columns.update(dict.fromkeys(paths(record.value)))
        if len(made.shown) < SHOWN:
            before = {str(name): plain(value) or "" for name, value in record.value.items()}
            after = mapping.applied(record.value) if mapping else record.value
            made.shown.append(Shown(record.where, before, after))


def _judge(
    engine: Engine, batch: list[Candidate], of: Import, secrets: Secrets, made: Preview
) -> None:
    with reading(engine) as session:
        admission = admit(session, batch, of.community, secrets.erasures)
        known = [one for one in admission.kept if one.name in admission.known]
        saved = [one for one, _ in store.weigh(session, profiles(session, known, admission.known))]
    fresh = len(admission.kept) - len(known)
    saved += [store.Saved("", 1, Change.NEW)] * fresh
    count(made.report, admission, saved)


def _is_used(column: str, used: set[str]) -> bool:
    """Whether the column, or what it is part of, is read."""
    return any(column == path or column.startswith(f"{path}.") for path in used)
