import time
import timeit

import pytest

from recruit.terminology.context import Context, read_context, read_contexts
from recruit.terminology.sentences import sections, sentences

PLAIN = Context()


def about(text: str, words: str) -> Context:
    start = text.index(words)
    return read_context(text, start, start + len(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("denies chest pain", "chest pain"),
        ("no history of diabetes or hypertension", "hypertension"),
        ("pas d'allergie connue", "allergie"),
        ("pas d’allergie connue", "allergie"),
        ("negative for any involvement", "involvement"),
        ("without neurologic deficit", "neurologic deficit"),
        ("has not received chemotherapy or radiotherapy", "radiotherapy"),
        ("She has never been treated with insulin", "insulin"),
        ("pneumonia was ruled out", "pneumonia"),
        ("HTN, DM, HIV negative", "HIV"),
        ("Diabetes: no", "Diabetes"),
        ("Allergies : aucune", "Allergies"),
        ("Elle ne fume pas", "fume"),
        ("Elle n'a jamais fumé", "fumé"),
        ("Pas de fièvre ni de toux mais une dyspnée", "toux"),
        ("absence de métastase", "métastase"),
        ("The patients may not have any known prior history\n        of stroke", "stroke"),
        ("non-diabetic", "diabetic"),
        ("No signs of infection", "signs of infection"),
        ("dapsone-naive patients", "dapsone"),
        ("Are not currently taking melatonin", "melatonin"),
        ("The examination was negative for abdominal pain", "abdominal pain"),
    ],
)
def test_what_is_denied_is_negated(text: str, words: str) -> None:
    assert about(text, words).negated


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("denies fever, reports headache", "headache"),
        ("Patients without diabetes who have hypertension", "hypertension"),
        ("HTN, DM, HIV negative", "DM"),
        ("Pas de fièvre ni de toux mais une dyspnée", "dyspnée"),
        ("diabète sans complication, avec hypertension", "hypertension"),
        ("gram negative sepsis", "sepsis"),
        ("including but not limited to asthma", "asthma"),
        ("no increase in pain", "pain"),
        ("avec ou sans métastase", "métastase"),
        ("(no fever) cough", "cough"),
        ("No fever. Cough.", "Cough"),
        ("No fever; cough", "cough"),
        ("non-malignant brain tumour", "brain tumour"),
        ("diseases not secondary to asthma", "asthma"),
        ("cancer that is not amenable to surgery", "surgery"),
        ("hypertension not controlled by metformin", "metformin"),
    ],
)
def test_a_denial_ends_where_it_ends(text: str, words: str) -> None:
    mentions = [(text.lower().find(other), text.lower().find(other) + 5) for other in OTHERS]
    spans = sorted({(text.index(words), text.index(words) + len(words)), *mentions} - {(-1, 4)})
    said = dict(zip(spans, read_contexts(text, spans), strict=True))

    assert not said[(text.index(words), text.index(words) + len(words))].negated


# Named before the words in question, so that the reader sees what the denial was about.
OTHERS = ("fever", "diabetes", "fièvre", "complication")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mother had breast cancer", "breast cancer"),
        ("family history is significant for colon cancer", "colon cancer"),
        ("paternal aunt with ovarian cancer", "ovarian cancer"),
        ("breast cancer in her mother", "breast cancer"),
        ("cancer du sein chez sa mère", "cancer du sein"),
        ("Antécédents familiaux : diabète", "diabète"),
        ("Family history: Stroke in old age.", "Stroke"),
        ("FAMILY HISTORY\nStroke\n", "Stroke"),
    ],
)
def test_what_the_family_has_is_not_the_patient_s(text: str, words: str) -> None:
    assert about(text, words).family


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("His father died of lung cancer but he has asthma", "asthma"),
        ("mother reports that he has fever", "fever"),
        ("His daughter has also noted leg edema", "edema"),
        ("Family history: stroke\n\nPatient has cough", "cough"),
        ("Antécédents familiaux : diabète. Antécédents : HTA", "HTA"),
        ("nursing mothers with asthma", "asthma"),
    ],
)
def test_what_the_patient_has_is_not_the_family_s(text: str, words: str) -> None:
    assert not about(text, words).family


