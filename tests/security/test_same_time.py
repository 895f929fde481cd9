"""An unknown address costs the check of a password as well, at the same cost.

How long answers take is measured elsewhere; this one tells on a busy machine too.
"""

import pytest
from argon2 import PasswordHasher

from recruit.people.passwords import fits, hashed
from tests.web_world import CHEAP


def test_for_an_unknown_address_a_password_is_checked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[list[str]] = []
    verify = PasswordHasher.verify

    def noted(hasher: PasswordHasher, known: str, password: str) -> bool:
        checked.append(known.split("$")[:4])  # the kind, the version and the cost
        return verify(hasher, known, password)

    monkeypatch.setattr(PasswordHasher, "verify", noted)
    known = hashed("correct horse battery", CHEAP)
    for whose in (known, None):
        assert not fits(whose, "a wrong password", CHEAP)
    assert len(checked) == 2
    assert checked[0] == checked[1]
