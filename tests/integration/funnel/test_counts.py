"""What SQL counts is what a loop over the rows counts, whatever ways people went."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import ceil
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, RowMapping, select
from sqlalchemy.orm import Session

from recruit.actions.funnel.counts import By, funnel
from recruit.actions.funnel.scope import Scope
from recruit.actions.funnel.steps import Step
from recruit.actions.funnel.times import times
from recruit.people.tables import PARTICIPANT
from recruit.terminology.lexicon import Lexicon
from tests.integration.funnel.histories import History, prepared
from tests.integration.funnel.loops import (
    FEW,
    SCOPES,
    WORLDS,
    Pair,
    Way,
    furthest,
    sees,
    ways_of,
    written,
)


def test_what_sql_counts_a_loop_counts_and_no_funnel_widens(
    engine: Engine, lexicon: Lexicon
) -> None:
    persons = prepared(engine, lexicon)

    @FEW
    @given(WORLDS, SCOPES, st.sampled_from(list(By)))
    def check(world: list[History], scope: Scope, by: By) -> None:
        with written(engine, persons, world) as session:
            ways = ways_of(session)
            seen = {pair: way for pair, way in ways.items() if sees(scope, pair, way)}
            counted = funnel(session, scope, by)
            parts = {part.key: part.reached.people for part in counted.parts}
            assert parts == _looped(session, seen, by)
            whole = [sum(furthest(way) >= step for way in seen.values()) for step in Step]
            assert list(counted.whole.people) == whole
            for people in (counted.whole.people, *parts.values()):
                assert list(people) == sorted(people, reverse=True)

    check()


def test_times_are_what_a_loop_measures(engine: Engine, lexicon: Lexicon) -> None:
    persons = prepared(engine, lexicon)

    @FEW
    @given(WORLDS)
    def check(world: list[History]) -> None:
        with written(engine, persons, world) as session:
            took: defaultdict[Step, list[int]] = defaultdict(list)
            for way in ways_of(session).values():
                for step in list(Step)[1:]:
                    since, until = way[Step(step - 1)], way[step]
                    if since and until and until >= since:
                        took[step].append((until - since) // timedelta(hours=1) + 1)
            assert {
                step: (each.people, each.median, each.most)
                for step, each in times(session, Scope(None)).items()
            } == {
                step: (len(hours), _rank(hours, 0.5), _rank(hours, 0.9))
                for step, hours in took.items()
            }

    check()


def _looped(session: Session, ways: Mapping[Pair, Way], by: By) -> dict[str, tuple[int, ...]]:
    own = {row["pseudonym"]: row["community"] for row in _people(session)}
    found: dict[str, list[int]] = {}
    for (trial, person), way in ways.items():
        first = way.get("first")
        key = {
            By.TRIAL: trial,
            By.SITE: way["site"] or "",
            By.COMMUNITY: own[person],
            By.CHANNEL: first["channel"] if first else "",
            By.LANGUAGE: first["language"] if first else "",
            By.WEEK: _monday(first) if first else "",
        }[by]
        counts = found.setdefault(key, [0] * len(Step))
        for step in Step:
            counts[step - 1] += furthest(way) >= step
    return {key: tuple(counts) for key, counts in found.items()}


def _people(session: Session) -> Sequence[RowMapping]:
    return session.execute(select(PARTICIPANT)).mappings().all()


def _monday(message: Mapping[str, Any]) -> str:
    day = (message["sent_at"] or message["changed_at"]).date()
    return str(day - timedelta(days=day.weekday()))


def _rank(hours: list[int], share: float) -> timedelta:
    return timedelta(hours=sorted(hours)[ceil(share * len(hours)) - 1])
