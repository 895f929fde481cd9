"""What the registry says otherwise, on the sponsor's pages: read, taken in parts, declined."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from recruit.audit.tables import AUDIT
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people import accounts, organisations
from recruit.people.accounts import Role
from recruit.people.organisations import OrganisationKind
from recruit.trials import looks, proposals
from recruit.trials.draft import TrialDraft, TrialStatus
from recruit.trials.posting import store
from recruit.trials.posting.content import Content, Standing
from recruit.trials.posting.reading import begun
from recruit.trials.posting.store import Change, State
from tests.web_world import APPROVER, DIABETES, LYON, PARIS, SPONSOR, World, csrf, lexicon

RECORD = replace(
    DIABETES,
    title="A daily tablet for type 2 diabetes",
    status=TrialStatus.SUSPENDED,
    criteria=DIABETES.criteria.replace("* Keeps a diary of every single breakfast\n", ""),
    sites=(PARIS, replace(LYON, status=TrialStatus.RECRUITING)),
)


class Desk:
    """A sponsor whose posting the registry amended after a criterion was decided."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.id = store.new_id()
        with unit_of_work(world.engine) as session:
            mine = organisations.add(session, "Acme", OrganisationKind.SPONSOR)
            sponsor = accounts.find(session, SPONSOR)
            accounts.change_role(session, sponsor, Role.SPONSOR, mine.id)
            content = begun(DIABETES, lexicon())
            store.begin(session, self.id, content, organisation=mine.id, author="account 3")
            first, *rest = content.criteria
            decided = Content(DIABETES, (replace(first, standing=Standing.ACCEPTED), *rest))
            held = store.held(session, self.id, None)
            change = Change.ACCEPTED
            store.change(session, held, decided, base=1, author="account 3", change=change)
            assert proposals.propose(session, self.id, RECORD)
        self.client = world.enter(SPONSOR)
        self.address = f"/sponsor/trials/{self.id}/proposals"

    @property
    def posting(self) -> store.Posting:
        with reading(self.world.engine) as session:
            return store.get(session, self.id, None)

    @property
    def draft(self) -> TrialDraft:
        return self.posting.content.draft

    def mark(self) -> str:
        with reading(self.world.engine) as session:
            found = proposals.open_proposal(session, self.posting)
        return found.mark if found else ""

    def post(self, deed: str, **fields: str | list[str]) -> tuple[int, str]:
        sent: dict[str, str | list[str]] = {
            "csrf_token": csrf(self.client, "/sponsor/trials/new"),
            "base": str(self.posting.heading.revision),
            "mark": self.mark(),
        }
        sent |= fields
        answer = self.client.post(f"{self.address}/{deed}", data=sent)
        return answer.status_code, answer.text


@pytest.fixture
def desk(fresh: World) -> Desk:
    return Desk(fresh)


def test_each_part_stands_with_what_it_would_change(desk: Desk) -> None:
    page = desk.client.get(desk.address).text
    for part in ("titles", "status", "criteria", "sites"):
        assert f'value="{part}"' in page
    assert 'value="phase"' not in page
    assert "daily" in page
    assert "weekly" in page


def test_every_form_leads_where_it_is_answered(desk: Desk) -> None:
    adapter = desk.world.app.url_map.bind("")
    page = desk.client.get(desk.address).text
    actions = re.findall(r'action="(/sponsor[^"]+)"', page)
    assert {adapter.match(each, method="POST")[0] for each in actions} == {
        "posting_proposals.take_over",
        "posting_proposals.leave",
    }


def test_everything_is_taken_and_decisions_survive(desk: Desk) -> None:
    assert desk.post("take", what="all")[0] == 302
    assert desk.draft == RECORD
    kept = desk.posting.content.criteria
    assert [each.standing for each in kept if each.number == 1] == [Standing.ACCEPTED]
    assert not any("breakfast" in each.criterion.text for each in kept)
    assert desk.posting.newest.change is Change.REGISTRY
    assert desk.mark() == ""


def test_chosen_parts_are_taken_and_the_others_not(desk: Desk) -> None:
    assert desk.post("take", what="chosen", part=["status"])[0] == 302
    assert desk.draft == replace(DIABETES, status=TrialStatus.SUSPENDED)
    assert desk.mark() == ""


def test_what_is_taken_waits_for_approval_like_any_change(desk: Desk) -> None:
    desk.post("take", what="all")
    assert desk.posting.heading.state is State.DRAFT


def test_what_is_declined_leaves_the_posting(desk: Desk) -> None:
    before = desk.posting
    assert desk.post("decline")[0] == 302
    assert desk.posting == before
    page = desk.client.get(desk.address).text
    assert "Declined" in page
    with unit_of_work(desk.world.engine) as session:
        assert not proposals.propose(session, desk.id, RECORD)


