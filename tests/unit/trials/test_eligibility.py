import pytest

from recruit.criteria.codec import decode_eligibility, encode_eligibility
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import Age, AllOf, Rule, Unparsed
from recruit.terminology.lexicon import Lexicon
from recruit.trials import eligibility
from recruit.trials.eligibility import read_eligibility
from recruit.trials.sources.ctgov import read_ctgov
from recruit.trials.sources.exchange import read_exchange
from tests.unit.trials.samples import ctgov, exchange


def test_a_study_gives_what_matching_needs(lexicon: Lexicon) -> None:
    found = read_eligibility(read_ctgov(ctgov(), "file"), lexicon)
    assert found.trial == "NCT90000001"
    assert found.about == ("MESH:D003924",)
    assert found.criteria[0] == Criterion("inclusion", "Age 18 to 75 years", Age(18, 75))
    assert [place.country for place in found.places] == ["FR", "KR"]
    assert not found.seeks_healthy


def test_spans_lie_in_the_text_as_the_registry_has_it(lexicon: Lexicon) -> None:
    draft = read_ctgov(ctgov(), "file")
    spans = [each.span for each in read_eligibility(draft, lexicon).criteria if each.span]
    assert [draft.criteria[start:end].strip("* ") for start, end in spans] == [
        "HbA1c \\> 7 %",
        "BMI 20-30 kg/m\\^2",
    ]


@pytest.mark.parametrize("rule", [AllOf(()), Unparsed("")])
def test_a_rule_that_the_language_refuses_is_left_to_a_person(
    lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch, rule: Rule
) -> None:
    read = (
        Criterion("inclusion", "never ill", rule, (0, 9)),
        Criterion("inclusion", " ", Unparsed(" "), (9, 10)),
    )
    monkeypatch.setattr(eligibility, "parse", lambda *_, **__: read)
    found = read_eligibility(read_exchange(exchange(), "file"), lexicon)
    assert found.criteria == (
        Criterion("inclusion", "never ill", Unparsed("never ill", (0, 9)), (0, 9)),
    )
    assert decode_eligibility(encode_eligibility(found), "T1") == found


def test_the_same_rules_are_the_same_parser() -> None:
    assert len(eligibility.parser_version()) == 16
    assert int(eligibility.parser_version(), 16) >= 0
