"""A team whose people are to be called, and whose letters come back with a slip."""

from pathlib import Path

from sqlalchemy import Engine, select

from recruit.consent.choices import Channel
from recruit.core.db import reading
from recruit.notify.channels.letter_code import code_of
from recruit.notify.outbox_tables import OUTBOX
from recruit.terminology.lexicon import Lexicon
from tests.coordinating import Team, team
from tests.outreach import queued


def calling(folder: Path, engine: Engine, lexicon: Lexicon) -> tuple[Team, list[int]]:
    """A team with two calls that are due; their numbers."""
    here = team(folder, engine, lexicon)
    people = (here.people["ada"], here.people["cleo"])
    return here, [queued(engine, here.study, each, Channel.PHONE) for each in people]


def slip_of(here: Team, name: str) -> str:
    """The code on a letter to somebody of the team's people."""
    number = queued(here.engine, here.study, here.people[name], Channel.LETTER)
    with reading(here.engine) as session:
        return code_of(
            session.scalars(select(OUTBOX.c.reference).where(OUTBOX.c.id == number)).one()
        )
