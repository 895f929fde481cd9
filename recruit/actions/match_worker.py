"""What a worker of a cluster does: it reads trials and the people of a part, and judges them.

It opens database and lexicon by its own settings; no password comes over the network. It refuses
to work for whoever runs other code, or on another lexicon or database.
"""

import hashlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session

import recruit
from recruit.actions.match_due import Order
from recruit.actions.match_people import Judged, Judging, read_people
from recruit.consent.tables import CONSENT
from recruit.core import chain
from recruit.core.db import reading
from recruit.core.errors import WorkerRefused
from recruit.core.garbage import lasting, walk_again
from recruit.criteria.eligibility import Eligibility
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials


class Place(Protocol):
    """What a worker opens for itself, by its own settings."""

    @property
    def engine(self) -> Engine:
        """The database."""
        ...

    @property
    def lexicon(self) -> Lexicon:
        """The lexicon."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """What has to be alike wherever people of one run are judged.

    `entries` and `digest` are how far the ledger of consents had come: that of another database
    differs.
    """

    code: str
    lexicon: str
    entries: int
    digest: str


def is_alike(mark: Mark, opens: Callable[[], Place]) -> bool:
    """On a worker: whether it runs the code of `mark`, on its lexicon and database."""
    place = opened(opens)
    with reading(place.engine) as session:
        return mark_of(session, place.lexicon, mark.entries) == mark


def read_trials(
    mark: Mark, opens: Callable[[], Place], wanted: Sequence[tuple[str, int]]
) -> tuple[Eligibility, ...]:
    """On a worker: the criteria of trials, given with the numbers of their versions."""
    place = _admitted(mark, opens)
    with reading(place.engine) as session:
        now = {version.trial: version for version in trials.current(session)}
        return tuple(
            now[trial].eligibility
            if trial in now and now[trial].number == number
            else trials.version(session, trial, number).eligibility
            for trial, number in wanted
        )


def judge_part(
    mark: Mark, opens: Callable[[], Place], order: Order, known: Sequence[Eligibility]
) -> Judged:
    """On a worker: read the people of a part and judge them for every trial that is due."""
    place = _admitted(mark, opens)
    with lasting(), reading(place.engine) as session:
        judging = Judging(list(read_people(session, order)), order, place.lexicon)
    try:
        found = tuple(each for eligibility in known if (each := judging.found(eligibility)))
    finally:
        walk_again()
    proposed = {
        (each.whom or judging.names)[number]
        for each in found
        for number in each.share.people.tolist()
    }
    homes = {name: home for name, home in judging.homes.items() if name in proposed}
    return Judged(order, judging.names, judging.versions, homes, found, list(judging.notes(known)))


@cache
def opened(opens: Callable[[], Place]) -> Place:
    """The place of this process, opened once."""
    return opens()


def _admitted(mark: Mark, opens: Callable[[], Place]) -> Place:
    """The place of this worker, which may have come after the run began."""
    if not is_alike(mark, opens):
        from distributed import get_worker  # noqa: PLC0415 - takes seconds

        raise WorkerRefused(worker=get_worker().address)
    return opened(opens)


def mark_of(session: Session, lexicon: Lexicon, entries: int | None = None) -> Mark:
    """The mark of this process, as of so many entries of the ledger; as of all, when None."""
    if entries is None:
        entries, digest = chain.head(session, CONSENT)
    else:
        digest = chain.digest_at(session, CONSENT, entries) or ""
    return Mark(code(), lexicon.file.name if lexicon.file else "", entries, digest)


@cache
def code() -> str:
    """A digest of all of Recruit's code and of what it runs on."""
    import numpy as np  # noqa: PLC0415 - for its version alone

    whole = hashlib.sha256(f"{sys.version_info[:2]} {np.__version__}".encode())
    root = Path(recruit.__file__).parent
    for file in sorted(root.rglob("*.py")):
        whole.update(str(file.relative_to(root)).encode() + file.read_bytes())
    return whole.hexdigest()[:16]
