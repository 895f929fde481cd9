"""Complaints: a reader pressed “this is spam”, and their provider tells the sender (RFC 5965)."""

from dataclasses import dataclass
from typing import Final

from recruit.notify.incoming import MESSAGE_ID, VERP, Mail, fields_of, returned, verp

REPORT: Final = "message/feedback-report"
# The types that say that somebody did not want it; others speak of viruses, of signatures
# (RFC 6591), or say that it was wanted after all.
UNWANTED: Final = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said of the message with this reference."""

    reference: str | None
    kind: str

    @property
    def is_complaint(self) -> bool:
        """Whether somebody did not want the message."""
        return self.kind in UNWANTED


def read(mail: Mail, recipient: str = "") -> Feedback | None:
    """The feedback report that a mail is; None where it is none."""
    report = next(mail.of_kind(REPORT), None)
    if report is None:
        return None
    fields = fields_of(report)
    kind = next(iter(fields.get("feedback-type", ())), "").strip().lower()
    # Providers black out addresses and leave the reference that stands in front of the @, or not.
    named = VERP.search(" ".join(fields.get("original-mail-from", ())))
    known = named[1].lower() if named else returned(mail) or verp(mail, recipient)
    return Feedback(known or _anywhere(mail), kind)


def _anywhere(mail: Mail) -> str | None:
    """A reference in the parts, where a provider has changed the headers beyond reading."""
    for part in mail.parts:
        found = VERP.search(part.text) or MESSAGE_ID.search(part.text)
        if found:
            return found[1].lower()
    return None
