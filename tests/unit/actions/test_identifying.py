"""Words that seem to name a patient are stopped; those that speak of nobody pass."""

import pytest

from recruit.actions.identifying import naming, refuse_names
from recruit.core.errors import Refusal


@pytest.mark.parametrize(
    "words",
    [
        "Mme Dupont peut-elle venir le matin ?",
        "My patient John Smith would like to know more.",
        "Patient nommé Durand, suivi chez nous.",
        "Born on 12/03/1961, can she take part?",
        "née le 3 mars 1961",
        "Her number is 06 39 98 12 34.",
        "Écrivez à jean.martin@example.org",
        "NIR 2 61 03 75 116 001 42",
        "SSN 078-05-1120",
        "IPP n° 8004512377",
    ],
)
def test_words_that_seem_to_name_a_patient_are_stopped(words: str) -> None:
    with pytest.raises(Refusal) as stopped:
        refuse_names(words, field="words")
    assert stopped.value.field == "words"
    assert "Nothing was kept" in stopped.value.explain("en")


@pytest.mark.parametrize(
    "words",
    [
        "Can a woman of 64 with an HbA1c of 8.2 % and a clearance of 55 mL/min take part?",
        "Une patiente de 64 ans sous metformine 2 x 1000 mg peut-elle venir à Lyon ?",
        "Is the visit of week 12 in the morning? Dr Martin told us about NCT01234567.",
        "Combien de visites en 2026, et le trajet est-il remboursé ?",
        "Does phase 3 begin in March 2026?",
    ],
)
def test_words_about_nobody_pass(words: str) -> None:
    assert list(naming(words)) == []
