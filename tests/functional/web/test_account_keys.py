"""`/account/keys`: somebody of the staff makes keys for their own programs."""

import re

import time_machine
from flask.testing import FlaskClient

from recruit.actions.callers import recognise
from recruit.core.clock import now
from recruit.people.scopes import Scope
from recruit.web.sessions import FRESH
from tests.web_world import ADMINISTRATOR, COORDINATOR, World, csrf

KEYS = "/account/keys"
SECRET = re.compile(r'<code class="secret">([^<]+)</code>')


def make(client: FlaskClient, *scopes: str, title: str = "nightly report") -> str:
    """The page that answers."""
    sent = {"csrf_token": csrf(client, KEYS), "title": title, "scope": list(scopes)}
    return client.post(KEYS, data=sent).text


def test_a_key_is_shown_once_and_opens_what_was_ticked(fresh: World) -> None:
    client = fresh.enter(COORDINATOR)
    found = SECRET.search(make(client, "matches:read"))
    assert found
    caller = recognise(fresh.engine, found[1])
    assert caller
    assert caller.scopes == {Scope.MATCHES_READ}
    page = client.get(KEYS).text
    assert found[1] not in page
    assert "nightly report" in page


def test_a_scope_that_the_role_has_not_is_no_box_and_opens_nothing(fresh: World) -> None:
    client = fresh.enter(COORDINATOR)
    assert "trials:write" not in client.get(KEYS).text
    page = make(client, "trials:write")
    assert not SECRET.search(page)
    assert "A key is for one thing at least." in page


def test_what_is_missing_is_said_and_what_was_ticked_is_kept(fresh: World) -> None:
    page = make(fresh.enter(COORDINATOR), "matches:read", title="")
    assert "Please say in 1 to 64 letters what the key is for." in page
    assert re.search(r'value="matches:read"[^>]*checked', page)


def test_a_revoked_key_opens_nothing(fresh: World) -> None:
    client = fresh.enter(COORDINATOR)
    found = SECRET.search(make(client, "matches:read"))
    assert found
    name = found[1].split("_")[1]
    sent = {"csrf_token": csrf(client, KEYS), "key": name}
    assert client.post(f"{KEYS}/revoke", data=sent).status_code == 302
    assert recognise(fresh.engine, found[1]) is None
    assert "revoked on" in client.get(KEYS).text


def test_anothers_key_is_not_there(fresh: World) -> None:
    found = SECRET.search(make(fresh.enter(ADMINISTRATOR), "trials:read"))
    assert found
    client = fresh.enter(COORDINATOR)
    sent = {"csrf_token": csrf(client, KEYS), "key": found[1].split("_")[1]}
    assert client.post(f"{KEYS}/revoke", data=sent).status_code == 404
    assert recognise(fresh.engine, found[1])


def test_a_key_is_made_only_shortly_after_signing_in(fresh: World) -> None:
    client = fresh.enter(COORDINATOR)
    token = csrf(client, KEYS)
    with time_machine.travel(now() + FRESH * 1.1):
        sent = {"csrf_token": token, "title": "late", "scope": "matches:read"}
        answer = client.post(KEYS, data=sent)
    assert answer.status_code == 302
    assert "/login" in answer.headers["Location"]
