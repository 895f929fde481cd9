"""Batches of letters for the print house: whole, once, and without whoever said stop before."""

import zipfile
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, select

from recruit.actions.erasure import erase_person
from recruit.actions.outreach import batch_file, batches
from recruit.actions.outreach.batch_table import LETTER_BATCH
from recruit.actions.outreach.batches import Gathered
from recruit.audit import trail
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.entry import Actor, Role
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import WrongUsage
from recruit.notify import handoff
from recruit.notify.channels.letter import Tray, lying
from recruit.notify.channels.letter_code import code_of
from recruit.notify.stages import Fate, Reason, State, Told
from recruit.terminology.lexicon import Lexicon
from tests.erasing import SECRETS, erase
from tests.letters import SENDER, letter, texts
from tests.outreach import (
    OFFICE_HOURS,
    OWN,
    state,
    study,
)
from tests.print_house import House, table

NAMES = ("camille", "dominique", "claude")


@pytest.fixture(autouse=True)
def office_hours() -> Iterator[None]:
    with time_machine.travel(OFFICE_HOURS, tick=False):
        yield


@pytest.fixture
def house(engine: Engine, lexicon: Lexicon, tmp_path: Path) -> House:
    into = tmp_path / "print house"
    into.mkdir()
    tray = Tray(tmp_path / "letters", SENDER)
    return House(engine, study(engine, lexicon), lexicon, tray, into)


def test_a_batch_holds_each_letter_and_says_what_it_is(house: House) -> None:
    numbers = [house.sent(name)[1] for name in NAMES]
    closed, gathered = house.close()
    assert closed
    assert (closed.letters, gathered) == (3, Gathered(3, 0))
    assert closed.file.stat().st_mode & 0o777 == 0o600
    rows = table(closed.file)
    assert {row["reference"] for row in rows} == {house.code(number) for number in numbers}
    with zipfile.ZipFile(closed.file) as packed:
        for row in rows:
            content = packed.read(row["file"])
            assert sha256(content).hexdigest() == row["sha256"]
            assert (len(texts(content)), row["pages"]) == (2, "2")
            assert row["reference"] in texts(content)[1]


def test_no_letter_is_printed_twice(house: House) -> None:
    house.sent()
    first, _ = house.close()
    again, gathered = house.close()
    assert first
    assert (again, gathered) == (None, Gathered())
    _, other = house.sent("dominique")
    second, _ = house.close()
    assert second
    assert second.number > first.number
    assert [row["reference"] for row in table(second.file)] == [house.code(other)]


def test_nothing_of_a_printed_letter_stays_in_the_folder(house: House) -> None:
    house.sent()
    house.close()
    assert list(house.tray.folder.iterdir()) == []


def test_who_says_stop_before_the_batch_gets_no_letter(house: House) -> None:
    person, number = house.sent()
    house.sent("dominique")
    house.withdraw(person)
    closed, gathered = house.close()
    assert closed
    assert (closed.letters, gathered.held) == (1, 1)
    assert state(house.engine, number) == (State.SUPPRESSED, Reason.CONSENT.value)
    assert list(house.tray.folder.iterdir()) == []


def test_who_is_erased_before_the_batch_gets_no_letter(house: House) -> None:
    person, _ = house.sent()
    erase(house.engine, person)
    assert house.close() == (None, Gathered())
    assert list(house.tray.folder.iterdir()) == []


def test_an_erasure_takes_the_letters_that_wait_for_the_print_house_along_at_once(
    house: House,
) -> None:
    person, _ = house.sent()
    _, other = house.sent("dominique")
    actor, folder = Actor("test", Role.STAFF), house.tray.folder
    erase_person(house.engine, SECRETS, house.into, person=person, actor=actor, letters=folder)
    assert [code_of(reference) for reference in lying(folder)] == [house.code(other)]


