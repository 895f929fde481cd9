"""The plan, the costly questions and fairness: what SQL counts of them, a loop counts as well."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median_low

import pytest
from hypothesis import given
from sqlalchemy import Engine, RowMapping, select
from sqlalchemy.orm import Session

from recruit.actions.funnel import fairness, sharing
from recruit.actions.funnel.against_plan import against_plan
from recruit.actions.funnel.endings import costly
from recruit.actions.funnel.fairness import Group, shares
from recruit.actions.funnel.journeys import MATCH
from recruit.actions.funnel.scope import Scope
from recruit.actions.funnel.sharing import Shared, shared
from recruit.actions.funnel.steps import Step
from recruit.notify.outbox_tables import OUTBOX
from recruit.referrals.tables import REFERRAL, REFERRAL_QUESTION, REFERRAL_STEP
from recruit.terminology.lexicon import Lexicon
from tests.integration.funnel.histories import BEGIN, TRIALS, History, prepared
from tests.integration.funnel.loops import (
    FEW,
    GONE,
    SCOPES,
    WORLDS,
    Pair,
    Way,
    rows_of,
    sees,
    undone_in,
    ways_of,
    written,
)

AT = BEGIN + timedelta(days=45)
STRETCHES = (
    (Step.INVITED, Step.INTERESTED, 14),
    (Step.INTERESTED, Step.RELEASED, 30),
    (Step.RELEASED, Step.ENROLLED, 70),
)
KEYS = (
    {Group.COMMUNITY: "carers", Group.REGION: "75", Group.AGE: "35", Group.SEX: "female"},
    {Group.COMMUNITY: "carers", Group.REGION: "69", Group.AGE: "80", Group.SEX: "male"},
    {Group.COMMUNITY: "walkers", Group.REGION: "BE", Group.AGE: "", Group.SEX: ""},
    {Group.COMMUNITY: "walkers", Group.REGION: "", Group.AGE: "", Group.SEX: "female"},
)
"""Of histories.PROFILES; who was born in 1961 may be 64 or 65."""


@pytest.fixture(autouse=True)
def _small_groups_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four people are too few to be told of; here they are to be counted."""
    monkeypatch.setattr(fairness, "SMALL", 0)
    monkeypatch.setattr(sharing, "SMALL", 0)


def test_the_plan_is_what_a_loop_counts(engine: Engine, lexicon: Lexicon) -> None:
    persons = prepared(engine, lexicon)

    @FEW
    @given(WORLDS, SCOPES)
    def check(world: list[History], scope: Scope) -> None:
        if scope.one is None:
            scope = Scope(TRIALS[1:])
        with written(engine, persons, world) as session:
            ways = [way for pair, way in ways_of(session).items() if sees(scope, pair, way)]
            plan = against_plan(session, scope, AT)
            for told, (start, end, days) in zip(plan.stretches, STRETCHES, strict=True):
                there = [way for way in ways if _since(way, start)]
                through = [way for way in there if _since(way, end)]
                settled = [way for way in there if _is_settled(way, start, end, days)]
                assert told.through == len(through)
                assert told.settled == len(settled)
                assert told.under_way == len(there) - len(settled)
            assert plan.enrolled == sum(way[Step.ENROLLED] is not None for way in ways)
            lately = [way for way in ways if _is_after(way[Step.INVITED], AT - timedelta(weeks=4))]
            assert plan.pace == len(lately) / 4

    check()


def test_costly_questions_are_what_a_loop_finds(engine: Engine, lexicon: Lexicon) -> None:
    persons = prepared(engine, lexicon)

    @FEW
    @given(WORLDS, SCOPES)
    def check(world: list[History], scope: Scope) -> None:
        with written(engine, persons, world) as session:
            ways = ways_of(session)
            asked: defaultdict[str, int] = defaultdict(int)
            last: defaultdict[str, int] = defaultdict(int)
            for path in rows_of(session, REFERRAL):
                pair = (path["trial"], path["person"])
                if not sees(scope, pair, ways[pair]):
                    continue
                own = REFERRAL_QUESTION.c.referral == path["id"]
                rows = session.execute(select(REFERRAL_QUESTION).where(own)).all()
                for row in rows:
                    asked[row.question] += 1
                if rows and _ended_early(session, path):
                    last[max(rows, key=lambda row: (row.at, row.question)).question] += 1
            found = {each.key: (each.asked, each.last) for each in costly(session, scope)}
            assert found == {key: (asked[key], last[key]) for key in last}

    check()


