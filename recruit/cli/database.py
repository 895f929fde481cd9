"""`recruit db`: the schema, whether everything holds, copies."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from recruit.actions.audit import verify_ledger, verify_trail
from recruit.actions.outreach.attachments import FOLDER
from recruit.actions.restore import restore
from recruit.actions.vault import closed_holders
from recruit.cli.main import spoken
from recruit.cli.output import as_json, emit, say, sentences_as_json, sign, told, warn
from recruit.cli.parts import opened
from recruit.core.backup import back_up, damages
from recruit.core.db import is_current, upgrade
from recruit.core.errors import OutOfDate
from recruit.core.i18n import N_, translate

ACTOR: Final = "cli"
NOTHING_KNOWN: Final = N_(
    "The database that was replaced was empty or could not be read: who was erased or took back a "
    "consent after the copy was made, and which trials and texts were stopped, is not known, and "
    "has to be entered again."
)
NOTHING_SENT: Final = N_(
    "Nothing is sent by itself: every channel has stopped, and rounds of invitations and reminders "
    "of appointments wait, until an administrator lets each channel go on at /admin/deliveries."
)
CLOSED: Final = N_(
    "The names and contact points of {count} people cannot be opened, {first} the first: "
    "RECRUIT_VAULT_KEYS must hold every key that was used."
)
TO_WRITE: Final = click.Path(dir_okay=False, path_type=Path)
TO_READ: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def db() -> None:
    """Upgrade, check, back up and restore the database."""


@db.command("upgrade")
@sentences_as_json
def upgrade_() -> None:
    """Bring the database to the newest schema; makes it where there is none."""
    database = opened().database
    if is_current(database):
        say(N_("The database has the newest schema already."))
        return
    upgrade(database)
    say(N_("The database has the newest schema now."))


@db.command()
@as_json
@click.pass_context
def check(context: click.Context, *, json_lines: bool) -> None:
    """Check that the database answers and that its files, references and ledgers hold."""
    whole = True
    for what, problems in _findings():
        whole = whole and not problems
        if json_lines:
            emit({"check": what, "holds": not problems, "problems": problems})
            continue
        click.echo(f"{sign(good=not problems)} {translate(what, spoken())}")
        for problem in problems:
            click.echo(f"    {problem}")
    context.exit(0 if whole else 1)


def _findings() -> Iterator[tuple[str, list[str]]]:
    """Each thing that is looked at, and what is wrong with it.

    Raises:
        OutOfDate: the schema is not the newest one; nothing more can be said.
    """
    recruit = opened()
    database = recruit.database
    if not is_current(database):
        raise OutOfDate
    yield N_("newest schema"), []
    yield N_("files and references"), damages(database)
    yield N_("consent ledger"), told(verify_ledger(database))
    yield N_("audit trail"), told(verify_trail(database))
    yield N_("contact vault"), locked_out(closed_holders(database, recruit.secrets.vault))


def locked_out(holders: Sequence[str]) -> list[str]:
    """That the vault does not open for `holders`, as a sentence; nothing when it opens for all."""
    return [translate(CLOSED, spoken(), count=len(holders), first=holders[0])] if holders else []


@db.command()
@click.argument("file", type=TO_WRITE)
@sentences_as_json
def backup(file: Path) -> None:
    """Copy the database to FILE while it is in use.

    The copy holds everything that the database holds about people: keep it as safely.
    """
    database = opened().database
    if not is_current(database):
        raise OutOfDate
    back_up(database, file)
    say(N_("The copy is in {file}; “recruit db restore” brings it back."), file=file)
    folder = opened().settings.data_folder / FOLDER
    if any(folder.glob("*")):
        warn(
            N_(
                "The files that came along with mails are not in it: copy the folder {folder} as "
                "well. They are sealed, and open with this copy and the vault’s keys alone."
            ),
            folder=folder,
        )


@db.command("restore")
@click.argument("file", type=TO_READ)
@click.option("--replace", is_flag=True, help="Also over a database that holds data.")
@sentences_as_json
@click.pass_context
def restore_(context: click.Context, file: Path, *, replace: bool) -> None:
    """Put the copy in FILE in the place of the database, as a whole or not at all.

    Who was erased or took back a consent after the copy was made stays erased, and the consent
    taken back; trials and texts that were stopped since stay so; everybody signs in again, and no
    message that waited in the copy is sent. Where nothing is known of what was taken back, nothing
    at all is sent until an administrator lets each channel go on. Stop the service before, and
    start it again afterwards.
    """
    recruit = opened()
    done = restore(recruit.database, recruit.secrets, file, replace=replace, actor=ACTOR)
    if done.carried:
        said = N_("Done again: {erasures} erasures and {noes} consents taken back since the copy.")
        say(said, erasures=done.erasures, noes=done.noes)
        if done.trials or done.texts:
            said = N_("Stopped again: {trials} trials and {texts} texts that go on in the copy.")
            say(said, trials=done.trials, texts=done.texts)
    else:
        say(NOTHING_KNOWN)
        say(NOTHING_SENT)
    if done.discarded:
        said = N_("Messages that waited in the copy and are not sent: {count}")
        say(said, count=done.discarded)
    say(N_("The copy is back; “recruit db check” looks at all of it."))
    problems = locked_out(closed_holders(recruit.database, recruit.secrets.vault))
    for problem in problems:
        click.echo(problem, err=True)
    context.exit(1 if problems else 0)
