"""Who did what to whom, when and why: one row per action, never changed afterwards."""

from enum import StrEnum

from sqlalchemy.orm import Session

from recruit.audit.tables import AUDIT
from recruit.core import chain
from recruit.core.clock import now


class Tag(StrEnum):
    """What can be recorded, as `source:subject:action`."""

    TRIALS_IMPORTED = "trials:batch:imported"
    TRIALS_SYNCED = "trials:batch:synced"
    TRIALS_REREAD = "trials:batch:reread"

    PEOPLE_IMPORTED = "people:batch:imported"
    PERSON_EXPORTED = "people:person:exported"
    PERSON_ERASED = "people:person:erased"

    CONSENTS_SHOWN = "consent:person:shown"
    CONSENT_WITHDRAWN = "consent:person:withdrawn"
    CONSENT_GRANTED = "consent:person:granted"

    MATCHED = "matching:run:finished"
    MATCH_EXPLAINED = "matching:match:explained"

    RESTORED = "database:copy:restored"

    ACCOUNT_ADDED = "accounts:account:added"
    ACCOUNT_DISABLED = "accounts:account:disabled"
    PASSWORD_CHANGED = "accounts:account:password-changed"  # noqa: S105 - a tag
    SIGNED_IN = "accounts:account:signed-in"
    SIGNED_OUT = "accounts:account:signed-out"
    SIGN_IN_REFUSED = "accounts:account:sign-in-refused"


def record(  # noqa: PLR0913 - the columns of the trail, by name
    session: Session,
    tag: Tag,
    *,
    actor: str,
    subject: str,
    reason: str = "",
    old: str | None = None,
    new: str | None = None,
) -> None:
    """Append one row in the caller's unit of work: it stands exactly when the deed does.

    `actor` is an account, "cli" or "job"; `subject` an identifier or a pseudonym. None of the
    values may hold a person's data: the trail is never erased.
    """
    row = {
        "at": now(),
        "tag": tag.value,
        "actor": actor,
        "subject": subject,
        "reason": reason,
        "old": old,
        "new": new,
    }
    chain.append(session, AUDIT, [row])


def verify(session: Session) -> chain.Break | None:
    """The first row that was edited, added from outside or taken away; None when all stand."""
    return chain.verify(session, AUDIT)
