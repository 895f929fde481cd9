"""Every route × role × tenant: each page lets in exactly whom it declares.

The routes are read from the application, so that a new page is in these tests by being there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from recruit.actions.accounts import add_account, add_organisation, assign_trial
from recruit.actions.match_table import MatchRow
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import WrongUsage
from recruit.people import accounts, organisations
from recruit.people.accounts import STAFF, Account, Role
from recruit.people.organisations import OrganisationKind
from recruit.trials import centres
from recruit.trials.draft import SiteDraft
from recruit.trials.posting import store as posting_store
from recruit.trials.posting.reading import begun
from recruit.trials.posting.tables import POSTING
from recruit.web import sessions
from recruit.web.access import SIGN_IN, SPEAKERS, anyone, declared, is_step
from tests.functional.web.conftest import Stock
from tests.web_world import (
    BOSTON,
    CHEAP,
    COORDINATOR,
    DIABETES,
    PARIS,
    PASSWORD,
    World,
    csrf,
    lexicon,
)

# What stands in addresses: things that are not there. Who may enter is asked before they are.
MISSING = {
    "PathConverter": "NOTHING-HERE",
    "UnicodeConverter": "nothing-here",
    "UUIDConverter": "00000000-0000-4000-8000-000000000000",
}
NEITHER = {
    "PathConverter": "NEITHER-HERE",
    "UnicodeConverter": "neither-here",
    "UUIDConverter": "00000000-0000-4000-8000-000000000001",
}
LARGEST = 2_147_483_646
DOOR = "/test/door/"
ACTING = {("/me/for", 403), ("/me/for/stop", 403)}


@dataclass(frozen=True)
class House:
    """The service, and who may come to each of its pages."""

    world: World

    @property
    def routes(self) -> list[tuple[str, Rule]]:
        """(method, rule) of every page."""
        return [
            (method, rule)
            for rule in self.world.app.url_map.iter_rules()
            if not rule.rule.startswith(DOOR)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]

    def roles(self, rule: Rule) -> frozenset[Role]:
        """Who may enter; empty for everybody."""
        return declared(self.world.app.view_functions[rule.endpoint]) or frozenset()

    def ask(self, role: Role | None, method: str, rule: Rule) -> tuple[int, str]:
        """(status, where it leads) for somebody with this role, who has just come in."""
        client = _browser(self.world, role)
        sent = None
        if method == "POST":
            sent = {"csrf_token": csrf(client, "/login" if role is None else "/nothing-here")}
        answer = client.open(address(rule), method=method, data=sent)
        answer.close()
        return answer.status_code, answer.headers.get("Location", "")


def missing(converter: BaseConverter, words: Mapping[str, str]) -> str:
    """Something that an address of this kind may hold."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    if isinstance(converter, IntegerConverter):
        return str((converter.max or LARGEST) - (words is NEITHER))
    return words[type(converter).__name__]


def address(rule: Rule, words: Mapping[str, str] = MISSING) -> str:
    """The address of a page about something that is not there."""
    kinds = rule._converters  # noqa: SLF001 - shown nowhere else
    values = {name: missing(each, words) for name, each in kinds.items()}
    made = rule.build(values)
    assert made
    return made[1]


