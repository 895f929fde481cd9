"""Keeping the search for garbage away from what is large and lasts.

Python's collector walks over every object that is alive, again and again as more are made. Among
50,000 people that takes more than half a second each time, and a third of all the time of a run of
matching; whoever waits for a lock that is held meanwhile waits as long.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def lasting() -> Iterator[None]:
    """What is made within is walked over no more, until `walk_again`."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()


def walk_again() -> None:
    """What lasted may be garbage by now."""
    gc.unfreeze()
