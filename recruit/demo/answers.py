"""What a sample person answers to the questions of Recruit itself: states and scales."""

from collections.abc import Iterator

from recruit.demo.life import Life, Telling
from recruit.terminology.states import state

Answer = dict[str, str]


def answers(life: Life) -> Iterator[Answer]:
    """A questionnaire as it comes: the question and the answer, in the person's language."""
    if life.telling is Telling.LITTLE:
        return
    for scale in life.cohort.scales:
        grade = life.dice.choices(scale.grades, scale.weights)[0]
        yield {"question": scale.name(life.language), "answer": grade}
    for key, share in _states(life):
        known = state(key)
        if known and (life.telling is Telling.EVERYTHING or life.chance(0.4)):
            said = life.say("yes", "oui") if life.chance(share) else life.say("no", "non")
            yield {"question": known.question(life.language), "answer": said}


def _states(life: Life) -> Iterator[tuple[str, float]]:
    """The states people are asked about, and how many of such people are in them."""
    yield "healthy", 1.0 if life.healthy else 0.0
    yield "smoker", life.cohort.smokers
    yield "able_to_consent", 1.0
    yield "other_trial", 0.05
    yield "insured", 1.0
    yield "legal_protection", 0.02
    yield "blood_donor", 0.06
    if life.sex == "female" and life.age < 50:  # noqa: PLR2004 - older women are not asked
        yield "pregnant", 0.05
        yield "breastfeeding", 0.04
        yield "contraception", 0.85
        yield "childbearing_potential", 0.9
