"""Whatever happens between runs, one that judges what changed finds what one from scratch finds."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from recruit.actions.match_run import MatchReport
from recruit.actions.matching import match_all
from recruit.actions.people import Import, import_people
from recruit.actions.person import withdraw
from recruit.actions.trials import import_trials
from recruit.consent.choices import Choice, Purpose
from recruit.consent.ledger import Actor, Role
from recruit.core.db import connect, reading
from recruit.core.files import Record
from recruit.people import store as people
from recruit.terminology.lexicon import Lexicon
from tests.erasing import SECRETS
from tests.functional.samples import CRITERIA, DIABETES, person, trial
from tests.inventing import MORE
from tests.outreach import VOICE

FIRST = date(2026, 11, 1)
RECENT = "\n* Myocardial infarction within the last 6 months"
TEXTS = (CRITERIA, CRITERIA + RECENT, CRITERIA.replace("75", "60"))
FACTS: tuple[list[dict[str, Any]], ...] = (
    [DIABETES],
    [],
    [
        DIABETES,
        {"kind": "condition", "text": "myocardial infarction", "status": "past",
         "onset": "2026-07-10", "end": "2026-07-20"},
    ],
)  # fmt: skip
BORN = ("1950-12-24", "1951-05", "1966-11-30", "2009-01-15")
SELF = Actor("self", Role.SELF)
Deed = Callable[["History"], None]


class History:
    """A database in which something happens now and then, and matching runs after it."""

    def __init__(self, engine: Engine, lexicon: Lexicon) -> None:
        self.engine = engine
        self.lexicon = lexicon
        self.day = FIRST
        for number in range(2):
            self.amend(number, 0)
            self.tell(number, number, number)

    def amend(self, number: int, text: int) -> None:
        """A trial comes, or says something else."""
        study = trial(f"T-{number}", criteria=TEXTS[text])
        import_trials(self.engine, self.lexicon, [Record(study["id"], study)], actor="test")

    def tell(self, number: int, facts: int, born: int) -> None:
        """Somebody comes, or something else is known about them."""
        told = person(f"p{number}", facts=FACTS[facts], birth_date=BORN[born])
        of = Import("carers", "test")
        record = Record(told["id"], told)
        import_people(self.engine, self.lexicon, [record], of=of, secrets=SECRETS)

    def leave(self, number: int, scope: str | None) -> None:
        """Somebody does not want to be matched any more, or not with one trial."""
        with reading(self.engine) as session:
            who = people.pseudonym_of(session, f"p{number}")
        choice = Choice(Purpose.MATCHING, scope=scope) if scope else Choice(Purpose.MATCHING)
        withdraw(self.engine, VOICE, person=who, actor=SELF, choice=choice, method="page")

    def wait(self, days: int) -> None:
        """Time passes."""
        self.day += timedelta(days=days)

    def match(self, *, anew: bool = False) -> MatchReport:
        return match_all(self.engine, self.lexicon, on=self.day, actor="test", anew=anew)


DEEDS: st.SearchStrategy[Deed] = st.one_of(
    st.builds(lambda n, text: lambda history: history.amend(n, text),
              st.integers(0, 2), st.integers(0, 2)),
    st.builds(lambda n, facts, born: lambda history: history.tell(n, facts, born),
              st.integers(0, 1), st.integers(0, 2), st.integers(0, 3)),
    st.builds(lambda n, scope: lambda history: history.leave(n, scope),
              st.integers(0, 1), st.sampled_from(["trial/T-0", "trial/T-1", None])),
    st.builds(lambda days: lambda history: history.wait(days), st.integers(1, 250)),
)  # fmt: skip


@settings(
    max_examples=4 * MORE,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(DEEDS, min_size=2, max_size=6))
def test_a_history_of_runs_comes_to_what_one_from_scratch_finds(
    lexicon: Lexicon, blank_file: Path, deeds: list[Deed]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        shutil.copy(blank_file, Path(place) / "recruit.db")
        engine = connect(f"sqlite:///{Path(place) / 'recruit.db'}")
        history = History(engine, lexicon)
        history.match()
        for deed in deeds:
            deed(history)
            history.match()
        idle, whole = history.match(), history.match(anew=True)
        engine.dispose()
    assert (idle.judged, idle.new, idle.superseded) == (0, 0, 0)
    assert (whole.new, whole.superseded, whole.kept) == (0, 0, idle.kept)
