"""`GET /api/v1/people` and below: what a community reads of its own people and their consents."""

from typing import Any

from recruit.actions.own_people import own_consents, own_people, own_receipt
from recruit.api import cursors, examples
from recruit.api.access import caller, community
from recruit.api.cursors import PageSchema
from recruit.api.operation import Told, asks, blueprint, operation
from recruit.api.parts import parts
from recruit.api.schemas.communities import OwnConsentsSchema, OwnPeopleSchema, ReceiptSchema
from recruit.consent.receipts import as_json
from recruit.people.scopes import Scope

consents = blueprint("consents", "A community’s own people and their consents.")


@operation(
    consents,
    "GET",
    "/people",
    scope=Scope.PEOPLE_READ,
    summary="List the people whom the community handed on and who are here still",
    told=Told(OwnPeopleSchema, examples.PEOPLE),
    fails=(400, 422),
)
@asks(consents, PageSchema)
def list_people(asked: dict[str, Any]) -> dict[str, Any]:
    """By the community’s own names; nothing of what is known about them."""
    start, limit = cursors.place(asked), asked["limit"]
    found = own_people(parts().engine, community(), start=start, most=limit + 1)
    items = [{"id": each.name, "since": each.since} for each in found[:limit]]
    return cursors.page(items, found[limit].name if len(found) > limit else None)


@operation(
    consents,
    "GET",
    "/people/<path:name>/consents",
    scope=Scope.CONSENTS_READ,
    summary="Read how the consents of one of the community’s people stand",
    told=Told(OwnConsentsSchema, examples.CONSENTS),
    fails=(404,),
)
def read_consents(name: str) -> dict[str, Any]:
    """That the community looked is recorded, and the person can see it."""
    found = own_consents(parts().engine, community=community(), name=name, actor=caller().actor)
    choices = [
        {
            "purpose": str(each.choice),
            "agreed": each.yes,
            "since": each.since,
            "until": each.until,
            "receipt": each.receipt or None,
        }
        for each in found.choices
    ]
    return {
        "id": name,
        "choices": choices,
        "paused": found.paused,
        "paused_until": found.paused_until,
    }


@operation(
    consents,
    "GET",
    "/people/<path:name>/receipts/<receipt>",
    scope=Scope.CONSENTS_READ,
    summary="Read a consent receipt of one of the community’s people",
    told=Told(ReceiptSchema, examples.RECEIPT),
    fails=(404,),
)
def read_receipt(name: str, receipt: str) -> dict[str, Any]:
    """Under the community’s own name for the person."""
    found = own_receipt(
        parts().engine,
        community=community(),
        name=name,
        receipt=receipt,
        actor=caller().actor,
    )
    return as_json(found, base_url=parts().settings.base_url)
