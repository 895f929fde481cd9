"""Addresses that nothing is sent to: asked about, lifted with a reason, ended."""

import re

import pytest

from recruit.audit.trail import Tag
from tests.deliveries import WHERE, Desk
from tests.web_world import World


@pytest.fixture
def desk(fresh: World) -> Desk:
    return Desk(fresh)


def test_an_address_that_is_over_is_told_with_its_cause(desk: Desk) -> None:
    desk.end()

    status, page = desk.post("/addresses", channel="email", where="CAMILLE@example.org ", do="ask")

    assert status == 200
    assert "Nothing is sent to this address" in page
    assert "messages came back from it for good" in page
    assert "camille" not in page.casefold()
    assert desk.tags(Tag.ADDRESS_LOOKED_UP) == [("channel email", "")]


def test_an_address_that_is_not_over_is_told_so(desk: Desk) -> None:
    _, page = desk.post("/addresses", channel="email", where=WHERE, do="ask")

    assert "This address may be written to" in page


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"where": ""}, "where"),
        ({"where": "not an address"}, "where"),
        ({"where": "not an address", "channel": "sms"}, "where"),
        ({"where": "not an address", "do": "end", "reason": "asked"}, "where"),
        ({"channel": "fax"}, "channel"),
    ],
)
def test_a_question_that_lacks_something_is_named(
    desk: Desk, fields: dict[str, str], field: str
) -> None:
    sent = {"channel": "email", "where": WHERE, "do": "ask", **fields}

    status, page = desk.post("/addresses", **sent)

    assert status == 422
    assert f'href="#{field}"' in page


def test_an_address_is_lifted_with_a_reason(desk: Desk) -> None:
    desk.end()
    _, page = desk.post("/addresses", channel="email", where=WHERE, do="ask")
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found

    status, _ = desk.post("/addresses/lift", digest=found[1], lifting="its owner asked for it")

    assert status == 302
    assert not desk.is_over()
    assert desk.tags(Tag.ADDRESS_LIFTED) == [("channel email", "its owner asked for it")]


def test_no_address_is_lifted_without_a_reason(desk: Desk) -> None:
    desk.end()
    _, page = desk.post("/addresses", channel="email", where=WHERE, do="ask")
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found

    status, page = desk.post("/addresses/lift", digest=found[1], lifting="")

    assert status == 422
    assert found[1] in page
    assert desk.is_over()


def test_what_was_lifted_is_not_lifted_again(desk: Desk) -> None:
    desk.post("/addresses/lift", digest="0" * 64, lifting="why not")

    assert desk.tags(Tag.ADDRESS_LIFTED) == []


def test_an_administrator_ends_an_address_that_somebody_asked_to_end(desk: Desk) -> None:
    status, _ = desk.post(
        "/addresses", channel="email", where=WHERE, do="end", reason="asked by telephone"
    )

    assert status == 302
    assert desk.is_over()
    assert desk.tags(Tag.ADDRESS_ENDED) == [("channel email", "asked by telephone")]


def test_no_address_is_ended_without_a_reason(desk: Desk) -> None:
    status, _ = desk.post("/addresses", channel="email", where=WHERE, do="end", reason="")

    assert status == 422
    assert not desk.is_over()
