"""A study whose people somebody may invite: those who can be asked, wait, or cannot, and why."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert

from recruit.actions.accounts import add_account
from recruit.actions.outreach.answer_table import ANSWER, Answer, How
from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.db import unit_of_work
from recruit.people.accounts import Role
from recruit.people.vault import Item
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from tests.asking import KEY
from tests.outreach import VAULT, Study, matched, study, willing
from tests.publishing import DRAFT, tenant
from tests.web_world import BASE_URL, CHEAP, COORDINATOR, PASSWORD, World, csrf, pages

ELSEWHERE = "Another sponsor"
STRANGER = "stranger@example.org"
"""A coordinator of an organisation that the study is not assigned to."""


@dataclass(frozen=True)
class Team:
    """The application, the study, and the matches of its people by the name each was given."""

    app: Flask
    engine: Engine
    study: Study
    people: dict[str, str]
    matches: dict[str, int]

    def enter(self, email: str = COORDINATOR) -> FlaskClient:
        """A browser in which somebody is signed in."""
        return World(self.app, self.engine, self.matches).enter(email)

    def post(self, client: FlaskClient, address: str, **fields: object) -> str:
        """Send a form and follow; the page that comes."""
        sent = {**fields, "csrf_token": csrf(client, "/privacy")}
        answer = client.post(address, data=sent, follow_redirects=True)
        assert answer.status_code in {200, 422}, answer.status_code
        return answer.text


def team(folder: Path, engine: Engine, lexicon: Lexicon) -> Team:
    """Six people: three can be asked, one waits after a no, two cannot be asked."""
    here = study(engine, lexicon)
    people = {name: willing(engine, name) for name in ("ada", "ben", "cleo", "dan", "eve")}
    people["finn"] = willing(engine, "finn", channels=())
    with unit_of_work(engine) as session:
        nothing = dict.fromkeys((Item.EMAIL, Item.PHONE, Item.ADDRESS), "")
        VAULT.keep(session, {people["ben"]: {Item.EMAIL: ""}, people["eve"]: nothing})
    matches = {name: matched(engine, lexicon, here.trial, each) for name, each in people.items()}
    _refuse(engine, lexicon, people["dan"])
    organisation = tenant(engine, ELSEWHERE)
    assert organisation
    for email, where in ((COORDINATOR, ""), (STRANGER, ELSEWHERE)):
        add_account(
            engine,
            email=email,
            role=Role.COORDINATOR,
            password=PASSWORD,
            actor="test",
            organisation=where,
            cost=CHEAP,
        )
    settings = Settings(data_folder=folder, base_url=BASE_URL, vault_keys=(KEY,))
    return Team(pages(settings, engine), engine, here, people, matches)


def _refuse(engine: Engine, lexicon: Lexicon, person: str) -> None:
    """Somebody said no to another study yesterday."""
    other = replace(DRAFT, id="NCT00000002")
    with unit_of_work(engine) as session:
        trials.save(session, other, lexicon)
        row = {
            "trial": other.id,
            "person": person,
            "answer": Answer.NOT_NOW.value,
            "how": How.PAGE.value,
            "by": "own link",
            "at": now() - timedelta(days=1),
        }
        session.execute(insert(ANSWER), row)