@pytest.mark.parametrize(
    ("deed", "sent"), [("decline", {}), ("take", {"what": "all"})], ids=["declined", "taken"]
)
def test_the_studys_page_says_that_the_record_changed_until_somebody_reviewed_it(
    desk: Desk, deed: str, sent: dict[str, str]
) -> None:
    def page(language: str) -> str:
        anybody = desk.world.app.test_client()
        return unescape(anybody.get(f"/studies/{DIABETES.id}?lang={language}").text)

    assert "The official record changed on" in page("en")
    assert "La fiche officielle a changé" in page("fr")
    assert desk.post(deed, **sent)[0] == 302
    assert "The official record changed on" not in page("en")


def test_no_part_chosen_is_said(desk: Desk) -> None:
    status, page = desk.post("take", what="chosen")
    assert (status, desk.draft) == (422, DIABETES)
    assert 'href="#part"' in page


def test_a_posting_that_changed_meanwhile_is_looked_at_again(desk: Desk) -> None:
    status, page = desk.post("take", what="all", base="1")
    assert (status, desk.draft) == (409, DIABETES)
    assert 'name="base" value="2"' in page
    assert desk.mark()


@pytest.mark.parametrize("deed", ["take", "decline"])
def test_a_record_that_changed_meanwhile_is_looked_at_again(desk: Desk, deed: str) -> None:
    old = desk.mark()
    with unit_of_work(desk.world.engine) as session:
        newer = replace(RECORD, title="A monthly tablet for type 2 diabetes")
        assert proposals.propose(session, desk.id, newer)
    status, page = desk.post(deed, what="all", mark=old)
    assert (status, desk.draft) == (409, DIABETES)
    assert "monthly" in page


def test_both_deeds_leave_their_row_in_the_trail(desk: Desk) -> None:
    desk.post("take", what="chosen", part=["status", "titles"])
    with unit_of_work(desk.world.engine) as session:
        assert proposals.propose(session, desk.id, replace(RECORD, target=7))
    desk.post("decline")
    with reading(desk.world.engine) as session:
        query = select(AUDIT.c.tag, AUDIT.c.new).where(AUDIT.c.subject == desk.id)
        rows = [(row.tag, row.new) for row in session.execute(query) if "proposal" in row.tag]
    assert rows == [
        ("trials:proposal:taken", "titles, status"),
        ("trials:proposal:declined", None),
    ]


def test_another_organisation_sees_and_decides_nothing(desk: Desk) -> None:
    with unit_of_work(desk.world.engine) as session:
        other = organisations.add(session, "Other", OrganisationKind.SPONSOR)
        theirs = accounts.find(session, APPROVER)
        accounts.change_role(session, theirs, Role.SPONSOR, other.id)
    client = desk.world.enter(APPROVER)
    assert client.get(desk.address).status_code == 404
    sent = {"csrf_token": csrf(client, "/sponsor/trials/new"), "base": "2", "mark": desk.mark()}
    assert client.post(desk.address + "/take", data=sent | {"what": "all"}).status_code == 404
    assert client.post(desk.address + "/decline", data=sent).status_code == 404
    assert desk.mark()


def test_list_and_overview_say_since_when_the_registry_differs(desk: Desk) -> None:
    for path in ("/sponsor/trials", f"/sponsor/trials/{desk.id}"):
        page = desk.client.get(path).text
        assert "The registry says something else since" in page
        assert desk.address in page
    desk.post("decline")
    for path in ("/sponsor/trials", f"/sponsor/trials/{desk.id}"):
        assert desk.address not in desk.client.get(path).text


# ---------------------------------------------------------------- how old a status is
def look(world: World, days: int) -> None:
    with unit_of_work(world.engine) as session:
        looks.looked(session, {DIABETES.id}, now() - timedelta(days=days))


def test_an_old_look_is_said_where_the_status_stands(desk: Desk) -> None:
    look(desk.world, 8)
    assert "according to the registry" in desk.client.get(f"/studies/{DIABETES.id}").text
    overview = desk.client.get(f"/sponsor/trials/{desk.id}").text
    assert "The registry has not answered since" in overview


def test_a_fresh_look_is_not_worth_a_word(desk: Desk) -> None:
    look(desk.world, 6)
    assert "according to the registry" not in desk.client.get(f"/studies/{DIABETES.id}").text
    overview = desk.client.get(f"/sponsor/trials/{desk.id}").text
    assert "The registry has not answered since" not in overview
