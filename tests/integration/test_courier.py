"""What a request posts goes out right after its answer, beside it, or else with the next tick."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, get_ident

import pytest
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask
from flask.testing import FlaskClient

from recruit import jobs
from recruit.bootstrap import Recruit
from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.db import unit_of_work
from recruit.core.errors import DatabaseUnreachable
from recruit.notify.courier import Courier
from recruit.notify.post import Delivered
from recruit.people import codes
from recruit.people.codes import Purpose
from recruit.web.posting import deliver_after_answers
from tests.web_world import csrf


def until(true: Callable[[], object]) -> None:
    """Wait until it is true, ten seconds at most."""
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Recruit]:
    running = Recruit(Settings(data_folder=tmp_path))
    yield running
    running.close()


def ask(client: FlaskClient) -> None:
    sent = {"csrf_token": csrf(client, "/me/sign-in"), "contact": "anne@example.org"}
    with client.post("/me/sign-in", data=sent) as answer:
        assert answer.status_code == 302


def letters(service: Recruit) -> list[str]:
    return [file.read_text() for file in (service.settings.data_folder / "outbox").glob("*.eml")]


def test_a_message_goes_out_right_after_the_answer(service: Recruit) -> None:
    ask(service.pages().test_client())
    until(lambda: letters(service))
    assert "anne@example.org" in letters(service)[0]


def test_what_the_courier_missed_goes_out_with_the_next_tick(
    service: Recruit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "recruit")
    pages = service.pages()
    service.courier.stop()
    ask(pages.test_client())
    jobs.run(jobs.post, service)
    jobs.run(jobs.post, service)
    assert len(letters(service)) == 1
    # A tick that found nothing to do says nothing.
    said = [each.message for each in caplog.records if each.name == jobs.log.name]
    assert said == ["post: 1 sent, 0 to be tried again, 0 given up"]


def test_messages_are_looked_for_every_quarter_of_a_minute(service: Recruit) -> None:
    ticking = jobs.scheduler(service)
    job = ticking.get_job("post")
    assert isinstance(job.trigger, IntervalTrigger)
    assert job.trigger.interval == timedelta(seconds=15)
    assert job.executor != ticking.get_job("match").executor


def test_links_that_are_over_are_deleted(
    service: Recruit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "recruit")
    with unit_of_work(service.engine) as session:
        for days in (3, 0):
            at = now() - timedelta(days=days)
            codes.issue(session, service.secrets.vault, Purpose.SIGN_IN, {}, at)
    jobs.run(jobs.purge, service)
    assert caplog.messages == ["purge: 1 links deleted"]


def test_only_forms_wake_the_courier_and_only_when_they_are_answered() -> None:
    app, woken = Flask(__name__), []
    deliver_after_answers(app, lambda: woken.append("now"))

    @app.route("/", methods=["GET", "POST"])
    def page() -> str:
        assert woken == []
        return "answer"

    client = app.test_client()
    client.get("/").close()
    assert woken == []
    client.post("/").close()
    assert woken == ["now"]


def test_nobody_waits_for_the_courier() -> None:
    go, out, threads = Event(), Event(), []

    def slow() -> Delivered:
        threads.append(get_ident())
        out.set()
        assert go.wait(10)
        return Delivered()

    courier = Courier(slow)
    for _ in range(5):
        courier.wake()  # would stand still if it delivered itself
    assert out.wait(10)
    for _ in range(5):
        courier.wake()
    go.set()
    until(lambda: len(threads) == 2)  # all that came while it was out are one
    courier.stop()
    assert len(threads) == 2
    assert get_ident() not in threads


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (DatabaseUnreachable(), "courier: The database cannot be reached"),
        (LookupError("anne@example.org"), "courier: LookupError at "),
    ],
)
def test_a_failure_is_logged_without_anybody_s_data_and_the_next_waking_counts(
    error: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    calls = []

    def fails_once() -> Delivered:
        calls.append(1)
        if len(calls) == 1:
            raise error
        return Delivered()

    courier = Courier(fails_once)
    courier.wake()
    until(lambda: caplog.messages)
    courier.wake()
    until(lambda: len(calls) == 2)
    courier.stop()
    assert caplog.messages[0].startswith(said)
    assert "anne" not in caplog.text


def test_a_courier_that_was_never_woken_stops_at_once() -> None:
    courier = Courier(Delivered)
    courier.stop()
    courier.wake()  # after the end nothing starts
