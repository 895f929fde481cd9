"""Keeping the search for garbage away from what is large and lasts.

Python's collector walks over every object that is alive, again and again as more are made. Among
50,000 people that takes more than half a second each time, and a third of all the time of a run of
matching; whoever waits for a lock that is held meanwhile waits as long. What loading Recruit
makes stays as well: more than a tenth of the time until its pages stand was the collector's.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """Nothing is walked over meanwhile: for what makes many objects and leaves none behind."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@contextmanager
def lasting() -> Iterator[None]:
    """What is made within is not walked over then, nor later on until `walk_again`."""
    with undisturbed():
        try:
            yield
        finally:
            gc.freeze()


def walk_again() -> None:
    """What lasted may be garbage by now."""
    gc.unfreeze()
