"""Every operation × caller × tenant: a key opens its own scopes, and its owner's own things."""

import json
from pathlib import Path
from typing import Any, NoReturn

import pytest
from werkzeug.test import TestResponse

from recruit.actions.account_keys import issue_key
from recruit.actions.accounts import Place, change_role, disable_account
from recruit.actions.callers import recognise
from recruit.api import access
from recruit.api.limits import MINUTE
from recruit.core.errors import DatabaseUnreachable
from recruit.core.rates import Limit, Rates
from recruit.people.accounts import Role
from recruit.people.scopes import COMMUNITY, OF_ROLE, Scope
from recruit.web.service import EXTENSION
from tests.api_world import MEMBER, OURS, THEIRS, ApiWorld, Caller
from tests.funnelled import SPONSOR
from tests.web_world import COORDINATOR, pages

CONTRACT = json.loads(Path("tests/approved/openapi.json").read_text("utf-8"))
OPERATIONS = [
    (method, path.removeprefix("/api/v1"), operation)
    for path, operations in CONTRACT["paths"].items()
    for method, operation in operations.items()
    if method != "parameters"
]
NAMES = [f"{method} {path}" for method, path, _ in OPERATIONS]
CALLERS = ("sponsor", "coordinator", "administrator", "community", "stranger", "outsider", THEIRS)
NOT_THERE = {
    "trial": "S-00000000",
    "number": "999999999999999",
    "match": "999999999999999",
    "name": "nobody",
    "receipt": "none",
    "hook": "none",
}


def scope_of(operation: dict[str, Any]) -> Scope:
    [[scope]] = (each["key"] for each in operation["security"])
    return Scope(scope)


def example_of(operation: dict[str, Any]) -> object:
    content = operation.get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("example")


def ask(caller: Caller, method: str, path: str, operation: dict[str, Any]) -> TestResponse:
    body, headers = example_of(operation), {"If_Match": '"1"'}
    return caller.send(method.upper(), path, body, **headers)


def filled(path: str, things: dict[str, str]) -> str:
    for name, value in things.items():
        path = path.replace(f"{{{name}}}", value)
    return path


@pytest.mark.parametrize("who", CALLERS)
def test_a_key_opens_its_scopes_and_no_other(shared: ApiWorld, who: str) -> None:
    found = recognise(shared.engine, shared[who].key)
    assert found
    for method, path, operation in OPERATIONS:
        if scope_of(operation) not in found.scopes:
            answer = ask(shared[who], method, filled(path, NOT_THERE), operation)
            assert answer.status_code == 403, (method, path)
            assert "insufficient_scope" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_nobody_comes_in_without_a_key_or_by_a_cookie(
    shared: ApiWorld,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    operation: dict[str, Any],
) -> None:
    monkeypatch.setattr(access, "FAILURES", Limit(10**6, MINUTE))
    address = filled(path, NOT_THERE)
    assert ask(Caller(shared.app, "none"), method, address, operation).status_code == 401


def of_others(world: ApiWorld) -> dict[str, dict[str, str]]:
    """By who asks, what is there and somebody else's."""
    trial = {"trial": world.trial, "number": "1"}
    member = {"name": MEMBER, "receipt": receipt_of(world)}
    return {
        "outsider": trial,
        "stranger": {"match": str(world.match), "number": str(world.referral)},
        THEIRS: {**member, "hook": "events"},
    }


def receipt_of(world: ApiWorld) -> str:
    [first, *_] = world[OURS].read(f"/people/{MEMBER}/consents")["choices"]
    return str(first["receipt"])


@pytest.mark.parametrize("who", ["outsider", "stranger", THEIRS])
def test_anothers_thing_and_none_are_the_same_404(shared: ApiWorld, who: str) -> None:
    found = recognise(shared.engine, shared[who].key)
    assert found
    asked = 0
    for method, path, operation in OPERATIONS:
        address = filled(path, of_others(shared)[who])
        if address != path and scope_of(operation) in found.scopes:
            theirs = ask(shared[who], method, address, operation)
            none = ask(shared[who], method, filled(path, NOT_THERE), operation)
            assert (theirs.status_code, none.status_code) == (404, 404), (method, path)
            assert theirs.data == none.data, (method, path)
            asked += 1
    assert asked >= 4


