"""What leaves as FHIR is read from both databases alike."""

import pytest
from sqlalchemy import Engine, select

from recruit.actions.callers import Caller
from recruit.actions.fhir.agreed import agreed
from recruit.actions.fhir.naming import Json
from recruit.actions.fhir.people import Wanted, communications, subjects
from recruit.actions.fhir.searching import StudyQuery, read_study, search_studies
from recruit.actions.finding.shelf import Shelf
from recruit.consent.choices import Channel
from recruit.core.db import reading
from recruit.people.scopes import Scope
from recruit.people.tables import PARTICIPANT
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialStatus
from tests.following import centre_of_paris, on_the_way
from tests.outreach import matched, queued, study, willing
from tests.referring import SUGAR

STAFF = Caller("K-1", frozenset(Scope), account=1)


@pytest.fixture
def camille(engine: Engine, lexicon: Lexicon) -> str:
    return on_the_way(engine, lexicon)


def test_a_tenant_reads_ways_consents_and_messages(
    engine: Engine, lexicon: Lexicon, camille: str
) -> None:
    own, other = centre_of_paris(engine)
    posted = study(engine, lexicon)
    dominique = willing(engine, "dominique")
    matched(engine, lexicon, posted.trial, dominique)
    queued(engine, posted, dominique, Channel.EMAIL)
    centre = Caller("K-2", frozenset(Scope), account=2, organisation=own)
    elsewhere = Caller("K-3", frozenset(Scope), account=3, organisation=other)
    asked = Wanted(person=camille)

    assert [len(subjects(engine, each, asked).resources) for each in (STAFF, centre)] == [1, 1]
    assert subjects(engine, elsewhere, Wanted()).resources == ()
    assert agreed(engine, elsewhere, Wanted()).resources == ()
    assert agreed(engine, centre, asked).resources
    assert len(communications(engine, STAFF, Wanted(person=dominique)).resources) == 1
    assert communications(engine, elsewhere, Wanted()).resources == ()


@pytest.mark.usefixtures("camille")
def test_a_list_goes_on_where_it_ended(engine: Engine) -> None:
    willing(engine, "dominique")
    with reading(engine) as session:
        [name] = session.scalars(select(PARTICIPANT.c.community).distinct())
    community = Caller("K-4", frozenset(Scope), community=name)
    whole = agreed(engine, community, Wanted(size=100)).resources
    found: list[Json] = []
    part = agreed(engine, community, Wanted(size=1))
    while part.following:
        found += part.resources
        part = agreed(engine, community, Wanted(size=1, after=part.following))
    assert (*found, *part.resources) == whole
    assert len(whole) > 1


@pytest.mark.usefixtures("camille")
def test_studies_are_searched(engine: Engine, lexicon: Lexicon) -> None:
    shelf = Shelf(lambda: lexicon)
    query = StudyQuery(states=frozenset({TrialStatus.RECRUITING}))
    with reading(engine) as session:
        page = search_studies(session, shelf, query, size=10, page=1)
        assert [each.trial for each in page.items] == [SUGAR.id]
        assert read_study(session, SUGAR.id).trial == SUGAR.id
