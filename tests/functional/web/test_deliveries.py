"""What an administrator sees of the messages to people, and decides about them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from recruit.actions.outreach.deliveries import SIZE, Key
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify import reputation
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.reputation import Standing
from recruit.notify.stages import Reason, State
from recruit.people import store as people
from tests import outreach
from tests.deliveries import PAGE, Desk
from tests.web_world import ADMINISTRATOR, COORDINATOR, SPONSOR, World

ADDRESSES = "/admin/deliveries/addresses"


@pytest.fixture
def desk(fresh: World) -> Desk:
    return Desk(fresh)


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}/day.svg", ADDRESSES])
def test_only_administrators_see_deliveries(filled: World, page: str) -> None:
    for email in (COORDINATOR, SPONSOR):
        assert filled.enter(email).get(page).status_code == 403
    assert filled.app.test_client().get(page).status_code == 302


def test_without_any_message_the_page_says_what_will_come(filled: World) -> None:
    page = filled.enter(ADMINISTRATOR).get(f"{PAGE}?lang=en").text

    assert "Messages appear as soon as a coordinator approves them." in page
    assert "No message is due and waiting." in page


def test_a_message_stands_with_its_reason_its_reference_and_its_way(desk: Desk) -> None:
    number = desk.message(State.FAILED, Reason.REFUSED)

    page = desk.get()

    assert desk.person in page
    assert desk.references()[number] in page
    assert page.count("Refused by the provider") >= 2
    assert "Waits to be sent" in page


def test_neither_a_name_nor_an_address_stands_there(desk: Desk) -> None:
    desk.message(State.UNKNOWN, Reason.NO_ANSWER)
    desk.message(State.DELIVERED)

    page = desk.get()

    assert "Camille" not in page
    assert "@example.org" not in page.replace(ADMINISTRATOR, "")


def test_each_look_is_recorded(desk: Desk) -> None:
    desk.get("&state=failed&trial=T-1")

    with reading(desk.engine) as session:
        query = select(AUDIT.c.new).where(AUDIT.c.tag == Tag.DELIVERIES_SHOWN.value)
        assert list(session.scalars(query)) == ["failed, T-1"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("&state=bounced", {"bounced"}),
        ("&channel=sms", {"sms"}),
        ("&reason=provider+busy", {"busy"}),
        ("&trial=nothing", set()),
        ("&day=2020-01-01", set()),
        ("&reference=none", set()),
        ("", {"bounced", "sms", "busy"}),
    ],
)
def test_the_filter_narrows_the_list(desk: Desk, query: str, shown: set[str]) -> None:
    numbers = {
        "bounced": desk.message(State.BOUNCED, Reason.RECEIPT),
        "sms": desk.message(State.DELIVERED, channel=Channel.SMS),
        "busy": desk.message(State.DEFERRED, Reason.BUSY),
    }
    references = desk.references()

    page = desk.get(query)

    listed = page.partition('id="messages"')[2]
    assert {name for name, number in numbers.items() if references[number] in listed} == shown


def test_a_message_is_found_by_its_reference(desk: Desk) -> None:
    first, second = desk.message(State.DELIVERED), desk.message(State.DELIVERED)
    references = desk.references()

    page = desk.get(f"&reference={references[first].upper()}").partition('id="messages"')[2]

    assert f"<code>{references[first]}</code>" in page
    assert references[second] not in page


@pytest.mark.parametrize(
    "query", ["state=none", "channel=fax", "reason=x", "day=yesterday", "day=2026-02-30"]
)
def test_a_filter_that_means_nothing_is_named(filled: World, query: str) -> None:
    answer = filled.enter(ADMINISTRATOR).get(f"{PAGE}?{query}&lang=en")

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_pages_follow_one_another_without_gap_or_overlap(desk: Desk) -> None:
    first = desk.message(State.DELIVERED)
    with unit_of_work(desk.engine) as session:
        row = session.execute(select(OUTBOX).where(OUTBOX.c.id == first)).mappings().one()
        names = [f"somebody{number}" for number in range(2 * SIZE)]
        others = people.enrol(session, "example", names).values()
        for number, person in enumerate(others):
            # Half of them changed at the same moment, as a cancelled wave does.
            since = timedelta(seconds=number if number % 2 else 0)
            own = {
                "id": first + 1 + number,
                "reference": f"{number:032x}",
                "person": person,
                "changed_at": row["changed_at"] - since,
            }
            session.execute(OUTBOX.insert(), {**row, **own})
    seen: list[str] = []
    query: str | None = ""
    while query is not None:
        page = desk.get(query)
        seen += re.findall(r"Reference <code>([0-9a-f]{32})</code>", " ".join(page.split()))
        older = re.search(r'rel="next" href="[^"]*before=([0-9-]+)"', page)
        query = f"&before={older[1]}" if older else None

    assert len(seen) == len(set(seen)) == 2 * SIZE + 1


@pytest.mark.parametrize(
    "text", ["x", "1-", "-1", "9" * 30 + "-1", "1-" + "9" * 30, "253402300800000000-1"]
)
def test_a_key_that_is_none_begins_at_the_newest(text: str) -> None:
    assert Key.parse(text) is None


def test_a_key_is_read_as_it_was_written() -> None:
    key = Key(now(), 12)

    assert Key.parse(str(key)) == key


def test_the_longest_due_message_is_told(desk: Desk) -> None:
    number = desk.message(State.DEFERRED, Reason.BUSY)
    with unit_of_work(desk.engine) as session:
        late = {"due_at": now() - timedelta(days=2)}
        session.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(late))

    assert "1 message is due." in desk.get()


def test_an_unknown_message_waits_for_a_decision(desk: Desk) -> None:
    desk.message(State.UNKNOWN, Reason.NO_ANSWER)

    page = desk.get()

    assert "1 message may have been sent, or not" in page
    assert "It may then arrive twice." in page


def test_a_person_says_that_it_was_sent(desk: Desk) -> None:
    number = desk.message(State.UNKNOWN, Reason.NO_ANSWER)

    status, _ = desk.post(f"/{number}/decision", decision="sent")

    assert status == 302
    assert outreach.state(desk.engine, number) == (State.ACCEPTED, Reason.DECIDED)
    assert desk.tags(Tag.MESSAGE_DECIDED) == [(f"message {desk.references()[number]}", "")]
    assert "Nothing more goes out." in desk.get()


def test_a_person_has_it_sent_again_knowing_that_it_may_arrive_twice(desk: Desk) -> None:
    number = desk.message(State.UNKNOWN, Reason.NO_ANSWER)

    status, _ = desk.post(f"/{number}/decision", decision="again", twice="yes")

    assert status == 302
    assert outreach.state(desk.engine, number) == (State.DEFERRED, Reason.DECIDED)


def test_nothing_is_sent_again_by_somebody_who_does_not_know_that(desk: Desk) -> None:
    number = desk.message(State.UNKNOWN, Reason.NO_ANSWER)

    status, page = desk.post(f"/{number}/decision", decision="again")

    assert status == 422
    assert f'href="#twice-{number}"' in page
    assert outreach.state(desk.engine, number)[0] is State.UNKNOWN


def test_what_was_settled_meanwhile_is_not_decided_again(desk: Desk) -> None:
    number = desk.message(State.DELIVERED, Reason.RECEIPT)

    desk.post(f"/{number}/decision", decision="sent")

    assert outreach.state(desk.engine, number) == (State.DELIVERED, Reason.RECEIPT)
    assert "Nothing changed." in desk.get()
    assert desk.tags(Tag.MESSAGE_DECIDED) == []


def test_no_decision_is_taken_of_a_message_that_does_not_exist(desk: Desk) -> None:
    assert desk.post("/999999/decision", decision="sent")[0] == 404


def test_a_stopped_channel_goes_on_when_somebody_says_why(desk: Desk) -> None:
    desk.stop()
    assert "Email has stopped" in desk.get()

    status, _ = desk.post("/channels/email/go-on", **{"reason-email": "the list was mended"})

    assert status == 302
    with reading(desk.engine) as session:
        assert reputation.standing(session, Channel.EMAIL) is Standing.FINE
    assert desk.tags(Tag.CHANNEL_RESUMED) == [("channel email", "the list was mended")]


def test_a_restored_copy_says_why_it_sends_nothing_until_somebody_lets_it(desk: Desk) -> None:
    with unit_of_work(desk.engine) as session:
        reputation.hold_all(session, now())
    assert "A copy of the database was restored. Look first" in desk.get()

    for channel in Channel:
        desk.post(f"/channels/{channel}/go-on", **{f"reason-{channel}": "entered again"})

    with reading(desk.engine) as session:
        assert not reputation.is_held(session)
    assert len(desk.tags(Tag.CHANNEL_RESUMED)) == len(Channel)


def test_no_channel_goes_on_without_a_reason(desk: Desk) -> None:
    desk.stop()

    status, page = desk.post("/channels/email/go-on", **{"reason-email": " "})

    assert status == 422
    assert 'href="#reason-email"' in page
    with reading(desk.engine) as session:
        assert reputation.standing(session, Channel.EMAIL) is Standing.STOPPED


def test_a_channel_that_is_fine_cannot_be_let_go_on(desk: Desk) -> None:
    desk.post("/channels/email/go-on", **{"reason-email": "why not"})

    assert desk.tags(Tag.CHANNEL_RESUMED) == []


def test_the_chart_of_a_day_is_titled_with_what_it_comes_to(desk: Desk) -> None:
    desk.message(State.DELIVERED)
    desk.message(State.BOUNCED, Reason.RECEIPT)

    page = " ".join(desk.get().split())

    assert ": 2 of 2 went out; " in page
    assert "came back or complained of: 1." in page


def test_the_chart_is_a_picture_without_script(desk: Desk) -> None:
    desk.message(State.DELIVERED)

    answer = desk.client.get(f"{PAGE}/day.svg?lang=en")

    assert answer.mimetype == "image/svg+xml"
    assert "Delivered" in answer.text
    assert "<script" not in answer.text


def test_a_day_without_messages_has_no_chart(desk: Desk) -> None:
    page = desk.get("&day=2020-01-01")

    assert "No message moved on 1 January 2020." in page
    assert "day.svg" not in page
