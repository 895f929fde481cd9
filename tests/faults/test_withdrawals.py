"""P1 and P4: nothing is completed after a withdrawal's 200, and one withdrawal stops everything.

The few races here keep every run of the suite honest; `make test-faults` runs 10,000 of them.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from time import sleep

import time_machine
from sqlalchemy import Engine, func, select, update

from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import State
from recruit.terminology.lexicon import Lexicon
from tests.faults.checker import check
from tests.faults.pages import Answer, one_click, pages
from tests.faults.processes import crew, left, sink
from tests.faults.workers import Orders, clock, eventually
from tests.faults.world import crowd, match_all, queue_all
from tests.outreach import OFFICE_HOURS, study

RACES = int(os.environ.get("RECRUIT_TEST_RACES", "80"))
WORKERS = 4
CLICKING = 8
"""People who click at the same time."""
AROUND = 0.3
"""Seconds: so far a click and its message's moment mostly lie apart at most."""
FAR = (1, 1, 1, 1, 10)
"""Some lie farther apart: on a busy machine a message needs seconds to leave."""


def test_nothing_is_completed_after_a_withdrawals_200(
    postgres_engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    """Each person's message is being sent while they withdraw, at a moment nobody chose."""
    url = postgres_engine.url.render_as_string(hide_password=False)
    with time_machine.travel(OFFICE_HOURS), sink(tmp_path) as there:
        started = clock()
        here = study(postgres_engine, lexicon)
        persons = crowd(postgres_engine, RACES)
        match_all(postgres_engine, here, persons)
        tokens = queue_all(postgres_engine, here, persons)
        put_off(postgres_engine)
        orders = Orders(url, there.port, "w", started=started)
        with pages(url, tmp_path, started) as port, crew(orders) as staff:
            for _ in range(WORKERS):
                staff.hire()
            answers = raced(postgres_engine, port, tokens)
            assert eventually(lambda: left(postgres_engine) == 0, within=300)
            findings = check(
                url,
                there.file,
                committed=RACES,
                workers=WORKERS,
                withdrawn={person: each.at for person, each in answers.items()},
            )
    took = sorted(each.took for each in answers.values())
    middle, slow = took[len(took) // 2], took[len(took) * 99 // 100]
    print(f"P1: {len(took)} races, {findings}; answered in {middle:.3f} s, p99 {slow:.3f} s")  # noqa: T201 - the figure of a long run
    assert {each.status for each in answers.values()} == {200}
    assert findings.broken == []
    assert both_sides_won(postgres_engine)


def put_off(engine: Engine) -> None:
    """No message is due yet: each becomes so when its person is about to withdraw."""
    with unit_of_work(engine) as session:
        session.execute(update(OUTBOX).values(due_at=now() + timedelta(days=1)))


def raced(engine: Engine, port: int, tokens: dict[str, str]) -> dict[str, Answer]:
    """Everybody withdraws, a little before or after their message becomes due."""
    random = Random(2026)  # noqa: S311 - a moment nobody has to guess
    ahead = {person: random.uniform(-AROUND, AROUND) * random.choice(FAR) for person in tokens}

    def race(person: str) -> tuple[str, Answer]:
        with ThreadPoolExecutor(1) as other_side:
            due = other_side.submit(become_due, engine, person, max(ahead[person], 0))
            sleep(max(-ahead[person], 0))
            answer = one_click(port, tokens[person])
            due.result()
        return person, answer

    with ThreadPoolExecutor(CLICKING) as people:
        return dict(people.map(race, tokens))


def become_due(engine: Engine, person: str, after: float) -> None:
    """The message of a person is due so many seconds from now, unless it was stopped meanwhile."""
    sleep(after)
    its_own = (OUTBOX.c.person == person) & (OUTBOX.c.state == State.QUEUED)
    with unit_of_work(engine) as session:
        session.execute(update(OUTBOX).where(its_own).values(due_at=now()))


def both_sides_won(engine: Engine) -> bool:
    """Whether some messages were sent and some stopped: else nobody raced."""
    with reading(engine) as session:
        states = set(session.scalars(select(OUTBOX.c.state)))
    return State.ACCEPTED in states and State.CANCELLED in states


def test_a_withdrawal_stops_what_waits_about_every_trial(
    postgres_engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    url = postgres_engine.url.render_as_string(hide_password=False)
    with time_machine.travel(OFFICE_HOURS):
        started = clock()
        here = study(postgres_engine, lexicon)
        [person] = crowd(postgres_engine, 1)
        tokens = queue_all(postgres_engine, here, [person])
        with pages(url, tmp_path, started) as port:
            first, second = (one_click(port, tokens[person]) for _ in range(2))
    assert (first.status, second.status) == (200, 200)
    with reading(postgres_engine) as session:
        query = select(OUTBOX.c.state, func.count()).group_by(OUTBOX.c.state)
        assert session.execute(query).all() == [(State.CANCELLED, 1)]
