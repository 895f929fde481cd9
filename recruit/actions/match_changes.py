"""What changes among the matches of a trial that stand: new ones, and why others end.

Nothing is deleted or rewritten: what no longer stands is superseded, with the reason.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, delete, update
from sqlalchemy.orm import Mapped, Session
from sqlmodel import SQLModel, col, select

from recruit.actions.centre_scope import placed
from recruit.actions.judged_tables import JUDGED_TRIAL
from recruit.actions.match_table import MatchRow, ReviewState, Superseded
from recruit.actions.outreach import cancelling
from recruit.actions.reviewing import decisions
from recruit.actions.reviewing.standing import counted, taken_over
from recruit.core.bulk import among, insert_all
from recruit.core.clock import now
from recruit.matching import reference
from recruit.matching.basis import grounds_of
from recruit.matching.outcome import Judgement
from recruit.matching.scoring import score
from recruit.notify.stages import Reason
from recruit.people.facts import Home
from recruit.people.tables import VERSION
from recruit.trials.store import Version

UNMATCHED: Final = {
    Superseded.TRIAL_AMENDED: Reason.AMENDED,
    Superseded.CONSENT_WITHDRAWN: Reason.CONSENT,
}
"""Why nobody is asked any more; for every other reason it is that they are no longer matched."""
MATCH: Final[Table] = SQLModel.metadata.tables[str(MatchRow.__tablename__)]
PLACED: Final = ("placed", "site", "km")
NEVER: Final = 0
"""The version of a profile that nobody judged."""
IDS_AT_ONCE: Final = 10_000  # PostgreSQL takes 65,535 values in a statement, SQLite 32,766


Row = dict[str, Any]  # the columns of a match
Pseudonyms = ColumnElement[str] | Mapped[str]
Whom = Callable[[Pseudonyms], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Changes:
    """How many matches of a trial are new, stay as they are, and have ended."""

    new: int
    kept: int
    superseded: int


def write(  # noqa: PLR0913 - a trial, and who is matched with it
    session: Session,
    version: Version,
    candidates: Sequence[Judgement],
    profile_versions: Mapping[str, int],
    homes: Mapping[str, Home],
    *,
    stands: Mapping[str, MatchRow],
    whom: Whom | None = None,
    held: bool = False,
) -> Changes:
    """Write what differs from the matches that stand for this trial, of all people or of some.

    `stands` are those matches by person, and `whom` is as for them; whether the caller
    has `held` those people, see core/locks.py. `candidates` who are not
    among `profile_versions` do not want to be matched with it. `homes` are where the others live,
    as those versions say. Whose profile is another one by now keeps what stands: somebody judged
    them anew at once, or the next run does. The caller holds the chains.
    """
    left = dict(stands)
    rows, kept, moved = _told_apart(left, version, candidates, profile_versions, homes)
    # Asked of those alone for whom something would be written: of a million these are few.
    touched = left.keys() | {row["person"] for row in rows}
    newer = _newer(session, touched, profile_versions)
    rows = [row for row in rows if row["person"] not in newer]
    kept += len(left.keys() & newer)
    left = {person: row for person, row in left.items() if person not in newer}
    ended = _supersede(session, _by_reason(left.values(), version, profile_versions))
    insert_all(session, MATCH, rows)
    if moved:
        session.execute(update(MatchRow), moved)
    decisions.settle(session, now(), trial=version.trial, whom=whom)
    again = {row["person"] for row in rows}
    _ask_no_more(
        session,
        version,
        profile_versions,
        [row for row in left.values() if row.person not in again],
        held=held,
    )
    return Changes(len(rows), kept, ended)


def _newer(
    session: Session, touched: Collection[str], profile_versions: Mapping[str, int]
) -> set[str]:
    """Who of those touched has another profile than the one that was judged."""
    judged = [person for person in touched if person in profile_versions]
    if not judged:
        return set()
    query = select(VERSION.c.person, VERSION.c.number).where(
        VERSION.c.current, among(VERSION.c.person, judged)
    )
    return {
        person for person, number in session.execute(query) if number != profile_versions[person]
    }


def _told_apart(
    standing: dict[str, MatchRow],
    version: Version,
    candidates: Sequence[Judgement],
    profile_versions: Mapping[str, int],
    homes: Mapping[str, Home],
) -> tuple[list[Row], int, list[Row]]:
    """(new rows, how many stay, what those are placed by that are not yet by these sites).

    Those that stay are taken out of `standing`; what is left there ends.
    """
    willing = [each for each in candidates if each.person in profile_versions]
    sites = placed(version.draft, {each.person: homes[each.person] for each in willing})
    grounds = grounds_of(version.eligibility)
    moment, kept = now(), 0
    rows: list[Row] = []
    moved: list[Row] = []
    for judgement in willing:
        row = _row(version, judgement, profile_versions[judgement.person], moment)
        row["site"], row["km"] = sites.get(judgement.person, (None, None))
        known = standing.get(judgement.person)
        if known and _same(known, row):
            kept += 1
            del standing[judgement.person]
            if known.placed != version.number:
                moved.append({"id": known.id} | {name: row[name] for name in PLACED})
        else:
            row["grounds"] = grounds(judgement.verdict, judgement.truths)
            rows.append(row | taken_over(known, row) if known else row)
    return rows, kept, moved


def _supersede(session: Session, ends: Mapping[Superseded, Sequence[int | None]]) -> int:
    """End matches, by the reason; how many these are."""
    moment = now()
    for reason, ids in ends.items():
        for start in range(0, len(ids), IDS_AT_ONCE):
            session.execute(
                update(MatchRow)
                .where(col(MatchRow.id).in_(ids[start : start + IDS_AT_ONCE]))
                .values(superseded_at=moment, reason=reason)
            )
    return sum(map(len, ends.values()))


def end_all(session: Session, trial: str, reason: Superseded) -> None:
    """End every match of a trial that stands, and cancel every invitation to it.

    When it goes on, everybody is judged for it again.
    """
    session.execute(delete(JUDGED_TRIAL).where(JUDGED_TRIAL.c.trial == trial))
    session.execute(
        update(MatchRow)
        .where(col(MatchRow.trial) == trial, col(MatchRow.superseded_at).is_(None))
        .values(superseded_at=now(), reason=reason)
        .execution_options(synchronize_session=False)
    )
    cancelling.of_stopped(session, trial)


@cache
def rules() -> str:
    """A digest of the engine's code: another one may judge otherwise."""
    whole = hashlib.sha256()
    for file in sorted(Path(reference.__file__).parent.glob("*.py")):
        whole.update(file.read_bytes())
    return whole.hexdigest()[:16]


