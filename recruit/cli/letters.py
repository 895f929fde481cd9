"""`recruit letters`: batches for the print house, and letters that came back."""

from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import click

from recruit.cli.output import as_json, emit, progress, refuse, say
from recruit.cli.parts import opened
from recruit.cli.places import FOLDER_TO_WRITE
from recruit.core.errors import Refusal
from recruit.core.i18n import N_

ACTOR: Final = "cli"


@click.group()
def letters() -> None:
    """Hand letters over to a print house, and note those that came back."""


@letters.command()
@click.argument("folder", type=FOLDER_TO_WRITE)
@as_json
def batch(folder: Path, *, json_lines: bool) -> None:
    """Make one ZIP file in FOLDER of all letters that wait, for the print house.

    Every letter is checked once more: whoever has said stop since gets none. A letter is in one
    batch and no other. Interrupted, it is finished by the next run into the same FOLDER.
    """
    from recruit.actions.outreach.batches import close  # noqa: PLC0415 - heavy
    from recruit.actions.outreach.gates import Desk, gates  # noqa: PLC0415 - as above

    recruit = opened()
    desk = Desk(recruit.secrets.vault, ZoneInfo(recruit.settings.timezone))
    with progress(N_("Checking the letters")) as tell:
        closed, gathered = close(
            recruit.engine,
            recruit.settings.letters,
            folder,
            gates(desk),
            actor=ACTOR,
            progress=tell,
        )
    if json_lines:
        emit(
            {
                "batch": closed.number if closed else None,
                "file": str(closed.file) if closed else None,
                "letters": closed.letters if closed else 0,
                "held": gathered.held,
            }
        )
        return
    if closed is None:
        say(N_("No letter waits."))
    else:
        say(
            N_("Batch {number}: {letters} letters in {file}"),
            number=closed.number,
            letters=closed.letters,
            file=closed.file,
        )
    if gathered.held:
        say(N_("Held back since they were written: {held}"), held=gathered.held)


@letters.command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE…")
@as_json
def returned(codes: tuple[str, ...], *, json_lines: bool) -> None:
    """Note the letters with these codes as returned: nobody was found at the address.

    The code stands above the address and can be read through the window.
    """
    from recruit.actions.outreach.returned import letter_returned  # noqa: PLC0415 - heavy

    recruit = opened()
    refusals = []
    for code in codes:
        try:
            letter_returned(recruit.engine, recruit.secrets.vault, code, actor=ACTOR)
        except Refusal as refusal:
            refusals.append(refusal)
    noted = len(codes) - len(refusals)
    if json_lines:
        emit({"returned": noted, "refused": len(refusals)})
    else:
        say(N_("Letters noted as returned: {count}"), count=noted)
    click.get_current_context().exit(refuse(refusals, json_lines=json_lines))
