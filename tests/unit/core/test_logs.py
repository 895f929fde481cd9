"""What goes to the log: JSON, a line an event, and nothing that a library says of people."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from recruit.core import logs

PERSON = "Jane Canary, jane@example.org"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged; afterwards logging is as it was."""
    root, ours = logging.getLogger(), logging.getLogger("recruit")
    before = (list(root.handlers), root.level, ours.level)
    stream = io.StringIO()
    logs.to(stream)
    yield stream
    root.handlers[:], root.level = before[0], before[1]
    ours.setLevel(before[2])
    structlog.reset_defaults()


def said(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_our_own_lines_are_json_with_their_fields(lines: io.StringIO) -> None:
    structlog.get_logger("recruit.web").info("request", route="/studies", status=200)
    logging.getLogger("recruit.jobs").info("match: %s", "1 trials")
    first, second = said(lines)
    assert (first["event"], first["route"], first["status"]) == ("request", "/studies", 200)
    assert (second["event"], second["level"]) == ("match: 1 trials", "info")
    assert {"logger", "timestamp"} <= first.keys() & second.keys()


def test_lines_of_one_request_carry_its_number(lines: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request="abc"):
        logging.getLogger("recruit.notify").warning("slow")
        structlog.get_logger("recruit.web").error("page failed")
    assert [line["request"] for line in said(lines)] == ["abc", "abc"]


def test_of_a_library_only_who_where_and_how_bad_is_kept(lines: io.StringIO) -> None:
    logging.getLogger("requests").error("cannot print %s", PERSON)
    logging.getLogger("urllib3").warning(PERSON, extra={"person": PERSON})
    first, second = said(lines)
    assert (first["event"], first["logger"], first["level"]) == (
        logs.WITHHELD,
        "requests",
        "error",
    )
    assert first["place"].startswith("test_logs.py:")
    assert "Canary" not in lines.getvalue()
    assert second["event"] == logs.WITHHELD


def test_of_an_error_the_kind_is_kept_and_never_its_words(lines: io.StringIO) -> None:
    for name in ("recruit.web", "sqlalchemy.pool", "gunicorn.error"):
        error = ValueError(PERSON)
        logging.getLogger(name).error("it went wrong", exc_info=error)
    assert [line["error"] for line in said(lines)] == ["ValueError"] * 3
    assert "Canary" not in lines.getvalue()


def test_gunicorn_may_speak_of_its_processes_and_not_of_requests(lines: io.StringIO) -> None:
    server = logging.getLogger("gunicorn.error")
    server.setLevel(logging.INFO)
    server.info("Booting worker with pid: %s", 7)
    server.critical("WORKER TIMEOUT (pid:%s)", 7)
    server.warning("Invalid request from ip=192.0.2.7: %s", PERSON)
    server.error("Error handling request /i/%s", "token")
    assert [line["event"] for line in said(lines)] == [
        "Booting worker with pid: 7",
        "WORKER TIMEOUT (pid:7)",
        logs.WITHHELD,
        logs.WITHHELD,
    ]
