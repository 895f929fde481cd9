"""Who comes in by a community's identity provider: whoever was linked by what it calls them.

Nothing else that a provider says is used. An e-mail address in its words joins nobody and lets
nobody in: who is not linked yet goes the same way as everybody, by their own choices and a code.
"""

from sqlalchemy import Engine

from recruit.actions import sign_in_by_code as by_code
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.db import reading, unit_of_work
from recruit.core.keys import Secrets
from recruit.core.outbound import check_address
from recruit.people.accounts import Account
from recruit.people.communities import providers, register
from recruit.people.communities.providers import Provider


def provider_of(engine: Engine, secrets: Secrets, community: str) -> Provider | None:
    """Who vouches for the members of a community; None where nobody does."""
    with reading(engine) as session:
        return providers.provider_of(session, secrets.vault, community)


def set_provider(
    engine: Engine, secrets: Secrets, provider: Provider, *, actor: str, loopback: bool = False
) -> None:
    """Let members of the community come by its provider.

    Raises:
        NotFound: the community is not known.
        WrongUsage: no such address is asked.
    """
    check_address(provider.issuer, loopback=loopback)
    with unit_of_work(engine) as session:
        register.must_know(session, provider.community)
        providers.set_provider(session, secrets.vault, provider)
        subject = f"community {provider.community}"
        trail.record(session, Tag.PROVIDER_SET, actor=actor, subject=subject)


def forget_provider(engine: Engine, *, community: str, actor: str) -> None:
    """Let nobody come by the community's provider any more; NotFound when it is not known."""
    with unit_of_work(engine) as session:
        register.must_know(session, community)
        if providers.forget_provider(session, community):
            subject = f"community {community}"
            trail.record(session, Tag.PROVIDER_FORGOTTEN, actor=actor, subject=subject)


def enter(engine: Engine, community: str, subject: str) -> Account | None:
    """The account of whom the provider vouched for, where they were linked; None for nobody.

    `subject` is the digest of `providers.known_as`.
    """
    with reading(engine) as session:
        person = providers.member(session, community, subject)
    return None if person is None else by_code.enter(engine, person, f"provider of {community}")


def link(engine: Engine, community: str, subject: str, *, person: str, actor: str) -> None:
    """Know a participant again who is signed in and asked for it."""
    with unit_of_work(engine) as session:
        providers.remember(session, community, subject, person)
        trail.record(session, Tag.MEMBER_LINKED, actor=actor, subject=person, new=community)
