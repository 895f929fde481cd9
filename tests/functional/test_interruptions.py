"""An import that was killed or interrupted goes on when it is started again, without doubles."""

import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.functional.samples import person, trial
from tests.functional.shell import PATIENCE, Shell

# More than one unit of work of each, and people enough for several processes.
MANY = {"trial": 400, "participant": 4000}


def counted(file: Path, table: str) -> int:
    """How many rows are committed; none before the table is there."""
    if not file.exists():
        return 0
    with closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as database:
        try:
            return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own names
        except sqlite3.OperationalError:
            return 0


def files(shell: Shell) -> dict[str, list[str | Path]]:
    trials = shell.jsonl("trials.jsonl", *(trial(f"T-{number}") for number in range(MANY["trial"])))
    people = shell.jsonl(
        "people.jsonl", *(person(f"p{number}") for number in range(MANY["participant"]))
    )
    return {
        "trial": ["trials", "import", trials],
        "participant": ["people", "import", people, "--community", "carers"],
    }


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=lambda how: how.name)
@pytest.mark.parametrize("table", ["trial", "participant"])
def test_an_import_goes_on_where_it_was_stopped(
    shell: Shell, table: str, how: signal.Signals
) -> None:
    command, many = files(shell)[table], MANY[table]
    database = shell.folder / "recruit.db"
    assert shell.run("db", "upgrade").status == 0
    process = shell.start(*command)
    patience = time.monotonic() + PATIENCE
    while not counted(database, table) and time.monotonic() < patience:
        time.sleep(0.01)
    process.send_signal(how)
    _, err = process.communicate(timeout=PATIENCE)
    before = counted(database, table)
    assert 0 < before < many
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert err.startswith("Interrupted. What was finished is kept")

    ran = shell.run(*command)
    said = f"{many} read: {many - before} new, 0 changed, {before} unchanged, 0 refused\n"
    assert (ran.status, ran.out) == (0, said)
    assert counted(database, table) == many
    assert shell.run("db", "check").status == 0


def test_two_first_commands_at_once_make_one_database(bare: Shell) -> None:
    file = bare.jsonl("trials.jsonl", trial())
    both = [bare.start("trials", "import", file) for _ in range(2)]
    assert [process.communicate(timeout=PATIENCE)[1] for process in both] == ["", ""]
    assert counted(bare.folder / "recruit.db", "trial_version") == 1