@pytest.mark.parametrize(
    ("text", "words", "flag"),
    [
        ("antécédent d'AVC en 2019", "AVC", "past"),
        ("s/p CABG", "CABG", "past"),
        ("MI 5 years ago", "MI", "past"),
        ("Past Medical History: asthma", "asthma", "past"),
        ("ATCD : infarctus", "infarctus", "past"),
        ("no longer smokes", "smokes", "ended"),
        ("ne fume plus", "fume", "ended"),
        ("il n'a plus de douleur", "douleur", "ended"),
        ("asthma resolved", "asthma", "ended"),
        ("cancer en rémission", "cancer", "ended"),
        ("a arrêté le tabac", "tabac", "ended"),
        ("possible appendicitis", "appendicitis", "uncertain"),
        ("rule out pneumonia", "pneumonia", "uncertain"),
        ("? pneumonia", "pneumonia", "uncertain"),
        ("suspicion d'embolie pulmonaire", "embolie pulmonaire", "uncertain"),
        ("risk of bleeding", "bleeding", "hypothetical"),
        ("en cas de fièvre", "fièvre", "hypothetical"),
        ("any cancer other than basal cell carcinoma", "basal cell carcinoma", "excepted"),
        ("tout cancer sauf carcinome basocellulaire", "carcinome basocellulaire", "excepted"),
    ],
)
def test_what_is_past_over_doubted_or_feared_is_marked(text: str, words: str, flag: str) -> None:
    said = about(text, words)

    assert getattr(said, flag)
    assert not said.negated


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("65 year old man with heart failure", "heart failure"),
        ("The patient has asthma", "asthma"),
        ("Patient de 60 ans présentant une dyspnée", "dyspnée"),
        ("diabète de type 2", "diabète de type 2"),
        ("similar pain twice in the past year", "pain"),
        ("pain that started 6 years ago", "pain"),
    ],
)
def test_a_plain_statement_is_plain(text: str, words: str) -> None:
    assert about(text, words) == PLAIN


def test_a_section_is_told() -> None:
    assert about("Allergies: penicillin\nMedications: aspirin", "penicillin").section == "allergy"


def test_a_cue_within_the_mention_says_nothing_of_it() -> None:
    assert about("no known allergies", "no known allergies") == PLAIN


def test_no_mention_no_context() -> None:
    assert read_contexts("no fever", []) == []


def test_contexts_come_in_the_order_of_the_mentions() -> None:
    text = "No fever. Has cough."
    fever, cough = (3, 8), (14, 19)

    assert [said.negated for said in read_contexts(text, [cough, fever])] == [False, True]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("He saw Dr. Smith. He left.", ["He saw Dr. Smith.", "He left."]),
        ("1. Asthma\n2. Gout", ["1. Asthma", "2. Gout"]),
        ("- asthma\n- gout", ["- asthma", "- gout"]),
        ("Take 2.5 mg. p.o. daily", ["Take 2.5 mg. p.o. daily"]),
        ("Mme. Durand va bien. Elle sort.", ["Mme. Durand va bien.", "Elle sort."]),
        (f"{'word ' * 12}and\nthen more", [f"{'word ' * 12}and\nthen more"]),
        ("diabetes\n\nasthma", ["diabetes", "asthma"]),
        ("Fever? Yes! Cough", ["Fever?", "Yes!", "Cough"]),
        ("", []),
    ],
)
def test_sentences_end_where_people_end_them(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == parts


def test_a_section_ends_at_the_next_heading_known_or_not() -> None:
    text = "PMH: gout\nFamily history: stroke\nWeather: fine"

    assert [(part.kind, text[part.start : part.end].strip()) for part in sections(text)] == [
        ("past", "gout"),
        ("family", "stroke"),
    ]


@pytest.mark.parametrize(
    "unit", ["no ", "(", "; ", "\n", "n'a b ", "PMH: ", "Abc: ", ". ", "history of ", "mother"]
)
def test_hostile_text_is_read_in_linear_time(unit: str) -> None:
    """Four times the text may take about four times as long, not sixteen: both are measured."""
    short, long = (unit * (size // len(unit)) for size in (60_000, 240_000))

    assert _seconds(long) < 10 * _seconds(short) + 0.2


def _seconds(text: str) -> float:
    """The least of three: what else the process does, such as collecting garbage, is no part."""
    mentions = [(start, start + 3) for start in range(0, len(text) - 3, 40)]
    return min(
        timeit.repeat(
            lambda: read_contexts(text, mentions), timer=time.process_time, number=1, repeat=3
        )
    )
