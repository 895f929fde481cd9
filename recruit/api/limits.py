"""How often somebody may call."""

from datetime import timedelta
from typing import Final

from flask import request
from werkzeug.exceptions import TooManyRequests

from recruit.api.parts import parts
from recruit.core.clock import now
from recruit.core.rates import Count, Limit, sender

MINUTE: Final = timedelta(minutes=1)


def hold(limit: Limit, kind: str, who: str) -> Count:
    """Count one call of `who`.

    Raises:
        TooManyRequests: there were too many.
    """
    at = now()
    counted = parts().rates.count(kind, who, limit, at)
    if counted.is_over(limit):
        raise TooManyRequests(retry_after=counted.seconds_left(at))
    return counted


def hold_sender(limit: Limit, kind: str) -> None:
    """Count one call of whoever calls, by their network address.

    Raises:
        TooManyRequests: there were too many.
    """
    hold(limit, kind, sender(request.remote_addr))
