"""Which number belongs to what: values to variables, ages to the person, times to windows."""

from dataclasses import replace
from typing import Final

from recruit.core.dates import TimeUnit
from recruit.terminology.concepts import Kind
from recruit.terminology.variables import convert, variable
from recruit.trials.parser.bounds import Bound
from recruit.trials.parser.cues import word_set
from recruit.trials.parser.entries import Carried, Entry, Run, Stretch
from recruit.trials.parser.items import Item
from recruit.trials.parser.subjects import IF

# "Limiting survival to ≤ 2 years": a small word may stand between.
_LINK: Final = len(" to ")
_OLDER: Final = frozenset({"older", "younger"})
# Minutes are of a procedure or a test: nobody looks for people by them.
_SHORTEST: Final = 1 / 24
# Whoever has had something for so many years or more has that age, as a rule.
_GROWN: Final = 18
# Children from here on are called so ("12 years and older"; ICH E11 calls them adolescents).
_SMALL: Final = 12
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
                Run(bound.start, bound.end, bound=bound if _looks_back(bound) else None)
            )
    for entry in found.entries:
        if entry.sort == "measure" and entry.bound is None:
            _otherwise(entry)


def _looks_back(bound: Bound) -> bool:
    """Whether a time that fits nothing says how long ago or how long: hours are of a procedure."""
    ends = [end for end in (bound.low, bound.high) if end is not None]
    plain = bound.time is not None and not bound.bare
    if bound.time is TimeUnit.YEAR and _amount(bound) >= _GROWN:
        return False
    return plain and len(ends) == 1 and ends[0] >= 1


def _open(found: Stretch) -> list[Entry]:
    return [entry for entry in found.entries if entry.sort == "measure" and entry.bound is None]


def _valued(bound: Bound, found: Stretch, now: Carried, age_word: Item | None) -> bool:
    """A plain number: the nearest variable before it has it, else the next one after it.

    A lone figure ("HbA1c of 7 %", "Hct 32 %") may be a floor, a ceiling or an example: only with
    an equals sign does it say that the value is just this.
    """
    if bound.bare and not bound.equal:
        return False
    open_ = _open(found)
    before = [entry for entry in open_ if entry.start < bound.start]
    # "between age 18-65 with BMI > 29": what is said to be an age is no value of what follows.
    after = [] if bound.older and bound.unit is None else open_
    holder = before[-1] if before else next(iter(after), None)
    of_others = not before and _counts_words(bound, found)
    if holder and (of_others or _changes(holder, bound, found)):
        return False
    if holder:
        _hold(holder, bound, found)
        return True
    # "over the 95th percentile for age": the word has to stand before its figure.
    aged = any(entry.sort == "age" for entry in found.entries)
    carried = now.age and not (_of_a_child(bound) or _amid_words(bound, found))
    told = age_word is not None and age_word.start < bound.start
    named = carried if age_word is None else told and not (aged and _of_a_child(bound))
    if (named or bound.older) and bound.unit is None and bound.times is None:
        _age(bound, found, age_word)
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


def _timed(bound: Bound, found: Stretch, now: Carried, age_word: Item | None) -> bool:
    """A length of time: an age, a variable's value, or a window."""
    if _amount(bound) < _SHORTEST:
        return False
    windowed = bound.within or bound.lasting or bound.since or bound.ago or bound.anchor is not None
    open_ = [entry for entry in _open(found) if _counts_time(entry, bound)]
    lone = bound.bare and not bound.equal
    if not lone and _named_age(bound, found, now, age_word, windowed=windowed):
        _age(bound, found, age_word)
    elif open_ and not (bound.within or bound.since or bound.ago or lone):
        _hold(open_[-1], bound, found)
    elif _plain_age(bound, found, now, windowed=windowed):
        _age(bound, found, age_word)
    elif _window(bound, found, now, windowed=windowed):
        found.windows.append(bound)
    else:
        return False
    return True


def _named_age(
    bound: Bound, found: Stretch, now: Carried, age_word: Item | None, *, windowed: bool
) -> bool:
    """Whether a word says that it is an age: its own, one near, or one further before."""
    # "aged 60 or above at the first vaccination": the day only says when.
    counted = bound.within or bound.lasting or bound.since or bound.ago
    adult = any(entry.sort == "adult" for entry in found.entries)
    carried = (now.age or adult) and not windowed
    return (
        bound.older
        or (carried and age_word is None and not _after_other(bound, found))
        or (carried and _near(age_word, bound))
        or (_near(age_word, bound) and (bound.aged or not counted))
    )


