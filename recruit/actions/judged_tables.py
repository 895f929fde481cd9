"""What matching has judged, so that the next run leaves alone what has not changed since.

Every trial that stands here was judged for every person who stands here (of those below `reached`,
where it says so), at the versions that stand here; until a person's `next_on` nothing of it changes
by itself. The matches that came of it are in `match`. Without these rows nothing is lost but time.
"""

from typing import Final

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table, Text
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime

# The run that began last, and alone may note what it judged: of a trial that one run saw and a
# profile that another saw, the pair may have been judged by neither.
JUDGED_RUN: Final = Table(
    "judged_run", SQLModel.metadata, Column("run", String(32), primary_key=True)
)

# `read_at` is when the version was read, which a newer parser does again; `rules` are the engine's.
# `reached` is the pseudonym from which on a run that was stopped has judged nobody.
JUDGED_TRIAL: Final = Table(
    "judged_trial",
    SQLModel.metadata,
    Column("trial", String, ForeignKey("trial.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("read_at", UTCDateTime, nullable=False),
    Column("rules", String(64), nullable=False),
    Column("reached", String(16)),
)

# `refused` are the trials that the person does not want to be matched with, a line each.
JUDGED_PERSON: Final = Table(
    "judged_person",
    SQLModel.metadata,
    Column("person", String(16), ForeignKey("participant.pseudonym"), primary_key=True),
    Column("profile_version", Integer, nullable=False),
    Column("refused", Text, nullable=False),
    Column("judged_on", Date, nullable=False),
    Column("next_on", Date, nullable=False, index=True),
)
