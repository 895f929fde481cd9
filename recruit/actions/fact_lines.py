"""A fact in the words of the person it is about, in their language."""

from dataclasses import dataclass
from typing import Final

from recruit.actions.evidence import lasted, on_record
from recruit.core.i18n import N_, translate
from recruit.core.written import known_date
from recruit.criteria.phrase import capitalised
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    MeasureFact,
    OrdinalFact,
    Profile,
    Source,
    StateFact,
)
from recruit.terminology.concepts import Concept, Kind
from recruit.terminology.lexicon import Lexicon

SOURCES: Final = {
    Source.OWN: N_("you told us"),
    Source.COMMUNITY: N_("your patient community"),
    Source.RECORD: N_("your health record"),
    Source.NOTE: N_("a note about you"),
    Source.DERIVED: N_("it follows from the rest"),
}
ABSENT: Final = {
    Kind.CONDITION: N_("You do not have: {what}"),
    Kind.DRUG: N_("You do not take: {what}"),
    Kind.PROCEDURE: N_("You have not had: {what}"),
    Kind.ALLERGY: N_("You are not allergic to: {what}"),
}
PAST: Final = {
    Kind.CONDITION: N_("{what} (over)"),
    Kind.DRUG: N_("{what} (stopped)"),
    Kind.ALLERGY: N_("{what} (over)"),
}
NO: Final = N_("Not the case: {what}")
NOT_SURE: Final = N_("{what} (not sure)")
QUOTED: Final = N_("“{words}” (your words)")


@dataclass(frozen=True, slots=True)
class Line:
    """What holds, since when or on which day ("" when not known), and who said so."""

    what: str
    when: str
    source: str

    def __str__(self) -> str:
        return f"{self.what} – {self.when}" if self.when else self.what


def line(fact: Fact, language: str, lexicon: Lexicon) -> Line:
    """The fact as the person reads it, in `language` ("en" or "fr")."""
    source = translate(SOURCES[fact.source], language)
    match fact:
        case ClinicalFact():
            what = _status(fact, _name(fact, language, lexicon), language)
            return Line(what, lasted(fact, language) or "", source)
        case MeasureFact() | OrdinalFact():
            what = capitalised(on_record(fact, Profile(""), language).words)
            return Line(what, known_date(fact.taken, language) if fact.taken else "", source)
        case StateFact():
            return Line(capitalised(on_record(fact, Profile(""), language).words), "", source)


def concept_name(concept: Concept, language: str) -> str:
    """The concept's name as it stands at the beginning of a line."""
    return capitalised(concept.name(language))


def _name(fact: ClinicalFact, language: str, lexicon: Lexicon) -> str:
    for code in fact.concepts[:1]:
        if concept := lexicon.concept(code):
            return concept_name(concept, language)
    return translate(QUOTED, language, words=fact.text)


def _status(fact: ClinicalFact, what: str, language: str) -> str:
    match fact.status:
        case "absent":
            return translate(ABSENT.get(fact.kind, NO), language, what=what)
        case "past":
            return translate(PAST.get(fact.kind, "{what}"), language, what=what)
        case "unknown":
            return translate(NOT_SURE, language, what=what)
        case "present":
            return what
