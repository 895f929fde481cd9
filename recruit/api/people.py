"""`/api/v1/people`: a community pushes its people and what they take back."""

from typing import Any, Final

from recruit.actions.community_figures import figures
from recruit.actions.people import Import
from recruit.actions.pushing import take_people, withdraw_pushed
from recruit.api import examples
from recruit.api.access import caller, community
from recruit.api.handed import JSON, LARGEST, MOST, records
from recruit.api.operation import Told, blueprint, operation, takes
from recruit.api.parts import parts
from recruit.api.problems import asked_language
from recruit.api.schemas.people import (
    PersonSchema,
    PushedSchema,
    StatisticsSchema,
    WithdrawalSchema,
    WithdrawnSchema,
)
from recruit.consent.choices import Choice
from recruit.consent.ledger import Actor, Role
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.files import JSON_LINES
from recruit.core.i18n import N_
from recruit.people.communities import register
from recruit.people.intake.mapping import FieldMapping
from recruit.people.scopes import Scope
from recruit.people.store import Change

NO_PURPOSE: Final = N_("one of the purposes is not known")
NO_MAPPING: Final = N_("No mapping is kept for this community; its records cannot be read.")

people = blueprint(
    "people", "People of a patient community, with evidence of their consent.", largest=LARGEST
)


def _body(schema: Any, lines: Any, what: str) -> dict[str, Any]:  # noqa: ANN401 - schemas of either kind
    """What may be pushed: the records are read one by one, by people/intake."""
    # Each record is refused alone: whatever stands in its place is no wrong request.
    record = {"anyOf": [schema, {}]}
    listed = {"type": "array", "items": record, "maxItems": MOST}
    return {
        "required": True,
        "description": f"At most {MOST} {what} and {LARGEST >> 20} MB: a list, one of them, or "
        "JSON Lines.",
        "content": {
            JSON: {"schema": {"anyOf": [listed, record]}, "example": examples.PUSH},
            JSON_LINES[0]: {"schema": lines},
        },
    }


@operation(
    people,
    "POST",
    "/people",
    scope=Scope.PEOPLE_WRITE,
    summary="Push people; the same push again changes nothing",
    told=Told(PushedSchema, examples.PUSHED),
    fails=(415,),
)
@people.doc(requestBody=_body(PersonSchema, PersonSchema, "people"))
def push_people() -> dict[str, Any]:
    """Store people who agreed to be matched; each record is kept or refused by name."""
    return _pushed(None)


@operation(
    people,
    "POST",
    "/records",
    scope=Scope.PEOPLE_WRITE,
    summary="Push people as the community writes them; its mapping says how they are read",
    told=Told(PushedSchema, examples.PUSHED),
    fails=(415,),
)
@people.doc(requestBody=_body({"type": "object"}, {"type": "object"}, "records, in any fields,"))
def push_records() -> dict[str, Any]:
    """Store people who agreed to be matched, read by the mapping that is kept."""
    with reading(parts().engine) as session:
        mapping = register.mapping_of(session, community())
    if mapping is None:
        raise Refusal(record="*", field="mapping", problem=NO_MAPPING)
    return _pushed(mapping)


@operation(
    people,
    "GET",
    "/statistics",
    scope=Scope.STATISTICS_READ,
    summary="About how many people of the community there are",
    told=Told(StatisticsSchema, examples.STATISTICS),
)
def read_statistics() -> dict[str, Any]:
    """Rounded figures, each wrong by chance once and for all; small ones are not told apart."""
    told = figures(parts().engine, parts().secrets, community=community(), actor=caller().actor)
    return {
        "figures": [
            {"figure": each.figure.value, "about": each.people.words if each.people else None}
            for each in told
        ]
    }


@operation(
    people,
    "POST",
    "/people/<path:name>/withdrawals",
    scope=Scope.WITHDRAWALS_WRITE,
    summary="Take back consents of a person, as they told the community",
    told=Told(WithdrawnSchema, examples.WITHDRAWN),
    fails=(404,),
)
@takes(people, WithdrawalSchema, examples.WITHDRAWAL, required=False)
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
