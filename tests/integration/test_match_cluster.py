"""Matching on a cluster of real processes: the same result, whatever befalls them."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from distributed import Client
from sqlalchemy import Engine
from sqlmodel import col, select

from recruit.actions import match_cluster
from recruit.actions.match_cluster import Cluster
from recruit.actions.match_run import MatchReport
from recruit.actions.match_table import MatchRow
from recruit.actions.matching import match_all
from recruit.actions.people import Import, import_people
from recruit.actions.trials import import_trials
from recruit.core.db import reading
from recruit.core.errors import ClusterLost, WorkerRefused
from recruit.core.files import Record
from recruit.core.paths import default_data_folder
from recruit.matching.distributed import evaluate
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from tests.clusters import CHECKOUT, At, Opened, Processes, cluster
from tests.erasing import SECRETS
from tests.functional.samples import person, trial
from tests.spec.catalogue import PAGES
from tests.spec.page import Case
from tests.spec.vocabulary import HIERARCHY, ON

DAY = date(2026, 11, 1)
PART = 5
GOUT = {"kind": "condition", "text": "gout", "status": "present"}
Row = tuple[str, str, str, float, tuple[str, ...]]


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with cluster(tmp_path_factory.mktemp("cluster"), workers=2) as running:
        yield running


def fill(engine: Engine, lexicon: Lexicon) -> None:
    """Five trials, and forty people of whom some fit, some do not and some say little."""
    studies = [trial(f"T-{n}") for n in range(4)]
    studies.append(trial("T-4", conditions=["Gout"], criteria="Inclusion Criteria:\n\n* Gout"))
    import_trials(engine, lexicon, [Record(each["id"], each) for each in studies], actor="test")
    people = [
        person(
            f"p{n:02}",
            birth_date=None if n % 3 == 0 else f"{1925 + n * 2}-04",
            facts=[GOUT] if n % 5 == 0 else person()["facts"],
        )
        for n in range(40)
    ]
    of = Import("carers", "test")
    records = [Record(each["id"], each) for each in people]
    import_people(engine, lexicon, records, of=of, secrets=SECRETS)


def standing(engine: Engine) -> set[Row]:
    with reading(engine) as session:
        rows = session.scalars(select(MatchRow).where(col(MatchRow.superseded_at).is_(None)))
        return {(r.trial, r.person, r.verdict, r.score, tuple(r.truths)) for r in rows}


def run(engine: Engine, lexicon: Lexicon, **how: object) -> MatchReport:
    return match_all(engine, lexicon, on=DAY, actor="test", **how)  # type: ignore[arg-type]  # match_all's own


def spread(engine: Engine, processes: Processes) -> Cluster:
    url = engine.url.render_as_string(hide_password=False)
    here = Opened(engine, open_lexicon(default_data_folder()))
    return Cluster(processes.address, At(url), here, PART)


def test_a_cluster_makes_the_same_matches_and_then_has_nothing_to_do(
    engine: Engine, lexicon: Lexicon, processes: Processes
) -> None:
    fill(engine, lexicon)
    made = run(engine, lexicon, spread=spread(engine, processes).spread)
    matches = standing(engine)
    assert (made.new, len(matches)) == (made.candidates, made.candidates)
    again = run(engine, lexicon, spread=spread(engine, processes).spread)
    assert (again.judged, again.kept) == (0, made.new)
    here = run(engine, lexicon, anew=True)
    assert (here.judged, here.new, here.superseded) == (made.judged, 0, 0)
    counts = (made.eligible, made.undetermined, made.ineligible)
    assert counts == (here.eligible, here.undetermined, here.ineligible)
    assert standing(engine) == matches


def test_every_spec_page_holds_on_workers(processes: Processes) -> None:
    cases = [case for page in PAGES for case in page.cases]
    with Client(processes.address, set_as_default=False) as client:
        judged = client.gather(
            [
                client.submit(
                    evaluate, case.eligibility, [row.person for row in case.rows], HIERARCHY, ON
                )
                for case in cases
            ]
        )
    for case, found in zip(cases, judged, strict=True):
        if isinstance(case, Case):
            assert [each.truths[0] for each in found] == [row.expected for row in case.rows]
        else:
            said = [(each.verdict, each.candidate) for each in found]
            assert said == [(row.expected, row.candidate) for row in case.rows]


def test_a_worker_killed_in_the_middle_changes_nothing(
    postgres_engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    fill(postgres_engine, lexicon)
    done: list[tuple[int, int | None]] = []
    with cluster(tmp_path, workers=2) as processes:
        how = spread(postgres_engine, processes)
        wait_for(processes, 2)

        def tell(count: int, total: int | None) -> None:
            if not done:
                processes.workers[0].kill()
            done.append((count, total))

        run(postgres_engine, lexicon, spread=how.spread, progress=tell)
        matches = standing(postgres_engine)
    assert done == [(count, len(done)) for count in range(1, len(done) + 1)]
    assert len(done) > 2
    here = run(postgres_engine, lexicon, anew=True)
    assert (here.new, here.superseded, standing(postgres_engine)) == (0, 0, matches)


def test_without_workers_a_run_ends_and_the_next_one_does_the_rest(
    sqlite_engine: Engine, lexicon: Lexicon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match_cluster, "ALONE", 1.0)
    monkeypatch.setattr(match_cluster, "LOOK", 0.2)
    fill(sqlite_engine, lexicon)
    with cluster(tmp_path, workers=1) as processes:
        how = spread(sqlite_engine, processes)
        wait_for(processes, 1)
        with pytest.raises(ClusterLost, match="was lost on the way"):
            run(
                sqlite_engine,
                lexicon,
                spread=how.spread,
                progress=lambda *_: processes.end_workers(),
            )
    some = standing(sqlite_engine)
    run(sqlite_engine, lexicon)
    assert some < standing(sqlite_engine)
    assert run(sqlite_engine, lexicon, anew=True).new == 0


def test_a_worker_with_other_code_is_refused_before_anything_is_written(
    sqlite_engine: Engine, lexicon: Lexicon, tmp_path: Path
) -> None:
    fill(sqlite_engine, lexicon)
    other = tmp_path / "other"
    shutil.copytree(CHECKOUT / "recruit", other / "recruit")
    (other / "recruit" / "matching" / "newer.py").write_text('"""Newer."""\n')
    with cluster(tmp_path) as processes:
        processes.hire(PYTHONPATH=f"{other}:{CHECKOUT}")
        wait_for(processes, 1)
        with pytest.raises(WorkerRefused, match="another version of Recruit"):
            run(sqlite_engine, lexicon, spread=spread(sqlite_engine, processes).spread)
    assert standing(sqlite_engine) == set()


def wait_for(processes: Processes, workers: int) -> None:
    with Client(processes.address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)
