"""`recruit mail`: what a mail server hands over."""

import sys
from typing import Final

import click

from recruit.actions.outreach.receipts import What, take_mail
from recruit.cli.output import sentences_as_json, show
from recruit.cli.parts import opened
from recruit.core.clock import now
from recruit.core.errors import RecruitError, place
from recruit.notify.incoming import LARGEST, is_mail

# EX_TEMPFAIL of sysexits.h: whoever called keeps the mail and comes again.
LATER: Final = 75


@click.group()
def mail() -> None:
    """Take over bounces, complaints and answers from a mail server."""


@mail.command()
@click.option("--recipient", default="", help="The address of the envelope that the mail is for.")
@sentences_as_json
def receive(recipient: str) -> None:
    """Take over one mail from standard input, and say what it was.

    For a pipe of the mail server: the status is 0, or 75 where the server is to keep the mail and
    to try again.
    """
    try:
        recruit = opened()
        raw = sys.stdin.buffer.read(LARGEST + 1)
        what = What.NOBODY
        if is_mail(raw):
            what = take_mail(
                recruit.engine,
                recruit.secrets.vault,
                raw,
                now(),
                base_url=recruit.settings.base_url,
                folder=recruit.settings.data_folder,
                recipient=recipient,
            )
    except RecruitError as error:
        click.echo(f"recruit: {error}", err=True)
        sys.exit(LATER)
    except Exception as error:  # noqa: BLE001 - whatever it is, the mail must not be lost
        click.echo(f"recruit: {type(error).__name__} at {place(error)}", err=True)
        sys.exit(LATER)
    show(what.value, {"mail": what.value})