def standing(session: Session, trial: str, whom: Whom | None) -> dict[str, MatchRow]:
    """The matches of a trial that stand, by person: of all people, or of some.

    `whom` tells of a column of pseudonyms who those are.
    """
    query = select(MatchRow).where(
        col(MatchRow.trial) == trial, col(MatchRow.superseded_at).is_(None)
    )
    if whom:
        query = query.where(whom(col(MatchRow.person)))
    return {row.person: row for row in session.scalars(query)}


def _row(version: Version, judgement: Judgement, profile_version: int, moment: datetime) -> Row:
    return {
        "trial": version.trial,
        "trial_version": version.number,
        "person": judgement.person,
        "profile_version": profile_version,
        "rules": f"{version.parser}/{rules()}",
        "verdict": judgement.verdict.value,
        "score": score(version.eligibility, judgement.truths),
        "truths": [truth.name.lower() for truth in judgement.truths],
        "made_at": moment,
        **counted(version.eligibility, judgement.truths),
        "placed": version.number,
        "state": ReviewState.WAITING.value,
        "since": moment,
        "answered": False,
    }


def _same(known: MatchRow, row: Mapping[str, object]) -> bool:
    """Whether the match that stands says the same, whoever read and judged it."""
    compared = ("trial_version", "profile_version", "verdict", "truths")
    return all(getattr(known, name) == row[name] for name in compared)


def _by_reason(
    rows: Iterable[MatchRow], version: Version, profile_versions: Mapping[str, int]
) -> dict[Superseded, list[int | None]]:
    found: dict[Superseded, list[int | None]] = {}
    for row in rows:
        found.setdefault(_reason(row, version, profile_versions), []).append(row.id)
    return found


def _ask_no_more(
    session: Session,
    version: Version,
    profile_versions: Mapping[str, int],
    fallen: Iterable[MatchRow],
    *,
    held: bool,
) -> None:
    """Cancel what would ask people who are not matched any more."""
    people: dict[Reason, list[str]] = {}
    for row in fallen:
        why = UNMATCHED.get(_reason(row, version, profile_versions), Reason.NO_MATCH)
        people.setdefault(why, []).append(row.person)
    for why, some in people.items():
        cancelling.of_unmatched(session, version.trial, some, why, held=held)


def _reason(row: MatchRow, version: Version, profile_versions: Mapping[str, int]) -> Superseded:
    if row.person not in profile_versions:
        return Superseded.CONSENT_WITHDRAWN
    if row.trial_version != version.number:
        return Superseded.TRIAL_AMENDED
    if row.profile_version != profile_versions[row.person]:
        return Superseded.PROFILE_CHANGED
    if row.rules != f"{version.parser}/{rules()}":
        return Superseded.RULES_CHANGED
    return Superseded.TIME_PASSED