@pytest.mark.parametrize("who", ["outsider", "stranger", THEIRS])
def test_nothing_of_anothers_stands_in_a_list(shared: ApiWorld, who: str) -> None:
    paths = {
        "outsider": ("/trials", "/reach"),
        "stranger": ("/matches", "/referrals"),
        THEIRS: ("/people", "/webhooks"),
    }
    for path in paths[who]:
        found = shared[who].read(path)
        listed = found.get("items", [*found.get("mine", {}).get("items", [])])
        assert listed == [], path


def test_a_sponsor_reads_nobody_and_a_coordinator_no_name(shared: ApiWorld) -> None:
    scopes = OF_ROLE[Role.SPONSOR]
    assert {Scope.MATCHES_READ, Scope.REFERRALS_READ, Scope.DELIVERIES_READ}.isdisjoint(scopes)
    assert scopes.isdisjoint(COMMUNITY)
    for path in ("/matches", f"/matches/{shared.match}", "/referrals"):
        said = shared["coordinator"].send("GET", path).text
        assert "@" not in said, path
        assert "camille" not in said.casefold(), path


def test_a_key_dies_with_the_role_and_with_the_account(own: ApiWorld) -> None:
    change_role(own.engine, email=SPONSOR, place=Place(Role.SPONSOR), actor="test")
    disable_account(own.engine, email=COORDINATOR, actor="test")
    assert own["sponsor"].send("GET", "/trials").status_code == 401
    assert own["coordinator"].send("GET", "/matches").status_code == 401


def test_a_key_for_reading_does_not_write(own: ApiWorld) -> None:
    issued = issue_key(
        own.engine, email=SPONSOR, title="read", scopes=[Scope.TRIALS_READ], actor="test"
    )
    reader = Caller(own.app, issued.text)
    assert reader.read("/trials")["items"]
    answer = reader.send("POST", "/trials", {"title": "x", "language": "en"})
    assert answer.status_code == 403
    assert "trials:write" in answer.get_json()["detail"]


def test_who_tries_keys_too_often_waits_and_a_key_that_holds_does_not(
    own: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "FAILURES", Limit(2, MINUTE))
    guesser = Caller(own.app, "none")
    answers = [guesser.send("GET", "/trials").status_code for _ in range(3)]
    assert answers == [401, 401, 429]
    assert own["sponsor"].send("GET", "/trials").status_code == 200


def test_calls_count_together_in_all_processes(
    own: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "CALLS", Limit(2, MINUTE))
    one = own["sponsor"]
    other = Caller(pages(own.app.extensions[EXTENSION].settings, own.engine), one.key)
    answers = [each.send("GET", "/trials").status_code for each in (one, other, one, other)]
    assert answers == [200, 200, 429, 429]


def test_where_calls_cannot_be_counted_the_database_is_said_to_be_busy(
    own: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object) -> NoReturn:
        raise DatabaseUnreachable

    monkeypatch.setattr(Rates, "count", busy)
    answer = own["sponsor"].send("GET", "/trials")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")


def test_every_answer_says_how_many_calls_are_left(
    own: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "CALLS", Limit(2, MINUTE))
    first, second, third = (own["sponsor"].send("GET", "/trials") for _ in range(3))
    assert first.headers["RateLimit-Policy"] == '"key";q=2;w=60'
    assert [each.headers["RateLimit"][:9] for each in (first, second)] == ['"key";r=1', '"key";r=0']
    assert third.status_code == 429
    assert third.headers["RateLimit"].startswith('"key";r=0;')
    assert 0 < int(third.headers["Retry-After"]) <= 60
    assert own["colleague"].send("GET", "/trials").status_code == 200
