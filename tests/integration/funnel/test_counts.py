"""What SQL counts is what a loop over the rows counts, whatever ways people went."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, RowMapping, Table, select
from sqlalchemy.orm import Session

from recruit.actions.funnel.counts import By, funnel
from recruit.actions.funnel.journeys import MATCH
from recruit.actions.funnel.scope import Scope
from recruit.actions.funnel.steps import Step
from recruit.actions.funnel.times import times
from recruit.actions.outreach.answer_table import ANSWER
from recruit.actions.reviewing.tables import DECISION
from recruit.notify.outbox_tables import OUTBOX
from recruit.people.tables import PARTICIPANT
from recruit.referrals.tables import REFERRAL, REFERRAL_STEP
from recruit.terminology.lexicon import Lexicon
from tests.integration.funnel.histories import TRIALS, History, histories, prepared, write
from tests.referring import LYON, PARIS

Pair = tuple[str, str]
Way = dict[Any, Any]
Reach = tuple[Pair, Step, datetime]
LED_TO = {
    "pre-screened": (Step.PRESCREENED,),
    "released": (Step.RELEASED,),
    "screening": (Step.SCREENED,),
    "screen failure": (Step.SCREENED,),
    "enrolled": (Step.SCREENED, Step.ENROLLED),
}
FEW = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WORLDS = st.lists(histories(), min_size=8, max_size=8)
SCOPES = st.sampled_from(
    [
        Scope(None),
        Scope(TRIALS[:1]),
        Scope(TRIALS[:1], {TRIALS[0]: (PARIS,)}),
        Scope(TRIALS, {TRIALS[0]: (LYON,), TRIALS[1]: (PARIS,)}),
        Scope((), {}),
    ]
)


def test_what_sql_counts_a_loop_counts_and_no_funnel_widens(
    engine: Engine, lexicon: Lexicon
) -> None:
    persons = prepared(engine, lexicon)

    @FEW
    @given(WORLDS, SCOPES, st.sampled_from(list(By)))
    def check(world: list[History], scope: Scope, by: By) -> None:
        with _written(engine, persons, world) as session:
            ways = _ways(session)
            seen = {pair: way for pair, way in ways.items() if _sees(scope, pair, way)}
            counted = funnel(session, scope, by)
            parts = {part.key: part.reached.people for part in counted.parts}
            assert parts == _looped(session, seen, by)
            whole = [sum(_furthest(way) >= step for way in seen.values()) for step in Step]
            assert list(counted.whole.people) == whole
            for people in (counted.whole.people, *parts.values()):
                assert list(people) == sorted(people, reverse=True)

    check()


def test_times_are_what_a_loop_measures(engine: Engine, lexicon: Lexicon) -> None:
    persons = prepared(engine, lexicon)

    @FEW
    @given(WORLDS)
    def check(world: list[History]) -> None:
        with _written(engine, persons, world) as session:
            took: defaultdict[Step, list[int]] = defaultdict(list)
            for way in _ways(session).values():
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


class _written:  # noqa: N801 - reads as what it does
    """A session in which a world is written and that leaves nothing behind."""

    def __init__(self, engine: Engine, persons: Sequence[str], world: list[History]) -> None:
        self.session = Session(engine)
        pairs = [(person, trial) for person in persons for trial in TRIALS]
        for (person, trial), history in zip(pairs, world, strict=True):
            write(self.session, person, trial, history)

    def __enter__(self) -> Session:
        return self.session

    def __exit__(self, *_: object) -> None:
        self.session.rollback()
        self.session.close()


def _ways(session: Session) -> dict[Pair, Way]:
    """Each person's way by trial: the first moment of each step and what it is told apart by."""
    ways: dict[Pair, Way] = defaultdict(lambda: dict.fromkeys([*Step, "site"]))
    read = (_matches, _decisions, _messages, _answers, _paths)
    for pair, step, at in (each for part in read for each in part(session, ways)):
        known = ways[pair][step]
        ways[pair][step] = at if known is None else min(known, at)
    for way in ways.values():
        way["site"] = way["site"] or min(way.get("sites", [(None, None)]))[1]
    return dict(ways)


def _matches(session: Session, ways: dict[Pair, Way]) -> Iterator[Reach]:
    for row in _rows(session, MATCH):
        pair = (row["trial"], row["person"])
        yield pair, Step.IDENTIFIED, row["made_at"]
        if row["site"]:
            is_over = row["superseded_at"] is not None
            ways[pair].setdefault("sites", []).append((is_over, row["site"]))


def _decisions(session: Session, _: dict[Pair, Way]) -> Iterator[Reach]:
    for row in _rows(session, DECISION):
        if row["kind"] == "approve" and row["ended"] != "undone":
            yield (row["trial"], row["person"]), Step.APPROVED, row["at"]


def _messages(session: Session, ways: dict[Pair, Way]) -> Iterator[Reach]:
    gone = {"data_sent", "accepted", "delivered", "bounced", "complained", "unknown"}
    for row in _rows(session, OUTBOX):
        if row["wave"] not in {"invitation", "reminder"} or row["state"] == "cancelled":
            continue
        pair = (row["trial"], row["person"])
        yield pair, Step.APPROVED, row["approved_at"]
        sent = row["sent_at"] or row["changed_at"]
        if row["state"] in gone:
            yield pair, Step.INVITED, sent
            ways[pair].setdefault("first", row)
        if row["state"] in {"accepted", "delivered", "complained"}:
            came = sent if row["state"] == "complained" else row["changed_at"]
            yield pair, Step.DELIVERED, came


def _answers(session: Session, _: dict[Pair, Way]) -> Iterator[Reach]:
    for row in _rows(session, ANSWER):
        yield (row["trial"], row["person"]), Step.ANSWERED, row["at"]
        if row["answer"] == "yes":
            yield (row["trial"], row["person"]), Step.INTERESTED, row["at"]


def _paths(session: Session, ways: dict[Pair, Way]) -> Iterator[Reach]:
    whose = {row["id"]: (row["trial"], row["person"]) for row in _rows(session, REFERRAL)}
    for row in _rows(session, REFERRAL):
        ways[whose[row["id"]]]["site"] = row["site"]
        yield whose[row["id"]], Step.INTERESTED, row["begun_at"]
    undone = {row["undoes"] for row in _rows(session, REFERRAL_STEP)}
    for row in _rows(session, REFERRAL_STEP):
        if row["undoes"] is None and row["id"] not in undone:
            for step in LED_TO.get(row["state"], ()):
                yield whose[row["referral"]], step, row["at"]


def _rows(session: Session, table: Table) -> Sequence[RowMapping]:
    return session.execute(select(table).order_by(table.c.id)).mappings().all()


def _furthest(way: Way) -> int:
    return max((step for step in Step if way[step]), default=Step.IDENTIFIED)


def _sees(scope: Scope, pair: Pair, way: Way) -> bool:
    if scope.trials is not None and pair[0] not in scope.trials:
        return False
    return scope.sites is None or way["site"] in scope.sites.get(pair[0], ())


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
            counts[step - 1] += _furthest(way) >= step
    return {key: tuple(counts) for key, counts in found.items()}


def _people(session: Session) -> Sequence[RowMapping]:
    return session.execute(select(PARTICIPANT)).mappings().all()


def _monday(message: Mapping[str, Any]) -> str:
    day = (message["sent_at"] or message["changed_at"]).date()
    return str(day - timedelta(days=day.weekday()))


def _rank(hours: list[int], share: float) -> timedelta:
    return timedelta(hours=sorted(hours)[ceil(share * len(hours)) - 1])
