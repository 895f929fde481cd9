"""The receipt that goes to a person after each act: what they said, about what, on what notice.

Its JSON has the fields of the Kantara Initiative's Consent Receipt Specification 1.1.0 (2018),
whose purposes are those agreed to, and `events` with everything that was said, in the words of
ISO/IEC TS 27560:2023 (consent record information structure: `event_time`, `event_type`,
`event_state`, `lawful_basis`, `privacy_notice`, `pii_principal_id`, `entity_id`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from recruit.consent.choices import Choice, Purpose
from recruit.consent.entry import Role
from recruit.consent.evidence import JURISDICTION
from recruit.consent.state import YES, EventType, choice_of
from recruit.consent.tables import CONSENT
from recruit.core.errors import NotFound
from recruit.core.i18n import N_

RECEIPT: Final = N_("receipt")
SERVICE: Final = "Recruit"
# What each purpose uses, in words; the specification leaves the vocabulary open.
CATEGORIES: Final = {
    Purpose.MATCHING: ("health", "demographic", "location"),
    Purpose.CONTACT: ("contact",),
    Purpose.RELEASE: ("name", "contact", "health"),
    Purpose.RESEARCH_REUSE: ("health", "demographic"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event of the act; no choice means every choice. `notice` is the SHA-256 of the text."""

    type: EventType
    choice: Choice | None
    valid_until: datetime | None
    notice: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """One act of a person, over all its choices; the moments are aware.

    `actor` and `role` say who acted, `authority` what showed that they may. Where no notice was
    shown, as in a withdrawal, `notice_version` and `language` are empty. `helper` is a value of
    evidence.Helper, "" where nobody helped.
    """

    id: str
    person: str
    actor: str
    role: Role
    authority: str
    occurred_at: datetime
    recorded_at: datetime
    jurisdiction: str
    notice_version: str
    language: str
    method: str
    source: str
    double_opt_in: str
    helper: str
    lines: tuple[Line, ...]


def receipt(session: Session, receipt_id: str) -> Receipt:
    """The receipt with this number; NotFound where there is none."""
    query = select(CONSENT).where(CONSENT.c.receipt == receipt_id).order_by(CONSENT.c.sequence)
    rows = session.execute(query).mappings().all()
    if not rows:
        raise NotFound(what=RECEIPT, identifier="")
    first = rows[0]
    return Receipt(
        id=receipt_id,
        person=first["person"],
        actor=first["actor"],
        role=Role(first["role"]),
        authority=first["authority"],
        occurred_at=first["occurred_at"],
        recorded_at=first["recorded_at"],
        jurisdiction=first["jurisdiction"] or JURISDICTION,
        notice_version=first["shown"].get("notice_version", ""),
        language=first["shown"].get("language", ""),
        method=first["how"].get("method", ""),
        source=first["how"].get("source", ""),
        double_opt_in=first["how"].get("double_opt_in", ""),
        helper=first["how"].get("helper", ""),
        lines=tuple(map(_line, rows)),
    )


def latest(session: Session, person: str) -> str | None:
    """The number of the person's newest receipt, or None."""
    query = select(CONSENT.c.receipt).where(CONSENT.c.person == person)
    return session.scalar(query.order_by(CONSENT.c.sequence.desc()).limit(1))


def as_json(receipt: Receipt, *, controller: str = "", base_url: str = "") -> dict[str, Any]:
    """The receipt for machines.

    `controller` is who answers for the data and how to reach them; `base_url` where the notice is.
    """
    about = f"{base_url}/privacy"
    notice = f"{about}/notice/{receipt.notice_version}" if receipt.notice_version else about
    return {
        "version": "KI-CR-v1.1.0",
        "jurisdiction": receipt.jurisdiction,
        "consentTimestamp": int(receipt.occurred_at.timestamp()),
        "collectionMethod": ", ".join(filter(None, (receipt.method, receipt.source))),
        "consentReceiptID": receipt.id,
        "language": receipt.language,
        "piiPrincipalId": receipt.person,
        "piiControllers": [{"piiController": controller or SERVICE, "piiControllerUrl": base_url}],
        "policyUrl": notice,
        "services": [
            {
                "service": SERVICE,
                "purposes": [
                    _purpose(line.choice, line)
                    for line in receipt.lines
                    if line.type in YES and line.choice
                ],
            }
        ],
        "sensitive": True,
        "spiCat": ["health"],
        "events": [
            {
                "record_id": receipt.id,
                "pii_principal_id": receipt.person,
                "entity_id": receipt.actor,
                "entity_role": receipt.role.value,
                "event_time": receipt.occurred_at.isoformat(),
                "event_type": "explicit" if line.type in YES else "statement",
                "event_state": line.type.value,
                "validity_duration": line.valid_until.isoformat() if line.valid_until else None,
                "purpose": str(line.choice) if line.choice else "everything",
                "lawful_basis": line.legal_basis,
                "privacy_notice": f"{notice} sha256:{line.notice}" if line.notice else None,
                "double_opt_in": receipt.double_opt_in or None,
                "helper": receipt.helper or None,
            }
            for line in receipt.lines
        ],
    }


def _line(row: RowMapping) -> Line:
    return Line(
        type=EventType(row["type"]),
        choice=choice_of(row["purpose"], row["channel"], row["scope"]),
        valid_until=row["valid_until"],
        notice=row["shown"].get("notice", ""),
        legal_basis=row["legal_basis"],
    )


def _purpose(choice: Choice, line: Line) -> dict[str, Any]:
    """One purpose agreed to; a release tells one study centre, and nobody else is told anything."""
    released = choice.purpose is Purpose.RELEASE
    return {
        "purpose": str(choice),
        "purposeCategory": ["health research"],
        "consentType": "EXPLICIT",
        "piiCategory": list(CATEGORIES[choice.purpose]),
        "primaryPurpose": choice.purpose is Purpose.MATCHING,
        "termination": (
            line.valid_until.isoformat() if line.valid_until else "when it is withdrawn or erased"
        ),
        "thirdPartyDisclosure": released,
        "thirdPartyName": choice.scope.removeprefix("site/") if released else None,
    }
