"""Who may call: every view says which scope a key must open, and nobody comes in by a cookie.

`@needs(Scope.…)` stands nearest to the function, as web/access.py's declarations do. The web's
guard leaves views with a scope to this one; tests/house/test_web.py lists them all.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from limits import RateLimitItem, RateLimitItemPerMinute

from recruit.actions.callers import Caller, recognise
from recruit.api.limits import seconds_left
from recruit.api.parts import parts
from recruit.api.problems import PREFIX, problem
from recruit.core.errors import NotAllowed
from recruit.core.origin import network
from recruit.people.scopes import Scope

DECLARATION: Final = "who_may_enter"  # as the web's own guard reads it
SCOPE: Final = "key_scope"
CALLS: Final = RateLimitItemPerMinute(300)  # of one key
FAILURES: Final = RateLimitItemPerMinute(30)  # of one network, without a key that holds

View = TypeVar("View", bound=Callable[..., object])


def needs(scope: Scope) -> Callable[[View], View]:
    """This view is for a key that opens `scope`."""

    def declare(view: View) -> View:
        setattr(view, SCOPE, scope.value)
        setattr(view, DECLARATION, frozenset())
        return view

    return declare


def anyone(view: View) -> View:
    """This view is for everybody."""
    setattr(view, DECLARATION, frozenset())
    return view


def caller() -> Caller:
    """Whose key the current request shows."""
    return cast("Caller", g.caller)


def community() -> str:
    """The community whose key the current request shows.

    Raises:
        NotAllowed: it is nobody's; no scope of a community opens for others.
    """
    found = caller().community
    if found is None:
        raise NotAllowed
    return found


def init_app(app: Flask) -> None:
    """Check every request for a view with a scope, and say how many more are answered."""
    app.before_request(_guard)
    app.after_request(_limited)


def shown_key() -> str:
    """The key as the request shows it, "" without one."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def _guard() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    scope = getattr(view, SCOPE, None)
    if scope is None:
        return None
    sender = f"failed {network(request.remote_addr)}"
    if not parts().limiter.test(FAILURES, sender):
        return _too_many(FAILURES, sender)
    found = recognise(parts().engine, shown_key())
    if found is None:
        parts().limiter.hit(FAILURES, sender)
        return problem(HTTPStatus.UNAUTHORIZED)
    g.caller = found
    if not parts().limiter.hit(CALLS, _named(found)):
        return _too_many(CALLS, _named(found))
    if scope not in found.scopes:
        return problem(HTTPStatus.FORBIDDEN, scope=scope)
    return None


def _named(who: Caller) -> str:
    return f"key {who.name}"


def _limited(answer: Response) -> Response:
    """The limit and what is left of it (draft-ietf-httpapi-ratelimit-headers-10)."""
    if "caller" in g and request.path.startswith(PREFIX):
        left = parts().limiter.get_window_stats(CALLS, _named(caller()))
        until = seconds_left(CALLS, _named(caller()))
        answer.headers["RateLimit-Policy"] = f'"key";q={CALLS.amount};w={CALLS.get_expiry()}'
        answer.headers["RateLimit"] = f'"key";r={left.remaining};t={until}'
    return answer


def _too_many(limit: RateLimitItem, who: str) -> Response:
    return problem(HTTPStatus.TOO_MANY_REQUESTS, retry_after=seconds_left(limit, who))
