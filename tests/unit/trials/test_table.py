"""Trials as tables, by criterion or by trial, with headings in both languages."""

import io

import pytest

from recruit.core.errors import Refusal
from recruit.core.files import Record
from recruit.core.sheets import rows
from recruit.trials.draft import TrialDraft
from recruit.trials.sources.table import read_table


def read(text: str) -> TrialDraft:
    found = list(rows("t.csv", io.BufferedReader(io.BytesIO(text.encode()))))
    records = [each for each in found if isinstance(each, Record)]
    assert records == found
    return read_table("t.csv", records)


def test_a_row_for_each_criterion_is_one_trial() -> None:
    draft = read("kind,criterion\ninclusion,Asthma\nExclusion criterion,Smoker\nI,Aged 18\n")
    assert (draft.id, draft.language) == ("", "en")
    assert draft.criteria == (
        "Inclusion Criteria:\n\n1. Asthma\n2. Aged 18\n\nExclusion Criteria:\n\n1. Smoker"
    )


def test_french_headings_make_a_french_text() -> None:
    draft = read("nature;critère\ninclusion;Asthme\nnon-inclusion;Fumeur\n")
    assert draft.language == "fr"
    assert draft.criteria == (
        "Critères d'inclusion :\n\n1. Asthme\n\nCritères d'exclusion :\n\n1. Fumeur"
    )


def test_what_else_the_first_row_says_of_the_trial_is_read() -> None:
    draft = read("titre;type de critère;texte\nLe sommeil;inclusion;Asthme\n;exclusion;Fumeur\n")
    assert draft.title == "Le sommeil"


def test_a_row_for_each_trial_has_the_fields_of_the_exchange_format() -> None:
    draft = read(
        "id,title,conditions,sex,minimum age,criteria,healthy volunteers,target,status\n"
        'T1,Sleep,Asthma; Insomnia,female,18 Years,"Inclusion:\n- Asthma",no,40,recruiting\n'
    )
    assert (draft.id, draft.title, draft.sex) == ("T1", "Sleep", "female")
    assert (draft.conditions, draft.min_age) == (("Asthma", "Insomnia"), "18 Years")
    assert draft.criteria == "Inclusion:\n- Asthma"
    assert (draft.healthy_volunteers, draft.target, draft.status) == (False, 40, "recruiting")


def test_french_headings_of_a_trial_are_known() -> None:
    draft = read(
        "titre;langue;maladies;âge minimal;critères;volontaires sains;effectif prévu;promoteur\n"
        "Le sommeil;fr;Asthme|Insomnie;18 ans;Asthme;oui;12;Institut\n"
    )
    assert (draft.title, draft.language, draft.sponsor) == ("Le sommeil", "fr", "Institut")
    assert (draft.conditions, draft.healthy_volunteers) == (("Asthme", "Insomnie"), True)
    assert draft.target == 12


def test_what_looks_like_a_formula_is_a_text() -> None:
    draft = read("title,criteria\n=1+1,@SUM(A1)\n")
    assert (draft.title, draft.criteria) == ("=1+1", "@SUM(A1)")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind,criterion\nperhaps,Asthma\n", "t.csv:2: kind: “perhaps” is neither inclusion nor"),
        ("title,target\nSleep,some\n", "t.csv:2: target: this must be a whole number"),
        ("title,healthy volunteers\nSleep,?\n", "healthy_volunteers: this must be true or false"),
        ("title,min age\nSleep,old\n", "t.csv:2: min_age: “old” is not an age"),
        ("colour,shape\nred,round\n", "t.csv: file: no column is known"),
        ("kind,criterion\n", "file: no column is known"),
        ("id,title\n1,A\n2,B\n", "t.csv: file: it holds more than one trial"),
    ],
)
def test_what_is_odd_is_refused_by_row_and_column(text: str, message: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read(text)
    assert message in str(refusal.value)
