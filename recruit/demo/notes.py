"""What some sample people add in their own words, in French and English.

Such notes hold what a form does not: what one does not have, what one's mother had, what is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from recruit.demo.life import Life, Telling

OPENINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "I have had {disease} for some years and would like to know what research is going on.",
        "I was told that I have {disease}. My doctor agrees that I look at studies.",
    ),
    "fr": (
        "Je vis avec cette maladie ({disease}) depuis quelques années et la recherche m’intéresse.",
        "On m’a diagnostiqué : {disease}. Mon médecin est d’accord pour que je regarde les études.",
    ),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence in both languages that nobody says whose group has the disease `unless`."""

    en: str
    fr: str
    unless: str = ""


REMARKS: Final = (
    Remark("I do not have diabetes.", "Je n’ai pas de diabète.", unless="ICD10:E11"),
    Remark("No history of stroke.", "Pas d’antécédent d’AVC."),
    Remark("I have never had a heart attack.", "Je n’ai jamais eu d’infarctus.", "ICD10:I50"),
    Remark("My mother had breast cancer.", "Ma mère a eu un cancer du sein."),
    Remark("My father has Parkinson's disease.", "Mon père a la maladie de Parkinson."),
    Remark("I have never had tuberculosis.", "Je n’ai jamais eu la tuberculose."),
    Remark("I am allergic to penicillin.", "Je suis allergique à la pénicilline."),
    Remark("My sister takes methotrexate.", "Ma sœur prend du méthotrexate."),
)


def note(life: Life) -> str | None:
    """A few sentences, from one person in four, and from half of those who told little else."""
    if not life.chance(0.5 if life.telling is Telling.LITTLE else 0.25):
        return None
    disease = life.say(life.cohort.en or "", life.cohort.fr or "")
    opening = [life.dice.choice(OPENINGS[life.language]).format(disease=disease)] if disease else []
    likely = [remark for remark in REMARKS if remark.unless != life.cohort.code]
    remarks = life.dice.sample(likely, 2)
    return " ".join(opening + [life.say(remark.en, remark.fr) for remark in remarks])
