"""Facts from running words about one person: what is there, was there, is not there.

What belongs to a relative, is only feared, planned or being looked for, is no fact about the
person and is left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from recruit.core.dates import TimeUnit, before
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    FactStatus,
    MeasureFact,
    Source,
    StateFact,
)
from recruit.people.intake.markers import marker_facts, read_result
from recruit.people.intake.preceding import denies_less, is_to_come, was_given, words_before
from recruit.people.intake.staged import grades
from recruit.people.intake.words import Words, count_of, date_of, quantity_of
from recruit.terminology.concepts import Kind, Mention, Reading, Vocabulary
from recruit.terminology.context import Context, read_contexts
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.mentions import find_mentions
from recruit.terminology.quantities import measured
from recruit.terminology.variables import variables

COUNT: Final = "{count}"  # the unit of what is counted, with the number before the name
ALLERGIC: Final = re.compile(r"\b(?:allerg\w{1,8}|intol[ée]ran\w{1,4})\b", re.IGNORECASE)
LONGEST_ALLERGY: Final = 60
OVER: Final = re.compile(
    r"\b(?:former|past|previous|ex|quit|stopped|cessation|abstained|abstinent|ancien(?:ne)?|sevr\w+|arrêt)\b",
    re.IGNORECASE,
)
# "Opérée de la cataracte" is "chirurgie de la cataracte", no cataract and not any operation.
OPERATED_ON: Final = re.compile(r"\bopérée?s?(?=\s(?:de\s|du\s|des\s|d['’]))", re.IGNORECASE)
# A relative named right after: "born to a healthy mother".
RELATIVE: Final = re.compile(
    r"\s(?:mother|father|parents?|brother|sister|siblings?|husband|wife|mère|père|frère|sœur)\b",
    re.IGNORECASE,
)
RESPECTIVELY: Final = re.compile(r"\bresp(?:\.|ectively|ectivement)", re.IGNORECASE)
LONGEST_RESULT: Final = 25

TREATMENTS: Final = frozenset({Kind.DRUG, Kind.PROCEDURE})

# What stays: an allergy, an implant that nobody says was taken out.
LASTING: Final = frozenset({Kind.ALLERGY, Kind.DEVICE})

# A disease before one of these is not what is spoken of: "pain medication", "stroke unit".
ABOUT_A_DISEASE: Final = re.compile(
    r"[\s-](?:medic\w+|drugs?|clinic|unit|ward|therap\w+|treatments?|tests?|testing|screen\w*|surgery"
    r"|specialist|prophylaxis|vaccin\w+|work-?up|precautions|protocol|center|centre|consult\w*"
    r"|markers?|panel|studies|education|relief|control)\b",
    re.IGNORECASE,
)

# Diseases that happen and are over, so that a history of one is not the disease itself (MeSH):
# myocardial infarction, stroke, injuries, pulmonary embolism, venous thrombosis, pneumonia, sepsis.
EVENTS: Final = (
    "MESH:D009203",
    "MESH:D020521",
    "MESH:D014947",
    "MESH:D011655",
    "MESH:D020246",
    "MESH:D011014",
    "MESH:D018805",
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A mention and the facts it states; `own` is false where it is about a relative, or feared."""

    mention: Mention
    own: bool
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Statements:
    """Reads running words; `source` says whose words they are."""

    lexicon: Lexicon
    on: date
    source: Source

    def facts(self, text: str, status: FactStatus | None = None) -> tuple[Fact, ...]:
        """The facts that `text` states, each once.

        `status` is that of all that is not denied: an answer to "prior treatments" lists what is
        past.
        """
        found: dict[object, Fact] = {}
        for stated in self.stated(named_operations(text), status):
            for fact in stated.facts:
                found.setdefault(_without_words(fact), fact)
        return tuple(found.values())

    def stated(self, text: str, status: FactStatus | None = None) -> Iterator[Stated]:
        """Each mention of `text`, whose it is, and the facts it states."""
        words = Words(text)
        for mention, context in _with_contexts(text, find_mentions(text, self.lexicon)):
            own = _is_about_now(context)
            end = words.sentence_end(mention.end)
            facts = self._stated(words, mention, context, end, status) if own else ()
            yield Stated(mention, own, tuple(facts))

    def _stated(
        self, words: Words, mention: Mention, context: Context, end: int, status: FactStatus | None
    ) -> Iterator[Fact]:
        value = list(self._value(words, mention, end))
        if value:
            yield from value
            return
        reading = clinical_reading(mention)
        if reading is None:
            return
        before = words_before(words.text, mention.start)
        if (context.negated and denies_less(before)) or RELATIVE.match(words.text, mention.end):
            return
        if reading.what is Kind.BIOMARKER:
            yield from self._marker(words.text, mention, reading, context, end)
        elif reading.what is Vocabulary.STATE:
            yield from self._state(mention, reading, context, status)
        elif isinstance(reading.what, Kind):
            yield from self._thing(words.text, mention, reading, context, status)

    def _thing(
        self,
        text: str,
        mention: Mention,
        reading: Reading,
        context: Context,
        status: FactStatus | None,
    ) -> Iterator[ClinicalFact]:
        """A disease, a drug, a procedure …, unless the words around make of it something else."""
        kind, before = reading.what, words_before(text, mention.start)
        if not isinstance(kind, Kind) or (kind in TREATMENTS and is_to_come(before)):
            return
        if kind is Kind.CONDITION and ABOUT_A_DISEASE.match(text, mention.end):
            return
        if kind is Kind.DRUG and _is_allergy(text, mention, context):
            kind = Kind.ALLERGY
        elif kind is Kind.DRUG and was_given(before):
            status = "past"
        yield self._clinical(text, mention, reading, kind, context, status)

    # ---------------------------------------------------------------- values
    def _value(self, words: Words, mention: Mention, end: int) -> Iterator[Fact]:
        """The value or grade that stands by a measure or scale."""
        for reading in mention.readings:
            if reading.what is Vocabulary.VARIABLE:
                yield from self._measure(words, mention, reading.keys, end)
            elif reading.what is Vocabulary.SCALE:
                said = words.text[:end]
                yield from grades(mention, reading.keys, said, self.lexicon, self.source)

    def _measure(
        self, words: Words, mention: Mention, keys: tuple[str, ...], end: int
    ) -> Iterator[Fact]:
        counted = all(variables()[key].unit == COUNT for key in keys)
        before = count_of(words, mention) if counted else None
        quantity = before or quantity_of(words, mention, end)
        if quantity is None or RESPECTIVELY.search(words.text, quantity.end, end):
            return  # "glucose and lipids (85 and 158 mg/dL, resp.)": not in our order
        span = min(mention.start, quantity.start), max(mention.end, quantity.end)
        paired = quantity.over is not None
        for key in keys:
            value = measured(quantity, variables()[key])
            if value is not None:
                text = words.text[span[0] : span[1]]
                yield MeasureFact(key, value, text=text, source=self.source)
                if not paired:
                    return

    # ---------------------------------------------------------------- clinical
    def _clinical(  # noqa: PLR0913, PLR0917 - what a clinical statement is read from
        self,
        text: str,
        mention: Mention,
        reading: Reading,
        kind: Kind,
        context: Context,
        status: FactStatus | None,
    ) -> ClinicalFact:
        known = self._status(kind, reading.keys, context, status)
        began = date_of(text, mention, self.on) if known != "absent" else None
        event = kind is Kind.PROCEDURE
        if began and kind is Kind.CONDITION and self._is_event(reading.keys):
            # "Myocardial infarction 2 years earlier" was one; that of last week may be treated yet.
            event = began.latest < before(self.on, 1, TimeUnit.MONTH)
            known = "past" if event else known
        return ClinicalFact(
            kind,
            mention.text,
            reading.keys,
            known,
            began=began,
            ended=began if event else None,
            source=self.source,
        )

    def _marker(
        self, text: str, mention: Mention, reading: Reading, context: Context, end: int
    ) -> Iterator[ClinicalFact]:
        """A marker with the result that its name has or that stands right after it."""
        after = text[mention.end : min(end, mention.end + LONGEST_RESULT)]
        result = read_result(mention.text) or read_result(re.split(r"[,;.]", after)[0])
        if result is None and context.negated:
            yield ClinicalFact(
                Kind.BIOMARKER, mention.text, reading.keys, "absent", source=self.source
            )
            return
        yield from marker_facts(self.lexicon, reading.keys, mention.text, result, self.source)

    def _status(
        self, kind: Kind, keys: tuple[str, ...], context: Context, status: FactStatus | None
    ) -> FactStatus:
        """A history of a disease is the disease, unless it is over or was an event."""
        if context.negated:
            return "absent"
        if context.ended or kind is Kind.PROCEDURE:
            return "past"
        if status is not None:
            return status
        if not context.past or kind in LASTING:
            return "present"
        if kind is Kind.CONDITION and not self._is_event(keys):
            return "present"
        return "past"

    def _is_event(self, keys: tuple[str, ...]) -> bool:
        return any(self.lexicon.is_a(key, event) for key in keys for event in EVENTS)

    def _state(
        self, mention: Mention, reading: Reading, context: Context, status: FactStatus | None
    ) -> Iterator[StateFact]:
        """A state holds now; of an earlier one only that it is over is worth telling."""
        if context.negated:
            known: FactStatus = "absent"
        elif context.ended or OVER.search(mention.text):
            known = "past"
        elif context.past:
            return
        else:
            known = status or "present"
        yield StateFact(reading.keys[0], known, text=mention.text, source=self.source)


