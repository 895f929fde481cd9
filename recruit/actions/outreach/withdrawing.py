"""Saying stop: the one door for every way in which somebody does.

A withdrawal, what it cancels, and its confirmation are one unit of work. Whoever answers that it
holds waits first until nothing is on its way (`settled`): after that answer nothing arrives.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.catalogue import public_title
from recruit.actions.confirming import Hand, confirm, listed
from recruit.actions.my_choices import agreed
from recruit.actions.outreach import cancelling, own_answers
from recruit.actions.visits import ending
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import ANY, Channel, Choice, Purpose
from recruit.consent.entry import Entry
from recruit.consent.state import REFUSED, YES, EventType, Standings, permitting
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound
from recruit.core.i18n import N_, translate
from recruit.notify import handoff
from recruit.notify.stages import Reason
from recruit.people import store
from recruit.people.communities import hooks
from recruit.people.vault import Vault

EVERY_CHANNEL: Final = tuple(Choice(Purpose.CONTACT, channel) for channel in Channel)
ONE_STUDY: Final = N_("Everything about one study: {title}")
LONGEST_WAIT: Final = 50.0
"""Seconds: longer than a sender that stands still keeps a message (handoff.LEASE)."""
FIRST_LOOK: Final = 0.01
LONGEST_LOOK: Final = 0.05


@dataclass(frozen=True, slots=True)
class Stopping:
    """What is to stop, in whose hand, and `method`: how it was said ("one click in a message").

    `choices` are those for all studies; None is everything, looking for studies included. With
    `trial` it is everything about that one study instead, whatever else was agreed to.
    """

    hand: Hand
    method: str
    choices: Sequence[Choice] | None = None
    trial: str | None = None


def of_channel(channel: Channel) -> tuple[Choice, ...]:
    """No message about any study by this channel."""
    return (Choice(Purpose.CONTACT, channel),)


def of_trial(trial: str) -> tuple[Choice, ...]:
    """No match with this study, and no message about it by any channel."""
    scope = f"trial/{trial}"
    contact = (Choice(Purpose.CONTACT, channel, scope) for channel in Channel)
    return (Choice(Purpose.MATCHING, scope=scope), *contact)


@dataclass(frozen=True, slots=True)
class Left:
    """What of a message can still be stopped: its channel, its study, or anything at all."""

    channel: bool
    study: bool
    anything: bool


def left(session: Session, person: str, channel: Channel, trial: str) -> Left:
    """What a person still agrees to, of what a message of `channel` about a trial lets them end."""
    own, at = ledger.standings(session, {person}).get(person, Standings()), now()
    _, *contact = of_trial(trial)
    return Left(
        channel=bool(_standing(own, of_channel(channel))),
        study=any(permitting(own, choice, at) is not None for choice in contact),
        anything=bool(_standing(own, None)),
    )


def stop(engine: Engine, keyring: Keyring, stopping: Stopping) -> str | None:
    """Take back what is to stop and cancel what is queued; the receipt's number.

    None where nothing of it stood: nothing is written, and nothing confirmed again. The caller
    waits for `settled` before it says that it holds.

    Raises:
        NotFound: there is no such person any more.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        return end(session, Vault(keyring), stopping)


def end(session: Session, vault: Vault, stopping: Stopping) -> str | None:
    """The same within the caller's unit of work, which holds the chains."""
    hand, person = stopping.hand, stopping.hand.person
    if store.participant(session, person)["erased_at"] is not None:
        raise NotFound(what="person", identifier=person)
    before = ledger.standings(session, {person})
    own = before.get(person, Standings())
    if stopping.trial is not None:
        ended = _open_in(own, stopping.trial)
        told = public_title(session, stopping.trial, hand.language)
        named = translate(ONE_STUDY, hand.language, title=told.text)
    else:
        ended = _standing(own, stopping.choices)
        named = listed(ended, hand.language)
    if not ended:
        return None
    receipt = _write(session, stopping, ended, before)
    cancelling.unpermitted(session, [person], Reason.WITHDRAWN)
    _tell_community(session, stopping, ended)
    ending.follow(session, vault.keyring, hand)
    confirm(session, vault, hand, "withdrawn", {"choices": named, "receipt": receipt})
    said = ", ".join(sorted(map(str, ended)))
    trail.record(session, Tag.CONSENT_WITHDRAWN, actor=hand.audited, subject=person, new=said)
    return receipt


def settled(engine: Engine, person: str) -> bool:
    """Wait until nothing is on its way to a person; False when a sender stood still too long.

    Called after the commit of what stops it, outside any unit of work. Nothing else can begin
    then, so that it is a matter of moments.
    """
    until, pause = time.monotonic() + LONGEST_WAIT, FIRST_LOOK
    while True:
        with reading(engine) as session:
            waits = handoff.is_on_its_way(session, person)
            if not waits and not own_answers.is_on_its_way(session, person):
                return True
        if time.monotonic() > until:
            return False
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_LOOK)


def _standing(own: Standings, choices: Sequence[Choice] | None) -> tuple[Choice, ...]:
    """What the person agrees to of `choices`, also where it is for one study alone."""
    given = agreed(own, now())
    if choices is None:
        return given
    return tuple(each for each in given if each in choices or _general(each) in choices)


def _open_in(own: Standings, trial: str) -> tuple[Choice, ...]:
    """What the person has not said no to about one study: what a site of it may know, too."""
    unsaid = [
        choice for choice in of_trial(trial) if choice not in own or own[choice].type not in REFUSED
    ]
    return (*unsaid, *released(own, trial))


def released(own: Standings, trial: str) -> list[Choice]:
    """The sites of a study that may have the contact details, as choices."""
    return [
        choice
        for choice, standing in own.items()
        if choice
        and choice.purpose is Purpose.RELEASE
        and choice.scope.startswith(f"site/{trial}/")
        and standing.type in YES
    ]


def _write(
    session: Session,
    stopping: Stopping,
    ended: Sequence[Choice],
    before: Mapping[str, Standings],
) -> str:
    hand, moment = stopping.hand, now()
    kind, meant = EventType.WITHDRAWN, _meant(stopping, ended)
    if stopping.trial is not None:
        kind, meant = EventType.DENIED, ended
    how = {"method": stopping.method}
    entries = [Entry(hand.person, kind, choice, hand.actor, moment, how=how) for choice in meant]
    return ledger.enter(session, entries, before)[hand.person]


def _meant(stopping: Stopping, ended: Sequence[Choice]) -> Sequence[Choice | None]:
    return [None] if stopping.choices is None else _named(stopping, ended)


def _named(stopping: Stopping, ended: Sequence[Choice]) -> list[Choice]:
    """Which of what is to stop stood at all: a no for all studies ends what was for one of them."""
    wider = {*ended, *map(_general, ended)}
    return [choice for choice in stopping.choices or () if choice in wider]


def _general(choice: Choice) -> Choice:
    """The same choice for all studies; a release is always to one site."""
    return choice if choice.purpose is Purpose.RELEASE else Choice(choice.purpose, choice.channel)


def _tell_community(session: Session, stopping: Stopping, ended: Sequence[Choice]) -> None:
    """A community hears what ended for all studies; never which study somebody was asked about."""
    named = [choice for choice in _named(stopping, ended) if choice.scope == ANY]
    if stopping.trial is None and (named or stopping.choices is None):
        hooks.tell(
            session, stopping.hand.person, hooks.Event.WITHDRAWN, [str(each) for each in named]
        )
