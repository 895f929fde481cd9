"""The sites of a posting: a table, a form for each, and who staffs it."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from recruit.actions.accounts import add_account, add_organisation
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.core.db import reading, unit_of_work
from recruit.people import accounts, organisations
from recruit.people.accounts import Role
from recruit.people.organisations import OrganisationKind
from recruit.trials import centres
from recruit.trials import store as trials
from recruit.trials.centres import site_key
from recruit.trials.draft import SiteDraft, TrialStatus
from recruit.trials.posting import store
from recruit.trials.posting.reading import begun, eligibility
from recruit.trials.posting.tables import POSTING
from tests.web_world import (
    CHEAP,
    DIABETES,
    PARIS,
    PASSWORD,
    SPONSOR,
    World,
    csrf,
    lexicon,
)


class Desk:
    """A sponsor at a posting of three sites."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.id = store.new_id()
        with unit_of_work(world.engine) as session:
            mine = organisations.add(session, "Acme", OrganisationKind.SPONSOR)
            other = organisations.add(session, "Other", OrganisationKind.SPONSOR)
            accounts.change_role(session, accounts.find(session, SPONSOR), Role.SPONSOR, mine.id)
            content = begun(DIABETES, lexicon())
            store.begin(session, self.id, content, organisation=mine.id, author="account 3")
            self.other = other.id
        self.client = world.enter(SPONSOR)
        self.address = f"/sponsor/trials/{self.id}/sites"

    @property
    def sites(self) -> tuple[SiteDraft, ...]:
        with reading(self.world.engine) as session:
            return store.get(session, self.id, None).content.draft.sites

    def handle(self, site: SiteDraft) -> str:
        return f"{self.address}/{site_key(site)[:12]}"

    def fields(self, path: str) -> dict[str, str]:
        page = self.client.get(path).text
        found = dict(re.findall(r'<input[^>]*?name="(\w+)"[^>]*?value="([^"]*)"', page, re.DOTALL))
        chosen = re.findall(
            r'<select[^>]*?name="(\w+)".*?<option value="([^"]*)" selected', page, re.DOTALL
        )
        return found | dict(chosen)

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        token = csrf(self.client, self.address + "/new")
        base = self.fields(self.address + "/new")["base"]
        sent = {"csrf_token": token, "base": base} | fields
        answer = self.client.post(path, data=sent)
        return answer.status_code, answer.text


NEW = {"name": "Clinique du Nord", "postcode": "59000", "city": "Lille", "country": "FR"}


@pytest.fixture
def desk(fresh: World) -> Desk:
    return Desk(fresh)


def test_every_form_leads_where_it_is_answered(desk: Desk) -> None:
    adapter = desk.world.app.url_map.bind("")
    for path in (desk.address + "/new", desk.handle(PARIS)):
        page = desk.client.get(path).text
        actions = re.findall(r'<form method="post"\s+action="([^"]+)"', page)
        assert {adapter.match(each, method="POST")[0] for each in actions} >= {
            "posting_sites.add" if path.endswith("new") else "posting_sites.save"
        }


def test_every_site_stands_in_the_table(desk: Desk) -> None:
    page = desk.client.get(desk.address).text
    assert all(site.name in page for site in DIABETES.sites)
    assert "3 sites" in page


def test_a_new_site_is_put_where_its_postcode_is(desk: Desk) -> None:
    assert desk.post(desk.address + "/new", **NEW)[0] == 302
    new = desk.sites[-1]
    assert (new.name, new.city, new.country, new.status) == (
        "Clinique du Nord",
        "Lille",
        "FR",
        None,
    )
    assert new.lat == pytest.approx(50.63, abs=0.1)
    assert new.lon == pytest.approx(3.06, abs=0.1)


def test_a_position_that_is_typed_is_kept(desk: Desk) -> None:
    desk.post(desk.address + "/new", **NEW, lat="50,70", lon="3.10")
    assert (desk.sites[-1].lat, desk.sites[-1].lon) == (50.7, 3.1)


