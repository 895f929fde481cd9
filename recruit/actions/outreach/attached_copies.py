"""The files of mails beside a copy of the database: written with it, put back with it.

They lie in a folder of the copy's name, sealed as they are. Which of them belong is said by the
database alone: a file whose row was erased since is not put back.
"""

from pathlib import Path
from shutil import copy2
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from recruit.actions.outreach import attachments
from recruit.actions.outreach.attachments import FOLDER
from recruit.actions.words_table import ATTACHMENT
from recruit.core.crypto import Keyring
from recruit.core.db import reading
from recruit.core.errors import NotFound, SealBroken, WrongUsage
from recruit.core.i18n import N_

BESIDE: Final = ".files"


def beside(copy: Path) -> Path:
    """The folder that lies beside a copy of the database, laid out as the data folder is."""
    return copy.with_name(copy.name + BESIDE)


def copy_out(data_folder: Path, copy: Path) -> int:
    """Copy the files beside the copy of the database, which is made before them; how many.

    Whatever a row of the copy names was there when it was made: files come before their rows. One
    that is gone meanwhile was erased.
    """
    to, count = beside(copy) / FOLDER, 0
    for file in sorted((data_folder / FOLDER).glob("*")):
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            copy2(file, to / file.name)
        except FileNotFoundError:
            continue
        count += 1
    return count


def check_free(copy: Path) -> None:
    """Refuse a copy beside which files of another one lie.

    Raises:
        WrongUsage: there is such a folder.
    """
    if beside(copy).exists():
        raise WrongUsage(N_("There is a file “{file}” already."), file=beside(copy).name)


def bring_back(engine: Engine, copy: Path, data_folder: Path) -> int:
    """Put the files back that the database names and the folder lacks; how many are nowhere."""
    missing = 0
    for name in _named(engine):
        place = data_folder / FOLDER / name
        if place.is_file():
            continue
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            copy2(beside(copy) / FOLDER / name, place)
        except FileNotFoundError:
            missing += 1
    return missing


def lost(engine: Engine, keyring: Keyring, folder: Path) -> list[str]:
    """The files that the database names and that are not in `folder`, or do not open."""
    with reading(engine) as session:
        kept = select(ATTACHMENT.c.id, ATTACHMENT.c.file).where(ATTACHMENT.c.refused.is_(None))
        return [
            row.file
            for row in session.execute(kept.order_by(ATTACHMENT.c.id)).all()
            if not _opens(session, keyring, folder, row.id)
        ]


def _opens(session: Session, keyring: Keyring, folder: Path, number: int) -> bool:
    try:
        attachments.opened(session, keyring, folder, number)
    except (NotFound, SealBroken):
        return False
    return True


def _named(engine: Engine) -> list[str]:
    with reading(engine) as session:
        kept = select(ATTACHMENT.c.file).where(ATTACHMENT.c.refused.is_(None))
        return list(session.scalars(kept))
