"""The JSON form to the letter, and what is refused."""

import json
from typing import Any

import pytest

from recruit.core.dates import TimeUnit
from recruit.core.errors import Refusal
from recruit.criteria.codec import (
    decode,
    decode_criterion,
    decode_eligibility,
    encode,
    encode_criterion,
    encode_eligibility,
)
from recruit.criteria.eligibility import Criterion, Eligibility, Place
from recruit.criteria.nodes import Age, AllOf, Clinical, Detail, Measure, Not, Ordinal, Rule, Window
from recruit.terminology.concepts import Kind

ASTHMA = {"type": "condition", "text": "asthma"}
FEMALE = {"type": "sex", "value": "female"}


@pytest.mark.parametrize(
    ("rule", "written"),
    [
        (Age(min=18), {"type": "age", "min": 18, "min_inclusive": True}),
        (
            Age(max=6.5, max_inclusive=False, unit=TimeUnit.MONTH, span=(0, 9)),
            {
                "type": "age",
                "max": 6.5,
                "max_inclusive": False,
                "unit": "month",
                "span": [0, 9],
            },
        ),
        (
            Clinical(
                Kind.DRUG,
                "metformin",
                ("ATC:A10BA02",),
                "past",
                Window(max=3, unit=TimeUnit.MONTH, anchor="first_dose"),
                Detail(line="2"),
            ),
            {
                "type": "drug",
                "text": "metformin",
                "concepts": ["ATC:A10BA02"],
                "status": "past",
                "within": {"max": 3, "unit": "month", "anchor": "first_dose"},
                "detail": {"line": "2"},
            },
        ),
        (
            Measure("alt", max=2.5, times="uln"),
            {
                "type": "measure",
                "variable": "alt",
                "max": 2.5,
                "max_inclusive": True,
                "times": "uln",
            },
        ),
        (
            Not(Ordinal("child_pugh", ("A", "B"))),
            {
                "type": "not",
                "of": {"type": "ordinal", "variable": "child_pugh", "values": ["A", "B"]},
            },
        ),
    ],
)
def test_a_rule_is_written_without_its_defaults(rule: Rule, written: dict[str, Any]) -> None:
    assert encode(rule) == written


