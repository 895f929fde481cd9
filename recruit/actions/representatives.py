"""Letting somebody act for a person, and stopping it; each deed is recorded."""

from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.erasure import forget
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import today
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.people import representatives
from recruit.people.adults import is_adult
from recruit.people.representatives import Representation, State
from recruit.people.vault import Vault

TOO_YOUNG: Final = N_("You can decide this from your 18th birthday on.")


def come(engine: Engine, *, link: Representation, actor: str) -> None:
    """Write down that the representative opens the person's space: from now on they see it."""
    with unit_of_work(engine) as session:
        _record(session, Tag.REPRESENTATIVE_CAME, link, actor)


def confirm(engine: Engine, *, person: str, link: str, actor: str) -> None:
    """The person says that this is whom they asked; NotFound for a link that is not theirs."""
    with unit_of_work(engine) as session:
        found = _own(session, person, link)
        if found.state(today()) is State.ACCEPTED:
            representatives.confirm(session, found)
            _record(session, Tag.REPRESENTATIVE_CONFIRMED, found, actor)


def allow(engine: Engine, keyring: Keyring, *, person: str, link: str, actor: str) -> None:
    """The person, now of age, lets a guardian go on; NotFound for a link that is not theirs.

    Raises:
        Refusal: they are not surely of age.
    """
    with unit_of_work(engine) as session:
        found = _own(session, person, link)
        if found.state(today()) is not State.BLOCKED:
            return
        born = representatives.born_of(session, Vault(keyring), person)
        if born and not is_adult(born, today()):
            raise Refusal(record="", field="", problem=TOO_YOUNG)
        representatives.allow(session, found)
        _record(session, Tag.REPRESENTATIVE_ALLOWED, found, actor)


def end(engine: Engine, *, person: str, link: str, actor: str) -> None:
    """Nobody acts under this link any more; NotFound for a link that is not the person's.

    A representative who acts for nobody else is forgotten: there is no reason to keep them.
    """
    with unit_of_work(engine) as session:
        found = _own(session, person, link)
        if found.ended_at:
            return
        representatives.end(session, found)
        _record(session, Tag.REPRESENTATIVE_ENDED, found, actor)
        holder = found.representative
        if holder and representatives.is_alone(session, holder):
            forget(session, holder)


def _own(session: Session, person: str, link: str) -> Representation:
    found = representatives.get(session, link)
    if found.person != person:
        raise NotFound(what="representative", identifier=link)
    return found


def _record(session: Session, tag: Tag, link: Representation, actor: str) -> None:
    trail.record(session, tag, actor=actor, subject=link.person, new=link.authority)
