"""Trials in the database: new ones, amended ones, current ones, old ones."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, func, insert
from sqlalchemy.orm import Session
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from recruit.core.bulk import among
from recruit.core.clock import now
from recruit.core.errors import NotFound
from recruit.core.upsert import insert_or
from recruit.criteria.codec import decode_eligibility, encode_eligibility
from recruit.criteria.eligibility import Eligibility
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialDraft, decode_draft, digest, encode_draft
from recruit.trials.eligibility import parser_version, read_eligibility
from recruit.trials.tables import Trial, TrialSite, TrialVersion

PAGE: Final = 200  # versions that are decoded at a time
REREAD_AT_ONCE: Final = 100
# Instead of a parser's name: its sponsor reviewed and published it, and no parser overrules that.
REVIEWED: Final = "reviewed"


Mark = tuple[int | None, datetime | None]
"""As long as it is the same, no trial is new, amended, or read by another parser."""


class Saved(StrEnum):
    """What saving a draft came to."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REVIEWED = "reviewed"
    """Nothing was saved: its sponsor has reviewed and published it, and decides what changes."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a trial, decoded. `parser` read the eligibility at `read_at`."""

    trial: str
    number: int
    draft: TrialDraft
    eligibility: Eligibility
    parser: str
    recorded_at: datetime
    read_at: datetime


def save(session: Session, draft: TrialDraft, lexicon: Lexicon) -> Saved:
    """Keep the draft as the trial's current version, when it says anything new.

    A draft that is the same as the current version is neither read nor written again. A version
    that was reviewed is never replaced here, as `Saved.REVIEWED` says. Whoever
    saves several in one unit of work does so in the order of their numbers: two imports of the
    same trials then wait for each other instead of deadlocking.
    """
    text = encode_draft(draft)
    moment = now()
    trial = _held(session, draft.id, moment)
    standing = _standing(session, trial)
    if standing and standing.parser == REVIEWED:
        return Saved.REVIEWED
    if standing and standing.digest == digest(text):
        return Saved.UNCHANGED
    eligibility = read_eligibility(draft, lexicon)
    _add_version(session, trial, draft, eligibility, parser_version(), moment)
    return Saved.CHANGED if standing else Saved.NEW


def publish(session: Session, draft: TrialDraft, eligibility: Eligibility) -> int:
    """Keep what a sponsor reviewed as the trial's current version; its number.

    The same text with the same criteria is not written again.
    """
    moment = now()
    trial = _held(session, draft.id, moment)
    standing = _standing(session, trial)
    same = (digest(encode_draft(draft)), _encoded(eligibility), REVIEWED)
    if not standing or (standing.digest, standing.eligibility, standing.parser) != same:
        _add_version(session, trial, draft, eligibility, REVIEWED, moment)
    return trial.version


def current(session: Session) -> Iterator[Version]:
    """The current version of every trial, in the order of their numbers."""
    query = _current().order_by(col(TrialVersion.trial))
    for row in session.scalars(query, execution_options={"yield_per": PAGE}):
        yield _version(row)


def mark(session: Session) -> Mark:
    """What tells whether anything is new; from indices, so that it can be asked often."""
    newest = session.execute(
        select(
            select(func.max(col(TrialVersion.id))).scalar_subquery(),
            select(func.max(col(TrialVersion.read_at))).scalar_subquery(),
        )
    ).one()
    return newest[0], newest[1]


def standing(session: Session) -> list[tuple[str, int, datetime]]:
    """Of every current version the trial, its number and when it was read; nothing is decoded."""
    same = col(TrialVersion.trial) == col(Trial.id)
    query = select(TrialVersion.trial, TrialVersion.number, TrialVersion.read_at).join(
        Trial, onclause=same & (col(TrialVersion.number) == col(Trial.version))
    )
    return [(trial, number, read_at) for trial, number, read_at in session.execute(query)]


def current_among(session: Session, trials: Collection[str]) -> Iterator[Version]:
    """The current versions of `trials`, in no particular order."""
    if not trials:
        return
    query = _current().where(among(col(TrialVersion.trial), trials))
    for row in session.scalars(query, execution_options={"yield_per": PAGE}):
        yield _version(row)


def get(session: Session, trial: str) -> Version:
    """The current version of one trial.

    Raises:
        NotFound: there is no such trial.
    """
    if not trial.isprintable():  # PostgreSQL refuses even to look for a text with NUL
        raise NotFound(what="trial", identifier="")
    row = session.scalars(_current().where(col(TrialVersion.trial) == trial)).one_or_none()
    if row is None:
        raise NotFound(what="trial", identifier=trial)
    return _version(row)


