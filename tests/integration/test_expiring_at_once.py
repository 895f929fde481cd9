"""Who writes down the consents that have run out holds everybody: one by one makes a circle."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, text

from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.projection import project
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.locks import hold_people
from tests.faults.workers import eventually
from tests.outreach import OWN, agreement

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def two(postgres_engine: Engine) -> list[str]:
    """Two people, in the order of the ledger; whoever holds both takes the other one first."""
    people = [f"P-{number}" for number in range(10, 20)]
    with reading(postgres_engine) as session:
        numbers = {each: session.scalar(select(func.hashtext(each))) for each in people}
    return sorted([min(people[1:], key=lambda each: numbers[each] or 0), people[0]])


def test_consents_run_out_while_somebody_sends(
    postgres_engine: Engine, two: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    yes = replace(agreement(Choice(Purpose.MATCHING)), valid_until=now() - timedelta(hours=1))
    with unit_of_work(postgres_engine) as session:
        ledger.grant(session, [(person, yes) for person in two], OWN)
    theirs = list[Future[None]]()

    def send() -> None:
        with unit_of_work(postgres_engine) as session:
            hold_people(session, two)

    def project_and_wait(*done: object) -> None:
        """After the first of them somebody begins to send to both, and waits."""
        project(*done)  # type: ignore[arg-type]  # as it was called
        if not theirs:
            theirs.append(other.submit(send))
            with reading(postgres_engine) as watching:
                assert eventually(lambda: watching.scalar(WAITING) == 1, within=30)

    monkeypatch.setattr(ledger, "AT_ONCE", 1)
    monkeypatch.setattr(ledger, "project", project_and_wait)
    with ThreadPoolExecutor(1) as other:
        with unit_of_work(postgres_engine) as session:
            assert ledger.expire(session, now()) == len(two)
        theirs[0].result(30)
