"""Passwords: how long they are, what they cost to try, and the check that tells nothing by time."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.core.tokens import token
from recruit.people.common_passwords import is_common

# OWASP ASVS 5.0, 6.2: length instead of rules about letters; a bound against hashing megabytes.
SHORTEST: Final = 12
LONGEST: Final = 256


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try costs: passes, KiB of memory, lanes (Argon2id, RFC 9106, 3.1)."""

    passes: int
    memory: int
    lanes: int

    def hasher(self) -> PasswordHasher:
        """What hashes and verifies at this cost."""
        return PasswordHasher(self.passes, self.memory, self.lanes)


STRONG: Final = Cost(passes=3, memory=65_536, lanes=4)  # RFC 9106, section 4, second choice


def hashed(password: str, cost: Cost = STRONG) -> str:
    """The hash of a new password. It takes long on purpose: never while others wait.

    Raises:
        WrongUsage: the password is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WrongUsage(
            N_("A password has {shortest} to {longest} characters."),
            shortest=SHORTEST,
            longest=LONGEST,
        )
    return cost.hasher().hash(password)


def chosen(password: str, email: str, cost: Cost = STRONG) -> str:
    """The hash of a password that somebody has thought of for the account with this address.

    Raises:
        WrongUsage: it is too short or too long, or among the first that others try.
    """
    if SHORTEST <= len(password) <= LONGEST and is_common(password, email, SHORTEST):
        raise WrongUsage(
            N_(
                "Others would try this password first. Please choose one that is not made of "
                "common words, rows of keys, repetitions or your name."
            )
        )
    return hashed(password, cost)


def fits(known: str | None, password: str, cost: Cost) -> bool:
    """Whether the password is the one of `known`; None, for nobody's, takes as long as a wrong one.

    `cost` is what the hashes at hand were made at. Like `hashed` this takes long.
    """
    if len(password) > LONGEST:
        password = ""
    hasher = cost.hasher()
    try:
        hasher.verify(_nobodys(cost) if known is None else known, password)
    except VerificationError:
        return False
    return known is not None


@cache
def _nobodys(cost: Cost) -> str:
    return cost.hasher().hash(token())
