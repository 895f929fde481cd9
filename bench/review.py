"""Review: the queue and single matches with a million people and 100,000 open matches.

Run with `python -m bench review`, or `python -m bench.review 10000 5000` for fewer people and
matches. The trials are the demonstration's; so are the people, a pool of some thousands, each of
whom stands there many times under a pseudonym of their own. PostgreSQL is a private one on this
machine, gunicorn serves with four workers, locust presses as signed-in coordinators do: all of them
share its processors.
"""

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, text

from bench.serving import WORKERS, memory, pages, press, server, taken
from bench.shared import COORDINATOR, PASSWORD, machine
from recruit.actions.accounts import add_account
from recruit.actions.match_changes import standing, write
from recruit.actions.people import Import, import_people
from recruit.actions.trials import import_trials
from recruit.bootstrap import start
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.state import EventType, columns_of
from recruit.core.clock import now, today
from recruit.core.config import Settings
from recruit.core.db import connect, reading, unit_of_work, upgrade
from recruit.core.files import Record
from recruit.core.keys import read_secrets
from recruit.criteria.truth import Truth
from recruit.demo.people import COMMUNITY
from recruit.demo.people import people as demo_people
from recruit.demo.trials import trials as demo_trials
from recruit.matching.building import build
from recruit.matching.embedded import Engine as Matcher
from recruit.matching.outcome import Judgement
from recruit.people import store
from recruit.people.accounts import Role
from recruit.people.facts import Profile
from recruit.people.passwords import Cost
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials

PEOPLE: Final = 1_000_000
MATCHES: Final = 100_000
POOL: Final = 1_500
USERS: Final = "review_users.py"
COORDINATORS: Final = 20  # each asks for a page a second
SECONDS: Final = 120
WARM_UP: Final = 15
REMATCHED: Final = 0.1
"""So many of the matches take the place of an older one, so that there is a difference to show."""
PROMISED: Final = {"queue": 200, "match": 150}  # milliseconds, 95 of 100
# Made by the database itself: a million people would else take a quarter of an hour.
NAMED: Final = "'P-' || lpad(n::text, 8, '0')"
EVERYBODY: Final = "generate_series(0, CAST(:count AS integer) - 1) AS n"
POOLED: Final = (
    "CREATE TEMP TABLE pool ON COMMIT DROP AS SELECT row_number() OVER (ORDER BY person) - 1 AS n,"
    " digest, profile::jsonb AS profile FROM profile_version WHERE current"
)
ENROLLED: Final = (
    "INSERT INTO participant (pseudonym, community, external_id, created_at)"  # noqa: S608 - of ours
    f" SELECT {NAMED}, :community, {NAMED}, :at FROM {EVERYBODY}"
)
KNOWN: Final = (
    "INSERT INTO profile_version (person, number, current, digest, profile, recorded_at)"  # noqa: S608 - of ours
    f" SELECT {NAMED}, 1, true, digest, jsonb_set(profile, '{{person}}', to_jsonb({NAMED}))::json,"
    f" :at FROM (SELECT n, n % :size AS place FROM {EVERYBODY}) AS people"
    " JOIN (SELECT n AS place, digest, profile FROM pool) AS pool USING (place)"
)
AGREED: Final = (
    "INSERT INTO consent_state (person, purpose, channel, scope, type, sequence, occurred_at)"  # noqa: S608 - of ours
    f" SELECT {NAMED}, :purpose, :channel, :scope, :yes, 1, :at FROM {EVERYBODY}"
)
QUICK: Final = Cost(passes=1, memory=8, lanes=1)


def run(folder: Path, count: int = PEOPLE, matches: int = MATCHES) -> None:
    """Print how long each kind of page takes, and what memory the server has."""
    with server() as url:
        engine = connect(url)
        upgrade(engine)
        begin = time.perf_counter()
        fill(engine, start().lexicon, folder, count, matches)
        _say_what_is_there(engine, time.perf_counter() - begin)
        engine.dispose()
        with pages(url, folder) as (base, process):
            press(USERS, base, COORDINATORS, WARM_UP)
            _print(press(USERS, base, COORDINATORS, SECONDS))
            each = memory(process.pid)
            most = max(each.values())
            print(f"memory: {sum(each.values()):,.0f} MB in all, a worker at most {most:,.0f} MB")


