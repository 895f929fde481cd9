"""`…/publish` and `…/approval`: what is in the way, a second person, and no way round them."""

import re
from dataclasses import dataclass, replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from recruit.actions.accounts import add_account
from recruit.core.db import reading, unit_of_work
from recruit.people import accounts
from recruit.people.accounts import Role
from recruit.trials import store as trials
from recruit.trials.draft import TrialDraft
from recruit.trials.materials.content import Channel
from recruit.trials.posting import store
from recruit.trials.posting.reading import begun
from recruit.trials.posting.store import Life, State
from tests.publishing import approve_text, edit, now_of, ready, tenant
from tests.web_world import (
    ADMINISTRATOR,
    APPROVER,
    CHEAP,
    COORDINATOR,
    DIABETES,
    PASSWORD,
    SPONSOR,
    World,
    csrf,
    lexicon,
)

OWN = replace(DIABETES, id="WEB-50", title="Sugar at night", translations=())


@dataclass(frozen=True)
class Desk:
    """A posting by SPONSOR, and a browser for each of the two sponsors."""

    world: World
    posting: str
    author: FlaskClient
    approver: FlaskClient

    @property
    def engine(self) -> Engine:
        return self.world.engine

    @property
    def publish(self) -> str:
        return f"/sponsor/trials/{self.posting}/publish"

    @property
    def approval(self) -> str:
        return f"/sponsor/trials/{self.posting}/approval"

    def submit(self, who: FlaskClient | None = None) -> TestResponse:
        revision = now_of(self.engine, self.posting).heading.revision
        client = who or self.author
        return send(client, f"{self.publish}/submit", self.publish, base=str(revision))

    def signed(self) -> dict[str, str]:
        newest = now_of(self.engine, self.posting).newest
        return {"revision": str(newest.number), "digest": newest.digest}

    def approve(self, who: FlaskClient | None = None) -> TestResponse:
        return send(who or self.approver, self.approval, self.publish, **self.signed())

    def published(self) -> None:
        self.submit()
        assert self.approve().status_code == 302

    def title(self) -> str | None:
        """What the public trial is called; None where there is none."""
        with reading(self.engine) as session:
            known = OWN.id in trials.known(session)
            return trials.get(session, OWN.id).draft.title if known else None

    def state(self) -> State:
        return now_of(self.engine, self.posting).heading.state


@pytest.fixture
def desk(fresh: World) -> Desk:
    with unit_of_work(fresh.engine) as session:
        author = f"account {accounts.find(session, SPONSOR).id}"
    posting = ready(fresh.engine, lexicon(), draft=OWN, author=author)
    return Desk(fresh, posting, fresh.enter(SPONSOR), fresh.enter(APPROVER))


def send(client: FlaskClient, address: str, page: str, **fields: str) -> TestResponse:
    return client.post(address, data={**fields, "csrf_token": csrf(client, page)})


