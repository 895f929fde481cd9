"""What is known about a person, in words: the first column of every table."""

from collections.abc import Iterator

from recruit.core.dates import PartialDate
from recruit.criteria.nodes import Detail
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    FactStatus,
    Home,
    MeasureFact,
    OrdinalFact,
    Profile,
    StateFact,
)
from recruit.terminology.concepts import Kind
from recruit.terminology.scales import scale
from recruit.terminology.variables import variable

LANGUAGES = {"fr": "French", "en": "English"}
TOLD: dict[Kind, dict[FactStatus, str]] = {
    Kind.CONDITION: {"present": "has", "past": "had", "absent": "does not have"},
    Kind.DRUG: {"present": "takes", "past": "took", "absent": "does not take"},
    Kind.PROCEDURE: {"present": "had", "past": "had", "absent": "did not have"},
    Kind.DEVICE: {"present": "has", "past": "had", "absent": "does not have"},
    Kind.ALLERGY: {"present": "has", "past": "had", "absent": "does not have"},
    Kind.BIOMARKER: {"present": "tested for", "past": "tested for", "absent": "not found:"},
    Kind.EXPOSURE: {
        "present": "is exposed to",
        "past": "was exposed to",
        "absent": "was not exposed to",
    },
}
LISTS = {"allergy": "allergies"}


def describe(person: Profile) -> str:
    """All that is known, as one line."""
    return "; ".join(_known(person)) or "nothing"


def _known(person: Profile) -> Iterator[str]:
    if person.born:
        yield f"born {person.born}"
    if person.sex:
        yield person.sex
    if person.home != Home():
        yield f"lives in {' '.join(filter(None, (person.home.country, person.home.postcode)))}"
    if person.languages:
        only = "only " if person.all_languages else ""
        yield f"speaks {only}{', '.join(LANGUAGES[code] for code in sorted(person.languages))}"
    yield from map(_fact, person.facts)
    if person.seeking_text:
        yield f"looks for a trial for {', '.join(person.seeking_text)}"
    for kind in sorted(person.complete):
        yield f"the list of {LISTS.get(kind, f'{kind}s')} is complete"


def _fact(fact: Fact) -> str:
    match fact:
        case ClinicalFact():
            verb = TOLD[fact.kind].get(fact.status, "perhaps")
            return f"{verb} {fact.text}{_detail(fact.detail)}{_span(fact)}"
        case MeasureFact():
            known = variable(fact.variable)
            name, unit = (known.name_en, known.unit) if known else (fact.variable, "")
            limit = f" (upper limit {fact.uln:g})" if fact.uln else ""
            return f"{name} {fact.value:g} {unit}{limit}{_on(fact.taken)}"
        case OrdinalFact():
            known_scale = scale(fact.variable)
            name = known_scale.name_en if known_scale else fact.variable
            return f"{name} {fact.value}{_on(fact.taken)}"
        case StateFact():
            words = {"present": "is", "past": "was", "absent": "is not", "unknown": "perhaps is"}
            return f"{words[fact.status]} {fact.state.replace('_', ' ')}"


def _detail(detail: Detail | None) -> str:
    if detail is None:
        return ""
    said = [
        f"stage {detail.stage.upper()}" if detail.stage else None,
        detail.severity,
        f"line {detail.line}" if detail.line else None,
        detail.value,
    ]
    return f" ({', '.join(filter(None, said))})"


def _span(fact: ClinicalFact) -> str:
    if fact.began and fact.began == fact.ended:
        return (
            f" on {fact.began}" if fact.began.earliest == fact.began.latest else f" in {fact.began}"
        )
    since = f" since {fact.began}" if fact.began else ""
    until = f" until {fact.ended}" if fact.ended else ""
    return since + until


def _on(day: PartialDate | None) -> str:
    return f" ({day})" if day else ""