# ---------------------------------------------------------------- the database
def fill(engine: Engine, lexicon: Lexicon, folder: Path, count: int, matches: int) -> list[Profile]:
    """The demonstration's trials, so many people, so many matches, and a coordinator.

    Gives the profiles of the pool: person n has that of n modulo its size.
    """
    import_trials(engine, lexicon, demo_trials(), actor="bench")
    pool = _pool(engine, lexicon, folder)
    _enrol(engine, len(pool), count)
    _match(engine, lexicon, pool, count, matches)
    add_account(
        engine,
        email=COORDINATOR,
        role=Role.COORDINATOR,
        password=PASSWORD,
        actor="bench",
        cost=QUICK,
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return pool


def _name(number: int) -> str:
    return f"P-{number:08d}"  # as NAMED says


def _pool(engine: Engine, lexicon: Lexicon, folder: Path) -> list[Profile]:
    """The demonstration's people as they come in by an import."""
    records = (Record(str(person["id"]), person) for person in demo_people(POOL))
    secrets = read_secrets(Settings(data_folder=folder))
    of = Import(COMMUNITY, "bench")
    import_people(engine, lexicon, records, of=of, secrets=secrets)
    with reading(engine) as session:
        return [profile for _, _, profile in store.current(session, None)]


def _enrol(engine: Engine, size: int, count: int) -> None:
    """People who agreed to be matched and written to, each with the profile of one of the pool."""
    yes = {"yes": EventType.GRANTED.value, "at": now(), "community": COMMUNITY, "count": count}
    with engine.begin() as connection:
        connection.execute(text(POOLED))
        connection.execute(text(ENROLLED), yes)
        connection.execute(text(KNOWN), yes | {"size": size})
        for choice in (Choice(Purpose.MATCHING), Choice(Purpose.CONTACT, Channel.EMAIL)):
            connection.execute(text(AGREED), yes | columns_of(choice))


def _match(
    engine: Engine, lexicon: Lexicon, pool: Sequence[Profile], count: int, matches: int
) -> None:
    """As many matches as wanted, the same number with each trial where it has so many."""
    numbered = [replace(profile, person=str(n)) for n, profile in enumerate(pool)]
    matcher = Matcher(build(numbered, lexicon), lexicon, today())
    with reading(engine) as session:
        versions = list(trials.current(session))
    for version in versions:
        judged = [each for each in matcher.judgements(version.eligibility) if each.candidate]
        people_of = islice(everybody(judged, len(pool), count), matches // len(versions))
        found = list(people_of)
        known = {each.person: 1 for each in found}
        homes = {each.person: pool[int(each.person[2:]) % len(pool)].home for each in found}
        some = found[: round(len(found) * REMATCHED)]
        for batch in ([_unknown(each) for each in some], found):
            with unit_of_work(engine) as session:
                stands = standing(session, version.trial, None)
                write(session, version, batch, known, homes, stands=stands)


def everybody(judged: Sequence[Judgement], size: int, count: int) -> Iterator[Judgement]:
    """Everybody who is like those of the pool who were judged."""
    for start_at in range(0, count, size):
        for each in judged:
            number = start_at + int(each.person)
            if number < count:
                yield replace(each, person=_name(number))


def _unknown(judged: Judgement) -> Judgement:
    """As if nothing had been known yet."""
    return replace(judged, truths=(Truth.UNKNOWN,) * len(judged.truths))


def _say_what_is_there(engine: Engine, took: float) -> None:
    print(f"filled in {took:.0f} s", flush=True)
    with engine.connect() as connection:
        for table in ("participant", "profile_version", "consent_state", "match"):
            rows = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - of ours
            print(f"{table:16} {rows:>11,} rows")
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        print(f"database {size / (1 << 20):,.0f} MB", flush=True)


# ---------------------------------------------------------------- the figures
def _print(figures: Sequence[dict[str, Any]]) -> None:
    whole: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in figures:
        kind = "queue" if each["name"].startswith("queue") else each["name"]
        whole[f"{kind} in all" if kind == "queue" else kind].append(each)
        if kind == "queue":
            whole[each["name"]].append(each)
    spent = max(each["last_request_timestamp"] for each in figures) - min(
        each["start_time"] for each in figures
    )
    asked = sum(each["num_requests"] for each in figures)
    print(f"{asked:,} requests in {spent:.0f} s, {asked / spent:.1f} a second, {WORKERS} workers")
    print(f"{'page':22}{'requests':>9}{'failed':>8}{'p50':>7}{'p95':>7}{'p99':>7}  ms")
    for name in sorted(whole):
        took = taken(whole[name])
        failed = sum(each["num_failures"] for each in whole[name])
        ends = [took[min(len(took) - 1, int(len(took) * part))] for part in (0.5, 0.95, 0.99)]
        promised = PROMISED.get(name.split()[0]) if name in {"queue in all", "match"} else None
        said = f"  promised: 95 of 100 within {promised} ms" if promised else ""
        times = "".join(f"{each:7.0f}" for each in ends)
        print(f"{name:22}{len(took):>9,}{failed:>8,}{times}{said}", flush=True)


def main() -> None:
    """Print machine and figures."""
    print(machine())
    numbers = [int(each) for each in sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as folder:
        run(Path(folder), *numbers)


if __name__ == "__main__":
    main()
