"""Who may call: every view says which scope a key must open, and nobody comes in by a cookie.

`@needs(Scope.…)` stands nearest to the function, as web/access.py's declarations do. The web's
guard leaves views with a scope to this one; tests/house/test_web.py lists them all.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final, TypeVar, cast

from flask import Flask, Response, current_app, g, request

from recruit.actions.callers import Caller, recognise
from recruit.api.limits import MINUTE, hold_sender
from recruit.api.parts import parts
from recruit.api.problems import PREFIX, problem
from recruit.core.clock import now
from recruit.core.errors import NotAllowed
from recruit.core.rates import Limit
from recruit.people.scopes import Scope

DECLARATION: Final = "who_may_enter"  # as the web's own guard reads it
SCOPE: Final = "key_scope"
CALLS: Final = Limit(300, MINUTE)  # of one key
FAILURES: Final = Limit(30, MINUTE)  # of one address, without a key that holds

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
    found = recognise(parts().engine, shown_key())
    if found is None:
        hold_sender(FAILURES, "key failed")
        return problem(HTTPStatus.UNAUTHORIZED)
    g.caller = found
    g.calls = parts().rates.count("key", found.name, CALLS, now())
    if g.calls.is_over(CALLS):
        return problem(HTTPStatus.TOO_MANY_REQUESTS, retry_after=g.calls.seconds_left(now()))
    if scope not in found.scopes:
        return problem(HTTPStatus.FORBIDDEN, scope=scope)
    return None


def _limited(answer: Response) -> Response:
    """The limit and what is left of it (draft-ietf-httpapi-ratelimit-headers-10)."""
    if "calls" in g and request.path.startswith(PREFIX):
        left, until = max(0, CALLS.times - g.calls.times), g.calls.seconds_left(now())
        window = round(CALLS.window.total_seconds())
        answer.headers["RateLimit-Policy"] = f'"key";q={CALLS.times};w={window}'
        answer.headers["RateLimit"] = f'"key";r={left};t={until}'
    return answer
