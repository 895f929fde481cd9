"""A row of the queue: a match in one line, with what is needed to weigh it against the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, Select
from sqlalchemy.orm import Session
from sqlmodel import col
from sqlmodel.sql.expression import SelectOfScalar

from recruit.actions.catalogue import Worded
from recruit.actions.match_table import MatchRow, ReviewState
from recruit.actions.reviewing import claims, decisions, headings
from recruit.actions.reviewing.claims import Claim
from recruit.actions.reviewing.decisions import Decision
from recruit.actions.reviewing.headings import MARKED, Asked, Heading, Mark
from recruit.actions.reviewing.standing import Tally
from recruit.actions.reviewing.wanted import Look
from recruit.core.clock import now
from recruit.criteria.truth import Truth
from recruit.matching.outcome import Verdict, holds
from recruit.trials.tables import TrialVersion

SHOWN: Final = (
    col(MatchRow.id),
    col(MatchRow.person),
    col(MatchRow.trial),
    col(MatchRow.trial_version),
    col(MatchRow.verdict),
    col(MatchRow.held),
    col(MatchRow.against),
    col(MatchRow.unknown),
    col(MatchRow.first_open),
    col(MatchRow.truths),
    col(MatchRow.km),
    col(MatchRow.site),
    col(MatchRow.state),
    col(MatchRow.since),
    col(MatchRow.answered),
    *MARKED,
)
ITS_VERSION: Final = (col(TrialVersion.trial) == col(MatchRow.trial)) & (
    col(TrialVersion.number) == col(MatchRow.trial_version)
)


@dataclass(frozen=True, slots=True)
class Line:
    """A match in the queue, as it was judged when it was made.

    `why` is the first open criterion in one line, `contrary` the first that speaks against the
    person; None where there is none. `site` is the name of the site that would take the person,
    `km` how far it is; None where that is not known. `since` is when they came into the queue;
    `answered` that they answered a question since; `in_hand` who has the match in hand at this
    moment. `decided` is what holds about it; nothing does about those that wait. `version` is what
    it was judged by.
    """

    id: int
    pseudonym: str
    slug: str
    study: Worded
    site: str | None
    verdict: Verdict
    tally: Tally
    why: Worded | None
    contrary: Worded | None
    km: float | None
    state: ReviewState
    since: datetime
    answered: bool
    in_hand: Claim | None
    decided: Decision | None
    version: Mark


def rows_of(matches: SelectOfScalar[MatchRow]) -> Select[Any]:
    """The query for what a row shows of each of these matches."""
    return matches.join(TrialVersion, ITS_VERSION).with_only_columns(*SHOWN)


def lines(session: Session, rows: Sequence[RowMapping], look: Look) -> tuple[Line, ...]:
    """The rows that a query of `rows_of` found, in its order."""
    moment, numbers = now(), [row["id"] for row in rows]
    held = claims.of(session, numbers, moment)
    settled = [row["id"] for row in rows if row["state"] != ReviewState.WAITING.value]
    stands = decisions.standing(session, settled, moment) if settled else {}
    return tuple(_line(session, row, held, stands, look) for row in rows)


def _line(
    session: Session,
    row: RowMapping,
    held: Mapping[int, Claim],
    stands: Mapping[int, Decision],
    look: Look,
) -> Line:
    mark = headings.mark(row)
    heading = headings.heading(session, mark)
    said = headings.criteria(session, mark, look.language, look.lexicon)
    return Line(
        id=row["id"],
        pseudonym=row["person"],
        slug=row["trial"],
        study=heading.titles[look.language],
        site=_site(heading, row["site"]),
        verdict=Verdict(row["verdict"]),
        tally=Tally(row["held"], row["against"], row["unknown"]),
        why=said[row["first_open"]].said if row["first_open"] is not None else None,
        contrary=_contrary(row, said) if row["against"] else None,
        km=row["km"],
        state=ReviewState(row["state"]),
        since=row["since"],
        answered=row["answered"],
        in_hand=held.get(row["id"]),
        decided=stands.get(row["id"]),
        version=mark,
    )


def _site(heading: Heading, key: str | None) -> str | None:
    return next((name for each, name in heading.sites if each == key), None)


def _contrary(row: RowMapping, said: Sequence[Asked]) -> Worded | None:
    truths = (Truth[each.upper()] for each in row["truths"])
    pairs = zip(said, truths, strict=True)
    return next((each.said for each, truth in pairs if holds(each.kind, truth) is Truth.NO), None)
