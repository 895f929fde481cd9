"""A community's identity provider, and who came in by it.

What a provider calls somebody is kept as a keyed digest alone: it is all that is needed to know
them again, and it says nothing to whoever reads it.
"""

from dataclasses import dataclass, field
from hmac import digest
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.keys import Secrets
from recruit.people.communities.sealed import seal, unseal
from recruit.people.communities.tables import MEMBER, PROVIDER

LONGEST_CLIENT: Final = 255
PURPOSE: Final = "member of a community"


@dataclass(frozen=True, slots=True)
class Provider:
    """Who vouches for the members of a community, and what is shared with it."""

    community: str
    issuer: str
    client: str
    secret: str = field(repr=False)


def set_provider(session: Session, keyring: Keyring, provider: Provider) -> None:
    """Let members come by this provider, in place of the one before."""
    forget_provider(session, provider.community)
    sealed = seal(keyring, PROVIDER.c.secret, provider.community, provider.secret)
    row = {
        "community": provider.community,
        "issuer": provider.issuer,
        "client": provider.client,
        "secret": sealed,
        "changed_at": now(),
    }
    session.execute(insert(PROVIDER), row)


def forget_provider(session: Session, community: str) -> bool:
    """Let nobody come by a provider any more; whether anybody could."""
    gone = delete(PROVIDER).where(PROVIDER.c.community == community)
    return session.execute(gone.returning(PROVIDER.c.community)).first() is not None


def provider_of(session: Session, keyring: Keyring, community: str) -> Provider | None:
    """The community's provider; None without one.

    Raises:
        SealBroken: its secret does not open under any key of the ring.
    """
    query = select(PROVIDER).where(PROVIDER.c.community == community)
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    secret = unseal(keyring, PROVIDER.c.secret, community, row.secret)
    return Provider(community, row.issuer, row.client, secret)


def issuer_of(session: Session, community: str) -> str | None:
    """Who vouches for the community's members; None where nobody does."""
    return session.scalar(select(PROVIDER.c.issuer).where(PROVIDER.c.community == community))


def known_as(secrets: Secrets, provider: Provider, subject: str) -> str:
    """What is kept of `subject`, as this provider calls somebody."""
    said = f"{PURPOSE}\n{provider.community}\n{provider.issuer}\n{subject}"
    return digest(secrets.erasures.encode(), said.encode(), "sha256").hex()


def member(session: Session, community: str, subject: str) -> str | None:
    """The pseudonym of who is known by a digest of `known_as`; None for nobody."""
    query = select(MEMBER.c.person).where(
        MEMBER.c.community == community, MEMBER.c.subject == subject
    )
    return session.scalar(query)


def remember(session: Session, community: str, subject: str, person: str) -> None:
    """Know the person again by this digest; who else was known by it is so no more."""
    session.execute(
        delete(MEMBER).where(MEMBER.c.community == community, MEMBER.c.subject == subject)
    )
    row = {"community": community, "subject": subject, "person": person, "since": now()}
    session.execute(insert(MEMBER), row)