def _without_words(fact: Fact) -> Fact:
    """What a fact says, however it was put: it is stated once."""
    return replace(fact, text="")


def named_operations(text: str) -> str:
    """The text with the operations that French puts as verbs put as nouns."""
    return OPERATED_ON.sub("chirurgie", text)


def clinical_reading(mention: Mention) -> Reading | None:
    """What a mention stands for when no value stands by it; a measure without one says nothing."""
    for reading in mention.readings:
        if reading.what is Vocabulary.VARIABLE:
            return None
        if isinstance(reading.what, Kind) or reading.what is Vocabulary.STATE:
            return reading
    return None


def _with_contexts(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[Mention, Context]]:
    """Each mention with what is said of it.

    Measures are asked for apart from the rest: a cue within a mention counts for nothing, and the
    name of a measure may be an everyday word ("had", "act") that is one.
    """
    for clinical in (True, False):
        some = [m for m in mentions if (clinical_reading(m) is not None) is clinical]
        contexts = read_contexts(text, [(mention.start, mention.end) for mention in some])
        yield from zip(some, contexts, strict=True)


def _is_about_now(context: Context) -> bool:
    sure = not (context.uncertain or context.hypothetical)
    return sure and context.experiencer == "patient"


def _is_allergy(text: str, mention: Mention, context: Context) -> bool:
    before = text[max(0, mention.start - LONGEST_ALLERGY) : mention.start].rpartition(".")[2]
    after = text[mention.end : mention.end + len(" allergies")]
    return context.section == "allergy" or bool(ALLERGIC.search(before) or ALLERGIC.search(after))
