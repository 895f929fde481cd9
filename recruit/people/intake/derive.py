"""What follows from what is known. A derived fact never contradicts one that was told."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Literal

from recruit.people.facts import ClinicalFact, Fact, MeasureFact, Profile, Source, StateFact
from recruit.terminology.concepts import Kind

FEMALE_STATES: Final = ("pregnant", "breastfeeding", "childbearing_potential", "menopausal")
# A state that is present, and what is therefore absent.
RULES_OUT: Final = {
    "menopausal": ("pregnant", "childbearing_potential", "premenopausal"),
    "surgically_sterile": ("childbearing_potential",),
    "pregnant": ("menopausal", "surgically_sterile"),
    "smoker": ("never_smoker",),
    "never_smoker": ("smoker",),
}
# And what is therefore present.
IMPLIES: Final = {"pregnant": ("childbearing_potential",)}


def with_consequences(profile: Profile) -> Profile:
    """The profile with the facts that follow from its own, marked as derived.

    Men are not pregnant, breastfeeding or of childbearing potential; women past menopause are not
    pregnant; body mass index = weight / height² where it was not measured.
    """
    profile = replace(
        profile,
        facts=tuple(_of_this_person(profile)),
        complete=profile.complete - _unclear(profile),
    )
    told = {fact.state for fact in profile.facts if isinstance(fact, StateFact)}
    derived: dict[str, Fact] = {}
    for fact in _states(profile):
        if fact.state not in told:
            derived.setdefault(fact.state, fact)
    return replace(profile, facts=(*profile.facts, *derived.values(), *_body_mass(profile)))


def _unclear(profile: Profile) -> frozenset[Kind | Literal["state", "measure"]]:
    """The kinds with an entry that nobody understood: such a list proves nothing by its silence."""
    return frozenset(
        fact.kind
        for fact in profile.facts
        if isinstance(fact, ClinicalFact) and not fact.concepts and fact.status != "absent"
    )


def _of_this_person(profile: Profile) -> Iterator[Fact]:
    """Without what a note says of the mother of a boy, or of a man's wife."""
    for fact in profile.facts:
        female = isinstance(fact, StateFact) and fact.state in FEMALE_STATES
        if not (female and profile.sex == "male" and fact.source is Source.NOTE):
            yield fact


def _states(profile: Profile) -> Iterator[StateFact]:
    if profile.sex == "male":
        for state in FEMALE_STATES:
            yield StateFact(state, "absent", source=Source.DERIVED)
    for fact in profile.facts:
        if isinstance(fact, StateFact) and fact.state == "smoker" and fact.status == "past":
            yield StateFact("never_smoker", "absent", source=Source.DERIVED)
        if isinstance(fact, StateFact) and fact.status == "present":
            for state in RULES_OUT.get(fact.state, ()):
                yield StateFact(state, "absent", source=Source.DERIVED)
            for state in IMPLIES.get(fact.state, ()):
                yield StateFact(state, "present", source=Source.DERIVED)


def _body_mass(profile: Profile) -> Iterator[MeasureFact]:
    latest: dict[str, MeasureFact] = {}
    for fact in profile.facts:
        if isinstance(fact, MeasureFact):
            known = latest.get(fact.variable)
            if known is None or _day(fact) >= _day(known):
                latest[fact.variable] = fact
    height, weight = latest.get("height"), latest.get("weight")
    if height and weight and "bmi" not in latest:
        value = round(weight.value / (height.value / 100) ** 2, 1)
        yield MeasureFact("bmi", value, taken=weight.taken, source=Source.DERIVED)


def _day(fact: MeasureFact) -> str:
    return fact.taken.latest.isoformat() if fact.taken else ""
