"""The stage that a record keeps beside the diagnosis of a cancer, as a grade of its scale.

Trials ask for the stage as a grade of its own. Where two cancers have two stages, which of them a
trial means is for a person to say.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from recruit.people.facts import ClinicalFact, Fact, OrdinalFact, Source
from recruit.terminology.concepts import Mention
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.mentions import find_mentions
from recruit.terminology.scales import find_grades, read_grade, scales

CANCER_STAGE: Final = "cancer_stage"
NEOPLASMS: Final = "MESH:C04"


def with_stage(facts: Sequence[Fact], lexicon: Lexicon) -> tuple[Fact, ...]:
    """The facts, each once, and the one stage that the cancers among them tell, if none is told."""
    known = tuple(dict.fromkeys(facts))
    if any(isinstance(fact, OrdinalFact) and fact.variable == CANCER_STAGE for fact in known):
        return known
    told = {
        OrdinalFact(CANCER_STAGE, grade, text=fact.text, source=Source.DERIVED)
        for fact in known
        if isinstance(fact, ClinicalFact)
        and (grade := _grade(fact))
        and is_cancer(fact.concepts, lexicon)
    }
    return (*known, *told) if len({fact.value for fact in told}) == 1 else known


def holds(fact: Fact, facts: Sequence[Fact]) -> bool:
    """Whether a derived fact is such a stage, of a diagnosis that still stands among `facts`."""
    return isinstance(fact, OrdinalFact) and any(
        isinstance(told, ClinicalFact) and _grade(told) == fact.value and told.text == fact.text
        for told in facts
    )


def is_cancer(concepts: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether what the concepts stand for is a neoplasm: kidneys and ulcers have stages too."""
    return any(lexicon.is_a(concept, NEOPLASMS) for concept in concepts)


def grades(
    mention: Mention, keys: Sequence[str], text: str, lexicon: Lexicon, source: Source
) -> Iterator[OrdinalFact]:
    """The grade of each scale that `mention` names; `text` ends with its sentence."""
    for key in keys:
        grade = _named(mention, key, text, lexicon)
        if grade:
            yield OrdinalFact(key, grade, text=mention.text, source=source)


def _named(mention: Mention, key: str, text: str, lexicon: Lexicon) -> str | None:
    """The one grade behind a scale's name, or the last word of it ("stage III").

    A bare stage is a cancer's where the sentence names one.
    """
    scale = scales()[key]
    own = read_grade(scale, mention.text.rpartition(" ")[2]) if " " in mention.text else None
    if own is None:
        found, _ = find_grades(scale, text, mention.end)
        return found[0] if len(found) == 1 else None
    if key != CANCER_STAGE:
        return own
    sentence = text[text.rfind(".", 0, mention.start) + 1 :]
    named = (each.readings for each in find_mentions(sentence, lexicon))
    keys = [reading.keys for readings in named for reading in readings[:1]]
    return own if any(is_cancer(each, lexicon) for each in keys) else None


def _grade(fact: ClinicalFact) -> str | None:
    stage = fact.detail.stage if fact.detail and fact.status == "present" else None
    return read_grade(scales()[CANCER_STAGE], stage) if stage else None
