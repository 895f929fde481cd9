"""Laws of the JSON form."""

import json

from hypothesis import given
from hypothesis import strategies as st

from recruit.core.errors import Refusal
from recruit.criteria.codec import (
    decode,
    decode_criterion,
    decode_eligibility,
    encode,
    encode_criterion,
    encode_eligibility,
)
from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.nodes import Age, Clinical, Detail, Leaf, Measure, Rule, Window
from recruit.criteria.soundness import is_plain
from recruit.terminology.concepts import Kind
from tests.generative.rules import criteria, eligibilities, rules

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
)
# Leaves whose figures, times and words may be odd.
END = st.none() | st.floats() | st.integers(-2, 2)
WORDS = st.sampled_from(["", " ", "x"])
TIME = st.none() | st.builds(Window, END, END, event=st.sampled_from(["course", "onset"]))
ODD = st.one_of(
    st.builds(Age, END, END, st.booleans(), st.booleans()),
    st.builds(
        Measure,
        *(WORDS, END, END, st.booleans(), st.booleans()),
        unit=st.none() | WORDS,
        times=st.sampled_from([None, "uln"]),
        within=TIME,
    ),
    st.builds(
        Clinical,
        st.just(Kind.CONDITION),
        WORDS,
        within=TIME,
        detail=st.none() | st.builds(Detail, severity=st.none() | WORDS),
    ),
)


@given(ODD)
def test_what_is_plain_is_the_same_after_its_journey_as_json(leaf: Leaf) -> None:
    if is_plain(leaf):
        assert decode(encode(leaf), "r1") == leaf


@given(rules())
def test_a_rule_survives_json(rule: Rule) -> None:
    assert decode(json.loads(json.dumps(encode(rule), allow_nan=False)), "r1") == rule


@given(criteria())
def test_a_criterion_survives_json(criterion: Criterion) -> None:
    assert decode_criterion(json.loads(json.dumps(encode_criterion(criterion))), "r1") == criterion


@given(eligibilities())
def test_an_eligibility_survives_json(eligibility: Eligibility) -> None:
    written = json.dumps(encode_eligibility(eligibility))
    assert decode_eligibility(json.loads(written), "r1") == eligibility


@given(rules(), st.data())
def test_a_damaged_rule_is_read_or_refused_by_field(rule: Rule, data: st.DataObject) -> None:
    damaged = encode(rule)
    damaged[data.draw(st.sampled_from(sorted(damaged)) | st.text())] = data.draw(ANY_JSON)
    try:
        decode(damaged, "r1")
    except Refusal as refusal:
        assert refusal.record == "r1"  # noqa: PT017 - either outcome is right, a third is not
        assert refusal.field.startswith("rule")  # noqa: PT017 - the same
