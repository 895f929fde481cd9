"""Counting: how long a sponsor waits for the live count after a change, with a million people.

Run with `python -m bench counting`, or `python -m bench.counting 50000` for fewer. The people are
the demonstration's, read as an import reads them: some thousands of lives, each standing for many
people who differ in age, sex and home, so that making a million takes minutes and not hours. They
are stored as an import stores them, read into the population's file, and counted for a posting of
twenty criteria, of which one is changed before each count. What is timed is all that the page
asks for: the newest population, who has withdrawn since, the sets, the answers and the audit row,
on SQLite and on a private PostgreSQL of this machine.
"""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from sqlalchemy import Engine, text

from recruit.actions import populating, population
from recruit.actions.population import Crowd
from recruit.actions.posting.feasibility import Asker, waterfall
from recruit.actions.posting.prospect import prospect
from recruit.bootstrap import start
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.entry import Actor, Role
from recruit.consent.state import EventType, columns_of
from recruit.consent.tables import STATE
from recruit.core.bulk import insert_all
from recruit.core.clock import now, today
from recruit.core.dates import PartialDate
from recruit.core.db import connect, unit_of_work, upgrade
from recruit.core.files import Record
from recruit.criteria.nodes import Age, Measure, Rule
from recruit.demo.people import people as demo_people
from recruit.people import store
from recruit.people.codec import encode
from recruit.people.facts import Home, Profile
from recruit.people.intake.reading import Intake
from recruit.people.intake.records import read_people
from recruit.people.places import centre
from recruit.people.places.postcodes import TABLE
from recruit.people.tables import PARTICIPANT, VERSION
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import SiteDraft, TrialDraft, TrialStatus
from recruit.trials.posting import store as postings
from recruit.trials.posting.content import Content
from recruit.trials.posting.reading import begun
from recruit.trials.posting.store import Posting, new_id
from tests.postgres import Cluster

PEOPLE: Final = 1_000_000
LIVES: Final = 5_000
FACTS: Final = 8
CHANGES: Final = 200
BATCH: Final = 5_000
SEED: Final = 2026
KEY: Final = b"the key of a measurement"
WITHDRAWN: Final = 500
YESTERDAY: Final = now() - timedelta(days=1)

TRIAL: Final = TrialDraft(
    id="BENCH-1",
    title="A weekly tablet for type 2 diabetes",
    criteria="Inclusion Criteria:\n\n"
    "* Age 18 to 75 years\n"
    "* Type 2 diabetes mellitus\n"
    "* HbA1c between 6.0 % and 11.0 %\n"
    "* Body mass index of at most 45 kg/m2\n"
    "* Able to walk 400 m\n"
    "* Treated with metformin\n"
    "* Speaks French\n"
    "* Keeps a diary of every breakfast\n\n"
    "Exclusion Criteria:\n\n"
    "* Pregnant or breastfeeding\n"
    "* Myocardial infarction within 6 months\n"
    "* Type 1 diabetes\n"
    "* eGFR below 30 ml/min/1.73 m2\n"
    "* Active cancer\n"
    "* Heart failure\n"
    "* Treated with insulin\n"
    "* Chronic kidney disease\n"
    "* Asthma\n"
    "* Stroke within the last 12 months\n"
    "* Current smoker\n"
    "* Systolic blood pressure above 180 mmHg",
    conditions=("Type 2 Diabetes",),
    status=TrialStatus.RECRUITING,
    sites=(
        SiteDraft("A", "Paris", "75012", "FR", 48.84, 2.39),
        SiteDraft("B", "Lyon", "69003", "FR", 45.76, 4.86),
        SiteDraft("C", "Lille", "59000", "FR", 50.63, 3.07),
    ),
)


def run(folder: Path, count: int = PEOPLE) -> None:
    """Print how long it takes to build, to open and to count."""
    lexicon = start().lexicon
    lives = _lives(lexicon)
    print(f"{len(lives):,} lives of {sum(len(p.facts) for p in lives) / len(lives):.1f} facts")
    sqlite = connect(f"sqlite:///{folder / 'counting.db'}")
    upgrade(sqlite)
    begin = time.perf_counter()
    _store(sqlite, _people(lives, count), whole=True)
    print(f"{count:,} people stored in {time.perf_counter() - begin:.0f} s", flush=True)
    _build(sqlite, folder, lexicon)
    _count("SQLite", sqlite, folder, lexicon)
    sqlite.dispose()
    with tempfile.TemporaryDirectory(prefix="recruit-counting-") as place:
        cluster = Cluster(Path(place))
        cluster.start()
        try:
            server = connect(cluster.new_database())
            upgrade(server)
            _store(server, _people(lives, count), whole=False)
            with server.connect() as connection:
                connection.execute(text("ANALYZE"))
            # Neither ledger had an event, so that the file is of this database, too; without the
            # people themselves it is not to be built anew.
            vars(population)["SMALL"] = -1
            _count("PostgreSQL", server, folder, lexicon)
            server.dispose()
        finally:
            cluster.stop()


def _build(engine: Engine, folder: Path, lexicon: Lexicon) -> None:
    before = _memory()
    begin = time.perf_counter()
    size = populating.build(engine, lexicon, KEY, folder)
    took = time.perf_counter() - begin
    file = populating.file(folder).stat().st_size >> 20
    print(f"built from {size:,} in {took:.0f} s: {file:,} MB of file", flush=True)
    print(f"memory at most {_memory():,} MB, {before:,} MB before")
    begin = time.perf_counter()
    population.open_file(folder, lexicon, today())
    print(f"opened in {1000 * (time.perf_counter() - begin):.0f} ms")


