"""A questionnaire as it comes: each question and its answer, in English or French.

The question says what is spoken of, the answer what holds. What cannot be read says nothing: the
words stay in the profile's text for ranking, and no fact is made up.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from recruit.people.facts import ClinicalFact, Fact, FactStatus, Source, StateFact
from recruit.people.intake.demographics import read_age, read_sex
from recruit.people.intake.measures import UNKNOWN_UNIT, grade, measure
from recruit.people.intake.reading import Notes
from recruit.people.intake.resolve import concepts_of
from recruit.people.intake.said import Said
from recruit.people.intake.statements import Statements, clinical_reading, named_operations
from recruit.terminology.concepts import Kind, Vocabulary
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.mentions import find_mentions
from recruit.terminology.quantities import find_quantities, measured
from recruit.terminology.variables import variables

# Answers that say nothing.
SILENT: Final = re.compile(
    r"(?:unknown|not known|n/?a|nsp|\?+|-+|unsure|not sure|don['’]?t know|i don['’]?t know"
    r"|inconnue?|ne sais pas|je ne sais pas|non renseigné)\.?",
    re.IGNORECASE,
)
YES: Final = re.compile(
    r"(?:yes|oui|y|true|vrai|present|présente?)\b|.*\b(?:confirmed|proven|confirmée?)\b",
    re.IGNORECASE,
)
NO: Final = re.compile(
    r"(?:no|non|none|never|n|false|faux|aucune?|jamais|nil|absente?|pas de|negative|négatif"
    r"|un[a-z]{3,}ed)\b",
    re.IGNORECASE,
)
PAST: Final = re.compile(
    r"\b(?:past|former(?:ly)?|previous(?:ly)?|until|stopped|stopping|quit|ex|ago|passée?"
    r"|ancien(?:ne)?|arrêtée?|sevrée?|il y a)\b",
    re.IGNORECASE,
)
ASKS_PAST: Final = re.compile(
    r"\b(?:prior|previous|past|former|history of|ant[ée]c[ée]dents?|ancien(?:ne)?s?"
    r"|ant[ée]rieure?s?|pr[ée]c[ée]dente?s?)\b",
    re.IGNORECASE,
)
ASKS_NOW: Final = re.compile(
    r"\b(?:active|current|present|en cours|actuel(?:le)?s?)\b", re.IGNORECASE
)
ASKS_AGE: Final = re.compile(r"(?:your |votre |quel )?(?:age|âge)\b.*|how old.*", re.IGNORECASE)
ASKS_SEX: Final = re.compile(r"(?:your |votre )?(?:sex|gender|sexe|genre)\b.*", re.IGNORECASE)
ASKS_SMOKING: Final = re.compile(
    r"\b(?:smok(?:e|er|ing)|tobacco use|fum(?:ez|er|eu(?:r|se))|tabagisme|tabac)\b", re.IGNORECASE
)
ASKS_LANGUAGES: Final = re.compile(r"\b(?:languages?|langues?)\b", re.IGNORECASE)
ASKS_DIAGNOSIS: Final = re.compile(r"\b(?:diagnos[ie]s|diagnosed|diagnostic)\b", re.IGNORECASE)
# "Comorbidities", "other diseases": a question for everything else that one has.
ASKS_ALL: Final = re.compile(
    r"(?:other |any |autres? )?(?:co-?morbidit(?:y|ies)|comorbidités?|co-?morbid conditions"
    r"|(?:medical )?(?:diseases|conditions|illnesses)|maladies)",
    re.IGNORECASE,
)
QUALIFIED: Final = re.compile(r"\s*(?:co-?morbidit(?:y|ies)|comorbidités?)\s*", re.IGNORECASE)
DOSES: Final = re.compile(r"\d+[\s-]?(?:shots?|doses?|injections?)\b", re.IGNORECASE)
# What looks like a unit: "mgHg", "mmol/l".
UNIT_LIKE: Final = re.compile(r"\s*(?=\S*/|\S*[a-z][A-Z])([A-Za-zµ%][\w%/.]*)")


@dataclass(frozen=True, slots=True)
class Answer:
    """One pair; `path` is its place in the record ("answers[3]")."""

    path: str
    question: str
    reply: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one person's answers; `sought` holds the concepts they look for a trial for."""

    lexicon: Lexicon
    notes: Notes
    on: date
    sought: tuple[str, ...]
    sought_text: tuple[str, ...]

    def read(self, answer: Answer) -> Said:
        """What one answer says."""
        question, reply = answer.question.strip(), answer.reply.strip()
        if not reply or SILENT.fullmatch(reply):
            return Said()
        about_self = self._demographic(question, reply)
        if about_self is not None:
            return about_self
        if ASKS_DIAGNOSIS.search(question):
            return Said(facts=tuple(self._diagnosis(reply)))
        if ASKS_ALL.fullmatch(question) and NO.match(reply):
            return Said(complete=frozenset({Kind.CONDITION}))
        facts = self._quantity(answer)
        if facts is None:
            facts = list(self._clinical(question, reply))
        return Said(facts=tuple(facts))

    def _demographic(self, question: str, reply: str) -> Said | None:
        """Age, sex or languages; None when the question is for none of them."""
        if ASKS_AGE.fullmatch(question):
            return Said(born=read_age(reply, self.on))
        if ASKS_SEX.fullmatch(question):
            return Said(sex=read_sex(reply))
        if ASKS_LANGUAGES.search(question):
            spoken = self._keys(reply, Vocabulary.LANGUAGE)
            return Said(languages=frozenset(spoken), all_languages=bool(spoken))
        return None

    def _keys(self, text: str, what: Vocabulary) -> tuple[str, ...]:
        return tuple(
            key
            for mention in find_mentions(text, self.lexicon)
            for reading in mention.readings
            if reading.what is what
            for key in reading.keys
        )

    def _diagnosis(self, reply: str) -> Iterator[Fact]:
        """What the person looks for a trial for is confirmed, denied, or told more closely."""
        text = ", ".join(self.sought_text)
        if NO.match(reply):
            for concept in self.sought:
                yield ClinicalFact(Kind.CONDITION, text, (concept,), "absent")
            return
        closer = [f"{reply} {text}" for text in self.sought_text]
        found = concepts_of(self.lexicon, Kind.CONDITION, (reply, *closer))
        if found:
            yield ClinicalFact(Kind.CONDITION, reply, found)
        elif YES.match(reply):
            for concept in self.sought:
                yield ClinicalFact(Kind.CONDITION, text, (concept,))
        else:
            yield from self._statements(reply, None)

    def _quantity(self, answer: Answer) -> list[Fact] | None:
        """The value or grade that the question asks for; None when it asks for neither."""
        scales = self._keys(answer.question, Vocabulary.SCALE)
        if scales:
            silent = Notes(answer.path)  # words such as "early" are no grade, and no mistake
            found = grade(silent, answer.path, scales[0], answer.reply, text=answer.question)
            return [found] if found else []
        keys = self._keys(answer.question, Vocabulary.VARIABLE)
        return list(self._measured(answer, keys)) if keys else None

    def _measured(self, answer: Answer, keys: tuple[str, ...]) -> Iterator[Fact]:
        """The first of the variables that the number can be: "FEV1" is litres or percent."""
        quantities = find_quantities(answer.reply)
        if not quantities:
            return
        quantity = quantities[0]
        rest = answer.reply[quantity.end :]
        if quantity.unit is None and quantity.over is None and UNIT_LIKE.match(rest):
            self.notes.refuse(answer.path, UNKNOWN_UNIT)
            return
        paired = quantity.over is not None and len(keys) > 1
        for key in keys:
            value = measured(quantity, variables()[key])
            if value is None:
                continue
            unit = variables()[key].unit
            fact = measure(self.notes, answer.path, key, value, unit, text=answer.question)
            if fact:
                yield fact
            if not paired:
                return

    def _clinical(self, question: str, reply: str) -> Iterator[Fact]:
        """Yes or no to what the question names, else what the answer itself names."""
        asked = list(self._asked(question))
        past = bool(ASKS_PAST.search(question))
        smoking = [fact for fact in asked if isinstance(fact, StateFact) and fact.state == "smoker"]
        if smoking:
            yield from _smoking(smoking[0], reply)
        elif NO.match(reply):
            yield from self._none(question, asked, past=past)
        elif PAST.fullmatch(reply):
            yield from _all(asked, "past")
        elif asked and (YES.match(reply) or DOSES.search(reply) or _is_amount(reply)):
            yield from _all(asked, "past" if past else "present")
        else:
            yield from self._statements(reply, "past" if past else None)

    def _asked(self, question: str) -> Iterator[Fact]:
        """Facts for what the question names, their status still open.

        A disease that the question does not end with is not what it asks for: "cataract surgery"
        is no cataract, "COPD treatments" are no COPD.
        """
        question = named_operations(question)
        if ASKS_SMOKING.search(question):
            yield StateFact("smoker", text=question)
            return
        for mention in find_mentions(question, self.lexicon):
            reading = clinical_reading(mention)
            if reading is None:
                continue
            ends = not any(sign.isalnum() for sign in question[mention.end :])
            if reading.what is Vocabulary.STATE:
                yield StateFact(reading.keys[0], text=mention.text)
            elif isinstance(reading.what, Kind) and (ends or reading.what is not Kind.CONDITION):
                yield ClinicalFact(reading.what, mention.text, reading.keys)

    def _none(self, question: str, asked: list[Fact], *, past: bool) -> Iterator[Fact]:
        """None of what was asked for; not said of the disease that the person itself has."""
        if QUALIFIED.search(question):
            name = QUALIFIED.sub("", question) + " diseases"
            found = concepts_of(self.lexicon, Kind.CONDITION, (name,))
            asked = [ClinicalFact(Kind.CONDITION, question, found)] if found else []
        # No treatment now says nothing of earlier ones, and none before says nothing of now.
        if past or ASKS_NOW.search(question):
            asked = [f for f in asked if not (isinstance(f, ClinicalFact) and f.kind is Kind.DRUG)]
        for fact in _all(asked, "absent"):
            own = isinstance(fact, ClinicalFact) and any(
                self.lexicon.is_a(sought, concept)
                for sought in self.sought
                for concept in fact.concepts
            )
            if not own:
                yield fact

    def _statements(self, reply: str, status: FactStatus | None) -> Iterator[Fact]:
        yield from Statements(self.lexicon, self.on, Source.OWN).facts(reply, status)


