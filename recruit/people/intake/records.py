"""One record of a file to people: a person, a list of them, or a FHIR bundle."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from recruit.core.errors import Refusal
from recruit.core.files import Record
from recruit.core.i18n import N_
from recruit.people.intake.exchange import read_exchange
from recruit.people.intake.fhir import is_fhir, read_fhir
from recruit.people.intake.reading import Intake
from recruit.terminology.lexicon import Lexicon

TWICE: Final = N_("this identifier stands here twice")


def read_people(record: Record, lexicon: Lexicon, on: date) -> Iterator[Intake | Refusal]:
    """Every person of the record as known on the day `on`, or why one was refused."""
    value = record.value
    if not isinstance(value, list):
        yield from _read(value, record.where, lexicon, on)
        return
    for number, each in enumerate(value):
        yield from _read(each, f"{record.where} [{number}]", lexicon, on)


def read_all(
    records: Iterable[Record | Refusal], lexicon: Lexicon, on: date
) -> Iterator[Intake | Refusal]:
    """Everyone in `records`; who comes a second time is refused, refusals pass through."""
    seen: set[str] = set()
    for record in records:
        if isinstance(record, Refusal):
            yield record
            continue
        for read in read_people(record, lexicon, on):
            if isinstance(read, Intake):
                name = read.profile.person
                if name in seen:
                    yield Refusal(record=name, field="id", problem=TWICE)
                    continue
                seen.add(name)
            yield read


def _read(value: object, where: str, lexicon: Lexicon, on: date) -> Iterator[Intake | Refusal]:
    if is_fhir(value) and isinstance(value, dict):
        yield from read_fhir(value, where, lexicon, on)
        return
    try:
        yield read_exchange(value, where, lexicon, on)
    except Refusal as refusal:
        yield refusal
