"""Meaning of criteria: our rules against the normalised criteria of COVID-19 trials.

Run with `python -m bench covid_criteria`. The set names, for each entity it found in a trial's
text, a concept, whether it is negated, how many days back it reaches and two bounds; a program made
it, and people checked a part. What counts:

* The trials are read whole, from data/trials. A row is **placed** where the words of its entity
  stand in a criterion of its side, at the occurrence nearest to the row's own place (which leaves
  out white space); it is **read** when a leaf that is not unread text stands on them, or on the
  number of a measurement or an age (whose entity may be "subjects"). Rows that are not placed
  (another version of the text, words put together from two places) are left out.
* **Concept**, of conditions, drugs and procedures: ours and one that the lexicon knows by the row's
  concept name are the same; `related`: or one is a kind of the other. Rows whose concept has no
  name in the lexicon cannot be compared.
* **Negation**: the leaf stands under an odd number of denials within its criterion.
* **Days**: our window's length, at most or at least, as the set counts (a month 30 days, a year
  365). Only rows whose words of time stand in the same criterion, and not "current" (10000) or less
  than 1; precision is over read rows with a window of ours in criteria with such words.
* **Bounds**: of measurements and ages whose words of number stand in the same criterion, each end
  that is not ±99999, by number alone (the set has neither inclusivity nor unit). The set's program
  takes "1.73" of a unit for a bound, and a ceiling for a floor: `sound` are the rows whose own
  words are one comparison or range that says just what the row says.
"""

import csv
import json
import lzma
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.shared import DATA
from bench.stated import Stated, ends, said, same_grade, same_value
from recruit.core.config import read_settings
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import Clinical, Leaf, Unparsed
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser.parser import parse

ROWS: Final = DATA / "covid-criteria" / "criteria-dev.csv.xz"
_CLINICAL: Final = frozenset({"Condition", "Drug", "Procedure"})
_VALUED: Final = frozenset({"Measurement", "Person"})
_CURRENT: Final = 10_000
_OPEN: Final = 99_999.0
_DAYS: Final = {"year": 365.0, "month": 30.0, "week": 7.0, "day": 1.0}
# One comparison or range, and whatever has no figure: bounds that can be told by their words.
_ONE: Final = re.compile(
    r"(?:(?P<low>≥|>=|>|at least|greater than|more than|over|above)"
    r"|(?P<high>≤|<=|<|at most|less than|under|below|up to))?"
    r"\s*(?P<first>\d+(?:\.\d+)?)\s*(?:(?:-|to|–)\s*(?P<second>\d+(?:\.\d+)?))?"
    r"(?P<more>[a-z\s]*(?:and|or) (?:older|above|over|more|greater))?[^\d<>≤≥]*",
    re.IGNORECASE,
)

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """A row whose words stand in `criterion` of `text`, with the leaf on them, if one was read."""

    row: Row
    text: str
    criterion: Criterion
    leaf: Leaf | None
    denied: bool

    def beside(self, column: str) -> bool:
        """Whether the row's words in `column` stand in the same criterion."""
        start, end = self.criterion.span or (0, 0)
        return _pattern(self.row[column]).search(self.text, start, end) is not None

    def ends(self) -> list[Stated]:
        """What the leaf states."""
        return list(ends(self.leaf, self.text, denied=self.denied)) if self.leaf else []


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)


# ------------------------------------------------------------------ where a row stands
def placed(rows: Sequence[Row], text: str, criteria: Sequence[Criterion]) -> Iterator[Placed]:
    """The rows of one trial that stand in its text."""
    leaves = [
        (criterion, leaf, denied)
        for criterion in criteria
        for leaf, denied in said(criterion.rule)
        if leaf.span is not None and not isinstance(leaf, Unparsed)
    ]
    for row in rows:
        side = "inclusion" if row["include"] == "1" else "exclusion"
        ours = [each for each in criteria if each.kind == side and each.span]
        place = _nearest(row, text, ours)
        if place is None:
            continue
        criterion, start, end = place
        figure = _figure(row, text, criterion)
        on_it: list[tuple[Leaf | None, bool]] = [
            (leaf, denied)
            for of, leaf, denied in leaves
            if of is criterion
            and leaf.span
            and any(
                leaf.span[0] < last and first < leaf.span[1]
                for first, last in ((start, end), figure)
            )
        ]
        fitting = (
            [each for each in on_it if each[0] and _fits(row, each[0])] or on_it or [(None, False)]
        )
        yield Placed(row, text, criterion, *fitting[0])


def _figure(row: Row, text: str, criterion: Criterion) -> tuple[int, int]:
    """Where the number of a measurement or an age stands, whose own word may be "subjects"."""
    words = row["numeric_source_text"].strip()
    if row["domain"] not in _VALUED or not words:
        return (0, 0)
    found = _pattern(words).search(text, *(criterion.span or (0, 0)))
    return found.span() if found else (0, 0)


def _fits(row: Row, leaf: Leaf) -> bool:
    """Of two leaves on the same words, that which is of the row's domain."""
    return isinstance(leaf, Clinical) == (row["domain"] not in _VALUED)


def _nearest(
    row: Row, text: str, criteria: Sequence[Criterion]
) -> tuple[Criterion, int, int] | None:
    if not row["entity_source_text"].strip() or not criteria:
        return None
    words = _pattern(row["entity_source_text"])
    first = min(each.span[0] for each in criteria if each.span)
    found = [
        (abs(_letters(text, first, match.start()) - int(row["start_index"])), place, match)
        for place, each in enumerate(criteria)
        for match in words.finditer(text, *(each.span or (0, 0)))
    ]
    if not found:
        return None
    _, place, match = min(found, key=lambda each: each[:2])
    return criteria[place], match.start(), match.end()


