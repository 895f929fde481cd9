"""Nobody gives themselves a role, a tenant or an account by a field that the form does not have."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

import recruit
from recruit.core.db import reading
from recruit.people.accounts import Role
from recruit.people.second_factors import ACCOUNT
from tests.functional.web.conftest import stock
from tests.functional.web.test_every_route import House, address, house
from tests.web_world import csrf

__all__ = ["house", "stock"]

DOORS = ("web", "api")
EXTRA = {
    "role": "administrator",
    "organisation": "1",
    "tenant": "1",
    "id": "1",
    "account": "1",
    "pseudonym": "P-00000000",
    "disabled": "",
    "stamp": "mine",
    "password_hash": "mine",
    "totp_secret": "mine",
    "email": "mine@example.org",
    "subject": "mine",
}
KEPT = ("id", "email", "pseudonym", "role", "organisation", "password_hash", "disabled", "subject")
# Whoever may, changes accounts by these; what they take is tested where they live.
ACCOUNTS = ("/admin/users", "/account")


def doors() -> Iterator[Path]:
    for door in DOORS:
        yield from (Path(recruit.__file__).parent / door).rglob("*.py")


def taken_whole(file: Path) -> list[int]:
    """The lines of calls that are given a whole form or body, as if each field were meant."""
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.Call):
            continue
        spread = [ast.unparse(each.value) for each in node.keywords if each.arg is None]
        if any(word.startswith("request.") for word in spread):
            found.append(node.lineno)
    return found


def test_no_door_hands_a_whole_form_on() -> None:
    assert {str(file): lines for file in doors() if (lines := taken_whole(file))} == {}


def accounts_of(house: House) -> list[tuple[object, ...]]:
    with reading(house.world.engine) as session:
        columns = [ACCOUNT.c[name] for name in KEPT]
        return [tuple(row) for row in session.execute(select(*columns).order_by(ACCOUNT.c.id))]


@pytest.mark.parametrize("role", [Role.SPONSOR, Role.COORDINATOR, Role.PARTICIPANT])
def test_a_field_that_no_form_has_changes_no_account(house: House, role: Role) -> None:
    client = house.world.app.test_client()
    assert client.get(f"/test/door/{role.value}").status_code == 200
    token = csrf(client, "/nothing-here")
    before = accounts_of(house)
    sent = 0
    for method, rule in house.routes:
        where = address(rule)
        if method == "POST" and role in house.roles(rule) and not where.startswith(ACCOUNTS):
            client.post(where, data={**EXTRA, "csrf_token": token}).close()
            sent += 1
    assert sent > 10
    assert accounts_of(house) == before
