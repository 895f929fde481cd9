"""Web servers and workers are replaced while people visit and messages go out: nobody notices."""

import signal
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Engine, func, select

from recruit.core.db import reading
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import UNDER_WAY, State
from recruit.terminology.lexicon import Lexicon
from tests.faults.checker import check, received
from tests.faults.processes import Sink, left, sink
from tests.faults.requesting import Visitors
from tests.faults.servers import PATIENCE, SERVES, WORKS, await_said, end, ended, serve, work
from tests.faults.servers import place as at_place
from tests.faults.workers import eventually
from tests.faults.world import crowd, match_all, queue_all, where_it_is_day
from tests.outreach import study

MESSAGES = 1000
"""So many that a worker is still busy with them when another has come."""
FEW = 300
SOME = 40
"""So many have left when somebody is told to end, and many more wait."""


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def queued(engine: Engine, lexicon: Lexicon, messages: int) -> None:
    here = study(engine, lexicon)
    persons = crowd(engine, messages, home=where_it_is_day())
    match_all(engine, here, persons)
    queue_all(engine, here, persons)


def standing(engine: Engine, *states: State) -> int:
    with reading(engine) as session:
        these = OUTBOX.c.state.in_([each.value for each in states])
        return session.scalar(select(func.count()).where(these)) or 0


def some_have_left(engine: Engine, more: int = SOME) -> bool:
    """Waits until that many more messages have been taken."""
    before = standing(engine, State.ACCEPTED)
    return eventually(lambda: standing(engine, State.ACCEPTED) >= before + more, within=PATIENCE)


def mailing(there: Sink) -> str:
    return f"smtp://127.0.0.1:{there.port}?from=study@example.org"


def test_a_worker_that_is_told_to_end_finishes_its_message_and_gives_back_the_others(
    postgres_engine: Engine, lexicon: Lexicon, data_folder: Path, tmp_path: Path
) -> None:
    queued(postgres_engine, lexicon, FEW)
    url = url_of(postgres_engine)
    with sink(tmp_path) as there:
        here = at_place(url, data_folder, tmp_path, smtp_url=mailing(there))
        process = work(here)
        with ended(here, process):
            await_said(here, WORKS)
            assert some_have_left(postgres_engine), here.log.read_text()
            assert end(process) == 0
        arrived = received(there.file)
    assert standing(postgres_engine, *UNDER_WAY) == 0
    assert standing(postgres_engine, State.ACCEPTED) == len(arrived)
    assert left(postgres_engine) == FEW - len(arrived) > 0
    assert check(url, there.file, committed=FEW).broken == []


def test_nobody_notices_when_everything_is_replaced(
    postgres_engine: Engine, lexicon: Lexicon, data_folder: Path, tmp_path: Path
) -> None:
    queued(postgres_engine, lexicon, MESSAGES)
    url = url_of(postgres_engine)
    with sink(tmp_path) as there:
        here = at_place(url, data_folder, tmp_path, smtp_url=mailing(there))
        old_pages, old_worker = serve(here), work(here)
        with ended(here, old_pages, old_worker), ExitStack() as afterwards:
            await_said(here, SERVES, times=2)
            await_said(here, WORKS)
            with Visitors(here.port) as visitors:
                assert some_have_left(postgres_engine), here.log.read_text()
                old_pages.send_signal(signal.SIGUSR2)
                new_worker = work(here)
                afterwards.callback(new_worker.kill)
                await_said(here, WORKS, times=2)
                assert left(postgres_engine) > 0
                assert end(old_worker) == 0
                assert old_pages.wait(PATIENCE) == 0
                await_said(here, SERVES, times=4)
            assert eventually(lambda: left(postgres_engine) == 0, within=PATIENCE)
            assert end(new_worker) == 0
            assert here.ask("/readyz") == (200, "ready\n")
    findings = check(url, there.file, committed=MESSAGES)
    print(f"restart: {dict(visitors.statuses)}, {visitors.again} asked again; {findings}")  # noqa: T201 - the figure
    assert visitors.failed == []
    assert set(visitors.statuses) == {200}
    assert findings.broken == []
    assert findings.states == {"accepted": MESSAGES}
