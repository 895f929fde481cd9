"""Trials in the database, on both kinds of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from recruit.core.db import connect, reading, unit_of_work
from recruit.core.errors import NotFound
from recruit.core.paths import default_data_folder
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from recruit.trials import eligibility, store
from recruit.trials.draft import SiteDraft, TrialDraft, TrialStatus
from recruit.trials.store import Saved
from recruit.trials.tables import Trial, TrialSite, TrialVersion
from tests.postgres import Cluster

TEXT = "Inclusion Criteria:\n\n* Type 2 diabetes\n\nExclusion Criteria:\n\n* Pregnancy"
FIRST = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Empty tables of both kinds, made from the code."""
    if request.param == "sqlite":
        database = connect(f"sqlite:///{tmp_path / 'recruit.db'}")
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        database = connect(cluster.new_database())
    SQLModel.metadata.create_all(database)
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return open_lexicon(default_data_folder())


def draft(**fields: object) -> TrialDraft:
    known = {"id": "T1", "criteria": TEXT, "title": "Sugar", "conditions": ("Type 2 diabetes",)}
    return TrialDraft(**(known | fields))  # type: ignore[arg-type]  # fields of a draft


def save(engine: Engine, lexicon: Lexicon, **fields: object) -> Saved:
    with unit_of_work(engine) as session:
        return store.save(session, draft(**fields), lexicon)


def test_a_new_trial_comes_back_as_it_was_with_what_was_read(
    engine: Engine, lexicon: Lexicon
) -> None:
    assert save(engine, lexicon) is Saved.NEW
    with reading(engine) as session:
        version = store.get(session, "T1")
    assert (version.number, version.draft) == (1, draft())
    assert version.eligibility == eligibility.read_eligibility(draft(), lexicon)
    assert version.eligibility.about == ("MESH:D003924",)
    assert len(version.eligibility.criteria) == 2


def test_the_same_record_again_writes_and_reads_nothing(
    engine: Engine, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(engine, lexicon)

    def never(*_: object) -> None:
        pytest.fail("an unchanged trial was read again")

    monkeypatch.setattr(store, "read_eligibility", never)
    assert save(engine, lexicon) is Saved.UNCHANGED
    with reading(engine) as session:
        assert len(store.history(session, "T1")) == 1


def test_an_amended_record_makes_a_version_and_keeps_the_old_one(
    engine: Engine, lexicon: Lexicon
) -> None:
    with time_machine.travel(FIRST, tick=False):
        save(engine, lexicon, status=TrialStatus.RECRUITING)
    with time_machine.travel(FIRST + timedelta(days=1), tick=False):
        amended = save(engine, lexicon, title="Less sugar", status=TrialStatus.SUSPENDED)
    assert amended is Saved.CHANGED
    with reading(engine) as session:
        versions = store.history(session, "T1")
        assert [each.draft.title for each in versions] == ["Sugar", "Less sugar"]
        assert [each.recorded_at for each in versions] == [FIRST, FIRST + timedelta(days=1)]
        assert store.get(session, "T1") == versions[1]
        trial = session.get_one(Trial, "T1")
        assert (trial.status, trial.version) == ("suspended", 2)


def test_going_back_to_an_earlier_text_is_an_amendment_too(
    engine: Engine, lexicon: Lexicon
) -> None:
    saved = [save(engine, lexicon, title=title) for title in ("A", "B", "A")]
    assert saved == [Saved.NEW, Saved.CHANGED, Saved.CHANGED]


def test_moments_come_back_aware_in_utc(engine: Engine, lexicon: Lexicon) -> None:
    with time_machine.travel(FIRST, tick=False):
        save(engine, lexicon)
    with reading(engine) as session:
        moment = session.get_one(Trial, "T1").recorded_at
    assert (moment, moment.tzinfo) == (FIRST, UTC)


def test_sites_are_those_of_the_current_version(engine: Engine, lexicon: Lexicon) -> None:
    save(engine, lexicon, sites=(SiteDraft("Old", "Paris"), SiteDraft("Older", "Paris")))
    save(engine, lexicon, sites=(SiteDraft("New", "Lyon", "69003", "FR", 45.75, 4.85),))
    with reading(engine) as session:
        sites = session.scalars(select(TrialSite)).all()
        assert [(s.trial, s.name, s.country, s.lat) for s in sites] == [("T1", "New", "FR", 45.75)]


def test_current_gives_each_trial_once_at_its_newest(engine: Engine, lexicon: Lexicon) -> None:
    for number, title in (("T2", "a"), ("T1", "b"), ("T2", "c")):
        save(engine, lexicon, id=number, title=title)
    with reading(engine) as session:
        found = [(v.trial, v.number, v.draft.title) for v in store.current(session)]
        assert found == [("T1", 1, "b"), ("T2", 2, "c")]
        assert store.known(session) == ["T1", "T2"]


def test_a_trial_that_is_not_there_is_not_found(engine: Engine) -> None:
    with reading(engine) as session:
        assert store.history(session, "T9") == []
        with pytest.raises(NotFound, match="T9"):
            store.get(session, "T9")


def test_what_another_parser_read_is_read_again_and_nothing_else(
    engine: Engine, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "parser_version", lambda: "older")
    for number in ("T1", "T2", "T3"):
        save(engine, lexicon, id=number, title="first")
        save(engine, lexicon, id=number)
    monkeypatch.undo()
    with unit_of_work(engine) as session:
        assert [store.reread(session, lexicon, at_most=2) for _ in range(3)] == [2, 1, 0]
    with reading(engine) as session:
        versions = store.history(session, "T1")
    assert [each.parser for each in versions] == ["older", eligibility.parser_version()]
    assert [each.number for each in versions] == [1, 2]


def test_a_version_number_is_given_once(engine: Engine, lexicon: Lexicon) -> None:
    save(engine, lexicon)
    with reading(engine) as session:
        session.execute(
            insert(TrialVersion),
            session.scalars(select(TrialVersion)).one().model_dump(exclude={"id"}) | {"number": 2},
        )
        twice = session.scalars(select(TrialVersion)).first()
        assert twice is not None
        with pytest.raises(IntegrityError):
            session.execute(insert(TrialVersion), twice.model_dump(exclude={"id"}))
