"""The list of facts of the exchange format; each is read or refused by its place in the list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, get_args

from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.criteria.nodes import Detail
from recruit.criteria.record import Record as Fields
from recruit.people.facts import ClinicalFact, Fact, FactStatus, Source, StateFact
from recruit.people.intake.born import TOO_OLD, is_too_old
from recruit.people.intake.measures import grade, measure
from recruit.people.intake.reading import Notes
from recruit.people.intake.resolve import concepts_of, drugs_of, keys_of
from recruit.terminology.concepts import Kind, Vocabulary
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.scales import read_grade, scales

KINDS: Final = {kind.value: kind for kind in Kind}
STATUSES: Final[Mapping[str, FactStatus]] = {value: value for value in get_args(FactStatus)}
SOURCES: Final = {source.value: source for source in (Source.OWN, Source.COMMUNITY, Source.RECORD)}
UNKNOWN_MEASURE: Final = N_("no such measure or scale is known")
UNKNOWN_STATE: Final = N_("no such state is known")


@dataclass(frozen=True, slots=True)
class Facts:
    """Reads the facts of one person; refused ones go to `notes`."""

    lexicon: Lexicon
    notes: Notes
    on: date

    def read(self, listed: list[object]) -> Iterator[Fact]:
        """The facts of the list, in its order."""
        for number, value in enumerate(listed):
            try:
                yield from self._fact(Fields(value, self.notes.record, f"facts[{number}]"))
            except Refusal as refusal:
                self.notes.refused.append(refusal)

    def _fact(self, fields: Fields) -> Iterator[Fact]:
        kind = fields.text("kind")
        if kind == "measure":
            yield from self._measure(fields)
        elif kind == "state":
            yield from self._state(fields)
        elif kind in KINDS:
            yield self._clinical(fields, KINDS[kind])
        else:
            fields.refuse("kind", N_("there is no such kind of fact"))

    def _clinical(self, fields: Fields, kind: Kind) -> Fact:
        text, code = fields.optional_text("text"), fields.optional_text("code")
        if not text and not code:
            fields.refuse("text", N_("words or a code are needed"))
        began, ended = self._day(fields, "onset"), self._day(fields, "end")
        if day := self._day(fields, "date"):
            began, ended = began or day, ended or day
        status = fields.choice("status", STATUSES, "present")
        if kind is Kind.PROCEDURE and status == "present":
            status = "past"  # an event: once it has happened, it lies behind
        names, codes = (text,) if text else (), (code,) if code else ()
        if kind is Kind.DRUG:
            concepts = drugs_of(self.lexicon, names, codes)
        else:
            concepts = concepts_of(self.lexicon, kind, names, codes, or_broader=status != "absent")
        return ClinicalFact(
            kind,
            text or code or "",
            concepts,
            status,
            began=began,
            ended=ended,
            detail=_detail(fields, kind),
            source=_source(fields),
        )

    def _measure(self, fields: Fields) -> Iterator[Fact]:
        text = fields.text("text")
        where = fields.path
        taken, value = self._day(fields, "date"), fields.data.get("value")
        scale = keys_of(self.lexicon, Vocabulary.SCALE, (text,))
        measured = keys_of(self.lexicon, Vocabulary.VARIABLE, (text,))
        if len(measured) == 1:
            unit = fields.optional_text("unit")
            normal = (fields.data.get("lln"), fields.data.get("uln"))
            fact = measure(
                self.notes, where, measured[0], value, unit,
                taken=taken, normal=normal, text=text, source=_source(fields),
            )  # fmt: skip
        elif scale:
            fact = grade(
                self.notes, where, scale[0], value, taken=taken, text=text, source=_source(fields)
            )
        else:
            fields.refuse("text", UNKNOWN_MEASURE)
        if fact:
            yield fact

    def _state(self, fields: Fields) -> Iterator[Fact]:
        text = fields.text("text")
        states = keys_of(self.lexicon, Vocabulary.STATE, (text, text.replace("_", " ")))
        if not states:
            fields.refuse("text", UNKNOWN_STATE)
        status = fields.choice("status", STATUSES, "present")
        yield StateFact(states[0], status, text=text, source=_source(fields))

    def _day(self, fields: Fields, name: str) -> PartialDate | None:
        text = fields.optional_text(name)
        if text is None:
            return None
        try:
            day = PartialDate.parse(text[:10] if "T" in text else text)
        except ValueError:
            fields.refuse(
                name,
                N_("this must be a day, month or year that there is: 2015-04-12, 2015-04 or 2015"),
            )
        if day.earliest > self.on:
            fields.refuse(name, N_("this date lies in the future"))
        if is_too_old(day, self.on):
            fields.refuse(name, TOO_OLD)
        return day


def _source(fields: Fields) -> Source:
    return fields.choice("source", SOURCES, Source.OWN)


def _detail(fields: Fields, kind: Kind) -> Detail | None:
    """Stage, severity, line and, of a biomarker, what was found, as short normal forms."""
    stage = fields.optional_text("stage")
    value = fields.optional_text("value") if kind is Kind.BIOMARKER else None
    label = read_grade(scales()["cancer_stage"], stage) if stage else None
    detail = Detail(
        stage=(label or stage).lower() if stage else None,
        severity=_lower(fields.optional_text("severity")),
        line=_lower(fields.optional_text("line")),
        value=_lower(value),
    )
    return None if detail == Detail() else detail


def _lower(text: str | None) -> str | None:
    return text.strip().lower() if text else None
