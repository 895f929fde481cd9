"""Whether a figure is the age of the people a statement is about, and the entry that it makes."""

from typing import Final

from recruit.core.dates import TimeUnit
from recruit.trials.parser.bounds import Bound
from recruit.trials.parser.entries import Carried, Entry, Run, Stretch, widen
from recruit.trials.parser.items import Item
from recruit.trials.parser.subjects import IF

# "Limiting survival to ≤ 2 years": a small word may stand between.
LINK: Final = len(" to ")
_OLDER: Final = frozenset({"older", "younger"})
# Whoever has had something for so many years or more has that age, as a rule.
GROWN: Final = 18
# Children from here on are called so ("12 years and older"; ICH E11 calls them adolescents).
_SMALL: Final = 12
# A plain number beyond is no age that anybody asks for ("patients > 100").
_OLDEST: Final = 99
# "More than 2 years of handball": what the years are of follows at once.
_OF: Final = len(" of ")


def named_number(bound: Bound, found: Stretch, now: Carried, age_word: Item | None) -> bool:
    """Whether a number without a unit is an age by its words: "aged 18-21 at the start"."""
    if bound.unit is not None or bound.times is not None or _of_others(bound, found):
        return False
    if bound.older or touches(age_word, bound):
        return True
    if age_word is not None:
        # "over the 95th percentile for age": the word has to stand before its figure.
        aged = any(entry.sort == "age" for entry in found.entries)
        return age_word.start < bound.start and not (aged and of_a_child(bound))
    if now.age:
        # "age > 21 or < 2": nothing else stands there.
        return found.lone or not (of_a_child(bound) or _amid_words(bound, found))
    # "Patients under 18": of people and nothing else.
    return found.people and not bound.second and _SMALL <= amount(bound) <= _OLDEST


def named_time(
    bound: Bound, found: Stretch, now: Carried, age_word: Item | None, *, windowed: bool
) -> bool:
    """Whether a word says that it is an age: its own, one near, or one further before."""
    if _of_others(bound, found):
        return False
    # "aged 60 or above at the first vaccination": the day only says when.
    counted = bound.within or bound.lasting or bound.since or bound.ago
    adult = any(entry.sort == "adult" for entry in found.entries)
    carried = (now.age or adult) and not windowed
    return (
        bound.older
        or (touches(age_word, bound) and not bound.within)
        or (carried and age_word is None and not _after_other(bound, found))
        or (carried and _near(age_word, bound))
        or (_near(age_word, bound) and (bound.aged or not counted))
    )


def plain_age(bound: Bound, found: Stretch, now: Carried, *, windowed: bool) -> bool:
    """Whether years that no word explains are those of the people: "men ≥ 50 years"."""
    people = all(entry.sort in {"sex", "adult"} for entry in found.entries)
    if _of_others(bound, found):
        return False
    if bound.aged and people and bound.anchor is None:
        return True
    if bound.bare or bound.time is not TimeUnit.YEAR:
        return False
    if windowed:
        # "≥ 19 years at the time of consent": the day only says when the age is looked at.
        back = bound.within or bound.lasting or bound.since or bound.ago
        return people and not back and amount(bound) >= GROWN and bound.looked_at
    if amount(bound) >= GROWN and not _something_before(bound, found):
        # "Patients > 65 years with treated asthma"
        return True
    counted = any(0 <= run.start - bound.end <= _OF for run in found.runs)
    other = _after_run(bound, found) and (now.age or of_a_child(bound))
    past = now.status is not None and of_a_child(bound)
    clinical = any(entry.sort == "clinical" for entry in found.entries)
    return people and not (counted or other or past or (found.lasts and clinical))


def enter_age(bound: Bound, found: Stretch, age_word: Item | None) -> None:
    """Add the age to what the stretch holds."""
    entry = Entry("age", bound.start, bound.end, bound=bound)
    # "Adults aged 20 to 70": the figures say which.
    found.entries = [other for other in found.entries if other.sort != "adult"]
    if age_word is not None and all(other.sort != "age" for other in found.entries):
        widen(entry, age_word.start, age_word.end, found)
    found.entries.append(entry)
    found.entries.sort(key=lambda each: each.start)


def of_a_child(bound: Bound) -> bool:
    """Whether it would be the age of a small child: "experience ≥ 3 years" is none."""
    return amount(bound) < _SMALL


def amount(bound: Bound) -> float:
    """The larger one of its figures."""
    return max(bound.low or 0, bound.high or 0)


def touches(age_word: Item | None, bound: Bound) -> bool:
    """Whether the word stands right before the figure: "aged 55 to 74 years"."""
    return age_word is not None and 0 <= bound.start - age_word.end <= 1


def _of_others(bound: Bound, found: Stretch) -> bool:
    """Whether it is of another age ("bone age", "age at onset"), which can be the person's floor.

    Whoever fell ill at 50 is as old as that; whoever fell ill by 40 may be older today.
    """
    return found.other_age and bound.high is not None


def _something_before(bound: Bound, found: Stretch) -> bool:
    starts = [entry.start for entry in found.entries if entry.sort not in {"sex", "adult"}]
    starts += [run.start for run in found.runs if not _OLDER.issuperset(run.words)]
    return any(start < bound.start for start in starts)


def _near(age_word: Item | None, bound: Bound) -> bool:
    """Whether the word stands before the figure: "6 years of school after the age of 5"."""
    return age_word is not None and age_word.start <= bound.end + LINK


def _after_run(bound: Bound, found: Stretch) -> bool:
    """Whether words that nobody read stand right before: "history of training at least 3 years"."""
    return any(0 <= bound.start - run.end <= LINK for run in found.runs)


def _after_other(bound: Bound, found: Stretch) -> bool:
    """Whether that, or a disease or the like, stands right before: "symptoms < 96 hours"."""
    return _after_run(bound, found) or any(
        entry.sort == "clinical" and 0 <= bound.start - entry.end <= 1 for entry in found.entries
    )


def _amid_words(bound: Bound, found: Stretch) -> bool:
    """Whether the figure is of the words beside it: "2 to 4 inhalations", "WHO 0-2"."""
    return any(_counts(run, bound) for run in found.runs if run.words)


def _counts(run: Run, bound: Bound) -> bool:
    near = 0 <= bound.start - run.end <= LINK or 0 <= run.start - bound.end <= 1
    return near and IF.isdisjoint(run.words)
