"""A message that everything allows, and the gates that it passes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import time_machine
from sqlalchemy import Engine, insert, text, update
from sqlmodel import col

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach.answer_table import ANSWER, Answer
from recruit.actions.outreach.gates import Desk
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice
from recruit.core.clock import now, today
from recruit.core.db import unit_of_work
from recruit.notify import handoff, suppression
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.receipt_tables import CHANNEL_STANDING
from recruit.notify.reputation import Standing
from recruit.notify.stages import Claim, Gate, State, Wave
from recruit.notify.suppression import Cause
from recruit.people.vault import Item
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialStatus
from recruit.trials.materials import content
from recruit.trials.materials import store as materials
from recruit.trials.posting import store as postings
from recruit.trials.posting.store import Life
from recruit.trials.posting.tables import POSTING
from recruit.trials.tables import Trial
from tests.outreach import (
    OFFICE_HOURS,
    OWN,
    RING,
    VAULT,
    Study,
    matched,
    queued,
    study,
    willing,
)

PARIS = ZoneInfo("Europe/Paris")
DESK = Desk(RING, PARIS)


@dataclass
class World:
    """A message that nothing holds back, until something happens."""

    engine: Engine
    lexicon: Lexicon
    study: Study
    person: str
    message: int
    desk: Desk = DESK
    at: datetime = OFFICE_HOURS
    channel: Channel = Channel.EMAIL
    others: list[int] = field(default_factory=list)

    def claimed(self) -> Claim:
        with unit_of_work(self.engine) as session:
            mine = handoff.claim_one(session, self.message, "one", now())
        assert mine
        return mine

    def ask(self, deed: object, mine: Claim, gates: tuple[Gate, ...]) -> bool:
        with unit_of_work(self.engine) as session:
            return bool(deed(session, mine, gates, now()))  # type: ignore[operator]  # of the outbox

    def another(self, sent_at: datetime, channel: Channel) -> None:
        """Something else that was sent to the person about the same study."""
        number = queued(self.engine, self.study, self.person, channel)
        row = {"state": State.DELIVERED.value, "sent_at": sent_at}
        with unit_of_work(self.engine) as session:
            session.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(row))

    def answer(self, answer: Answer, at: datetime, trial: str | None = None) -> None:
        row = {
            "trial": trial or self.study.trial,
            "person": self.person,
            "answer": answer.value,
            "how": "page",
            "by": "own link",
            "at": at,
        }
        with unit_of_work(self.engine) as session:
            session.execute(insert(ANSWER), row)

    def elsewhere(self) -> str:
        """Another trial, of which nothing else is known."""
        with unit_of_work(self.engine) as session:
            session.add(
                Trial(
                    id="NCT00000099",
                    status="recruiting",
                    version=1,
                    recorded_at=now(),
                    amended_at=now(),
                )
            )
        return "NCT00000099"

    def set_posting(self, life: Life) -> None:
        with unit_of_work(self.engine) as session:
            session.execute(
                update(POSTING).where(POSTING.c.id == self.study.posting).values(life=life.value)
            )

    def set_status(self, status: TrialStatus) -> None:
        with unit_of_work(self.engine) as session:
            session.execute(
                update(Trial).where(col(Trial.id) == self.study.trial).values(status=status.value)
            )

    def withdraw(self, choice: Choice) -> None:
        with unit_of_work(self.engine) as session:
            ledger.withdraw(session, self.person, choice, OWN, "test")

    def pause(self, until: datetime | None) -> None:
        with unit_of_work(self.engine) as session:
            ledger.pause(session, self.person, until, OWN)

    def keep(self, item: Item, words: str) -> None:
        with unit_of_work(self.engine) as session:
            VAULT.keep(session, {self.person: {item: words}})

    def suspend(self, channel: content.Channel = content.Channel.EMAIL) -> None:
        place = content.Place(self.study.posting, channel, "fr")
        with unit_of_work(self.engine) as session:
            postings.held(session, self.study.posting, None)
            known = materials.newest(session, place, today())
            assert known
            materials.suspend(session, place, known.version, reason="test", author="account 8")

    def alter(self) -> None:
        """Change one sign of the text from outside, past what refuses it."""
        with self.engine.begin() as connection:
            for trigger in _triggers(self.engine, "material_approved"):
                connection.execute(text(trigger))
            connection.execute(
                text(
                    "UPDATE material_approved SET text = replace(text, 'étude', 'cure')"
                    " WHERE channel = 'email'"
                )
            )

    def suppress(self, channel: Channel, where: str) -> None:
        with unit_of_work(self.engine) as session:
            suppression.suppress(session, RING, channel, where, Cause.COMPLAINT, now())

    def stand(self, standing: Standing) -> None:
        row = {
            "channel": self.channel.value,
            "standing": standing.value,
            "since": now(),
            "sent": 0,
            "bounced": 0,
            "complained": 0,
            "waiting": 1,
            "looked_at": now(),
        }
        with unit_of_work(self.engine) as session:
            session.execute(insert(CHANNEL_STANDING), row)

    def unmatch(self) -> None:
        with unit_of_work(self.engine) as session:
            session.execute(
                update(MatchRow)
                .where(col(MatchRow.person) == self.person)
                .values(superseded_at=now())
            )


def _triggers(engine: Engine, table: str) -> list[str]:
    if engine.dialect.name == "postgresql":
        return [f"ALTER TABLE {table} DISABLE TRIGGER ALL"]
    with engine.connect() as connection:
        named = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
            {"table": table},
        )
        return [f"DROP TRIGGER {name}" for (name,) in named]


@contextmanager
def world(
    engine: Engine,
    lexicon: Lexicon,
    *,
    channel: Channel = Channel.EMAIL,
    wave: Wave = Wave.INVITATION,
    **who: object,
) -> Iterator[World]:
    with time_machine.travel(OFFICE_HOURS, tick=False):
        here = study(engine, lexicon)
        person = willing(engine, **who)  # type: ignore[arg-type]  # as the scenario says
        matched(engine, lexicon, here.trial, person)
        message = queued(engine, here, person, channel, wave=wave)
        yield World(engine, lexicon, here, person, message, channel=channel)


def twice(world: World) -> None:
    world.another(now() - timedelta(days=29), Channel.SMS)
    world.another(now() - timedelta(days=2), Channel.LETTER)