def test_a_letter_that_is_put_off_is_written_anew(house: House) -> None:
    person, number = house.sent()
    with unit_of_work(house.engine) as session:
        ledger.pause(session, person, now() + timedelta(days=2), OWN)
    assert house.close()[0] is None
    assert state(house.engine, number)[0] is State.DEFERRED


def test_a_letter_whose_fate_is_not_written_down_yet_waits(house: House) -> None:
    _, number = house.someone("camille")
    with unit_of_work(house.engine) as session:
        mine = handoff.claim_one(session, number, "one", now())
        assert mine
        assert handoff.open_handoff(session, mine, (), now())
        assert handoff.send_data(session, mine, (), now())
    one = letter(reference=mine.reference)
    assert house.tray.hand_over(one, lambda: True) is Fate.SENT
    assert house.close()[0] is None
    with unit_of_work(house.engine) as session:
        handoff.finish(session, Told(mine, Fate.SENT), now())
    closed, _ = house.close()
    assert closed
    assert closed.letters == 1


def broken(house: House, monkeypatch: pytest.MonkeyPatch, where: str, what: object) -> None:
    """A run that ends as somebody's power does: where it must not matter."""

    def cut(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(what, where, cut)
        with pytest.raises((OSError, WrongUsage)):
            house.close()


def batches_of(house: House) -> int:
    with reading(house.engine) as session:
        return len(session.execute(select(LETTER_BATCH)).all())


@pytest.mark.parametrize("where", ["synchronise", "_digest"])
def test_a_batch_that_was_not_closed_is_made_anew_under_the_same_name(
    house: House, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    house.sent()
    broken(house, monkeypatch, where, batch_file)
    closed, _ = house.close()
    assert closed
    assert closed.letters == 1
    assert [file.name for file in house.into.iterdir()] == [closed.file.name]
    assert batches_of(house) == 1


def test_who_says_stop_after_a_batch_that_was_not_closed_gets_no_letter(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, number = house.sent()
    broken(house, monkeypatch, "_close", batches)
    house.withdraw(person)
    assert house.close() == (None, Gathered(held=1))
    assert state(house.engine, number) == (State.SUPPRESSED, Reason.CONSENT.value)
    assert list(house.into.iterdir()) == []


def test_the_print_house_sees_no_file_of_a_batch_that_is_not_closed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.sent()
    broken(house, monkeypatch, "_close", batches)
    assert list(house.into.glob("[!.]*")) == []


def test_a_closed_batch_is_published_later_and_its_letters_are_in_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, number = house.sent()
    broken(house, monkeypatch, "publish", batches)
    closed, gathered = house.close()
    assert closed
    assert (closed.letters, gathered) == (1, Gathered())
    assert [row["reference"] for row in table(closed.file)] == [house.code(number)]
    assert [file.name for file in house.into.iterdir()] == [closed.file.name]
    assert house.close() == (None, Gathered())
    assert batches_of(house) == 1


def test_a_folder_that_cannot_be_written_takes_no_letter(house: House) -> None:
    house.sent()
    house.into.rmdir()
    with pytest.raises(WrongUsage):
        house.close()
    assert batches_of(house) == 0


def test_a_letter_that_is_gone_before_its_batch_is_closed_is_for_a_person_to_decide(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, number = house.sent()
    broken(house, monkeypatch, "_close", batches)
    for file in house.tray.folder.iterdir():
        file.unlink()
    assert house.close() == (None, Gathered())
    assert state(house.engine, number)[0] is State.UNKNOWN


def test_closing_a_batch_is_written_down(house: House) -> None:
    house.sent()
    closed, _ = house.close()
    assert closed
    with reading(house.engine) as session:
        [row] = session.execute(select(AUDIT).where(AUDIT.c.tag == Tag.BATCH_CLOSED.value)).all()
        assert row.new == f"1 letters, {sha256(closed.file.read_bytes()).hexdigest()}"
        assert trail.verify(session) is None
