"""The tables of people on their way to a site, without a name in them.

They say who wants to take part in which study, which is about their health: an erasure takes all of
it along with the path, appointments too.
"""

from typing import Final

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlmodel import SQLModel

import recruit.people.account_tables  # noqa: F401 - reminders point to that table
from recruit.core.columns import NUMBER, UTCDateTime

SITE_KEY: Final = String(64)  # SHA-256 of what a site is called and where it is
IS_OPEN: Final = text("ended_at IS NULL")

# One person and one trial. `state` is the last step's. `site`, `way` and `times` are what the
# person chose: where, how and at which times of the day they want to be reached.
REFERRAL: Final = Table(
    "referral",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("trial", ForeignKey("trial.id"), nullable=False),
    Column("person", ForeignKey("participant.pseudonym"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("site", SITE_KEY),
    Column("way", String(8)),
    Column("times", String(100), nullable=False),
    Column("begun_at", UTCDateTime, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
    UniqueConstraint("trial", "person", name="referral_once"),
    Index("referral_by_person", "person"),
)

# Every step of a path, written once. `by` is who took it, as the audit trail names them. A
# screening that failed names the trial's version and, by its place in it from 0, the criterion it
# failed on. `undoes` is the step that was a slip: `state` is then the one the path went back to.
REFERRAL_STEP: Final = Table(
    "referral_step",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("referral", ForeignKey("referral.id", ondelete="CASCADE"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("site", SITE_KEY),
    Column("by", String(254), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("trial_version", Integer),
    Column("criterion", Integer),
    Column("undoes", ForeignKey("referral_step.id", ondelete="CASCADE"), unique=True),
    Index("referral_step_by_referral", "referral"),
)

# Each time a site tried to reach somebody and nobody answered. `undone_at`: it was a slip.
REFERRAL_ATTEMPT: Final = Table(
    "referral_attempt",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("referral", ForeignKey("referral.id", ondelete="CASCADE"), nullable=False),
    Column("by", String(254), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("undone_at", UTCDateTime),
    Index("referral_attempt_by_referral", "referral"),
)

# Who of the staff was told by e-mail that people wait, on which day: once a day, by counts alone.
STAFF_REMINDER: Final = Table(
    "staff_reminder",
    SQLModel.metadata,
    Column("account", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("people", Integer, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

# Which questions of a study a person has dealt with, and how; what they answered is a fact of their
# profile. A question is known by a digest of what it asks.
REFERRAL_QUESTION: Final = Table(
    "referral_question",
    SQLModel.metadata,
    Column("referral", ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True),
    Column("question", String(64), primary_key=True),
    Column("given", String(16), nullable=False),
    Column("by", String(254), nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

# A time at which a site sees people for one trial, and how many of them at once; `zone` is the
# site's own (IANA), in which its people read and write the time.
APPOINTMENT_SLOT: Final = Table(
    "appointment_slot",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("trial", ForeignKey("trial.id"), nullable=False),
    Column("site", SITE_KEY, nullable=False),
    Column("starts_at", UTCDateTime, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("places", Integer, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("offered_by", String(254), nullable=False),
    Column("offered_at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),
    Index("appointment_slot_by_site", "trial", "site", "starts_at"),
)

# One person's place in a slot. `uid` names it in calendars for ever, `changes` counts how often it
# was moved (RFC 5545, 3.8.7.4), `language` is the one it was booked in. A path has no more than one
# that has not ended.
APPOINTMENT: Final = Table(
    "appointment",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("referral", ForeignKey("referral.id", ondelete="CASCADE"), nullable=False),
    Column("slot", ForeignKey("appointment_slot.id"), nullable=False),
    Column("uid", String(40), nullable=False, unique=True),
    Column("changes", Integer, nullable=False),
    Column("language", String(2), nullable=False),
    Column("by", String(254), nullable=False),
    Column("booked_at", UTCDateTime, nullable=False),
    Column("reminded_at", UTCDateTime),
    Column("ended_at", UTCDateTime),
    Index("appointment_by_slot", "slot"),
    Index(
        "appointment_open",
        "referral",
        unique=True,
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    ),
)
