"""`recruit outreach`: a plan that sends nothing, and a rehearsal for the team."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from recruit.consent.choices import Channel
from recruit.core.config import read_settings
from recruit.core.db import connect, reading, unit_of_work
from recruit.core.keys import read_secrets
from recruit.notify.outbox_tables import OUTBOX
from recruit.people import accounts
from recruit.people.accounts import Newcomer, Role
from recruit.people.vault import Vault
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from tests.functional.shell import Shell
from tests.outreach import VAULT, Study, matched, study, willing
from tests.publishing import DRAFT

TEAM = "team@example.org"


@pytest.fixture
def engine(shell: Shell) -> Iterator[Engine]:
    """The database of the command line."""
    assert shell.run("db", "upgrade").status == 0
    found = connect(read_settings().database)
    yield found
    found.dispose()


@pytest.fixture(autouse=True)
def _operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECRUIT_OPERATOR", "Recruit, 1 rue des Essais, 75000 Paris")


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    found = study(engine, lexicon)
    for name, channels in (("ada", tuple(Channel)), ("ben", ())):
        person = willing(engine, name, channels=channels)
        matched(engine, lexicon, found.trial, person)
        _reseal(engine, person)
    with unit_of_work(engine) as session:
        accounts.add(session, Newcomer(TEAM, Role.COORDINATOR, "none"))
    return found


def _reseal(engine: Engine, person: str) -> None:
    """Keep what the vault holds under the keys of the command line."""
    with unit_of_work(engine) as session:
        kept = VAULT.read(session, person)
        VAULT.forget(session, person)
        Vault(read_secrets(read_settings()).vault).keep(session, {person: kept})


def test_a_plan_says_who_and_why_not_and_sends_nothing(
    shell: Shell, engine: Engine, here: Study
) -> None:
    ran = shell.run("outreach", "plan", "--trial", here.trial)
    assert ran.status == 0
    assert "Can be asked" in ran.out
    assert "Did not agree to be contacted" in ran.out
    assert "When (Europe/Paris)" in ran.out
    assert "Camille" not in ran.out
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(OUTBOX)) == 0


def test_a_plan_for_programs_is_a_line_a_person(shell: Shell, here: Study) -> None:
    ran = shell.run("outreach", "plan", "--trial", here.trial, "--json")
    assert {(each["fate"], each["reason"], each["channel"]) for each in ran.lines} == {
        ("now", None, "email"),
        ("not", "no consent", None),
    }


def test_a_plan_of_an_unknown_trial_is_refused(shell: Shell, here: Study) -> None:
    ran = shell.run("outreach", "plan", "--trial", f"{here.trial}-9")
    assert (ran.status, ran.out) == (2, "")


def test_a_rehearsal_lands_as_files_and_its_letters_as_pdf(
    shell: Shell, here: Study, tmp_path: Path
) -> None:
    ran = shell.run(
        "outreach", "rehearse", "--trial", here.trial, "--to", TEAM, "--letters", tmp_path, "--json"
    )
    assert ran.status == 0
    [said] = ran.lines
    mails = list((shell.folder / "outbox").glob("*.eml"))
    assert said["sent"] == len(mails) == 36
    assert said["missing"] == [
        f"{wave} sms {language} FR" for language in ("en", "fr") for wave in ("closing", "results")
    ]
    assert [Path(each).read_bytes()[:5] for each in said["letters"]] == [b"%PDF-"] * 10


def test_a_rehearsal_for_somebody_else_sends_nothing(shell: Shell, here: Study) -> None:
    ran = shell.run("outreach", "rehearse", "--trial", here.trial, "--to", "ada@example.org")
    assert (ran.status, ran.out) == (2, "")
    assert not (shell.folder / "outbox").exists()


def test_to_rehearse_a_trial_without_approved_texts_says_so(
    shell: Shell, engine: Engine, here: Study, lexicon: Lexicon
) -> None:
    del here  # it adds the account of the team
    with unit_of_work(engine) as session:
        trials.save(session, replace(DRAFT, id="NCT00000002"), lexicon)
    for json in ((), ("--json",)):
        ran = shell.run("outreach", "rehearse", "--trial", "NCT00000002", "--to", TEAM, *json)
        assert (ran.status, ran.out) == (1, "")
        assert "No text of this trial is approved" in ran.err


def test_letters_without_a_sender_are_not_rehearsed(
    shell: Shell, here: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RECRUIT_OPERATOR")
    ran = shell.run(
        "outreach", "rehearse", "--trial", here.trial, "--to", TEAM, "--letters", tmp_path
    )
    assert (ran.status, ran.out) == (2, "")
    assert "RECRUIT_OPERATOR" in ran.err
    assert not (shell.folder / "outbox").exists()
