"""Study centres: which sites are theirs, and whose matches they see for it."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session
from sqlmodel import select

from recruit.actions.centre_scope import in_scope, taking_sites
from recruit.actions.current_matches import current_matches
from recruit.actions.match_table import MatchRow
from recruit.consent import ledger
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import WrongUsage
from recruit.people import organisations
from recruit.people import store as people
from recruit.people.facts import Home, Profile
from recruit.people.organisations import Organisation, OrganisationKind
from recruit.terminology.lexicon import Lexicon
from recruit.trials import centres, tenants
from recruit.trials import store as trials
from recruit.trials.centres import site_key
from recruit.trials.draft import SiteDraft, TrialDraft, TrialStatus
from recruit.trials.posting import store
from recruit.trials.posting.content import Content
from recruit.trials.posting.tables import POSTING
from tests.web_world import BOSTON, CONSENT, LYON, PARIS, TESTER

LILLE = SiteDraft("Clinique du Nord", "Lille", "59000", "FR", 50.63, 3.07)
NOWHERE = SiteDraft("Somewhere in France", country="FR")
DRAFT = TrialDraft(
    id="T-1",
    criteria="Inclusion Criteria:\n\n* Gout",
    conditions=("Gout",),
    status=TrialStatus.RECRUITING,
    sites=(NOWHERE, PARIS, LYON, LILLE),
)
HOMES = {
    "near Paris": Home("FR", "75012", 48.85, 2.35),
    "near Lille": Home("FR", "59000", 50.6, 3.0),
    "near Lyon": Home("FR", "69003", 45.7, 4.8),
    "unknown": Home("FR"),
}


class Public:
    """A public trial that four people match, and two centres."""

    def __init__(self, session: Session, lexicon: Lexicon) -> None:
        self.session = session
        trials.save(session, DRAFT, lexicon)
        self.posting = store.new_id()
        store.begin(session, self.posting, Content(DRAFT), organisation=None, author="account 1")
        self.publish(1)
        people.know_community(session, "testers")
        self.names = people.enrol(session, "testers", list(HOMES))
        people.save(session, [Profile(person=self.names[n], home=h) for n, h in HOMES.items()])
        ledger.grant(session, [(each, CONSENT) for each in self.names.values()], TESTER)
        session.add_all(self.match(person) for person in self.names.values())
        session.flush()
        self.paris = organisations.add(session, "Paris", OrganisationKind.CENTRE)
        self.lille = organisations.add(session, "Lille", OrganisationKind.CENTRE)

    def publish(self, revision: int | None) -> None:
        mine = POSTING.c.id == self.posting
        self.session.execute(update(POSTING).where(mine).values(published=revision))

    def match(self, person: str) -> MatchRow:
        return MatchRow(
            trial="T-1",
            trial_version=1,
            person=person,
            profile_version=1,
            rules="r",
            verdict="undetermined",
            score=0.0,
            truths=["unknown"],
            made_at=now(),
        )

    def staff(self, centre: Organisation, site: SiteDraft) -> None:
        centres.assign(self.session, self.posting, site_key(site), centre)

    def sees(self, organisation: int | None) -> set[str]:
        query = select(MatchRow).where(in_scope(self.session, organisation, current_matches(now())))
        found = {row.person for row in self.session.scalars(query)}
        return {name for name, person in self.names.items() if person in found}


@pytest.fixture
def public(engine: Engine, lexicon: Lexicon) -> Iterator[Public]:
    with unit_of_work(engine) as session:
        yield Public(session, lexicon)


def test_a_centre_sees_those_whom_its_site_is_nearest_to(public: Public) -> None:
    public.staff(public.paris, PARIS)
    public.staff(public.lille, LILLE)
    # Lyon does not recruit yet: Paris would take who lives there.
    assert public.sees(public.paris.id) == {"near Paris", "near Lyon"}
    assert public.sees(public.lille.id) == {"near Lille"}


def test_a_centre_with_two_sites_sees_both(public: Public) -> None:
    public.staff(public.paris, PARIS)
    public.staff(public.paris, LILLE)
    assert public.sees(public.paris.id) == {"near Paris", "near Lyon", "near Lille"}


def test_a_site_that_does_not_recruit_takes_nobody(public: Public) -> None:
    public.staff(public.paris, LYON)
    assert public.sees(public.paris.id) == set()


def test_a_site_without_a_position_takes_nobody(public: Public) -> None:
    public.staff(public.paris, NOWHERE)
    assert public.sees(public.paris.id) == set()


def test_a_centre_without_sites_sees_nothing(public: Public) -> None:
    assert public.sees(public.paris.id) == set()


def test_what_a_draft_says_of_sites_shows_nobody(public: Public) -> None:
    public.staff(public.paris, PARIS)
    public.publish(None)
    assert public.sees(public.paris.id) == set()
    assert centres.centre_of(public.session, "T-1", site_key(PARIS)) is None


def test_a_trial_assigned_to_a_centre_shows_it_nothing(public: Public) -> None:
    tenants.assign(public.session, "T-1", public.paris)
    assert public.sees(public.paris.id) == set()


def test_a_sponsor_sees_the_matches_of_its_trials(public: Public) -> None:
    sponsor = organisations.add(public.session, "Acme", OrganisationKind.SPONSOR)
    assert public.sees(sponsor.id) == set()
    tenants.assign(public.session, "T-1", sponsor)
    assert public.sees(sponsor.id) == set(HOMES)


def test_the_operator_sees_all(public: Public) -> None:
    assert public.sees(None) == set(HOMES)


def test_a_site_has_one_centre_at_a_time(public: Public) -> None:
    public.staff(public.paris, PARIS)
    public.staff(public.lille, PARIS)
    assert centres.centre_of(public.session, "T-1", site_key(PARIS)) == public.lille
    assert centres.sites_of(public.session, public.paris.id or 0) == set()


def test_a_released_site_has_none(public: Public) -> None:
    public.staff(public.paris, PARIS)
    centres.release(public.session, public.posting, site_key(PARIS))
    assert centres.centres_of(public.session, public.posting) == {}


def test_a_sponsor_staffs_no_site(public: Public) -> None:
    sponsor = organisations.add(public.session, "Acme", OrganisationKind.SPONSOR)
    with pytest.raises(WrongUsage):
        public.staff(sponsor, PARIS)


# ---------------------------------------------------------------- keys and distances
@pytest.mark.parametrize(
    "other",
    [
        replace(PARIS, address="1 rue de l’Exemple", capacity=3, lat=1.0, lon=1.0),
        replace(PARIS, name="  hôpital   SAINT-EXEMPLE "),
        replace(PARIS, status=TrialStatus.COMPLETED),
    ],
)
def test_a_site_keeps_its_key_as_long_as_it_is_called_the_same(other: SiteDraft) -> None:
    assert site_key(other) == site_key(PARIS)


@pytest.mark.parametrize(
    "other",
    [
        replace(PARIS, name="XX"),
        replace(PARIS, city="XX"),
        replace(PARIS, postcode="XX"),
        replace(PARIS, country="XX"),
    ],
)
def test_a_site_called_otherwise_has_another_key(other: SiteDraft) -> None:
    assert site_key(other) != site_key(PARIS)


def test_across_the_date_line_the_nearest_site_is_the_nearest() -> None:
    suva = replace(PARIS, name="Suva", lat=-18.1, lon=178.4)
    draft = replace(DRAFT, sites=(BOSTON, suva))
    assert taking_sites(draft, np.array([-17.0]), np.array([-179.0])) == [site_key(suva)]


def test_of_sites_at_one_place_the_first_takes() -> None:
    second = replace(PARIS, name="Next door")
    draft = replace(DRAFT, sites=(PARIS, second))
    assert taking_sites(draft, np.array([48.0]), np.array([2.0])) == [site_key(PARIS)]
