"""People who permit nothing any more are told, and then erased unless they stay."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, func, select

from recruit.actions.announced_table import ANNOUNCED
from recruit.actions.erasure import forget_person
from recruit.actions.my_choices import overview
from recruit.actions.retention import announcing, unpermitted
from recruit.actions.retention.announcing import announce, by_link, staying
from recruit.actions.retention.silent import BEFORE, KEPT
from recruit.actions.retention.unpermitted import erase_unpermitted
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.db import reading, unit_of_work
from recruit.notify import reputation
from recruit.notify.letter import Letter, Outcome
from recruit.notify.suppression import Cause, suppress
from recruit.notify.tables import MESSAGE
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item
from recruit.people.vault_tables import ITEM
from tests.erasing import SECRETS
from tests.outreach import OWN, RING, VAULT, agreement, willing
from tests.staying import HERALD, NEAR, leaves, link_in

DAY = timedelta(days=1)
LATER = KEPT + DAY


def tell(engine: Engine, at: datetime) -> int:
    """What the job does first."""
    return announce(engine, HERALD, at)


def erase_after(engine: Engine, folder: Path, after: timedelta, *, told: bool = True) -> int:
    if told:
        with time_machine.travel(now() + after - BEFORE, tick=False):
            tell(engine, now())
            leaves(engine)
    return erase_unpermitted(engine, SECRETS, Settings(data_folder=folder), now() + after)


def token_in(letters: list[Letter]) -> str:
    return link_in(letters).removeprefix("/stay/")


def withdraw(engine: Engine, person: str, choice: Choice | None = None) -> None:
    with unit_of_work(engine) as session:
        ledger.withdraw(session, person, choice, OWN, "link")


def erased(engine: Engine) -> set[str]:
    with reading(engine) as session:
        gone = PARTICIPANT.c.erased_at.is_not(None)
        return set(session.scalars(select(PARTICIPANT.c.pseudonym).where(gone)))


def test_who_has_permitted_nothing_for_long_is_erased(engine: Engine, tmp_path: Path) -> None:
    gone, stays = willing(engine, "gone"), willing(engine, "stays")
    withdraw(engine, gone)
    assert erase_after(engine, tmp_path, LATER) == 1
    assert erased(engine) == {gone}
    assert stays not in erased(engine)


def test_they_have_time_to_change_their_mind(engine: Engine, tmp_path: Path) -> None:
    withdraw(engine, willing(engine))
    assert erase_after(engine, tmp_path, KEPT - DAY) == 0


def test_one_yes_that_stands_is_enough(engine: Engine, tmp_path: Path) -> None:
    withdraw(engine, willing(engine), Choice(Purpose.MATCHING))
    assert erase_after(engine, tmp_path, LATER) == 0


def test_who_comes_back_while_others_are_erased_stays(engine: Engine, tmp_path: Path) -> None:
    gone, back = willing(engine, "gone"), willing(engine, "back")
    withdraw(engine, gone)
    withdraw(engine, back)

    def come_back() -> bool:
        with unit_of_work(engine) as session:
            yes = replace(agreement(Choice(Purpose.MATCHING)), at=now() + KEPT)
            ledger.grant(session, [(back, yes)], OWN)
        return False

    settings = Settings(data_folder=tmp_path)
    with time_machine.travel(now() + NEAR, tick=False):
        tell(engine, now())
        leaves(engine)
    assert erase_unpermitted(engine, SECRETS, settings, now() + LATER, come_back) == 1
    assert erased(engine) == {gone}


def test_a_service_that_ends_erases_nobody_any_more(engine: Engine, tmp_path: Path) -> None:
    withdraw(engine, willing(engine))
    settings = Settings(data_folder=tmp_path)
    with time_machine.travel(now() + NEAR, tick=False):
        tell(engine, now())
        leaves(engine)
    assert erase_unpermitted(engine, SECRETS, settings, now() + LATER, lambda: True) == 0


def test_one_who_cannot_be_erased_keeps_nobody_else_from_it(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = sorted(willing(engine, name) for name in ("a", "b", "c"))
    for person in (first, second, third):
        withdraw(engine, person)

    def forget(*given: object, person: str, **more: object) -> None:
        if person == first:
            raise FileNotFoundError
        forget_person(*given, person=person, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(unpermitted, "forget_person", forget)
    with pytest.raises(FileNotFoundError):
        erase_after(engine, tmp_path, LATER)
    assert erased(engine) == {second, third}


def test_nobody_is_erased_twice(engine: Engine, tmp_path: Path) -> None:
    withdraw(engine, willing(engine))
    assert [erase_after(engine, tmp_path, LATER + each * DAY) for each in range(2)] == [1, 0]


# ---------------------------------------------------------------- a word before
def messages(engine: Engine) -> int:
    with reading(engine) as session:
        soon = MESSAGE.c.name == announcing.NAME
        return session.scalars(select(func.count()).select_from(MESSAGE).where(soon)).one()


def test_nobody_is_erased_who_was_not_told_two_weeks_before(engine: Engine, tmp_path: Path) -> None:
    withdraw(engine, willing(engine))
    assert erase_after(engine, tmp_path, LATER, told=False) == 0
    with time_machine.travel(now() + LATER, tick=False):
        tell(engine, now())
        leaves(engine)
    assert erase_after(engine, tmp_path, LATER + BEFORE - DAY, told=False) == 0
    assert erase_after(engine, tmp_path, LATER + BEFORE, told=False) == 1


def test_one_message_goes_out_and_no_second(engine: Engine) -> None:
    withdraw(engine, willing(engine))
    willing(engine, "stays")
    assert tell(engine, now() + NEAR - 2 * DAY) == 0
    assert [tell(engine, now() + NEAR + each * DAY) for each in range(3)] == [1, 0, 0]
    assert messages(engine) == 1


def test_who_cannot_be_told_is_not_erased_by_the_clock(engine: Engine, tmp_path: Path) -> None:
    person = willing(engine)
    withdraw(engine, person)
    with unit_of_work(engine) as session:
        session.execute(ITEM.delete().where(ITEM.c.holder == person, ITEM.c.item == Item.EMAIL))
    assert tell(engine, now() + NEAR) == 0
    assert messages(engine) == 0
    assert erase_after(engine, tmp_path, NEAR + BEFORE, told=False) == 0


def test_an_address_that_takes_nothing_from_us_gets_nothing(engine: Engine) -> None:
    person = willing(engine)
    withdraw(engine, person)
    with unit_of_work(engine) as session:
        where = VAULT.read(session, person)[Item.EMAIL]
        suppress(session, RING, Channel.EMAIL, where, Cause.COMPLAINT, now())
    assert tell(engine, now() + NEAR) == 0
    assert messages(engine) == 0


def test_a_link_to_stay_ends_with_the_next_word_of_the_person(engine: Engine) -> None:
    person = willing(engine)
    withdraw(engine, person)
    with time_machine.travel(now() + NEAR) as clock:
        tell(engine, now())
        token = token_in(leaves(engine))
        clock.shift(DAY)
        with unit_of_work(engine) as session:
            ledger.grant(session, [(person, agreement(Choice(Purpose.MATCHING)))], OWN)
        clock.shift(DAY)
        withdraw(engine, person)
        assert staying(engine, RING, token) is None


def test_a_refused_message_told_nobody(engine: Engine, tmp_path: Path) -> None:
    withdraw(engine, willing(engine))
    with time_machine.travel(now() + NEAR, tick=False):
        tell(engine, now())
        leaves(engine, Outcome.NEVER)
    assert erase_after(engine, tmp_path, LATER + BEFORE, told=False) == 0


def test_nobody_is_erased_until_a_restored_copy_goes_on(engine: Engine, tmp_path: Path) -> None:
    withdraw(engine, willing(engine))
    with time_machine.travel(now() + NEAR, tick=False):
        tell(engine, now())
        leaves(engine)
    with unit_of_work(engine) as session:
        reputation.hold_all(session, now())
    assert erase_after(engine, tmp_path, LATER + BEFORE, told=False) == 0


def test_nobody_is_told_until_a_restored_copy_goes_on(engine: Engine) -> None:
    withdraw(engine, willing(engine))
    with unit_of_work(engine) as session:
        reputation.hold_all(session, now())
    assert tell(engine, now() + NEAR) == 0


def test_one_press_is_enough_to_stay_and_permits_nothing_but_looking(
    engine: Engine, tmp_path: Path
) -> None:
    person = willing(engine)
    withdraw(engine, person)
    with time_machine.travel(now() + NEAR):
        tell(engine, now())
        token = token_in(leaves(engine))
        own = staying(engine, RING, token)
        assert own
        hand = by_link(own.person, "fr", "https://recruit.example.org/me/consents")
        announcing.stay(engine, RING, token, hand)
        with reading(engine) as session:
            given = overview(session, person, now()).given
        assert [line.choice for line in given] == [Choice(Purpose.MATCHING)]
        assert staying(engine, RING, token) is None  # once
    assert erase_after(engine, tmp_path, LATER, told=False) == 0


def test_who_came_back_and_left_once_more_is_told_once_more(engine: Engine, tmp_path: Path) -> None:
    person = willing(engine)
    withdraw(engine, person)
    tell(engine, now() + NEAR)
    with time_machine.travel(now() + KEPT - DAY):
        with unit_of_work(engine) as session:
            yes = replace(agreement(Choice(Purpose.MATCHING)), at=now())
            ledger.grant(session, [(person, yes)], OWN)
        withdraw(engine, person)
        assert erase_after(engine, tmp_path, LATER, told=False) == 0
        assert tell(engine, now() + NEAR) == 1


def test_what_was_told_goes_with_the_person(engine: Engine, tmp_path: Path) -> None:
    withdraw(engine, willing(engine))
    assert erase_after(engine, tmp_path, LATER) == 1
    with reading(engine) as session:
        assert session.execute(select(ANNOUNCED)).all() == []


@pytest.mark.parametrize("token", ["", "nothing", "x" * 32])
def test_a_link_that_is_none_keeps_nobody(engine: Engine, token: str) -> None:
    assert staying(engine, RING, token) is None
