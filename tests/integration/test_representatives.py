"""Who may act for whom: on both databases, across birthdays, after an erasure."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from recruit.core.clock import today
from recruit.core.crypto import Keyring
from recruit.core.dates import PartialDate
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound
from recruit.people import representatives, store
from recruit.people.adults import is_adult
from recruit.people.representatives import Kind, Powers, Representation, State
from recruit.people.vault import Item, Vault

VAULT = Vault(Keyring.of(["a key of more than thirty-two letters"]))
HOLDER = "R-00000001"
DAY = timedelta(days=1)


def person(engine: Engine, name: str = "camille") -> str:
    with unit_of_work(engine) as session:
        store.know_community(session, "testers")
        return store.enrol(session, "testers", [name])[name]


def linked(  # noqa: PLR0913 - what a link is made of
    engine: Engine,
    of: str,
    *,
    kind: Kind = Kind.RELATIVE,
    holder: str = HOLDER,
    confirmed: bool = True,
    valid_until: date | None = None,
    blocked_from: date | None = None,
) -> Representation:
    with unit_of_work(engine) as session:
        link = representatives.make(
            session,
            of,
            kind=kind,
            powers=Powers.ACT,
            valid_until=valid_until,
            blocked_from=blocked_from,
        )
        VAULT.keep(session, {link.id: {Item.NAME: "Camille"}})
        representatives.accept(session, link, holder, confirmed=confirmed)
        return representatives.get(session, link.id)


def test_an_invitation_lets_nobody_act(engine: Engine) -> None:
    of = person(engine)
    with unit_of_work(engine) as session:
        made = representatives.make(session, of, kind=Kind.RELATIVE, powers=Powers.LOOK)

        assert made.state(today()) is State.INVITED
        assert representatives.of_person(session, of) == [made]


def test_a_relative_waits_for_the_person_to_confirm(engine: Engine) -> None:
    link = linked(engine, person(engine), confirmed=False)

    assert link.state(today()) is State.ACCEPTED
    with unit_of_work(engine) as session:
        representatives.confirm(session, link)
        assert representatives.get(session, link.id).state(today()) is State.LIVE


def test_a_guardian_whom_staff_has_checked_acts_at_once(engine: Engine) -> None:
    link = linked(engine, person(engine), kind=Kind.GUARDIAN)

    assert link.state(today()) is State.LIVE


def test_a_link_that_was_ended_is_over(engine: Engine) -> None:
    link = linked(engine, person(engine))
    with unit_of_work(engine) as session:
        representatives.end(session, link)

        assert representatives.get(session, link.id).state(today()) is State.ENDED
        assert representatives.is_alone(session, HOLDER)


def test_a_link_holds_to_the_end_of_its_last_day(engine: Engine) -> None:
    link = linked(engine, person(engine), valid_until=date(2026, 11, 30))

    states = [link.state(date(2026, 11, 30)), link.state(date(2026, 12, 1))]
    assert states == [State.LIVE, State.EXPIRED]


@pytest.mark.parametrize(
    ("born", "birthday"),
    [
        ("2008-11-21", date(2026, 11, 21)),
        ("2008-02-29", date(2026, 3, 1)),
        ("2008-12-31", date(2026, 12, 31)),
        ("2008-04", date(2026, 4, 1)),
    ],
)
def test_a_minors_guardian_is_blocked_from_the_18th_birthday_on(
    engine: Engine, born: str, birthday: date
) -> None:
    blocked_from = representatives.majority(PartialDate.parse(born))
    link = linked(engine, person(engine), kind=Kind.GUARDIAN, blocked_from=blocked_from)

    states = [link.state(day) for day in (birthday - DAY, birthday, birthday + 400 * DAY)]
    assert states == [State.LIVE, State.BLOCKED, State.BLOCKED]


@pytest.mark.parametrize("born", ["2008-11-21", "2008-02-29", "2007-03-01", "2008-12-31"])
def test_the_guardian_ends_on_the_day_the_person_is_of_age(born: str) -> None:
    birthday = representatives.majority(PartialDate.parse(born))

    exact = date.fromisoformat(born)
    assert [is_adult(exact, birthday - DAY), is_adult(exact, birthday)] == [False, True]


def test_the_persons_consent_after_the_birthday_lets_the_guardian_go_on(engine: Engine) -> None:
    link = linked(engine, person(engine), kind=Kind.GUARDIAN, blocked_from=date(2026, 1, 1))
    with unit_of_work(engine) as session:
        representatives.allow(session, link)

        assert representatives.get(session, link.id).state(date(2026, 6, 1)) is State.LIVE


def test_a_second_link_of_the_same_two_takes_the_place_of_the_first(engine: Engine) -> None:
    of = person(engine)
    first = linked(engine, of)
    second = linked(engine, of)

    with reading(engine) as session:
        states = {each.id: each.state(today()) for each in representatives.of_person(session, of)}
    assert states == {first.id: State.ENDED, second.id: State.LIVE}


def test_a_representative_acts_for_several_people_each_by_a_link_of_its_own(
    engine: Engine,
) -> None:
    people = {person(engine, name) for name in ("camille", "dominique")}
    for each in people:
        linked(engine, each)

    with reading(engine) as session:
        found = representatives.of_representative(session, HOLDER)
    assert {link.person for link in found} == people


def test_an_erasure_leaves_no_link_and_names_who_is_alone(engine: Engine) -> None:
    gone, other = person(engine), person(engine, "dominique")
    link = linked(engine, gone)
    linked(engine, gone, holder="R-00000002")
    linked(engine, other, holder="R-00000002")
    with unit_of_work(engine) as session:
        alone = representatives.forget(session, VAULT, gone)

        assert alone == [HOLDER]
        assert representatives.of_person(session, gone) == []
        assert VAULT.read(session, link.id) == {}


def test_a_link_that_does_not_exist_is_not_found(engine: Engine) -> None:
    with reading(engine) as session, pytest.raises(NotFound):
        representatives.get(session, "L-00000000")
