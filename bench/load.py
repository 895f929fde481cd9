"""A day with a million people: 50 pages a second, then the same beside sending and matching.

Run with `python -m bench load`, or `python -m bench.load 10000 60 2000` for fewer people, seconds
and messages; the second part takes half as long as the first. Visitors, participants, coordinators
and sponsors look at pages as on any day (bench/load_users.py) at moments of their own, however long
answers take. PostgreSQL (fsync on), gunicorn with four workers, the mail server, two workers and
locust share this machine's processors.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, func, select, text
from sqlmodel import col
from sqlmodel import select as select_models

from bench.review import everybody, fill
from bench.serving import WORKERS, memory, pages, press, server, taken
from bench.shared import CHECKOUT, COORDINATOR, machine
from recruit.actions.accounts import add_account
from recruit.actions.match_table import MatchRow
from recruit.actions.population import refresh
from recruit.bootstrap import Recruit, start
from recruit.core import logs
from recruit.core.clock import now, today
from recruit.core.config import Settings
from recruit.core.db import connect, reading, unit_of_work, upgrade
from recruit.core.keys import VAULT as KEY_FILE
from recruit.matching.building import build
from recruit.matching.embedded import Engine as Matcher
from recruit.notify.outbox_tables import OUTBOX
from recruit.people import accounts
from recruit.people.accounts import Role
from recruit.people.facts import Profile
from recruit.people.passwords import Cost
from recruit.people.vault import Item
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.web import sessions
from recruit.web.access import anyone
from tests.faults.processes import sink
from tests.faults.world import crowd, match_all, queue_all, where_it_is_day
from tests.outreach import REACHABLE, SECRET, VAULT, Study, study

PEOPLE: Final = 1_000_000
SECONDS: Final = 600
MESSAGES: Final = 200_000
MATCHES: Final = 100_000
USERS: Final = 50  # each asks for a page a second
PARTICIPANTS: Final = 40
WARM_UP: Final = 15
SENDERS: Final = 2
PROMISED: Final = 250  # milliseconds, 95 of 100
# A study that more than every fifth of the demonstration's people fit.
COMMON: Final = replace(
    REACHABLE,
    conditions=("Type 2 diabetes", "Hypertension", "Asthma", "Migraine"),
    criteria="Inclusion Criteria:\n\n* Age 18 years or older",
)
# E-mails leave by day: who gets one lives in a part of France where it is day now.
MOVED: Final = (
    "UPDATE profile_version SET profile = jsonb_set(profile::jsonb, '{home}', CAST(:home AS jsonb))"
    "::json WHERE person = ANY(:people)"
)
SPONSOR: Final = "sponsor@example.org"
VISITORS: Final = "BENCH_VISITORS"
EVERY: Final = 10.0  # seconds between two looks at the memory


def run(
    folder: Path, count: int = PEOPLE, seconds: int = SECONDS, messages: int = MESSAGES
) -> None:
    """Print how long pages take, what failed, and what memory the server has, calm and busy."""
    began = time.perf_counter()
    logs.to((folder / "bench.log").open("w"))  # the pages that this process makes would log here
    (folder / KEY_FILE).write_text(SECRET)
    with server(durable=True) as url:
        engine = connect(url)
        upgrade(engine)
        lexicon = start().lexicon
        tokens = _filled(engine, lexicon, folder, count, messages)
        print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
        visitors = {VISITORS: str(_visitors(engine, url, folder, tokens))}
        with pages(url, folder) as (base, process):
            press("load_users.py", base, USERS, WARM_UP, visitors)
            with _watched(process.pid) as calm:
                figures = press("load_users.py", base, USERS, seconds, visitors)
            _print("on any day", figures, calm)
            with _watched(process.pid) as busy, _at_work(url, folder):
                figures = press("load_users.py", base, USERS, seconds // 2, visitors)
            _print("while messages go out and everybody is matched", figures, busy)
        _print_sent(engine)
        engine.dispose()
    print(f"all of it took {time.perf_counter() - began:.0f} s")


# ---------------------------------------------------------------- the database
def _filled(
    engine: Engine, lexicon: Lexicon, folder: Path, count: int, messages: int
) -> dict[str, str]:
    """Trials, people, matches, and a due message to each of those who fit one more study."""
    here = study(engine, lexicon, COMMON)
    pool = fill(engine, lexicon, folder, count, min(MATCHES, count))
    persons = _fitting(engine, lexicon, here, pool, count, messages)
    with engine.begin() as connection:
        home = json.dumps(asdict(where_it_is_day()))
        connection.execute(text(MOVED), {"home": home, "people": persons})
    for first in range(0, len(persons), 1000):
        with unit_of_work(engine) as session:
            some = persons[first : first + 1000]
            VAULT.keep(session, {person: _contact(person) for person in some})
    return queue_all(engine, here, persons)


def _fitting(  # noqa: PLR0913, PLR0917 - who of how many fits what
    engine: Engine,
    lexicon: Lexicon,
    here: Study,
    pool: Sequence[Profile],
    count: int,
    messages: int,
) -> list[str]:
    """People who fit the study, each with a match."""
    numbered = [replace(profile, person=str(n)) for n, profile in enumerate(pool)]
    with reading(engine) as session:
        eligibility = trials.get(session, here.trial).eligibility
        query = select_models(MatchRow.person).where(col(MatchRow.trial) == here.trial)
        matched = set(session.scalars(query))
    judged = Matcher(build(numbered, lexicon), lexicon, today()).judgements(eligibility)
    fitting = [each for each in judged if each.candidate]
    persons = [each.person for each in islice(everybody(fitting, len(pool), count), messages)]
    match_all(engine, here, [each for each in persons if each not in matched])
    return persons


def _contact(person: str) -> dict[Item, str]:
    return {Item.NAME: "Camille Exemple", Item.EMAIL: f"{person.lower()}@example.org"}


def _visitors(engine: Engine, url: str, folder: Path, tokens: Mapping[str, str]) -> Path:
    """A file with the cookies of people who are signed in, and addresses that they know."""
    cheap = Cost(passes=1, memory=8, lanes=1)
    add_account(
        engine, email=SPONSOR, role=Role.SPONSOR, password=SECRET, actor="bench", cost=cheap
    )
    settings = Settings(data_folder=folder, database_url=url, second_factor="offered")
    running = Recruit(settings)
    app = running.pages()

    @app.get("/bench/door/<who>")
    @anyone
    def door(who: str) -> str:
        with unit_of_work(engine) as session:
            if "@" in who:
                account = accounts.find(session, who)
            else:
                account = accounts.of_holder(session, who, Role.PARTICIPANT)
        sessions.begin(account)
        return "in"

    def cookie(who: str) -> str:
        client = app.test_client()
        client.get(f"/bench/door/{who}")
        found = client.get_cookie("session")
        return found.value if found else sys.exit("bench: nobody can sign in")

    known = {
        "participants": [cookie(person) for person in crowd(engine, PARTICIPANTS, "own-")],
        "coordinators": [cookie(COORDINATOR)],
        "sponsors": [cookie(SPONSOR)],
        "stops": list(tokens.values())[-1000:],
    }
    refresh(running.crowd, engine, running.lexicon)  # else sponsors' pages count nobody
    running.close()
    file = folder / "visitors.json"
    file.write_text(json.dumps(known))
    return file


# ---------------------------------------------------------------- what goes on beside
@contextmanager
def _at_work(url: str, folder: Path) -> Iterator[None]:
    """Workers, who send what is due and match everybody, until it is over."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT),
        "RECRUIT_DATABASE_URL": url,
        "RECRUIT_DATA_FOLDER": str(folder),
    }
    with sink(folder) as there, (folder / "workers.log").open("wb") as log:
        environment["RECRUIT_SMTP_URL"] = f"smtp://127.0.0.1:{there.port}?from=study@example.org"
        command = [sys.executable, "-m", "recruit", "worker"]
        workers = [
            subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=log, stderr=log)  # noqa: S603 - ourselves
            for _ in range(SENDERS)
        ]
        try:
            yield
        finally:
            for each in workers:
                each.terminate()
            for each in workers:
                each.wait()
    matched = [
        line for line in (folder / "workers.log").read_text().splitlines() if "match: " in line
    ]
    print("\n".join(json.loads(line)["event"] for line in matched) or "no matching run ended")


