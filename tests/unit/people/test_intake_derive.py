"""What follows from what is known, and what does not."""

from recruit.people.facts import (
    ClinicalFact,
    Fact,
    FactStatus,
    MeasureFact,
    Profile,
    Source,
    StateFact,
)
from recruit.people.intake.derive import with_consequences
from recruit.terminology.concepts import Kind


def states(*facts: Fact, sex: str | None = None) -> dict[str, FactStatus]:
    profile = with_consequences(Profile("p", sex=sex, facts=facts))  # type: ignore[arg-type]  # two words
    return {f.state: f.status for f in profile.facts if isinstance(f, StateFact)}


def test_men_are_not_pregnant() -> None:
    assert states(sex="male")["pregnant"] == "absent"
    assert states(sex="male")["childbearing_potential"] == "absent"


def test_of_women_nothing_follows_by_sex_alone() -> None:
    assert states(sex="female") == {}


def test_after_menopause_nobody_is_pregnant() -> None:
    assert states(StateFact("menopausal"))["pregnant"] == "absent"


def test_what_was_told_goes_before_what_follows() -> None:
    told = states(StateFact("menopausal"), StateFact("pregnant", "present"))
    assert told["pregnant"] == "present"


def test_an_absent_state_implies_nothing() -> None:
    assert states(StateFact("menopausal", "absent")) == {"menopausal": "absent"}


def test_body_mass_follows_from_height_and_weight() -> None:
    facts = (MeasureFact("height", 170.0), MeasureFact("weight", 70.0))
    found = with_consequences(Profile("p", facts=facts)).facts[-1]
    assert found == MeasureFact("bmi", 24.2, source=Source.DERIVED)


def test_a_measured_body_mass_stays() -> None:
    facts = (
        MeasureFact("height", 170.0),
        MeasureFact("weight", 70.0),
        MeasureFact("bmi", 25.0),
    )
    assert with_consequences(Profile("p", facts=facts)).facts == facts


def test_a_list_with_an_entry_that_nobody_understood_is_not_complete() -> None:
    unread = ClinicalFact(Kind.CONDITION, "qsdfgh", ())
    profile = Profile("p1", facts=(unread,), complete=frozenset({Kind.CONDITION, Kind.DRUG}))

    assert with_consequences(profile).complete == {Kind.DRUG}
