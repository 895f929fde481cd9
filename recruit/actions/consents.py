"""A person says yes, or pauses, or a guardian does: each change holds from its commit on.

Each writes its event into the ledger, its row into the audit trail, and one message that confirms
it. What changes nothing writes nothing: two clicks are as good as one. Taking a yes back is
outreach/withdrawing.stop, by whichever way it is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.application import LETTER, NO_ADDRESS, NOT_OFFERED
from recruit.actions.confirming import Hand, confirm, listed
from recruit.actions.my_choices import open_to, overview
from recruit.actions.outreach import cancelling
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice
from recruit.consent.evidence import Controls, Evidence
from recruit.consent.notices import Notice
from recruit.core import chain, written
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.dates import TimeUnit, before
from recruit.core.db import unit_of_work
from recruit.core.errors import Refusal
from recruit.core.i18n import N_, translate
from recruit.notify.stages import Reason
from recruit.people.vault import Item, Vault

MONTHS: Final = (1, 3, 6)
"""So many months a pause may last; or until the person ends it."""
SOURCE: Final = "own page"


@dataclass(frozen=True, slots=True)
class Said:
    """Choices that were made beside `notice`, how and where; `address` is where letters go."""

    choices: Sequence[Choice]
    notice: Notice
    address: str = field(default="", repr=False)
    method: str = "boxes"
    source: str = SOURCE


def give(engine: Engine, keyring: Keyring, hand: Hand, said: Said) -> str | None:
    """Say yes; the receipt's number, None where nothing was new.

    Raises:
        Refusal: a choice that is not open to the person, or letters without an address.
    """
    vault = Vault(keyring)
    with unit_of_work(engine) as session:
        chain.hold(session)
        if said.address and LETTER in said.choices:
            vault.keep(session, {hand.person: {Item.ADDRESS: said.address}})
        _check(session, vault, hand.person, said.choices)
        proof = Evidence(
            purposes=tuple(said.choices),
            notice=said.notice.digest,
            notice_version=said.notice.version,
            language=said.notice.language,
            at=now(),
            method=said.method,
            source=said.source,
            controls=Controls.UNTICKED,
        )
        receipt = ledger.answer(session, hand.person, proof, (), hand.actor)
        if receipt is None:
            return None
        given = [line.choice for line in overview(session, hand.person, now()).given]
        fields = {"choices": listed(given, hand.language), "receipt": receipt}
        confirm(session, vault, hand, "consents-changed", fields)
        _record(session, Tag.CONSENT_GRANTED, hand, said.choices)
        return receipt


def pause(engine: Engine, keyring: Keyring, hand: Hand, months: int | None) -> str:
    """Let nothing be done for 1, 3 or 6 months, or until the person resumes; the receipt's number.

    What is queued is cancelled; the caller waits for `withdrawing.settled` before it says so.

    Raises:
        Refusal: another number of months.
    """
    if months is not None and months not in MONTHS:
        raise Refusal(record="", field="months", problem=NOT_OFFERED)
    until = None if months is None else _later(now(), months)
    with unit_of_work(engine) as session:
        receipt = ledger.pause(session, hand.person, until, hand.actor)
        cancelling.everything(session, hand.person, Reason.PAUSED)
        end = {"end": _end(until, hand.language), "receipt": receipt}
        confirm(session, Vault(keyring), hand, "paused", end)
        trail.record(
            session,
            Tag.CONSENT_PAUSED,
            actor=hand.audited,
            subject=hand.person,
            new=until.date().isoformat() if until else None,
        )
    return receipt


def resume(engine: Engine, keyring: Keyring, hand: Hand) -> str | None:
    """End the pause; the receipt's number, None where there was none."""
    with unit_of_work(engine) as session:
        chain.hold(session)
        if overview(session, hand.person, now()).pause is None:
            return None
        receipt = ledger.resume(session, hand.person, hand.actor)
        confirm(session, Vault(keyring), hand, "resumed", {"receipt": receipt})
        trail.record(session, Tag.CONSENT_RESUMED, actor=hand.audited, subject=hand.person)
        return receipt


def _check(session: Session, vault: Vault, person: str, choices: Sequence[Choice]) -> None:
    allowed = open_to(session, vault, person, now())
    given = [line.choice for line in overview(session, person, now()).given]
    if set(choices) - {*allowed, *given}:
        raise Refusal(record="", field="choice", problem=NOT_OFFERED)
    if LETTER in choices and Item.ADDRESS not in vault.read(session, person):
        raise Refusal(record="", field="address", problem=NO_ADDRESS)


def _later(moment: datetime, months: int) -> datetime:
    day = before(moment.date(), -months, TimeUnit.MONTH)
    return moment.replace(year=day.year, month=day.month, day=day.day)


def _end(until: datetime | None, language: str) -> str:
    if until is None:
        return translate(N_("It lasts until you end it."), language)
    return translate(N_("It ends on {day}."), language, day=written.day(until.date(), language))


def _record(session: Session, tag: Tag, hand: Hand, choices: Sequence[Choice]) -> None:
    named = ", ".join(sorted(map(str, choices)))
    trail.record(session, tag, actor=hand.audited, subject=hand.person, new=named)
