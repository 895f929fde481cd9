"""Mails with files, as a mail program writes them."""

from collections.abc import Sequence
from email.message import EmailMessage


def with_files(sender: str, files: Sequence[tuple[str, bytes]], text: str = "Voici.") -> bytes:
    """A mail that answers the message <REFERENCE@example.org>, with some files."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = "reply@example.org"
    mail["Message-ID"] = "<one@example.org>"
    mail["In-Reply-To"] = "<REFERENCE@example.org>"
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return mail.as_bytes()