def said(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


# ---------------------------------------------------------------- the way
def test_one_submits_another_looks_at_it_and_approves(desk: Desk) -> None:
    assert "Nothing is in the way" in desk.author.get(desk.publish).text
    assert desk.submit().status_code == 302
    listed = desk.approver.get("/sponsor/approvals").text
    assert desk.approval in listed
    page = desk.approver.get(desk.approval).text
    for words in (
        "Type 2 diabetes mellitus",
        "HbA1c between 7.0",
        "Hôpital Saint-Exemple",
        SPONSOR,
    ):
        assert words in page
    for name, value in desk.signed().items():
        assert f'name="{name}" value="{value}"' in page
    assert desk.title() is None
    answer = desk.approve()
    assert (answer.status_code, desk.state()) == (302, State.PUBLISHED)
    assert desk.title() == "Sugar at night"
    # What everybody reads is the approved text, not what the sponsor typed.
    assert "Une étude sur le sucre." in desk.author.get("/studies/WEB-50").text


def test_what_is_in_the_way_is_listed_with_the_page_that_mends_it(desk: Desk) -> None:
    number = store.new_id()
    empty = TrialDraft(id=number, criteria="")
    with unit_of_work(desk.engine) as session:
        content = begun(empty, lexicon())
        store.begin(session, number, content, organisation=None, author="account 1")
    page = desk.author.get(f"/sponsor/trials/{number}/publish").text
    for part in ("details", "sites", "criteria", "materials"):
        assert f'href="/sponsor/trials/{number}/{part}"' in page
    assert "Submit for approval" not in page
    answer = send(desk.author, f"/sponsor/trials/{number}/publish/submit", desk.publish, base="1")
    assert answer.status_code == 422
    assert "cannot be published yet" in answer.text


def test_what_is_to_be_confirmed_is_confirmed(desk: Desk) -> None:
    with unit_of_work(desk.engine) as session:
        held = store.held(session, desk.posting, None)
        kept = tuple(x for x in held.content.criteria if x.criterion.kind == "inclusion")
        content = replace(held.content, criteria=kept)
        store.change(
            session, held, content, base=1, author="account 3", change=store.Change.REMOVED
        )
    assert 'name="confirmed"' in desk.author.get(desk.publish).text
    assert desk.submit().status_code == 422
    address = f"{desk.publish}/submit"
    assert send(desk.author, address, desk.publish, base="2", confirmed="yes").status_code == 302


def test_what_is_sent_back_says_why(desk: Desk) -> None:
    desk.submit()
    address = f"{desk.approval}/send-back"
    refused = send(desk.approver, address, desk.publish, **desk.signed(), reason=" ")
    assert (refused.status_code, desk.state()) == (422, State.SUBMITTED)
    send(desk.approver, address, desk.publish, **desk.signed(), reason="<b>Which</b> sugar?")
    page = desk.author.get(desk.publish).text
    assert "&lt;b&gt;Which&lt;/b&gt; sugar?" in page
    assert desk.state() is State.DRAFT


def test_an_amendment_shows_what_changes_and_about_how_many_fall(desk: Desk) -> None:
    desk.published()
    edit(desk.engine, desk.posting, "account 3", title="Sugar by day")
    assert "Sugar by day" in desk.author.get(desk.publish).text
    assert desk.title() == "Sugar at night"
    desk.submit()
    page = said(desk.approver.get(desk.approval).text)
    assert "Public title Sugar at night Sugar by day" in page
    assert "Matched now: 0–10" in page
    desk.approve()
    assert desk.title() == "Sugar by day"


# ---------------------------------------------------------------- no way round
def test_nobody_approves_their_own_by_form_or_by_a_request_of_their_own(desk: Desk) -> None:
    desk.submit()
    page = desk.author.get(desk.approval).text
    assert "Approve and publish" not in page
    assert "somebody else has to approve it" in page
    answer = desk.approve(desk.author)
    assert (answer.status_code, desk.state()) == (403, State.SUBMITTED)
    assert "You had a hand in this yourself" in answer.text


def test_whoever_submits_what_others_wrote_does_not_approve_it(desk: Desk) -> None:
    desk.submit(desk.approver)
    assert desk.approve(desk.approver).status_code == 403
    assert desk.approve(desk.world.enter(ADMINISTRATOR)).status_code == 302


def test_what_changed_while_it_was_looked_at_is_not_approved(desk: Desk) -> None:
    desk.submit()
    signed = desk.signed()
    edit(desk.engine, desk.posting, "account 3", title="Sugar by day")
    answer = send(desk.approver, desk.approval, desk.publish, **signed)
    assert (answer.status_code, desk.state()) == (409, State.DRAFT)
    desk.submit()
    forged = {**desk.signed(), "digest": signed["digest"]}
    assert send(desk.approver, desk.approval, desk.publish, **forged).status_code == 409
    assert desk.state() is State.SUBMITTED


def test_nothing_is_done_without_the_token(desk: Desk) -> None:
    desk.submit()
    assert desk.approver.post(desk.approval, data=desk.signed()).status_code == 400
    assert desk.state() is State.SUBMITTED


DEEDS = ("submit", "pause", "resume", "close", "grant", "decline", "results")


def test_another_organisations_posting_is_the_same_404_everywhere(desk: Desk) -> None:
    tenant(desk.engine, "Elsewhere")
    add_account(
        desk.engine,
        email="stranger@example.org",
        role=Role.SPONSOR,
        password=PASSWORD,
        actor="test",
        organisation="Elsewhere",
        cost=CHEAP,
    )
    desk.submit()
    stranger = desk.world.enter("stranger@example.org")
    nothing = "/sponsor/trials/S-00000000"
    for address in (desk.publish, desk.approval):
        same = stranger.get(f"{nothing}/{address.rpartition('/')[2]}")
        found = stranger.get(address)
        assert (found.status_code, said(found.text)) == (404, said(same.text))
    posts = (desk.approval, f"{desk.approval}/send-back", *(f"{desk.publish}/{x}" for x in DEEDS))
    fields = {**desk.signed(), "base": "1", "reason": "x", "status": "completed"}
    more = {"closing_reason": "x", "declining_reason": "x", "asked": "1"}
    for address in posts:
        sent = send(stranger, address, "/sponsor/approvals", **fields, **more)
        assert sent.status_code == 404, address
    assert desk.posting not in stranger.get("/sponsor/approvals").text
    assert desk.state() is State.SUBMITTED


def test_no_coordinator_enters(desk: Desk) -> None:
    coordinator = desk.world.enter(COORDINATOR)
    for address in (desk.publish, desk.approval, "/sponsor/approvals", "/admin/approvals"):
        assert coordinator.get(address).status_code == 403
    assert desk.author.get("/admin/approvals").status_code == 403


# ---------------------------------------------------------------- pausing, resuming, closing
def test_one_person_pauses_at_once_and_two_resume(desk: Desk) -> None:
    desk.published()
    assert send(desk.author, f"{desk.publish}/pause", desk.publish, reason="").status_code == 422
    send(desk.author, f"{desk.publish}/pause", desk.publish, reason="A death")
    assert desk.state() is State.PAUSED
    assert "Paused" in said(desk.author.get("/studies/WEB-50").text)
    send(desk.author, f"{desk.publish}/resume", desk.publish, reason="Unrelated")
    assert "You asked for this" in desk.author.get(desk.publish).text
    [asked] = re.findall(r'name="asked" value="(\d+)"', desk.author.get(desk.publish).text)
    own = send(desk.author, f"{desk.publish}/grant", desk.publish, asked=asked)
    assert (own.status_code, desk.state()) == (403, State.PAUSED)
    assert "To be resumed" in desk.approver.get("/sponsor/approvals").text
    send(desk.approver, f"{desk.publish}/grant", desk.publish, asked=asked)
    assert desk.state() is State.PUBLISHED


def test_two_close_and_the_page_says_who_will_be_told(desk: Desk) -> None:
    desk.published()
    fields = {"status": "terminated", "closing_reason": "Not enough people"}
    assert "Write the closing text" in desk.author.get(desk.publish).text
    assert send(desk.author, f"{desk.publish}/close", desk.publish, **fields).status_code == 422
    digest = approve_text(desk.engine, desk.posting, Channel.CLOSING)
    odd = {**fields, "status": "recruiting"}
    assert send(desk.author, f"{desk.publish}/close", desk.publish, **odd).status_code == 422
    send(desk.author, f"{desk.publish}/close", desk.publish, **fields)
    [asked] = set(re.findall(r'name="asked" value="(\d+)"', desk.approver.get(desk.publish).text))
    send(desk.approver, f"{desk.publish}/grant", desk.publish, asked=asked)
    assert now_of(desk.engine, desk.posting).heading.life is Life.CLOSED
    page = desk.author.get(desk.publish).text
    assert digest in page
    assert "everyone who was asked and agreed to hear" in page
    assert "Stopped early" in desk.author.get("/studies/WEB-50").text


# ---------------------------------------------------------------- the navigation
def test_the_navigation_says_how_many_wait(desk: Desk) -> None:
    assert 'class="count"' not in desk.approver.get("/studies").text
    desk.submit()
    assert '<span class="count">1</span>' in desk.approver.get("/studies").text
    assert "Approvals" not in desk.world.enter(COORDINATOR).get("/studies").text
    administrator = desk.world.enter(ADMINISTRATOR).get("/studies").text
    assert 'href="/admin/approvals"' in administrator
