"""The real trials as a catalogue to search: what each is about is read, its criteria are not."""

from pathlib import Path

from sqlalchemy import Engine

from bench.shared import tool
from recruit.core.db import connect, unit_of_work, upgrade
from recruit.core.files import read_records
from recruit.criteria.eligibility import Eligibility
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store
from recruit.trials.about import about, places
from recruit.trials.draft import TrialDraft
from recruit.trials.sources.recognise import read_trials


def stored(folder: Path, lexicon: Lexicon) -> Engine:
    """A database in `folder` with every trial of the measuring data; filled when it is empty."""
    engine = connect(f"sqlite:///{folder / 'finding.db'}")
    upgrade(engine)
    with unit_of_work(engine) as session:
        if not store.known(session):
            lines = folder / "trials.jsonl"
            tool("trec.py", "trials", lines)
            for draft in read_trials(read_records(lines)):
                if isinstance(draft, TrialDraft):
                    of = about(draft, (), lexicon)
                    store.publish(
                        session, draft, Eligibility(draft.id, (), of, places=places(draft))
                    )
    return engine
