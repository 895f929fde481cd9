"""What is on record, in words that a terminal and a page share."""

from dataclasses import replace

import pytest

from recruit.actions.evidence import on_record, person
from recruit.core.dates import PartialDate
from recruit.matching.outcome import Attribute
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    Home,
    MeasureFact,
    OrdinalFact,
    Profile,
    Source,
    StateFact,
)
from recruit.terminology.concepts import Kind

ANNA = Profile(
    person="P-1",
    born=PartialDate.parse("1975-04-17"),
    sex="female",
    home=Home(country="FR"),
    languages=frozenset({"fr", "en"}),
)
DAY = PartialDate.parse("2026-10-01")


def plain(words: str) -> str:
    return words.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("fact", "english", "french"),
    [
        (
            MeasureFact("egfr", 109.5, DAY, source=Source.NOTE),
            "estimated glomerular filtration rate: 109.5 mL/min/1.73 m² (1 October 2026, note)",
            (
                "débit de filtration glomérulaire estimé : 109,5 mL/min/1,73 m²"
                " (1er octobre 2026, note)"
            ),
        ),
        (
            OrdinalFact("ecog", "1", PartialDate.parse("2026-10"), source=Source.RECORD),
            "ECOG performance status: 1 (October 2026, health record)",
            "indice de performance ECOG : 1 (octobre 2026, dossier médical)",
        ),
        (
            StateFact("able_to_consent", "present"),
            "able to give informed consent (own answer)",
            "en capacité de donner son consentement (sa réponse)",
        ),
        (
            StateFact("contraception", "absent"),
            "uses effective contraception: no (own answer)",
            "contraception efficace : non (sa réponse)",
        ),
        (
            ClinicalFact(Kind.CONDITION, "asthma", (), began=PartialDate.parse("2015")),
            "asthma (since 2015, own answer)",
            "asthma (début : 2015, sa réponse)",
        ),
        (
            ClinicalFact(Kind.CONDITION, "asthma", (), status="past", ended=DAY),
            "asthma: in the past (until 1 October 2026, own answer)",
            "asthma : dans le passé (fin : 1er octobre 2026, sa réponse)",
        ),
        (Attribute.BORN, "Born: April 1975", "Naissance : avril 1975"),
        (Attribute.SEX, "woman", "femme"),
        (Attribute.HOME, "Lives in: France", "Habite en : France"),
        (Attribute.LANGUAGES, "Speaks: English, French", "Parle : anglais, français"),
    ],
    ids=str,
)
def test_a_fact_is_said_without_keys_and_codes(
    fact: Fact | Attribute, english: str, french: str
) -> None:
    said = [plain(str(on_record(fact, ANNA, language))) for language in ("en", "fr")]
    assert said == [english, french]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("0215", "Born: 215"),
        ("0215-03", "Born: March 215"),
        ("0215-03-04/0215-05-06", "Born: 215"),
        ("0215/0999", "Born: 215–999"),
    ],
)
def test_a_year_with_a_lost_digit_is_shown_as_it_is(written: str, said: str) -> None:
    typo = replace(ANNA, born=PartialDate.parse(written))
    assert plain(str(on_record(Attribute.BORN, typo, "en"))) == said


@pytest.mark.parametrize(
    ("onset", "since"), [("0215", "215"), ("0215-03", "March 215"), ("0215-03-04", "4 March 215")]
)
def test_an_onset_with_a_lost_digit_is_shown_as_it_is(onset: str, since: str) -> None:
    fact = ClinicalFact(Kind.CONDITION, "asthma", (), began=PartialDate.parse(onset))
    assert on_record(fact, ANNA, "en").origin == f"since {since}, own answer"


def test_a_person_is_described_no_closer_than_needed() -> None:
    assert person(ANNA, (51, 51), "en") == "51 years old, woman, France"
    assert plain(person(ANNA, (50, 51), "fr")) == "50 à 51 ans, femme, France"
