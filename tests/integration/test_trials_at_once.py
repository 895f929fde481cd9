"""Imports of the same trials at the same time, and beside matching."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import Engine, select, text

from recruit.actions.matching import match_all
from recruit.actions.people import Import, import_people
from recruit.actions.trials import import_trials
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag, record
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import Deadlocked
from recruit.core.files import Record
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store
from recruit.trials.draft import TrialDraft
from tests.erasing import SECRETS
from tests.functional.samples import person, trial

PATIENCE = 60  # seconds


def records(title: str = "Walking") -> list[Record]:
    return [Record(f"r{n}", trial(f"T-{n:03}", title=f"{title} {n}")) for n in range(40)]


def together(*works: Callable[[], object]) -> list[object]:
    """What each came to, all begun at the same moment."""
    begin = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        begin.wait(PATIENCE)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_imports_of_the_same_new_trials_take_each_once(
    engine: Engine, lexicon: Lexicon
) -> None:
    def take() -> str:
        return str(import_trials(engine, lexicon, records(), actor="test"))

    assert sorted(map(str, together(take, take))) == [
        "0 new, 0 changed, 40 unchanged, 0 refused",
        "40 new, 0 changed, 0 unchanged, 0 refused",
    ]


def test_imports_in_opposite_orders_do_not_stand_in_each_others_way(
    engine: Engine, lexicon: Lexicon
) -> None:
    import_trials(engine, lexicon, records(), actor="test")
    both = together(
        lambda: import_trials(engine, lexicon, records("Up"), actor="test").changed,
        lambda: import_trials(engine, lexicon, records("Down")[::-1], actor="test").changed,
    )
    assert both == [40, 40]


def test_matching_goes_on_beside_an_import_that_amends_a_trial(
    postgres_engine: Engine, lexicon: Lexicon
) -> None:
    import_trials(postgres_engine, lexicon, records()[:2], actor="test")
    import_people(
        postgres_engine,
        lexicon,
        [Record("p", person())],
        of=Import("carers", "test"),
        secrets=SECRETS,
    )
    amended = TrialDraft(id="T-000", criteria="Inclusion Criteria:\n\n* Gout")
    with unit_of_work(postgres_engine) as session, ThreadPoolExecutor(1) as pool:
        store.save(session, amended, lexicon)
        run = pool.submit(match_all, postgres_engine, lexicon, on=date(2026, 11, 1), actor="test")
        assert run.result(PATIENCE).new == 2
        record(session, Tag.TRIALS_IMPORTED, actor="test", subject="trials")


def test_a_deadlock_is_told_from_a_database_that_does_not_answer(
    postgres_engine: Engine, lexicon: Lexicon
) -> None:
    import_trials(postgres_engine, lexicon, records()[:2], actor="test")
    halfway = threading.Barrier(2)

    def hold(first: str, second: str) -> type[Exception] | None:
        lock = text("SELECT id FROM trial WHERE id = :id FOR UPDATE")
        try:
            with unit_of_work(postgres_engine) as session:
                session.execute(lock, {"id": first})
                halfway.wait(PATIENCE)
                session.execute(lock, {"id": second})
        except Deadlocked as error:
            return type(error)
        return None

    found = together(lambda: hold("T-000", "T-001"), lambda: hold("T-001", "T-000"))
    assert found.count(Deadlocked) == 1


def test_a_batch_that_a_deadlock_undid_is_written_again(
    engine: Engine, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, left = store.save, [Deadlocked()]

    def stopped_once(*arguments: object) -> store.Saved:
        if left:
            raise left.pop()
        return save(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(store, "save", stopped_once)
    report = import_trials(engine, lexicon, records(), actor="test")
    with reading(engine) as session:
        written = session.scalars(select(AUDIT.c.new)).all()
    assert (report.new, written) == (40, ["40 new, 0 changed, 0 unchanged, 0 refused"])
