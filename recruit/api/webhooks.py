"""`/api/v1/webhooks`: where a community hears of withdrawals and erasures."""

from http import HTTPStatus
from typing import Any, Final

from recruit.actions.communities import forget_hook, hook_standing, set_hook, try_hook
from recruit.api import examples
from recruit.api.access import caller, community
from recruit.api.limits import MINUTE, hold
from recruit.api.operation import Told, blueprint, operation, takes
from recruit.api.parts import parts
from recruit.api.schemas.communities import HooksSchema, NewHookSchema, SetHookSchema
from recruit.core.errors import NotFound, Refusal, WrongUsage
from recruit.core.outbound import Poster
from recruit.core.rates import Limit
from recruit.people.scopes import Scope

ONE: Final = "events"
"""A community has one webhook: this is its name."""
TRIES: Final = Limit(5, MINUTE)

webhooks = blueprint("webhooks", "Where a community hears of withdrawals and erasures.")


@operation(
    webhooks,
    "GET",
    "/webhooks",
    scope=Scope.WEBHOOKS_READ,
    summary="See the webhook, and how telling goes",
    told=Told(HooksSchema, examples.HOOKS),
)
def list_webhooks() -> dict[str, Any]:
    """The secret is shown when it is set, and never again."""
    found = hook_standing(parts().engine, community())
    if found is None:
        return {"items": []}
    url, standing = found
    hook = {
        "id": ONE,
        "url": url,
        "waiting": standing.waiting,
        "late": standing.late,
        "lost": standing.lost,
        "last_answer": standing.answer,
        "last_tried_at": standing.tried_at,
    }
    return {"items": [hook]}


@operation(
    webhooks,
    "POST",
    "/webhooks",
    scope=Scope.WEBHOOKS_WRITE,
    summary="Set the webhook; one that there was goes, and its secret with it",
    told=Told(SetHookSchema, examples.HOOK, HTTPStatus.CREATED),
)
@takes(webhooks, NewHookSchema, {"url": "https://example.org/recruit"})
def set_webhook(given: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """What waits goes to the new address as well."""
    try:
        hook = set_hook(
            parts().engine,
            parts().secrets.vault,
            community=community(),
            url=given["url"],
            actor=caller().actor,
        )
    except WrongUsage as unfit:
        details = {name: each for name, each in unfit.fields.items() if name != "problem"}
        raise Refusal(record="", field="url", problem=unfit.problem, **details) from None
    return {"id": ONE, "url": hook.url, "secret": hook.secret}, HTTPStatus.CREATED


@operation(
    webhooks,
    "DELETE",
    "/webhooks/<hook>",
    scope=Scope.WEBHOOKS_WRITE,
    summary="Remove the webhook",
    told=Told(None, status=HTTPStatus.NO_CONTENT),
    fails=(404,),
)
def remove_webhook(hook: str) -> None:
    """What waits is told to nobody any more."""
    _must_be(hook)
    forget_hook(parts().engine, community=community(), actor=caller().actor)


@operation(
    webhooks,
    "POST",
    "/webhooks/<hook>/test",
    scope=Scope.WEBHOOKS_WRITE,
    summary="Send the webhook an event about nobody, signed as all others",
    told=Told(None, status=HTTPStatus.NO_CONTENT),
    fails=(404, 502),
)
def test_webhook(hook: str) -> None:
    """Five times a minute at most."""
    _must_be(hook)
    hold(TRIES, "webhook", community())
    try_hook(
        parts().engine,
        parts().secrets.vault,
        Poster(),
        community=community(),
        actor=caller().actor,
    )


def _must_be(hook: str) -> None:
    if hook != ONE or hook_standing(parts().engine, community()) is None:
        raise NotFound(what="webhook", identifier="")
