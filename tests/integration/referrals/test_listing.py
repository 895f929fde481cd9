"""The lists of `/referrals`: in pages that leave nobody out, as quick with ten thousand people."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from time import perf_counter
from typing import Final

import pytest
import time_machine
from sqlalchemy import Engine, func, insert, select

from recruit.actions.referring import listing
from recruit.actions.referring.listing import SIZE, Leaf, Wanted
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people import store
from recruit.referrals.deadlines import due
from recruit.referrals.paths import State
from recruit.referrals.tables import REFERRAL
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from tests.following import ZONE, centre_of_paris
from tests.outreach import OWN, agreement
from tests.referring import LYON, PARIS, SUGAR

MONDAY: Final = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
STATES: Final = (
    State.RELEASED,
    State.CONTACTED,
    State.SCREENING,
    State.INTERESTED,
    State.ENROLLED,
    State.DECLINED,
)
HERE: Final = Wanted(None, "fr", ZONE, opens=True)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def some(engine: Engine, lexicon: Lexicon, count: int) -> list[str]:
    """So many people on their ways, at every stage, who came hours apart or at once."""
    with unit_of_work(engine) as session:
        trials.save(session, SUGAR, lexicon)
        store.know_community(session, "example")
        names = [str(number) for number in range(count)]
        people = list(store.enrol(session, "example", names).values())
        proof = agreement(Choice(Purpose.MATCHING))
        ledger.grant(session, [(person, proof) for person in people], OWN)
        session.execute(insert(REFERRAL), [_row(place, each) for place, each in enumerate(people)])
    return people


def _row(place: int, person: str) -> dict[str, object]:
    at = now() - timedelta(hours=place // 3 * 5 % 700)
    state = STATES[place % len(STATES)]
    return {
        "trial": SUGAR.id,
        "person": person,
        "state": state.value,
        "site": None if state is State.INTERESTED else (PARIS, LYON)[place % 5 == 0],
        "times": "",
        "begun_at": at,
        "changed_at": at,
    }


def walk(engine: Engine, wanted: Wanted, name: str) -> list[tuple[str, datetime, int]]:
    """Everybody of one list, page after page: state, since when and number."""
    found: list[tuple[str, datetime, int]] = []
    start: int | None = None
    while True:
        begun = {name: start}
        lists = listing.show(
            engine, Wanted(None, "fr", ZONE, opens=wanted.opens, **begun), actor="x"
        )
        leaf: Leaf = getattr(lists, name)
        found += [(each.path.state, each.path.since, each.path.number) for each in leaf.people]
        assert len(leaf.people) <= SIZE
        if leaf.following is None:
            assert leaf.total == len(found)
            return found
        start = leaf.following


def rows(engine: Engine) -> list[tuple[str, datetime, int]]:
    with reading(engine) as session:
        query = select(REFERRAL.c.state, REFERRAL.c.changed_at, REFERRAL.c.id)
        return [tuple(row) for row in session.execute(query)]


def test_every_page_follows_the_one_before_and_nobody_is_left_out(
    engine: Engine, lexicon: Lexicon
) -> None:
    some(engine, lexicon, 230)
    turns = {State.RELEASED, State.CONTACTED, State.SCREENING}
    mine = [row for row in rows(engine) if row[0] in turns]
    assert walk(engine, HERE, "mine") == sorted(
        mine, key=lambda row: (due(row[0], row[1], ZONE), row[1], row[2])
    )
    others = [row for row in rows(engine) if row[0] not in {*turns, State.DECLINED}]
    newest = sorted(others, key=lambda row: (row[1], row[2]), reverse=True)
    assert walk(engine, HERE, "others") == newest
    lists = listing.show(engine, HERE, actor="x")
    soon = now() + timedelta(days=1)
    ends = [due(state, since, ZONE) for state, since, _ in mine]
    assert lists.today == sum(each is not None and each <= soon for each in ends)


def test_who_may_open_nobody_sees_everybody_in_one_list(engine: Engine, lexicon: Lexicon) -> None:
    some(engine, lexicon, 40)
    looker = Wanted(None, "fr", ZONE, opens=False)
    assert walk(engine, looker, "mine") == []
    assert len(walk(engine, looker, "others")) == sum(
        row[0] != State.DECLINED for row in rows(engine)
    )


def test_a_centre_pages_through_those_who_chose_it_alone(engine: Engine, lexicon: Lexicon) -> None:
    some(engine, lexicon, 60)
    own, other = centre_of_paris(engine)
    totals = []
    for centre in (own, other):
        lists = listing.show(engine, Wanted(centre, "fr", ZONE, opens=True), actor="x")
        everybody = [*lists.mine.people, *lists.others.people]
        assert len({each.path.site for each in everybody}) == 1
        totals.append(lists.mine.total + lists.others.total)
    with reading(engine) as session:
        chosen = (REFERRAL.c.site.is_not(None), REFERRAL.c.state != State.DECLINED.value)
        assert sum(totals) == session.scalar(
            select(func.count()).select_from(REFERRAL).where(*chosen)
        )


def test_only_who_stood_on_the_page_is_said_to_have_been_seen(
    engine: Engine, lexicon: Lexicon
) -> None:
    some(engine, lexicon, 120)
    listing.show(engine, HERE, actor="x")
    with reading(engine) as session:
        seen = AUDIT.c.tag == Tag.REFERRALS_SHOWN.value
        assert session.scalar(select(func.count()).select_from(AUDIT).where(seen)) == 2 * SIZE


def test_a_row_that_is_in_the_list_no_more_leads_to_its_beginning(
    engine: Engine, lexicon: Lexicon
) -> None:
    some(engine, lexicon, 60)
    whole = listing.show(engine, HERE, actor="x")
    lost = listing.show(engine, Wanted(None, "fr", ZONE, opens=True, mine=10**6), actor="x")
    assert (lost.mine, lost.mine.later) == (whole.mine, False)


def test_ten_thousand_people_are_listed_within_a_second(engine: Engine, lexicon: Lexicon) -> None:
    some(engine, lexicon, 10_000)
    last = walk_to_the_last(engine)
    for wanted in (HERE, last):
        took = min(_seconds(engine, wanted) for _ in range(3))
        assert took < 1.0, wanted


def walk_to_the_last(engine: Engine) -> Wanted:
    """The lists from the least urgent and from the oldest row on."""
    turns = {State.RELEASED, State.CONTACTED, State.SCREENING}
    mine = [row for row in rows(engine) if row[0] in turns]
    others = [row for row in rows(engine) if row[0] not in {*turns, State.DECLINED}]
    least = max(mine, key=lambda row: (due(row[0], row[1], ZONE), row[1], row[2]))
    oldest = min(others, key=lambda row: (row[1], row[2]))
    return Wanted(None, "fr", ZONE, opens=True, mine=least[2], others=oldest[2])


def _seconds(engine: Engine, wanted: Wanted) -> float:
    begun = perf_counter()
    listing.show(engine, wanted, actor="x")
    return perf_counter() - begun
