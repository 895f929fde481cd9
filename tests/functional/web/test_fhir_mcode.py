"""The four mCODE patients that CodeX's matching services are tried with get ranked studies.

The data lies outside of the project (../shared/data/fhir/mcode); patients of our own in the same
words are in tests/fhir.py.
"""

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from recruit.core.db import unit_of_work
from recruit.trials import store
from recruit.trials.draft import SiteDraft, TrialDraft, TrialStatus
from tests.fhir import BREAST_CANCER, Json, bundle, entries, post, valid
from tests.functional.web.conftest import Stock
from tests.shared_data import folder
from tests.web_world import World, lexicon

BOSTON = SiteDraft("Harbor Clinic", "Boston", "02111", "US", 42.35, -71.06)
OPEN = TrialStatus.RECRUITING


def trial(number: str, title: str, conditions: tuple[str, ...], *criteria: str) -> TrialDraft:
    asked = "\n".join(f"* {each}" for each in criteria)
    return TrialDraft(
        id=number,
        title=title,
        criteria=f"Inclusion Criteria:\n\n{asked}",
        conditions=conditions,
        status=OPEN,
        phase="2",
        sites=(BOSTON,),
    )


TRIALS = (
    trial(
        "ONCO-1", "Breast cancer after surgery", ("Breast Cancer",),
        "Women 18 years or older", "Breast cancer", "ECOG performance status 0 to 2",
    ),
    trial("ONCO-2", "Living with breast cancer", ("Breast Cancer",), "Breast cancer"),
    trial("ONCO-3", "Any solid tumour", ("Neoplasms",), "Cancer"),
    trial("ONCO-4", "Breast cancer in men", ("Breast Cancer",), "Men with breast cancer"),
    trial("OTHER-1", "Gout and cherries", ("Gout",), "Gout"),
)  # fmt: skip


@pytest.fixture(scope="module")
def clinic(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = stock.world(tmp_path_factory.mktemp("mcode"))
    with unit_of_work(world.engine) as session:
        for draft in sorted(TRIALS, key=lambda each: each.id):
            store.save(session, draft, lexicon())
    yield world
    world.engine.dispose()


def ranked(client: FlaskClient, body: Json) -> list[Json]:
    found = valid(post(client, "/getClinicalTrial", body), "Bundle")
    assert found["total"] == len(entries(found)) > 0
    scores = [e["search"]["score"] for e in found["entry"] if e["search"]["mode"] == "match"]
    assert scores == sorted(scores, reverse=True)
    return entries(found)


@pytest.mark.parametrize(
    ("name", "studies"),
    [
        ("eom_patient_1", {"ONCO-2", "ONCO-3"}),  # ECOG 3
        ("patient_data", {"ONCO-1", "ONCO-2", "ONCO-3"}),
        (
            "patient_data_missing_birthdate_invalid_ecog_karnofsky",
            {"ONCO-1", "ONCO-2", "ONCO-3"},
        ),
        ("patient_data_missing_histology_morph", {"ONCO-1", "ONCO-2", "ONCO-3"}),
    ],
)
def test_each_mcode_patient_gets_ranked_studies(
    clinic: World, name: str, studies: set[str]
) -> None:
    body = json.loads((folder("fhir/mcode") / f"{name}.json").read_text("utf-8"))
    assert {each["id"] for each in ranked(clinic.app.test_client(), body)} == studies


def test_a_patient_of_our_own_in_mcode_s_words_gets_ranked_studies(clinic: World) -> None:
    found = ranked(clinic.app.test_client(), bundle(*BREAST_CANCER))

    assert [each["id"] for each in found] == ["ONCO-1", "ONCO-2", "ONCO-3"]
    notes = [each["text"] for each in found[0]["note"]]
    assert all(note.startswith("Fits") for note in notes), notes
