"""A room in which somebody of the staff makes calls."""

from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from recruit.actions.outreach import call_outcomes, calls
from recruit.actions.outreach.call_outcomes import Ended, Outcome
from recruit.actions.outreach.calls import Caller, Calling
from recruit.actions.outreach.gates import Desk
from recruit.actions.outreach.writing import Writer
from recruit.audit.tables import AUDIT
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify import handoff
from recruit.notify.stages import Hold
from recruit.people.facts import Home
from recruit.terminology.lexicon import Lexicon
from tests.outreach import (
    OWN,
    PARIS,
    RING,
    Study,
    matched,
    queued,
    willing,
)

ZONE = ZoneInfo("Europe/Paris")
DESK = Desk(RING, ZONE)
CALLING = Calling(DESK, Writer(RING, "https://recruit.example.org", ZONE))
CALLER = Caller("account 5", None, "fr")
OTHER = replace(CALLER, account="account 6")
LINK = "https://recruit.example.org/me/consents"


@dataclass
class Room:
    """A study whose people are called."""

    engine: Engine
    lexicon: Lexicon
    study: Study
    people: dict[str, str] = field(default_factory=dict)

    def call(self, name: str = "camille", home: Home = PARIS) -> int:
        """Somebody who is to be called; the message's number."""
        person = self.people[name] = willing(self.engine, name, home=home)
        matched(self.engine, self.lexicon, self.study.trial, person)
        return queued(self.engine, self.study, person, Channel.PHONE)

    def due(self, caller: Caller = CALLER) -> list[str]:
        lines, _ = calls.due(self.engine, DESK, caller)
        return [line.person for line in lines]

    def begin(self, number: int, caller: Caller = CALLER) -> Hold | None:
        return calls.begin(self.engine, CALLING, caller, number)

    def end(self, number: int, outcome: Outcome, **said: object) -> str:
        ended = Ended(number, "account 5", outcome, LINK, **said)  # type: ignore[arg-type]
        return call_outcomes.end(self.engine, RING, ended)

    def withdraw(self, person: str) -> None:
        choice = Choice(Purpose.CONTACT, Channel.PHONE)
        with unit_of_work(self.engine) as session:
            ledger.withdraw(session, person, choice, OWN, "test")

    def tags(self) -> list[str]:
        with reading(self.engine) as session:
            query = select(AUDIT.c.tag).where(AUDIT.c.tag.like("outreach:call:%"))
            return list(session.scalars(query.order_by(AUDIT.c.sequence)))

    def reclaim(self) -> None:
        """What a worker does when a lease has run out."""
        with unit_of_work(self.engine) as session:
            handoff.reclaim(session, now())
