"""The same work side by side: engines of Recruit, and one SQL query for each trial.

Run with `python -m bench matching_sql`, or `python -m bench.matching_sql 5000 50` for other numbers
of people and trials. Real trials, invented people (see bench/matching.py); DuckDB in memory, SQLite
in a file, PostgreSQL on this machine, each with the indexes that these queries can use. Asked is
how many people are eligible, ineligible and candidates, trial by trial. Of a trial only the leaves
count that bench/sql_queries.py has a query for; all others are taken as not read, by every engine
alike. The reference engine judges a sample of the people. Answers are compared trial by trial.
"""

import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import psycopg

from bench.matching import trials_of
from bench.matching_people import World
from bench.sql_queries import Query, narrowed
from recruit.bootstrap import start
from recruit.core.clock import today
from recruit.criteria.eligibility import Eligibility, leaves
from recruit.criteria.nodes import Unparsed
from recruit.matching import reference, sets
from recruit.matching.building import build
from recruit.matching.distributed import share_of
from recruit.matching.embedded import Engine
from recruit.matching.index import Index, Rows
from recruit.matching.outcome import Hierarchy
from recruit.matching.plan import compile_plan
from recruit.people.facts import Profile
from tests.postgres import Cluster

PEOPLE: Final = 20_000
TRIALS: Final = 100
SAMPLE: Final = 100  # people that the reference engine judges

Row = Sequence[object]
Counts = tuple[int, int, int]
THING: Final = (
    "concept VARCHAR(64), kind VARCHAR(16), status INTEGER, person INTEGER, "
    "contradicted INTEGER, fact INTEGER"
)
TABLES: Final = {
    "person": "id INTEGER, born_earliest INTEGER, born_latest INTEGER, sex VARCHAR(8)",
    "has": THING,
    "named": THING,
    "value": "key VARCHAR(64), person INTEGER, amount DOUBLE PRECISION",
    "state": "key VARCHAR(64), person INTEGER, said INTEGER",
    "complete": "kind VARCHAR(16), person INTEGER",
}
INDEXES: Final = {
    "person": "id",
    "has": "concept, kind, status, person",
    "named": "concept, kind, status, person",
    "value": "key, person, amount",
    "state": "key, person, said",
    "complete": "kind, person",
}


@dataclass(frozen=True, slots=True)
class Took:
    """What an engine answered, for how many people, and how long it took (s)."""

    name: str
    people: int
    counts: list[Counts]
    seconds: float

    @property
    def rate(self) -> float:
        """Pairs a second."""
        return self.people * len(self.counts) / self.seconds


def run(folder: Path, people: int = PEOPLE, trials: int = TRIALS) -> None:
    """Print what each takes, and its ratio to the embedded engine."""
    lexicon = start().lexicon
    read = trials_of(folder, lexicon, trials)
    chosen = [narrowed(each) for each in read]
    _tell_narrowed(read, chosen)
    profiles = list(World(read).known().people(0, people))
    index = build(profiles, lexicon)
    rows = _rows(index)
    queries = [Query(lexicon, today()).of(compile_plan(each)) for each in chosen]
    embedded = _embedded(index, lexicon, chosen)
    print(f"{people:,} people × {trials:,} trials; pairs a second by the clock")
    _tell(embedded, embedded)
    _tell(_duckdb(rows, queries, people), embedded)
    _tell(_sqlite(folder, rows, queries, people), embedded)
    _tell(_postgresql(rows, queries, people), embedded)
    some = profiles[:SAMPLE]
    law = _reference(some, lexicon, chosen)
    same = _embedded(build(some, lexicon), lexicon, chosen)
    _tell(law, same, of=embedded)


def _tell(took: Took, known: Took, of: Took | None = None) -> None:
    """Its rate, as a ratio `of` the embedded engine's, and whether it says what is `known`."""
    differing = sum(a != b for a, b in zip(took.counts, known.counts, strict=True))
    ratio = (of or known).rate / took.rate
    print(
        f"  {took.name:12} {took.rate:15,.0f}   1/{ratio:,.0f} of the embedded engine   "
        f"{took.seconds:8.2f} s   trials answered differently: {differing}",
        flush=True,
    )


def _tell_narrowed(read: Sequence[Eligibility], chosen: Sequence[Eligibility]) -> None:
    known, left = (
        sum(
            not isinstance(leaf, Unparsed)
            for trial in some
            for criterion in trial.criteria
            for leaf in leaves(criterion.rule)
        )
        for some in (read, chosen)
    )
    print(f"{left:,} of {known:,} leaves that were read have a query")


def _embedded(index: Index, hierarchy: Hierarchy, trials: Sequence[Eligibility]) -> Took:
    begin = time.perf_counter()
    engine = Engine(index, hierarchy, today())
    counts = []
    for trial in trials:
        found = engine.found(compile_plan(trial))
        parts = (found.eligible, found.ineligible, found.candidates)
        eligible, ineligible, candidates = map(sets.count, parts)
        counts.append((eligible, ineligible, candidates))
    return Took("embedded", index.size, counts, time.perf_counter() - begin)


