"""A service with everything that its API shows, and a key for each who may call."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from recruit.actions.account_keys import issue_key
from recruit.actions.accounts import add_account
from recruit.actions.communities import add_community, set_hook
from recruit.actions.communities import issue_key as issue_community_key
from recruit.core.db import reading
from recruit.people import accounts
from recruit.people.accounts import Role
from recruit.people.scopes import COMMUNITY, of_role
from tests.coordinating import ELSEWHERE, STRANGER
from tests.following import on_the_way
from tests.funnelled import SPONSOR, funnelled
from tests.outreach import RING, Study
from tests.publishing import DRAFT, ready, tenant
from tests.referring import path_of
from tests.web_world import ADMINISTRATOR, CHEAP, COORDINATOR, PASSWORD, lexicon

COLLEAGUE = "colleague@example.org"
"""A sponsor of the same organisation as SPONSOR: who may approve what SPONSOR wrote."""
OUTSIDER = "outsider@example.org"
"""A sponsor of an organisation that has nothing."""
OURS, THEIRS = "carenity", "others"
MEMBER = "member-1"
CLAIM = {
    "purposes": ["matching", "contact/email"],
    "notice": "ab" * 32,
    "notice_version": "3",
    "language": "fr",
    "at": "2026-10-01T10:00:00Z",
    "method": "unticked boxes",
}


@dataclass(frozen=True)
class Caller:
    """A program with its key."""

    app: Flask
    key: str

    def send(self, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
        """Call an operation under /api/v1."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.app.test_client().open(
            f"/api/v1{path}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {self.key}", **sent},
        )

    def read(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """What a GET answers."""
        answer = self.send("GET", path)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.get_json()

    def etag(self, path: str) -> str:
        """The version of a thing."""
        return self.send("GET", path).headers["ETag"]


@dataclass(frozen=True)
class ApiWorld:
    """The application, its things, and callers by who they are.

    `trial` is the sponsor's own draft, `match` one that waits, `referral` one at a site, `member` a
    person of the community.
    """

    app: Flask
    engine: Engine
    study: Study
    callers: dict[str, Caller]
    trial: str
    match: int
    referral: int

    def __getitem__(self, who: str) -> Caller:
        return self.callers[who]


def api_world(folder: Path, engine: Engine) -> ApiWorld:
    """Six people in differently many steps, a draft, a referral, two communities."""
    team = funnelled(folder, engine)
    camille = on_the_way(engine, lexicon())
    with reading(engine) as session:
        organisation = accounts.find(session, SPONSOR).organisation
    elsewhere = "Nobody’s sponsor"
    tenant(engine, elsewhere)
    for email, where in ((COLLEAGUE, ELSEWHERE), (OUTSIDER, elsewhere)):
        accounts_of(engine, email, Role.SPONSOR, where)
    number = _number(engine, SPONSOR)
    draft = replace(DRAFT, id="NCT00000009")
    trial = ready(
        engine, lexicon(), draft=draft, organisation=organisation, author=f"account {number}"
    )
    callers = {
        who: Caller(team.app, _key(engine, email))
        for who, email in (
            ("sponsor", SPONSOR),
            ("colleague", COLLEAGUE),
            ("outsider", OUTSIDER),
            ("coordinator", COORDINATOR),
            ("stranger", STRANGER),
            ("administrator", ADMINISTRATOR),
        )
    }
    for name in (OURS, THEIRS):
        add_community(engine, name=name, actor="test")
        issued = issue_community_key(engine, community=name, actor="test", scopes=COMMUNITY)
        callers[name] = Caller(team.app, issued.text)
    callers["community"] = callers[OURS]
    set_hook(engine, RING, community=OURS, url="https://example.org/hook", actor="test")
    pushed = callers[OURS].send("POST", "/people", [person(MEMBER), person("member-2")])
    assert pushed.status_code == 200, pushed.text
    return ApiWorld(
        team.app,
        engine,
        team.study,
        callers,
        trial,
        team.matches["finn"],
        path_of(engine, camille).number,
    )


def person(name: str, **fields: object) -> dict[str, object]:
    """Somebody whom a community pushes."""
    return {"id": name, "sex": "female", "birth_date": "1975-04-12", "consent": CLAIM, **fields}


def accounts_of(engine: Engine, email: str, role: Role, organisation: str) -> None:
    """An account of an organisation's staff."""
    add_account(
        engine,
        email=email,
        role=role,
        password=PASSWORD,
        actor="test",
        organisation=organisation,
        cost=CHEAP,
    )


def _number(engine: Engine, email: str) -> int:
    with reading(engine) as session:
        return accounts.numbered(session, email) or 0


def _key(engine: Engine, email: str) -> str:
    with reading(engine) as session:
        scopes = of_role(accounts.find(session, email).role)
    return issue_key(engine, email=email, title="test", scopes=scopes, actor="test").text