def history(session: Session, trial: str) -> list[Version]:
    """All versions of one trial, the first one first; empty when there is no such trial."""
    query = select(TrialVersion).where(col(TrialVersion.trial) == trial)
    return [_version(row) for row in session.scalars(query.order_by(col(TrialVersion.number)))]


def version(session: Session, trial: str, number: int) -> Version:
    """One version of a trial, the current one or an earlier one.

    Raises:
        NotFound: there is none.
    """
    query = select(TrialVersion).where(
        col(TrialVersion.trial) == trial, col(TrialVersion.number) == number
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(what="trial", identifier=trial)
    return _version(row)


def known(session: Session) -> list[str]:
    """The numbers of all trials, in order."""
    return list(session.scalars(select(Trial.id).order_by(col(Trial.id))))


def is_known(session: Session, trial: str) -> bool:
    """Whether there is such a trial."""
    # The number alone: a whole row would stay in the session, and be old once it is held.
    return session.scalar(select(Trial.id).where(col(Trial.id) == trial)) is not None


def reread(session: Session, lexicon: Lexicon, *, at_most: int = REREAD_AT_ONCE) -> int:
    """Read current versions again that another parser read; how many these were.

    Earlier versions stay as they were read: nobody is matched to them. So do those that a person
    reviewed.
    """
    outdated = _current().where(col(TrialVersion.parser).not_in((parser_version(), REVIEWED)))
    rows = session.scalars(outdated.order_by(col(TrialVersion.trial)).limit(at_most)).all()
    for row in rows:
        row.eligibility = _encoded(read_eligibility(decode_draft(row.draft), lexicon))
        row.parser = parser_version()
        row.read_at = now()
    session.flush()
    return len(rows)


def _held(session: Session, number: str, moment: datetime) -> Trial:
    """The trial's row, a new one in version 0, that nobody else changes until the commit.

    `key_share`: rows that refer to the trial, as matches do, may be written meanwhile.
    """
    trial = session.get(Trial, number, with_for_update={"key_share": True})
    if trial:
        return trial
    new = {"id": number, "status": "", "version": 0, "recorded_at": moment, "amended_at": moment}
    # Another import may be writing the same trial: it is waited for, and then there is its row.
    session.execute(insert_or(session, Trial).values(new).on_conflict_do_nothing())
    return session.get_one(Trial, number, with_for_update={"key_share": True})


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _current() -> SelectOfScalar[TrialVersion]:
    same = col(TrialVersion.trial) == col(Trial.id)
    return select(TrialVersion).join(
        Trial, onclause=same & (col(TrialVersion.number) == col(Trial.version))
    )


def _version(row: TrialVersion) -> Version:
    return Version(
        trial=row.trial,
        number=row.number,
        draft=decode_draft(row.draft),
        eligibility=decode_eligibility(json.loads(row.eligibility), row.trial),
        parser=row.parser,
        recorded_at=row.recorded_at,
        read_at=row.read_at,
    )


def _standing(session: Session, trial: Trial) -> TrialVersion | None:
    query = select(TrialVersion).where(
        col(TrialVersion.trial) == trial.id, col(TrialVersion.number) == trial.version
    )
    return session.scalars(query).one_or_none()


def _add_version(  # noqa: PLR0913, PLR0917 - the columns of a version
    session: Session,
    trial: Trial,
    draft: TrialDraft,
    eligibility: Eligibility,
    parser: str,
    moment: datetime,
) -> None:
    text = encode_draft(draft)
    trial.version += 1
    trial.status = draft.status.value
    trial.amended_at = moment
    session.add(
        TrialVersion(
            trial=draft.id,
            number=trial.version,
            digest=digest(text),
            draft=text,
            eligibility=_encoded(eligibility),
            parser=parser,
            recorded_at=moment,
            read_at=moment,
        )
    )
    _replace_sites(session, draft)
    session.flush()


def _encoded(eligibility: Eligibility) -> str:
    return json.dumps(encode_eligibility(eligibility), ensure_ascii=False, separators=(",", ":"))


def _replace_sites(session: Session, draft: TrialDraft) -> None:
    session.execute(delete(TrialSite).where(col(TrialSite.trial) == draft.id))
    rows = [
        {
            "trial": draft.id,
            "name": site.name,
            "city": site.city,
            "postcode": site.postcode,
            "country": site.country,
            "lat": site.lat,
            "lon": site.lon,
            "status": site.status.value if site.status else None,
        }
        for site in draft.sites
    ]
    if rows:
        session.execute(insert(TrialSite), rows)
