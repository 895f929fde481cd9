"""What a sample person answers to a community's own questionnaire: languages and scales."""

from collections.abc import Iterator
from typing import Final

from recruit.demo.life import Life, Telling

Answer = dict[str, str]

SPOKEN: Final = {
    "fr": {"en": "French", "fr": "français"},
    "nl": {"en": "Dutch", "fr": "néerlandais"},
    "de": {"en": "German", "fr": "allemand"},
    "es": {"en": "Spanish", "fr": "espagnol"},
    "it": {"en": "Italian", "fr": "italien"},
    "en": {"en": "English", "fr": "anglais"},
}


def answers(life: Life) -> Iterator[Answer]:
    """A questionnaire as it comes: the question and the answer, in the person's language."""
    if life.telling is Telling.LITTLE:
        return
    codes = dict.fromkeys([*life.town.languages, life.language])
    languages = ", ".join(SPOKEN[code][life.language] for code in codes)
    yield {"question": life.say("languages spoken", "langues parlées"), "answer": languages}
    for scale in life.cohort.scales:
        if life.telling is Telling.EVERYTHING or life.chance(0.6):
            grade = life.dice.choices(scale.grades, scale.weights)[0]
            yield {"question": scale.name(life.language), "answer": grade}