def _plain_age(bound: Bound, found: Stretch, now: Carried, *, windowed: bool) -> bool:
    """Whether years that no word explains are those of the people: "men ≥ 50 years"."""
    people = all(entry.sort in {"sex", "adult"} for entry in found.entries)
    if bound.aged and people and bound.anchor is None:
        return True
    if windowed or bound.bare or bound.time is not TimeUnit.YEAR:
        return False
    if _amount(bound) >= _GROWN and not _something_before(bound, found):
        # "Patients > 65 years with treated asthma"
        return True
    counted = any(0 <= run.start - bound.end <= _OF for run in found.runs)
    other = _after_run(bound, found) and (now.age or _of_a_child(bound))
    past = now.status is not None and _of_a_child(bound)
    return people and not (counted or other or past or (found.lasts and _clinical(found)))


def _window(bound: Bound, found: Stretch, now: Carried, *, windowed: bool) -> bool:
    """Whether it says how long ago something was, or how long it has lasted."""
    if windowed or _follows(bound, found):
        return True
    # "Diabetes > 5 years" may be its length or the person's age.
    lasts = found.lasts and _clinical(found)
    said = lasts or (now.status is not None and _of_a_child(bound))
    years = bound.time is TimeUnit.YEAR and _amount(bound) >= _GROWN
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
    found.windows.append(replace(bound, older=False))
    return True


def _of_a_child(bound: Bound) -> bool:
    """Whether it would be the age of a small child: "experience ≥ 3 years" is none."""
    return _amount(bound) < _SMALL


def _amount(bound: Bound) -> float:
    return max(bound.low or 0, bound.high or 0)


def _something_before(bound: Bound, found: Stretch) -> bool:
    starts = [entry.start for entry in found.entries if entry.sort not in {"sex", "adult"}]
    starts += [run.start for run in found.runs if not _OLDER.issuperset(run.words)]
    return any(start < bound.start for start in starts)


def _near(age_word: Item | None, bound: Bound) -> bool:
    """Whether the word stands before the figure: "6 years of school after the age of 5"."""
    return age_word is not None and age_word.start <= bound.end + _LINK


def _after_run(bound: Bound, found: Stretch) -> bool:
    """Whether words that nobody read stand right before: "history of training at least 3 years"."""
    return any(0 <= bound.start - run.end <= _LINK for run in found.runs)


def _after_other(bound: Bound, found: Stretch) -> bool:
    """Whether that, or a disease or the like, stands right before: "symptoms < 96 hours"."""
    return _after_run(bound, found) or any(
        entry.sort == "clinical" and 0 <= bound.start - entry.end <= 1 for entry in found.entries
    )


def _changes(entry: Entry, bound: Bound, found: Stretch) -> bool:
    """Such as "a drop in systolic blood pressure of 20 mmHg", which is no value of it."""
    if bound.times in {"uln", "lln"}:
        return False
    beside = (
        run
        for run in found.runs
        if 0 <= entry.start - run.end <= _LINK or entry.end <= run.start < bound.start
    )
    return any(not word_set("changes").isdisjoint(run.words) for run in beside)


def _counts_words(bound: Bound, found: Stretch) -> bool:
    """Whether words that nobody read follow: "more than 1 kind of drops to keep the pressure"."""
    return any(0 <= run.start - bound.end <= 1 for run in found.runs)


def _amid_words(bound: Bound, found: Stretch) -> bool:
    """Whether the figure is of the words beside it: "2 to 4 inhalations", "WHO 0-2"."""
    counted = (run for run in found.runs if run.words and IF.isdisjoint(run.words))
    return any(
        0 <= bound.start - run.end <= _LINK or 0 <= run.start - bound.end <= 1 for run in counted
    )


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


def widen(entry: Entry, start: int, end: int, found: Stretch) -> None:
    """Let the entry's place reach over `[start, end)` unless something else stands there."""
    start, end = min(entry.start, start), max(entry.end, end)
    taken = [(other.start, other.end) for other in found.entries if other is not entry]
    taken += [(run.start, run.end) for run in found.runs]
    taken += [(aside.start, aside.end) for aside in found.asides]
    taken += [(b.start, b.end) for b in found.bounds if b is not entry.bound]
    if not any(first < end and start < last for first, last in taken):
        entry.start, entry.end = start, end


def _age(bound: Bound, found: Stretch, age_word: Item | None) -> None:
    entry = Entry("age", bound.start, bound.end, bound=bound)
    # "Adults aged 20 to 70": the figures say which.
    found.entries = [other for other in found.entries if other.sort != "adult"]
    if age_word is not None and all(other.sort != "age" for other in found.entries):
        widen(entry, age_word.start, age_word.end, found)
    found.entries.append(entry)
    found.entries.sort(key=lambda each: each.start)


def _otherwise(entry: Entry) -> None:
    """A variable without a value may be meant as a disease or a procedure ("anaemia")."""
    if entry.mention is None:
        return
    other = next((r for r in entry.mention.readings if isinstance(r.what, Kind)), None)
    if other and other.what is not Kind.DRUG:
        entry.sort, entry.reading = "clinical", other
