"""Ethics committees' decisions on the texts of a posting, each with its document; written once."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import RowMapping, func, insert, select
from sqlalchemy.orm import Session

from recruit.core import chain
from recruit.core.clock import now
from recruit.core.errors import NotFound
from recruit.trials.materials.content import Decision
from recruit.trials.materials.documents import called, checked
from recruit.trials.materials.tables import MATERIAL_DECISION

COLUMNS = [each for each in MATERIAL_DECISION.c if each.name != "document"]


@dataclass(frozen=True, slots=True)
class Filed:
    """What somebody says of a committee's decision, and its document."""

    country: str
    committee: str
    reference: str
    decided_on: date
    expires_on: date
    file: str
    document: bytes


def add(session: Session, posting: str, filed: Filed, *, author: str) -> Decision:
    """Keep a decision for a posting that is held.

    Raises:
        Refusal: the document is too large, or no PDF.
    """
    digest = checked(filed.file, filed.document)
    chain.hold(session)  # so that the number is nobody else's
    number = (session.scalar(select(func.max(MATERIAL_DECISION.c.sequence))) or 0) + 1
    row = {
        "sequence": number,
        "posting": posting,
        "country": filed.country,
        "committee": filed.committee,
        "reference": filed.reference,
        "decided_on": filed.decided_on,
        "expires_on": filed.expires_on,
        "file": called(filed.file),
        "document": filed.document,
        "document_digest": digest,
        "author": author,
        "at": now(),
    }
    session.execute(insert(MATERIAL_DECISION), row)
    return get(session, posting, number)


def of(session: Session, posting: str, country: str | None = None) -> list[Decision]:
    """The decisions on a posting, the newest first."""
    query = (
        select(*COLUMNS)
        .where(MATERIAL_DECISION.c.posting == posting)
        .order_by(MATERIAL_DECISION.c.sequence.desc())
    )
    if country is not None:
        query = query.where(MATERIAL_DECISION.c.country == country)
    return [_decision(row) for row in session.execute(query).mappings()]


def get(session: Session, posting: str, number: int) -> Decision:
    """One decision.

    Raises:
        NotFound: the posting has none with this number.
    """
    query = select(*COLUMNS).where(
        MATERIAL_DECISION.c.posting == posting, MATERIAL_DECISION.c.sequence == number
    )
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(what="decision", identifier=str(number))
    return _decision(row)


def document(session: Session, posting: str, number: int) -> bytes:
    """The document of a decision, as it was filed.

    Raises:
        NotFound: there is none, or it is not the one that was filed.
    """
    query = select(MATERIAL_DECISION.c.document, MATERIAL_DECISION.c.document_digest).where(
        MATERIAL_DECISION.c.posting == posting, MATERIAL_DECISION.c.sequence == number
    )
    row = session.execute(query).one_or_none()
    if row is None or sha256(row.document).hexdigest() != row.document_digest:
        raise NotFound(what="document", identifier=str(number))
    return bytes(row.document)


def _decision(row: RowMapping) -> Decision:
    return Decision(
        number=row["sequence"],
        country=row["country"],
        committee=row["committee"],
        reference=row["reference"],
        decided_on=row["decided_on"],
        expires_on=row["expires_on"],
        file=row["file"],
        document_digest=row["document_digest"],
        author=row["author"],
    )
