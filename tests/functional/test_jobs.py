"""What happens by the clock."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from recruit import jobs
from recruit.bootstrap import Recruit, start
from recruit.core import remains
from recruit.core.clock import today
from recruit.core.db import reading
from recruit.core.errors import DatabaseUnreachable
from recruit.people import store
from tests.erasing import erase
from tests.functional.samples import person, trial
from tests.functional.shell import Shell

ADDRESS = "ada@example.org"


@pytest.fixture
def service(shell: Shell) -> Iterator[Recruit]:
    assert shell.run("trials", "import", shell.jsonl("t.jsonl", trial())).status == 0
    people = shell.jsonl("p.jsonl", person())
    assert shell.run("people", "import", people, "--community", "carers").status == 0
    running = start()
    yield running
    running.close()


def test_matching_comes_at_once_and_every_quarter_of_an_hour(service: Recruit) -> None:
    job = jobs.scheduler(service).get_job("match")
    assert isinstance(job.trigger, IntervalTrigger)
    assert job.trigger.interval == timedelta(minutes=15)
    assert job.next_run_time is not None


def test_registries_are_asked_at_three_in_the_zone_of_the_settings(service: Recruit) -> None:
    job = jobs.scheduler(service).get_job("sync")
    assert isinstance(job.trigger, CronTrigger)
    assert str(job.trigger) == "cron[hour='3']"
    assert str(job.trigger.timezone) == service.settings.timezone


def test_a_late_job_runs_once_and_never_beside_itself(service: Recruit) -> None:
    ticking = jobs.scheduler(service)
    ticking.start(paused=True)
    try:
        rules = {(j.coalesce, j.max_instances, j.misfire_grace_time) for j in ticking.get_jobs()}
    finally:
        ticking.shutdown()
    assert rules == {(True, 1, None)}


def test_a_job_says_what_it_did(service: Recruit, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "recruit")
    for job in (jobs.reread, jobs.match, jobs.sync, jobs.keep, jobs.keep):
        jobs.run(job, service)
    assert caplog.messages == [
        "reread: 0 trials read again",
        "match: 1 trials, 1 people, 1 pairs judged, 1 matches: 1 new, 0 kept, 0 superseded",
        "sync: 0 new, 0 changed, 0 unchanged, 0 refused",
        f"keep: 0 consents expired, {today()}.json heads",
        "keep: 0 consents expired, no new heads",
    ]


def test_what_erasures_left_is_cleared_every_ten_minutes_and_wholly_at_night(
    service: Recruit,
) -> None:
    ticking = jobs.scheduler(service)
    assert ticking.get_job("sweep").trigger.interval == timedelta(minutes=10)
    assert str(ticking.get_job("rewrite").trigger) == "cron[hour='4']"


def test_a_sweep_comes_again_until_it_is_done(
    service: Recruit, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "recruit")
    with reading(service.engine) as session:
        person_ = store.pseudonym_of(session, "p1")
    monkeypatch.setattr(remains, "QUICK", 0)
    erase(service.engine, person_)
    for job in (jobs.sweep, jobs.rewrite, jobs.sweep):
        jobs.run(job, service)
    assert caplog.messages == [
        "sweep: something is left of the erased; tried again later",
        "rewrite: nothing is left of the erased",
        "sweep: nothing is left of the erased",
    ]


def test_no_job_begins_in_a_process_that_is_to_end(service: Recruit) -> None:
    begun: list[Recruit] = []
    service.ending.set()
    jobs.run(begun.append, service)
    assert begun == []


def test_a_job_that_cannot_be_done_is_one_sentence_and_comes_again(
    service: Recruit, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_recruit: Recruit) -> None:
        raise DatabaseUnreachable

    jobs.run(fail, service)
    (said,) = caplog.messages
    assert said.startswith("fail: The database cannot be reached")
    assert caplog.records[0].exc_info is None


def test_of_a_mistake_in_a_job_only_the_type_and_the_place_are_logged(
    service: Recruit, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_recruit: Recruit) -> None:
        raise KeyError(ADDRESS)

    jobs.run(fail, service)
    (said,) = caplog.messages
    assert said.startswith("fail: KeyError at ")
    assert "test_jobs.py:" in said
    assert ADDRESS not in caplog.text
