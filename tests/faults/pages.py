"""The pages in a process of their own, over the database of a run, as `recruit serve` has them."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import time_machine
from pydantic import SecretStr

from recruit.cli.service import server_of
from recruit.core import logs
from recruit.core.config import Settings
from recruit.core.db import connect
from recruit.core.keys import read_secrets
from recruit.web.app import create_app
from tests.faults.processes import free_port
from tests.faults.workers import CONTEXT, clock, eventually
from tests.outreach import OFFICE_HOURS, SECRET
from tests.web_world import EASY, lexicon

PATIENCE = 90.0  # seconds


@dataclass(frozen=True)
class Answer:
    """What came back, when the whole head of it was there, and how long that took in seconds."""

    status: int
    at: float
    took: float


def serve(port: int, url: str, folder: Path, started: float) -> None:
    """Answer until killed; what is said of it goes to a file, as a service's goes to its log."""
    with (
        (folder / "pages.log").open("w", encoding="utf-8") as said,
        time_machine.travel(OFFICE_HOURS + timedelta(seconds=clock() - started)),
    ):
        logs.to(said)
        settings = Settings(
            data_folder=folder,
            database_url=url,
            vault_keys=(SecretStr(SECRET),),
            base_url=f"http://127.0.0.1:{port}",
        )
        app = create_app(settings, connect(url), lexicon, read_secrets(settings), EASY)
        door = socket.create_server(("127.0.0.1", port))
        server_of(app, door, settings, largest=app.config["MAX_CONTENT_LENGTH"]).run()


@contextmanager
def pages(url: str, folder: Path, started: float) -> Iterator[int]:
    """Pages that run; their port."""
    port = free_port()
    process = CONTEXT.Process(target=serve, args=(port, url, folder, started), daemon=True)
    process.start()
    try:
        assert eventually(lambda: _answers(port), within=60)
        yield port
    finally:
        process.kill()
        process.join()


def one_click(port: int, token: str) -> Answer:
    """What a mail program sends when its reader wants no more messages (RFC 8058, 3.2)."""
    return ask(port, "POST", f"/u/{token}", {"List-Unsubscribe": "One-Click"})


def ask(port: int, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
    """One request on a connection of its own."""
    began = clock()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        body = urlencode(form) if form else None
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        connection.request(method, path, body, kind)
        answer = connection.getresponse()
        at = clock()
        answer.read()
        return Answer(answer.status, at, at - began)
    finally:
        connection.close()


def _answers(port: int) -> bool:
    try:
        return ask(port, "GET", "/healthz").status == http.client.OK
    except OSError:
        return False
