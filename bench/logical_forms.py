"""Meaning of figures and times: our rules against the logical forms of the Leaf corpus.

Run with `python -m bench logical_forms`. Each criterion of the set is read by itself, as a
requirement, and the ends of its ranges and windows ("≥ 18 years", "within 6 months") are compared
with those of its form. What counts:

* One end is one thing: a range has two. An end that a form or a rule states several times (for each
  drug of a list) counts once, so that what a figure belongs to is not measured here.
* **Numeric filters** are the `num_filter`s of a form. An end is right when side (floor or
  ceiling), number and inclusivity are those of the form, and the unit: a unit of time as
  bench/stated.py compares them, a multiple of normal as such, any other one through the text (the
  form only says that there is one). An age without a unit in the form is in years. A form that has
  one value and no operator says no side, so that only number and unit count.
* A grade is right when the leaf's grades end where the form's do, strict or not; where a scale
  itself ends a form may leave that end out. An `eq()` that stands beside an entity without being
  called a filter ("at least two teeth", "grade 3") is right when it is read, not missed when not.
* **Temporal filters** are what a `temporal_filter`, `duration` or `during` says with a length of
  time; one without a number counts as one unit where it looks back ("the past year"), else it only
  says how often. Right are side (at most, at least), number, and unit. What lies ahead ("within the
  next month") counts as missed: no rule says it. "None within 4 weeks" is "at least 4 weeks ago":
  under a denial either side is right. Our windows have no strict ends ("less than 2 months" is a
  window of 2 months): `strict` is the recall when a strict end is counted as missed;
  `loose` are the ends that were read of words that are not read themselves.

Printed are counts, recall and precision, and the most frequent classes of misses and false ends.
"""

import json
import lzma
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.forms import Expected, expected, read
from bench.shared import DATA
from bench.stated import Stated, same_grade, same_value, stated
from recruit.core.config import read_settings
from recruit.terminology.build import open_lexicon
from recruit.trials.parser.parser import parse_criterion

FORMS = DATA / "lct" / "seq2seq-train.json.xz"
MOST = 20


@dataclass(slots=True)
class Tally:
    """What was asked for and read of one sort, and the classes of what went wrong."""

    asked: int = 0
    met: int = 0
    strict: int = 0
    loose: int = 0
    ours: int = 0
    right: int = 0
    misses: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)

    def add(self, asked: list[Expected], ours: list[Stated], text: str) -> None:
        """Compare the ends of one criterion."""
        for end in asked:
            if end.bare:
                continue
            met = [each for each in ours if right(each, end, text)]
            self.asked += 1
            self.met += bool(met)
            self.loose += bool(met) and all(each.loose for each in met)
            self.strict += any(each.inclusive == end.inclusive for each in met)
            if not met:
                self.misses[_class_of(end, ours, text)] += 1
        for each in ours:
            correct = any(right(each, end, text) for end in asked)
            if each.spare and not correct:
                continue
            self.ours += 1
            self.right += correct
            if not correct:
                asked_for = "another one asked for" if asked else "none asked for"
                what = each.variable or each.scale or each.unit or "distance"
                self.false[f"{what}, {each.end}: {asked_for}"] += 1

    def figures(self, *, timed: bool) -> str:
        """Recall and precision in one line."""
        recall, precision = self.met / self.asked, self.right / self.ours
        strict = f", strict {self.strict / self.asked:.3f}, loose {self.loose}" if timed else ""
        return (
            f"{self.met}/{self.asked} asked for were read (recall {recall:.3f}{strict}),"
            f" {self.right}/{self.ours} read are right (precision {precision:.3f})"
        )


def right(ours: Stated, end: Expected, text: str) -> bool:
    """Whether our end is the one that the form states."""
    if ours.sort != end.sort or end.future:
        return False
    sideless = end.end == "either"
    if not (sideless or ours.denied or ours.end == end.end):
        return False
    if ours.scale is not None:
        side = ours.end if sideless else end.end
        return same_grade(ours, side, end.written, inclusive=end.inclusive)
    if not sideless and ours.sort == "number" and ours.inclusive != end.inclusive:
        return False
    return same_value(ours, end.value, end.unit, text)


def _class_of(end: Expected, ours: list[Stated], text: str) -> str:
    """The entity, what was asked, and what was read instead."""
    alike = [each for each in ours if each.sort == end.sort]
    if end.future:
        instead = "it lies ahead"
    elif not alike:
        instead = "nothing read"
    elif any(each.scale is None and same_value(each, end.value, end.unit, text) for each in alike):
        instead = "side or inclusivity"
    else:
        instead = "another number or unit"
    return f"{end.sort} of {end.of}, {end.end}, {end.unit or 'no unit'}: {instead}"


def run(_folder: Path) -> None:
    """Print what the forms of the training set say against what was read."""
    tallies = {"number": Tally(), "time": Tally()}
    odd = 0
    lexicon = open_lexicon(read_settings().data_folder)
    with lzma.open(FORMS, "rt", encoding="utf-8") as lines:
        criteria: list[dict[str, str]] = json.load(lines)
    for criterion in criteria:
        text = criterion["intent"]
        try:
            asked = list(dict.fromkeys(expected(read(criterion["snippet"]))))
        except ValueError:
            odd += 1
            continue
        ours = stated(parse_criterion("inclusion", text, lexicon).rule, text)
        for sort, tally in tallies.items():
            tally.add(
                [each for each in asked if each.sort == sort],
                [each for each in ours if each.sort == sort],
                text,
            )
    print(f"{len(criteria):,} criteria, {odd} of them with a form that breaks off")
    for sort, name in (("number", "numeric filters"), ("time", "temporal filters")):
        print(f"\n{name}: {tallies[sort].figures(timed=sort == 'time')}")
        _print_classes("misses", tallies[sort].misses)
        _print_classes("false ends", tallies[sort].false)


def _print_classes(name: str, classes: Counter[str]) -> None:
    print(f"  {name}:")
    for what, count in classes.most_common(MOST):
        print(f"  {count:4}  {what}")
