"""E-mail addresses and mobile numbers as people write them."""

import pytest

from recruit.core.errors import Refusal
from recruit.people.contact_points import (
    NEITHER,
    NO_ADDRESS,
    NO_MOBILE,
    ContactPoint,
    read_address,
    read_contact_point,
)
from recruit.people.vault import Item


@pytest.mark.parametrize(
    ("written", "item", "where"),
    [
        (" Ada@Example.org ", Item.EMAIL, "Ada@example.org"),
        ("ada@exämple.org", Item.EMAIL, "ada@xn--exmple-cua.org"),
        ("06 39 98 12 34", Item.PHONE, "+33639981234"),
        ("+33 (0)6.39.98.12.34", Item.PHONE, "+33639981234"),
        ("+1 617 555 0123", Item.PHONE, "+16175550123"),
    ],
)
def test_each_way_to_write_it_becomes_one_spelling(written: str, item: Item, where: str) -> None:
    assert read_contact_point(written) == ContactPoint(item, where)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ada",
        "ada@",
        "ada@example",
        "ada@@example.org",
        "ada@example.org\r\nBcc: all@example.org",
        "ada\u202e@example.org",
        "ada\x00@example.org",
        "a" * 10_000,
        "a" * 250 + "@example.org",
        "12",
        "0" * 40,
        "ada@localhost",
    ],
)
def test_what_is_neither_is_refused(written: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_contact_point(written)
    assert refused.value.problem == NEITHER


@pytest.mark.parametrize("written", ["01 99 00 12 34", "+33 800 00 00 00", "0639981234 ext. 5"])
def test_a_number_that_no_text_message_reaches_is_refused(written: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_contact_point(written)
    assert refused.value.problem == NO_MOBILE


def test_neither_the_error_nor_the_contact_point_shows_the_address() -> None:
    with pytest.raises(Refusal) as refused:
        read_contact_point("secret@@example.org")
    shown = f"{refused.value} {refused.value!r} {read_contact_point('secret@example.org')!r}"
    assert "secret" not in shown


def test_an_address_keeps_its_lines() -> None:
    assert read_address(" 1  rue d’Exemple \r\n\r\n75012 Paris\n") == "1 rue d’Exemple\n75012 Paris"


def test_no_address_is_none() -> None:
    assert read_address(" \r\n ") == ""


@pytest.mark.parametrize("written", ["a" * 10_000, "a\n" * 8, "a" * 301])
def test_too_long_an_address_is_refused(written: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_address(written)
    assert refused.value.problem == NO_ADDRESS


@pytest.mark.parametrize("sign", ["\u202e", "\x00", "\x1b"])
def test_an_address_with_signs_that_do_not_print_is_refused(sign: str) -> None:
    with pytest.raises(Refusal, match="cannot be printed"):
        read_address(f"1 rue{sign} d’Exemple")
