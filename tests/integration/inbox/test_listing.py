"""The list of conversations: fast where there are many, and without gaps or repeats."""

import time
from datetime import timedelta
from statistics import median

from sqlalchemy import Engine, select, update
from sqlmodel import col

from recruit.actions.inbox.listing import SIZE, Place, Wanted, Which, listing
from recruit.actions.outreach import words
from recruit.actions.safety.noticing import Standing
from recruit.actions.safety.tables import CASE
from recruit.actions.words_table import CONVERSATION, HEARD
from recruit.consent.choices import Channel
from recruit.core.bulk import insert_all
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people.account_tables import Account
from tests.outreach import RING, willing

MANY = 100_000
ANY = Wanted(Which.ALL, 1)


def hear(engine: Engine, person: str, text: str) -> None:
    with unit_of_work(engine) as session:
        words.hear(
            session,
            RING,
            person=person,
            trial=None,
            channel=Channel.SMS,
            text=text,
            at=now(),
        )


def listed(engine: Engine, which: Which, account: int = 1) -> list[str | None]:
    with reading(engine) as session:
        found = listing(session, RING, Wanted(which, account), now())
    return [each.person for each in found.lines]


def test_unread_comes_first_and_then_the_newest(engine: Engine) -> None:
    ada, ben, eve = (willing(engine, name) for name in ("ada", "ben", "eve"))
    for person in (ada, ben, eve):
        hear(engine, person, "bonjour")
    with unit_of_work(engine) as session:
        session.execute(update(CONVERSATION).where(CONVERSATION.c.person == eve).values(waits=0))
    assert listed(engine, Which.ALL) == [ben, ada, eve]
    assert listed(engine, Which.UNREAD) == [ben, ada]


def test_what_may_be_an_adverse_event_is_flagged_until_somebody_decides(engine: Engine) -> None:
    person = willing(engine)
    hear(engine, person, "Depuis le comprimé j’ai de violents maux de tête et je vomis")
    assert listed(engine, Which.FLAGGED) == [person]
    with unit_of_work(engine) as session:
        session.execute(update(CASE).values(state=Standing.DISMISSED.value))
    assert listed(engine, Which.FLAGGED) == []


def test_whoever_owes_an_answer_finds_it(engine: Engine) -> None:
    person = willing(engine)
    hear(engine, person, "Est-ce loin de Lyon ?")
    assert listed(engine, Which.OWED) == [person]
    with reading(engine) as session:
        late = listing(session, RING, ANY, now() + timedelta(days=10)).counts
    assert (late.owed, late.overdue) == (1, 1)


def test_pages_of_a_hundred_thousand_words_come_at_once_and_leave_nothing_out(
    engine: Engine,
) -> None:
    fill(engine)
    took, seen, after = list[float](), set[int](), None
    with reading(engine) as session:
        listing(session, RING, ANY, now())  # what is read first is read from the disk
        for page in range(12):
            began = time.perf_counter()
            found = listing(session, RING, Wanted(Which.ALL, 1, after=after), now())
            took.append(time.perf_counter() - began)
            assert len(found.lines) == SIZE
            assert seen.isdisjoint(each.number for each in found.lines)
            seen |= {each.number for each in found.lines}
            # Half-way through the pages on, deep into the list.
            after = found.after if page != 5 else deep(found.after)
    # Half of them: a machine that is busy with something else may delay one or the other.
    assert median(took) < 1.0


def deep(place: Place | None) -> Place:
    assert place is not None
    return Place(0, place.newest_at, 0)


def fill(engine: Engine) -> None:
    """As many conversations, every hundredth unread, each with one word."""
    at = now()
    with unit_of_work(engine) as session:
        rows = [
            {
                "id": number,
                "key": f"{number:064}",
                "waits": int(number % 100 == 0),
                "newest_at": at - timedelta(seconds=number),
            }
            for number in range(1, MANY + 1)
        ]
        insert_all(session, CONVERSATION, rows)
        said = [
            {
                "channel": "sms",
                "how": "sms",
                "mark": f"{number:064}",
                "sealed": RING.seal(
                    b'{"text": "bonjour", "sender": "+33639980077"}', f"heard/{number:064}"
                ),
                "heard_at": at - timedelta(seconds=number),
                "conversation": number,
            }
            for number in range(1, MANY + 1)
        ]
        insert_all(session, HEARD, said)
        assert session.scalars(select(col(Account.id))).all() == []
