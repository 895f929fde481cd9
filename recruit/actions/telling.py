"""Communities are told of withdrawals and erasures, each event until it was taken or given up."""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.ledger import Role
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import WrongUsage
from recruit.core.outbound import Undelivered
from recruit.people.communities import signature, waiting
from recruit.people.communities.waiting import Claimed

ACTOR: Final = "job"
# All that one claim holds must be sent within its lease, however slow the other sides are.
AT_ONCE: Final = 5
UNFIT: Final = "no address to send to"

Post = Callable[[str, bytes, Mapping[str, str]], None]

log = logging.getLogger(__name__)


def tell_communities(engine: Engine, keyring: Keyring, post: Post) -> int:
    """Send what is due; how many events were taken. No transaction is open while one is sent.

    Raises:
        SealBroken: what a hook holds does not open under any key of the ring.
    """
    taken = 0
    while True:
        with unit_of_work(engine) as session:
            events = waiting.claim(session, keyring, now(), AT_ONCE)
            meant = [event for event in events if _is_theirs(session, event)]
        for event in meant:
            taken += _tell(engine, post, event)
        if len(events) < AT_ONCE:
            return taken


def _is_theirs(session: Session, event: Claimed) -> bool:
    """Whether the community handed the person on: who came by themselves is not told about."""
    handed_on = any(
        row["role"] == Role.COMMUNITY.value for row in ledger.history(session, event.person)
    )
    if not handed_on:
        waiting.needless(session, event, now())
    return handed_on


def _tell(engine: Engine, post: Post, event: Claimed) -> bool:
    headers = signature.headers(event.hook.secret, event.id, event.body, now())
    try:
        post(event.hook.url, event.body, headers)
    except (Undelivered, WrongUsage) as problem:  # the latter: what is fit is judged more strictly
        log.warning("community %s was not told: %s", event.hook.community, problem)
        _settle_failed(engine, event, str(problem.fields.get("problem", "")))
        return False
    with unit_of_work(engine) as session:
        if waiting.told(session, event, now()):
            trail.record(
                session,
                Tag.COMMUNITY_TOLD,
                actor=ACTOR,
                subject=event.person,
                new=f"community {event.hook.community}",
            )
    return True


def _settle_failed(engine: Engine, event: Claimed, answer: str) -> None:
    with unit_of_work(engine) as session:
        if waiting.failed(session, event, now(), answer or UNFIT):
            trail.record(
                session,
                Tag.COMMUNITY_NOT_TOLD,
                actor=ACTOR,
                subject=event.person,
                new=f"community {event.hook.community}",
                reason=f"given up after {event.tries} tries",
            )
            log.error("community %s was given up on", event.hook.community)
