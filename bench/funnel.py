"""The funnel's pages with a million people, 100,000 matches and what became of them.

Run with `python -m bench funnel`, or `python -m bench.funnel 100000 10000` for fewer people and
matches. People and matches are those of bench/review.py; messages, answers and paths are made by
the database. One coordinator asks for one page after the other, in this process. Processor time is
told apart from what a clock says, for other work on the machine makes the clock run on.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from bench.review import MATCHES, PEOPLE, fill
from bench.serving import server
from bench.shared import COORDINATOR, machine
from recruit.actions.funnel.lately import Lately
from recruit.bootstrap import start
from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.db import connect, upgrade
from recruit.web.service import EXTENSION
from tests.web_world import BASE_URL, World, pages

TIMES: Final = 20
TICK: Final = os.sysconf("SC_CLK_TCK")  # of processor time in /proc, a second
OPEN: Final = (
    "INSERT INTO posting (id, trial, revision, life, created_at, changed_at)"
    " SELECT 'B' || row_number() OVER (ORDER BY id), id, 1, 'open', :at, :at FROM trial"
)
SENT: Final = (
    "INSERT INTO outbox (trial, posting, person, wave, channel, language, country, state, due_at,"
    " not_after, tries, fence, reference, approved_by, approved_at, sent_at, changed_at)"
    " SELECT m.trial, p.id, m.person, CAST(:wave AS text), CASE m.id % 4 WHEN 0 THEN 'sms' ELSE"
    " 'email' END, CASE m.id % 3 WHEN 0 THEN 'en' ELSE 'fr' END, 'FR', CASE m.id % 20 WHEN 0 THEN"
    " 'bounced' ELSE 'delivered' END, :at, :at, 1, 1, left(:wave, 1) || m.id, 'bench',"
    " CAST(:at AS timestamptz) - m.id % 200 * interval '1 day',"
    " CAST(:at AS timestamptz) - m.id % 200 * interval '1 day' + interval '5 hours',"
    " CAST(:at AS timestamptz) - m.id % 200 * interval '1 day' + interval '6 hours'"
    " FROM match AS m JOIN posting AS p ON p.trial = m.trial WHERE m.superseded_at IS NULL"
)
ANSWERED: Final = (
    "INSERT INTO answer (trial, person, answer, how, by, at)"
    " SELECT trial, person, CASE WHEN id % 40 < 3 THEN 'yes' ELSE 'not now' END, 'page',"
    " 'own link', changed_at + interval '1 day' FROM outbox"
    " WHERE wave = 'invitation' AND id % 40 < 9"
)
BEGUN: Final = (
    "INSERT INTO referral (trial, person, state, times, begun_at, changed_at)"
    " SELECT trial, person, (ARRAY['enrolled', 'screen failure', 'released', 'declined'])"
    "[id % 4 + 1], '', at, at + interval '20 days' FROM answer WHERE answer = 'yes'"
)
STEPPED: Final = (
    "INSERT INTO referral_step (referral, state, reason, by, at)"
    " SELECT r.id, s.state, '', 'bench', r.begun_at + s.days * interval '1 day' FROM referral AS r"
    " JOIN (VALUES ('pre-screened', 1), ('released', 3), ('screening', 9)) AS s (state, days)"
    " ON r.state <> 'declined' OR s.days = 1"
    " UNION ALL SELECT id, state, '', 'bench', changed_at FROM referral WHERE state <> 'released'"
)
QUESTIONED: Final = (
    "INSERT INTO referral_question (referral, question, given, by, at)"
    " SELECT id, repeat(n::text, 64), 'yes', 'own link', begun_at + n * interval '1 minute'"
    " FROM referral, generate_series(1, 3) AS n"
)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock, of this process's processor and of the database's."""

    clock: float
    python: float
    database: float


