"""Two schedulers and eight workers, of whom any may die: each study has its round, and one only."""

from dataclasses import replace
from pathlib import Path

import time_machine
from sqlalchemy import Engine, func, select

from recruit.actions.outreach.round_table import ROUND
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.core.db import reading
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import State
from recruit.terminology.lexicon import Lexicon
from tests.faults.checker import check
from tests.faults.processes import Crew, crew, left, sink
from tests.faults.workers import Mishap, Orders, clock, eventually, tick
from tests.faults.world import crowd, match_all, queue_all
from tests.outreach import OFFICE_HOURS, REACHABLE, Study, study

STUDIES = 6
APPROVED, FIRST_ROUND = 60, 50
SCHEDULERS, WORKERS = 2, 8
SHORT = 2.0  # seconds of a lease


def approved(engine: Engine, lexicon: Lexicon) -> list[Study]:
    """Studies with people of their own, each approved for an invitation and in no round yet."""
    studies = []
    for number in range(STUDIES):
        here = study(engine, lexicon, replace(REACHABLE, id=f"NCT0000000{number}", target=None))
        persons = crowd(engine, APPROVED, f"s{number}-")
        match_all(engine, here, persons)
        queue_all(engine, here, persons, State.APPROVED)
        studies.append(here)
    return studies


def gone(staff: Crew) -> bool:
    """Whether all of them have died."""
    staff.bury()
    return not staff.living


def rounds(engine: Engine) -> dict[str, list[int]]:
    """How many people each study asked in each of its rounds."""
    with reading(engine) as session:
        found: dict[str, list[int]] = {}
        for row in session.execute(select(ROUND).order_by(ROUND.c.trial, ROUND.c.number)):
            found.setdefault(row.trial, []).append(row.size)
        return found


def in_rounds(engine: Engine) -> int:
    """How many messages belong to a round."""
    with reading(engine) as session:
        query = select(func.count()).where(OUTBOX.c.round.is_not(None))
        return session.execute(query).scalar_one()


def begun(engine: Engine) -> int:
    """How many rounds the audit trail knows."""
    with reading(engine) as session:
        query = select(func.count()).where(AUDIT.c.tag == Tag.ROUND_BEGUN.value)
        return session.execute(query).scalar_one()


def test_whoever_dies_each_study_has_one_round_and_each_message_arrives_once(
    postgres_engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    url = postgres_engine.url.render_as_string(hide_password=False)
    with time_machine.travel(OFFICE_HOURS), sink(tmp_path) as there:
        started = clock()
        studies = approved(postgres_engine, lexicon)
        orders = Orders(url, there.port, "w", lease=SHORT, started=started)
        with crew(orders) as staff, crew(orders, duty=tick) as schedulers:
            # Those who would begin the rounds die around the commit that begins them.
            for when in ("before", "after"):
                schedulers.hire(Mishap(1, when))
                schedulers.hire(Mishap(1, when))
                staff.hire(Mishap(staff.random.randint(2, 20), when))
                assert eventually(lambda: gone(schedulers), within=60)
            for _ in range(SCHEDULERS):
                schedulers.hire()
            while len(staff.living) < WORKERS:
                staff.hire(Mishap(staff.random.randint(2, 60), "after"))
            assert eventually(lambda: len(rounds(postgres_engine)) == STUDIES, within=60)
            staff.hire()
            assert eventually(lambda: left(postgres_engine) == 0, within=300)
            staff.bury()
            findings = check(
                url,
                there.file,
                committed=STUDIES * APPROVED,
                kills=staff.kills + schedulers.kills,
                workers=WORKERS,
            )
    assert schedulers.kills == 2 * SCHEDULERS
    assert findings.broken == []
    assert rounds(postgres_engine) == {each.trial: [FIRST_ROUND] for each in studies}
    assert in_rounds(postgres_engine) == STUDIES * FIRST_ROUND
    assert begun(postgres_engine) == STUDIES
    assert findings.states["accepted"] + findings.unknown == STUDIES * FIRST_ROUND
