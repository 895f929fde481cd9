"""Bulk: a million people with evidence into PostgreSQL, killed and resumed, and imported again.

Run with `python -m bench bulk`, or `python -m bench.bulk 50000` for fewer. The people are the
demonstration's, cut to about eight facts, two in eight of them from a long tail of disease names;
each comes with evidence for two or three purposes. PostgreSQL is a private one on this machine and
shares its processors.
"""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from bench.shared import CHECKOUT
from recruit.bootstrap import start
from recruit.core.db import connect, upgrade
from recruit.demo.people import people
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from tests.postgres import Cluster

PEOPLE = 1_000_000
FACTS = 8
NAMES = 4_000
STEP = 100_000
KILLED_AFTER = 0.05  # of all people, in a database of its own
PAUSE = 5.0  # seconds between two looks, each of which costs the database work
SEED = 2026


def run(folder: Path, count: int = PEOPLE) -> None:
    """Print rate, memory and time of each import."""
    source = folder / "people.jsonl"
    begin = time.perf_counter()
    _write(source, count)
    size = source.stat().st_size / (1 << 20)
    print(
        f"{count:,} people made in {time.perf_counter() - begin:.0f} s, {size:,.0f} MB", flush=True
    )
    with tempfile.TemporaryDirectory(prefix="recruit-bulk-") as place:
        cluster = Cluster(Path(place))
        cluster.start()
        try:
            _killed(cluster, source, count)
            whole = cluster.new_database()
            for what in ("first import", "second import"):
                print(f"\n{what}", flush=True)
                _Import(cluster, whole, source, count).watch()
            _say_what_is_there(whole)
        finally:
            cluster.stop()


def _killed(cluster: Cluster, source: Path, count: int) -> None:
    """An import that SIGKILL ends, and the same command again."""
    part = source.with_name("part.jsonl")
    some = max(4000, round(count * 2 * KILLED_AFTER))
    with source.open(encoding="utf-8") as lines, part.open("w", encoding="utf-8") as few:
        few.writelines(line for _, line in zip(range(some), lines, strict=False))
    database = cluster.new_database()
    print(f"\nfirst {some:,} people, killed half-way", flush=True)
    _Import(cluster, database, part, some, kill_at=some // 2).watch()
    print("the same again", flush=True)
    _Import(cluster, database, part, some).watch()
    _say_what_is_there(database)


@dataclass
class _Import:
    """One run of the command, watched from outside."""

    server: Cluster
    database: str
    source: Path
    count: int
    kill_at: int | None = None
    peak: int = 0
    engine: Engine = field(init=False)

    def watch(self) -> None:
        """Start it, look at it now and then, and print what was seen."""
        self.engine = connect(self.database)
        upgrade(self.engine)
        begin, step = time.perf_counter(), STEP
        spent = _spent(self.server)
        with tempfile.TemporaryFile("w+") as said:
            command = [sys.executable, "-m", "recruit", "people", "import", str(self.source)]
            process = subprocess.Popen(  # noqa: S603 - ourselves
                [*command, "--community", "bench", "--json"],
                cwd=CHECKOUT,
                env={**os.environ, "RECRUIT_DATABASE_URL": self.database},
                stdout=said,
                stderr=subprocess.DEVNULL,
            )
            before = self._stored()
            while process.poll() is None:
                time.sleep(PAUSE)
                memory = _memory(process.pid)
                self.peak = max(self.peak, memory)
                there = self._stored()
                if self.kill_at and there >= self.kill_at:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                elif there - before >= step:
                    took = time.perf_counter() - begin
                    rate = (there - before) / took
                    print(f"{there:11,} {took:7.0f} s {rate:8,.0f}/s {memory:6,} MB", flush=True)
                    step += STEP
            took = time.perf_counter() - begin
            said.seek(0)
            print(said.read().strip() or f"killed at {self._stored():,} people")
        rate = self.count / took
        print(f"{took:.0f} s, {rate:,.0f} people a second, at most {self.peak:,} MB")
        # Whatever else this machine does in the meantime takes time and no work from us.
        work = _spent(self.server) - spent
        print(f"{work:.0f} s of processor, {work / self.count * 1e6:.0f} µs a person", flush=True)
        self.engine.dispose()

    def _stored(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM participant")).scalar_one())


def _memory(process: int) -> int:
    """Resident memory of a process and of those it started, in MB."""
    total = 0
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
        for each in (str(process), *children):
            status = Path(f"/proc/{each}/status").read_text("utf-8").splitlines()
            sizes = [line.split()[1] for line in status if line.startswith("VmRSS")]
            total += sum(map(int, sizes))
    except FileNotFoundError:  # it has just ended
        return 0
    return total >> 10


def _spent(server: Cluster) -> float:
    """Seconds of processor that ended commands and the server have taken so far.

    A backend of the server hands its own on when it ends.
    """
    ours = resource.getrusage(resource.RUSAGE_CHILDREN)
    postmaster = int((server.folder / "data" / "postmaster.pid").read_text("ascii").split()[0])
    ticks = 0
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text("utf-8").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):  # it has just ended
            continue
        own = int(each.parent.name) == postmaster
        if own or int(fields[1]) == postmaster:
            # proc(5): utime, stime, and for the postmaster those of children that ended.
            ticks += sum(map(int, fields[11:15] if own else fields[11:13]))
    return ours.ru_utime + ours.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


def _say_what_is_there(database: str) -> None:
    engine = create_engine(database)
    with engine.connect() as connection:
        for table in ("participant", "profile_version", "consent_event", "consent_state"):
            query = text(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name from here
            print(f"{table}: {connection.execute(query).scalar_one():,}")
    engine.dispose()


def _write(file: Path, count: int) -> None:
    chance = random.Random(SEED)  # noqa: S311 - invented people, no secret
    names = _names(start().lexicon, chance)
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(names))))
    with file.open("w", encoding="utf-8") as lines:
        for person in people(count, SEED):
            lines.write(json.dumps(_cut(person, chance, names, weights), ensure_ascii=False) + "\n")


def _cut(
    person: dict[str, object], chance: random.Random, names: list[str], weights: list[float]
) -> dict[str, object]:
    told = person.get("facts")
    facts = told if isinstance(told, list) else []
    kept = chance.sample(facts, min(FACTS - 2, len(facts)))
    tail = chance.choices(names, cum_weights=weights, k=2)
    more = [{"kind": "condition", "text": name, "status": "present"} for name in tail]
    consent = person.get("consent") or {
        "purposes": ["matching", "contact/email"],
        "notice": "0" * 64,
        "notice_version": "measurement",
        "language": "en",
        "at": "2026-01-01T00:00:00Z",
        "method": "invented for a measurement",
    }
    left_out = {"note", "answers"}
    rest = {name: value for name, value in person.items() if name not in left_out}
    return {**rest, "facts": [*kept, *more], "consent": consent}


def _names(lexicon: Lexicon, chance: random.Random) -> list[str]:
    """Names of diseases, the frequent ones first."""
    return chance.sample(list(_diseases(lexicon)), NAMES)


def _diseases(lexicon: Lexicon) -> Iterator[str]:
    for number in range(lexicon.size):
        kind, code = lexicon.target(number)
        concept = lexicon.concept(code) if kind is Kind.CONDITION else None
        if concept:
            yield concept.name_en


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as place:
        run(Path(place), int(sys.argv[1]))
