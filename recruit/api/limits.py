"""How often somebody may call: counted in the memory of the process."""

from flask import request
from limits import RateLimitItem
from werkzeug.exceptions import TooManyRequests

from recruit.api.parts import parts
from recruit.core.clock import now
from recruit.core.origin import network


def hold(limit: RateLimitItem, what: str) -> None:
    """Count one call of the sender's network.

    Raises:
        TooManyRequests: it has called too often.
    """
    sender = f"{what} {network(request.remote_addr)}"
    if not parts().limiter.hit(limit, sender):
        raise TooManyRequests(retry_after=seconds_left(limit, sender))


def seconds_left(limit: RateLimitItem, who: str) -> int:
    """Until the present window of a limit ends; 1 at least."""
    until = parts().limiter.get_window_stats(limit, who).reset_time
    return max(1, round(until - now().timestamp()))
