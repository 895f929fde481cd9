"""A profile comes back from JSON as it went."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from recruit.core.dates import PartialDate
from recruit.criteria.nodes import Detail
from recruit.people.codec import decode, digest, encode
from recruit.people.facts import (
    ClinicalFact,
    Home,
    MeasureFact,
    OrdinalFact,
    Profile,
    Source,
    StateFact,
)
from recruit.terminology.concepts import Kind

WHOLE = Profile(
    person="P-1",
    born=PartialDate.parse("1975-04"),
    sex="female",
    home=Home("FR", "75012", 0.0, -2.39),
    languages=frozenset({"fr", "en"}),
    all_languages=True,
    facts=(
        ClinicalFact(
            Kind.CONDITION,
            "cancer du sein",
            ("MESH:D001943",),
            status="past",
            began=PartialDate.parse("2015"),
            ended=PartialDate.parse("2016-02-03"),
            detail=Detail(stage="iiia"),
            source=Source.RECORD,
        ),
        MeasureFact("crp", 0.0, taken=PartialDate.parse("2026-10-01"), uln=5.0, text="CRP"),
        OrdinalFact("ecog", "1"),
        StateFact("pregnant", "absent", source=Source.DERIVED),
    ),
    complete=frozenset({Kind.DRUG, "state"}),
    seeking=("MESH:D003924",),
    seeking_text=("type 2 diabetes",),
    words="never kept",
)


def test_a_whole_profile_comes_back_without_its_words() -> None:
    data = json.loads(json.dumps(encode(WHOLE)))
    assert decode(data) == WHOLE
    assert decode(data).words == ""


def test_an_empty_profile_takes_one_field() -> None:
    assert encode(Profile("P-1")) == {"person": "P-1"}


def test_the_digest_follows_the_content_not_the_order() -> None:
    encoded = encode(WHOLE)
    backwards = dict(reversed(list(encoded.items())))
    assert digest(encoded) == digest(backwards)
    assert digest(encoded) != digest(encode(Profile("P-1")))


DATES = st.dates(date(1900, 1, 1), date(2030, 1, 1))
PARTIAL = st.tuples(DATES, DATES).map(lambda pair: PartialDate(min(pair), max(pair)))
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SOURCES = st.sampled_from(Source)
STATUSES = st.sampled_from(["present", "absent", "past", "unknown"])
MAYBE = st.none() | PARTIAL
FACTS = st.one_of(
    st.builds(
        ClinicalFact,
        st.sampled_from(Kind),
        st.text(),
        st.lists(st.text()).map(tuple),
        STATUSES,
        MAYBE,
        MAYBE,
        st.none() | st.builds(Detail, stage=st.text(min_size=1)),
        SOURCES,
    ),
    st.builds(
        MeasureFact, st.text(), FINITE, MAYBE, st.none() | FINITE, st.none() | FINITE, st.text()
    ),
    st.builds(OrdinalFact, st.text(), st.text(), MAYBE),
    st.builds(StateFact, st.text(), STATUSES, source=SOURCES),
)


@given(st.lists(FACTS, max_size=4), MAYBE)
def test_every_fact_comes_back(facts: list[object], born: PartialDate | None) -> None:
    profile = Profile("P-1", born=born, facts=tuple(facts))  # type: ignore[arg-type]  # built above
    assert decode(json.loads(json.dumps(encode(profile)))) == profile
