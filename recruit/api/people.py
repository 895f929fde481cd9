"""`/api/v1/people`: a community pushes its people and what they take back."""

import json
from http import HTTPStatus
from typing import Any, Final

from flask import request
from flask_smorest import Blueprint
from werkzeug.exceptions import UnsupportedMediaType

from recruit.actions.people import Import, import_people
from recruit.actions.pushing import withdraw_pushed
from recruit.api.access import community_key, key
from recruit.api.parts import parts
from recruit.api.problems import asked_language, cover
from recruit.api.schemas import (
    PersonSchema,
    ProblemSchema,
    PushedSchema,
    WithdrawalSchema,
    WithdrawnSchema,
)
from recruit.consent.choices import Choice
from recruit.consent.ledger import Actor, Role
from recruit.core.errors import Refusal, WrongUsage
from recruit.core.files import Line, Record
from recruit.core.i18n import N_, translate
from recruit.people.communities.keys import Scope
from recruit.people.store import Change

LARGEST: Final = 16 << 20  # bytes of one push
MOST: Final = 1000  # people in one push: no more than one unit of work
JSON: Final = "application/json"
LINES: Final = ("application/x-ndjson", "application/jsonl", "application/json-lines")
NO_PURPOSE: Final = N_("one of the purposes is not known")
LINE: Final = N_("line {number}")
RECORD: Final = N_("record {number}")

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
@community_key(Scope.PEOPLE_WRITE)
def push() -> dict[str, Any]:
    """Store people who agreed to be matched; each record is kept or refused by name."""
    kept: list[dict[str, str]] = []

    def note(name: str, change: Change) -> None:
        kept.append({"id": name, "result": change.value})

    report = import_people(
        parts().engine,
        parts().open_lexicon(),
        _records(),
        of=Import(key().community, f"key {key().name}"),
        secrets=parts().secrets,
        listen=note,
    )
    return {
        "kept": kept,
        "refused": [_said(refusal) for refusal in report.refusals],
        "left_out": [_said(refusal) for refusal in report.notes],
    }


@blueprint.post("/people/<path:name>/withdrawals")
@blueprint.doc(summary="Take back consents of a person, as they told the community")
@blueprint.doc(security=[{"key": []}])
@blueprint.arguments(WithdrawalSchema, required=False, error_status_code=422)
@blueprint.response(HTTPStatus.OK, WithdrawnSchema)
@blueprint.alt_response(401, schema=ProblemSchema, content_type="application/problem+json")
@blueprint.alt_response(404, schema=ProblemSchema, content_type="application/problem+json")
@blueprint.alt_response(422, schema=ProblemSchema, content_type="application/problem+json")
@community_key(Scope.PEOPLE_WRITE)
def withdraw(given: dict[str, Any], name: str) -> dict[str, object]:
    """Take back the purposes, or everything; it holds when the answer leaves."""
    withdrawn = withdraw_pushed(
        parts().engine,
        parts().voice,
        community=key().community,
        name=name,
        choices=_choices(given.get("purposes", []), name),
        actor=Actor(f"key {key().name}", Role.COMMUNITY, key().community),
    )
    return {"id": name, "withdrawn": withdrawn}


def _choices(purposes: list[str], name: str) -> list[Choice]:
    try:
        return [Choice.parse(purpose) for purpose in purposes]
    except ValueError as error:
        raise Refusal(record=name, field="purposes", problem=NO_PURPOSE) from error


def _records() -> list[Line | Record]:
    """The people of the request's body, in its order.

    Raises:
        UnsupportedMediaType: it says that it is something else than JSON or JSON Lines.
        WrongUsage: it is none of both, or there are too many.
    """
    body = request.get_data(cache=False)
    if request.mimetype in LINES:
        lines = enumerate(body.split(b"\n"), 1)
        return _few([Line(_at(LINE, number), line) for number, line in lines if line.strip()])
    if request.mimetype != JSON:
        raise UnsupportedMediaType
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WrongUsage(N_("This is not JSON, or it ends too early.")) from error
    people = value if isinstance(value, list) else [value]
    return _few([Record(_at(RECORD, number), person) for number, person in enumerate(people, 1)])


def _at(place: str, number: int) -> str:
    """Where a record of the push stands, as whoever asked says it."""
    return translate(place, asked_language(), number=number)


def _few(records: list[Any]) -> list[Any]:
    if len(records) > MOST:
        raise WrongUsage(N_("There are at most {most} people in one push."), most=MOST)
    return records


def _said(refusal: Refusal) -> dict[str, str]:
    return {
        "record": refusal.record,
        "field": refusal.field,
        "problem": refusal.explain(asked_language()),
    }
