"""Messages as files, for a service that has no provider yet and for whoever tries it out."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from recruit.core.clock import now
from recruit.notify.channels.mail import Sender, mail
from recruit.notify.letter import Letter, Outcome
from recruit.notify.stages import Fate

OWNER_ONLY = 0o600
FOLDER_OWNER_ONLY = 0o700


@dataclass(frozen=True, slots=True)
class Folder:
    """Writes each letter into `folder`: an e-mail as .eml, a text message as .sms.txt.

    A transport of studies' messages and a carrier of codes; `sender` is whom e-mails come from.
    """

    folder: Path
    sender: Sender
    name: ClassVar[str] = "folder"

    def hand_over(self, letter: Letter, last: Callable[[], bool]) -> Fate:
        """As notify/worker.Transport says; what leave is asked for is the file's name."""
        try:
            ending, content = self._written(letter)
        except ValueError:
            return Fate.NEVER
        try:
            put = self._put(ending, letter.reference, content, last)
        except OSError:
            return Fate.LATER
        return Fate.SENT if put else Fate.HELD

    def send(self, letter: Letter) -> Outcome:
        """As notify/post.Carrier says."""
        return Outcome.of(self.hand_over(letter, lambda: True))

    def _written(self, letter: Letter) -> tuple[str, bytes]:
        """A file's ending and content.

        Raises:
            ValueError: it can be no e-mail.
        """
        if letter.subject:
            return "eml", mail(letter, self.sender).content
        return "sms.txt", f"{letter.to}\n\n{letter.text}\n".encode()

    def _put(self, ending: str, reference: str, content: bytes, last: Callable[[], bool]) -> bool:
        """Whole or not at all, and for nobody else: there are codes in it."""
        self.folder.mkdir(mode=FOLDER_OWNER_ONLY, parents=True, exist_ok=True)
        name = f"{now():%Y%m%dT%H%M%S%f}-{reference[:8]}.{ending}"
        half = self.folder / f".{name}"
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            if not last():
                return False
            half.replace(self.folder / name)
        finally:
            half.unlink(missing_ok=True)
        return True