def test_shared_people_are_those_whom_a_loop_finds(engine: Engine, lexicon: Lexicon) -> None:
    persons = prepared(engine, lexicon)

    @FEW
    @given(WORLDS, SCOPES)
    def check(world: list[History], scope: Scope) -> None:
        with written(engine, persons, world) as session:
            fits, invited = _fits(session, scope), _invited(session)
            both = [each for each in persons if all((trial, each) in fits for trial in TRIALS)]
            ways = [tuple((trial, each) in invited for trial in TRIALS) for each in both]
            counts = (ways.count(way) for way in ((True, False), (False, True), (True, True)))
            wanted = (Shared(*TRIALS, len(both), *counts),) if both else ()
            assert shared(session, scope) == wanted

    check()


def test_shares_are_what_a_loop_counts(engine: Engine, lexicon: Lexicon) -> None:
    persons = prepared(engine, lexicon)

    @FEW
    @given(WORLDS, SCOPES)
    def check(world: list[History], scope: Scope) -> None:
        with written(engine, persons, world) as session:
            fitting = {person for _, person in _fits(session, scope)}
            ever = _fits(session, scope, even_once=True)
            invited = {
                pair: at
                for pair, at in _invited(session).items()
                if (scope.trials is None or pair[0] in scope.trials)
                and (scope.sites is None or pair in ever)
                and at > AT - timedelta(days=365)
            }
            for table in shares(session, scope, AT):
                groups: defaultdict[str, list[str]] = defaultdict(list)
                for person, keys in zip(persons, KEYS, strict=True):
                    if person in fitting:
                        groups[keys[table.group]].append(person)
                told = {s.key: (s.people, s.asked, s.times, s.ago) for s in table.shares}
                assert told == {key: _share(people, invited) for key, people in groups.items()}
                assert table.rest is None

    check()


def _since(way: Way, first: Step) -> datetime | None:
    for step in Step:
        if step >= first and way[step]:
            found: datetime = way[step]
            return found
    return None


def _is_after(moment: datetime | None, other: datetime) -> bool:
    return moment is not None and moment > other


def _is_settled(way: Way, start: Step, end: Step, days: int) -> bool:
    turned = way.get("over") or (end is Step.INTERESTED and way.get("refused"))
    since = _since(way, start)
    waited = since is not None and since + timedelta(days=days) <= AT
    return bool(_since(way, end) or turned or waited)


def _ended_early(session: Session, path: RowMapping) -> bool:
    undone = undone_in(session)
    for step in rows_of(session, REFERRAL_STEP):
        here = step["referral"] == path["id"] and step["id"] not in undone
        if here and step["state"] == "released":
            return False
    if path["state"] == "declined":
        return True
    own = [
        row
        for row in rows_of(session, MATCH)
        if (row["trial"], row["person"]) == (path["trial"], path["person"])
    ]
    fits = any(row["superseded_at"] is None for row in own)
    return not fits and any(row["reason"] == "profile changed" for row in own)


def _fits(session: Session, scope: Scope, *, even_once: bool = False) -> set[Pair]:
    """Whom a trial of a scope fits, and at one of its sites; or fitted once."""
    return {
        (row["trial"], row["person"])
        for row in rows_of(session, MATCH)
        if (even_once or row["superseded_at"] is None)
        and (scope.trials is None or row["trial"] in scope.trials)
        and (scope.sites is None or row["site"] in scope.sites.get(row["trial"], ()))
    }


def _invited(session: Session) -> Mapping[Pair, datetime]:
    """The last invitation that left, reminders left out."""
    found: dict[Pair, datetime] = {}
    for row in rows_of(session, OUTBOX):
        if row["wave"] == "invitation" and row["state"] in GONE:
            pair, at = (row["trial"], row["person"]), row["sent_at"] or row["changed_at"]
            found[pair] = max(at, found.get(pair, at))
    return found


def _share(
    people: Sequence[str], invited: Mapping[Pair, datetime]
) -> tuple[int, int, int, int | None]:
    own = [[at for (_, person), at in invited.items() if person == each] for each in people]
    ago = [(AT - max(moments)).days for moments in own if moments]
    return len(people), len(ago), sum(map(len, own)), median_low(ago) if ago else None
