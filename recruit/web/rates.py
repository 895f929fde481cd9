"""How much one network may send to pages that anybody may send to, whatever it sends.

This keeps a flood away from forms; guessing is slowed down much earlier, by failures: throttle.py.
"""

from typing import Final

from flask import Flask, current_app, request
from werkzeug.exceptions import TooManyRequests

from recruit.core.clock import now
from recruit.core.rates import sender
from recruit.web.access import declared, is_signed, key_scope
from recruit.web.service import service

# A mail provider stops the messages of all its users from one network, and is never told to wait.
# Programs that ask which studies suit somebody have a count of their own, so that they do not keep
# the people of their network from our forms.
UNCOUNTED: Final = frozenset({"unsubscribe.stop", "fhir-matching.get_clinical_trial"})


def init_app(app: Flask) -> None:
    """Count every POST to a page without a sign-in, of every room, by the sender's network."""
    app.before_request(_count)


def _count() -> None:
    if _is_exempt():
        return
    at, most = now(), service().strictness.posts
    counted = service().rates.count("form", sender(request.remote_addr), most, at)
    if counted.is_over(most):
        raise TooManyRequests(retry_after=counted.seconds_left(at))


def _is_exempt() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or view is None:
        return True
    if request.endpoint in UNCOUNTED or is_signed(view):  # a gateway tells of thousands at once
        return True
    return bool(declared(view)) or key_scope(view) is not None
