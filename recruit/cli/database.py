"""`recruit db`: the schema, whether everything holds, copies."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Final

import click
from sqlalchemy import Engine

from recruit.actions.audit import verify_ledger, verify_trail
from recruit.actions.outreach import attached_copies
from recruit.actions.rehearsing import Count, counts, note, rehearsal
from recruit.actions.restore import Restored, restore
from recruit.actions.vault import closed_holders
from recruit.cli.main import spoken
from recruit.cli.output import (
    as_json,
    busy,
    emit,
    one_by_one,
    say,
    sentences_as_json,
    sign,
    told,
    warn,
)
from recruit.cli.parts import opened
from recruit.cli.places import FILE_TO_READ, FILE_TO_WRITE
from recruit.core.backup import back_up, damages
from recruit.core.crypto import Keyring
from recruit.core.db import is_current, upgrade
from recruit.core.errors import OutOfDate
from recruit.core.i18n import N_, translate
from recruit.core.scratch import left_over

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
LEFT: Final = N_(
    "{name} is a copy of the database that a restore or a rehearsal left when it was broken off. "
    "Take it away: {removal}"
)
LOST: Final = N_("{count} files of mails are missing or cannot be opened, {first} the first.")


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
    with busy(N_("Upgrading the database")):
        upgrade(database)
    say(N_("The database has the newest schema now."))


@db.command()
@as_json
@click.pass_context
def check(context: click.Context, *, json_lines: bool) -> None:
    """Check that the database answers and that its files, references and ledgers hold.

    Copies that a rehearsal left when it was broken off are named, and how to take them away.
    """
    recruit = opened()
    folder = recruit.settings.data_folder
    found = _findings(recruit.database, recruit.secrets.vault, folder)
    beside = _beside(recruit.database)
    context.exit(0 if _tell(chain(found, beside), json_lines=json_lines) else 1)


def _tell(findings: Iterable[tuple[str, list[str]]], *, json_lines: bool) -> bool:
    """Say what was found of each thing; whether all of it holds."""
    whole = True
    for what, problems in one_by_one(N_("Looking at the database"), findings):
        whole = whole and not problems
        if json_lines:
            emit({"check": what, "holds": not problems, "problems": problems})
            continue
        click.echo(f"{sign(good=not problems)} {translate(what, spoken())}")
        for problem in problems:
            click.echo(f"    {problem}")
    return whole


def _findings(database: Engine, keyring: Keyring, files: Path) -> Iterator[tuple[str, list[str]]]:
    """Each thing that is looked at, and what is wrong with it; `files` holds those of mails.

    Raises:
        OutOfDate: the schema is not the newest one; nothing more can be said.
    """
    if not is_current(database):
        raise OutOfDate
    yield N_("newest schema"), []
    yield N_("files and references"), damages(database)
    yield N_("consent ledger"), told(verify_ledger(database))
    yield N_("audit trail"), told(verify_trail(database))
    yield N_("contact vault"), locked_out(closed_holders(database, keyring))
    yield N_("files of mails"), gone(attached_copies.lost(database, keyring, files))


def _beside(database: Engine) -> Iterator[tuple[str, list[str]]]:
    """Whether whole copies of what is known of people lie beside the database."""
    said = [translate(LEFT, spoken(), **asdict(each)) for each in left_over(database)]
    yield N_("copies left by a rehearsal"), said


def locked_out(holders: Sequence[str]) -> list[str]:
    """That the vault does not open for `holders`, as a sentence; nothing when it opens for all."""
    return [translate(CLOSED, spoken(), count=len(holders), first=holders[0])] if holders else []


def gone(files: Sequence[str]) -> list[str]:
    """That files of mails cannot be opened, as a sentence; nothing when all can."""
    return [translate(LOST, spoken(), count=len(files), first=files[0])] if files else []


@db.command()
@click.argument("file", type=FILE_TO_WRITE)
@sentences_as_json
def backup(file: Path) -> None:
    """Copy the database to FILE while it is in use.

    The copy holds everything that the database holds about people: keep it as safely. Files that
    came along with mails go into the folder FILE.files.
    """
    recruit = opened()
    if not is_current(recruit.database):
        raise OutOfDate
    attached_copies.check_free(file)
    with busy(N_("Copying the database")):
        back_up(recruit.database, file)
    say(N_("The copy is in {file}; “recruit db restore” brings it back."), file=file)
    if attached_copies.copy_out(recruit.settings.data_folder, file):
        said = N_("The files of mails are in {folder}, sealed; keep them beside the copy.")
        say(said, folder=attached_copies.beside(file))


@db.command("restore")
@click.argument("file", type=FILE_TO_READ)
@click.option("--replace", is_flag=True, help="Also over a database that holds data.")
@sentences_as_json
@click.pass_context
def restore_(context: click.Context, file: Path, *, replace: bool) -> None:
    """Put the copy in FILE in the place of the database, as a whole or not at all.

    Who was erased or took back a consent after the copy was made stays erased, and the consent
    taken back; trials and texts that were stopped since stay so; everybody signs in again, and no
    message that waited in the copy is sent. Nothing at all is sent until an administrator lets
    each channel go on. Stop the service before, and start it again afterwards.
    """
    recruit = opened()
    with busy(N_("Bringing the copy back")):
        done = restore(recruit.database, recruit.secrets, file, replace=replace, actor=ACTOR)
    _say_done(done)
    missing = attached_copies.bring_back(recruit.database, file, recruit.settings.data_folder)
    if missing:
        warn(N_("Files of mails that are neither here nor beside the copy: {count}"), count=missing)
    say(NOTHING_SENT)
    say(N_("The copy is back; “recruit db check” looks at all of it."))
    problems = locked_out(closed_holders(recruit.database, recruit.secrets.vault))
    for problem in problems:
        click.echo(problem, err=True)
    context.exit(1 if problems else 0)


@db.command()
@click.argument("file", type=FILE_TO_READ)
@as_json
@click.pass_context
def rehearse(context: click.Context, file: Path, *, json_lines: bool) -> None:
    """Restore the copy in FILE beside the database, look at all of it, and delete that again.

    It is done as a restore does it: what was taken back since the copy is taken back in it. The
    database in use is read alone, and nothing is sent. PostgreSQL: the role must be allowed to
    make a database (CREATEDB).
    """
    recruit = opened()
    keyring, live = recruit.secrets.vault, recruit.engine
    files = attached_copies.beside(file)
    with ExitStack() as rehearsing:
        with busy(N_("Bringing the copy back")):
            of = rehearsal(live, recruit.secrets, file, actor=ACTOR)
            done = rehearsing.enter_context(of)
        _show(counts(done, live), json_lines=json_lines)
        whole = _tell(_findings(done.engine, keyring, files), json_lines=json_lines)
        note(live, done, whole=whole, actor=ACTOR)
    if json_lines:
        emit({"whole": whole, "seconds": round(done.seconds, 1), "done_again": str(done.restored)})
    else:
        _say_done(done.restored)
        said = N_("Restored and brought up to date in {seconds} seconds; the rehearsal is deleted.")
        say(said, seconds=round(done.seconds, 1))
    context.exit(0 if whole else 1)


def _show(tables: Sequence[Count], *, json_lines: bool) -> None:
    """The rows of each table, in the copy and now."""
    if json_lines:
        for each in tables:
            emit({"table": each.table, "copy": each.copy, "now": each.now})
        return
    heads = [translate(head, spoken()) for head in (N_("table"), N_("in the copy"), N_("now"))]
    click.echo(f"{heads[0]:<24}{heads[1]:>16}{heads[2]:>16}")
    for each in tables:
        click.echo(f"{each.table:<24}{each.copy:>16}{each.now:>16}")


def _say_done(done: Restored) -> None:
    """What was done again in a copy."""
    if done.carried:
        said = N_("Done again: {erasures} erasures and {noes} consents taken back since the copy.")
        say(said, erasures=done.erasures, noes=done.noes)
        if done.trials or done.texts:
            said = N_("Stopped again: {trials} trials and {texts} texts that go on in the copy.")
            say(said, trials=done.trials, texts=done.texts)
    else:
        say(NOTHING_KNOWN)
    if done.discarded:
        said = N_("Messages that waited in the copy and are not sent: {count}")
        say(said, count=done.discarded)
