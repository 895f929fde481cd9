"""An address that is over stays so, however it is spelt and whatever key rotates."""

import pytest
from sqlalchemy import Engine, select

from recruit.actions.vault import rotate_vault
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import SealBroken
from recruit.notify import suppression
from recruit.notify.receipt_tables import SUPPRESSION, SUPPRESSION_KEY
from recruit.notify.suppression import Cause
from tests.outreach import RING

WHERE = "camille@example.org"
OLD, NEW = "the old key of the vault, long enough", "the new key of the vault, long enough"


def end(
    engine: Engine, where: str = WHERE, channel: Channel = Channel.EMAIL, ring: Keyring = RING
) -> bool:
    with unit_of_work(engine) as session:
        return suppression.suppress(session, ring, channel, where, Cause.BOUNCE, now())


def is_over(
    engine: Engine, where: str = WHERE, channel: Channel = Channel.EMAIL, ring: Keyring = RING
) -> bool:
    with reading(engine) as session:
        return suppression.is_suppressed(session, ring, channel, where)


def test_an_address_that_nobody_ended_is_not_over(engine: Engine) -> None:
    assert not is_over(engine)


def test_an_address_is_ended_once(engine: Engine) -> None:
    assert end(engine)
    assert not end(engine)
    assert is_over(engine)


@pytest.mark.parametrize(
    ("channel", "where", "spelt"),
    [
        (Channel.EMAIL, WHERE, " Camille@EXAMPLE.org "),
        (Channel.SMS, "+33639980001", "+33 6 39 98 00 01"),
        (Channel.LETTER, "12 rue des Essais\n75012 Paris", "12 RUE DES ESSAIS 75012  Paris"),
    ],
)
def test_an_address_is_over_however_it_is_spelt(
    engine: Engine, channel: Channel, where: str, spelt: str
) -> None:
    end(engine, where, channel)

    assert is_over(engine, spelt, channel)


def test_another_channel_to_the_same_number_is_not_over(engine: Engine) -> None:
    end(engine, "+33639980001", Channel.SMS)

    assert not is_over(engine, "+33639980001", Channel.PHONE)


def test_nothing_of_the_address_can_be_read_in_the_table(engine: Engine) -> None:
    end(engine)

    with reading(engine) as session:
        rows = [*session.execute(select(SUPPRESSION)), *session.execute(select(SUPPRESSION_KEY))]
    assert "camille" not in repr(rows).casefold()


def test_two_services_hash_the_same_address_differently(engine: Engine) -> None:
    end(engine)
    with unit_of_work(engine) as session:
        first = session.scalars(select(SUPPRESSION.c.digest)).one()
        session.execute(SUPPRESSION.delete())
        session.execute(SUPPRESSION_KEY.delete())
    end(engine)

    with reading(engine) as session:
        assert session.scalars(select(SUPPRESSION.c.digest)).one() != first


def test_an_address_stays_over_when_the_old_master_key_is_gone(engine: Engine) -> None:
    end(engine, ring=Keyring.of([OLD]))

    rotate_vault(engine, Keyring.of([NEW, OLD]), actor="test", progress=lambda *_: None)

    assert is_over(engine, ring=Keyring.of([NEW]))


def test_after_a_rotation_the_old_key_opens_the_list_no_more(engine: Engine) -> None:
    end(engine, ring=Keyring.of([OLD]))
    rotate_vault(engine, Keyring.of([NEW, OLD]), actor="test", progress=lambda *_: None)

    with pytest.raises(SealBroken):
        is_over(engine, ring=Keyring.of([OLD]))


def test_an_address_that_was_lifted_is_written_to_again(engine: Engine) -> None:
    end(engine)
    with unit_of_work(engine) as session:
        found = suppression.find(session, RING, Channel.EMAIL, WHERE)
        assert found
        assert suppression.lift(session, found.digest) == found

    assert not is_over(engine)