def _count(name: str, engine: Engine, folder: Path, lexicon: Lexicon) -> None:
    print(f"\n{name}", flush=True)
    _withdraw(engine)
    crowd, asker = Crowd(folder, KEY), Asker(1, "account 1")
    chance = random.Random(SEED)  # noqa: S311 - which bound moves
    content = begun(TRIAL, lexicon)
    print(f"{len(content.criteria)} criteria")
    with unit_of_work(engine) as session:
        posting = postings.begin(
            session, new_id(), content, organisation=None, author="a measurement"
        )
    begin = time.perf_counter()
    waterfall(engine, lexicon, crowd, posting, asker)
    print(f"first count {1000 * (time.perf_counter() - begin):.0f} ms")
    taken, refused = [], 0
    for _ in range(CHANGES):
        posting = _changed(posting, chance)
        begin = time.perf_counter()
        found = waterfall(engine, lexicon, crowd, posting, asker)
        taken.append(1000 * (time.perf_counter() - begin))
        refused += found is None or None in found.answers
    p50, p95, most = np.percentile(taken, [50, 95, 100])
    print(f"{CHANGES} changes: p50 {p50:.0f} ms, p95 {p95:.0f} ms, at most {most:.0f} ms")
    print(f"counts in which something was refused: {refused} of {CHANGES}")
    begin = time.perf_counter()
    prospect(engine, lexicon, crowd, posting, Asker(2, "account 2"))
    print(f"the whole page {1000 * (time.perf_counter() - begin):.0f} ms")
    print(f"memory at most {_memory():,} MB, the mapped file with it", flush=True)


def _changed(posting: Posting, chance: random.Random) -> Posting:
    """The posting with one rule moved: another bound, or another criterion left out."""
    criteria = list(posting.content.criteria)
    place = chance.randrange(len(criteria))
    each = criteria[place]
    criteria[place] = replace(
        each, criterion=replace(each.criterion, rule=_moved(each.criterion.rule, chance))
    )
    if criteria == list(posting.content.criteria):  # nothing in it can move: it moves itself
        criteria.insert(chance.randrange(len(criteria)), criteria.pop(place))
    content = Content(posting.content.draft, tuple(criteria))
    return replace(posting, newest=replace(posting.newest, content=content))


def _moved(rule: Rule, chance: random.Random) -> Rule:
    match rule:
        case Age():
            return replace(rule, min=float(chance.randint(18, 40)), max=chance.randint(60, 95))
        case Measure(min=least, max=most):
            by = chance.uniform(0.8, 1.2)
            return replace(rule, min=least and least * by, max=most and most * by)
        case _:
            return rule


def _lives(lexicon: Lexicon) -> list[Profile]:
    found = []
    for number, told in enumerate(demo_people(LIVES, SEED)):
        read = read_people(Record(f"{number}", told), lexicon, today())
        found += [one.profile for one in read if isinstance(one, Intake)]
    chance = random.Random(SEED)  # noqa: S311 - which facts are kept
    return [
        replace(one, facts=tuple(chance.sample(one.facts, min(FACTS, len(one.facts)))))
        for one in found
    ]


def _name(number: int) -> str:
    return f"P-{number:08}"


def _people(lives: list[Profile], count: int) -> Iterator[Profile]:
    """`count` people: a life each, at another age and in another place."""
    chance = random.Random(SEED)  # noqa: S311 - invented people, no secret
    codes = [line.split(",")[0] for line in TABLE.read_text("utf-8").splitlines()[1:]]
    homes = []
    for code in codes:
        found = centre("FR", code)
        homes.append(Home("FR", code, *(found or (None, None))))
    for number in range(count):
        life = lives[number % len(lives)]
        born = today() - timedelta(days=chance.randint(18 * 366, 90 * 365))
        yield replace(
            life,
            person=_name(number),
            born=PartialDate.parse(f"{born.year}"),
            sex=chance.choice(("female", "male")),
            home=chance.choice(homes),
        )


def _store(engine: Engine, people: Iterator[Profile], *, whole: bool) -> None:
    """Consents, and where `whole` the people themselves, as rows: no ledger of a million events."""
    with unit_of_work(engine) as session:
        store.know_community(session, "bench")
    while batch := list(islice(people, BATCH)):
        names = [one.person for one in batch]
        with unit_of_work(engine) as session:
            insert_all(session, STATE, [_consent(name) for name in names])
            if whole:
                insert_all(session, PARTICIPANT, [_participant(name) for name in names])
                insert_all(session, VERSION, [_version(one) for one in batch])


def _consent(name: str) -> dict[str, object]:
    return {
        "person": name,
        **columns_of(Choice(Purpose.MATCHING)),
        "type": EventType.GRANTED.value,
        "sequence": 0,
        "occurred_at": YESTERDAY,
        "valid_until": None,
    }


def _participant(name: str) -> dict[str, object]:
    return {
        "pseudonym": name,
        "community": "bench",
        "external_id": name,
        "created_at": YESTERDAY,
        "erased_at": None,
    }


def _version(one: Profile) -> dict[str, object]:
    return {
        "person": one.person,
        "number": 1,
        "current": True,
        "digest": "0" * 64,
        "profile": encode(one),
        "recorded_at": YESTERDAY,
    }


def _withdraw(engine: Engine) -> None:
    """Some people take back their consent after the build: they are left out of each count."""
    who = Actor("bench", Role.COMMUNITY)
    with unit_of_work(engine) as session:
        for number in range(WITHDRAWN):
            ledger.withdraw(session, _name(number), Choice(Purpose.MATCHING), who, "a measurement")


def _memory() -> int:
    """The most memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="recruit-bench-") as place:
        run(Path(place), int(sys.argv[1]))
