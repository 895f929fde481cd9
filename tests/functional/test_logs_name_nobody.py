"""Whatever page is asked for and whatever job runs, the log says nothing of who or about whom.

Every route is asked with words that are nowhere else in its address, query, form and headers, by
somebody who may enter; the person whose data the pages show has such words in every field.
"""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NoReturn

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from recruit import jobs
from recruit.actions.accounts import add_account
from recruit.bootstrap import Recruit, start
from recruit.consent.choices import Channel
from recruit.core import logs
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.notify import post
from recruit.notify.messages import Message
from recruit.people import accounts, store
from recruit.people.accounts import STAFF, Role
from recruit.web import sessions
from recruit.web.access import anyone, declared
from tests.functional.samples import trial
from tests.functional.shell import Shell
from tests.functional.test_canary import CANARIES, bird, found
from tests.web_world import CHEAP, PASSWORD

DOOR: Final = "/test/door/"
WORD: Final = CANARIES["name"]
SAID: Final = dict.fromkeys(("email", "q", "search", "words", "note"), CANARIES["email"])
HEADERS: Final = {
    "User-Agent": WORD,
    "X-Request-ID": CANARIES["email"],
    "X-Forwarded-For": CANARIES["phone"],
    "Accept-Language": "en",
}
# They end what the others need, or wait for an answer from elsewhere.
NOT_ASKED: Final = frozenset({"/logout", "/me/sign-out", "/me/erase"})


@dataclass(frozen=True)
class House:
    """The pages over somebody's data, and what was logged since."""

    running: Recruit
    app: Flask
    log: io.StringIO

    def lines(self) -> list[dict[str, Any]]:
        """Everything that was logged."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@pytest.fixture
def house(shell: Shell) -> Iterator[House]:
    assert shell.run("trials", "import", shell.jsonl("t.jsonl", trial())).status == 0
    people = shell.jsonl("p.jsonl", bird())
    assert shell.run("people", "import", people, "--community", "carers").status in {0, 1}
    running = start()
    app = running.pages()
    app.config["WTF_CSRF_ENABLED"] = False  # a refused form would say less than one that is taken
    _open_doors(running, app)
    loud = logging.getLogger()
    before = (loud.level, list(loud.handlers))
    stream = io.StringIO()
    logs.to(stream)
    loud.setLevel(logging.DEBUG)  # whatever a library would ever say
    yield House(running, app, stream)
    loud.setLevel(before[0])
    loud.handlers[:] = before[1]
    structlog.reset_defaults()
    running.close()


def _open_doors(running: Recruit, app: Flask) -> None:
    """A way in for each role; the participant is the one with the words."""

    @app.get(f"{DOOR}<role>")
    @anyone
    def door(role: str) -> str:
        wanted, engine = Role(role), running.engine
        if wanted in STAFF:
            email = f"{WORD.split()[0]}-{role}@example.org"
            account = add_account(
                engine, email=email, role=wanted, password=PASSWORD, actor="test", cost=CHEAP
            )
        else:
            with unit_of_work(engine) as session:
                who = store.pseudonym_of(session, CANARIES["identifier"])
                account = accounts.of_holder(session, who, wanted)
        sessions.begin(account)
        return "in"


def address(rule: Rule) -> str:
    """A page about what is or is not there, with the words wherever there is room for some."""
    kinds: dict[str, BaseConverter] = rule._converters  # noqa: SLF001 - shown nowhere else
    values: dict[str, Any] = {}
    for name, kind in kinds.items():
        if isinstance(kind, AnyConverter):
            values[name] = min(kind.items)
        elif isinstance(kind, IntegerConverter):
            values[name] = 1
        else:
            uuid = type(kind).__name__ == "UUIDConverter"
            values[name] = "00000000-0000-4000-8000-000000000000" if uuid else CANARIES["email"]
    made = rule.build(values)
    assert made
    return made[1]


def browsers(house: House) -> dict[Role | None, FlaskClient]:
    """Somebody of each role, and a stranger."""
    found_: dict[Role | None, FlaskClient] = {None: house.app.test_client()}
    for role in (*STAFF, Role.PARTICIPANT):
        found_[role] = house.app.test_client()
        assert found_[role].get(f"{DOOR}{role.value}").status_code == 200
    return found_


def test_no_page_writes_down_who_asks_or_for_what(house: House) -> None:
    clients = browsers(house)
    asked = 0
    for rule in list(house.app.url_map.iter_rules()):
        if rule.rule.startswith(DOOR) or rule.rule in NOT_ASKED or rule.rule == "/metrics":
            continue
        roles = declared(house.app.view_functions[rule.endpoint]) or frozenset()
        client = clients[next((role for role in clients if role in roles), None)]
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            client.open(
                address(rule), method=method, query_string=SAID, data=SAID, headers=HEADERS
            ).close()
            asked += 1
    assert found(house.log.getvalue().encode()) == set()
    routes = {line["route"] for line in house.lines() if line["event"] == "request"}
    assert len(routes) > 150
    assert asked > 200


def test_no_job_writes_down_about_whom_it_was(house: House) -> None:
    running, at = house.running, now()
    message = Message("sign-in-code", "en", {"link": CANARIES["link"], "code": "123456"})
    with unit_of_work(running.engine) as session:
        for channel, field in ((Channel.EMAIL, "email"), (Channel.SMS, "phone")):
            to = post.Address(channel, CANARIES[field])
            post.post(session, running.secrets.vault, message, to, at, at + timedelta(hours=1))
    every = jobs.scheduler(running).get_jobs()
    for each in every:
        jobs.run(each.args[0], running)
    said = "\n".join(line["event"] for line in house.lines())
    assert "match: 1 trials, 1 people" in said
    assert "post: 2 sent" in said
    assert len(every) >= 20
    assert found(house.log.getvalue().encode()) == set()


def test_what_nobody_foresaw_is_written_down_without_its_words(house: House) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise RuntimeError(CANARIES["note"], WORD)

    house.app.view_functions["public.studies"] = anyone(fail)
    answer = house.app.test_client().get("/studies")
    jobs.run(fail, house.running)
    assert answer.status_code == 500
    errors = [line for line in house.lines() if line["level"] == "error"]
    assert len(errors) == 2
    assert errors[0]["request"] == answer.headers["X-Request-ID"]
    assert all("test_logs_name_nobody.py:" in str(line) for line in errors)
    assert found(house.log.getvalue().encode()) == set()
