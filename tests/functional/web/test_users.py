"""`/admin/users`: accounts are made, changed, reset and disabled, and sessions end with each."""

import re

import pytest
from flask.testing import FlaskClient

from recruit.actions import accounts
from recruit.core.db import reading
from recruit.people.organisations import OrganisationKind
from tests.functional.web.staff import is_in, password, send, set_up, tags
from tests.web_world import ADMINISTRATOR, COORDINATOR, SPONSOR, World, csrf

NEW = "new@example.org"


def number(world: World, email: str) -> int:
    with reading(world.engine) as session:
        return next(each.id for each in accounts.members(session) if each.email == email)


def change(world: World, email: str, deed: str, **fields: str) -> tuple[int, str]:
    client = world.enter(ADMINISTRATOR)
    sent = {"csrf_token": csrf(client, "/admin/users"), **fields}
    answer = client.post(f"/admin/users/{number(world, email)}/{deed}", data=sent)
    return answer.status_code, answer.text


def first_password(page: str) -> str:
    found = re.search(r"<code>([\w-]{16})</code>", page)
    assert found
    return found[1]


def invite(world: World, **fields: str) -> tuple[int, str]:
    client = world.enter(ADMINISTRATOR)
    sent = {"email": NEW, "role": "coordinator", "organisation": "", **fields}
    answer = client.post("/admin/users", data={"csrf_token": csrf(client, "/admin/users"), **sent})
    return answer.status_code, answer.text


def test_everybody_of_the_staff_is_listed(fresh: World) -> None:
    page = fresh.enter(ADMINISTRATOR).get("/admin/users").text
    assert all(email in page for email in (ADMINISTRATOR, COORDINATOR, SPONSOR))


def test_an_invited_one_chooses_a_password_before_anything_else(fresh: World) -> None:
    status, page = invite(fresh)
    given = first_password(page)
    client = fresh.app.test_client()
    assert status == 200
    assert password(client, NEW, given) == "/login/new-password"
    assert not is_in(client)
    assert send(client, "/login/new-password", password="a password of my own") == (302, "/review")
    assert is_in(client)
    assert password(fresh.app.test_client(), NEW, "a password of my own") == "/review"


def test_the_given_password_cannot_be_kept(fresh: World) -> None:
    given = first_password(invite(fresh)[1])
    client = fresh.app.test_client()
    password(client, NEW, given)
    assert send(client, "/login/new-password", password=given)[0] == 422
    assert not is_in(client)


def test_a_given_password_is_over_once_it_is_changed(fresh: World) -> None:
    given = first_password(invite(fresh)[1])
    client = fresh.app.test_client()
    password(client, NEW, given)
    send(client, "/login/new-password", password="a password of my own")
    sent = {"email": NEW, "password": given, "csrf_token": csrf(fresh.app.test_client())}
    other = fresh.app.test_client()
    assert other.post("/login", data={**sent, "csrf_token": csrf(other)}).status_code == 422


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"email": "nobody"}, 422),
        ({"email": COORDINATOR}, 422),
        ({"role": "participant"}, 422),
        ({"role": "king"}, 422),
        ({"organisation": "Nowhere"}, 404),
    ],
)
def test_an_account_that_will_not_do_is_not_made(
    fresh: World, fields: dict[str, str], status: int
) -> None:
    with reading(fresh.engine) as session:
        before = len(accounts.members(session))
    assert invite(fresh, **fields)[0] == status
    with reading(fresh.engine) as session:
        assert len(accounts.members(session)) == before


@pytest.mark.parametrize(
    ("deed", "fields"),
    [
        ("disable", {}),
        ("enable", {}),
        ("reset", {}),
        ("role", {"role": "coordinator", "organisation": ""}),
        ("link", {"subject": "someone"}),
    ],
)
def test_every_change_ends_the_sessions_and_leaves_a_row(
    fresh: World, deed: str, fields: dict[str, str]
) -> None:
    client = fresh.enter(COORDINATOR)
    assert is_in(client)
    assert change(fresh, COORDINATOR, deed, **fields)[0] in {200, 302}
    assert not is_in(client)
    assert (
        tags(fresh.engine)[-1]
        == {
            "disable": "accounts:account:disabled",
            "enable": "accounts:account:enabled",
            "reset": "accounts:account:reset",
            "role": "accounts:account:role-changed",
            "link": "accounts:account:linked",
        }[deed]
    )


