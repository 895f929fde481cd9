"""The code on a reply slip: what is mistyped is found, what is meant is understood."""

from hashlib import sha256
from itertools import combinations

import pytest

from recruit.notify.channels.letter_code import SIGNS, code_of, references

REFERENCE = "9f86d081884c7d659a2feaa0c55ad015"
CODE = code_of(REFERENCE)
REFERENCES = [sha256(bytes([seed])).hexdigest()[:32] for seed in range(200)]


def means(typed: str, reference: str) -> bool:
    between = references(typed)
    return between is not None and between[0] <= reference <= between[1]


def test_a_code_is_three_groups_of_four_signs() -> None:
    assert [len(group) for group in CODE.split()] == [4, 4, 4]


@pytest.mark.parametrize("reference", [*REFERENCES, "0" * 32, "f" * 32])
def test_a_code_leads_back_to_its_reference(reference: str) -> None:
    assert means(code_of(reference), reference)


def test_a_code_leads_to_no_other_reference() -> None:
    assert len({code_of(each) for each in REFERENCES}) == len(REFERENCES)
    assert not means(CODE, REFERENCES[0])


def test_every_wrong_sign_is_found() -> None:
    plain = CODE.replace(" ", "")
    wrong = [
        plain[:place] + sign + plain[place + 1 :]
        for place in range(len(plain))
        for sign in SIGNS
        if sign != plain[place]
    ]
    assert [each for each in wrong if references(each)] == []


def test_every_two_signs_that_changed_places_are_found() -> None:
    plain = CODE.replace(" ", "")
    for one, other in combinations(range(len(plain)), 2):
        signs = list(plain)
        signs[one], signs[other] = signs[other], signs[one]
        if signs != list(plain):
            assert references("".join(signs)) is None, (one, other)


def test_signs_that_look_alike_are_one() -> None:
    reference = next(each for each in REFERENCES if {"0", "1"} <= set(code_of(each)))
    code = code_of(reference)
    forgiven = code.replace("0", "o").replace("1", "l").replace("8", "b").replace("5", "s")
    assert forgiven != code
    assert means(forgiven.lower().replace(" ", "-"), reference)


@pytest.mark.parametrize("typed", ["", "K7M2", CODE + "1", "é" * 12, "????????????", "\x00" * 12])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert references(typed) is None


def test_a_number_that_no_reference_begins_with_is_no_code() -> None:
    highest = [f"{SIGNS[-1] * 11}{check}" for check in SIGNS]
    assert [each for each in highest if references(each)] == []
