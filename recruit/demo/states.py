"""The states of a sample person that are no disease: healthy, pregnant, insured and the like."""

from collections.abc import Iterator
from typing import Final

from recruit.demo.life import Life, Telling

MENOPAUSE: Final = 50  # women above are not asked about pregnancy


def states(life: Life) -> Iterator[dict[str, object]]:
    """Facts of the person exchange format, by the key of the state."""
    if life.telling is Telling.LITTLE:
        if life.healthy:
            yield _fact("healthy", "present")
        return
    for key, share in _asked(life):
        if life.telling is Telling.EVERYTHING or key == "healthy" or life.chance(0.4):
            yield _fact(key, "present" if life.chance(share) else "absent")


def _asked(life: Life) -> Iterator[tuple[str, float]]:
    """The states people are asked about, and how many of such people are in them."""
    yield "healthy", 1.0 if life.healthy else 0.0
    yield "smoker", life.cohort.smokers
    yield "able_to_consent", 1.0
    yield "other_trial", 0.05
    yield "insured", 1.0
    yield "legal_protection", 0.02
    yield "blood_donor", 0.06
    if life.sex == "female" and life.age < MENOPAUSE:
        yield "pregnant", 0.05
        yield "breastfeeding", 0.04
        yield "childbearing_potential", 0.9
        yield "contraception", 0.85


def _fact(key: str, status: str) -> dict[str, object]:
    return {"kind": "state", "text": key, "status": status}
