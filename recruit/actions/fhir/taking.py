"""A Bundle of people that a community hands in: what became of each of its entries.

FHIR R4, 3.1.0.11: of a `batch` each person is kept or refused alone; a `transaction` is kept as a
whole or not at all, and so is about one person. A `collection` is taken as a batch. What people
may be kept at all is what every other way in asks for: of age, with evidence of consent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import Engine

from recruit.actions.fhir.naming import ID, Json
from recruit.actions.people import Import
from recruit.actions.pushing import take_people
from recruit.actions.visits.ending import Voice
from recruit.core.clock import now
from recruit.core.errors import Refusal, WrongUsage
from recruit.core.files import Record
from recruit.core.i18n import N_
from recruit.core.keys import Secrets
from recruit.people.intake.fhir import READ, read_fhir
from recruit.people.store import Change
from recruit.terminology.lexicon import Lexicon

TRANSACTION: Final = "transaction"
# Tuples: what comes in their place may be of any sort, and sets want one that can be hashed.
TAKEN: Final = (TRANSACTION, "batch", "collection")
VERBS: Final = ("POST", "PUT")
ODD_TYPE: Final = N_("A Bundle of type transaction, batch or collection is wanted here.")
ODD_VERB: Final = N_("Entries are created or updated here (POST, PUT), nothing else.")
NO_REQUEST: Final = N_("Each entry of a transaction or batch says what is to be done (request).")
SEVERAL: Final = N_("A transaction is about one Patient; a batch may hold many.")
WITHOUT: Final = "Bundle"


class Became(StrEnum):
    """What became of an entry."""

    CREATED = "created"
    KEPT = "kept"
    REFUSED = "refused"
    PASSED_OVER = "passed over"
    """It is of a kind that is not read here, or about nobody who was kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what became of it, and why where it was refused."""

    became: Became
    refusals: tuple[Refusal, ...] = ()


def take_bundle(  # noqa: PLR0913 - as take_people
    engine: Engine,
    lexicon: Lexicon,
    bundle: Json,
    *,
    of: Import,
    secrets: Secrets,
    voice: Voice,
) -> list[Entry]:
    """Keep the people of a bundle; what became of each entry, in their order.

    Raises:
        WrongUsage: this is no bundle that is taken.
        Refusal: something of a transaction cannot be kept, so that nothing of it is.
    """
    _check(bundle)
    whole = bundle["type"] == TRANSACTION
    if whole:
        _check_whole(bundle, lexicon, now().date())
    changes: dict[str, Change] = {}
    report = take_people(
        engine,
        lexicon,
        [Record(WITHOUT, bundle)],
        of=of,
        secrets=secrets,
        voice=voice,
        listen=changes.__setitem__,
    )
    if whole and report.refusals:
        raise report.refusals[0]
    refused = [*report.refusals, *report.notes]
    return list(_entries(bundle, changes, refused))


def _check(bundle: Json) -> None:
    if bundle.get("type") not in TAKEN:
        raise WrongUsage(ODD_TYPE)
    if bundle["type"] == "collection":
        return
    for entry in bundle.get("entry", ()):
        asked = entry.get("request")
        if not isinstance(asked, dict):
            raise WrongUsage(NO_REQUEST)
        if asked.get("method") not in VERBS:
            raise WrongUsage(ODD_VERB)


def _check_whole(bundle: Json, lexicon: Lexicon, on: date) -> None:
    """Nothing of it would be left out."""
    kinds = [each["resource"]["resourceType"] for each in bundle.get("entry", ())]
    if kinds.count("Patient") > 1:
        raise WrongUsage(SEVERAL)
    for read in read_fhir(bundle, WITHOUT, lexicon, on):
        if isinstance(read, Refusal):
            raise read
        if read.notes:
            raise read.notes[0]


def _entries(bundle: Json, changes: dict[str, Change], refused: list[Refusal]) -> Iterator[Entry]:
    for entry in bundle.get("entry", ()):
        resource = entry["resource"]
        kind, name = resource["resourceType"], resource.get("id")
        if kind == "Patient":
            yield _person(str(name), changes, refused)
            continue
        here = tuple(each for each in refused if _names(each, kind, name))
        if here:
            yield Entry(Became.REFUSED, here)
        else:
            yield Entry(Became.KEPT if kind in READ and changes else Became.PASSED_OVER)


def _person(name: str, changes: dict[str, Change], refused: list[Refusal]) -> Entry:
    if name in changes:
        new = changes[name] is Change.NEW
        return Entry(Became.CREATED if new else Became.KEPT)
    about = tuple(each for each in refused if each.record in {name, WITHOUT})
    return Entry(Became.REFUSED, about)


def _names(refusal: Refusal, kind: str, name: object) -> bool:
    """Whether a refusal is about one resource: fields are named "Observation/12.value"."""
    own = str(name) if isinstance(name, str) and ID.fullmatch(name) else ""
    field = refusal.field
    return field == f"{kind}/{own}" or field.startswith(f"{kind}/{own}.")