def run(folder: Path, count: int = PEOPLE, matches: int = MATCHES) -> None:
    """Print how long each page takes, and what processor time it costs."""
    with server() as url:
        engine = connect(url)
        upgrade(engine)
        fill(engine, start().lexicon, folder, count, matches)
        _follow(engine)
        _say_what_is_there(engine)
        app = pages(Settings(data_folder=folder, base_url=BASE_URL), engine)
        _measure(app, engine)
        engine.dispose()


def _follow(engine: Engine) -> None:
    """What became of the matches: messages, answers, paths and their steps."""
    with engine.begin() as connection:
        connection.execute(text(OPEN), {"at": now()})
        for wave in ("invitation", "reminder"):
            connection.execute(text(SENT), {"at": now(), "wave": wave})
        for statement in (ANSWERED, BEGUN, STEPPED, QUESTIONED):
            connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _say_what_is_there(engine: Engine) -> None:
    with engine.connect() as connection:
        for table in ("participant", "match", "outbox", "answer", "referral", "referral_step"):
            rows = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - of ours
            print(f"{table:16} {rows:>11,} rows", flush=True)


def _measure(app: Flask, engine: Engine) -> None:
    with engine.connect() as connection:
        study = connection.execute(text("SELECT min(trial) FROM match")).scalar_one()
    postmaster = _postmaster(engine)
    client = World(app, engine, {}).enter(COORDINATOR)
    print(f"{os.getloadavg()[0]:.1f} processes wanted one of {os.cpu_count()} processors before")
    print(
        f"{'page, counted anew':34}{'p50':>7}{'p95':>7}  ms{'Python':>9}{'database':>10}  ms each"
    )
    for address in (
        f"/funnel?study={study}",
        f"/funnel?study={study}&by=week",
        "/funnel",
        "/funnel?by=community",
        f"/funnel/fairness?study={study}",
        "/funnel/fairness",
        f"/funnel/rules?study={study}",
        "/funnel/rules",
    ):
        taken = [_spent(_asking(app, client, address), postmaster) for _ in range(TIMES)]
        clock = sorted(each.clock for each in taken)
        python = sum(each.python for each in taken) / TIMES
        database = sum(each.database for each in taken) / TIMES
        said = f"{1000 * clock[TIMES // 2]:7.0f}{1000 * clock[TIMES * 19 // 20]:7.0f}"
        print(f"{address:34}{said}    {1000 * python:9.0f}{1000 * database:10.0f}", flush=True)
    print(f"{os.getloadavg()[0]:.1f} processes wanted one after that")


def _asking(app: Flask, client: FlaskClient, address: str) -> Callable[[], None]:
    """Ask for a page of which nothing is kept from before."""

    def ask() -> None:
        answer = client.get(address)
        if answer.status_code != 200:  # noqa: PLR2004 - as HTTP says it
            sys.exit(f"bench: {address} answered {answer.status_code}")

    object.__setattr__(app.extensions[EXTENSION], "lately", Lately())
    return ask


def _spent(asking: Callable[[], None], postmaster: int) -> Spent:
    clock, python, database = time.perf_counter(), time.process_time(), _of_all(postmaster)
    asking()
    return Spent(
        time.perf_counter() - clock,
        time.process_time() - python,
        _of_all(postmaster) - database,
    )


def _postmaster(engine: Engine) -> int:
    with engine.connect() as connection:
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return int(_stat(backend)[1])


def _of_all(postmaster: int) -> float:
    """Processor seconds of a PostgreSQL: of those of its processes that run, and that ended."""
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text("ascii").split()
    running = [_stat(int(each))[11:13] for each in children]
    ticks = sum(int(each) for words in (*running, _stat(postmaster)[11:15]) for each in words)
    return ticks / TICK


def _stat(process: int) -> list[str]:
    """What /proc says of a process, from its state on (man 5 proc)."""
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:  # has ended since: the postmaster has its time now
        return ["0"] * 15


def main() -> None:
    """Print machine and figures."""
    print(machine())
    numbers = [int(each) for each in sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as folder:
        run(Path(folder), *numbers)


if __name__ == "__main__":
    main()
