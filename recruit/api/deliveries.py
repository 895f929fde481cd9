"""`/api/v1/deliveries`: what became of the messages to people, for the operator."""

from typing import Any, Final

from recruit.actions.outreach import deliveries as lists
from recruit.actions.outreach.deliveries import Delivery, Key, Wanted
from recruit.api import cursors, examples
from recruit.api.access import caller
from recruit.api.cursors import OddCursor
from recruit.api.operation import Told, asks, blueprint, operation
from recruit.api.parts import parts
from recruit.api.schemas.deliveries import (
    CountsQuerySchema,
    CountsSchema,
    DeliveriesQuerySchema,
    DeliveriesSchema,
)
from recruit.consent.choices import Channel
from recruit.core.clock import now, today
from recruit.notify.stages import Reason, State
from recruit.people.scopes import Scope

KINDS: Final = {"state": State, "channel": Channel, "reason": Reason}

deliveries = blueprint("deliveries", "Messages to people, by pseudonym and reference.")


@operation(
    deliveries,
    "GET",
    "/deliveries",
    scope=Scope.DELIVERIES_READ,
    summary="List messages, what changed last first",
    told=Told(DeliveriesSchema, examples.DELIVERIES),
    fails=(400, 422),
)
@asks(deliveries, DeliveriesQuerySchema)
def list_deliveries(asked: dict[str, Any]) -> dict[str, Any]:
    """That somebody looked is recorded."""
    chosen: dict[str, Any] = {
        name: kind(asked[name]) for name, kind in KINDS.items() if name in asked
    }
    words = {name: asked.get(name, "") for name in ("trial", "reference")}
    wanted = Wanted(**chosen, **words, day=asked.get("day"))
    begins = cursors.place(asked)
    before = Key.parse(begins) if begins is not None else None
    if begins is not None and before is None:
        raise OddCursor
    leaf = lists.deliveries(parts().engine, wanted, before, actor=caller().actor)
    return cursors.page([_said(each) for each in leaf.rows], leaf.older)


@operation(
    deliveries,
    "GET",
    "/deliveries/counts",
    scope=Scope.DELIVERIES_READ,
    summary="See how sending goes",
    told=Told(CountsSchema, examples.COUNTS),
    fails=(400, 422),
)
@asks(deliveries, CountsQuerySchema)
def count_deliveries(asked: dict[str, Any]) -> dict[str, Any]:
    """Messages by state on one day, what is due, and each channel."""
    day = asked.get("day", today())
    found, states = lists.overview(parts().engine, now()), lists.of_day(parts().engine, day)
    return {
        "due": found.waiting,
        "oldest_due": found.oldest_due,
        "fate_unknown": found.unknown,
        "day": day,
        "states": [{"state": each.value, "messages": many} for each, many in states.items()],
        "channels": [
            {
                "channel": each.channel.value,
                "standing": each.standing.value,
                "waiting": each.waiting,
            }
            for each in found.channels
        ],
    }


def _said(delivery: Delivery) -> dict[str, Any]:
    return {
        "reference": delivery.reference,
        "person": delivery.person,
        "trial": delivery.trial,
        "wave": delivery.wave.value,
        "channel": delivery.channel.value,
        "state": delivery.state.value,
        "reason": delivery.reason and delivery.reason.value,
        "due_at": delivery.due_at,
        "changed_at": delivery.changed_at,
        "sent_at": delivery.sent_at,
        "tries": delivery.tries,
        "steps": [
            {
                "state": each.state.value,
                "reason": each.reason and each.reason.value,
                "at": each.at,
            }
            for each in delivery.steps
        ],
    }
