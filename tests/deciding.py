"""Deciding about matches as a coordinator does, and a match that is judged anew."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select, update
from sqlmodel import col

from recruit.actions import match_changes
from recruit.actions.deciding_means import means_of
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach.writing import Writer
from recruit.actions.reviewing.deciding import Outcome, Whose, Wish, decide
from recruit.actions.reviewing.decisions import Decision, standing
from recruit.actions.reviewing.misread import Misread
from recruit.actions.reviewing.tables import DECISION, Kind, No
from recruit.actions.reviewing.undoing import undo
from recruit.core import chain
from recruit.core.clock import now, today
from recruit.core.db import reading, unit_of_work
from recruit.core.paths import default_data_folder
from recruit.matching.reference import explain
from recruit.people import store as people
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from tests.outreach import RING

WRITER = Writer(RING, "https://recruit.example.org", ZoneInfo("Europe/Paris"))
MEANS = means_of(lambda: WRITER, lambda: open_lexicon(default_data_folder()))
COORDINATOR = "account 5"
COLLEAGUE = "account 6"
APPROVE = Wish(Kind.APPROVE)
NO = Wish(Kind.NO, reason=No.NOT_ELIGIBLE)


def not_now(days: int = 7) -> Wish:
    """To put somebody off for some days."""
    return Wish(Kind.NOT_NOW, until=now() + timedelta(days=days))


def no_for(misread: Misread) -> Wish:
    """A no because a rule is misread."""
    return Wish(Kind.NO, reason=No.MISREAD, misread=misread)


def decided(
    engine: Engine,
    match: int,
    wish: Wish = APPROVE,
    *,
    by: str = COORDINATOR,
    tenant: int | None = None,
) -> Outcome:
    """What became of a coordinator's decision."""
    return decide(engine, MEANS, Whose(match, by, tenant), wish)


def undone(engine: Engine, match: int, decision: int | None, *, by: str = COORDINATOR) -> Outcome:
    """What became of taking it back."""
    return undo(engine, MEANS, Whose(match, by, None), decision or 0)


def stands(engine: Engine, match: int) -> Decision | None:
    """What holds about a match."""
    with reading(engine) as session:
        return standing(session, [match], now()).get(match)


def decisions(engine: Engine) -> list[tuple[str, str | None]]:
    """Every decision there is: its kind, and how it ended."""
    with reading(engine) as session:
        rows = session.execute(select(DECISION).order_by(DECISION.c.id)).all()
    return [(row.kind, row.ended) for row in rows]


def state(engine: Engine, match: int) -> str:
    """Where a match stands in the queue."""
    with reading(engine) as session:
        return session.scalars(select(col(MatchRow.state)).where(col(MatchRow.id) == match)).one()


def rematched(engine: Engine, lexicon: Lexicon, trial: str, person: str) -> int:
    """Judge somebody anew from what is stored, as a matching run would; the match's number."""
    with unit_of_work(engine) as session:
        chain.hold(session)
        version = trials.get(session, trial)
        everybody = list(people.current(session, None))
        judged = [
            explain(version.eligibility, profile, lexicon, today()).judgement
            for _, _, profile in everybody
        ]
        versions = {who: number for who, number, _ in everybody}
        homes = {who: profile.home for who, _, profile in everybody}
        fit = [each for each in judged if each.candidate]
        stands = match_changes.standing(session, version.trial, None)
        match_changes.write(session, version, fit, versions, homes, stands=stands)
        query = select(col(MatchRow.id)).where(
            col(MatchRow.trial) == trial,
            col(MatchRow.person) == person,
            col(MatchRow.superseded_at).is_(None),
        )
        return session.scalars(query).one() or 0


def superseded(engine: Engine, match: int, reason: str) -> None:
    """Let a match stand no more."""
    with unit_of_work(engine) as session:
        ended = {"superseded_at": now(), "reason": reason}
        session.execute(update(MatchRow).where(col(MatchRow.id) == match).values(ended))
