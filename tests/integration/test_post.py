"""What is posted is sent, sealed until then, tried again after a failure, and gone afterwards."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event, Lock

import pytest
from sqlalchemy import Engine, func, select

from recruit.audit.tables import AUDIT
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.notify.letter import Letter, Outcome
from recruit.notify.messages import Message
from recruit.notify.post import LEASE, Address, Delivered, deliver, pause_after, post
from recruit.notify.tables import MESSAGE

RING = Keyring.of(["o" * 32])
AT = now()
CODE = Message("sign-in-code", "en", {"link": "https://example.org/me/x", "code": "123456"})
ANNE = Address(Channel.EMAIL, "anne@example.org")
MOBILE = Address(Channel.SMS, "+33639980001")
END = AT + timedelta(minutes=10)


@dataclass
class Bag:
    """Takes every letter, or says what it was told to say."""

    says: Outcome = Outcome.SENT
    letters: list[Letter] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def send(self, letter: Letter) -> Outcome:
        with self.lock:
            self.letters.append(letter)
        return self.says


def put(engine: Engine, message: Message = CODE, to: Address = ANNE) -> None:
    with unit_of_work(engine) as session:
        post(session, RING, message, to, AT, END)


def take(engine: Engine, bag: object, at: datetime = AT) -> Delivered:
    return deliver(engine, RING, {Channel.EMAIL: bag, Channel.SMS: bag}, at)  # type: ignore[dict-item]  # a carrier


def waiting(engine: Engine) -> int:
    with reading(engine) as session:
        return session.execute(select(func.count()).select_from(MESSAGE)).scalar_one()


def trail_of(engine: Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        rows = session.execute(select(AUDIT.c.tag, AUDIT.c.reason, AUDIT.c.new)).all()
    return [(row.tag, row.reason, row.new) for row in rows]


def test_what_is_posted_is_sent_and_gone(engine: Engine) -> None:
    put(engine)
    bag = Bag()
    assert take(engine, bag) == Delivered(sent=1)
    (letter,) = bag.letters
    assert letter.to == "anne@example.org"
    assert letter.subject == "Your code to sign in"
    assert "123456" in letter.text
    assert "https://example.org/me/x" in letter.html
    assert waiting(engine) == 0
    assert trail_of(engine) == [("notify:message:sent", "", "sign-in-code email")]


def test_whoever_is_told_to_end_sends_the_letter_in_hand_and_no_other(engine: Engine) -> None:
    put(engine)
    put(engine)
    ending = Event()

    class Told(Bag):
        def send(self, letter: Letter) -> Outcome:
            ending.set()
            return super().send(letter)

    bag = Told()
    assert deliver(engine, RING, {Channel.EMAIL: bag}, AT, ending) == Delivered(sent=1)
    assert waiting(engine) == 1


def test_a_text_message_is_short_and_bare(engine: Engine) -> None:
    put(engine, to=MOBILE)
    bag = Bag()
    take(engine, bag)
    (letter,) = bag.letters
    assert (letter.to, letter.subject, letter.html) == ("+33639980001", "", "")
    assert "open https://example.org/me/x and type 123456" in letter.text


def test_a_deed_that_is_undone_posts_nothing(engine: Engine) -> None:
    def undone() -> None:
        with unit_of_work(engine) as session:
            post(session, RING, CODE, ANNE, AT, END)
            raise LookupError

    with pytest.raises(LookupError):
        undone()
    assert waiting(engine) == 0


def test_nothing_in_the_table_or_the_trail_says_to_whom_or_what(engine: Engine) -> None:
    put(engine)
    with reading(engine) as session:
        rows = str(session.execute(select(MESSAGE)).all())
    take(engine, Bag())
    with reading(engine) as session:
        rows += str(session.execute(select(AUDIT)).all())
    for secret in ("anne", "example.org", "123456"):
        assert secret not in rows


def test_what_fails_for_now_is_tried_again_after_a_pause(engine: Engine) -> None:
    put(engine)
    bag = Bag(Outcome.LATER)
    assert take(engine, bag) == Delivered(later=1)
    assert take(engine, bag, AT + timedelta(seconds=5)) == Delivered()
    bag.says = Outcome.SENT
    assert take(engine, bag, AT + timedelta(seconds=20)) == Delivered(sent=1)
    first, second = bag.letters
    assert first.reference == second.reference


def test_pauses_grow_to_a_quarter_of_an_hour() -> None:
    pauses = [pause_after(tries).total_seconds() for tries in (0, 1, 2, 3, 10, 10_000)]
    assert pauses == [15, 30, 60, 120, 900, 900]


def test_an_address_that_is_refused_is_given_up(engine: Engine) -> None:
    put(engine)
    assert take(engine, Bag(Outcome.NEVER)) == Delivered(never=1)
    assert waiting(engine) == 0
    assert trail_of(engine) == [("notify:message:failed", "address refused", "sign-in-code email")]


def test_a_code_that_is_over_is_not_sent(engine: Engine) -> None:
    put(engine)
    bag = Bag()
    assert take(engine, bag, END) == Delivered(never=1)
    assert bag.letters == []
    assert trail_of(engine) == [("notify:message:failed", "too late", "sign-in-code email")]


def test_after_a_crash_the_next_sends_it_again(engine: Engine) -> None:
    put(engine)

    class Dies:
        def send(self, _letter: Letter) -> Outcome:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(engine, Dies())
    assert take(engine, Bag()) == Delivered()  # the dead one's lease still runs
    assert take(engine, Bag(), AT + LEASE + timedelta(seconds=1)) == Delivered(sent=1)


def test_no_transaction_is_open_while_the_network_is_waited_for(engine: Engine) -> None:
    put(engine)

    class Writes(Bag):
        def send(self, letter: Letter) -> Outcome:
            if not self.letters:
                put(engine)  # would wait for ever, or fail, beside an open one on SQLite
            return super().send(letter)

    assert take(engine, Writes()) == Delivered(sent=2)


def test_a_clock_set_back_holds_up_no_new_message(engine: Engine) -> None:
    put(engine)
    assert take(engine, Bag(), AT - timedelta(hours=1)) == Delivered(sent=1)


def test_a_clock_set_forward_sends_no_code_that_is_over(engine: Engine) -> None:
    put(engine)
    assert take(engine, Bag(), AT + timedelta(hours=1)) == Delivered(never=1)


def test_whoever_comes_back_after_the_lease_changes_nothing(engine: Engine) -> None:
    put(engine)
    fresh = Bag()

    class Slow:
        def send(self, _letter: Letter) -> Outcome:
            take(engine, fresh, AT + LEASE + timedelta(seconds=1))
            return Outcome.NEVER

    take(engine, Slow())
    assert len(fresh.letters) == 1
    assert trail_of(engine) == [("notify:message:sent", "", "sign-in-code email")]


def test_many_processes_send_each_message_once(engine: Engine) -> None:
    for _ in range(20):
        put(engine)
    bag = Bag()
    with ThreadPoolExecutor(4) as processes:
        counts = list(processes.map(lambda _: take(engine, bag).sent, range(4)))
    assert sum(counts) == 20
    assert len({letter.reference for letter in bag.letters}) == len(bag.letters) == 20


def test_a_message_that_cannot_be_opened_holds_up_no_other(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        post(session, Keyring.of(["l" * 32]), CODE, ANNE, AT, END)
    put(engine, to=MOBILE)
    assert take(engine, Bag()) == Delivered(sent=1, later=1)


@pytest.mark.parametrize(
    "message",
    [
        replace(CODE, name="../sign-in-code"),
        replace(CODE, name="nothing"),
        replace(CODE, language="de"),
        replace(CODE, fields={"link": "x"}),
        replace(CODE, fields={"link": "x", "code": "1", "more": "x"}),
        replace(CODE, fields={"link": "x\rBcc: b@example.org", "code": "1"}),
        replace(CODE, fields={"link": "x\x00", "code": "1"}),
        replace(CODE, fields={"link": "\u202ex", "code": "1"}),
    ],
    ids=["path", "unknown", "language", "missing", "too many", "line break", "NUL", "RTL"],
)
def test_a_message_that_will_not_do_is_refused_where_it_is_written(
    engine: Engine, message: Message
) -> None:
    with pytest.raises(ValueError, match=r"^[^@\n]*$"):
        put(engine, message)
    assert waiting(engine) == 0


def test_a_space_that_does_not_break_is_one_sign_of_a_field(engine: Engine) -> None:
    put(engine, replace(CODE, fields={"link": "x", "code": "Une étude\u00a0: le sucre"}))
    assert waiting(engine) == 1


@pytest.mark.parametrize(
    "where", ["a@example.org\nBcc: b@example.org", "a@example.org\r", "\u2028"]
)
def test_an_address_that_breaks_lines_is_refused(engine: Engine, where: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        put(engine, to=Address(Channel.EMAIL, where))


@pytest.mark.parametrize("channel", [Channel.LETTER, Channel.PHONE])
def test_the_post_goes_by_email_and_text_message_only(engine: Engine, channel: Channel) -> None:
    with pytest.raises(ValueError, match=CODE.name):
        put(engine, to=Address(channel, "x"))


def test_nothing_is_shown_when_a_message_is_printed() -> None:
    shown = f"{CODE}{ANNE}{Letter('r', 'anne@example.org', 'secret', 'Subject', 'secret')}"
    for secret in ("123456", "anne@", "secret"):
        assert secret not in shown
