"""Texts in the database: written, submitted, approved by somebody else, superseded or suspended.

Whoever writes holds the posting (posting/store.held), so that a text is approved as it was looked
at or not at all. What is approved is read back by its hash: one sign changed, and it is not.
"""

import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, RowMapping, Table, and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from recruit.core import chain
from recruit.core.clock import now, today
from recruit.core.errors import EditedMeanwhile, NotAllowed, NotFound
from recruit.trials.draft import Tongue
from recruit.trials.materials import decisions, links
from recruit.trials.materials.content import (
    SHARED,
    Channel,
    Material,
    Place,
    State,
    Texts,
    canonical,
    is_whole,
    texts_of,
)
from recruit.trials.materials.tables import (
    MATERIAL_APPROVED,
    MATERIAL_DRAFT,
    MATERIAL_SUSPENDED,
)
from recruit.trials.posting.tables import POSTING


def save(session: Session, place: Place, texts: Texts, *, base: int, author: str) -> Material:
    """Keep `texts` as the draft of a place; who saves is one of its authors.

    A text that waited for approval no longer does. `base` is the edit that the author looked at, 0
    where there was no draft.

    Raises:
        EditedMeanwhile: somebody else has changed it since.
    """
    known = draft(session, place)
    if base != (known.edit if known else 0):
        raise EditedMeanwhile
    if known and known.texts == texts and known.state is State.DRAFT:
        return known
    version = known.version if known else _next_version(session, place)
    authors = tuple(sorted({*(known.authors if known else ()), author}))
    row = {
        "version": version,
        "edit": base + 1,
        "text": canonical(place, version, texts),
        "authors": json.dumps(authors),
        "state": State.DRAFT.value,
        "decision": None,
        "submitted_by": "",
        "signed": "[]",
        "returned": known.returned if known else "",
        "at": now(),
    }
    if known:
        session.execute(update(MATERIAL_DRAFT).where(_at(MATERIAL_DRAFT, place)).values(row))
    else:
        session.execute(insert(MATERIAL_DRAFT), {**_key(place), **row})
    return held_draft(session, place, base=base + 1)


def submit(
    session: Session, known: Material, *, decision: int, signed: Sequence[str], author: str
) -> Material:
    """Let a draft wait for approval; who submits it answers for the `signed` words."""
    row = {
        "edit": known.edit + 1,
        "state": State.SUBMITTED.value,
        "decision": decision,
        "submitted_by": author,
        "authors": json.dumps(sorted({*known.authors, author})),
        "signed": json.dumps(list(signed), ensure_ascii=False),
        "returned": "",
        "at": now(),
    }
    session.execute(update(MATERIAL_DRAFT).where(_at(MATERIAL_DRAFT, known.place)).values(row))
    return held_draft(session, known.place, base=known.edit + 1)


def send_back(session: Session, known: Material, *, reason: str) -> None:
    """Make a text that waits a draft again, with the approver's reason."""
    row = {
        "edit": known.edit + 1,
        "state": State.DRAFT.value,
        "decision": None,
        "returned": reason,
        "at": now(),
    }
    session.execute(update(MATERIAL_DRAFT).where(_at(MATERIAL_DRAFT, known.place)).values(row))


def approve(session: Session, known: Material, *, approver: str) -> Material:
    """Make a text that waits the approved one; an earlier one is superseded.

    Raises:
        EditedMeanwhile: it does not wait for approval.
        NotAllowed: the approver has written some of it.
    """
    if known.state is not State.SUBMITTED or known.decision is None:
        raise EditedMeanwhile
    if approver in {*known.authors, known.submitted_by}:
        raise NotAllowed
    row = {
        "sequence": _next_number(session, MATERIAL_APPROVED),
        **_key(known.place),
        "version": known.version,
        "text": canonical(known.place, known.version, known.texts),
        "digest": known.digest,
        "authors": json.dumps(known.authors),
        "decision": known.decision.number,
        "submitted_by": known.submitted_by,
        "signed": json.dumps(known.signed, ensure_ascii=False),
        "approver": approver,
        "at": now(),
    }
    session.execute(insert(MATERIAL_APPROVED), row)
    session.execute(delete(MATERIAL_DRAFT).where(_at(MATERIAL_DRAFT, known.place)))
    if known.place.channel in SHARED:
        links.keep(session, known.place)
    found = newest(session, known.place, today())
    if found is None:  # it was written a moment ago
        raise EditedMeanwhile
    return found


def suspend(session: Session, place: Place, version: int, *, reason: str, author: str) -> None:
    """End an approved text for good: only a new version can be approved in its place.

    Raises:
        NotFound: this version is not the approved one.
    """
    row = _newest(session, place)
    if row is None or row["version"] != version or _is_suspended(session, row["sequence"]):
        raise NotFound(what="text", identifier=str(place))
    ended = {
        "sequence": _next_number(session, MATERIAL_SUSPENDED),
        "approved": row["sequence"],
        "reason": reason,
        "author": author,
        "at": now(),
    }
    session.execute(insert(MATERIAL_SUSPENDED), ended)


