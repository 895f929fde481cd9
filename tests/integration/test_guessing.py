"""Whoever guesses links finds none, whatever they know about how links look."""

import pytest
from sqlalchemy import Engine, func, select

from recruit.core.bulk import among
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.tokens import token
from recruit.people import codes
from recruit.people.code_tables import CODE
from recruit.people.codes import Problem, Purpose

RING = Keyring.of(["o" * 32])
LINKS = 1_000
GUESSES = 1_000_000
AT_ONCE = 10_000
THROUGH_LOOK = 2_000


@pytest.fixture
def tokens(engine: Engine) -> list[str]:
    """The links of a busy hour, all alive."""
    with unit_of_work(engine) as session:
        return [
            codes.issue(session, RING, Purpose.SIGN_IN, {"n": str(n)}, now()).token
            for n in range(LINKS)
        ]


def test_a_million_guessed_links_hit_nothing(engine: Engine, tokens: list[str]) -> None:
    hits = 0
    with reading(engine) as session:
        for _ in range(GUESSES // AT_ONCE):
            # As `look` does it: the digest of the token against the table, many at once.
            digests = [codes._digest(token()) for _ in range(AT_ONCE)]  # noqa: SLF001 - a million looks one by one take minutes
            query = select(func.count()).where(among(CODE.c.token_digest, digests))
            hits += session.execute(query).scalar_one()
        known = [codes._digest(each) for each in tokens]  # noqa: SLF001 - as above
        query = select(func.count()).where(among(CODE.c.token_digest, known))
        assert session.execute(query).scalar_one() == LINKS  # the count would have shown a hit
    assert hits == 0


def test_guesses_through_the_door_hit_nothing(engine: Engine, tokens: list[str]) -> None:
    with reading(engine) as session:
        found = {
            codes.look(session, RING, Purpose.SIGN_IN, token(), now()) for _ in range(THROUGH_LOOK)
        }
    assert found == {Problem.UNKNOWN}
    assert len(set(tokens)) == LINKS


def test_what_is_nearly_a_link_is_none(engine: Engine, tokens: list[str]) -> None:
    with reading(engine) as session:
        for each in tokens[:200]:
            other = "A" if each[-1] != "A" else "B"
            for near in (each[:-1], each[1:], each + "A", each[:-1] + other, each.swapcase()):
                found = codes.look(session, RING, Purpose.SIGN_IN, near, now())
                assert found is Problem.UNKNOWN


def test_the_digest_of_a_link_opens_nothing(engine: Engine, tokens: list[str]) -> None:
    with reading(engine) as session:
        stored = list(session.execute(select(CODE.c.token_digest)).scalars())
        assert len(stored) == len(tokens)
        for digest in stored[:50]:
            assert codes.look(session, RING, Purpose.SIGN_IN, digest, now()) is Problem.UNKNOWN


def test_links_have_192_random_bits(tokens: list[str]) -> None:
    assert {len(each) for each in tokens} == {32}  # of 64 letters: 6 bits each
    assert len(set("".join(tokens))) == 64
