"""Signing in as staff do where a second factor is required."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import time_machine
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import Engine, text

from recruit.core.clock import now
from recruit.core.config import Settings
from tests.web_world import BASE_URL, COORDINATOR, PASSWORD, World, csrf, pages


def strict(folder: Path, engine: Engine, matches: dict[str, int]) -> World:
    """The service as an operator runs it: staff need a second factor."""
    settings = Settings(data_folder=folder, base_url=BASE_URL, second_factor="required")
    return World(pages(settings, engine), engine, matches)


def password(client: FlaskClient, email: str = COORDINATOR, said: str = PASSWORD) -> str:
    """Show the password; gives where that leads."""
    sent = {"email": email, "password": said, "csrf_token": csrf(client)}
    answer = client.post("/login", data=sent)
    assert answer.status_code == 302
    return answer.headers["Location"]


def secret_on(page: str) -> str:
    """The secret that a page shows as text."""
    found = re.search(r'id="secret">([A-Z2-7-]+)<', page)
    assert found
    return found[1]


def code(secret: str) -> str:
    """What an app with this secret shows at this moment."""
    shown: str = TOTP(key=secret).generate().token
    return shown


def send(client: FlaskClient, path: str, **fields: str) -> tuple[int, str]:
    """Post a form of the page at `path`; gives the status and where that leads."""
    token = csrf(client, path) if client.get(path).status_code == 200 else csrf(client)
    answer = client.post(path, data={"csrf_token": token, **fields})
    return answer.status_code, answer.headers.get("Location", "")


def set_up(client: FlaskClient, path: str = "/login/authenticator") -> tuple[str, list[str]]:
    """Set up an authenticator; gives its secret and the recovery codes."""
    page = client.get(path)
    secret = secret_on(page.text)
    answer = client.post(path, data={"csrf_token": csrf(client, path), "code": code(secret)})
    assert answer.status_code == 200, answer.text
    return secret, re.findall(r"<code>([0-9a-f-]{14})</code>", answer.text)


def is_in(client: FlaskClient) -> bool:
    """Whether the pages of a coordinator open."""
    return client.get("/review").status_code == 200


@contextmanager
def later(minutes: float = 1) -> Iterator[None]:
    """A moment when the authenticator shows another code."""
    with time_machine.travel(now() + timedelta(minutes=minutes), tick=False):
        yield


def tags(engine: Engine) -> list[str]:
    """What the audit trail says was done, oldest first."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT tag FROM audit_event ORDER BY sequence"))
        return [row.tag for row in rows]
