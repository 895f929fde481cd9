"""`/api/v1/people`: a community pushes its people and what they take back."""

from http import HTTPStatus
from typing import Any, Final

from flask import request
from flask_smorest import Blueprint

from recruit.actions.community_figures import figures
from recruit.actions.people import Import
from recruit.actions.pushing import take_people, withdraw_pushed
from recruit.api.access import caller, community, needs
from recruit.api.handed import JSON, LARGEST, LINES, MOST, records
from recruit.api.parts import parts
from recruit.api.problems import asked_language, cover
from recruit.api.schemas import (
    PersonSchema,
    ProblemSchema,
    PushedSchema,
    StatisticsSchema,
    WithdrawalSchema,
    WithdrawnSchema,
)
from recruit.consent.choices import Choice
from recruit.consent.ledger import Actor, Role
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.communities import register
from recruit.people.intake.mapping import FieldMapping
from recruit.people.scopes import Scope
from recruit.people.store import Change

NO_PURPOSE: Final = N_("one of the purposes is not known")
NO_MAPPING: Final = N_("No mapping is kept for this community; its records cannot be read.")

blueprint = Blueprint(
    "people-api",
    __name__,
    url_prefix="/api/v1",
    description="People of a patient community, with evidence of their consent.",
)
cover(blueprint)


@blueprint.before_request
def _allow_more() -> None:
    request.max_content_length = LARGEST


@blueprint.post("/people")
@blueprint.doc(
    summary="Push people; the same push again changes nothing",
    security=[{"key": []}],
    requestBody={
        "required": True,
        "description": f"At most {MOST} people and {LARGEST >> 20} MB: a list, one person, or "
        "JSON Lines.",
        "content": {
            JSON: {"schema": {"type": "array", "items": PersonSchema, "maxItems": MOST}},
            LINES[0]: {"schema": PersonSchema},
        },
    },
)
@blueprint.response(HTTPStatus.OK, PushedSchema)
@blueprint.alt_response(401, schema=ProblemSchema, content_type="application/problem+json")
@blueprint.alt_response(413, schema=ProblemSchema, content_type="application/problem+json")
@blueprint.alt_response(415, schema=ProblemSchema, content_type="application/problem+json")
@blueprint.alt_response(429, schema=ProblemSchema, content_type="application/problem+json")
@needs(Scope.PEOPLE_WRITE)
def push() -> dict[str, Any]:
    """Store people who agreed to be matched; each record is kept or refused by name."""
    return _pushed(None)


@blueprint.post("/records")
@blueprint.doc(
    summary="Push people as the community writes them; its mapping says how they are read",
    security=[{"key": []}],
    requestBody={
        "required": True,
        "description": f"At most {MOST} records and {LARGEST >> 20} MB, in any fields: a list, one "
        "record, or JSON Lines.",
        "content": {
            JSON: {"schema": {"type": "array", "items": {"type": "object"}, "maxItems": MOST}},
            LINES[0]: {"schema": {"type": "object"}},
        },
    },
)
@blueprint.response(HTTPStatus.OK, PushedSchema)
@blueprint.alt_response(401, schema=ProblemSchema, content_type="application/problem+json")
@blueprint.alt_response(413, schema=ProblemSchema, content_type="application/problem+json")
@blueprint.alt_response(415, schema=ProblemSchema, content_type="application/problem+json")
@blueprint.alt_response(422, schema=ProblemSchema, content_type="application/problem+json")
@blueprint.alt_response(429, schema=ProblemSchema, content_type="application/problem+json")
@needs(Scope.PEOPLE_WRITE)
def push_own() -> dict[str, Any]:
    """Store people who agreed to be matched, read by the mapping that is kept."""
    with reading(parts().engine) as session:
        mapping = register.mapping_of(session, community())
    if mapping is None:
        raise Refusal(record="*", field="mapping", problem=NO_MAPPING)
    return _pushed(mapping)


@blueprint.get("/statistics")
@blueprint.doc(summary="About how many people of the community there are", security=[{"key": []}])
@blueprint.response(HTTPStatus.OK, StatisticsSchema)
@blueprint.alt_response(401, schema=ProblemSchema, content_type="application/problem+json")
@blueprint.alt_response(429, schema=ProblemSchema, content_type="application/problem+json")
@needs(Scope.STATISTICS_READ)
def statistics() -> dict[str, Any]:
    """Rounded figures, each wrong by chance once and for all; small ones are not told apart."""
    told = figures(parts().engine, parts().secrets, community=community(), actor=caller().actor)
    return {
        "figures": [
            {"figure": each.figure.value, "about": each.people.words if each.people else None}
            for each in told
        ]
    }


@blueprint.post("/people/<path:name>/withdrawals")
@blueprint.doc(summary="Take back consents of a person, as they told the community")
@blueprint.doc(security=[{"key": []}])
@blueprint.arguments(WithdrawalSchema, required=False, error_status_code=422)
@blueprint.response(HTTPStatus.OK, WithdrawnSchema)
@blueprint.alt_response(401, schema=ProblemSchema, content_type="application/problem+json")
@blueprint.alt_response(404, schema=ProblemSchema, content_type="application/problem+json")
@blueprint.alt_response(422, schema=ProblemSchema, content_type="application/problem+json")
@needs(Scope.WITHDRAWALS_WRITE)
def withdraw(given: dict[str, Any], name: str) -> dict[str, object]:
    """Take back the purposes, or everything; it holds when the answer leaves."""
    withdrawn = withdraw_pushed(
        parts().engine,
        parts().voice,
        community=community(),
        name=name,
        choices=_choices(given.get("purposes", []), name),
        actor=Actor(caller().actor, Role.COMMUNITY, community()),
    )
    return {"id": name, "withdrawn": withdrawn}


def _pushed(mapping: FieldMapping | None) -> dict[str, Any]:
    kept: list[dict[str, str]] = []

    def note(name: str, change: Change) -> None:
        kept.append({"id": name, "result": change.value})

    report = take_people(
        parts().engine,
        parts().open_lexicon(),
        records(),
        of=Import(community(), caller().actor, mapping),
        secrets=parts().secrets,
        voice=parts().voice,
        listen=note,
    )
    return {
        "kept": kept,
        "refused": [_said(refusal) for refusal in report.refusals],
        "left_out": [_said(refusal) for refusal in report.notes],
    }


def _choices(purposes: list[str], name: str) -> list[Choice]:
    try:
        return [Choice.parse(purpose) for purpose in purposes]
    except ValueError as error:
        raise Refusal(record=name, field="purposes", problem=NO_PURPOSE) from error


def _said(refusal: Refusal) -> dict[str, str]:
    return {
        "record": refusal.record,
        "field": refusal.field,
        "problem": refusal.explain(asked_language()),
    }
