"""What some sample people add in their own words, in French and English.

Such notes hold what a form does not: what one does not have, what one's mother had, what is over.
"""

from collections.abc import Mapping
from typing import Final, Literal

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
REMARKS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "I do not have diabetes.",
        "No history of stroke or heart attack.",
        "My mother had breast cancer.",
        "I used to smoke but gave up ten years ago.",
        "I had my appendix removed as a child.",
        "I have never had tuberculosis.",
        "My father has Parkinson's disease.",
        "I am allergic to penicillin.",
    ),
    "fr": (
        "Je n’ai pas de diabète.",
        "Pas d’antécédent d’AVC ni d’infarctus.",
        "Ma mère a eu un cancer du sein.",
        "J’ai arrêté de fumer il y a dix ans.",
        "J’ai été opéré de l’appendicite dans mon enfance.",
        "Je n’ai jamais eu la tuberculose.",
        "Mon père a la maladie de Parkinson.",
        "Je suis allergique à la pénicilline.",
    ),
}


def note(life: Life) -> str | None:
    """A few sentences, from one person in four, and from half of those who told little else."""
    if not life.chance(0.5 if life.telling is Telling.LITTLE else 0.25):
        return None
    language: Literal["en", "fr"] = life.language
    disease = life.say(life.cohort.en or "", life.cohort.fr or "")
    opening = [life.dice.choice(OPENINGS[language]).format(disease=disease)] if disease else []
    return " ".join(opening + life.dice.sample(REMARKS[language], 2))
