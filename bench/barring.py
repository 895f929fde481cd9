"""Barring: which criteria call TREC's eligible pairs ineligible, by what decided; excluded beside.

Run with `python -m bench barring`. A criterion that speaks against more eligible than excluded
pairs is one to look at: most are misread, a few are what TREC's judges let pass.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.ranking import YEARS
from bench.shared import DATA, tool
from recruit.core.clock import today
from recruit.core.errors import Refusal
from recruit.core.files import read_records
from recruit.core.paths import default_data_folder
from recruit.criteria.eligibility import Eligibility
from recruit.criteria.nodes import Clinical, Measure, Ordinal, State
from recruit.criteria.truth import Truth
from recruit.matching import reference
from recruit.matching.outcome import CriterionOutcome, LeafOutcome, Outcome, Verdict
from recruit.people.facts import Profile
from recruit.people.intake.reading import Intake
from recruit.people.intake.records import read_all
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from recruit.trials.eligibility import read_eligibility
from recruit.trials.sources.recognise import read_trials

EXCLUDED: Final = "1"
ELIGIBLE: Final = "2"
SHOWN: Final = 20  # classes of criteria


def run(folder: Path) -> None:
    """Print the shares that are ineligible, and the classes of criteria that say so."""
    trials, lexicon = folder / "trials.jsonl", open_lexicon(default_data_folder())
    tool("trec.py", "trials", trials)
    pairs = {year: list(_pairs(year)) for year in YEARS}
    wanted = {trial for year in YEARS for _, trial, _ in pairs[year]}
    read = dict(_read(trials, wanted, lexicon))
    for year in YEARS:
        people = dict(_people(folder, year, lexicon))
        judged = [
            (label, reference.explain(read[trial], people[person], lexicon, today()))
            for person, trial, label in pairs[year]
            if trial in read
        ]
        _print(year, judged)


def _pairs(year: str) -> Iterator[tuple[str, str, str]]:
    """Person, trial and label of what was judged, but for what is about something else."""
    for line in (DATA / "trec" / f"qrels{year}.txt").read_text(encoding="utf-8").splitlines():
        person, _, trial, label = line.split()
        if label in {EXCLUDED, ELIGIBLE}:
            yield person, trial, label


def _read(trials: Path, wanted: set[str], lexicon: Lexicon) -> Iterator[tuple[str, Eligibility]]:
    for draft in read_trials(read_records(trials)):
        if not isinstance(draft, Refusal) and draft.id in wanted and draft.criteria:
            yield draft.id, read_eligibility(draft, lexicon)


def _people(folder: Path, year: str, lexicon: Lexicon) -> Iterator[tuple[str, Profile]]:
    people = folder / f"people{year}.jsonl"
    tool("trec.py", "people", DATA / "trec" / f"topics{year}.xml", people)
    for person in read_all(read_records(people), lexicon, today()):
        if isinstance(person, Intake):
            yield person.profile.person, person.profile


def _print(year: str, judged: list[tuple[str, Outcome]]) -> None:
    size = Counter(label for label, _ in judged)
    barred = [pair for pair in judged if pair[1].judgement.verdict is Verdict.INELIGIBLE]
    share = Counter(label for label, _ in barred)
    for label, name in ((ELIGIBLE, "eligible"), (EXCLUDED, "excluded")):
        part = share[label] / size[label]
        print(f"{year}: {part:.1%} of {size[label]} {name} pairs are ineligible to us")
    classes: dict[str, Counter[str]] = {ELIGIBLE: Counter(), EXCLUDED: Counter()}
    for label, outcome in barred:
        classes[label].update({_class(c) for c in outcome.criteria if c.holds is Truth.NO})
    for name, count in classes[ELIGIBLE].most_common(SHOWN):
        print(f"{count:5} eligible {classes[EXCLUDED][name]:5} excluded  {name}")


def _class(criterion: CriterionOutcome) -> str:
    """The side, and what was asked in the leaves that are known, with their truth and why."""
    known = {_named(leaf) for leaf in criterion.leaves if leaf.truth is not Truth.UNKNOWN}
    return f"{criterion.criterion.kind}: {', '.join(sorted(known))}"


def _named(found: LeafOutcome) -> str:
    match found.leaf:
        case Clinical(kind=kind):
            asked = str(kind)
        case Measure(variable=name) | Ordinal(variable=name) | State(state=name):
            asked = name
        case leaf:
            asked = type(leaf).__name__.lower()
    return f"{asked} {found.truth.name} ({found.why})"
