"""Letters: each a PDF in a folder, from which a batch for the print house is made."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recruit.core.clock import today
from recruit.core.config import Settings
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.notify.channels.letter_page import Sender, written
from recruit.notify.channels.letter_pdf import Pdf, printed
from recruit.notify.letter import Letter
from recruit.notify.stages import Fate

OWNER_ONLY: Final = 0o600
FOLDER_OWNER_ONLY: Final = 0o700
NOBODY: Final = N_(
    "Letters name who sends them: set RECRUIT_OPERATOR to the name and the postal address."
)
MOST_PAGES: Final = 6
"""Three sheets and their envelope weigh no more than 20 g, La Poste's first step."""


@dataclass(frozen=True, slots=True)
class Tray:
    """Puts each letter into `folder`, named by its reference and its number of pages."""

    folder: Path
    sender: Sender
    name: str = "print house"

    def hand_over(self, letter: Letter, last: Callable[[], bool]) -> Fate:
        """Put one there, whole or not at all; what cannot be printed is refused.

        A file appears by being renamed, which happens or does not: no fate is unsure. The same
        letter handed over again takes the place of the one before.
        """
        try:
            pdf = printed(written(letter, self.sender, today()), letter.reference)
        except ValueError:
            return Fate.NEVER
        except OSError:  # the typeface is missing
            return Fate.LATER
        if pdf.pages > MOST_PAGES:
            return Fate.NEVER
        try:
            return self._put(letter.reference, pdf, last)
        except OSError:
            return Fate.LATER

    def _put(self, reference: str, pdf: Pdf, last: Callable[[], bool]) -> Fate:
        self.folder.mkdir(mode=FOLDER_OWNER_ONLY, parents=True, exist_ok=True)
        half = self.folder / f".{reference}"
        try:
            self._write(half, pdf.content)
            if not last():
                return Fate.HELD
            taken_out(self.folder, reference)
            half.replace(self.folder / f"{reference}-{pdf.pages}.pdf")
            synchronise(self.folder)
        finally:
            half.unlink(missing_ok=True)
        return Fate.SENT

    @staticmethod
    def _write(half: Path, content: bytes) -> None:
        """For nobody else: there are names and addresses in it."""
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def tray(settings: Settings) -> Tray:
    """The tray of this service.

    Raises:
        WrongUsage: nobody is named as the sender of letters.
    """
    if not settings.operator:
        raise WrongUsage(NOBODY)
    return Tray(settings.letters, Sender(settings.operator, settings.phone))


def lying(folder: Path) -> dict[str, tuple[Path, int]]:
    """The letters in a folder, by reference: the file and its number of pages."""
    found = {}
    for file in folder.glob("[!.]*-*.pdf"):
        reference, _, pages = file.stem.partition("-")
        found[reference] = (file, int(pages))
    return found


def taken_out(folder: Path, reference: str) -> None:
    """Take a letter away; nothing where it is not there."""
    for file in folder.glob(f"{reference}-*.pdf"):
        file.unlink(missing_ok=True)


def synchronise(folder: Path) -> None:
    """Let what was renamed in a folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
