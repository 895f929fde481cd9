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
        until = parts().limiter.get_window_stats(limit, sender).reset_time
        raise TooManyRequests(retry_after=max(1, round(until - now().timestamp())))
