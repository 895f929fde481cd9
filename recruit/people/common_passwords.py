"""Passwords that are tried first: common words, rows of keys, repetitions, the owner's name.

OWASP ASVS 5.0, 6.2.4, asks for a comparison with the 3000 most common passwords that are long
enough here. Of those with 12 characters and more nearly all are made of the same few parts with
some digits around them, so the parts are known here instead: that also catches the variations no
list has.
"""

import re
from typing import Final

# English and French, and this service's own; what contains another one needs no entry.
WORDS: Final = (
    "administrateur", "administrator", "admin", "azerty", "baseball", "bienvenue", "bonjour",
    "changeme", "changezmoi", "chocolat", "computer", "doudou", "dragon", "football", "hello",
    "iloveyou", "jetaime", "jetadore", "letmein", "liverpool", "login", "loulou", "marseille",
    "master", "michael", "monkey", "motdepasse", "motdepass", "ordinateur", "passe", "passw0rd",
    "password", "p4ssword", "p@ssw0rd", "p@ssword", "pokemon", "princess", "princesse", "qwerty",
    "qwertz", "recruit", "secret", "shadow", "soleil", "starwars", "sunshine", "superman",
    "trustno1", "welcome",
)  # fmt: skip
ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop", "yxcvbnm", "1qaz2wsx3edc4rfv5tgb",
    "1q2w3e4r5t6y7u8i9o0p", "1a2z3e4r5t6y7u8i9o0p", "&é\"'(-è_çà",
)  # fmt: skip
RUN: Final = 3  # keys in a row that are one idea, not four
LEFT: Final = 6  # signs that have to be somebody's own
DIFFERENT: Final = 5
SHORTEST_NAME: Final = 3  # of a part of an e-mail address that is taken for a name


def is_common(password: str, email: str, shortest: int) -> bool:
    """Whether too little of the password is its owner's own idea.

    `email` is the owner's address, "" where it is not known; what repeats something of fewer than
    `shortest` characters is as long as that.
    """
    signs = password.casefold()
    if len(set(signs)) < DIFFERENT or _unit(signs) < min(shortest, len(signs)):
        return True
    names = re.split(r"[\W\d_]+", email.casefold())
    parts = (*WORDS, *(name for name in names if len(name) >= SHORTEST_NAME))
    for part in sorted(parts, key=len, reverse=True):
        signs = signs.replace(part, " ")
    signs = _without_rows(signs)
    return len(re.sub(r"[\W_]", "", signs)) < LEFT


def _unit(signs: str) -> int:
    """The length of what the text repeats from end to end; its own length where it does not."""
    return (signs + signs).index(signs, 1)


def _without_rows(signs: str) -> str:
    """The text without runs of neighbouring keys or letters, in either direction."""
    kept, at = [], 0
    rows = [*ROWS, *(row[::-1] for row in ROWS)]
    while at < len(signs):
        length = RUN
        while at + length <= len(signs) and any(signs[at : at + length] in row for row in rows):
            length += 1
        if length > RUN:
            at += length - 1
        else:
            kept.append(signs[at])
            at += 1
    return "".join(kept)
