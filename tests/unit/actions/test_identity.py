"""What says who somebody is: found in the spellings that are usual, and nothing else."""

import time

import pytest

from recruit.actions.safety import marking
from recruit.actions.safety.identity import Identity
from recruit.actions.safety.marking import Choice
from recruit.people.vault import Item

WHO = Identity(
    frozenset(
        {
            (Item.NAME, "Camille Exemple-Lefèvre"),
            (Item.EMAIL, "camille@example.org"),
            (Item.PHONE, "+33639981234"),
            (Item.ADDRESS, "12 rue des Essais\n75012 Paris"),
            (Item.BIRTH_DATE, "1974-10-03"),
        }
    )
)


@pytest.mark.parametrize(
    ("written", "copied"),
    [
        ("Je vomis. Camille", "Je vomis. [name]"),
        ("je vomis, camille exemple lefevre", "je vomis, [name]"),
        ("EXEMPLE-LEFÈVRE Camille", "[name]-[name] [name]"),
        ("au 06 39 98 12 34 svp", "au [phone] svp"),
        ("+33 (0)6.39.98.12.34", "[phone]"),
        ("tél. 0639981234", "tél. [phone]"),
        ("Camille@Example.org", "[e-mail]"),
        ("camille (at) example.org", "[e-mail]"),
        ("dr.x@example.org", "[e-mail]"),
        ("au 01/99/00/00/09", "au [phone]"),
        ("12, rue des essais, 75012 PARIS", "[address], [address]"),
        ("née le 3 octobre 1974", "née le [birth date]"),
        ("born on October 3rd, 1974", "born on [birth date]"),
        ("03/10/74, 3.10.1974, 1974-10-03", "[birth date], [birth date], [birth date]"),
        ("depuis le 12/10/2026 à 14 h", "depuis le 12/10/2026 à 14 h"),
        ("tension 120/80 130/85, 500 mg 3 fois", "tension 120/80 130/85, 500 mg 3 fois"),
        ("I was at home. Then I fell.", "I was at home. Then I fell."),
    ],
)
def test_it_is_marked_out(written: str, copied: str) -> None:
    assert marking.copy(written, WHO, Choice()) == copied


def test_what_is_surely_the_persons_own_cannot_be_taken_back() -> None:
    undone = Choice(frozenset({"camille", "06 39 98 12 34"}))
    assert marking.copy("Camille, 06 39 98 12 34", WHO, undone) == "[name], [phone]"


def test_a_word_that_is_a_name_as_well_can_be_taken_back() -> None:
    text = "le thé camille"
    assert marking.copy(text, WHO, Choice(frozenset({"camille"}))) == text


def test_what_somebody_else_may_be_called_by_is_no_ground_to_refuse() -> None:
    assert not marking.says_who("appeler le 01 99 00 00 09", WHO)
    assert marking.says_who("appeler le 06-39-98-12-34", WHO)


@pytest.mark.parametrize("long", ["x" * 20_000, "x." * 10_000, "a@" + "x-" * 10_000])
def test_a_long_word_takes_no_longer_than_many_short_ones(long: str) -> None:
    began = time.process_time()
    assert marking.copy(long, WHO, Choice()) == long
    assert time.process_time() - began < 2


def test_nothing_of_an_address_stays_however_long_it_is() -> None:
    before = "camille." * 12 + "exemple"
    assert "camille" not in marking.copy(f"écrire à {before}@example.org", WHO, Choice())