@pytest.fixture(scope="module")
def house(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One service for all; what its pages change are things that are not there."""
    world = stock.world(tmp_path_factory.mktemp("house"))
    _open_doors(world)
    yield House(world)
    world.engine.dispose()


def _open_doors(world: World) -> None:
    """A way in for each role; how they really come in is tested where that lives."""

    @world.app.get(f"{DOOR}<role>")
    @anyone
    def door(role: str) -> str:
        wanted = Role(role)
        if wanted in STAFF:
            account = _staff(world, wanted)
        else:
            with unit_of_work(world.engine) as session:
                match = session.get(MatchRow, world.matches["open"])
                assert match
                name = match.person if wanted is Role.PARTICIPANT else "R-HOUSE000"
                account = accounts.of_holder(session, name, wanted)
        sessions.begin(account)
        return "in"


def _staff(world: World, role: Role) -> Account:
    email = f"{role.value}@house.example.org"
    with reading(world.engine) as session:
        if any(account.email == email for account in accounts.staff(session)):
            return accounts.find(session, email)
    return add_account(
        world.engine, email=email, role=role, password=PASSWORD, actor="test", cost=CHEAP
    )


def _browser(world: World, role: Role | None) -> FlaskClient:
    client = world.app.test_client()
    if role:
        assert client.get(f"{DOOR}{role.value}").status_code == 200
    return client


def test_there_are_routes(house: House) -> None:
    assert len(house.routes) > 50


def test_a_stranger_is_led_to_the_right_sign_in(house: House) -> None:
    wrong = []
    for method, rule in house.routes:
        roles = house.roles(rule)
        if roles:
            expected = SIGN_IN if roles <= SPEAKERS else "/login"
            if house.ask(None, method, rule) != (302, expected):
                wrong.append((method, rule.rule))
    assert wrong == []


def test_who_has_shown_no_password_sees_no_step_after_it(house: House) -> None:
    steps = [
        (method, rule)
        for method, rule in house.routes
        if is_step(house.world.app.view_functions[rule.endpoint])
    ]
    assert len(steps) > 4
    for method, rule in steps:
        for role in (None, Role.COORDINATOR):
            assert house.ask(role, method, rule) == (302, "/login"), rule.rule


@pytest.mark.parametrize("role", list(Role))
def test_a_role_that_is_not_named_is_refused(house: House, role: Role) -> None:
    wrong = [
        (method, rule.rule)
        for method, rule in house.routes
        if house.roles(rule) and role not in house.roles(rule)
        if house.ask(role, method, rule)[0] != 403
    ]
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_a_role_that_is_named_is_let_in(house: House, role: Role) -> None:
    wrong = []
    for method, rule in house.routes:
        if role in house.roles(rule):
            status, where = house.ask(role, method, rule)
            if status == 403 or status >= 500 or where in {"/login", SIGN_IN}:
                wrong.append((method, rule.rule, status, where))
    # What a representative begins and ends is declared for both who speak for a person.
    assert [each for each in wrong if not (role in SPEAKERS and each[1:3] in ACTING)] == []


@pytest.mark.parametrize("role", list(Role))
def test_whatever_is_not_there_is_the_same_page(house: House, role: Role) -> None:
    """The general one, or where something may have gone with its person, one for every number."""
    client = _browser(house.world, role)
    with time_machine.travel(now(), tick=False):  # a form's token holds the second
        nothing = client.get("/nothing-here").data
        odd = []
        for method, rule in house.routes:
            if method == "GET" and role in house.roles(rule) and rule.arguments:
                answer = client.get(address(rule))
                same = (nothing, client.get(address(rule, NEITHER)).data)
                if answer.status_code == 404 and answer.data not in same:
                    odd.append(rule.rule)
    assert odd == []


@pytest.fixture
def tenants(stock: Stock, tmp_path: Path) -> Iterator[World]:
    """Two study centres; the site that is nearest to the people with matches is the first one's."""
    world = stock.world(tmp_path)
    for name in ("Ours", "Theirs"):
        kind = OrganisationKind.CENTRE
        organise(world, name, kind)
    staff_site(world, "Ours", PARIS)
    yield world
    world.engine.dispose()


def organise(world: World, name: str, kind: OrganisationKind) -> None:
    """An organisation with a coordinator."""
    add_organisation(world.engine, name=name, kind=kind, actor="test")
    add_account(
        world.engine,
        email=f"{name.lower()}@example.org",
        role=Role.COORDINATOR,
        password=PASSWORD,
        actor="test",
        organisation=name,
        cost=CHEAP,
    )


def staff_site(world: World, name: str, site: SiteDraft) -> None:
    """Let a centre staff a site of the published study."""
    with unit_of_work(world.engine) as session:
        number = posting_store.new_id()
        content = begun(DIABETES, lexicon())
        posting_store.begin(session, number, content, organisation=None, author="account 1")
        session.execute(update(POSTING).where(POSTING.c.id == number).values(published=1))
        centres.assign(session, number, centres.site_key(site), organisations.find(session, name))


def test_a_centre_sees_the_matches_of_its_sites(tenants: World) -> None:
    client = tenants.enter("ours@example.org")
    assert client.get(f"/review/{tenants.matches['open']}").status_code == 200
    assert DIABETES.title in client.get("/review").text


def test_another_organisation_sees_none_of_them(tenants: World) -> None:
    client = tenants.enter("theirs@example.org")
    page = client.get("/review").text
    assert "No one is waiting." in page
    assert DIABETES.title not in page
    assert DIABETES.title not in client.get(f"/review?study={DIABETES.id}").text


def test_coordinators_of_another_sponsor_see_none_of_them(tenants: World) -> None:
    organise(tenants, "Elsewhere", OrganisationKind.SPONSOR)
    client = tenants.enter("elsewhere@example.org")
    assert "No one is waiting." in client.get("/review").text
    assert client.get(f"/review/{tenants.matches['open']}").status_code == 404


def test_the_operators_own_staff_see_all(tenants: World) -> None:
    client = tenants.enter(COORDINATOR)
    assert client.get(f"/review/{tenants.matches['open']}").status_code == 200


def test_a_strangers_match_and_none_are_the_same_page(tenants: World) -> None:
    client = tenants.enter("theirs@example.org")
    with time_machine.travel(now(), tick=False):  # a form's token holds the second
        theirs = client.get(f"/review/{tenants.matches['open']}")
        missing = client.get("/review/2147483646")
    assert theirs.status_code == missing.status_code == 404
    assert theirs.data == missing.data


def test_a_site_farther_away_gives_no_sight_of_a_match(tenants: World) -> None:
    staff_site(tenants, "Theirs", BOSTON)
    client = tenants.enter("theirs@example.org")
    assert client.get(f"/review/{tenants.matches['open']}").status_code == 404
    assert "No one is waiting." in client.get("/review").text


def test_a_trial_is_assigned_twice_without_harm(tenants: World) -> None:
    kind = OrganisationKind.SPONSOR
    add_organisation(tenants.engine, name="Ours too", kind=kind, actor="test")
    for _ in range(2):
        assign_trial(tenants.engine, trial=DIABETES.id, organisation="Ours too", actor="test")
    with unit_of_work(tenants.engine) as session:
        account = accounts.find(session, "ours@example.org")
        ours = organisations.find(session, "Ours too").id
        accounts.change_role(session, account, Role.COORDINATOR, ours)
    client = tenants.enter("ours@example.org")
    assert client.get(f"/review/{tenants.matches['open']}").status_code == 200


def test_a_centre_is_assigned_no_whole_trial(tenants: World) -> None:
    with pytest.raises(WrongUsage):
        assign_trial(tenants.engine, trial=DIABETES.id, organisation="Ours", actor="test")


def test_a_change_of_organisation_holds_at_once(tenants: World) -> None:
    client = tenants.enter("ours@example.org")
    with unit_of_work(tenants.engine) as session:
        account = accounts.find(session, "ours@example.org")
        theirs = accounts.find(session, "theirs@example.org").organisation
        accounts.change_role(session, account, Role.COORDINATOR, theirs)
    assert client.get("/review").status_code == 302
    again = tenants.enter("ours@example.org")
    assert again.get(f"/review/{tenants.matches['open']}").status_code == 404
