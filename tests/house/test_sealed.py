"""Whatever the master keys seal comes under a new one when they rotate."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column

import recruit
from recruit.actions import vault as rotation
from recruit.actions.outreach import attachments, own_answers, words
from recruit.actions.paper import taking
from recruit.actions.professionals import questions, verifying
from recruit.actions.public_words import asking
from recruit.actions.safety.tables import STEP, VERSION, WORD
from recruit.core.resealing import Sealed
from recruit.notify import post, suppression
from recruit.people import codes, second_factors
from recruit.people.communities import hooks
from recruit.people.communities.tables import INBOUND, PROVIDER, PULL
from recruit.people.vault import WRAPPED

ROOT = Path(recruit.__file__).parent

# Each file that seals with the master keys, and where that stands afterwards.
SEALING: dict[str, tuple[Sealed, ...] | tuple[Column[object], ...]] = {
    "actions/inbox/answering.py": (own_answers.SEALED,),
    "actions/outreach/attachments.py": (attachments.SEALED,),
    "actions/outreach/own_answers.py": (own_answers.SEALED,),
    "actions/outreach/words.py": (words.SEALED,),
    "actions/paper/taking.py": (taking.SEALED,),
    "actions/professionals/questions.py": questions.SEALED,
    "actions/professionals/verifying.py": (verifying.SEALED,),
    "actions/public_words/asking.py": (asking.SEALED,),
    "actions/safety/beginning.py": (WORD.c.sealed,),
    "actions/safety/carried.py": (WORD.c.sealed, STEP.c.sealed),
    "actions/safety/held.py": (STEP.c.sealed,),
    "actions/safety/marking.py": (WORD.c.sealed,),
    "actions/safety/writing.py": (VERSION.c.sealed,),
    "notify/post.py": (post.SEALED,),
    "notify/suppression.py": (suppression.SEALED,),
    "people/codes.py": (codes.SEALED,),
    "people/communities/hooks.py": hooks.SEALED,
    "people/communities/inbound.py": (INBOUND.c.secret,),
    "people/communities/providers.py": (PROVIDER.c.secret,),
    "people/communities/pulls.py": (PULL.c.key,),
    "people/communities/sealed.py": (INBOUND.c.secret, PULL.c.key, PROVIDER.c.secret),
    "people/second_factors.py": (second_factors.SEALED,),
    "people/vault.py": (WRAPPED,),  # `vault.rotate` gives new keys instead
}
# What seals without keeping it in the database.
ELSEWHERE = {
    "core/resealing.py": "the rotation itself",
    "web/community_sign_in.py": "in the cookie of a session",
    "web/draft.py": "in the cookie of a session",
}


def seals(file: Path) -> bool:
    """Whether code in the file calls the ring's `seal`, or a room's that stands for it."""
    text = file.read_text()
    return "seal" in text and any(_is_seal(node) for node in ast.walk(ast.parse(text)))


def _is_seal(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    named = ast.unparse(node.func)
    if named.endswith(("keyring.seal", "vault.seal", "own_answers.seal")):
        return True
    return named == "seal" and bool(node.args) and ast.unparse(node.args[0]).endswith("keyring")


def sealing() -> Iterator[str]:
    for file in ROOT.rglob("*.py"):
        if seals(file):
            yield str(file.relative_to(ROOT))


def columns(places: tuple[Sealed, ...] | tuple[Column[object], ...]) -> set[Column[object]]:
    return {each.column if isinstance(each, Sealed) else each for each in places}


def test_every_file_that_seals_says_where_it_stands() -> None:
    assert set(sealing()) == set(SEALING) | set(ELSEWHERE)


def test_every_column_that_is_sealed_is_sealed_anew_by_a_rotation() -> None:
    sealed = {column for places in SEALING.values() for column in columns(places)}
    assert sealed == columns((*rotation.SEALED, WRAPPED))


@pytest.mark.parametrize("place", rotation.SEALED, ids=lambda place: str(place.column))
def test_a_column_is_sealed_anew_once(place: Sealed) -> None:
    assert [each.column for each in rotation.SEALED].count(place.column) == 1
