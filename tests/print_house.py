"""Letters that wait for a print house, and its folder."""

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from recruit.actions.outreach.batches import Closed, Gathered, close
from recruit.actions.outreach.gates import Desk, gates
from recruit.actions.outreach.scene import prepare
from recruit.actions.outreach.writing import Writer
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.db import reading, unit_of_work
from recruit.notify.channels.letter import Tray
from recruit.notify.channels.letter_code import code_of
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.worker import Sending, Sent, drain
from recruit.terminology.lexicon import Lexicon
from tests.outreach import (
    OWN,
    RING,
    Study,
    matched,
    queued,
    willing,
)

PARIS = ZoneInfo("Europe/Paris")
DESK = Desk(RING, PARIS)
WRITER = Writer(RING, "https://recruit.example.org", PARIS)


@dataclass
class House:
    """A service with a study, its tray and the folder that the print house looks into."""

    engine: Engine
    study: Study
    lexicon: Lexicon
    tray: Tray
    into: Path

    def someone(self, name: str) -> tuple[str, int]:
        """A person to whom a letter is due: their pseudonym, its number."""
        person = willing(self.engine, name)
        matched(self.engine, self.lexicon, self.study.trial, person)
        return person, queued(self.engine, self.study, person, Channel.LETTER)

    def sent(self, name: str = "camille") -> tuple[str, int]:
        """The same, and it lies in the tray."""
        person, number = self.someone(name)
        assert self.send() == Sent(sent=1)
        return person, number

    def send(self) -> Sent:
        """Let a worker send what is due."""
        transports = {Channel.LETTER: (self.tray,)}
        ahead = partial(prepare, desk=DESK)
        sending = Sending(self.engine, ahead, gates(DESK), WRITER, transports, "one")
        return drain(sending, timedelta(seconds=30))

    def close(self) -> tuple[Closed | None, Gathered]:
        return close(self.engine, self.tray.folder, self.into, gates(DESK), actor="test")

    def withdraw(self, person: str) -> None:
        choice = Choice(Purpose.CONTACT, Channel.LETTER)
        with unit_of_work(self.engine) as session:
            ledger.withdraw(session, person, choice, OWN, "test")

    def code(self, number: int) -> str:
        with reading(self.engine) as session:
            query = select(OUTBOX.c.reference).where(OUTBOX.c.id == number)
            return code_of(session.scalars(query).one())


def table(file: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(file) as packed:
        return list(csv.DictReader(io.StringIO(packed.read("index.csv").decode())))