def test_a_window_or_detail_that_says_nothing_is_left_out() -> None:
    rule = Clinical(Kind.CONDITION, "asthma", within=Window(), detail=Detail())
    assert encode(rule) == ASTHMA


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (None, "rule"),
        ([], "rule"),
        ({}, "rule.type"),
        ({"type": ["age"]}, "rule.type"),
        ({"type": "disease", "text": "asthma"}, "rule.type"),
        ({"type": "age", "mni": 18}, "rule.mni"),
        ({"type": "age", "min": float("nan")}, "rule.min"),
        ({"type": "age", "min": float("inf")}, "rule.min"),
        ({"type": "age", "min": 10**400}, "rule.min"),
        ({"type": "age", "min": "18"}, "rule.min"),
        ({"type": "age", "min": True}, "rule.min"),
        ({"type": "age", "min": -1}, "rule.min"),
        ({"type": "age", "min": 75, "max": 18}, "rule.max"),
        ({"type": "age", "min": 18, "max": 18, "max_inclusive": False}, "rule.max"),
        ({"type": "age", "min": 18, "min_inclusive": 1}, "rule.min_inclusive"),
        ({"type": "age", "min": 18, "unit": "decade"}, "rule.unit"),
        ({"type": "age", "min": 18, "span": [5, 1]}, "rule.span"),
        ({"type": "age", "min": 18, "span": [0, True]}, "rule.span"),
        ({"type": "age", "min": 18, "span": "0-5"}, "rule.span"),
        ({"type": "sex"}, "rule.value"),
        ({"type": "sex", "value": "both"}, "rule.value"),
        ({"type": "condition"}, "rule.text"),
        ({"type": "condition", "text": "  "}, "rule.text"),
        ({**ASTHMA, "concepts": "MESH:D001249"}, "rule.concepts"),
        ({**ASTHMA, "concepts": [1]}, "rule.concepts"),
        ({**ASTHMA, "status": "maybe"}, "rule.status"),
        ({**ASTHMA, "within": {}}, "rule.within"),
        ({**ASTHMA, "within": {"max": 1, "min": 2}}, "rule.within.max"),
        ({**ASTHMA, "within": {"max": 1, "since": 2}}, "rule.within.since"),
        ({**ASTHMA, "detail": {}}, "rule.detail"),
        ({**ASTHMA, "detail": {"stage": 4}}, "rule.detail.stage"),
        ({"type": "measure", "min": 1}, "rule.variable"),
        ({"type": "measure", "text": " "}, "rule.text"),
        ({"type": "measure", "variable": "alt", "min": 1, "text": "ALT"}, "rule.text"),
        ({"type": "measure", "variable": "alt", "times": "uln", "unit": "U/L"}, "rule.unit"),
        ({"type": "ordinal", "variable": "ecog", "values": ["1"], "max": 2}, "rule.values"),
        ({"type": "state"}, "rule.state"),
        ({"type": "language", "value": "French"}, "rule.value"),
        ({"type": "location", "country": "fr"}, "rule.country"),
        ({"type": "location", "country": "FR", "km": 5}, "rule.km"),
        ({"type": "unparsed", "text": ""}, "rule.text"),
        ({"type": "all", "of": []}, "rule.of"),
        ({"type": "any", "of": ASTHMA}, "rule.of"),
        ({"type": "any", "of": [ASTHMA], "n": 1}, "rule.n"),
        ({"type": "not", "of": [ASTHMA]}, "rule.of"),
        ({"type": "at_least", "n": 0, "of": [ASTHMA]}, "rule.n"),
        ({"type": "at_least", "n": 2, "of": [ASTHMA]}, "rule.n"),
        ({"type": "at_least", "n": True, "of": [ASTHMA]}, "rule.n"),
        (
            {"type": "all", "of": [ASTHMA, {"type": "not", "of": {"type": "state", "state": 3}}]},
            "rule.of[1].of.state",
        ),
    ],
)
def test_what_is_odd_is_refused_by_its_field(data: object, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        decode(data, "NCT00000001")
    assert (caught.value.record, caught.value.field) == ("NCT00000001", field)


def nested(levels: int) -> object:
    rule: object = ASTHMA
    for _ in range(levels - 1):
        rule = {"type": "not", "of": rule}
    return rule


def test_sixty_four_levels_are_read() -> None:
    assert encode(decode(nested(64), "r1")) == nested(64)


@pytest.mark.parametrize("levels", [65, 100_000])
def test_deeper_nesting_is_refused(levels: int) -> None:
    with pytest.raises(Refusal, match="nested more than 64 levels deep"):
        decode(nested(levels), "r1")


def test_a_refusal_is_said_in_french() -> None:
    with pytest.raises(Refusal) as caught:
        decode({"type": "at_least", "n": 3, "of": [ASTHMA, FEMALE]}, "essai 7")
    assert caught.value.say("fr").endswith("un nombre entier de 1 à 2 est attendu")


def test_a_criterion_has_the_form_of_the_contract() -> None:
    criterion = Criterion("exclusion", "No asthma", Clinical(Kind.CONDITION, "asthma"), (3, 12))
    written = {"kind": "exclusion", "text": "No asthma", "span": [3, 12], "rule": ASTHMA}
    assert encode_criterion(criterion) == written
    assert decode_criterion(written, "r1") == criterion


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"kind": "either", "text": "", "rule": ASTHMA}, "kind"),
        ({"kind": "inclusion", "rule": ASTHMA}, "text"),
        ({"kind": "inclusion", "text": ""}, "rule"),
        ({"kind": "inclusion", "text": "", "rule": ASTHMA, "note": ""}, "note"),
        ({"kind": "inclusion", "text": "any age", "rule": {"type": "age"}}, "rule"),
        (
            {"kind": "exclusion", "text": "no age", "rule": {"type": "not", "of": {"type": "age"}}},
            "rule",
        ),
    ],
)
def test_an_odd_criterion_is_refused(data: object, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        decode_criterion(data, "r1")
    assert caught.value.field == field


def test_an_eligibility_is_written_whole() -> None:
    rule = AllOf((Age(min=18), Clinical(Kind.CONDITION, "asthma", ("MESH:D001249",))))
    eligibility = Eligibility(
        "NCT00000001",
        (Criterion("inclusion", "Adults with asthma", rule),),
        ("MESH:D001249",),
        seeks_healthy=True,
        places=(Place("FR", 48.86, 2.35), Place(None, None, None, recruiting=False)),
    )
    written = encode_eligibility(eligibility)
    assert written["places"] == [
        {"country": "FR", "lat": 48.86, "lon": 2.35},
        {"recruiting": False},
    ]
    assert decode_eligibility(json.loads(json.dumps(written)), "r1") == eligibility


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"criteria": []}, "trial"),
        ({"trial": "t", "criteria": {}}, "criteria"),
        ({"trial": "t", "criteria": [3]}, "criteria[0]"),
        ({"trial": "t", "places": [{"lat": 91}]}, "places[0].lat"),
        ({"trial": "t", "places": [{"country": "France"}]}, "places[0].country"),
        (
            {"trial": "t", "criteria": [{"kind": "inclusion", "text": "", "rule": {"type": "x"}}]},
            "criteria[0].rule.type",
        ),
    ],
)
def test_an_odd_eligibility_is_refused(data: object, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        decode_eligibility(data, "r1")
    assert caught.value.field == field
