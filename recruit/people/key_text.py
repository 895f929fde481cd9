"""The text of a key to the API: 192 random bits, shown once, kept as SHA-256.

A key reads `recruit_<name>_<secret>`. The name may be told: it stands in lists and in the audit
trail, and its first letter says whose the key is. A digest without a salt is enough for a secret
that nobody can guess (RFC 6819, 5.1.4.1.3 asks for salts where people choose).
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from recruit.core.tokens import pseudonym, token

COMMUNITY: Final = "K"
ACCOUNT: Final = "A"
FORM: Final = re.compile(r"recruit_([KA])-[0-9A-Z]{8}_[\w-]{32}")


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key; `text` is shown once and kept nowhere."""

    name: str
    expires_at: datetime
    text: str = field(repr=False)


def new(letter: str, expires_at: datetime) -> Issued:
    """A key of a community or an account that nobody has had before."""
    name = pseudonym(letter)
    return Issued(name, expires_at, f"recruit_{name}_{token()}")


def whose(text: str) -> str | None:
    """COMMUNITY or ACCOUNT; None for what is no key at all."""
    found = FORM.fullmatch(text)
    return found[1] if found else None


def digest(text: str) -> str:
    """What is kept of a key."""
    return sha256(text.encode()).hexdigest()
