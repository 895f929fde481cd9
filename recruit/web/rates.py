"""How much one network may send to pages that anybody may send to, whatever it sends.

This keeps a flood away from forms; guessing is slowed down much earlier, by failures: throttle.py.
Counts live in the memory of the process, as they do there.
"""

import logging
from math import ceil
from typing import Final, NoReturn

from flask import Flask, current_app, request
from flask_limiter import Limiter, RequestLimit
from werkzeug.exceptions import TooManyRequests

from recruit.core import clock
from recruit.web.access import declared, is_signed, key_scope
from recruit.web.service import EXTENSION, Service
from recruit.web.throttle import network

# A mail provider stops the messages of all its users from one network, and is never told to wait.
# Programs that ask which studies suit somebody have a count of their own, so that they do not keep
# the people of their network from our forms.
UNCOUNTED: Final = frozenset({"unsubscribe.stop", "fhir-matching.get_clinical_trial"})


def init_app(app: Flask) -> None:
    """Count every POST to a page without a sign-in, of every room, by the sender's network."""
    service: Service = app.extensions[EXTENSION]
    # It would write network addresses into the log.
    logging.getLogger("flask-limiter").setLevel(logging.ERROR)
    Limiter(
        key_func=lambda: network(request.remote_addr or ""),
        app=app,
        application_limits=[service.strictness.posts],
        application_limits_exempt_when=_is_exempt,
        on_breach=_refuse,
        storage_uri="memory://",
    )


def _is_exempt() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or view is None:
        return True
    if request.endpoint in UNCOUNTED or is_signed(view):  # a gateway tells of thousands at once
        return True
    return bool(declared(view)) or key_scope(view) is not None


def _refuse(limit: RequestLimit) -> NoReturn:
    left = limit.window.reset_time - clock.now().timestamp()
    raise TooManyRequests(retry_after=max(1, ceil(left)))
