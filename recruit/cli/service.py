"""`recruit serve`, `recruit worker` and `recruit demo`: what runs until it is told to end."""

import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

import click

from recruit.bootstrap import Recruit
from recruit.cli.output import say, sentences_as_json
from recruit.cli.parts import opened, opened_lexicon
from recruit.core.config import Settings, read_settings
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.notify.worker import yield_to_pages

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from waitress.server import BaseWSGIServer

HOST: Final = "127.0.0.1"
PORT: Final = 8000
THREADS: Final = 8
FORWARDED: Final = {"x-forwarded-for", "x-forwarded-proto"}
EVERYWHERE: Final = {"0.0.0.0", "::"}  # noqa: S104 - recognised, not chosen

on_host = click.option("--host", default=HOST, show_default=True, help="The address to listen on.")
on_port = click.option("--port", type=click.IntRange(1, 65_535), default=PORT, show_default=True)


@click.command()
@on_host
@on_port
@click.option("--no-jobs", is_flag=True, help="Pages only: a “recruit worker” runs the jobs.")
@sentences_as_json
def serve(host: str, port: int, *, no_jobs: bool) -> None:
    """Serve the pages and run the scheduled jobs, in one process.

    Behind a proxy that speaks TLS, set RECRUIT_BASE_URL to the address that people use.
    """
    serve_pages(opened(reached_at(read_settings(), host, port)), host, port, jobs=not no_jobs)


@click.command()
@click.option("--metrics-host", default=HOST, show_default=True, help="Where the figures are.")
@click.option(
    "--metrics-port",
    type=click.IntRange(1, 65_535),
    help="Show this worker's figures to who has one of RECRUIT_METRICS_KEYS.",
)
@sentences_as_json
def worker(metrics_host: str, metrics_port: int | None) -> None:
    """Run the scheduled jobs alone; any number of workers may share one PostgreSQL.

    SIGTERM lets the message in hand be sent and the running job finish; nothing else is begun.
    Matching, which may take long, stops on the way: the next run does the rest.
    """
    recruit = opened()
    _ready(recruit)
    _log()
    yield_to_pages()
    shown = _figures(recruit, metrics_host, metrics_port) if metrics_port else nullcontext()
    with _ended_by_sigterm(), shown, _jobs(recruit):
        say(N_("Working. Ctrl-C ends it after the job that is running."))
        with suppress(KeyboardInterrupt, SystemExit):
            threading.Event().wait()


@click.command()
@on_host
@on_port
@click.option("--no-serve", is_flag=True, help="Stop before serving the pages.")
@sentences_as_json
def demo(host: str, port: int, *, no_serve: bool) -> None:
    """Fill an empty database with invented trials and people, match, explain and serve.

    A database that holds anything else is left alone.
    """
    from recruit.cli.demonstration import demonstrate  # noqa: PLC0415 - only this verb needs samples

    recruit = opened(by_password_alone(reached_at(read_settings(), host, port)))
    demonstrate(recruit)
    if not no_serve:
        serve_pages(recruit, host, port, jobs=True)


def serve_pages(recruit: Recruit, host: str, port: int, *, jobs: bool) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        WrongUsage: nothing can listen on this address.
    """
    from recruit.trials.sources.uploads import LARGEST_UPLOAD  # noqa: PLC0415 - no other verb's
    from recruit.web.safety import LARGEST_FORM  # noqa: PLC0415 - as above

    _ready(recruit)
    with _listening(host, port) as door:
        _log()
        # No page and no operation takes more than a study's file; each has a limit of its own.
        longest = LARGEST_UPLOAD + LARGEST_FORM
        server = server_of(recruit.pages(), door, recruit.settings, largest=longest)
        with _ended_by_sigterm(), _jobs(recruit) if jobs else nullcontext():
            address = recruit.settings.base_url
            say(N_("The pages are at {address} – Ctrl-C ends it."), address=address)
            server.run()  # until one of the signals; requests that are running are finished
            server.close()


def server_of(
    pages: "WSGIApplication", door: socket.socket, settings: Settings, *, largest: int
) -> "BaseWSGIServer":
    """What answers at `door`, once it runs; a body of more than `largest` bytes is not taken in.

    Who asks is who connects, unless that is the proxy of the settings and says otherwise.
    """
    from waitress.server import create_server  # noqa: PLC0415 - "recruit demo --no-serve" needs none

    proxy = settings.trusted_proxy
    believed = {"trusted_proxy": proxy, "trusted_proxy_headers": FORWARDED} if proxy else {}
    # ident: nobody has to know what serves here.
    return create_server(
        pages,
        sockets=[door],
        threads=THREADS,
        ident=None,
        max_request_body_size=largest + 1,  # the first size that it refuses
        **believed,
    )


@contextmanager
def _figures(recruit: Recruit, host: str, port: int) -> Iterator[None]:
    """The figures of this process, until it ends.

    Raises:
        WrongUsage: nothing can listen on this address.
    """
    from recruit.actions.watching.figures import Door  # noqa: PLC0415 - other verbs show none
    from recruit.actions.watching.queue import Queue  # noqa: PLC0415 - as above

    page = Door(Queue(recruit.engine, recruit.secrets), recruit.settings.metrics_keys)
    with _listening(host, port) as door:
        server = server_of(page, door, recruit.settings, largest=0)
        threading.Thread(target=server.run, name="figures", daemon=True).start()
        yield
        server.close()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise WrongUsage(
            N_("Nothing can listen on {host}, port {port}: choose another with --host or --port."),
            host=host,
            port=port,
        ) from error


def _ready(recruit: Recruit) -> None:
    """Find out now, not at the first page or job, whether database and lexicon are there."""
    from recruit.referrals.safety import suspected  # noqa: PLC0415 - other verbs read no words

    recruit.prove_keys()
    opened_lexicon(recruit)
    suspected("bonjour")  # reads its tables while nobody waits


def reached_at(settings: Settings, host: str, port: int) -> Settings:
    """The settings with the address that people on this machine use, unless one was chosen."""
    if "base_url" in settings.model_fields_set:
        return settings
    name = HOST if host in EVERYWHERE else host
    name = f"[{name}]" if ":" in name else name
    return settings.model_copy(update={"base_url": f"http://{name}:{port}"})


def by_password_alone(settings: Settings) -> Settings:
    """The settings with the second factor left to choice: invented people need no guard."""
    if "second_factor" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"second_factor": "offered"})


@contextmanager
def _jobs(recruit: Recruit) -> Iterator[None]:
    """The scheduler, ticking; at the end the job that is running is finished."""
    from recruit.jobs import scheduler  # noqa: PLC0415 - as above

    ticking = scheduler(recruit)
    ticking.start()
    try:
        yield
    finally:
        recruit.ending.set()
        ticking.shutdown(wait=True)


def _log() -> None:
    """What was asked for, what jobs did, and what went wrong anywhere."""
    from recruit.core import logs  # noqa: PLC0415 - other verbs log nothing

    logs.to_stderr()


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """SIGTERM, which service managers send, ends the program as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)