def test_everything_about_a_site_is_kept(desk: Desk) -> None:
    status, _ = desk.post(
        desk.handle(PARIS),
        **NEW,
        address="12 rue de l’Exemple",
        status="recruiting",
        capacity="25",
        hours="Lundi\r\nMardi",
        travel="Taxi",
        contact_name="Secrétariat",
        contact_role="Essais",
        contact_phone="01 99 00 12 34",
        contact_email="essais@example.org",
    )
    assert status == 302
    site = desk.sites[0]
    assert site.contact
    assert (site.address, site.status, site.capacity, site.hours, site.travel) == (
        "12 rue de l’Exemple",
        TrialStatus.RECRUITING,
        25,
        "Lundi\nMardi",
        "Taxi",
    )
    assert (site.contact.phone, site.contact.email) == ("01 99 00 12 34", "essais@example.org")


def test_saving_what_stands_there_changes_nothing(desk: Desk) -> None:
    before = desk.sites
    fields = desk.fields(desk.handle(PARIS))
    fields.pop("csrf_token")
    assert desk.post(desk.handle(PARIS), **fields)[0] == 302
    assert desk.sites == before


WRONG: dict[str, tuple[str, str]] = {
    "nothing": ("name", ""),
    "country": ("country", "Atlantis"),
    "words": ("lat", "north"),
    "beyond": ("lat", "91"),
    "half": ("lon", "2.35"),
    "status": ("status", "asleep"),
    "capacity": ("capacity", "many"),
    "crowd": ("capacity", "100001"),
    "phone": ("contact_phone", "call me"),
    "email": ("contact_email", "me@"),
    "control": ("hours", "a\x07b"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_and_what_was_typed_stays(desk: Desk, case: str) -> None:
    field, value = WRONG[case]
    typed = {**NEW, "travel": "By ferry", field: value}
    if case == "nothing":
        typed["city"] = ""
    before = desk.sites
    status, page = desk.post(desk.address + "/new", **typed)
    named = "lat" if case == "half" else field
    assert status == 422
    assert f'href="#{named}"' in page
    assert "By ferry" in page
    assert desk.sites == before


def test_what_is_typed_is_text(desk: Desk) -> None:
    desk.post(desk.address + "/new", **NEW | {"name": "{{7*7}}<script>alert(1)</script>"})
    page = desk.client.get(desk.address).text
    assert "{{7*7}}&lt;script&gt;" in page


def test_a_site_is_taken_out(desk: Desk) -> None:
    assert desk.post(desk.handle(PARIS) + "/remove")[0] == 302
    assert desk.sites == DIABETES.sites[1:]


def test_a_site_moves_down_and_up_again(desk: Desk) -> None:
    desk.post(desk.handle(PARIS) + "/move", to="down")
    assert desk.sites[1] == PARIS
    desk.post(desk.handle(PARIS) + "/move", to="up")
    assert desk.sites == DIABETES.sites


def test_the_first_site_moves_no_further_up(desk: Desk) -> None:
    desk.post(desk.handle(PARIS) + "/move", to="up")
    assert desk.sites == DIABETES.sites


DEEDS: dict[str, Callable[[Desk], tuple[int, str]]] = {
    "add": lambda desk: desk.post(desk.address + "/new", **NEW, base="0"),
    "save": lambda desk: desk.post(desk.handle(PARIS), **NEW, base="0"),
    "remove": lambda desk: desk.post(desk.handle(PARIS) + "/remove", base="0"),
    "move": lambda desk: desk.post(desk.handle(PARIS) + "/move", to="down", base="0"),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_nobodys_change_is_overwritten(desk: Desk, deed: str) -> None:
    status, page = DEEDS[deed](desk)
    assert status == 409
    assert desk.sites == DIABETES.sites
    assert 'name="base" value="1"' in page


def test_two_sites_of_one_name_have_an_address_each(desk: Desk) -> None:
    for capacity in ("1", "2"):
        desk.post(desk.address + "/new", **NEW, capacity=capacity)
    second = desk.handle(desk.sites[-1]) + "-2"
    assert desk.fields(second)["capacity"] == "2"
    desk.post(second + "/remove")
    assert desk.sites[-1].capacity == 1


def test_a_site_that_is_not_there_is_404(desk: Desk) -> None:
    assert desk.client.get(desk.address + "/0123456789ab").status_code == 404
    assert desk.post(desk.address + "/0123456789ab/remove")[0] == 404


def test_another_organisations_posting_is_404(desk: Desk) -> None:
    with unit_of_work(desk.world.engine) as session:
        mine = POSTING.c.id == desk.id
        session.execute(update(POSTING).where(mine).values(organisation=desk.other))
    assert desk.client.get(desk.address).status_code == 404
    assert desk.client.get(desk.handle(PARIS)).status_code == 404


# ---------------------------------------------------------------- who staffs a site
def staffed(desk: Desk) -> dict[str, str]:
    with reading(desk.world.engine) as session:
        return {key: each.name for key, each in centres.centres_of(session, desk.id).items()}


def add_centre(desk: Desk, name: str = "Example Hospital") -> None:
    kind = OrganisationKind.CENTRE
    add_organisation(desk.world.engine, name=name, kind=kind, actor="test")


def test_a_centre_is_named_and_taken_away_again(desk: Desk) -> None:
    add_centre(desk)
    assert desk.post(desk.handle(PARIS) + "/centre", centre="  example  HOSPITAL ")[0] == 302
    page = desk.client.get(desk.handle(PARIS) + "?lang=en").text
    assert "The study centre of this site is saved." in page
    assert "&lt;span" not in page.partition("</title>")[0]
    assert staffed(desk) == {site_key(PARIS): "Example Hospital"}
    assert "Example Hospital" in desk.client.get(desk.address).text
    desk.post(desk.handle(PARIS) + "/centre", centre="")
    assert staffed(desk) == {}


def test_a_name_that_is_no_centres_is_refused(desk: Desk) -> None:
    status, page = desk.post(desk.handle(PARIS) + "/centre", centre="Acme")
    assert (status, staffed(desk)) == (422, {})
    assert 'value="Acme"' in page
    assert 'href="#centre"' in page


def test_a_site_that_is_renamed_keeps_its_centre(desk: Desk) -> None:
    add_centre(desk)
    desk.post(desk.handle(PARIS) + "/centre", centre="Example Hospital")
    desk.post(desk.handle(PARIS), **NEW)
    assert staffed(desk)[site_key(desk.sites[0])] == "Example Hospital"


def test_naming_a_centre_leaves_its_row_in_the_trail(desk: Desk) -> None:
    add_centre(desk)
    desk.post(desk.handle(PARIS) + "/centre", centre="Example Hospital")
    with reading(desk.world.engine) as session:
        query = select(AUDIT.c.subject).where(AUDIT.c.tag == Tag.SITE_STAFFED.value)
        assert list(session.scalars(query)) == [desk.id]


def test_a_centre_named_here_sees_its_matches_once_the_trial_is_public(desk: Desk) -> None:
    add_centre(desk)
    add_account(
        desk.world.engine,
        email="nurse@example.org",
        role=Role.COORDINATOR,
        password=PASSWORD,
        actor="test",
        organisation="Example Hospital",
        cost=CHEAP,
    )
    nurse = desk.world.enter("nurse@example.org")
    desk.post(desk.handle(PARIS) + "/centre", centre="Example Hospital")
    match = f"/review/{desk.world.matches['open']}"
    assert nurse.get(match).status_code == 404
    with unit_of_work(desk.world.engine) as session:
        session.execute(update(POSTING).where(POSTING.c.id == desk.id).values(published=1))
    assert nurse.get(match).status_code == 200


# ---------------------------------------------------------------- what people see
def publish(desk: Desk) -> None:
    with unit_of_work(desk.world.engine) as session:
        content = store.get(session, desk.id, None).content
        trials.publish(session, content.draft, eligibility(content, lexicon()))


def test_people_see_what_the_sponsor_published_of_a_site(desk: Desk) -> None:
    desk.post(
        desk.handle(PARIS),
        **desk.fields(desk.handle(PARIS))
        | {"address": "12 rue de l’Exemple", "hours": "Lundi", "travel": "Taxi remboursé"}
        | {"contact_name": "Secrétariat des essais", "contact_phone": "01 99 00 12 34"},
    )
    publish(desk)
    page = desk.client.get(f"/studies/{DIABETES.id}").text
    for said in ("12 rue de l’Exemple", "Lundi", "Taxi remboursé", "Secrétariat des essais"):
        assert said in page


def browser(world: World) -> FlaskClient:
    return world.app.test_client()


def test_a_study_page_has_nothing_of_accounts(desk: Desk) -> None:
    add_centre(desk)
    desk.post(desk.handle(PARIS) + "/centre", centre="Example Hospital")
    publish(desk)
    assert "Example Hospital" not in browser(desk.world).get(f"/studies/{DIABETES.id}").text
