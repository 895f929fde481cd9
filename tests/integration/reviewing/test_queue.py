"""The queue of matches: what its rows say, its pages, and where a newer match stands in it."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, update
from sqlmodel import col, select

from recruit.actions.centre_scope import in_scope
from recruit.actions.current_matches import current_matches
from recruit.actions.match_changes import standing, write
from recruit.actions.match_table import MatchRow, ReviewState
from recruit.actions.reviewing import queue
from recruit.actions.reviewing.queue import Beside, Queue, list_beside, list_queue
from recruit.actions.reviewing.standing import put
from recruit.actions.reviewing.wanted import Look, Pile, Wanted
from recruit.consent import ledger
from recruit.core.clock import now, today
from recruit.core.db import reading, unit_of_work
from recruit.matching.reference import explain
from recruit.people import organisations
from recruit.people import store as people
from recruit.people.facts import ClinicalFact, Home, Profile
from recruit.people.organisations import OrganisationKind
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials import centres
from recruit.trials import store as trials
from recruit.trials.centres import site_key
from recruit.trials.draft import TrialDraft, TrialStatus
from recruit.trials.posting import store as postings
from recruit.trials.posting.content import Content
from recruit.trials.posting.tables import POSTING
from tests.web_world import BOSTON, CONSENT, PARIS, TESTER

DRAFT = TrialDraft(
    id="T-1",
    criteria="Inclusion Criteria:\n\n* Gout\n* Asthma\n\nExclusion Criteria:\n\n* Pregnant",
    conditions=("Gout",),
    status=TrialStatus.RECRUITING,
    sites=(PARIS, BOSTON),
)
GOUT = ClinicalFact(Kind.CONDITION, "gout", ("MESH:D006073",))
NAMES = ("ada", "ben", "cleo", "dan", "eve")


class Place:
    """A trial, and five people whom a run has matched with it."""

    def __init__(self, engine: Engine, lexicon: Lexicon) -> None:
        self.engine = engine
        self.lexicon = lexicon
        with unit_of_work(engine) as session:
            trials.save(session, DRAFT, lexicon)
            people.know_community(session, "testers")
            self.names = people.enrol(session, "testers", list(NAMES))
            ledger.grant(session, [(each, CONSENT) for each in self.names.values()], TESTER)
            home = Home("FR", "75012", 48.85, 2.35)
            profiles = [Profile(each, home=home, facts=(GOUT,)) for each in self.names.values()]
            people.save(session, profiles)
        self.run()

    def run(self) -> None:
        """Match them all with the trial as it is."""
        with unit_of_work(self.engine) as session:
            version = trials.get(session, "T-1")
            known = {
                who: (n, replace(p, person=who)) for who, n, p in people.current(session, None)
            }
            judged = [
                explain(version.eligibility, profile, self.lexicon, today()).judgement
                for _, profile in known.values()
            ]
            versions = {who: number for who, (number, _) in known.items()}
            homes = {who: profile.home for who, (_, profile) in known.items()}
            stands = standing(session, version.trial, None)
            write(session, version, judged, versions, homes, stands=stands)

    def row(self, name: str) -> MatchRow:
        """The match of somebody that stands."""
        with reading(self.engine) as session:
            mine = col(MatchRow.person) == self.names[name]
            query = select(MatchRow).where(mine, col(MatchRow.superseded_at).is_(None))
            return session.scalars(query).one()

    def put(self, name: str, state: ReviewState) -> None:
        """Put the match of somebody into a state."""
        with unit_of_work(self.engine) as session:
            assert put(session, [self.row(name).id or 0], state) == 1

    def page(self, wanted: Wanted | None = None, size: int = 50) -> Queue:
        """A page of the queue."""
        look = Look(today(), "en", self.lexicon)
        with reading(self.engine) as session:
            return list_queue(session, wanted or Wanted(), look, size)

    def beside(self, match: int, wanted: Wanted) -> Beside:
        """A match with the queue beside it."""
        with reading(self.engine) as session:
            row = session.get_one(MatchRow, match)
            return list_beside(session, row, wanted, Look(today(), "en", self.lexicon))

    def ids(self) -> list[int]:
        """The matches in the order of the queue."""
        return [each.id for each in self.page().lines]


@pytest.fixture
def place(engine: Engine, lexicon: Lexicon) -> Place:
    return Place(engine, lexicon)


def test_a_row_comes_from_what_was_counted_when_the_match_was_made(place: Place) -> None:
    line = place.page().lines[0]
    assert (line.tally.held, line.tally.against, line.tally.unknown) == (1, 0, 2)
    assert line.why is not None
    assert "sthma" in line.why.text
    assert line.site == "Hôpital Saint-Exemple, Paris"
    assert line.km == pytest.approx(3.1, abs=0.5)


def test_pages_follow_each_other_and_lead_back(place: Place) -> None:
    everybody = place.ids()
    first = place.page(size=2)
    second = place.page(Wanted(start=first.later), size=2)
    third = place.page(Wanted(start=second.later), size=2)
    shown = [each.id for page in (first, second, third) for each in page.lines]
    assert shown == everybody
    assert (first.earlier, second.earlier, third.earlier) == (None, first.start, second.start)
    assert third.later is None


def test_a_page_that_begins_with_a_match_that_has_gone_begins_with_the_next(place: Place) -> None:
    everybody = place.ids()
    gone = next(name for name in NAMES if place.row(name).id == everybody[2])
    place.put(gone, ReviewState.REFUSED)
    assert [each.id for each in place.page(Wanted(start=everybody[2])).lines] == everybody[3:]


def test_neighbours_are_found_beyond_the_page(place: Place) -> None:
    everybody = place.ids()
    found = place.beside(everybody[2], Wanted(start=everybody[2]))
    assert (found.previous, found.following) == (everybody[1], everybody[3])


def test_a_match_of_another_pile_stands_between_those_it_would_come_between(place: Place) -> None:
    everybody = place.ids()
    gone = next(name for name in NAMES if place.row(name).id == everybody[2])
    place.put(gone, ReviewState.REFUSED)
    found = place.beside(everybody[2], Wanted())
    assert (found.line.id, found.line.state) == (everybody[2], ReviewState.REFUSED)
    assert (found.previous, found.following) == (everybody[1], everybody[3])
    assert [each.id for each in found.lines] == everybody[3:]


def test_the_half_of_a_page_in_which_a_match_stands_is_beside_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "SIZE", 4)
    monkeypatch.setattr(queue, "BESIDE", 2)
    everybody = place.ids()
    found = place.beside(everybody[2], Wanted(start=everybody[0]))
    assert [each.id for each in found.lines] == everybody[2:4]
    assert (found.start, found.earlier, found.later) == (everybody[0], everybody[0], everybody[4])
    assert (found.previous, found.following) == (everybody[1], everybody[3])


def test_many_matches_are_not_counted_to_the_end(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "COUNTED", 3)
    page = place.page(size=2)
    assert (page.total, page.more) == (3, True)


@pytest.mark.parametrize(
    ("state", "pile"),
    [
        (ReviewState.ASKED, Pile.ASKED),
        (ReviewState.LATER, Pile.LATER),
        (ReviewState.APPROVED, Pile.DECIDED),
        (ReviewState.REFUSED, Pile.DECIDED),
    ],
)
def test_what_is_in_hand_leaves_the_queue_for_its_own_pile(
    place: Place, state: ReviewState, pile: Pile
) -> None:
    place.put("ada", state)
    mine = place.row("ada").id
    assert mine not in place.ids()
    assert [each.id for each in place.page(Wanted(pile=pile)).lines] == [mine]


def test_who_has_waited_keeps_the_day_when_they_are_judged_anew(place: Place) -> None:
    before = place.row("ada")
    with unit_of_work(place.engine) as session:
        told = replace(people.profile(session, before.person), sex="female")
        people.save(session, [told])
    place.run()
    after = place.row("ada")
    assert after.id != before.id
    assert after.since == before.since


def test_a_match_knows_a_site_that_was_closed_since_at_the_next_run(place: Place) -> None:
    closed = replace(PARIS, status=TrialStatus.COMPLETED)
    with unit_of_work(place.engine) as session:
        trials.save(session, replace(DRAFT, sites=(closed, BOSTON)), place.lexicon)
    assert place.row("ada").site == site_key(PARIS)
    place.run()
    assert place.row("ada").site == site_key(BOSTON)


def test_a_centre_sees_who_its_site_takes_from_the_moment_a_site_is_closed(place: Place) -> None:
    closed = replace(PARIS, status=TrialStatus.COMPLETED)
    with unit_of_work(place.engine) as session:
        posting = postings.new_id()
        postings.begin(session, posting, Content(DRAFT), organisation=None, author="account 1")
        session.execute(update(POSTING).where(POSTING.c.id == posting).values(published=1))
        boston = organisations.add(session, "Boston", OrganisationKind.CENTRE)
        centres.assign(session, posting, site_key(BOSTON), boston)
        standing = current_matches(now())
        assert session.scalars(standing.where(in_scope(session, boston.id, standing))).all() == []
        trials.save(session, replace(DRAFT, sites=(closed, BOSTON)), place.lexicon)
        seen = session.scalars(standing.where(in_scope(session, boston.id, standing))).all()
        assert {row.person for row in seen} == set(place.names.values())
