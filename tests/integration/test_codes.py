"""Links and codes: each does what it is for, once, in time, and nothing can be guessed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select

from recruit.core import rates
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.expiring import delete_over
from recruit.core.rates import RATE
from recruit.people import codes
from recruit.people.code_tables import CODE
from recruit.people.codes import Issued, Pending, Problem, Purpose

OLD, NEW = "o" * 32, "n" * 32
RING = Keyring.of([OLD])
PAYLOAD = {"where": "anne@example.org", "holders": "P-AAAAAAAA"}
AT = now()
SOON = AT + timedelta(minutes=1)
FOREIGN = Purpose.JOIN


@pytest.fixture
def issued(engine: Engine) -> Issued:
    with unit_of_work(engine) as session:
        return codes.issue(session, RING, Purpose.SIGN_IN, PAYLOAD, AT)


def look(
    engine: Engine, token: str, at: datetime = SOON, purpose: Purpose = Purpose.SIGN_IN
) -> Pending | Problem:
    with reading(engine) as session:
        return codes.look(session, RING, purpose, token, at)


def redeem(
    engine: Engine, token: str, code: str, at: datetime = SOON, ring: Keyring = RING
) -> dict[str, str] | Problem:
    with unit_of_work(engine) as session:
        return codes.redeem(session, ring, Purpose.SIGN_IN, token, code, at)


def renew(
    engine: Engine, token: str, at: datetime = SOON, *, decoy: bool = False
) -> Issued | Problem:
    with unit_of_work(engine) as session:
        return codes.renew(session, RING, Purpose.SIGN_IN, token, at, decoy=decoy)


def wrong(issued: Issued) -> str:
    return f"{(int(issued.code) + 1) % 10**6:06d}"


def test_link_and_code_together_give_the_payload(engine: Engine, issued: Issued) -> None:
    assert redeem(engine, issued.token, issued.code) == PAYLOAD


def test_the_link_alone_says_what_waits_and_until_when(engine: Engine, issued: Issued) -> None:
    assert look(engine, issued.token) == Pending(PAYLOAD, AT + timedelta(minutes=10))


@pytest.mark.parametrize("spelling", ["{0} {1}", " {0}-{1} ", "{0}\u00a0{1}"])
def test_a_code_may_be_typed_in_groups(engine: Engine, issued: Issued, spelling: str) -> None:
    typed = spelling.format(issued.code[:3], issued.code[3:])
    assert redeem(engine, issued.token, typed) == PAYLOAD


def test_a_link_is_used_once(engine: Engine, issued: Issued) -> None:
    redeem(engine, issued.token, issued.code)
    assert redeem(engine, issued.token, issued.code) is Problem.USED
    assert look(engine, issued.token) is Problem.USED
    assert renew(engine, issued.token) is Problem.USED


def test_a_used_link_keeps_no_payload(engine: Engine, issued: Issued) -> None:
    redeem(engine, issued.token, issued.code)
    with reading(engine) as session:
        assert session.execute(select(CODE.c.sealed)).scalar_one() == ""


@pytest.mark.parametrize("cut", ["", "A", "\x00", "’", "\ud800"])
def test_a_link_that_is_not_whole_is_unknown(engine: Engine, issued: Issued, cut: str) -> None:
    assert look(engine, issued.token[:-1] + cut * 2) is Problem.UNKNOWN


def test_a_link_for_another_purpose_is_unknown(engine: Engine, issued: Issued) -> None:
    assert look(engine, issued.token, purpose=FOREIGN) is Problem.UNKNOWN


def test_five_wrong_answers_kill_a_code_even_for_the_right_one(
    engine: Engine, issued: Issued
) -> None:
    tried = [redeem(engine, issued.token, wrong(issued)) for _ in range(5)]
    assert tried == [Problem.WRONG] * 5
    assert redeem(engine, issued.token, issued.code) is Problem.TOO_MANY


def test_four_wrong_answers_do_not(engine: Engine, issued: Issued) -> None:
    for _ in range(4):
        redeem(engine, issued.token, wrong(issued))
    assert redeem(engine, issued.token, issued.code) == PAYLOAD


def test_a_code_lives_for_ten_minutes(engine: Engine, issued: Issued) -> None:
    end = AT + timedelta(minutes=10)
    assert redeem(engine, issued.token, issued.code, end) is Problem.EXPIRED
    assert redeem(engine, issued.token, issued.code, end - timedelta(seconds=1)) == PAYLOAD


def test_an_expired_code_leaves_the_link_alive(engine: Engine, issued: Issued) -> None:
    assert isinstance(look(engine, issued.token, AT + timedelta(minutes=30)), Pending)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_ends(engine: Engine, purpose: Purpose) -> None:
    with unit_of_work(engine) as session:
        made = codes.issue(session, RING, purpose, PAYLOAD, AT)
    end = AT + codes.LINK_LIFE[purpose]
    assert look(engine, made.token, end, purpose) is Problem.EXPIRED
    assert isinstance(look(engine, made.token, end - timedelta(seconds=1), purpose), Pending)


def test_a_clock_set_back_revives_no_code(engine: Engine, issued: Issued) -> None:
    back = AT - timedelta(hours=1)
    assert redeem(engine, issued.token, issued.code, back) is Problem.EXPIRED


def test_a_machine_whose_clock_is_a_little_behind_takes_the_code(
    engine: Engine, issued: Issued
) -> None:
    assert redeem(engine, issued.token, issued.code, AT - timedelta(seconds=30)) == PAYLOAD


def test_a_new_code_takes_the_place_of_the_old(engine: Engine, issued: Issued) -> None:
    later = AT + timedelta(minutes=20)
    new = renew(engine, issued.token, later)
    assert isinstance(new, Issued)
    assert new.token == issued.token
    if new.code != issued.code:
        assert redeem(engine, issued.token, issued.code, later) is Problem.WRONG
    assert redeem(engine, issued.token, new.code, later) == PAYLOAD


def test_a_link_stands_25_guesses_over_all_its_codes(engine: Engine, issued: Issued) -> None:
    guesses, current = 0, issued
    while True:
        while redeem(engine, issued.token, wrong(current)) is Problem.WRONG:
            guesses += 1
        new = renew(engine, issued.token)
        if isinstance(new, Problem):
            break
        current = new
    assert (guesses, new) == (25, Problem.TOO_MANY)
    assert redeem(engine, issued.token, current.code) is Problem.TOO_MANY


def test_no_code_opens_a_decoy_which_looks_the_same(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        made = codes.issue(session, RING, Purpose.SIGN_IN, PAYLOAD, AT, decoy=True)
    assert look(engine, made.token) == Pending(PAYLOAD, AT + timedelta(minutes=10))
    assert redeem(engine, made.token, made.code) is Problem.WRONG
    new = renew(engine, made.token, decoy=True)
    assert isinstance(new, Issued)
    tried = [redeem(engine, made.token, new.code) for _ in range(6)]
    assert tried == [Problem.WRONG] * 5 + [Problem.TOO_MANY]


def test_of_two_tabs_that_answer_at_once_exactly_one_wins(engine: Engine) -> None:
    for _ in range(10):
        with unit_of_work(engine) as session:
            made = codes.issue(session, RING, Purpose.SIGN_IN, PAYLOAD, AT)
        start = Barrier(4)

        def answer(made: Issued = made, start: Barrier = start) -> dict[str, str] | Problem:
            start.wait()
            return redeem(engine, made.token, made.code)

        with ThreadPoolExecutor(4) as tabs:
            answers = [tab.result() for tab in [tabs.submit(answer) for _ in range(4)]]
        assert answers.count(PAYLOAD) == 1
        assert answers.count(Problem.USED) == 3


def test_wrong_answers_at_once_are_all_counted(engine: Engine, issued: Issued) -> None:
    with ThreadPoolExecutor(8) as tabs:
        tried = list(tabs.map(lambda _: redeem(engine, issued.token, wrong(issued)), range(8)))
    assert (tried.count(Problem.WRONG), tried.count(Problem.TOO_MANY)) == (5, 3)


def test_nothing_in_the_table_can_be_read(engine: Engine, issued: Issued) -> None:
    with reading(engine) as session:
        rows = str(session.execute(select(CODE)).all())
    for secret in (issued.token, issued.code, *PAYLOAD.values()):
        assert secret not in rows


def test_nothing_is_shown_when_a_link_is_printed(issued: Issued, engine: Engine) -> None:
    shown = f"{issued}{look(engine, issued.token)}"
    for secret in (issued.token, issued.code, *PAYLOAD.values()):
        assert secret not in shown


def test_equal_codes_do_not_look_equal() -> None:
    assert codes._code_digests(RING, "a", "123456") != codes._code_digests(RING, "b", "123456")  # noqa: SLF001 - a clash of two codes takes a million rows to see


def test_a_new_master_key_leaves_links_and_codes_alive(engine: Engine, issued: Issued) -> None:
    ring = Keyring.of([NEW, OLD])
    assert redeem(engine, issued.token, issued.code, ring=ring) == PAYLOAD


def test_what_a_link_stood_for_goes_at_its_end(engine: Engine, issued: Issued) -> None:
    end = AT + codes.LINK_LIFE[Purpose.SIGN_IN]
    with unit_of_work(engine) as session:
        codes.purge(session, end + timedelta(seconds=1))
        assert session.execute(select(CODE.c.sealed)).scalars().all() == [""]
    assert look(engine, issued.token) is Problem.EXPIRED


def test_what_is_over_is_deleted_a_day_later(engine: Engine, issued: Issued) -> None:
    end = AT + codes.LINK_LIFE[Purpose.SIGN_IN] + timedelta(days=1)
    with unit_of_work(engine) as session:
        assert codes.purge(session, end) == 0
        assert codes.purge(session, end + timedelta(seconds=1)) == 1
    assert look(engine, issued.token) is Problem.UNKNOWN


def ask(engine: Engine, address: str = "anne@example.org", at: datetime = AT) -> bool:
    with unit_of_work(engine) as session:
        return codes.may_ask(session, RING, address, at)


def test_one_address_gets_five_codes_an_hour(engine: Engine) -> None:
    assert [ask(engine) for _ in range(7)] == [True] * 5 + [False] * 2


def test_addresses_are_counted_apart(engine: Engine) -> None:
    for _ in range(6):
        ask(engine)
    assert ask(engine, "ben@example.org")


def test_the_next_hour_counts_anew(engine: Engine) -> None:
    for _ in range(6):
        ask(engine)
    assert ask(engine, at=AT + timedelta(hours=1))


def test_what_is_counted_by_the_day_outlasts_the_night(engine: Engine) -> None:
    """The day is asked for as of its beginning, and what is over is deleted at five."""
    midnight = AT.replace(hour=0)
    for _ in range(5):
        ask(engine, at=midnight)
    delete_over(engine, rates.COUNTS, midnight + timedelta(hours=5))
    assert not ask(engine, at=midnight)


def test_processes_count_together(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as processes:
        allowed = list(processes.map(lambda _: ask(engine), range(16)))
    assert allowed.count(True) == 5


def test_whose_codes_are_counted_cannot_be_read(engine: Engine) -> None:
    ask(engine)
    with reading(engine) as session:
        assert "anne" not in str(session.execute(select(RATE)).all())


def test_an_erasure_opens_no_link_to_stay(engine: Engine) -> None:
    person = {"person": "P-AAAAAAAA", "day": "2026-12-01"}
    with unit_of_work(engine) as session:
        asked = codes.issue(session, RING, Purpose.SIGN_IN, PAYLOAD, AT)
        stay = codes.issue(session, RING, Purpose.STAY, person, AT, decoy=True)
        codes.forget(session, RING, {"P-AAAAAAAA"})
    assert look(engine, asked.token) is Problem.UNKNOWN
    assert isinstance(look(engine, stay.token, purpose=Purpose.STAY), Pending)
