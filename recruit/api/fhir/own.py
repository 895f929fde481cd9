"""`/fhir/ResearchSubject`, `/fhir/Communication`, `/fhir/Consent`: people, by key.

Somebody else's and what is not there are the same 404.
"""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response
from sqlalchemy import Engine

from recruit.actions.callers import Caller
from recruit.actions.fhir.agreed import agreed
from recruit.actions.fhir.people import Part, Wanted, communications, subjects
from recruit.actions.fhir.searching import trial_of
from recruit.api.access import caller, needs
from recruit.api.fhir.answers import PREFIX, cover, resource
from recruit.api.fhir.asking import LONGEST, ODD, Asked
from recruit.api.fhir.pages import part_of
from recruit.api.parts import parts
from recruit.core.db import reading
from recruit.core.errors import NotFound, WrongUsage
from recruit.people.scopes import Scope

Find = Callable[[Engine, Caller, Wanted], Part]

# Of each resource the names under which a person is asked for, the first as R4's own field is.
PEOPLE: Final = {
    "ResearchSubject": ("individual", "patient"),
    "Communication": ("recipient", "patient", "subject"),
    "Consent": ("patient",),
}
BESIDES: Final = frozenset({"_id", "after"})
STUDY: Final = "study"

blueprint = Blueprint("fhir-people", __name__, url_prefix=PREFIX)
cover(blueprint)


@blueprint.get("/ResearchSubject")
@needs(Scope.REFERRALS_READ)
def search_subjects() -> Response:
    """People on their way into the tenant's studies."""
    return _search("ResearchSubject", subjects)


@blueprint.get("/ResearchSubject/<identifier>")
@needs(Scope.REFERRALS_READ)
def read_subject(identifier: str) -> Response:
    """One person's way into one study."""
    return _read(subjects, identifier)


@blueprint.get("/Communication")
@needs(Scope.REFERRALS_READ)
def search_communications() -> Response:
    """Messages about the tenant's studies."""
    return _search("Communication", communications)


@blueprint.get("/Communication/<identifier>")
@needs(Scope.REFERRALS_READ)
def read_communication(identifier: str) -> Response:
    """One message."""
    return _read(communications, identifier)


@blueprint.get("/Consent")
@needs(Scope.CONSENTS_READ)
def search_consents() -> Response:
    """What people allow and do not."""
    return _search("Consent", agreed)


@blueprint.get("/Consent/<identifier>")
@needs(Scope.CONSENTS_READ)
def read_consent(identifier: str) -> Response:
    """One act of consent."""
    return _read(agreed, identifier)


def _search(kind: str, find: Find) -> Response:
    names = PEOPLE[kind]
    known = {*names, *(f"{name}:identifier" for name in names), *BESIDES}
    asked = Asked(known | ({STUDY} if kind == "ResearchSubject" else set()))
    ids = asked.one_of("_id")
    wanted = Wanted(
        person=_person(asked, names),
        trial=_trial(asked),
        ids=ids,
        after=asked.last("after"),
        size=asked.size,
    )
    found = find(parts().engine, caller(), wanted)
    return resource(part_of(kind, asked, found.resources, found.following))


def _read(find: Find, identifier: str) -> Response:
    if not identifier.isprintable() or len(identifier) > LONGEST:
        raise NotFound(what="record", identifier="")
    found = find(parts().engine, caller(), Wanted(ids=[identifier], size=1))
    if not found.resources:
        raise NotFound(what="record", identifier=identifier)
    return resource(found.resources[0])


def _person(asked: Asked, names: tuple[str, ...]) -> str | None:
    """Whom the search is about: a pseudonym, "Patient/<pseudonym>", or an identifier."""
    given = [name for each in names for name in (each, f"{each}:identifier") if asked.has(name)]
    if not given:
        return None
    values = asked.one_of(given[0]) or []
    if len(given) > 1 or len(values) != 1:
        raise WrongUsage(ODD, name=given[0])
    return values[0].rpartition("|")[2].removeprefix("Patient/")


def _trial(asked: Asked) -> str | None:
    values = asked.one_of(STUDY)
    if values is None:
        return None
    if len(values) > 1:
        raise WrongUsage(ODD, name=STUDY)
    with reading(parts().engine) as session:
        return trial_of(session, values[0].removeprefix("ResearchStudy/"))
