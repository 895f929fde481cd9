"""Erasing a person: what was kept about them goes, from the tables and from the files under these.

What stays is named in erased.py: proof under a pseudonym that leads nowhere any more.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, and_, delete, select
from sqlalchemy.orm import Session

from recruit.actions.erased import LEAVES
from recruit.actions.outreach import attachments, cancelling, own_answers
from recruit.actions.outreach.withdrawing import settled
from recruit.actions.safety import keeping
from recruit.actions.sweep import sweep
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Channel
from recruit.consent.ledger import Actor
from recruit.core import chain
from recruit.core.db import unit_of_work
from recruit.core.errors import SealBroken, WrongUsage
from recruit.core.i18n import N_
from recruit.core.keys import Secrets
from recruit.core.locks import hold_people
from recruit.notify import post
from recruit.notify.channels import mail
from recruit.notify.channels.letter import taken_out
from recruit.notify.handoff import is_on_its_way
from recruit.notify.outbox import of_person
from recruit.notify.outbox_steps import forget_steps
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import PENDING, Reason
from recruit.people import accounts, codes, representatives, store, traces
from recruit.people.communities import hooks
from recruit.people.vault import FOUND_BY, Vault

METHOD: Final = "before the erasure"
LONGEST_REASON: Final = 200  # what ledger and trail hold

Farewell = Callable[[Session], None]
Still = Callable[[Session], bool]


def erase_person(  # noqa: PLR0913 - who is erased by whom, and what an erasure reaches into
    engine: Engine,
    secrets: Secrets,
    outbox: Path,
    *,
    person: str,
    actor: Actor,
    letters: Path | None = None,
    data: Path | None = None,
    at_once: bool = True,
    farewell: Farewell | None = None,
) -> bool:
    """Forget a person; what is proof stays, by pseudonym, and a trace of their identifier.

    So are representatives who act for nobody else, and links and messages to any of them, in the
    folder `outbox` as well, what waits for the print house in the folder `letters`, and the files
    of their mails in the folder `data`. What shows that `actor` may ask for it stands in the ledger
    and in the audit trail.

    `farewell` may post a last message in the same unit of work, once all others are deleted; it is
    not called for whom we cannot reach.

    True when the database's files hold nothing of them any more either. False while a reader
    stands in the way, and for a large file that nobody should wait for (`at_once`): the scheduled
    sweep does the rest. No row of theirs can be read any more in any case.

    Raises:
        NotFound: there is no such person.
        WrongUsage: the actor's authority does not fit into the ledger.
    """
    forget_person(
        engine,
        secrets,
        outbox,
        person=person,
        actor=actor,
        letters=letters,
        data=data,
        farewell=farewell,
    )
    return sweep(engine, actor=actor.name, at_once=at_once)


def forget_person(  # noqa: PLR0913 - as above
    engine: Engine,
    secrets: Secrets,
    outbox: Path,
    *,
    person: str,
    actor: Actor,
    letters: Path | None = None,
    data: Path | None = None,
    farewell: Farewell | None = None,
    still: Still | None = None,
) -> None:
    """The same, but for the sweep of the database's files.

    Nothing happens where `still` says no: it is asked when nothing more can be written about them.
    """
    reason = actor.authority
    if len(reason) > LONGEST_REASON or (reason and not reason.isprintable()):
        raise WrongUsage(N_("A reason has at most 200 letters, all of them printable."))
    points: set[str] | None = None
    references: list[str] = []
    files: list[str] = []
    while points is None:
        with unit_of_work(engine) as session:
            is_stopped = _stop(session, person, actor, still)
        settled(engine, person)
        with unit_of_work(engine) as session:
            chain.hold(session)
            if still and not still(session):
                return
            if is_stopped or _is_still(session, person):
                references = _references(session, person)
                files = attachments.files_of(session, person)
                points = _erase(session, secrets, person, actor, farewell, still)
    _remove_messages(outbox, points)
    if letters:
        for reference in references:
            taken_out(letters, reference)
    if data:
        attachments.remove(data, files)


def _stop(session: Session, person: str, actor: Actor, still: Still | None) -> bool:
    """Let nothing be sent to the person from here on, where there is something to be sent.

    False: there was nothing, so that nothing had to be taken back; something may come yet. What
    is on its way would arrive after the erasure, and its row could not tell of it any more.
    """
    chain.hold(session)
    if still and not still(session):
        return False
    cancelled = cancelling.everything(session, person, Reason.ERASED)
    leaving = is_on_its_way(session, person) or own_answers.is_on_its_way(session, person)
    if cancelled or leaving:
        ledger.withdraw(session, person, None, actor, METHOD)
        return True
    return False


def _is_still(session: Session, person: str) -> bool:
    """Whether no message to the person came after nothing had to be stopped; none comes now.

    An answer may have been posted meanwhile, and somebody be sending it: it is waited for, too.
    """
    chain.hold(session)
    hold_people(session, [person])
    own_answers.call_back(session, [person], all_of_it=True)
    if own_answers.is_on_its_way(session, person):
        return False
    waits = and_(of_person(person), OUTBOX.c.state.in_(PENDING))
    return session.scalar(select(OUTBOX.c.id).where(waits).limit(1)) is None


def _erase(  # noqa: PLR0913, PLR0917 - as above
    session: Session,
    secrets: Secrets,
    person: str,
    actor: Actor,
    farewell: Farewell | None,
    still: Still | None,
) -> set[str]:
    """Delete what the tables hold; the contact points of those who are forgotten."""
    chain.hold(session)  # waits for whoever is writing about them, an import say
    hold_people(session, [person])  # before the rows of the outbox, as everybody takes them
    who = store.participant(session, person)
    if who["erased_at"] is not None:
        return set()  # twice, from two tabs: once is enough
    if still and not still(session):
        return set()
    vault = Vault(secrets.vault)
    keeping.forget(session, secrets.vault, person)  # first: the vault says what is marked out
    holders = [person, *representatives.forget(session, vault, person)]
    points = {point for holder in holders for point in _contact_points(session, vault, holder)}
    codes.forget(session, secrets.vault, {*holders, *points})
    post.forget(session, secrets.vault, points)
    if farewell and points:
        farewell(session)
    for holder in holders:
        forget(session, holder)
    ledger.erase(session, person, actor)
    hooks.tell(session, person, hooks.Event.ERASED)
    traces.erase(session, who, traces.trace_of(who, secrets.erasures))
    trail.record(
        session, Tag.PERSON_ERASED, actor=actor.name, subject=person, reason=actor.authority
    )
    return points


def forget(session: Session, holder: str) -> None:
    """Delete whatever is kept under the pseudonym of a participant or a representative."""
    accounts.forget(session, holder)
    forget_steps(session, of_person(holder))
    for column in LEAVES:
        session.execute(delete(column.table).where(column == holder))


def _contact_points(session: Session, vault: Vault, holder: str) -> list[str]:
    """Their e-mail address and telephone number; none where the vault does not open any more."""
    try:
        kept = vault.read(session, holder)
    except SealBroken:
        return []
    return [text for item, text in kept.items() if item in FOUND_BY]


def _references(session: Session, person: str) -> list[str]:
    """What their letters are called in the folder for the print house."""
    sent = OUTBOX.c.channel == Channel.LETTER.value
    query = select(OUTBOX.c.reference).where(of_person(person), sent)
    return list(session.scalars(query))


def _remove_messages(outbox: Path, points: Iterable[str]) -> None:
    """Remove the letters in `outbox` that went to one of these addresses or numbers."""
    sought = [spelt.casefold().encode() for point in points for spelt in (point, _reachable(point))]
    for file in outbox.glob("*"):
        with suppress(FileNotFoundError):  # a half-written one that has its name now
            if any(point in file.read_bytes().lower() for point in sought):
                file.unlink()


def _reachable(point: str) -> str:
    """An address as it stands in an e-mail; a telephone number as it is."""
    return mail.reachable(point) if "@" in point else point
