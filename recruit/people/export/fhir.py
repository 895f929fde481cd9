"""All that is known about a person as a FHIR R4 bundle, which `recruit people import` reads back.

Facts that follow from others are left out: whoever reads the bundle can draw them again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from recruit.core.dates import PartialDate
from recruit.people.export.fhir_facts import resource
from recruit.people.facts import Home, Profile, Source
from recruit.people.intake.fhir_own import GEOLOCATION, PERSON
from recruit.people.vault import Item
from recruit.terminology.lexicon import Lexicon

Json = dict[str, Any]

LANGUAGES: Final = "urn:ietf:bcp:47"
TELLERS: Final[Mapping[Source, str]] = {
    Source.OWN: "the person",
    Source.COMMUNITY: "the patient community",
    Source.RECORD: "the health record",
    Source.NOTE: "a note",
}


def bundle(  # noqa: PLR0913, PLR0917 - all that leaves of one person
    profile: Profile,
    contact: Mapping[Item, str],
    recorded_at: datetime,
    consents: Iterable[Json],
    others: Iterable[Json],
    lexicon: Lexicon,
) -> Json:
    """A collection: the patient, a resource for each fact, who told which, consents and `others`.

    `profile.person` is the pseudonym; `consents` are Consent resources without a patient.
    """
    person = address(profile.person, "patient")
    made = [
        (fact.source, resource(fact, person, lexicon))
        for fact in profile.facts
        if fact.source is not Source.DERIVED
    ]
    told = [each for _, each in made]
    for number, each in enumerate(told, start=1):
        each["id"] = f"fact-{number}"
    agreed = [{**each, "patient": {"reference": person}} for each in consents]
    whole = [
        (person, _patient(profile, contact)),
        *((address(profile.person, each["id"]), each) for each in [*told, *agreed]),
        *_tellers(profile.person, made, recorded_at),
        *((_of_its_kind(profile.person, each), each) for each in others),
    ]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": recorded_at.isoformat(timespec="seconds"),
        "entry": [{"fullUrl": where, "resource": each} for where, each in whole],
    }


def address(person: str, name: str) -> str:
    """Where something of a person stands in the bundle."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'urn:recruit:{person}:{name}')}"


def _of_its_kind(person: str, resource: Json) -> str:
    return address(person, f"{resource['resourceType']}-{resource['id']}")


def _patient(profile: Profile, contact: Mapping[Item, str]) -> Json:
    made: Json = {"resourceType": "Patient", "id": profile.person}
    own = list(_own(profile))
    if own:
        made["extension"] = own
    if Item.NAME in contact:
        made["name"] = [{"text": contact[Item.NAME]}]
    telecom = [
        {"system": system, "value": contact[item]}
        for item, system in ((Item.EMAIL, "email"), (Item.PHONE, "phone"))
        if item in contact
    ]
    if telecom:
        made["telecom"] = telecom
    if profile.sex:
        made["gender"] = profile.sex
    born = contact.get(Item.BIRTH_DATE) or _plain(profile.born)
    if born:
        made["birthDate"] = born
    home = _home(profile.home, contact.get(Item.ADDRESS, ""))
    if home:
        made["address"] = [home]
    if profile.languages:
        made["communication"] = [
            {"language": {"coding": [{"system": LANGUAGES, "code": code}]}}
            for code in sorted(profile.languages)
        ]
    return made


def _own(profile: Profile) -> Iterator[Json]:
    """What a Patient has no field for."""
    if profile.born:
        yield {"url": f"{PERSON}born", "valueString": str(profile.born)}
    if profile.all_languages:
        yield {"url": f"{PERSON}all-languages", "valueBoolean": True}
    for kind in sorted(profile.complete):
        yield {"url": f"{PERSON}complete", "valueString": str(kind)}
    for text in profile.seeking_text:
        yield {"url": f"{PERSON}seeking", "valueString": text}


def _plain(born: PartialDate | None) -> str | None:
    return str(born) if born and "/" not in str(born) else None


def _home(home: Home, written: str) -> Json:
    made: Json = {}
    lines = [line for line in written.splitlines() if line.strip()]
    if lines:
        made["line"] = lines
    if home.country:
        made["country"] = home.country
    if home.postcode:
        made["postalCode"] = home.postcode
    if home.lat is not None and home.lon is not None:
        degrees = [
            {"url": "latitude", "valueDecimal": home.lat},
            {"url": "longitude", "valueDecimal": home.lon},
        ]
        made["extension"] = [{"url": GEOLOCATION, "extension": degrees}]
    return made


def _tellers(
    person: str, made: Sequence[tuple[Source, Json]], recorded_at: datetime
) -> Iterator[tuple[str, Json]]:
    """One Provenance for each of those who told facts."""
    for source, teller in TELLERS.items():
        told = [address(person, each["id"]) for origin, each in made if origin is source]
        if told:
            name = f"told-by-{source}"
            yield (
                address(person, name),
                {
                    "resourceType": "Provenance",
                    "id": name,
                    "target": [{"reference": each} for each in told],
                    "recorded": recorded_at.isoformat(timespec="seconds"),
                    "agent": [{"who": {"display": teller}}],
                },
            )
