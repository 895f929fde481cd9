"""A centre that staffs another hospital in each study counts its own people alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from recruit.actions.accounts import add_account
from recruit.actions.funnel.journeys import MATCH
from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.db import unit_of_work
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import State as Sent
from recruit.notify.stages import Wave
from recruit.people import organisations, store
from recruit.people.accounts import Role
from recruit.people.facts import Profile
from recruit.people.organisations import OrganisationKind
from recruit.referrals import paths
from recruit.referrals.paths import Failure, State
from recruit.trials import centres
from tests.asking import KEY
from tests.integration.funnel.histories import BEGIN, MATCHED, MESSAGE
from tests.outreach import REACHABLE, Study, study
from tests.web_world import BASE_URL, CHEAP, PASSWORD, World, empty_database, lexicon, pages

NURSE = "nurse@example.org"
CENTRE = "Hôpital Saint-Exemple"
K, L = (centres.site_key(site) for site in REACHABLE.sites)


@dataclass(frozen=True)
class Desk:
    """The application, and the two studies, whose sites are the same two hospitals."""

    app: Flask
    engine: Engine
    first: Study
    second: Study

    def page(self, address: str) -> str:
        """What the centre's coordinator reads."""
        answer = World(self.app, self.engine, {}).enter(NURSE).get(address)
        assert answer.status_code == 200
        return unescape(answer.text)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """K in the first study and L in the second are the centre's; the other two are not.

    Eleven people are the centre's in both studies, three in the first alone, twelve in none. Of
    the last two the second study has invited everybody.
    """
    folder = tmp_path_factory.mktemp("centre")
    engine = empty_database(folder)
    first = study(engine, lexicon(), kinds=())
    second = study(engine, lexicon(), replace(REACHABLE, id="NCT00000009"), kinds=())
    with unit_of_work(engine) as session:
        own = organisations.add(session, CENTRE, OrganisationKind.CENTRE)
        centres.assign(session, first.posting, K, own)
        centres.assign(session, second.posting, L, own)
        both, one, none = (
            _enrolled(session, name, n) for name, n in (("b", 11), ("o", 3), ("n", 12))
        )
        for people, at_first, at_second in ((both, K, L), (one, K, K), (none, L, K)):
            _matched(session, people, first, at_first)
            _matched(session, people, second, at_second)
        _invited(session, [*one, *none], second)
        _failed(session, none[0], first, L)
        _failed(session, one[0], second, K)
    add_account(
        engine,
        email=NURSE,
        role=Role.COORDINATOR,
        password=PASSWORD,
        actor="test",
        organisation=CENTRE,
        cost=CHEAP,
    )
    settings = Settings(data_folder=folder, base_url=BASE_URL, vault_keys=(KEY,))
    yield Desk(pages(settings, engine), engine, first, second)
    engine.dispose()


def _enrolled(session: Session, name: str, count: int) -> list[str]:
    store.know_community(session, "example")
    named = store.enrol(session, "example", [f"{name}{n}" for n in range(count)])
    people = list(named.values())
    store.save(session, [Profile(person, sex="female") for person in people])
    return people


def _matched(session: Session, people: Sequence[str], study: Study, site: str) -> None:
    made = MATCHED | {"trial": study.trial, "site": site, "made_at": BEGIN, "since": BEGIN}
    truths = {"truths": ["yes", "yes", "no"]}
    session.execute(insert(MATCH), [made | truths | {"person": person} for person in people])


def _invited(session: Session, people: Sequence[str], study: Study) -> None:
    sent = MESSAGE | {"trial": study.trial, "posting": study.posting, "language": "fr"}
    sent |= {"wave": Wave.INVITATION.value, "channel": "email", "state": Sent.DELIVERED.value}
    sent |= dict.fromkeys(("approved_at", "changed_at", "sent_at"), now() - timedelta(days=5))
    rows = [sent | {"person": person, "reference": person[-32:]} for person in people]
    session.execute(insert(OUTBOX), rows)


def _failed(session: Session, person: str, study: Study, site: str) -> None:
    at = BEGIN + timedelta(days=1)
    path = paths.begin(session, study.trial, person, at, "own link")
    for state in (State.PRESCREENED, State.RELEASED, State.CONTACTED, State.SCREENING):
        path = paths.step(session, path, state, at, "test", site=site)
    reason, failure = "criterion", Failure(1, 1)
    paths.step(session, path, State.SCREEN_FAILURE, at, "test", reason=reason, failure=failure)


def test_fairness_counts_the_people_and_the_invitations_of_its_own_sites(desk: Desk) -> None:
    table = desk.page("/funnel/fairness/fairness.csv?lang=en")
    assert "By sex,Women,14,0,0,–" in table


def test_of_one_study_too(desk: Desk) -> None:
    address = f"/funnel/fairness/fairness.csv?study={desk.second.trial}&lang=en"
    assert "By sex,Women,11,0,0,–" in desk.page(address)


def test_studies_share_those_who_are_the_centres_own_in_both(desk: Desk) -> None:
    page = desk.page("/funnel/fairness?lang=en")
    assert 'data-label="People whom both fit">11<' in page
    assert 'data-label="About neither">11<' in page


def test_rules_are_judged_by_the_screenings_of_its_own_sites(desk: Desk) -> None:
    page = desk.page("/funnel/rules?lang=en")
    assert "Nobody has failed a screening on a criterion that we had let pass." in page


def test_the_funnel_counts_the_same_people(desk: Desk) -> None:
    table = desk.page("/funnel/funnel.csv?lang=en&by=trial")
    assert "All people,25," in table