@contextmanager
def _watched(master: int) -> Iterator[list[float]]:
    """What memory the whole server has, in megabytes, looked at again and again."""
    seen: list[float] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(EVERY):
            seen.append(sum(memory(master).values()))

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield seen
    finally:
        over.set()
        watching.join()


# ---------------------------------------------------------------- the figures
def _print(what: str, figures: Sequence[Mapping[str, Any]], memories: Sequence[float]) -> None:
    spent = max(each["last_request_timestamp"] for each in figures) - min(
        each["start_time"] for each in figures
    )
    asked = sum(each["num_requests"] for each in figures)
    print(f"\n{what}: {asked / spent:.1f} requests a second for {spent:.0f} s, {WORKERS} workers")
    print(f"{'page':26}{'requests':>9}{'failed':>8}{'p50':>7}{'p95':>7}{'p99':>7}  ms")
    for each in sorted(figures, key=lambda row: str(row["name"])):
        _print_row(str(each["name"]), [each])
    p95 = _print_row("all", figures)
    failed = sum(each["num_failures"] for each in figures)
    held = "held" if p95 <= PROMISED and not failed else "NOT held"
    print(f"promised: 95 of 100 within {PROMISED} ms and no error: {held}")
    third = max(1, len(memories) // 3)
    first, last = sum(memories[:third]) / third, sum(memories[-third:]) / third
    print(f"memory of the server: {first:,.0f} MB in the first third, {last:,.0f} MB in the last")


def _print_row(name: str, rows: Sequence[Mapping[str, Any]]) -> float:
    """Print a line of the table; its p95."""
    took = taken(rows)
    failed = sum(each["num_failures"] for each in rows)
    ends = [took[min(len(took) - 1, int(len(took) * part))] for part in (0.5, 0.95, 0.99)]
    times = "".join(f"{each:7.0f}" for each in ends)
    print(f"{name:26}{len(took):>9,}{failed:>8,}{times}", flush=True)
    return ends[1]


def _print_sent(engine: Engine) -> None:
    with reading(engine) as session:
        query = select(OUTBOX.c.state, func.count().label("count")).group_by(OUTBOX.c.state)
        states = sorted((row.state, row.count) for row in session.execute(query))
    said = ", ".join(f"{number:,} {state}" for state, number in states)
    print(f"messages: {said} at {now():%H:%M} UTC")


def main() -> None:
    """Print machine and figures."""
    print(machine())
    numbers = [int(each) for each in sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as folder:
        run(Path(folder), *numbers)


if __name__ == "__main__":
    main()
