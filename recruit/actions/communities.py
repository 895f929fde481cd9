"""What is agreed with a community: its mapping, its keys, its webhook; each deed is recorded."""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Engine

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, WrongUsage
from recruit.core.i18n import N_
from recruit.core.outbound import check_address
from recruit.people import store
from recruit.people.communities import hooks, keys, register, signature, waiting
from recruit.people.communities.hooks import Hook
from recruit.people.communities.keys import Key
from recruit.people.communities.register import Overview
from recruit.people.communities.waiting import Standing
from recruit.people.intake.mapping_file import parse_mapping
from recruit.people.key_text import Issued
from recruit.people.scopes import COMMUNITY, Scope

LONGEST_COMMUNITY: Final = 64

Post = Callable[[str, bytes, Mapping[str, str]], None]


def check_name(name: str) -> None:
    """Raise WrongUsage unless a community can have this name."""
    register.check_theirs(name)
    if not name.strip() or len(name) > LONGEST_COMMUNITY or not name.isprintable():
        raise WrongUsage(N_("A community’s name has 1 to 64 letters."))


def add_community(engine: Engine, *, name: str, actor: str) -> None:
    """Make a community known; nothing happens when it is.

    Raises:
        WrongUsage: no community can have this name, or one has it but for capitals and spaces.
    """
    check_name(name)
    with unit_of_work(engine) as session:
        if register.is_new(session, name):
            store.know_community(session, name)
            trail.record(session, Tag.COMMUNITY_ADDED, actor=actor, subject=f"community {name}")


def is_one_more(engine: Engine, name: str) -> bool:
    """Whether an import makes this community known beside others, as a slip of the pen would.

    Raises:
        WrongUsage: no community can have this name, or one has it but for capitals and spaces.
    """
    check_name(name)
    with reading(engine) as session:
        return register.is_new(session, name) and any(
            each.name != register.DIRECT for each in register.overview(session)
        )


def communities(engine: Engine) -> list[Overview]:
    """Every community and what is set up for it."""
    with reading(engine) as session:
        return register.overview(session)


def keep_mapping(engine: Engine, *, community: str, text: str, actor: str) -> None:
    """Keep a mapping in TOML or JSON for all imports of the community to come.

    Raises:
        NotFound: the community is not known.
        Refusal: the mapping names a field that does not exist, or is none.
    """
    mapping = parse_mapping(text)
    with unit_of_work(engine) as session:
        register.must_know(session, community)
        register.keep_mapping(session, community, mapping)
        trail.record(session, Tag.MAPPING_CHANGED, actor=actor, subject=f"community {community}")


def kept_mapping(engine: Engine, community: str) -> dict[str, Any] | None:
    """The mapping that is kept for a community; NotFound when the community is not known."""
    with reading(engine) as session:
        register.must_know(session, community)
        return register.kept_mapping(session, community)


def issue_key(
    engine: Engine, *, community: str, actor: str, scopes: Collection[Scope] = COMMUNITY
) -> Issued:
    """A new key of the community to the API; NotFound when it is not known.

    Raises:
        WrongUsage: it would open nothing.
    """
    with unit_of_work(engine) as session:
        register.must_know(session, community)
        issued = keys.issue(session, community, scopes)
        trail.record(
            session,
            Tag.KEY_ISSUED,
            actor=actor,
            subject=f"community {community}",
            new=issued.name,
        )
        return issued


def revoke_key(engine: Engine, *, community: str, name: str, actor: str) -> None:
    """Let a key open nothing any more, at once; NotFound when there is none in use."""
    with unit_of_work(engine) as session:
        keys.revoke(session, community, name)
        trail.record(
            session, Tag.KEY_REVOKED, actor=actor, subject=f"community {community}", old=name
        )


def keys_of(engine: Engine, community: str) -> list[Key]:
    """The community's keys, the newest first; NotFound when it is not known."""
    with reading(engine) as session:
        register.must_know(session, community)
        return keys.keys_of(session, community)


def set_hook(engine: Engine, keyring: Keyring, *, community: str, url: str, actor: str) -> Hook:
    """Tell the community of withdrawals and erasures at `url`; its new secret is shown once.

    Raises:
        NotFound: the community is not known.
        WrongUsage: nothing is sent to such an address.
    """
    check_address(url)
    with unit_of_work(engine) as session:
        register.must_know(session, community)
        hook = hooks.set_hook(session, keyring, community, url)
        trail.record(session, Tag.HOOK_SET, actor=actor, subject=f"community {community}")
        return hook


def forget_hook(engine: Engine, *, community: str, actor: str) -> None:
    """Tell the community nothing any more.

    Raises:
        NotFound: the community is not known.
        WrongUsage: it is told nothing as it is.
    """
    with unit_of_work(engine) as session:
        register.must_know(session, community)
        if not hooks.forget_hook(session, community):
            raise WrongUsage(N_("This community has no webhook."))
        trail.record(session, Tag.HOOK_FORGOTTEN, actor=actor, subject=f"community {community}")


def try_hook(engine: Engine, keyring: Keyring, post: Post, *, community: str, actor: str) -> None:
    """Send a community's webhook an event that is about nobody, signed as all others.

    Raises:
        NotFound: the community has no webhook.
        Undelivered: it was not taken; the error says no more than the status.
        WrongUsage: nothing is sent to such an address any more.
    """
    with unit_of_work(engine) as session:
        hook = hooks.hook_of(session, keyring, community)
        if hook is None:
            raise NotFound(what="webhook", identifier="")
        trail.record(session, Tag.HOOK_TESTED, actor=actor, subject=f"community {community}")
    moment, name = now(), str(uuid4())
    said = {
        "id": name,
        "type": "webhook.test",
        "at": moment.isoformat(timespec="seconds"),
        "community": community,
    }
    body = json.dumps(said, ensure_ascii=False).encode()
    post(hook.url, body, signature.headers(hook.secret, name, body, moment))


def hook_standing(engine: Engine, community: str) -> tuple[str, Standing] | None:
    """Where a community is told, and how that goes; None without a webhook."""
    with reading(engine) as session:
        url = hooks.url_of(session, community)
        return None if url is None else (url, waiting.standing(session, community, now()))
