"""The lexicon as it is compiled from the installed packages and our tables."""

import threading
import time
from pathlib import Path

import pytest

from recruit.core.paths import default_data_folder
from recruit.terminology import build, store
from recruit.terminology.build import open_lexicon
from recruit.terminology.concepts import How, Kind
from recruit.terminology.lexicon import SURE, Lexicon
from recruit.terminology.mentions import find_mentions


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The data folder's own, so that it is compiled at most once."""
    return open_lexicon(default_data_folder())


def test_it_opens_in_under_fifty_milliseconds(lexicon: Lexicon) -> None:
    assert lexicon.concept("MESH:D003924") is not None  # so it is compiled by now
    file = build.build(default_data_folder())
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        Lexicon.open(file)
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.05


@pytest.mark.parametrize(
    ("french", "english", "kind"),
    [
        ("infarctus du myocarde", "myocardial infarction", Kind.CONDITION),
        ("diabète de type 2", "type 2 diabetes", Kind.CONDITION),
        ("cancer du sein métastatique", "metastatic breast cancer", Kind.CONDITION),
        ("BPCO", "COPD", Kind.CONDITION),
        ("AVC", "stroke", Kind.CONDITION),
        ("polyarthrite rhumatoïde", "rheumatoid arthritis", Kind.CONDITION),
        ("metformine", "metformin", Kind.DRUG),
        ("Doliprane", "paracetamol", Kind.DRUG),
        ("AINS", "NSAIDs", Kind.DRUG),
        ("bêtabloquants", "beta-blockers", Kind.DRUG),
        ("chirurgie de la cataracte", "cataract surgery", Kind.PROCEDURE),
        ("IRM", "MRI", Kind.PROCEDURE),
        ("stimulateur cardiaque", "pacemaker", Kind.DEVICE),
        ("mutation EGFR", "EGFR mutation", Kind.BIOMARKER),
        ("tabac", "tobacco", Kind.EXPOSURE),
    ],
)
def test_french_and_english_meet_in_one_concept(
    french: str, english: str, kind: Kind, lexicon: Lexicon
) -> None:
    one = lexicon.lookup(french, kinds=[kind])
    other = lexicon.lookup(english, kinds=[kind])
    assert one[0].concept == other[0].concept
    assert one[0].score >= SURE
    assert other[0].score >= SURE


@pytest.mark.parametrize(
    ("text", "identifier", "how"),
    [
        ("ICD10:E119", "ICD10:E11.9", How.CODE),
        ("icd-10:E11", "MESH:D003924", How.CODE),
        ("heart attack", "MESH:D009203", How.EXACT),
        ("Asthma (disorder)", "MESH:D001249", How.EXACT),
        ("POAG", "MESH:D005902", How.ABBREVIATION),
        ("hypertention", "MESH:D006973", How.FUZZY),
    ],
)
def test_lookup_says_what_it_found_and_how(
    text: str, identifier: str, how: How, lexicon: Lexicon
) -> None:
    best = lexicon.lookup(text)[0]
    assert (best.concept.id, best.how) == (identifier, how)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("type 2 diabetes", "diabetes mellitus"),
        ("breast cancer", "cancer"),
        ("myocardial infarction", "cardiovascular disease"),
        ("warfarin", "anticoagulants"),
        ("aspirin", "antiplatelet agents"),
        ("ibuprofen", "nonsteroidal anti-inflammatory drugs"),
        ("prednisone", "corticosteroids"),
        ("adalimumab", "biologic DMARDs"),
        ("pembrolizumab", "immune checkpoint inhibitors"),
        ("LASIK", "refractive surgery"),
        ("drug-eluting stent", "stent"),
    ],
)
def test_a_descendant_answers_for_its_ancestor_and_not_the_other_way_round(
    narrow: str, wide: str, lexicon: Lexicon
) -> None:
    below, above = (lexicon.lookup(text)[0].concept.id for text in (narrow, wide))
    assert lexicon.is_a(below, above)
    assert not lexicon.is_a(above, below)
    assert below in lexicon.descendants(above)
    assert above in lexicon.ancestors(below)


@pytest.mark.parametrize(
    "text",
    [
        "Patients must be able to complete the study and give informed consent",
        "Une goutte de collyre chaque matin, avec un verre d'eau",
        "The investigator will ensure relief and focus on advance notice",
    ],
)
def test_plain_words_are_no_disease_and_no_drug(text: str, lexicon: Lexicon) -> None:
    clinical = {Kind.CONDITION, Kind.DRUG}
    named = [
        m.text for m in find_mentions(text, lexicon) if clinical & {r.what for r in m.readings}
    ]
    assert named in ([], ["collyre"])


def test_two_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    made = {"array": store.pack(["a", "b"])[0]}
    file = tmp_path / "lexicon.bin"
    writers = [threading.Thread(target=store.write, args=(file, made)) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert store.read(file)["array"].tobytes() == b"ab"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("narrow", "broad"),
    [
        ("headache", "nervous system diseases"),
        ("dyspnea", "lung disease"),
        ("breast cancer", "skin disease"),
        ("COVID-19", "pneumonia"),
        ("glaucoma", "ocular hypertension"),
        ("polycystic ovary syndrome", "cancer"),
        ("thyroid nodule", "cancer"),
        ("metastatic breast cancer", "COVID-19"),
    ],
)
def test_what_is_sorted_near_is_no_kind_of_it(lexicon: Lexicon, narrow: str, broad: str) -> None:
    below = lexicon.lookup(narrow, kinds={Kind.CONDITION})[0].concept.id
    above = lexicon.lookup(broad, kinds={Kind.CONDITION})[0].concept.id

    assert not lexicon.is_a(below, above)


@pytest.mark.parametrize(
    ("narrower", "broader"),
    [
        ("metastatic breast cancer", "breast cancer"),
        ("chronic liver disease", "liver disease"),
        ("non-small cell lung cancer", "lung cancer"),
    ],
)
def test_a_name_that_says_more_is_a_concept_of_its_own(
    lexicon: Lexicon, narrower: str, broader: str
) -> None:
    below = lexicon.lookup(narrower, kinds={Kind.CONDITION})[0].concept.id
    above = lexicon.lookup(broader, kinds={Kind.CONDITION})[0].concept.id

    assert below != above
    assert lexicon.is_a(below, above)


@pytest.mark.parametrize(
    ("code", "disease"),
    [
        ("ICD10:I21.0", "myocardial infarction"),
        ("ICD10:J44.1", "COPD"),
        ("ICD10:M05.9", "rheumatoid arthritis"),
        ("ICD10:I64", "stroke"),
        ("ICD10:B18.1", "hepatitis B"),
        ("ICD10:B20", "HIV infection"),
        ("ICD10:F33", "depressive disorder"),
        ("ICD10:C34.1", "lung cancer"),
        ("ICD10:C61", "prostate cancer"),
        ("ICD10:U07.1", "COVID-19"),
    ],
)
def test_a_code_of_icd_10_answers_for_its_disease(
    lexicon: Lexicon, code: str, disease: str
) -> None:
    coded = lexicon.concept(code)
    named = lexicon.lookup(disease, kinds={Kind.CONDITION})[0].concept

    assert coded is not None
    assert lexicon.is_a(coded.id, named.id)
