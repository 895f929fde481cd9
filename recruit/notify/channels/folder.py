"""Messages as files, for a service that has no provider yet and for whoever tries it out."""

import os
from dataclasses import dataclass
from pathlib import Path

from recruit.core.clock import now
from recruit.notify.channels.mail import mail
from recruit.notify.letter import Letter, Outcome

OWNER_ONLY = 0o600
FOLDER_OWNER_ONLY = 0o700


@dataclass(frozen=True, slots=True)
class Folder:
    """Writes each letter into `folder`: an e-mail as .eml, a text message as .sms.txt.

    `sender` is the address that e-mails come from.
    """

    folder: Path
    sender: str

    def send(self, letter: Letter) -> Outcome:
        """Write one; LATER where the folder cannot be written, NEVER what can be no e-mail."""
        if letter.subject:
            try:
                content = bytes(mail(letter, self.sender))
            except ValueError:
                return Outcome.NEVER
            ending = "eml"
        else:
            content = f"{letter.to}\n\n{letter.text}\n".encode()
            ending = "sms.txt"
        name = f"{now():%Y%m%dT%H%M%S%f}-{letter.reference[:8]}.{ending}"
        try:
            self._write(name, content)
        except OSError:
            return Outcome.LATER
        return Outcome.SENT

    def _write(self, name: str, content: bytes) -> None:
        """Whole or not at all, and for nobody else: there are codes in it."""
        self.folder.mkdir(mode=FOLDER_OWNER_ONLY, parents=True, exist_ok=True)
        half = self.folder / f".{name}"
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            half.replace(self.folder / name)
        finally:
            half.unlink(missing_ok=True)
