"""Which number belongs to what: values to variables, ages to the person, times to windows."""

from collections.abc import Sequence
from typing import Final

from recruit.core.dates import TimeUnit
from recruit.terminology.concepts import Kind
from recruit.terminology.variables import convert, variable
from recruit.trials.parser.ages import (
    GROWN,
    LINK,
    amount,
    enter_age,
    named_number,
    named_time,
    of_a_child,
    plain_age,
)
from recruit.trials.parser.bounds import Bound
from recruit.trials.parser.cues import word_set
from recruit.trials.parser.entries import Carried, Entry, Run, Stretch, widen
from recruit.trials.parser.items import Item

# Minutes are of a procedure or a test: nobody looks for people by them.
_SHORTEST: Final = 1 / 24
_UCUM: Final = {
    TimeUnit.YEAR: "a",
    TimeUnit.MONTH: "mo",
    TimeUnit.WEEK: "wk",
    TimeUnit.DAY: "d",
}


def give_out(found: Stretch, now: Carried, age_word: Item | None) -> None:
    """Give each relation of a stretch to its entry; those that fit none become unread words."""
    for bound in found.bounds:
        if bound.time is not None and bound.second is None:
            used = _of_event(bound, found) or _timed(bound, found, now, age_word)
        else:
            used = _valued(bound, found, now, age_word)
        if not used:
            found.runs.append(
                Run(bound.start, bound.end, bound=bound if _looks_back(bound, found) else None)
            )
    for entry in found.entries:
        if entry.sort == "measure" and entry.bound is None:
            _otherwise(entry)


def _looks_back(bound: Bound, found: Stretch) -> bool:
    """Whether a time that fits nothing says how long ago or how long: hours are of a procedure."""
    ends = [end for end in (bound.low, bound.high) if end is not None]
    plain = bound.time is not None and not bound.bare
    if found.other_age or (bound.time is TimeUnit.YEAR and amount(bound) >= GROWN):
        return False
    return plain and len(ends) == 1 and ends[0] >= 1


def _open(found: Stretch) -> list[Entry]:
    return [entry for entry in found.entries if entry.sort == "measure" and entry.bound is None]


def _valued(bound: Bound, found: Stretch, now: Carried, age_word: Item | None) -> bool:
    """A plain number: the nearest variable before it has it, else the next one after it.

    A lone figure ("HbA1c of 7 %", "Hct 32 %") may be a floor, a ceiling or an example: only with
    an equals sign does it say that the value is just this.
    """
    once = bound.normal and now.status in {"ever", "past"}
    if once or (bound.bare and not bound.equal):
        # "History of elevated PSA": how it is today is not said.
        return False
    open_ = _open(found)
    before = [entry for entry in open_ if entry.start < bound.start]
    # "between age 18-65 with BMI > 29": what is said to be an age is no value of what follows.
    after = [] if bound.older and bound.unit is None else open_
    holder = _first_named(before, found) if before else next(iter(after), None)
    of_others = not before and _counts_words(bound, found)
    if holder and (of_others or _changes(holder, bound, found)):
        return False
    if holder:
        _hold(holder, bound, found)
        _which(holder, bound, found)
        return True
    if named_number(bound, found, now, age_word):
        enter_age(bound, found, age_word)
        # "Patients under 18 or over 80"
        now.age = now.age or found.people
        return True
    others = any(not entry.condition for entry in found.entries)
    # "PaCO2 > 50 mmHg, pH < 7.3": words that were not read may name another variable.
    named = any(0 <= bound.start - run.end <= 1 for run in found.runs)
    if now.variable and not others and not bound.bare and not named:
        # "BMI < 18 or > 35", "≥ 12 g/dL for women, ≥ 13 for men": the variable was named before.
        found.entries.append(
            Entry(
                *("measure", bound.start, bound.end, None, now.variable.reading),
                bound=bound,
            )
        )
        return True
    return False


def _first_named(before: Sequence[Entry], found: Stretch) -> Entry:
    """The last one, or an earlier name of the same ("clearance by Cockcroft-Gault < 30")."""
    last = before[-1]
    same = [entry for entry in before if entry.keys == last.keys]
    for entry in same[1:]:
        found.entries.remove(entry)
    return same[0]


def _which(holder: Entry, bound: Bound, found: Stretch) -> None:
    """Take the name behind the figure ("BP > 140 mmHg systolic", "GFR < 30 by MDRD") as well."""
    for entry in _open(found):
        if entry.start < bound.end or not set(entry.keys) <= set(holder.keys):
            continue
        if entry.keys == holder.keys or 0 <= entry.start - bound.end <= 1:
            found.entries.remove(entry)
            holder.reading = entry.reading
            if entry.start - bound.end <= 1:
                widen(holder, entry.start, entry.end, found)


