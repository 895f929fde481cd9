"""Writing what comes of a run of matching, some trials at a time, and noting what was judged."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlalchemy import Engine, and_, func
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions.match_changes import NEVER, Changes, standing, write
from recruit.actions.match_due import Due, Note, note_people, note_so_far, note_trials
from recruit.actions.match_people import Found, Judged, Judging
from recruit.actions.match_portions import Portion, portions, those
from recruit.actions.match_table import MatchRow
from recruit.audit.trail import Tag, record
from recruit.consent.choices import Purpose
from recruit.consent.permit import consenting, refusing
from recruit.consent.tables import STATE
from recruit.core import chain
from recruit.core.bulk import among
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people.tables import VERSION
from recruit.trials.posting import publications
from recruit.trials.store import Version
from recruit.trials.tables import Trial

Progress = Callable[[int, int | None], None]
Spread = Callable[[Due], Iterator[tuple[Judged, int, int]]]
"""Judges elsewhere what is due: parts of the people, and how many of how many parts are done."""
TRIALS_AT_ONCE: Final = 50
PEOPLE_AT_ONCE: Final = 1_000


@dataclass(slots=True)
class MatchReport:
    """What a run looked at and what became of the matches.

    `eligible`, `undetermined` and `ineligible` are of the pairs that were `judged`, `candidates`
    and `kept` of all that stand in the end.
    """

    trials: int = 0
    people: int = 0
    without_consent: int = 0
    judged: int = 0
    eligible: int = 0
    undetermined: int = 0
    ineligible: int = 0
    candidates: int = 0
    new: int = 0
    kept: int = 0
    superseded: int = 0

    def count(self, found: Found) -> None:
        """Count the pairs that were judged."""
        share = found.share
        self.judged += share.size
        self.eligible += share.eligible
        self.ineligible += share.ineligible
        self.undetermined += share.size - share.eligible - share.ineligible

    def add(self, changes: Changes) -> None:
        """Count what became of one trial's matches."""
        self.new += changes.new
        self.superseded += changes.superseded

    def __str__(self) -> str:
        return (
            f"{self.trials} trials, {self.people} people, {self.judged} pairs judged, "
            f"{self.candidates} matches: "
            f"{self.new} new, {self.kept} kept, {self.superseded} superseded"
        )


