"""Who may call: every view says which scope a key must open, and nobody comes in by a cookie.

`@community_key(Scope.…)` stands nearest to the function, as web/access.py's declarations do. The
web's guard leaves views with a scope to this one; tests/house/test_web.py lists them all.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from limits import RateLimitItem, RateLimitItemPerMinute

from recruit.actions.communities import recognise
from recruit.api.parts import parts
from recruit.api.problems import problem
from recruit.core.clock import now
from recruit.core.origin import network
from recruit.people.communities.keys import Key, Scope

DECLARATION: Final = "who_may_enter"  # as the web's own guard reads it
SCOPE: Final = "key_scope"
CALLS: Final = RateLimitItemPerMinute(300)  # of one key
FAILURES: Final = RateLimitItemPerMinute(30)  # of one network, without a key that holds

View = TypeVar("View", bound=Callable[..., object])


def community_key(scope: Scope) -> Callable[[View], View]:
    """This view is for a community's key that opens `scope`."""

    def declare(view: View) -> View:
        setattr(view, SCOPE, scope.value)
        setattr(view, DECLARATION, frozenset())
        return view

    return declare


def anyone(view: View) -> View:
    """This view is for everybody."""
    setattr(view, DECLARATION, frozenset())
    return view


def key() -> Key:
    """The key of the current request."""
    return cast("Key", g.community_key)


def init_app(app: Flask) -> None:
    """Check every request for a view with a scope."""
    app.before_request(_guard)


def _guard() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, SCOPE, None) is None:
        return None
    sender = f"failed {network(request.remote_addr)}"
    if not parts().limiter.test(FAILURES, sender):
        return _too_many(FAILURES, sender)
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    found = recognise(parts().engine, text.strip()) if scheme.lower() == "bearer" else None
    if found is None or getattr(view, SCOPE) not in found.scopes:
        parts().limiter.hit(FAILURES, sender)
        return problem(HTTPStatus.UNAUTHORIZED)
    if not parts().limiter.hit(CALLS, f"key {found.name}"):
        return _too_many(CALLS, f"key {found.name}")
    g.community_key = found
    return None


def _too_many(limit: RateLimitItem, who: str) -> Response:
    until = parts().limiter.get_window_stats(limit, who).reset_time
    left = max(1, round(until - now().timestamp()))
    return problem(HTTPStatus.TOO_MANY_REQUESTS, retry_after=left)