def _timed(bound: Bound, found: Stretch, now: Carried, age_word: Item | None) -> bool:
    """A length of time: an age, a variable's value, or a window."""
    if amount(bound) < _SHORTEST or bound.outside:
        return False
    windowed = bound.within or bound.lasting or bound.since or bound.ago or bound.anchor is not None
    open_ = [entry for entry in _open(found) if _counts_time(entry, bound)]
    lone = bound.bare and not bound.equal
    if not lone and named_time(bound, found, now, age_word, windowed=windowed):
        enter_age(bound, found, age_word)
    elif open_ and not (bound.within or bound.since or bound.ago or lone):
        _hold(open_[-1], bound, found)
    elif plain_age(bound, found, now, windowed=windowed):
        enter_age(bound, found, age_word)
    elif _window(bound, found, now, windowed=windowed):
        found.windows.append(bound)
    else:
        return False
    return True


def _window(bound: Bound, found: Stretch, now: Carried, *, windowed: bool) -> bool:
    """Whether it says how long ago something was, or how long it has lasted."""
    if windowed or _follows(bound, found):
        return True
    # "Diabetes > 5 years" may be its length or the person's age.
    lasts = found.lasts and _clinical(found)
    said = lasts or (now.status is not None and of_a_child(bound))
    years = bound.time is TimeUnit.YEAR and amount(bound) >= GROWN
    return said and not bound.bare and not years


def _clinical(found: Stretch) -> bool:
    return any(entry.sort == "clinical" for entry in found.entries)


def _of_event(bound: Bound, found: Stretch) -> bool:
    """Such as "transplant less than one year old": what has a day is so old, not the person."""
    if not bound.older or (bound.low is None) is (bound.high is None):
        return False
    last = next((entry for entry in reversed(found.entries) if entry.end <= bound.start), None)
    if last is None or last.reading is None or bound.start - last.end > len(" is "):
        return False
    if last.reading.what not in {Kind.PROCEDURE, Kind.DEVICE}:
        return False
    found.windows.append(bound._replace(older=False))
    return True


def _changes(entry: Entry, bound: Bound, found: Stretch) -> bool:
    """Such as "a drop in systolic blood pressure of 20 mmHg", which is no value of it."""
    if bound.times in {"uln", "lln"}:
        return False
    beside = (
        run
        for run in found.runs
        if 0 <= entry.start - run.end <= LINK or entry.end <= run.start < bound.start
    )
    return any(not word_set("changes").isdisjoint(run.words) for run in beside)


def _counts_words(bound: Bound, found: Stretch) -> bool:
    """Whether words that nobody read follow: "more than 1 kind of drops to keep the pressure"."""
    return any(0 <= run.start - bound.end <= 1 for run in found.runs)


def _counts_time(entry: Entry, bound: Bound) -> bool:
    """Whether the variable is a length of time, as gestational age is, and weight is none."""
    known = (variable(key) for key in entry.keys)
    unit = _UCUM[bound.time] if bound.time else ""
    return any(each is not None and convert(1.0, unit, each) is not None for each in known)


# "More than 2 years of handball": what the years are of follows at once.
_OF: Final = len(" of ")


def _follows(bound: Bound, found: Stretch) -> bool:
    """Such as "liver biopsy (< 6 months)", "stroke > 3 months"; years may be the person's age.

    What is no event began at most so long ago: that is no window.
    """
    if bound.bare or bound.time is TimeUnit.YEAR:
        return False
    before = [entry for entry in found.entries if entry.start < bound.start]
    if not before or before[-1].sort != "clinical":
        return False
    reading = before[-1].reading
    if bound.high is not None and (reading is None or reading.what is not Kind.PROCEDURE):
        return False
    between = (run for run in found.runs if run.start < bound.start)
    return all(run.end <= before[-1].start for run in between)


def _hold(entry: Entry, bound: Bound, found: Stretch) -> None:
    entry.bound = bound
    widen(entry, bound.start, bound.end, found)


def _otherwise(entry: Entry) -> None:
    """A variable without a value may be meant as a disease or a procedure ("anaemia")."""
    if entry.mention is None:
        return
    other = next((r for r in entry.mention.readings if isinstance(r.what, Kind)), None)
    if other and other.what is not Kind.DRUG:
        entry.sort, entry.reading = "clinical", other
