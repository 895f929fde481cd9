"""`recruit letters batch` and `recruit letters returned`, as a shell sees them."""

from pathlib import Path
from typing import Any

import pytest

from recruit.bootstrap import Recruit, start
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.notify import handoff
from recruit.notify.channels.letter import tray
from recruit.notify.channels.letter_code import code_of
from recruit.notify.stages import Fate, State, Told
from recruit.people.vault import Item, Vault
from recruit.terminology.lexicon import Lexicon
from tests.functional.shell import Shell
from tests.letters import letter
from tests.outreach import ADDRESS, matched, queued, state, study, willing


@pytest.fixture
def shell(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("RECRUIT_OPERATOR", "Recruit, 1 rue des Essais, 75000 Paris")
    return Shell(data_folder)


@pytest.fixture
def waiting(shell: Shell, lexicon: Lexicon) -> tuple[int, str]:
    """A letter that lies in the folder: its number and its code."""
    del shell
    recruit = start()
    here, person = study(recruit.engine, lexicon), willing(recruit.engine)
    known = {Item.NAME: "Camille Exemple", Item.ADDRESS: ADDRESS, Item.BIRTH_DATE: "1975-03-15"}
    with unit_of_work(recruit.engine) as session:
        vault = Vault(recruit.secrets.vault)
        vault.forget(session, person)  # what other tests' key had locked
        vault.keep(session, {person: known})
    matched(recruit.engine, lexicon, here.trial, person)
    number = queued(recruit.engine, here, person, Channel.LETTER)
    reference = hand_over(recruit, number)
    recruit.close()
    return number, code_of(reference)


def hand_over(recruit: Recruit, number: int) -> str:
    with unit_of_work(recruit.engine) as session:
        mine = handoff.claim_one(session, number, "one", now())
        assert mine
        assert handoff.open_handoff(session, mine, (), now())
        assert handoff.send_data(session, mine, (), now())
    sent = tray(recruit.settings).hand_over(letter(reference=mine.reference), lambda: True)
    with unit_of_work(recruit.engine) as session:
        handoff.finish(session, Told(mine, sent), now())
    assert sent is Fate.SENT
    return mine.reference


def stands(number: int) -> State:
    recruit = start()
    found, _ = state(recruit.engine, number)
    recruit.close()
    return found


def line(shell: Shell, *arguments: str | Path) -> dict[str, Any]:
    ran = shell.run("letters", *arguments, "--json")
    assert ran.status == 0, ran.err
    [only] = ran.lines
    return only


def test_a_batch_is_a_file_for_the_print_house(
    shell: Shell, waiting: tuple[int, str], tmp_path: Path
) -> None:
    del waiting
    made = line(shell, "batch", tmp_path)
    assert (made["letters"], made["held"]) == (1, 0)
    assert Path(made["file"]).exists()
    assert line(shell, "batch", tmp_path)["batch"] is None


def test_without_letters_there_is_no_batch(shell: Shell, tmp_path: Path) -> None:
    ran = shell.run("letters", "batch", tmp_path)
    assert (ran.status, ran.out) == (0, "No letter waits.\n")


def test_a_folder_that_is_not_there_is_wrong_usage(shell: Shell, tmp_path: Path) -> None:
    assert shell.run("letters", "batch", tmp_path / "nowhere").status == 2


def test_a_letter_that_came_back_is_noted(shell: Shell, waiting: tuple[int, str]) -> None:
    number, code = waiting
    assert line(shell, "returned", code) == {"returned": 1, "refused": 0}
    assert stands(number) is State.BOUNCED


def test_an_unknown_code_is_named_and_the_others_are_kept(
    shell: Shell, waiting: tuple[int, str]
) -> None:
    number, code = waiting
    ran = shell.run("letters", "returned", "K7M2", code)
    assert ran.status == 1
    assert "K7M2: code: no letter has this code" in ran.err
    assert stands(number) is State.BOUNCED
