"""A match is in one hand at a time, and decided once, whoever presses at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import Engine, func, insert, select
from sqlmodel import col

from recruit.actions.match_table import MatchRow
from recruit.actions.reviewing import claims
from recruit.actions.reviewing.looked_at import Hindrance
from recruit.actions.reviewing.tables import CLAIM, DECISION
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from tests.deciding import COLLEAGUE, COORDINATOR, NO, decided
from tests.outreach import willing
from tests.publishing import DRAFT

LOOKERS = tuple(f"account {number}" for number in range(5, 13))
MATCHES, PRESSES = 50, 1_000


def table(engine: Engine, lexicon: Lexicon, many: int) -> list[int]:
    """So many matches that wait for a decision; nobody need be asked about them."""
    with unit_of_work(engine) as session:
        trials.save(session, DRAFT, lexicon)
    people = [willing(engine, f"person-{number}") for number in range(many)]
    row = {
        "trial": DRAFT.id,
        "trial_version": 1,
        "profile_version": 1,
        "rules": "test",
        "verdict": "eligible",
        "score": 0.5,
        "truths": ["yes", "yes", "no"],
        "made_at": now(),
        "since": now(),
    }
    with unit_of_work(engine) as session:
        session.execute(insert(MatchRow), [{**row, "person": each} for each in people])
        return list(session.scalars(select(col(MatchRow.id)).order_by(col(MatchRow.id))))


def taken(engine: Engine, match: int, by: str, later: timedelta = timedelta()) -> bool:
    with unit_of_work(engine) as session:
        return claims.take(session, match, by, now() + later) is not None


def test_a_match_in_a_colleagues_hand_is_decided_by_them_alone(
    engine: Engine, lexicon: Lexicon
) -> None:
    [match] = table(engine, lexicon, 1)
    assert taken(engine, match, COORDINATOR)
    assert not taken(engine, match, COLLEAGUE)
    found = decided(engine, match, NO, by=COLLEAGUE)
    assert found.hindrance is Hindrance.IN_HAND
    assert found.until
    assert decided(engine, match, NO).hindrance is None


def test_a_claim_is_renewed_by_looking_and_over_after_some_minutes(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    [match] = table(sqlite_engine, lexicon, 1)
    nearly = claims.HELD - timedelta(seconds=1)
    assert taken(sqlite_engine, match, COORDINATOR)
    assert taken(sqlite_engine, match, COORDINATOR, nearly)
    assert not taken(sqlite_engine, match, COLLEAGUE, claims.HELD)
    assert taken(sqlite_engine, match, COLLEAGUE, 2 * claims.HELD)


def test_who_looks_at_the_next_match_lets_go_of_the_one_before(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    one, other = table(sqlite_engine, lexicon, 2)
    taken(sqlite_engine, one, COORDINATOR)
    taken(sqlite_engine, other, COORDINATOR)
    assert taken(sqlite_engine, one, COLLEAGUE)


def test_of_a_thousand_claims_and_decisions_at_once_none_is_lost_and_nothing_decided_twice(
    engine: Engine, lexicon: Lexicon
) -> None:
    matches = table(engine, lexicon, MATCHES)

    def press(number: int) -> str:
        match, by = matches[number % MATCHES], LOOKERS[number // 7 % len(LOOKERS)]
        if number % 2:
            return "claimed" if taken(engine, match, by) else "held"
        found = decided(engine, match, NO, by=by)
        return "new" if found.decision else str(found.hindrance)

    with ThreadPoolExecutor(len(LOOKERS)) as pressing:
        said = Counter(pressing.map(press, range(PRESSES)))
    # A claim may have kept some from being decided: whoever is left has nobody's hand on it.
    for match in matches:
        holder = holder_of(engine, match)
        said["new"] += decided(engine, match, NO, by=holder or COORDINATOR).decision is not None
    with reading(engine) as session:
        per_match = session.scalars(
            select(func.count()).select_from(DECISION).group_by(DECISION.c.match)
        ).all()
        held = session.scalars(select(CLAIM.c.by)).all()
    assert list(per_match) == [1] * MATCHES
    assert said["new"] == MATCHES
    assert set(said) <= {"claimed", "held", "new", "decided", "in hand"}
    assert len(held) == len(set(held))


def holder_of(engine: Engine, match: int) -> str | None:
    with reading(engine) as session:
        found = claims.of(session, [match], now()).get(match)
    return found.by if found else None
