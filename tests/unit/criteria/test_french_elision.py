"""« de » or « d’ », « du » or « de l’ »."""

import pytest

from recruit.criteria.phrase.elision import of, of_the_tongue


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("asthme", "d’asthme"),
        ("œdème", "d’œdème"),
        ("Épilepsie", "d’Épilepsie"),
        ("hépatite B", "d’hépatite B"),
        ("HbA1c", "d’HbA1c"),
        ("hernie", "de hernie"),
        ("maladie de Crohn", "de maladie de Crohn"),
        ("5-fluorouracile", "de 5-fluorouracile"),
        ("ytterbium", "d’ytterbium"),
        ("yaourt", "de yaourt"),
        ("onze", "de onze"),
    ],
)
def test_of_a_name(name: str, said: str) -> None:
    assert of(name) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [("français", "du français"), ("arabe", "de l’arabe"), ("hongrois", "du hongrois")],
)
def test_of_a_language(name: str, said: str) -> None:
    assert of_the_tongue(name) == said
