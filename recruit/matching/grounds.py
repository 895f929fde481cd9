"""The facts that decided, as short texts with keys and UCUM units, for programs."""

from recruit.matching.outcome import Attribute, CriterionOutcome
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    MeasureFact,
    OrdinalFact,
    Profile,
    StateFact,
)
from recruit.terminology.variables import variable


def grounds(outcome: CriterionOutcome, profile: Profile) -> list[str]:
    """What on record speaks of the criterion, nothing twice: "HbA1c 7.8 % (2026-10-01, own)"."""
    found = (_ground(fact, profile) for leaf in outcome.leaves for fact in leaf.evidence)
    return list(dict.fromkeys(found))


def _ground(fact: Fact | Attribute, profile: Profile) -> str:  # noqa: PLR0911 - one return for each type
    match fact:
        case ClinicalFact():
            days = "/".join(str(day) for day in (fact.began, fact.ended) if day)
            return _said(f"{fact.text}: {fact.status}", days, fact.source)
        case MeasureFact():
            known = variable(fact.variable)
            unit = f" {known.unit}" if known and known.unit else ""
            value = f"{fact.variable} {fact.value:g}{unit}"
            return _said(value, str(fact.taken or ""), fact.source)
        case OrdinalFact():
            return _said(f"{fact.variable} {fact.value}", str(fact.taken or ""), fact.source)
        case StateFact():
            return _said(f"{fact.state}: {fact.status}", "", fact.source)
        case Attribute.BORN:
            return f"born {profile.born}"
        case Attribute.SEX:
            return f"sex {profile.sex}"
        case Attribute.HOME:
            return f"lives in {profile.home.country}"
        case Attribute.LANGUAGES:
            return f"speaks {', '.join(sorted(profile.languages))}"


def _said(what: str, when: str, source: str) -> str:
    return f"{what} ({', '.join(filter(None, (when, source)))})"
