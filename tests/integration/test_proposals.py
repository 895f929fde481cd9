"""A registry's record of a trial that is posted: proposed, never simply taken over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
import responses
from sqlalchemy import Engine, func, select

from recruit.actions.trials import ImportReport, import_trials, sync_trials
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, Unreachable
from recruit.core.files import Record
from recruit.terminology.lexicon import Lexicon
from recruit.trials import looks, proposals
from recruit.trials import store as trials
from recruit.trials.draft import SiteDraft, TrialDraft
from recruit.trials.posting import store
from recruit.trials.posting.reading import begun
from recruit.trials.posting.store import Change, Posting
from recruit.trials.proposals import REGISTRY_PROPOSAL, ProposalState
from recruit.trials.sources.ctgov import read_ctgov
from tests.unit.trials.samples import ctgov, ctis_now

NUMBER = "NCT90000001"
ADDRESS = f"https://clinicaltrials.gov/api/v2/studies/{NUMBER}"


def record(**titles: str) -> dict[str, Any]:
    """The registry's record, with another title or status."""
    found = ctgov(NUMBER)
    protocol = found["protocolSection"]
    if "title" in titles:
        protocol["identificationModule"]["briefTitle"] = titles["title"]
    if "status" in titles:
        protocol["statusModule"]["overallStatus"] = titles["status"]
    return found


class Posted:
    """A posting that began with its registry's record."""

    def __init__(self, engine: Engine, lexicon: Lexicon) -> None:
        self.engine = engine
        self.lexicon = lexicon
        self.id = store.new_id()
        self.begin(self.id, read_ctgov(record(), "test"))

    def begin(self, number: str, draft: TrialDraft) -> None:
        content = begun(draft, self.lexicon)
        with unit_of_work(self.engine) as session:
            store.begin(session, number, content, organisation=None, author="account 1")

    def take(self, value: dict[str, Any]) -> ImportReport:
        records = [Record("file", value)]
        return import_trials(self.engine, self.lexicon, records, actor="test")

    def posting(self) -> Posting:
        with reading(self.engine) as session:
            return store.get(session, self.id, None)

    def open(self) -> proposals.Proposal | None:
        with reading(self.engine) as session:
            return proposals.open_proposal(session, store.get(session, self.id, None))

    def decide(self, state: ProposalState) -> None:
        proposal = self.open()
        assert proposal
        with unit_of_work(self.engine) as session:
            proposals.decide(session, self.id, proposal.mark, state, by="account 1")

    def count(self) -> int:
        with reading(self.engine) as session:
            return session.scalar(select(func.count()).select_from(REGISTRY_PROPOSAL)) or 0

    def sync(self) -> ImportReport:
        return sync_trials(self.engine, self.lexicon, actor="test")


@pytest.fixture
def posted(engine: Engine, lexicon: Lexicon) -> Posted:
    return Posted(engine, lexicon)


def test_the_record_that_it_began_with_is_no_news(posted: Posted) -> None:
    report = posted.take(record())
    assert (report.proposed, posted.count()) == ({}, 0)


def test_nobodys_draft_keeps_a_known_trial_from_being_brought_up_to_date(posted: Posted) -> None:
    posted.take(record())
    report = posted.take(record(title="Running"))
    with reading(posted.engine) as session:
        assert trials.get(session, NUMBER).draft.title == "Running"
    assert report.proposed == {NUMBER: [posted.id]}


def test_another_record_is_proposed_and_changes_nothing(posted: Posted) -> None:
    before = posted.posting()
    report = posted.take(record(title="Running"))
    assert report.proposed == {NUMBER: [posted.id]}
    assert (report.new, report.changed, report.read) == (0, 0, 1)
    assert posted.posting() == before
    with reading(posted.engine) as session:
        assert list(proposals.open_since(session, [posted.id, "S-OTHER"])) == [posted.id]
    proposal = posted.open()
    assert proposal
    assert proposal.record.title == "Running"
    assert proposal.base == read_ctgov(record(), "test")


def test_a_published_trial_stays_as_it_was_published(posted: Posted) -> None:
    with unit_of_work(posted.engine) as session:
        content = store.get(session, posted.id, None).content
        eligibility = begun(content.draft, posted.lexicon).criteria
        trials.save(session, content.draft, posted.lexicon)
        kept = trials.get(session, NUMBER).eligibility
        trials.publish(session, content.draft, kept)
    assert eligibility
    posted.take(record(title="Running"))
    with reading(posted.engine) as session:
        assert trials.get(session, NUMBER).draft.title == content.draft.title


def test_the_same_record_is_proposed_once(posted: Posted) -> None:
    posted.take(record(title="Running"))
    since = posted.open()
    report = posted.take(record(title="Running"))
    assert (report.unchanged, report.proposed, posted.open()) == (1, {}, since)


def test_a_newer_record_takes_the_place_of_an_open_one(posted: Posted) -> None:
    posted.take(record(title="Running"))
    posted.take(record(title="Swimming"))
    proposal = posted.open()
    assert proposal
    assert (proposal.record.title, posted.count()) == ("Swimming", 1)


def test_a_registry_that_goes_back_takes_its_proposal_back(posted: Posted) -> None:
    posted.take(record(title="Running"))
    posted.take(record())
    assert (posted.open(), posted.count()) == (None, 0)


