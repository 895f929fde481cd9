"""Messages to people about studies as FHIR R4 Communications: that they were sent, not the text."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row

from recruit.actions.fhir.naming import Json, changed, person_reference, study_reference
from recruit.consent.choices import Channel
from recruit.notify.stages import State, Wave

# http://hl7.org/fhir/R4/valueset-event-status.html
STATUSES: Final[Mapping[State, str]] = {
    State.APPROVED: "preparation",
    State.QUEUED: "preparation",
    State.DEFERRED: "on-hold",
    State.CLAIMED: "in-progress",
    State.HANDOFF_OPEN: "in-progress",
    State.DATA_SENT: "in-progress",
    State.ACCEPTED: "in-progress",
    State.DELIVERED: "completed",
    State.COMPLAINED: "completed",
    State.BOUNCED: "not-done",
    State.CANCELLED: "not-done",
    State.SUPPRESSED: "not-done",
    State.EXPIRED: "not-done",
    State.FAILED: "not-done",
    State.UNKNOWN: "unknown",
}
MODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode"
MODES: Final[Mapping[Channel, str]] = {
    Channel.EMAIL: "EMAILWRIT",
    Channel.SMS: "SMSWRIT",
    Channel.LETTER: "MAILWRIT",
    Channel.PHONE: "PHONE",
}
WAVE: Final = "urn:recruit:wave"
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/communication-category"


def communication(row: Row[Any]) -> Json:
    """The resource of one message, from a row of OUTBOX."""
    state, wave = State(row.state), Wave(row.wave)
    who = person_reference(row.person)
    made: Json = {
        "resourceType": "Communication",
        "id": str(row.id),
        "meta": changed(row.changed_at),
        "language": row.language,
        "status": STATUSES[state],
        "category": [{"coding": [{"system": CATEGORY, "code": "notification"}]}],
        "medium": [{"coding": [{"system": MODE, "code": MODES[Channel(row.channel)]}]}],
        "subject": who,
        "topic": {"coding": [{"system": WAVE, "code": wave.value}], "text": wave.value},
        "about": [study_reference(row.trial)],
        "recipient": [who],
    }
    if STATUSES[state] in {"not-done", "on-hold"} and row.reason:
        made["statusReason"] = {"text": row.reason}
    if row.sent_at:
        made["sent"] = row.sent_at.isoformat(timespec="seconds")
    if state is State.DELIVERED:
        made["received"] = row.changed_at.isoformat(timespec="seconds")
    return made
