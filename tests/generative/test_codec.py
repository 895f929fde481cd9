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
from recruit.criteria.nodes import Rule
from tests.generative.rules import criteria, eligibilities, rules

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
)


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
