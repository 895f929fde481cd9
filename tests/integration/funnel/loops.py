"""Everybody's way read row by row, as with a pencil: nothing of what the queries do."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, RowMapping, Table, select
from sqlalchemy.orm import Session

from recruit.actions.funnel.journeys import MATCH
from recruit.actions.funnel.scope import Scope
from recruit.actions.funnel.steps import Step
from recruit.actions.outreach.answer_table import ANSWER
from recruit.actions.reviewing.tables import DECISION
from recruit.notify.outbox_tables import OUTBOX
from recruit.referrals.tables import REFERRAL, REFERRAL_STEP
from tests.integration.funnel.histories import TRIALS, History, histories, write
from tests.referring import LYON, PARIS

Pair = tuple[str, str]
Way = dict[Any, Any]
Reach = tuple[Pair, Step, datetime]
GONE = {"data_sent", "accepted", "delivered", "bounced", "complained", "unknown"}
NOES = {"not now", "never this study", "never again"}
AWAY = {"screen failure", "withdrew", "unreachable", "withdrawn", "declined"}
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


class written:  # noqa: N801 - reads as what it does
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


def ways_of(session: Session) -> dict[Pair, Way]:
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
    for row in rows_of(session, MATCH):
        pair = (row["trial"], row["person"])
        yield pair, Step.IDENTIFIED, row["made_at"]
        if row["site"]:
            is_over = row["superseded_at"] is not None
            ways[pair].setdefault("sites", []).append((is_over, row["site"]))


def _decisions(session: Session, _: dict[Pair, Way]) -> Iterator[Reach]:
    for row in rows_of(session, DECISION):
        if row["kind"] == "approve" and row["ended"] != "undone":
            yield (row["trial"], row["person"]), Step.APPROVED, row["at"]


def _messages(session: Session, ways: dict[Pair, Way]) -> Iterator[Reach]:
    for row in rows_of(session, OUTBOX):
        if row["wave"] not in {"invitation", "reminder"} or row["state"] == "cancelled":
            continue
        pair = (row["trial"], row["person"])
        yield pair, Step.APPROVED, row["approved_at"]
        sent = row["sent_at"] or row["changed_at"]
        if row["state"] in GONE:
            yield pair, Step.INVITED, sent
            ways[pair].setdefault("first", row)
        if row["state"] in {"accepted", "delivered", "complained"}:
            came = sent if row["state"] == "complained" else row["changed_at"]
            yield pair, Step.DELIVERED, came


def _answers(session: Session, ways: dict[Pair, Way]) -> Iterator[Reach]:
    for row in rows_of(session, ANSWER):
        if row["answer"] in NOES:
            ways[row["trial"], row["person"]]["refused"] = row["at"]
        yield (row["trial"], row["person"]), Step.ANSWERED, row["at"]
        if row["answer"] == "yes":
            yield (row["trial"], row["person"]), Step.INTERESTED, row["at"]


def _paths(session: Session, ways: dict[Pair, Way]) -> Iterator[Reach]:
    whose = {row["id"]: (row["trial"], row["person"]) for row in rows_of(session, REFERRAL)}
    for row in rows_of(session, REFERRAL):
        ways[whose[row["id"]]]["site"] = row["site"]
        ways[whose[row["id"]]]["over"] = row["state"] in AWAY
        yield whose[row["id"]], Step.INTERESTED, row["begun_at"]
    undone = undone_in(session)
    for row in rows_of(session, REFERRAL_STEP):
        if row["id"] not in undone:
            for step in LED_TO.get(row["state"], ()):
                yield whose[row["referral"]], step, row["at"]


def undone_in(session: Session) -> set[int]:
    """The steps of paths that were undone, and those that undid them."""
    rows = rows_of(session, REFERRAL_STEP)
    return {row["undoes"] for row in rows} | {row["id"] for row in rows if row["undoes"]}


def rows_of(session: Session, table: Table) -> Sequence[RowMapping]:
    return session.execute(select(table).order_by(table.c.id)).mappings().all()


def furthest(way: Way) -> int:
    return max((step for step in Step if way[step]), default=Step.IDENTIFIED)


def sees(scope: Scope, pair: Pair, way: Way) -> bool:
    if scope.trials is not None and pair[0] not in scope.trials:
        return False
    return scope.sites is None or way["site"] in scope.sites.get(pair[0], ())