def _reference(
    people: Sequence[Profile], hierarchy: Hierarchy, trials: Sequence[Eligibility]
) -> Took:
    begin = time.perf_counter()
    counts = []
    for trial in trials:
        found = share_of(trial, reference.evaluate(trial, people, hierarchy, today()))
        counts.append((found.eligible, found.ineligible, found.candidates))
    return Took("reference", len(people), counts, time.perf_counter() - begin)


def _duckdb(rows: dict[str, list[Row]], queries: Sequence[str], people: int) -> Took:
    with duckdb.connect() as connection, tempfile.TemporaryDirectory() as place:
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {name} ({columns})")
            file = Path(place) / f"{name}.csv"
            lines = ("\t".join(map(str, row)) for row in rows[name])
            file.write_text("\n".join(["", *lines]), encoding="utf-8")
            options = "DELIMITER '\t', HEADER true, NULLSTR 'nobody', AUTO_DETECT false, QUOTE ''"
            connection.execute(f"COPY {name} FROM '{file}' ({options})")
            connection.execute(f"CREATE INDEX {name}_by ON {name} ({INDEXES[name]})")
        return _asked("DuckDB", lambda query: connection.execute(query).fetchone(), queries, people)


def _sqlite(folder: Path, rows: dict[str, list[Row]], queries: Sequence[str], people: int) -> Took:
    connection = sqlite3.connect(folder / "people.db")
    try:
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {name} ({columns})")
            places = ", ".join("?" * (columns.count(",") + 1))
            connection.executemany(f"INSERT INTO {name} VALUES ({places})", rows[name])  # noqa: S608 - our own names
            connection.execute(f"CREATE INDEX {name}_by ON {name} ({INDEXES[name]})")
        connection.execute("ANALYZE")
        connection.commit()
        return _asked("SQLite", lambda query: connection.execute(query).fetchone(), queries, people)
    finally:
        connection.close()


def _postgresql(rows: dict[str, list[Row]], queries: Sequence[str], people: int) -> Took:
    place = Path(tempfile.mkdtemp(prefix="recruit-pg-"))
    cluster = Cluster(place)
    cluster.start()
    try:
        url = cluster.new_database().replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            for name, columns in TABLES.items():
                connection.execute(f"CREATE TABLE {name} ({columns})".encode())
                copying = f"COPY {name} FROM STDIN".encode()
                with connection.cursor() as cursor, cursor.copy(copying) as copy:
                    for row in rows[name]:
                        copy.write_row(row)
                connection.execute(f"CREATE INDEX {name}_by ON {name} ({INDEXES[name]})".encode())
            connection.execute("VACUUM ANALYZE")

            def ask(query: str) -> object:
                return connection.execute(query.encode()).fetchone()

            return _asked("PostgreSQL", ask, queries, people)
    finally:
        cluster.stop()
        shutil.rmtree(place)


def _asked(name: str, ask: Callable[[str], object], queries: Sequence[str], people: int) -> Took:
    begin = time.perf_counter()
    counts = []
    for query in queries:
        found = ask(query)
        if not isinstance(found, tuple):
            raise TypeError(name)
        eligible, ineligible, candidates = found
        counts.append((int(eligible), int(ineligible), int(candidates)))
    return Took(name, people, counts, time.perf_counter() - begin)


def _rows(index: Index) -> dict[str, list[Row]]:
    """The rows of each table from the columns of an index."""
    person = index.things.whose(np.arange(index.things.size, dtype=np.int32)).tolist()
    contradicted = index.things.contradicted.astype(int).tolist()

    def facts(lists: Mapping[str, Rows]) -> list[Row]:
        return [
            (concept, kind, int(status.rstrip("+")), person[n], contradicted[n], n)
            for name, some in lists.items()
            for kind, status, concept in [name.split("/", 2)]
            for n in some.tolist()
        ]

    return {
        "person": list(
            zip(
                range(index.size),
                index.born.earliest.tolist(),
                index.born.latest.tolist(),
                [index.sexes.labels[code] for code in index.sexes.codes],
                strict=True,
            )
        ),
        "has": facts(index.things.supporting),
        "named": facts(index.things.own),
        "value": [
            (key, *row)
            for key, of in index.values.items()
            for row in zip(of.person.tolist(), of.value.tolist(), strict=True)
        ],
        "state": [
            (key, *row)
            for key, (people, said) in index.states.items()
            for row in zip(people.tolist(), said.tolist(), strict=True)
        ],
        "complete": [
            (key, row) for key, of in index.complete.items() for row in of.nonzero()[0].tolist()
        ],
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as given:
        run(Path(given), int(sys.argv[1]), int(sys.argv[2]))
