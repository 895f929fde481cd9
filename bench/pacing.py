"""Hours and caps (P5): more than 10,000 messages handed over in a year, and a count of violations.

Run with `python -m bench pacing`; it takes some minutes. All gates are on; the clock is set. What
was sent is judged by tests/pacing_checker.py, which shares no code with them: it has its own rules
for summer time, its own Easter, and counts for itself how often somebody was asked.
"""

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import time_machine
from sqlalchemy import Engine, insert

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach.answer_table import ANSWER
from recruit.actions.outreach.gates import Desk, gates
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import connect, unit_of_work, upgrade
from recruit.core.paths import default_data_folder
from recruit.notify import handoff
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Claim, Fate, Gate, State, Told, Wave
from recruit.people.facts import Home
from recruit.terminology.build import open_lexicon
from recruit.trials.materials import content
from tests.outreach import RING, Study, approve_text, study, willing
from tests.pacing_checker import REGIONS, Sent, violations
from tests.publishing import DRAFT

BEGINS: Final = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DAYS: Final = 365
PEOPLE: Final = 540
TRIALS: Final = 7
LEAST: Final = 10_000
REFUSALS: Final = 0.02
VALID: Final = timedelta(days=120)
AMERICANS: Final = {"10001": (40.75, -73.99), "60601": (41.89, -87.62)}
AT_ONCE: Final = 200
EDGE: Final = 59 * 60 + 50
"""Seconds into an hour: so late that the last byte may fall into the next one."""


@dataclass
class Year:
    """What was sent in a year, and who said no when."""

    engine: Engine
    where: dict[str, str]
    gates: tuple[Gate, ...] = field(
        default_factory=lambda: gates(Desk(RING, ZoneInfo("Europe/Paris")))
    )
    chance: random.Random = field(default_factory=lambda: random.Random(2026))  # noqa: S311 - a draw that can be repeated
    sent: list[Sent] = field(default_factory=list)
    refusals: list[tuple[str, datetime]] = field(default_factory=list)
    asked: int = 0

    def go_by(self) -> None:
        """Hand over what is due, hour by hour; each takes some seconds."""
        with time_machine.travel(BEGINS, tick=False) as clock:
            for moment in self._moments():
                clock.move_to(max(moment, now()), tick=False)
                while mine := self._claimed():
                    for each in mine:
                        self._hand_over(each, clock)

    def _moments(self) -> Iterator[datetime]:
        for hour in range(DAYS * 24):
            late = self.chance.choice((True, False))
            seconds = EDGE if late else self.chance.randrange(3600)
            yield BEGINS + timedelta(hours=hour, seconds=seconds)

    def _claimed(self) -> list[Claim]:
        with unit_of_work(self.engine) as session:
            return handoff.claim(session, "bench", now(), AT_ONCE)

    def _hand_over(self, mine: Claim, clock: time_machine.Traveller) -> None:
        self.asked += 1
        with unit_of_work(self.engine) as session:
            if not handoff.open_handoff(session, mine, self.gates, now()):
                return
        clock.shift(timedelta(seconds=self.chance.randrange(20)))
        with unit_of_work(self.engine) as session:
            leave = handoff.send_data(session, mine, self.gates, now())
        if leave:
            self._arrived(mine)

    def _arrived(self, mine: Claim) -> None:
        person, at = mine.message.person, now()
        self.sent.append(Sent(person, self.where[person], mine.message.channel.value, at))
        with unit_of_work(self.engine) as session:
            handoff.finish(session, Told(mine, Fate.SENT), at)
            if self.chance.random() < REFUSALS:
                row = {"trial": mine.message.trial, "person": person, "answer": "not now"}
                how = {"how": "page", "by": "own link", "at": at}
                session.execute(insert(ANSWER), row | how)
                # Who says no to what has just arrived does so a moment after it.
                self.refusals.append((person, at + timedelta(microseconds=1)))


def run(folder: Path) -> None:
    """Print how many messages were handed over and how many of them should not have been."""
    engine = connect(f"sqlite:///{folder / 'pacing.db'}")
    upgrade(engine)
    with time_machine.travel(BEGINS, tick=False):
        year = Year(engine, _prepared(engine))
    year.go_by()
    engine.dispose()
    wrong = violations(year.sent, year.refusals)
    print(f"handed over        {len(year.sent):>8,}  (asked about {year.asked:,})")
    print(f"refusals           {len(year.refusals):>8,}")
    print(f"places             {len({each.postcode for each in year.sent}):>8,}")
    print(f"violations         {len(wrong):>8,}  (promised: 0)")
    if wrong or len(year.sent) < LEAST:
        sys.exit("\n".join(["pacing: the promise is not kept.", *wrong[:20]]))


def _prepared(engine: Engine) -> dict[str, str]:
    """The postcode of everybody who is to be asked about everything in the course of the year."""
    lexicon = open_lexicon(default_data_folder())
    studies = []
    for number in range(TRIALS):
        draft = replace(DRAFT, id=f"NCT0000001{number}")
        here = study(engine, lexicon, draft)
        for channel in ("email", "sms", "letter", "phone"):
            approve_text(
                engine,
                here.posting,
                content.Channel(channel),
                "fr",
                draft,
                expires_in=timedelta(days=2 * DAYS),
            )
        studies.append(here)
    where = {}
    for number in range(PEOPLE):
        postcode = list(REGIONS)[number % len(REGIONS)]
        american = postcode in AMERICANS
        home = Home("US", postcode, *AMERICANS[postcode]) if american else Home("FR", postcode)
        where[willing(engine, f"p{number}", home=home)] = postcode
    chance = random.Random(5)  # noqa: S311 - a measurement
    for here in studies:
        _await(engine, here, where, chance)
    return where


def _await(engine: Engine, here: Study, people: dict[str, str], chance: random.Random) -> None:
    """Match everybody with a study, and queue a message by every channel for some day."""
    rows = []
    for person in people:
        for channel in Channel:
            due_at = BEGINS + timedelta(days=chance.random() * (DAYS - 20))
            rows.append(
                {
                    "trial": here.trial,
                    "posting": here.posting,
                    "person": person,
                    "wave": Wave.INVITATION.value,
                    "channel": channel.value,
                    "language": "fr",
                    "country": "FR",
                    "state": State.QUEUED.value,
                    "due_at": due_at,
                    "not_after": due_at + VALID,
                    "tries": 0,
                    "fence": 0,
                    "reference": f"{chance.getrandbits(128):032x}",
                    "approved_by": "account 5",
                    "approved_at": BEGINS,
                    "changed_at": BEGINS,
                }
            )
    with unit_of_work(engine) as session:
        session.add_all(_match(here.trial, person) for person in people)
        session.execute(insert(OUTBOX), rows)


def _match(trial: str, person: str) -> MatchRow:
    return MatchRow(
        trial=trial,
        trial_version=1,
        person=person,
        profile_version=1,
        rules="bench",
        verdict="eligible",
        score=0.5,
        truths=[],
        made_at=BEGINS,
    )
