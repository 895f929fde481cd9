"""Finding a study: everyday words of both languages, spelt right and wrong, over the real trials.

Run with `python -m bench finding`. A query counts as answered where one of the first ten studies
names what was expected in its own conditions or title, as the registry has them: neither the
lexicon nor the index judges. The promise: 95 %, a p95 of 100 ms, every misspelling.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter

import numpy as np
from sqlalchemy.orm import Session

from bench.finding_trials import stored
from bench.shared import CHECKOUT
from recruit.actions.finding.narrowing import StudySearch
from recruit.actions.finding.shelf import Shelf
from recruit.core.db import reading
from recruit.core.paths import default_data_folder
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store

FIRST = 10
QUERIES = CHECKOUT / "bench" / "queries"


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody types, in which language, and what a right study names."""

    language: str
    words: str
    expected: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Answered:
    """How many of the first ten are right, of how many, and how long it took in seconds."""

    query: Query
    right: int
    shown: int
    took: float


def queries(name: str) -> list[Query]:
    """The queries of one file; of what is expected any alternative will do."""
    with (QUERIES / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Query(row["language"], row["query"], _pattern(row["expected"]))
            for row in csv.DictReader(lines)
        ]


def _pattern(expected: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, expected.split("/"))) + ")", re.IGNORECASE)


def run(folder: Path) -> None:
    """Print how many queries are answered, in which time, and which are not."""
    lexicon = _lexicon()
    engine = stored(folder, lexicon)
    shelf = Shelf(_lexicon)
    began = perf_counter()
    with reading(engine) as session:
        shelf.count_open(session)
        texts = {each.trial: _named(each) for each in store.current(session)}
    print(f"{len(texts)} studies, made searchable in {perf_counter() - began:.0f} s")
    for name in ("finding", "misspelt"):
        with reading(engine) as session:
            found = [_asked(shelf, session, each, texts) for each in queries(name)]
        _print(name, found)


@cache
def _lexicon() -> Lexicon:
    return open_lexicon(default_data_folder())


def _named(version: store.Version) -> str:
    draft = version.draft
    return " ; ".join((*draft.conditions, draft.title, draft.official_title))


def _asked(shelf: Shelf, session: Session, query: Query, texts: dict[str, str]) -> Answered:
    wanted = StudySearch(words=query.words, all_states=True)
    began = perf_counter()
    found = shelf.search(session, wanted, query.language)
    took = perf_counter() - began
    first = [each.line.slug for each in found.page.items[:FIRST]]
    right = sum(bool(query.expected.search(texts[slug])) for slug in first)
    return Answered(query, right, len(first), took)


def _print(name: str, found: list[Answered]) -> None:
    answered = sum(each.right > 0 for each in found)
    precise = sum(each.right for each in found) / max(1, sum(each.shown for each in found))
    times = np.array([each.took for each in found]) * 1000
    print(
        f"{name}: {answered} of {len(found)} answered ({answered / len(found):.1%}), "
        f"{precise:.1%} of the studies shown are right, "
        f"p50 {np.percentile(times, 50):.0f} ms, p95 {np.percentile(times, 95):.0f} ms, "
        f"most {times.max():.0f} ms"
    )
    for each in found:
        if each.right < FIRST / 2:
            words = f"{each.query.language} {each.query.words!r}"
            print(f"  {words}: {each.right} of {each.shown} right, {each.took * 1000:.0f} ms")