def test_a_disabled_account_comes_in_again_once_it_is_enabled(fresh: World) -> None:
    change(fresh, COORDINATOR, "disable")
    change(fresh, COORDINATOR, "enable")
    assert is_in(fresh.enter(COORDINATOR))


def test_another_role_opens_and_closes_pages(fresh: World) -> None:
    change(fresh, COORDINATOR, "role", role="sponsor", organisation="")
    assert fresh.enter(COORDINATOR).get("/review").status_code == 403


def test_a_reset_takes_the_second_factor_away(fresh: World) -> None:
    set_up(fresh.enter(COORDINATOR), "/account/authenticator")
    given = first_password(change(fresh, COORDINATOR, "reset")[1])
    assert password(fresh.app.test_client(), COORDINATOR, given) == "/login/new-password"


@pytest.mark.parametrize(
    ("deed", "fields"), [("disable", {}), ("role", {"role": "sponsor", "organisation": ""})]
)
def test_the_last_administrator_stays(fresh: World, deed: str, fields: dict[str, str]) -> None:
    status, page = change(fresh, ADMINISTRATOR, deed, **fields)
    assert status == 422
    assert "This is the last administrator" in page
    assert fresh.enter(ADMINISTRATOR).get("/admin/users").status_code == 200


def test_one_of_two_administrators_may_go(fresh: World) -> None:
    assert change(fresh, COORDINATOR, "role", role="administrator", organisation="")[0] == 302
    assert change(fresh, ADMINISTRATOR, "disable")[0] == 302


def test_a_disabled_administrator_does_not_count(fresh: World) -> None:
    change(fresh, COORDINATOR, "role", role="administrator", organisation="")
    change(fresh, COORDINATOR, "disable")
    assert change(fresh, ADMINISTRATOR, "disable")[0] == 422


def test_administrators_belong_to_no_organisation(fresh: World) -> None:
    kind = OrganisationKind.SPONSOR
    accounts.add_organisation(fresh.engine, name="Acme", kind=kind, actor="test")
    status, page = change(fresh, COORDINATOR, "role", role="administrator", organisation="Acme")
    assert status == 422
    assert "Administrators belong to the operator" in page


def test_an_identifier_is_linked_to_one_account_alone(fresh: World) -> None:
    assert change(fresh, COORDINATOR, "link", subject="899700000001")[0] == 302
    assert change(fresh, SPONSOR, "link", subject="899700000001")[0] == 422
    assert change(fresh, COORDINATOR, "link", subject="")[0] == 302
    assert change(fresh, SPONSOR, "link", subject="899700000001")[0] == 302


def own(client: FlaskClient, present: str, chosen: str) -> tuple[int, str]:
    return send(client, "/account/password", present=present, password=chosen)


def test_ones_own_password_is_changed_and_other_sessions_end(fresh: World) -> None:
    client, other = fresh.enter(COORDINATOR), fresh.enter(COORDINATOR)
    assert own(client, "a long enough password", "another long password") == (302, "/account")
    assert is_in(client)
    assert not is_in(other)
    assert password(fresh.app.test_client(), COORDINATOR, "another long password") == "/review"


@pytest.mark.parametrize(
    ("present", "chosen"),
    [
        ("wrong", "another long password"),
        ("", "another long password"),
        ("a long enough password", "short"),
        ("a long enough password", "a long enough password"),
    ],
)
def test_ones_own_password_is_not_changed_otherwise(
    fresh: World, present: str, chosen: str
) -> None:
    client = fresh.enter(COORDINATOR)
    assert own(client, present, chosen)[0] == 422
    assert password(fresh.app.test_client(), COORDINATOR) == "/review"


def test_the_present_password_cannot_be_guessed_by_whoever_found_a_session(fresh: World) -> None:
    client = fresh.enter(COORDINATOR)
    for _ in range(8):
        own(client, "wrong", "another long password")
    assert own(client, "a long enough password", "another long password")[0] == 429