def test_what_was_declined_is_not_proposed_again(posted: Posted) -> None:
    posted.take(record(title="Running"))
    posted.decide(ProposalState.DECLINED)
    report = posted.take(record(title="Running"))
    assert (report.proposed, posted.open()) == ({}, None)


def test_a_declined_part_stays_declined_when_something_else_changes(posted: Posted) -> None:
    posted.take(record(title="Running"))
    posted.decide(ProposalState.DECLINED)
    assert posted.take(record(title="Running", status="RECRUITING")).proposed
    proposal = posted.open()
    assert proposal
    assert proposal.base
    assert proposal.base.title == "Running"


def test_what_the_posting_says_already_is_not_proposed(posted: Posted) -> None:
    with unit_of_work(posted.engine) as session:
        posting = store.held(session, posted.id, None)
        running = read_ctgov(record(title="Running"), "test")
        content = begun(running, posted.lexicon)
        author, base = "account 1", posting.heading.revision
        store.change(session, posting, content, base=base, author=author, change=Change.DETAILS)
    report = posted.take(record(title="Running"))
    assert (report.proposed, posted.open(), posted.count()) == ({}, None, 1)


def test_a_decision_about_a_record_that_has_changed_meanwhile_is_refused(posted: Posted) -> None:
    posted.take(record(title="Running"))
    seen = posted.open()
    assert seen
    posted.take(record(title="Swimming"))
    with unit_of_work(posted.engine) as session, pytest.raises(EditedMeanwhile):
        proposals.decide(session, posted.id, seen.mark, ProposalState.TAKEN, by="account 1")


def test_decisions_are_kept_with_who_took_them(posted: Posted) -> None:
    posted.take(record(title="Running"))
    posted.decide(ProposalState.TAKEN)
    with reading(posted.engine) as session:
        found = proposals.decisions(session, posted.id)
    assert [(each.state, each.decided_by) for each in found] == [("taken", "account 1")]


def test_each_posting_of_a_trial_gets_its_proposal(posted: Posted) -> None:
    second = store.new_id()
    posted.begin(second, TrialDraft(id=NUMBER, criteria="", sites=(SiteDraft("Mine"),)))
    report = posted.take(record(title="Running"))
    assert sorted(report.proposed[NUMBER]) == sorted([posted.id, second])
    assert str(report) == "0 new, 0 changed, 0 unchanged, 0 refused, 1 proposed"


def test_a_mark_that_is_none_decides_nothing(posted: Posted) -> None:
    posted.take(record(title="Running"))
    for mark in ("", "a\0b", "0" * 64):
        with unit_of_work(posted.engine) as session, pytest.raises(EditedMeanwhile):
            proposals.decide(session, posted.id, mark, ProposalState.DECLINED, by="account 1")
    assert posted.open()


# ---------------------------------------------------------------- the nightly look
@responses.activate
def test_a_sync_asks_for_what_is_only_posted(posted: Posted) -> None:
    responses.get(ADDRESS, json=record(title="Running"))
    assert posted.sync().proposed == {NUMBER: [posted.id]}
    with reading(posted.engine) as session:
        assert trials.known(session) == []  # it is nobody's to publish but its sponsor's
        at = looks.last_look(session, NUMBER)
    assert at
    assert now() - at < timedelta(minutes=1)


Fails = Callable[[], object]
FAILURES: dict[str, Fails] = {
    "down": lambda: responses.get(ADDRESS, body=requests.ConnectionError()),
    "cut": lambda: responses.get(ADDRESS, body='{"protocolSection": {"identif'),
    "gone": lambda: responses.get(ADDRESS, status=404),
}


@responses.activate
@pytest.mark.parametrize("failure", FAILURES)
def test_a_look_that_fails_gives_no_date_and_no_proposal(posted: Posted, failure: str) -> None:
    FAILURES[failure]()
    if failure == "down":
        with pytest.raises(Unreachable):
            posted.sync()
    else:
        assert len(posted.sync().refused) == 1
    with reading(posted.engine) as session:
        assert looks.last_look(session, NUMBER) is None
    assert posted.open() is None


@responses.activate
def test_one_registry_that_is_down_does_not_stop_the_other(posted: Posted) -> None:
    other = ctis_now()
    number = other["ctNumber"]
    responses.get(ADDRESS, body=requests.ConnectionError())
    address = f"https://euclinicaltrials.eu/ctis-public-api/retrieve/{number}"
    responses.get(address, json=other)
    posted.begin(store.new_id(), TrialDraft(id=number, criteria=""))
    with pytest.raises(Unreachable):
        posted.sync()
    assert posted.count() == 1


def test_a_file_is_no_look_at_a_registry(posted: Posted) -> None:
    posted.take(record(title="Running"))
    with reading(posted.engine) as session:
        assert looks.looks(session, [NUMBER]) == {}


def test_a_look_is_old_after_a_week(engine: Engine) -> None:
    at = now()
    with unit_of_work(engine) as session:
        looks.looked(session, {NUMBER, "NCT90000002"}, at - timedelta(days=8))
        looks.looked(session, {NUMBER}, at)
        assert looks.stale(looks.last_look(session, NUMBER), at) is None
        old = looks.stale(looks.last_look(session, "NCT90000002"), at)
        assert old == at - timedelta(days=8)
    assert looks.stale(None, at) is None