def approved(  # noqa: PLR0913, PLR0917 - which text, and the day
    session: Session, posting: str, channel: Channel, language: Tongue, country: str, on: date
) -> Material | None:
    """The text that may be shown or sent on a day: approved, not expired, not suspended, unchanged.

    An older version never takes the place of one that has ended.
    """
    found = newest(session, Place(posting, channel, language, country), on)
    return found if found and found.state is State.APPROVED else None


def newest(session: Session, place: Place, on: date) -> Material | None:
    """The newest version that was ever approved, as it stands on a day."""
    row = _newest(session, place)
    return _approved(session, row, on) if row else None


def draft(session: Session, place: Place) -> Material | None:
    """The version that is worked on or waits for approval."""
    query = select(MATERIAL_DRAFT).where(_at(MATERIAL_DRAFT, place))
    row = session.execute(query).mappings().one_or_none()
    return _draft(session, row) if row else None


def held_draft(session: Session, place: Place, *, base: int) -> Material:
    """The draft as somebody looked at it.

    Raises:
        EditedMeanwhile: there is none any more, or it was changed since edit `base`.
    """
    found = draft(session, place)
    if found is None or found.edit != base:
        raise EditedMeanwhile
    return found


def waiting(session: Session, organisation: int | None) -> list[Material]:
    """The texts that wait for approval, of an organisation's postings or of all; oldest first."""
    query = (
        select(MATERIAL_DRAFT)
        .where(MATERIAL_DRAFT.c.state == State.SUBMITTED.value)
        .order_by(MATERIAL_DRAFT.c.at, MATERIAL_DRAFT.c.posting, MATERIAL_DRAFT.c.channel)
    )
    if organisation is not None:
        query = query.join(POSTING, POSTING.c.id == MATERIAL_DRAFT.c.posting).where(
            POSTING.c.organisation == organisation
        )
    return [_draft(session, row) for row in session.execute(query).mappings().all()]


def countries(session: Session, posting: str) -> list[str]:
    """The countries for which there are texts or decisions."""
    found = {each.country for each in decisions.of(session, posting)}
    for table in (MATERIAL_DRAFT, MATERIAL_APPROVED):
        found |= set(session.scalars(select(table.c.country).where(table.c.posting == posting)))
    return sorted(found)


def _draft(session: Session, row: RowMapping) -> Material:
    place = _place(row)
    decision = row["decision"]
    return Material(
        place=place,
        version=row["version"],
        texts=texts_of(row["text"]),
        state=State(row["state"]),
        authors=tuple(json.loads(row["authors"])),
        at=row["at"],
        edit=row["edit"],
        decision=decisions.get(session, place.posting, decision) if decision else None,
        submitted_by=row["submitted_by"],
        signed=tuple(json.loads(row["signed"])),
        returned=row["returned"],
    )


def _approved(session: Session, row: RowMapping, on: date) -> Material:
    place, version = _place(row), row["version"]
    decision = decisions.get(session, place.posting, row["decision"])
    whole = is_whole(row["text"], row["digest"], place, version)
    if not whole:
        state = State.ALTERED
    elif _is_suspended(session, row["sequence"]):
        state = State.SUSPENDED
    else:
        state = State.APPROVED if on <= decision.expires_on else State.EXPIRED
    return Material(
        place=place,
        version=version,
        texts=texts_of(row["text"]) if whole else {},
        state=state,
        authors=tuple(json.loads(row["authors"])),
        at=row["at"],
        decision=decision,
        submitted_by=row["submitted_by"],
        signed=tuple(json.loads(row["signed"])),
        approver=row["approver"],
    )


def _newest(session: Session, place: Place) -> RowMapping | None:
    query = (
        select(MATERIAL_APPROVED)
        .where(_at(MATERIAL_APPROVED, place))
        .order_by(MATERIAL_APPROVED.c.version.desc())
        .limit(1)
    )
    return session.execute(query).mappings().one_or_none()


def _is_suspended(session: Session, approval: int) -> bool:
    query = select(MATERIAL_SUSPENDED.c.sequence).where(MATERIAL_SUSPENDED.c.approved == approval)
    return session.scalar(query) is not None


def _next_version(session: Session, place: Place) -> int:
    known = _newest(session, place)
    return known["version"] + 1 if known else 1


def _next_number(session: Session, table: Table) -> int:
    """A number that is nobody else's until the commit."""
    chain.hold(session)
    return (session.scalar(select(func.max(table.c.sequence))) or 0) + 1


def _place(row: RowMapping) -> Place:
    return Place(row["posting"], Channel(row["channel"]), row["language"], row["country"])


def _key(place: Place) -> dict[str, str]:
    return {
        "posting": place.posting,
        "channel": place.channel.value,
        "language": place.language,
        "country": place.country,
    }


def _at(table: Table, place: Place) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in _key(place).items()))
