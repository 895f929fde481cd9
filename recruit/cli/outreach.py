"""`recruit outreach`: what inviting people would come to, and a rehearsal for the team."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from recruit.bootstrap import Recruit
from recruit.cli.main import spoken
from recruit.cli.output import as_json, emit, progress, say, warn
from recruit.cli.parts import opened
from recruit.cli.places import FOLDER_TO_WRITE
from recruit.core.i18n import N_

if TYPE_CHECKING:
    from recruit.actions.outreach.rehearsal import Rehearsed
    from recruit.actions.outreach.writing import Writer
    from recruit.notify.channels.letter_page import Sender

NOTHING = N_("No text of this trial is approved: there is nothing to rehearse.")


@click.group()
def outreach() -> None:
    """Look at what would be sent about a trial, or rehearse it; nothing is sent to people."""


@outreach.command()
@click.option("--trial", required=True, help="The trial's number.")
@click.option("--most", type=click.IntRange(1), help="Look at so many people, the likeliest.")
@as_json
def plan(trial: str, most: int | None, *, json_lines: bool) -> None:
    """Print who would be asked about a trial, how and when, and who not and why not.

    Nothing is decided or sent. People are named by their pseudonyms.
    """
    from recruit.actions.outreach.plan import plan as planned  # noqa: PLC0415 - heavy
    from recruit.cli.outreach_table import encoded, lines  # noqa: PLC0415 - as above
    from recruit.core.clock import now  # noqa: PLC0415 - as above
    from recruit.core.db import reading  # noqa: PLC0415 - as above

    recruit = opened()
    with reading(recruit.engine) as session, progress(N_("Asking every gate")) as tell:
        found = planned(session, _writer(recruit), trial, None, now(), at_most=most, progress=tell)
    if json_lines:
        for each in found.prospects:
            emit(encoded(found.trial, each))
        return
    zone = ZoneInfo(recruit.settings.timezone)
    for line in lines(found, spoken(), zone):
        click.echo(line)


@outreach.command()
@click.option("--trial", required=True, help="The trial's number.")
@click.option("--to", required=True, help="The e-mail address of an account of the staff.")
@click.option(
    "--letters",
    type=FOLDER_TO_WRITE,
    help="A folder for the letters as PDF files; without it they come as e-mails alone.",
)
@as_json
def rehearse(trial: str, to: str, letters: Path | None, *, json_lines: bool) -> None:
    """Send every message of a trial to somebody of the team, filled for an invented person.

    Text messages and call scripts come as e-mails as well. Links lead nowhere.
    """
    from recruit.actions.outreach.rehearsal import rehearse as rehearsed  # noqa: PLC0415 - heavy
    from recruit.consent.choices import Channel  # noqa: PLC0415 - as above
    from recruit.notify.carriers import carriers  # noqa: PLC0415 - as above

    recruit = opened()
    mail = carriers(recruit.settings)[Channel.EMAIL]
    sender = _sender(recruit) if letters else None  # before anything is sent
    done = rehearsed(recruit.engine, _writer(recruit), trial, to, mail.send)
    files = _print(done, sender, letters) if letters and sender else []
    nothing = not done.sent and not done.missing
    if json_lines and not nothing:
        missing = [f"{e.wave} {e.channel} {e.language} {e.country}" for e in done.missing]
        emit({"sent": done.sent, "missing": missing, "letters": files})
        return
    if nothing:
        warn(NOTHING)
        sys.exit(1)
    say(N_("{sent} messages sent to the team; nobody else got one."), sent=done.sent)
    for file in files:
        click.echo(file)
    if done.missing:
        warn(N_("Messages without words that can be sent: {number}"), number=len(done.missing))
        from recruit.cli.outreach_table import missing_lines  # noqa: PLC0415 - as above

        for line in missing_lines(done.missing, spoken()):
            click.echo(line, err=True)


def _sender(recruit: Recruit) -> "Sender":
    """Whom letters come from; WrongUsage where nobody is named."""
    from recruit.notify.channels.letter import tray  # noqa: PLC0415 - heavy

    return tray(recruit.settings).sender


def _print(done: "Rehearsed", sender: "Sender", folder: Path) -> list[str]:
    """Write the letters as they would be printed; the files."""
    from recruit.core.clock import today  # noqa: PLC0415 - heavy
    from recruit.notify.channels.letter_page import written  # noqa: PLC0415 - as above
    from recruit.notify.channels.letter_pdf import printed  # noqa: PLC0415 - as above

    files = []
    for name, letter in done.letters:
        file = folder / name
        file.write_bytes(printed(written(letter, sender, today()), name).content)
        files.append(str(file))
    return files


def _writer(recruit: Recruit) -> "Writer":
    from recruit.actions.outreach.writing import Writer  # noqa: PLC0415 - heavy

    settings = recruit.settings
    return Writer(recruit.secrets.vault, settings.base_url, ZoneInfo(settings.timezone))
