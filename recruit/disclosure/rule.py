"""What may be said about the size of a set of people, and how often one may ask.

The figures of i2b2 (Murphy and Chueh 2002, AMIA Symposium, p. 552) are kept: small counts are not
told apart, seven repeats lock a question. Rounding alone protects nobody from a patient asker who
combines many answers (Dinur and Nissim 2003, PODS, p. 202): each answer is therefore wrong by
chance, once and for all, and there is an allowance of answers. `bench/attacking.py` shows what an
attacker gains with and without each part.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import SystemRandom
from typing import Final, Protocol

SMALL: Final = 10  # up to so many people, it is only said that they are few
STEP: Final = 10  # larger counts are said to the nearest ten
NEAR: Final = 10  # a set that differs by so many people or fewer gets the earlier answer
REPEATS: Final = 7
WINDOW: Final = timedelta(days=30)
ALLOWANCE: Final = 18.0  # answers about small sets in one window
# Whoever knows all others and spends k answers with a standard error e on one person guesses right
# in Φ(√k / 2e) of the cases instead of in a half, however the questions follow from one another
# (Dong, Roth and Su 2022, J. R. Stat. Soc. B 84, p. 3, on Gaussian differential privacy): in 0.547
# for k = 18 and e = 18. Five points would allow k = 20.
ERROR: Final = 18.0
SHARE: Final = 0.02  # in a large set the error is two per cent of it, and the answer costs less
# What one trial's funnel may cost beside that: its steps are people whom others acted on, no sets
# that an asker can think up. k = 20.25 then still guesses right in 0.5497 of the cases.
BESIDE: Final = ALLOWANCE / 8
EDGE: Final = 10 / 3  # standard errors between ten people and the least coarse number
# Several parts of one set, asked for together: whoever gains or loses an attribute moves from one
# part to another, so that all parts, however many, tell about them what two answers do.
MOVED: Final = 2


class Grain(StrEnum):
    """How exact an answer is. A coarser one costs less: an error three times as large, a ninth."""

    FINE = "fine"
    COARSE = "coarse"

    @property
    def error(self) -> float:
        """The least standard error."""
        return ERROR if self is Grain.FINE else 3 * ERROR

    @property
    def few(self) -> int:
        """Up to so many people, it is only said that they are few.

        Coarse answers are cheap, so that the step from ten people to eleven must not show in them,
        not even to somebody who spends all of them on it: a set of ten is always said to be few,
        one of eleven unless its error exceeds 3.3 standard errors, one time in 3,000.
        """
        return SMALL if self is Grain.FINE else SMALL + STEP * round(EDGE * self.error / STEP)


@dataclass(frozen=True, slots=True)
class Purse:
    """What an asker may spend in one window, and for how long a coarse answer stands."""

    allowance: float
    stands: timedelta


class Chance(Protocol):
    """Where errors come from."""

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        """A number of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an asker gets to see: about so many people, a multiple of ten, or None for few.

    `locked` says that this is the question's earlier answer: it was asked too often within the
    window, or no fresh answer may be given.
    """

    about: int | None
    locked: bool = False
    grain: Grain = Grain.FINE

    @property
    def words(self) -> str:
        """The answer without the habits of a language."""
        return f"0–{self.grain.few}" if self.about is None else str(self.about)


def answer(size: int, chance: Chance | None = None, grain: Grain = Grain.FINE) -> Answer:
    """A fresh answer about a set of `size` people; it is given once and then kept."""
    if size <= SMALL:
        return Answer(None, grain=grain)
    wrong = size + (chance or SystemRandom()).gauss(0.0, error(size, grain))
    said = STEP * round(wrong / STEP)
    return Answer(said if said > grain.few else None, grain=grain)


def error(size: int, grain: Grain = Grain.FINE) -> float:
    """The standard error of an answer about a set of `size` people."""
    return max(grain.error, SHARE * size)


def cost(size: int, grain: Grain = Grain.FINE) -> float:
    """How much of the allowance an answer takes: less where its error is larger."""
    return (ERROR / error(size, grain)) ** 2
