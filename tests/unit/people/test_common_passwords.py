"""Passwords that others try first, and those that are somebody's own."""

import pytest

from recruit.people.common_passwords import is_common
from recruit.people.passwords import SHORTEST

EMAIL = "ada.lovelace@example.org"


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "administrator",
        "Administrateur1!",
        "motdepasse123",
        "Password2024!!",
        "P@ssw0rd12345",
        "ada.lovelace",
        "Lovelace-Ada-2026",
        "adaadaadaada",
        "aaaaaaaaaaaa",
        "aaaaaabbbbbb",
        "abcabcabcabc",
        "x7!x7!x7!x7!",
        "123456789012",
        "210987654321",
        "qwertyuiop12",
        "azertyuiopqs",
        "1q2w3e4r5t6y",
        "123qweasdzxc",
        "zyxwvutsrqpo",
        "    password    ",
    ],
)
def test_what_others_try_first_is_common(password: str) -> None:
    assert is_common(password, EMAIL, SHORTEST)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "a long enough password",
        "tournesol à midi",
        "été 2026 à Brest",
        "correct horse, correct horse",
        "ada et ses deux chats gris",
        "V6Y9KsaJ0tqrVt3f",
    ],
)
def test_somebodys_own_idea_is_not(password: str) -> None:
    assert not is_common(password, EMAIL, SHORTEST)


def test_a_name_is_common_for_its_owner_alone() -> None:
    assert not is_common("ada.lovelace", "bo@example.org", SHORTEST)
