"""Several matching runs over one database at the same time, as several workers make them."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import Engine, text
from sqlmodel import col, select

import recruit.actions.match_run
from recruit import jobs
from recruit.actions.match_table import MatchRow
from recruit.actions.matching import match_all
from recruit.actions.people import Import, import_people
from recruit.actions.trials import import_trials
from recruit.bootstrap import Recruit
from recruit.core import chain, metrics
from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.db import connect, reading, unit_of_work
from recruit.core.errors import DatabaseUnreachable, ToldToEnd
from recruit.core.files import Record
from recruit.core.locks import Job, alone_at
from recruit.core.paths import default_data_folder
from recruit.people import store as people
from recruit.terminology.lexicon import Lexicon
from tests.erasing import SECRETS, erase
from tests.functional.samples import person, trial

RUNS = 6
ON = date(2026, 11, 1)


def fill(engine: Engine, lexicon: Lexicon, trials: int, persons: int) -> None:
    studies = [Record(f"T-{number}", trial(f"T-{number}")) for number in range(trials)]
    import_trials(engine, lexicon, studies, actor="test")
    group = [Record(f"p{number}", person(f"p{number}")) for number in range(persons)]
    import_people(
        engine,
        lexicon,
        group,
        of=Import("carers", "test"),
        secrets=SECRETS,
    )


@pytest.fixture
def worker(postgres_engine: Engine) -> Iterator[Recruit]:
    url = postgres_engine.url.render_as_string(hide_password=False)
    running = Recruit(Settings(data_folder=default_data_folder(), database_url=url))
    yield running
    running.close()


def standing(engine: Engine) -> list[MatchRow]:
    with reading(engine) as session:
        query = select(MatchRow).where(col(MatchRow.superseded_at).is_(None))
        return list(session.scalars(query))


def test_runs_at_once_make_each_match_once(
    engine: Engine, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recruit.actions.match_run, "TRIALS_AT_ONCE", 5)
    fill(engine, lexicon, trials=40, persons=20)

    def run(_: int) -> int:
        own = connect(engine.url.render_as_string(hide_password=False))
        try:
            return match_all(own, lexicon, on=ON, actor="test").new
        finally:
            own.dispose()

    with ThreadPoolExecutor(RUNS) as pool:
        made = sum(pool.map(run, range(RUNS)))
    assert (made, len(standing(engine))) == (800, 800)


def test_an_erasure_waits_for_a_run_that_is_writing(engine: Engine, lexicon: Lexicon) -> None:
    fill(engine, lexicon, trials=1, persons=1)
    with reading(engine) as session:
        gone = people.pseudonym_of(session, "p0")

    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(engine) as session:
            chain.hold(session)
            session.add(
                MatchRow(
                    trial="T-0", trial_version=1, person=gone, profile_version=1, rules="",
                    verdict="eligible", score=1, truths=[], made_at=now(),
                )
            )  # fmt: skip
            session.flush()
            erasing = pool.submit(erase, engine, gone)
            time.sleep(0.5)
            assert not erasing.done()
        erasing.result()
    assert standing(engine) == []


def test_while_one_worker_matches_another_leaves_it_to_them(
    postgres_engine: Engine, lexicon: Lexicon, worker: Recruit
) -> None:
    fill(postgres_engine, lexicon, trials=1, persons=1)
    with alone_at(postgres_engine, Job.MATCHING) as first:
        assert first
        assert jobs.match(worker) is None
        assert standing(postgres_engine) == []
    assert str(jobs.match(worker)).startswith("1 trials, 1 people, 1 pairs judged")


def test_what_was_left_to_another_worker_counts_as_nothing(
    postgres_engine: Engine, worker: Recruit
) -> None:
    def ended() -> float:
        labels = {"task": "match", "outcome": "done"}
        return metrics.OWN.get_sample_value("recruit_job_seconds_count", labels) or 0

    before = ended()
    with alone_at(postgres_engine, Job.MATCHING):
        jobs.run(jobs.match, worker)
    assert ended() == before
    jobs.run(jobs.match, worker)
    assert ended() == before + 1


def test_whoever_dies_matching_lets_others_match(
    postgres_engine: Engine, lexicon: Lexicon, worker: Recruit
) -> None:
    fill(postgres_engine, lexicon, trials=1, persons=1)
    dying = connect(postgres_engine.url.render_as_string(hide_password=False))
    held = alone_at(dying, Job.MATCHING)
    assert held.__enter__()
    assert not jobs.match(worker)
    with postgres_engine.connect() as connection:
        query = "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'"
        assert connection.scalar(text(query))
    assert jobs.match(worker)
    with pytest.raises(DatabaseUnreachable):  # whoever comes back from the dead is told so
        held.__exit__(None, None, None)
    dying.dispose()


def test_a_worker_that_is_to_end_stops_matching_and_the_next_one_does_the_rest(
    postgres_engine: Engine, lexicon: Lexicon, worker: Recruit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recruit.actions.match_run, "TRIALS_AT_ONCE", 1)
    fill(postgres_engine, lexicon, trials=3, persons=2)
    worker.ending.set()
    with pytest.raises(ToldToEnd):
        jobs.match(worker)
    assert len(standing(postgres_engine)) == 2
    worker.ending.clear()
    assert "6 matches: 4 new, 2 kept" in str(jobs.match(worker))
