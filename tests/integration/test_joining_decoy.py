"""Nobody guesses their way to a code that was sent to nobody."""

from sqlalchemy import Engine, select

from recruit.actions import joining
from recruit.core.db import reading
from recruit.people.code_tables import CODE
from tests.integration.test_joining import KEYRING, LINKS, asked, wish


def decoys(engine: Engine) -> list[bool]:
    with reading(engine) as session:
        return list(session.execute(select(CODE.c.decoy).order_by(CODE.c.code_made_at)).scalars())


def test_for_an_address_that_is_known_no_code_can_be_guessed(engine: Engine) -> None:
    token, code = asked(engine, "matching")
    joining.confirm(engine, KEYRING, token, code, LINKS)
    joining.ask(engine, KEYRING, wish("matching"), LINKS)
    assert decoys(engine) == [False, True]


def test_nor_for_one_that_has_had_its_codes_of_the_hour(engine: Engine) -> None:
    for _ in range(7):
        joining.ask(engine, KEYRING, wish("matching"), LINKS)
    assert decoys(engine) == [False] * 5 + [True] * 2
