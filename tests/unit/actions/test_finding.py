"""Everyday words of both languages find the study that is meant, spelt right or wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recruit.actions.finding.narrowing import StudySearch
from recruit.actions.finding.shelf import Findings, Shelf
from recruit.core.dates import TimeUnit
from recruit.core.db import connect, reading, unit_of_work, upgrade
from recruit.trials import store
from recruit.trials.draft import AgeLimit, SiteDraft, TrialDraft, TrialStatus
from tests.web_world import lexicon as opened

LYON = SiteDraft("Centre du Rhône", "Lyon", "69003", "FR", 45.76, 4.86)
LILLE = SiteDraft("Centre du Nord", "Lille", "59000", "FR", 50.63, 3.06)
BOSTON = SiteDraft("Harbor Clinic", "Boston", "02111", "US", 42.35, -71.06)
# Number, condition as a registry has it, site.
STUDIES = (
    ("T-DIABETES", "Type 2 Diabetes Mellitus", LYON),
    ("T-BREAST", "Breast Neoplasms", LILLE),
    ("T-CROHN", "Crohn Disease", LYON),
    ("T-ASTHMA", "Asthma", BOSTON),
    ("T-EPILEPSY", "Epilepsy", LILLE),
    ("T-PSORIASIS", "Psoriasis", LYON),
    ("T-STROKE", "Stroke", BOSTON),
    ("T-MS", "Multiple Sclerosis", LILLE),
    ("T-MIGRAINE", "Migraine", LYON),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A catalogue of one study for each disease."""
    folder: Path = tmp_path_factory.mktemp("finding")
    made = connect(f"sqlite:///{folder / 'recruit.db'}")
    upgrade(made)
    with unit_of_work(made) as session:
        for number, condition, site in STUDIES:
            store.save(session, _draft(number, condition, site), opened())
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """One shelf for all: it is made anew only when a trial changes."""
    return Shelf(opened)


def _draft(number: str, condition: str, site: SiteDraft) -> TrialDraft:
    return TrialDraft(
        id=number,
        title=f"A study of {condition}",
        criteria=f"Inclusion Criteria:\n\n* {condition}",
        conditions=(condition,),
        status=TrialStatus.RECRUITING,
        oldest=AgeLimit(17.0, TimeUnit.YEAR) if number == "T-ASTHMA" else None,
        sites=(site,),
    )


def found(engine: Engine, shelf: Shelf, **wanted: object) -> Findings:
    with reading(engine) as session:
        return shelf.search(session, StudySearch(**wanted), "fr")  # type: ignore[arg-type]


def slugs(findings: Findings) -> list[str]:
    return [each.line.slug for each in findings.page.items]


@pytest.mark.parametrize(
    ("words", "study"),
    [
        ("sugar diabetes", "T-DIABETES"),
        ("diabète gras", "T-DIABETES"),
        ("cancer du sein", "T-BREAST"),
        ("breast cancer", "T-BREAST"),
        ("crises convulsives", "T-EPILEPSY"),
        ("fits", "T-EPILEPSY"),
        ("attaque cérébrale", "T-STROKE"),
        ("je cherche une étude sur la sclérose en plaques", "T-MS"),
        ("t-crohn", "T-CROHN"),
        ("headache", "T-MIGRAINE"),
        ("mal de tete", "T-MIGRAINE"),
        # misspelt
        ("diabetis", "T-DIABETES"),
        ("cancer du sain", "T-BREAST"),
        ("maladie de Chron", "T-CROHN"),
        ("astma", "T-ASTHMA"),
        ("soriasis", "T-PSORIASIS"),
        ("scléroze en plaques", "T-MS"),
        ("épilepsi", "T-EPILEPSY"),
        ("epilepsie", "T-EPILEPSY"),
        ("athsma", "T-ASTHMA"),
        ("psoriazis", "T-PSORIASIS"),
    ],
)
def test_the_first_study_is_the_one_that_is_meant(
    engine: Engine, shelf: Shelf, words: str, study: str
) -> None:
    assert slugs(found(engine, shelf, words=words))[0] == study


def test_misspelt_words_say_how_they_were_read(engine: Engine, shelf: Shelf) -> None:
    assert found(engine, shelf, words="maladie de Chron").read_as == "maladie de Crohn"
    assert found(engine, shelf, words="maladie de Crohn").read_as is None


def test_the_nearest_come_first_and_say_how_far_they_are(engine: Engine, shelf: Shelf) -> None:
    near = found(engine, shelf, place="69001", km=50)
    assert set(slugs(near)) == {"T-DIABETES", "T-CROHN", "T-PSORIASIS", "T-MIGRAINE"}
    assert all(each.km is not None and each.km < 10 for each in near.page.items)
    everywhere = slugs(found(engine, shelf, place="Lille"))
    assert everywhere[0] in {"T-BREAST", "T-EPILEPSY", "T-MS"}
    assert len(everywhere) == len(STUDIES)


def test_a_place_that_nobody_knows_narrows_nothing_and_says_so(
    engine: Engine, shelf: Shelf
) -> None:
    lost = found(engine, shelf, place="Nowhere-on-Sea", km=10)
    assert lost.lost
    assert lost.page.total == len(STUDIES)


def test_facets_count_what_each_choice_would_leave(engine: Engine, shelf: Shelf) -> None:
    facets = found(engine, shelf).facets
    assert facets.countries == {"FR": 7, "US": 2}
    assert facets.groups == {"child": 9, "adult": 8, "older": 8}
    children = found(engine, shelf, group="older", country="US")
    assert slugs(children) == ["T-STROKE"]
    assert children.facets.countries == {"FR": 7, "US": 1}
