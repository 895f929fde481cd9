"""P2, P3 and P6: whatever worker is killed, and wherever, each message arrives once and is counted.

The few kills here keep every run of the suite honest; `make test-faults` does it 500 times.
"""

import os
import signal
from pathlib import Path
from random import Random

import pytest
import time_machine
from sqlalchemy import Engine

from recruit.notify.worker import LONGEST_PAUSE
from recruit.terminology.lexicon import Lexicon
from tests.faults.checker import Findings, check
from tests.faults.processes import Crew, Sink, crew, left, sink
from tests.faults.workers import COMMITS, Mishap, Orders, clock, eventually
from tests.faults.world import crowd, match_all, queue_all
from tests.outreach import OFFICE_HOURS, Study, study

IN_EARNEST = "RECRUIT_TEST_KILLS" in os.environ
KILLS = int(os.environ.get("RECRUIT_TEST_KILLS", "16"))
WORKERS = 8
PORTION = 800 if IN_EARNEST else 240
"""Messages that are there to be sent, and so many more whenever they run out."""
SHORT = 2.0
"""Seconds of a lease in these tests: with the true one, they would mostly wait."""
LEASE = None if IN_EARNEST else SHORT
PAUSE = LONGEST_PAUSE if IN_EARNEST else 1
ASLEEP = 60.0 if IN_EARNEST else 3 * SHORT
"""Seconds: longer than any lease."""


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def prepared(engine: Engine, lexicon: Lexicon, messages: int) -> Study:
    here = study(engine, lexicon)
    waiting(engine, here, messages)
    return here


def waiting(engine: Engine, here: Study, messages: int, name: str = "p") -> None:
    persons = crowd(engine, messages, name)
    match_all(engine, here, persons)
    queue_all(engine, here, persons)


def plan(random: Random) -> Mishap:
    """Some die at a commit, before it or after it, of one of their first messages."""
    return Mishap(random.randint(1, 5 * COMMITS), random.choice(("before", "after")))


def survived(
    engine: Engine, there: Sink, staff: Crew, committed: int, given_up: int = 0
) -> Findings:
    """`given_up` workers were taken for dead while they stood still."""
    ended = eventually(lambda: left(engine) == 0, within=300)
    staff.bury()
    kills = staff.kills + given_up
    found = check(url_of(engine), there.file, committed=committed, kills=kills, workers=WORKERS)
    assert ended, found
    return found


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("commit", range(1, COMMITS + 1))
def test_a_worker_killed_at_a_commit_loses_and_repeats_nothing(
    engine: Engine, lexicon: Lexicon, tmp_path: Path, commit: int, when: str
) -> None:
    with time_machine.travel(OFFICE_HOURS), sink(tmp_path) as there:
        started = clock()
        prepared(engine, lexicon, 3)
        orders = Orders(url_of(engine), there.port, "w", lease=SHORT, started=started)
        with crew(orders) as staff:
            staff.hire(Mishap(commit + 1, when))  # type: ignore[arg-type]  # tidying is the first
            assert eventually(lambda: staff.bury() == 1, within=30)
            staff.hire()
            findings = survived(engine, there, staff, 3)
    assert findings.broken == []
    assert findings.states["accepted"] + findings.unknown == 3


def test_workers_killed_at_random_lose_and_repeat_nothing(
    postgres_engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    committed = PORTION
    with time_machine.travel(OFFICE_HOURS), sink(tmp_path) as there:
        started = clock()
        here = prepared(postgres_engine, lexicon, PORTION)
        orders = Orders(url_of(postgres_engine), there.port, "w", lease=SHORT, started=started)
        with crew(orders) as staff:
            while staff.kills < KILLS:
                if left(postgres_engine) < PORTION / 4:  # nobody runs out before the last kill
                    waiting(postgres_engine, here, PORTION, name=f"more{committed}-")
                    committed += PORTION
                while len(staff.living) < WORKERS:
                    staff.hire(plan(staff.random) if staff.random.random() < 0.7 else None)
                if staff.random.random() < 0.3:
                    staff.random.choice(staff.living).kill()
                eventually(lambda: staff.bury() > 0, within=0.3, every=0.02)
            staff.dismiss()
            for _ in range(WORKERS):
                staff.hire()
            findings = survived(postgres_engine, there, staff, committed)
    print(f"P2, P3: {staff.kills} kills, {findings}")  # noqa: T201 - the figure of a long run
    assert findings.broken == []
    assert staff.kills >= KILLS


def test_one_that_slept_through_its_lease_sends_nothing(
    postgres_engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    """SIGSTOP at every commit, and SIGCONT when somebody else has done it; a minute in earnest."""
    with time_machine.travel(OFFICE_HOURS), sink(tmp_path) as there:
        started = clock()
        prepared(postgres_engine, lexicon, 8)
        url = url_of(postgres_engine)
        orders = Orders(url, there.port, "w", LEASE, PAUSE, at_once=1, started=started)
        with crew(orders) as staff:
            asleep = [
                staff.hire(Mishap(commit + 1, when, signal.SIGSTOP))
                for commit in range(1, COMMITS + 1)
                for when in ("before", "after")
            ]
            began = clock()
            staff.hire()
            assert eventually(lambda: left(postgres_engine) == 0, within=60)
            eventually(lambda: False, within=ASLEEP - (clock() - began))
            for each in asleep:
                assert each.pid is not None
                os.kill(each.pid, signal.SIGCONT)
            eventually(lambda: False, within=3)
            findings = survived(postgres_engine, there, staff, 8, given_up=len(asleep))
    assert findings.broken == []
    assert findings.states["accepted"] + findings.unknown == 8


def test_work_goes_on_within_a_minute_of_a_kill(
    postgres_engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    """P6: a worker dies with the message open, another sends it; in earnest by the true lease."""
    with time_machine.travel(OFFICE_HOURS), sink(tmp_path) as there:
        started = clock()
        prepared(postgres_engine, lexicon, 1)
        orders = Orders(url_of(postgres_engine), there.port, "w", LEASE, started=started)
        with crew(orders) as staff:
            staff.hire(Mishap(3, "after"))
            assert eventually(lambda: staff.bury() == 1, within=30)
            killed = clock()
            staff.hire()
            assert eventually(lambda: left(postgres_engine) == 0, within=60)
            took = clock() - killed
            findings = survived(postgres_engine, there, staff, 1)
    print(f"P6: work went on {took:.0f} s after the kill")  # noqa: T201 - a figure
    assert findings.broken == []
    assert findings.states["accepted"] == 1