def _letters(text: str, start: int, end: int) -> int:
    """How far apart two places are when every run of white space is one blank."""
    return len(" ".join(text[start:end].split()))


# ------------------------------------------------------------------ what is compared
def concepts(rows: Sequence[Placed], lexicon: Lexicon) -> str:
    """How many concepts are the row's, and how many of the same family."""
    compared = same = related = 0
    for each in rows:
        leaf = each.leaf
        if not isinstance(leaf, Clinical) or not leaf.concepts:
            continue
        known = lexicon.lookup(each.row["concept_name"], near=False)
        if each.row["domain"] not in _CLINICAL or not known:
            continue
        theirs = {candidate.concept.id for candidate in known}
        compared += 1
        same += not theirs.isdisjoint(leaf.concepts)
        related += any(
            lexicon.is_a(one, other) or lexicon.is_a(other, one)
            for one in theirs
            for other in leaf.concepts
        )
    return (
        f"concept: {compared:,} can be compared; same {same / compared:.3f},"
        f" same or related {related / compared:.3f}"
    )


def negation(rows: Sequence[Placed]) -> str:
    """Precision and recall of denials."""
    pairs = Counter((each.row["negation"] == "1", each.denied) for each in rows if each.leaf)
    return f"negation: {_figures(pairs[True, True], pairs[True, False], pairs[False, True])}"


def days(rows: Sequence[Placed]) -> str:
    """Precision and recall of windows, over rows that are read."""
    met = missed = false = 0
    timed = (each for each in rows if each.leaf and each.row["domain"] not in _VALUED)
    for each in timed:
        asked = int(each.row["before_days"])
        if not each.row["temporal_source_text"] or not each.beside("temporal_source_text"):
            continue
        ours = {_days(end) for end in each.ends() if end.sort == "time"}
        if 0 < asked < _CURRENT:
            met += asked in ours
            missed += asked not in ours
        false += bool(ours) and asked not in ours
    return f"days: {_figures(met, missed, false)}"


def _days(end: Stated) -> int:
    return math.ceil(end.value * _DAYS[end.unit or "day"])


def bounds(rows: Sequence[Placed], wanted: Callable[[Row], bool]) -> str:
    """Precision and recall of the ends of measurements and ages, over rows that are `wanted`."""
    met = missed = false = 0
    for each in rows:
        row = each.row
        if row["domain"] not in _VALUED or not row["numeric_source_text"].strip():
            continue
        if not each.beside("numeric_source_text") or not wanted(row):
            continue
        asked = _asked(row)
        ours = [end for end in each.ends() if end.sort == "number"]
        hit = sum(any(_same(end, *ask, each.text) for end in ours) for ask in asked)
        met += hit
        missed += len(asked) - hit
        false += sum(
            not end.spare and not any(_same(end, *ask, each.text) for ask in asked) for end in ours
        )
    return _figures(met, missed, false)


def _asked(row: Row) -> list[tuple[str, float]]:
    low, high = float(row["numeric_att_min"]), float(row["numeric_att_max"])
    both = (("low", low), ("high", high))
    return [(end, value) for end, value in both if abs(value) != _OPEN]


def _same(ours: Stated, end: str, value: float, text: str) -> bool:
    if ours.end != end:
        return False
    if ours.scale is not None:
        return any(
            same_grade(ours, ours.end, f"{value:g}", inclusive=inclusive)
            for inclusive in (True, False)
        )
    if ours.unit is not None:
        return math.isclose(ours.value, value)
    return same_value(ours, value, "limit" if ours.times else "", text)


def sound(row: Row) -> bool:
    """Whether the row's own words are one comparison or range, and say what the row says."""
    found = _ONE.fullmatch(row["numeric_source_text"].strip())
    if found is None:
        return False
    first = float(found["first"])
    if found["second"]:
        said_so = [("low", first), ("high", float(found["second"]))]
    elif found["high"]:
        said_so = [("high", first)]
    elif found["low"] or found["more"]:
        said_so = [("low", first)]
    else:
        return False
    return said_so == _asked(row)


def _figures(met: int, missed: int, false: int) -> str:
    recall, precision = met / (met + missed), met / (met + false)
    return (
        f"{met + missed:,} asked for, recall {recall:.3f};"
        f" {met + false:,} read, precision {precision:.3f}"
    )


def run(_folder: Path) -> None:
    """Print how far the set and our rules agree."""
    lexicon = open_lexicon(read_settings().data_folder)
    by_trial: dict[str, list[Row]] = defaultdict(list)
    with lzma.open(ROWS, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            by_trial[row["nct_id"].partition("_")[0]].append(row)
    rows: list[Placed] = []
    for path in sorted((DATA / "trials").glob("*.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                trial = json.loads(line)
                if trial["nct_id"] in by_trial:
                    text = trial["criteria"]
                    criteria = parse(text, lexicon, language="en")
                    rows += placed(by_trial.pop(trial["nct_id"]), text, criteria)
    read = Counter(each.row["domain"] for each in rows if each.leaf)
    print(f"{len(rows):,} rows placed ({sum(map(len, by_trial.values()))} without their trial)")
    for domain, count in Counter(each.row["domain"] for each in rows).most_common():
        print(f"  {domain}: {count:,} placed, {read[domain] / count:.3f} read")
    print(concepts(rows, lexicon))
    print(negation(rows))
    print(days(rows))
    print(f"bounds, as the set has them: {bounds(rows, lambda _: True)}")
    print(f"bounds, sound: {bounds(rows, sound)}")
