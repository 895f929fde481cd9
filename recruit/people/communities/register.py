"""The communities that are known here, and the mapping of each."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.core.clock import now
from recruit.core.errors import NotFound, WrongUsage
from recruit.core.i18n import N_
from recruit.people.communities.tables import HOOK, KEY, MAPPING, STAFFED, TERMS
from recruit.people.communities.terms import Terms, read_terms
from recruit.people.intake.mapping import FieldMapping
from recruit.people.intake.mapping_file import read_mapping
from recruit.people.organisations import Organisation
from recruit.people.tables import COMMUNITY, PARTICIPANT

DIRECT: Final = "direct"
"""The community of those who joined by themselves: nobody brings them, nothing is agreed on."""

OURS: Final = N_(
    "“{community}” stands for the people who joined by themselves; a community needs another name."
)
ALIKE: Final = N_(
    "“{community}” differs from the known community “{known}” in capitals or spaces only; write it "
    "as it is known."
)


@dataclass(frozen=True, slots=True)
class Overview:
    """One community: since when it is known, how many people it has, what is set up for it."""

    name: str
    since: datetime
    people: int
    mapped: bool
    keys: int
    hook: str | None


def check_theirs(name: str) -> None:
    """Raise WrongUsage for the name of those who joined by themselves, however it is written."""
    if _letters(name) == DIRECT:
        raise WrongUsage(OURS, community=DIRECT)


def must_know(session: Session, name: str) -> None:
    """Make sure that something can be agreed with the community.

    Raises:
        NotFound: it is not known.
        WrongUsage: it is DIRECT.
    """
    check_theirs(name)
    # PostgreSQL refuses even to look for a text with NUL.
    known = select(COMMUNITY.c.name).where(COMMUNITY.c.name == name)
    if not name.isprintable() or session.execute(known).first() is None:
        raise NotFound(what="community", identifier=name)


def is_new(session: Session, name: str) -> bool:
    """Whether no community is called so.

    Raises:
        WrongUsage: one is, but for capitals and spaces: two such would be confounded, and what a
            person took back in one would not hold in the other.
    """
    names = session.scalars(select(COMMUNITY.c.name)).all()
    if name in names:
        return False
    for known in names:
        if _letters(known) == _letters(name):
            raise WrongUsage(ALIKE, community=name, known=known)
    return True


def overview(session: Session) -> list[Overview]:
    """Every community, by name."""
    people = _counted(session, PARTICIPANT.c.community, PARTICIPANT.c.erased_at.is_(None))
    keys = _counted(session, KEY.c.community, KEY.c.revoked_at.is_(None))
    mapped = set(session.scalars(select(MAPPING.c.community)))
    urls = {row.community: row.url for row in session.execute(select(HOOK.c.community, HOOK.c.url))}
    query = select(COMMUNITY).order_by(COMMUNITY.c.name)
    return [
        Overview(
            row.name,
            row.created_at,
            people.get(row.name, 0),
            row.name in mapped,
            keys.get(row.name, 0),
            urls.get(row.name),
        )
        for row in session.execute(query)
    ]


def keep_mapping(session: Session, community: str, mapping: dict[str, Any]) -> None:
    """Keep the JSON form of a mapping in place of the one there was."""
    session.execute(delete(MAPPING).where(MAPPING.c.community == community))
    row = {"community": community, "mapping": mapping, "changed_at": now()}
    session.execute(insert(MAPPING), row)


def kept_mapping(session: Session, community: str) -> dict[str, Any] | None:
    """The JSON form of the community's mapping; None without one."""
    query = select(MAPPING.c.mapping).where(MAPPING.c.community == community)
    found: dict[str, Any] | None = session.execute(query).scalar_one_or_none()
    return found


def mapping_of(session: Session, community: str) -> FieldMapping | None:
    """The community's mapping; None without one."""
    kept = kept_mapping(session, community)
    return None if kept is None else read_mapping(kept)


def keep_terms(session: Session, community: str, terms: dict[str, Any]) -> None:
    """Keep the JSON form of what is agreed in place of what was."""
    session.execute(delete(TERMS).where(TERMS.c.community == community))
    session.execute(insert(TERMS), {"community": community, "terms": terms, "changed_at": now()})


def terms_of(session: Session, community: str) -> Terms | None:
    """What is agreed with the community; None where nothing is written down."""
    if not community.isprintable():
        return None
    kept = kept_terms(session, community)
    return None if kept is None else read_terms(kept)


def kept_terms(session: Session, community: str) -> dict[str, Any] | None:
    """The JSON form of what is agreed with the community; None where nothing is written down."""
    query = select(TERMS.c.terms).where(TERMS.c.community == community)
    found: dict[str, Any] | None = session.execute(query).scalar_one_or_none()
    return found


def keep_staffed(session: Session, community: str, organisation: int | None) -> None:
    """Let the staff of an organisation look after the community; None leaves it to the operator."""
    session.execute(delete(STAFFED).where(STAFFED.c.community == community))
    if organisation is not None:
        session.execute(insert(STAFFED), {"community": community, "organisation": organisation})


def staffed(session: Session, community: str) -> str:
    """The organisation whose staff look after the community; "" for the operator's own."""
    query = (
        select(col(Organisation.name))
        .join(STAFFED, STAFFED.c.organisation == col(Organisation.id))
        .where(STAFFED.c.community == community)
    )
    return session.scalar(query) or ""


def staffed_by(session: Session, organisation: int | None) -> set[str]:
    """The communities that an organisation's staff look after."""
    if organisation is None:
        return set()
    query = select(STAFFED.c.community).where(STAFFED.c.organisation == organisation)
    return set(session.scalars(query))


def _letters(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _counted(session: Session, community: Any, which: Any) -> dict[str, int]:  # noqa: ANN401 - a column and a condition
    query = select(community, func.count()).where(which).group_by(community)
    return {name: count for name, count in session.execute(query)}  # noqa: C416 - a row is no pair
