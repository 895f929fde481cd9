"""Letters on their way: into the folder once, into one batch once, and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, select

from recruit.actions.outreach import batch_file
from recruit.actions.outreach.batch_table import LETTER_PRINTED
from recruit.actions.outreach.returned import letter_returned
from recruit.consent.choices import Channel
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.notify import suppression
from recruit.notify.channels import letter as letters
from recruit.notify.channels.letter import Tray, lying
from recruit.notify.channels.letter_code import code_of
from recruit.notify.letter import Letter
from recruit.notify.stages import Fate, Reason, State
from recruit.terminology.lexicon import Lexicon
from tests.erasing import erase
from tests.letters import SENDER, letter, texts
from tests.outreach import (
    ADDRESS,
    OFFICE_HOURS,
    RING,
    state,
    steps,
    study,
)
from tests.print_house import House, table


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


def test_a_letter_goes_into_the_folder_whole_and_for_nobody_else(house: House) -> None:
    _, number = house.sent()
    [(file, pages)] = lying(house.tray.folder).values()
    assert file.stat().st_mode & 0o777 == 0o600
    front, slip = texts(file.read_bytes())
    assert pages == 2
    assert " ".join(ADDRESS.split()) in " ".join(front.split())
    assert house.code(number) in slip
    assert state(house.engine, number) == (State.ACCEPTED, None)


def test_a_letter_that_is_stopped_before_its_last_byte_leaves_nothing_behind(house: House) -> None:
    assert house.tray.hand_over(letter(), lambda: False) is Fate.HELD
    assert list(house.tray.folder.iterdir()) == []


def test_a_letter_handed_over_twice_lies_there_once(house: House) -> None:
    for _ in range(2):
        assert house.tray.hand_over(letter(), lambda: True) is Fate.SENT
    assert len(list(house.tray.folder.iterdir())) == 1


@pytest.mark.parametrize(
    "odd",
    [
        letter(text="mot " * 12_500),
        letter(to="Camille"),
        letter(to="田中\n東京"),
        letter(text="a\n" * 500),
    ],
    ids=["50,000 signs", "no address", "another script", "a dozen pages"],
)
def test_a_letter_that_cannot_be_printed_is_refused_for_good(house: House, odd: Letter) -> None:
    def last() -> bool:
        raise AssertionError  # nobody asks for leave to send it

    assert house.tray.hand_over(odd, last) is Fate.NEVER


def test_a_folder_that_cannot_be_written_is_tried_again(house: House) -> None:
    house.tray.folder.write_text("a file where the folder should be")
    assert house.tray.hand_over(letter(), lambda: True) is Fate.LATER


def test_a_missing_typeface_is_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(letters, "printed", gone)
    assert house.tray.hand_over(letter(), lambda: True) is Fate.LATER


def test_a_disk_that_is_full_leaves_nothing_half_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError

    monkeypatch.setattr("os.fsync", full)
    assert house.tray.hand_over(letter(), lambda: True) is Fate.LATER
    assert list(house.tray.folder.iterdir()) == []


def test_a_cell_of_the_table_is_no_formula(tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(b"pdf")
    odd = batch_file.Printed(1, "=1+1", file, 2, "+FR", "@fr", "0" * 64)
    batch_file.pack(tmp_path / "batch.zip", [odd])
    batch_file.publish(tmp_path / "batch.zip")
    [row] = table(tmp_path / "batch.zip")
    assert (row["reference"], row["country"], row["language"]) == ("'=1+1", "'+FR", "'@fr")


def test_a_letter_that_came_back_ends_its_address(house: House) -> None:
    _, number = house.sent()
    house.close()
    letter_returned(house.engine, RING, house.code(number).lower(), actor="test")
    assert state(house.engine, number) == (State.BOUNCED, Reason.RECEIPT.value)
    with reading(house.engine) as session:
        assert suppression.is_suppressed(session, RING, Channel.LETTER, ADDRESS)


@pytest.mark.parametrize("code", ["", "K7M2", code_of("0" * 32)])
def test_an_unknown_code_is_refused(house: House, code: str) -> None:
    with pytest.raises(Refusal):
        letter_returned(house.engine, RING, code, actor="test")


def test_a_letter_comes_back_once(house: House) -> None:
    _, number = house.sent()
    letter_returned(house.engine, RING, house.code(number), actor="test")
    with pytest.raises(Refusal):
        letter_returned(house.engine, RING, house.code(number), actor="test")
    assert steps(house.engine, number).count("bounced") == 1


def test_an_erasure_takes_what_was_printed_along(house: House) -> None:
    person, _ = house.sent()
    house.close()
    erase(house.engine, person)
    with reading(house.engine) as session:
        assert session.execute(select(LETTER_PRINTED)).all() == []
