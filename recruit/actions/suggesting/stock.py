"""All studies, ready to be ranked for one person after another.

They lie in the memory of each process and follow the trials in the database. Making them ready
takes seconds where there are thousands: meanwhile the process goes on with those it has.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy.orm import Session

from recruit.criteria.eligibility import Eligibility
from recruit.matching.ranking import Ranking, Trial
from recruit.matching.relevance import TrialText
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.words import read
from recruit.trials import store
from recruit.trials.draft import Phase, TrialDraft, TrialStatus


@dataclass(frozen=True, slots=True)
class Ready:
    """A trial as ranking sees it, and what people narrow studies by."""

    trial: Trial
    status: TrialStatus
    phase: Phase | None


@dataclass(frozen=True, slots=True)
class Stock:
    """The trials that stand, in the order of their numbers, and their ranking."""

    ready: tuple[Ready, ...]
    ranking: Ranking


class Stocked:
    """The stock of one database, shared by the threads of a process."""

    def __init__(self, open_lexicon: Callable[[], Lexicon]) -> None:
        self._open_lexicon = open_lexicon
        self._known: dict[tuple[str, int, datetime], Ready] = {}
        self._stock: Stock | None = None
        self._mark: store.Mark | None = None
        self._lock = Lock()

    def fresh(self, session: Session) -> Stock:
        """The trials as they stand; those of a moment ago while somebody makes these ready."""
        stock, mark = self._stock, store.mark(session)
        if stock is not None and mark == self._mark:
            return stock
        if not self._lock.acquire(blocking=stock is None):
            assert stock is not None  # noqa: S101 - whoever has none waits for the lock
            return stock
        try:
            if self._stock is None or mark != self._mark:
                self._stock, self._mark = self._made(session), mark
            return self._stock
        finally:
            self._lock.release()

    def _made(self, session: Session) -> Stock:
        """With only those trials read that are new or were amended."""
        lexicon = self._open_lexicon()
        standing = store.standing(session)
        known = {key: self._known[key] for key in standing if key in self._known}
        missing = [trial for trial, number, at in standing if (trial, number, at) not in known]
        for each in store.current_among(session, missing):
            known[each.trial, each.number, each.read_at] = _ready(each)
        self._known = known
        ready = tuple(known[key] for key in sorted(known))
        ranking = Ranking([each.trial for each in ready], lexicon, lambda text: read(text).norms)
        return Stock(ready, ranking)


def text_of(draft: TrialDraft, eligibility: Eligibility) -> TrialText:
    """What a trial says, as far as it is for the people whom it looks for."""
    return TrialText(
        title=draft.name,
        conditions=draft.conditions,
        keywords=draft.keywords,
        summary=draft.summary,
        wanted=" . ".join(c.text for c in eligibility.criteria if c.kind == "inclusion"),
    )


def _ready(version: store.Version) -> Ready:
    draft, eligibility = version.draft, version.eligibility
    trial = Trial(eligibility, text_of(draft, eligibility))
    return Ready(trial, draft.status, draft.phase)
