"""Who a sample person is, before anything of it is told."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cache
from random import Random
from typing import Final, Literal

from recruit.core.dates import TimeUnit, before
from recruit.demo.cohorts import Cohort, Town, cohorts, towns

FRENCH: Final = 0.6  # the part of the people who write in French; most sites are in France


class Telling(Enum):
    """How much somebody tells."""

    EVERYTHING = "E"
    MAIN_THINGS = "M"
    LITTLE = "L"


TELLING: Final = tuple(map(Telling, "EMELEMEMEMEMLEMELEML"))
"""How much the first twenty people of a group tell, and again from the start."""


@dataclass(frozen=True, slots=True)
class Life:
    """One sample person as of the day `on`; `dice` decides what is left to chance."""

    number: int
    cohort: Cohort
    telling: Telling
    sex: Literal["female", "male"]
    age: int
    born: date
    town: Town
    language: Literal["en", "fr"]
    on: date
    dice: Random

    @property
    def healthy(self) -> bool:
        """Whether the group has no disease."""
        return self.cohort.code is None

    def chance(self, share: float) -> bool:
        """Whether it is so for this one, when it is for `share` of all."""
        return self.dice.random() < share

    def month(self, least: int, most: int) -> str:
        """A month that lies `least` to `most` months back, never before the age of 16."""
        back = min(self.dice.randint(least, most), max(least, (self.age - 16) * 12))
        return f"{before(self.on, back, TimeUnit.MONTH):%Y-%m}"

    def day(self, most: int) -> str:
        """A day within the last `most` days."""
        return (self.on - timedelta(days=self.dice.randint(2, most))).isoformat()

    def say(self, en: str, fr: str) -> str:
        """The words of the person's language."""
        return fr if self.language == "fr" else en


def life(number: int, seed: int, on: date) -> Life:
    """The person with this number: the same for the same seed and day."""
    dice = Random(f"{seed} {number}")  # noqa: S311 - nothing here is secret
    cohort, place = _deal()[number % len(_deal())]
    language: Literal["en", "fr"] = "fr" if dice.random() < FRENCH else "en"
    age = dice.randint(*cohort.ages)
    return Life(
        number=number,
        cohort=cohort,
        telling=TELLING[place % len(TELLING)],
        sex="female" if dice.random() < cohort.women else "male",
        age=age,
        born=before(on, age, TimeUnit.YEAR) - timedelta(days=dice.randrange(360)),
        town=dice.choice([t for t in towns() if language == "en" or "fr" in t.languages]),
        language=language,
        on=on,
        dice=dice,
    )


@cache
def _deal() -> tuple[tuple[Cohort, int], ...]:
    """The order in which the groups give their people, each with its place within the group.

    Groups are spread evenly by their size; the first people are one of each group, so that even a
    few are of many kinds.
    """
    places = [(group, place) for group in cohorts() for place in range(group.size)]
    return tuple(sorted(places, key=lambda each: (each[1] + 0.5) / each[0].size))
