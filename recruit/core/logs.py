"""What the service says while it runs: one JSON object a line on standard error, about nobody.

Our own sentences name records, never people (core/errors). What a library says may quote what it
was given, a letter or an address: of that only who said it, where, and how bad it is goes out.
"""

import logging
import sys
from pathlib import Path
from typing import IO, Final

import structlog
from structlog.contextvars import merge_contextvars
from structlog.processors import JSONRenderer, TimeStamper
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict, Processor, WrappedLogger

OURS: Final = "recruit"
# What gunicorn says of its own processes, at these levels, quotes no request.
SERVER: Final = "gunicorn.error"
OF_PROCESSES: Final = frozenset({logging.INFO, logging.CRITICAL})
# It warns at each tick that finds its job still running, which is as it should be.
SCHEDULER: Final = "apscheduler"
WITHHELD: Final = "said by a library"
ALWAYS: Final = ("level", "logger", "timestamp", "request", "error")


def to_stderr() -> None:
    """From here on everything is logged so, to this process's standard error."""
    to(sys.stderr)


def to(stream: IO[str]) -> None:
    """The same, to any stream; for people where it is a terminal."""
    structlog.configure(
        processors=[*_shared(), ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(is_terminal=stream.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.INFO)
    logging.getLogger(SCHEDULER).setLevel(logging.ERROR)
    server = logging.getLogger(SERVER)  # it would write beside us
    server.handlers, server.propagate = [], True


def _shared() -> list[Processor]:
    return [merge_contextvars, add_log_level, add_logger_name, TimeStamper("iso", utc=True)]


def _formatter(*, is_terminal: bool) -> ProcessorFormatter:
    last: Processor = structlog.dev.ConsoleRenderer() if is_terminal else JSONRenderer()
    return ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[_withhold, ProcessorFormatter.remove_processors_meta, last],
    )


def _withhold(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep to ourselves what a library says, and the traceback of anything."""
    record: logging.LogRecord = event["_record"]
    event.pop("stack_info", None)
    raised = event.pop("exc_info", None)
    kind = (sys.exc_info() if raised is True else raised or (None,))[0]
    if kind:
        event["error"] = kind.__name__
    ours = record.name.partition(".")[0] == OURS
    if ours or (record.name == SERVER and record.levelno in OF_PROCESSES):
        return event
    meta = [name for name in event if name.startswith("_")]
    kept = {name: event[name] for name in (*ALWAYS, *meta) if name in event}
    where = f"{Path(record.pathname).name}:{record.lineno}"
    return {**kept, "event": WITHHELD, "place": where}