def says_something(answer: Answer) -> bool:
    """Whether something is there: the reply is neither empty, nor "no", nor that nobody knows."""
    reply = answer.reply.strip()
    return bool(reply) and not SILENT.fullmatch(reply) and not NO.match(reply)


def read_answers(answers: Iterable[Answer], reader: Reader) -> Said:
    """What all answers say together."""
    said = Said()
    for answer in answers:
        said = said.then(reader.read(answer))
    return replace(said, facts=tuple(_without_contradictions(said.facts, reader.lexicon)))


def _without_contradictions(facts: tuple[Fact, ...], lexicon: Lexicon) -> Iterator[Fact]:
    """Without the "none" to a group of which another answer names a member.

    "Prior DMARD treatment: none" beside "active treatment: methotrexate" is no denial of all.
    """
    held = {
        concept
        for fact in facts
        if isinstance(fact, ClinicalFact) and fact.status in {"present", "past"}
        for concept in fact.concepts
    }
    for fact in facts:
        denied = fact.concepts if isinstance(fact, ClinicalFact) and fact.status == "absent" else ()
        if not any(lexicon.is_a(concept, group) for concept in held for group in denied):
            yield fact


def _all(facts: Iterable[Fact], status: FactStatus) -> Iterator[Fact]:
    for fact in facts:
        match fact:
            case ClinicalFact(kind, text, concepts):
                # A procedure is an event: once it has happened, it lies behind.
                behind = kind is Kind.PROCEDURE and status == "present"
                yield ClinicalFact(kind, text, concepts, "past" if behind else status)
            case StateFact(state, text=text):
                yield StateFact(state, status, text)
            case _:
                yield fact


def _smoking(asked: StateFact, reply: str) -> Iterator[Fact]:
    if NO.match(reply):
        yield StateFact("smoker", "absent", asked.text)
        yield StateFact("never_smoker", "present", asked.text)
    elif PAST.search(reply):
        yield StateFact("smoker", "past", asked.text)
    elif YES.match(reply) or find_quantities(reply):
        yield StateFact("smoker", "present", asked.text)


def _is_amount(reply: str) -> bool:
    """Whether the answer is but an amount: "5 days", "2", "three in past year"."""
    quantities = find_quantities(reply)
    return bool(quantities) and not reply[: quantities[0].start].strip()
