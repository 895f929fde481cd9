"""Outreach: what consent, windows and caps cost beside a bare loop, and what stops how quickly.

Run with `make bench-outreach`, or `python -m bench.outreach 500` for fewer messages. The mail
server writes and fsyncs each message before it answers; PostgreSQL is a durable one (fsync on) on
this machine and shares its processors with everything else.
"""

import smtplib
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from statistics import quantiles

import time_machine
from sqlalchemy import Engine, delete, select, update

from bench.shared import machine
from recruit.core.bulk import insert_all
from recruit.core.clock import now
from recruit.core.db import connect, unit_of_work, upgrade
from recruit.core.paths import default_data_folder
from recruit.notify import handoff, outbox
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_STEP
from recruit.notify.stages import Reason, State
from recruit.people.tables import PARTICIPANT
from recruit.terminology.build import open_lexicon
from tests.faults.checker import check
from tests.faults.pages import ask, pages
from tests.faults.processes import Sink, crew, left, sink
from tests.faults.workers import Orders, clock, eventually
from tests.faults.world import crowd, match_all, queue_all
from tests.outreach import OFFICE_HOURS, Study, study
from tests.postgres import Cluster

MESSAGES = 2_000
WORKERS = (1, 2, 4, 8)
FLOOR, TARGET = 0.5, 0.8
DUE = 200_000
LOOKS = 200


@dataclass(frozen=True)
class Place:
    """A database with a study, people who were matched with it, and a message for each."""

    engine: Engine
    url: str
    folder: Path
    study: Study
    people: list[str]
    started: float


def run(folder: Path, count: int = MESSAGES) -> None:
    """Print throughput by workers, how long a stop takes, and what it does to the pages."""
    with time_machine.travel(OFFICE_HOURS), _server() as url:
        place = _place(url, folder, count)
        _throughput(place)
        _many(place)
        place.engine.dispose()


def _place(url: str, folder: Path, count: int) -> Place:
    started = clock()
    engine = connect(url)
    upgrade(engine)
    here = study(engine, open_lexicon(default_data_folder()))
    people = crowd(engine, count)
    match_all(engine, here, people)
    queue_all(engine, here, people)
    return Place(engine, url, folder, here, people, started)


def _throughput(place: Place) -> None:
    count = len(place.people)
    bare = _timed(place, "bare", lambda there: _bare(there, count))
    print(f"a bare smtplib loop over one connection: {count / bare:,.0f} messages a second")
    for workers in WORKERS:
        _again(place.engine)
        took = _timed(place, f"{workers}", partial(_drained, place, workers))
        ratio = bare / took
        print(
            f"{workers} workers with every gate: {count / took:,.0f} messages a second,"
            f" {ratio:.2f} of the bare loop (floor {FLOOR}, target {TARGET})",
            flush=True,
        )


def _timed(place: Place, name: str, deed: Callable[[Sink], float]) -> float:
    folder = place.folder / name
    folder.mkdir()
    with sink(folder) as there:
        took = deed(there)
        if name != "bare":
            found = check(place.url, there.file, committed=len(place.people), workers=8)
            if found.broken:
                sys.exit(f"bench: {found.broken}")
    return took


def _bare(there: Sink, count: int) -> float:
    """What nobody may do: no consent, no record, one connection."""
    message = EmailMessage()
    message["From"], message["To"] = "study@example.org", "someone@example.org"
    message["Subject"] = "Une étude près de chez vous"
    message.set_content("Une étude cherche des personnes.\n" * 40)
    message.add_alternative("<p>Une étude cherche des personnes.</p>\n" * 40, subtype="html")
    with smtplib.SMTP("127.0.0.1", there.port) as server:
        began = clock()
        for number in range(count):
            del message["Message-ID"]
            message["Message-ID"] = f"<{number:032x}@example.org>"
            server.send_message(message)
        return clock() - began


def _drained(place: Place, workers: int, there: Sink) -> float:
    orders = Orders(place.url, there.port, "w", started=place.started)
    with crew(orders) as staff:
        for _ in range(workers):
            staff.hire()
        # From the first message on: a worker that comes up is no part of sending.
        eventually(lambda: left(place.engine) < len(place.people), within=60, every=0.005)
        began, waiting = clock(), left(place.engine)
        if not eventually(lambda: left(place.engine) == 0, within=600, every=0.05):
            sys.exit("bench: the messages were not sent within ten minutes")
        return (clock() - began) * len(place.people) / waiting


def _again(engine: Engine) -> None:
    """Put every message back as if it had never been tried."""
    with unit_of_work(engine) as session:
        session.execute(delete(OUTBOX_STEP))
        fresh = {"state": State.QUEUED.value, "fence": 0, "tries": 0, "sent_at": None}
        session.execute(update(OUTBOX).values(reason=None, due_at=now(), **fresh))
        queued = {"state": State.QUEUED.value, "fence": 0, "at": now()}
        session.execute(
            OUTBOX_STEP.insert(),
            [{"message": number, **queued} for number in session.scalars(select(OUTBOX.c.id))],
        )


def _many(place: Place) -> None:
    """200,000 messages due at once: the pages beside them, and how quickly all of them stop."""
    with pages(place.url, place.folder, place.started) as port:
        idle = _p95(port)
        begin = clock()
        _pour(place, DUE)
        print(f"{DUE:,} messages made due in {clock() - begin:.0f} s", flush=True)
        waiting = _p95(port)
        print(
            f"pages, p95: {idle * 1000:.0f} ms idle, {waiting * 1000:.0f} ms with {DUE:,} due"
            f" ({waiting / idle:.2f} times; promised: at most 1.5)"
        )
        folder = place.folder / "many"
        folder.mkdir()
        with sink(folder) as there:
            orders = Orders(place.url, there.port, "w", started=place.started)
            with crew(orders) as staff:
                staff.hire()
                busy = _p95(port)
        print(f"and while one worker sends: {busy * 1000:.0f} ms ({busy / idle:.2f} times)")
    with unit_of_work(place.engine) as session:
        handoff.reclaim(session, now() + handoff.LEASE * 2)
    begin = clock()
    with unit_of_work(place.engine) as session:
        stopped = outbox.cancel(session, outbox.of_trial(place.study.trial), Reason.STOPPED, now())
    print(f"{stopped:,} messages of one trial stopped in {clock() - begin:.1f} s (promised: 5 s)")


def _p95(port: int) -> float:
    """Of a study's page and the list of studies, asked in turn."""
    took = [ask(port, "GET", ("/studies", "/privacy")[each % 2]).took for each in range(LOOKS)]
    return quantiles(took[10:], n=20)[-1]


def _pour(place: Place, count: int) -> None:
    """Due messages to people who are nothing but a pseudonym."""
    names = [f"P-{number:08d}" for number in range(count)]
    with unit_of_work(place.engine) as session:
        at = now()
        rows = [
            {"pseudonym": name, "community": "example", "external_id": name, "created_at": at}
            for name in names
        ]
        insert_all(session, PARTICIPANT, rows)
    queue_all(place.engine, place.study, names)


@contextmanager
def _server() -> Iterator[str]:
    """A durable PostgreSQL of this run."""
    with tempfile.TemporaryDirectory(prefix="recruit-outreach-") as folder:
        cluster = Cluster(Path(folder), durable=True)
        cluster.start()
        try:
            yield cluster.new_database()
        finally:
            cluster.stop()


def main() -> None:
    """Print machine and figures."""
    print(machine())
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as folder:
        run(Path(folder), int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES)


if __name__ == "__main__":
    main()
