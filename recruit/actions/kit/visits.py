"""Somebody came by an address that was passed on: counted, and nothing else is kept."""

from sqlalchemy import Engine

from recruit.core.db import unit_of_work
from recruit.trials.materials import links
from recruit.trials.materials.links import Step


def opened(engine: Engine, code: str, *, counted: bool) -> str:
    """The study that a code leads to; `counted` unless a program looks.

    Raises:
        NotFound: there is no such code, or its study is not public.
    """
    with unit_of_work(engine) as session:
        trial = links.trial_of(session, code)
        if counted:
            links.count(session, code, Step.OPENED)
        return trial


def began(engine: Engine, code: str) -> str:
    """Note that somebody who came by a code begins to join; the code, "" where there is none."""
    if not links.is_code(code):
        return ""
    with unit_of_work(engine) as session:
        return code if links.count(session, code, Step.BEGAN) else ""