class Run:
    """Writes what comes of a run, some trials at a time."""

    def __init__(self, engine: Engine, due: Due, report: MatchReport) -> None:
        self._engine = engine
        self._due = due
        self._report = report
        self._versions = {version.trial: version for version in due.versions}
        self._passed_over: set[str] = set()

    def judge(self, judging: Judging, tell: Progress) -> None:
        """Judge and write, trial by trial."""
        versions = self._due.versions
        for start in range(0, len(versions), TRIALS_AT_ONCE):
            batch = versions[start : start + TRIALS_AT_ONCE]
            # Judged before the transaction begins, so that nobody waits for more than the writing.
            found = [judging.found(version.eligibility) for version in batch]
            for number, _ in enumerate(self._write(judging, [each for each in found if each])):
                if number:
                    tell(start, len(versions))
            tell(start + len(batch), len(versions))
        self._note(judging.notes([version.eligibility for version in versions]))
        reached = judging.order.high
        if reached is not None:  # else all of it is through
            with unit_of_work(self._engine) as session:
                chain.hold(session)
                fresh = judging.order.fresh
                note_so_far(session, self._due, fresh, self._passed_over, reached)

    def take(self, judged: Judged) -> None:
        """Write what others have judged."""
        for _ in self._write(judged, judged.found):
            pass
        self._note(iter(judged.notes))

    def end(self, actor: str, trial: str | None) -> None:
        """End the matches of those who are gone, and note that all this was judged."""
        report = self._report
        with unit_of_work(self._engine) as session:
            chain.hold(session)
            self._let_go(session)
            note_trials(session, self._due, self._passed_over)
        with reading(self._engine) as session:  # of millions: nobody waits for it
            stand = select(func.count()).where(col(MatchRow.superseded_at).is_(None))
            if trial:
                stand = stand.where(col(MatchRow.trial) == trial)
            report.candidates = session.scalar(stand) or 0
            report.kept = report.candidates - report.new
        with unit_of_work(self._engine) as session:
            record(session, Tag.MATCHED, actor=actor, subject=trial or "trials", new=str(report))

    def _note(self, notes: Iterator[Note]) -> None:
        # Some at a time: a withdrawal waits for the chains.
        while some := list(islice(notes, PEOPLE_AT_ONCE)):
            with unit_of_work(self._engine) as session:
                chain.hold(session)
                note_people(session, self._due, some)

    def _write(self, group: Judging | Judged, found: Sequence[Found]) -> Iterator[None]:
        """Write some of it at each step."""
        for each in found:
            self._report.count(each)
        for some in portions(found, group):
            with unit_of_work(self._engine) as session:
                chain.hold(session)
                self._write_at_once(session, some, group)
            yield

    def _write_at_once(
        self, session: Session, some: Sequence[Portion], group: Judging | Judged
    ) -> None:
        sought = _still_sought(session, {each.trial: self._versions[each.trial] for each in some})
        self._passed_over |= {each.trial for each in some} - sought
        left = [each for each in some if each.trial in sought]
        stands = [standing(session, each.trial, each.whom) for each in left]
        asked = {person for rows in stands for person in rows}
        asked |= {candidate.person for each in left for candidate in each.candidates}
        willing = _still_willing(session, asked, group.versions)
        for each, rows in zip(left, stands, strict=True):
            version = self._versions[each.trial]
            wanted = _with(session, version, willing)
            changes = write(
                session,
                version,
                each.candidates,
                wanted,
                group.homes,
                stands=rows,
                whom=each.whom,
            )
            self._report.add(changes)

    def _let_go(self, session: Session) -> None:
        """End what stands of those who do not consent any more."""
        gone = those(self._due.gone)
        matched = select(MatchRow.trial).where(
            col(MatchRow.superseded_at).is_(None), gone(col(MatchRow.person))
        )
        left = set(session.scalars(matched.distinct())) if self._due.gone else set()
        # Who consents again meanwhile keeps what stands; the next run judges them.
        willing = _still_willing(session, self._due.gone, {})
        for trial in sorted(left & self._versions.keys()):
            rows = standing(session, trial, gone)
            version = self._versions[trial]
            changes = write(session, version, [], willing, {}, stands=rows, whom=gone)
            self._report.add(changes)


def looked_at(session: Session, due: Due) -> MatchReport:
    """A report of how many trials and people a run is about."""
    known = session.scalar(select(func.count()).where(VERSION.c.current)) or 0
    there = consenting(Purpose.MATCHING, due.order.at).join(
        VERSION, and_(VERSION.c.person == STATE.c.person, VERSION.c.current)
    )
    willing = session.scalar(select(func.count()).select_from(there.subquery())) or 0
    return MatchReport(trials=len(due.versions), people=willing, without_consent=known - willing)


def _still_willing(
    session: Session, asked: Collection[str], versions: Mapping[str, int]
) -> dict[str, int]:
    """Who of them consents at this moment, with the versions of their profiles that were judged.

    Since the run began somebody may have withdrawn or been erased. From here to the end of the
    transaction nobody can, as it holds the chains: whoever writes to the ledger waits, and so does
    a second run. Who came since was judged in none.
    """
    query = consenting(Purpose.MATCHING, now()).where(among(STATE.c.person, asked))
    return {person: versions.get(person, NEVER) for person in session.scalars(query)}


def _still_sought(session: Session, judged: Mapping[str, Version]) -> set[str]:
    """The trials among these that still stand as they were judged, and look for people.

    Since the run began a sponsor may have amended, paused or closed one, and ended its matches.
    """
    query = select(Trial.id, Trial.version).where(
        col(Trial.id).in_(judged), col(Trial.id).not_in(publications.resting())
    )
    return {trial for trial, number in session.execute(query) if judged[trial].number == number}


def _with(session: Session, version: Version, willing: Mapping[str, int]) -> dict[str, int]:
    """The people among `willing` who have not refused this trial."""
    refused = set(session.scalars(refusing(Purpose.MATCHING, f"trial/{version.trial}", now())))
    return {person: number for person, number in willing.items() if person not in refused}
