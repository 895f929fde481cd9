"""Entries that say who somebody is: sex, age group, state, language, where they live."""

from typing import Final

from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    Language,
    Location,
    Not,
    Rule,
    Sex,
    Span,
    State,
    Unparsed,
    Window,
)
from recruit.trials.parser import leaves
from recruit.trials.parser.entries import Entry, Run, Stretch, widen
from recruit.trials.parser.pieces import Sheet

# Adults and minors, where nothing else is said: ICH E11 (R1) and the registry's own age groups.
_ADULT: Final = 18.0
# These imply a sex: beside them "women" adds nothing.
_IMPLY_SEX: Final = frozenset(
    {"pregnant", "breastfeeding", "childbearing_potential", "menopausal", "premenopausal"}
    | {"planning_pregnancy", "contraception", "surgically_sterile"}
)
_WOMENS: Final = frozenset({"pregnant", "breastfeeding", "childbearing_potential"})
_DRINKER: Final = "drinks_alcohol"
_DRINKS: Final = "drinks_per_day"
_SMOKER: Final = "smoker"
_GAVE_UP: Final = frozenset(
    {"former", "past", "previous", "ex", "quit", "stopped", "cessation", "abstained", "abstinent"}
    | {"ancien", "ancienne", "anciens", "sevré", "sevrage", "arrêt"}
)
_ONCE: Final = frozenset({"history", "smoked", "fumait"})


def drop_sex(found: Stretch) -> None:
    """Such as "Pregnant women": the state says the sex.

    "Men who are active with women of childbearing potential" are men: the state is the partner's.
    """
    sexes = [entry for entry in found.entries if entry.sort == "sex"]
    states = [e for e in found.entries if e.sort == "state" and e.denied is None] if sexes else []
    if sexes and sexes[0].sex == "male" and sexes[0].other is None:
        womens = [e for e in states if e.start > sexes[0].start and _WOMENS.issuperset(e.keys)]
        found.entries = [entry for entry in found.entries if entry not in womens]
        found.runs += [Run(entry.start, entry.end) for entry in womens]
        states = [state for state in states if state not in womens]
    keys = {key for entry in states for key in entry.keys}
    if keys & _IMPLY_SEX and keys != {"contraception"}:
        found.entries = [entry for entry in found.entries if entry.sort != "sex"]
        for sex in sexes:
            # Its word stands for what the state says: "pregnant women" is one place.
            nearest = min(states, key=lambda state: abs(state.start - sex.start))
            widen(nearest, sex.start, sex.end, found)


def drop_counted(found: Stretch) -> None:
    """Such as "no alcohol use > 3 drinks per day": how much is asked, not whether."""
    amount = next((e for e in found.entries if _DRINKS in e.keys and e.bound is not None), None)
    if amount is None:
        return
    drinkers = [entry for entry in found.entries if _DRINKER in entry.keys]
    found.entries = [entry for entry in found.entries if _DRINKER not in entry.keys]
    for drinker in drinkers:
        amount.denied = drinker.denied if amount.denied is None else amount.denied
        widen(amount, drinker.start, drinker.end, found)


def registered(entry: Entry) -> bool:
    """Whether the entry names people by the registry's own fields for age and sex."""
    return entry.sort == "adult" or (entry.sort == "sex" and entry.sex is None)


def has_time(entry: Entry) -> bool:
    """Whether the time of its stretch is said of the entry."""
    state = entry.sort == "state" and bool(entry.keys)
    return entry.sort == "clinical" or (state and leaves.passes(entry.keys[0]))


def plain(entry: Entry, span: Span, window: Window | None) -> Rule | None:
    """The leaf of an entry that says all by itself, but for the `window` of its stretch."""
    if entry.sort == "ordinal":
        return leaves.ordinal(entry.grades, span) if entry.grades else None
    if entry.reading is None:
        return None
    key = entry.reading.keys[0]
    match entry.sort:
        case "state" if key == _SMOKER and (window is None or _gave_up(entry)):
            said = _smoking(entry, span)
            # "Ex-smokers for at least 6 months": since when is not known of anybody.
            return said if window is None else AllOf((said, Unparsed("…")))
        case "state":
            return State(key, span, window if leaves.passes(key) else None)
        case "language":
            return Language(key, span)
        case _:
            return Location(country=key, span=span)


def _smoking(entry: Entry, span: Span) -> Rule:
    """Who smokes, who gave it up, or who ever did, by the words: each is another question."""
    words = _words(entry)
    ever = Not(State("never_smoker", span))
    if _gave_up(entry):
        # "current or ex-smokers" are both.
        both = entry.status == "current"
        return ever if both else AllOf((ever, Not(State(_SMOKER))))
    if entry.status != "ever" and words.isdisjoint(_ONCE):
        return State(_SMOKER, span)
    if entry.denied is not None:
        # "no history of smoking": not twice denied.
        entry.denied = None
        return ever.of
    return ever


def _gave_up(entry: Entry) -> bool:
    return entry.status == "past" or not _words(entry).isdisjoint(_GAVE_UP)


def _words(entry: Entry) -> set[str]:
    return set(entry.mention.text.lower().replace("-", " ").split()) if entry.mention else set()


def sex(entry: Entry, span: Span, sheet: Sheet) -> Rule | None:
    """Who is asked for: one sex, or either of them."""
    if entry.sex is None:
        if sheet.kind == "exclusion":
            return sheet.unread(entry.start, entry.end)
        # "Both sexes" asks nothing; one place cannot be that of two leaves.
        return AnyOf((Sex("male", span), Sex("female")))
    leaf = Sex(entry.sex, span)
    if entry.other is None or entry.other.sex is None:
        return leaf
    second = sheet.place(entry.other.start, entry.other.end)
    return AnyOf((leaf, Sex(entry.other.sex, second)))


def adult(entry: Entry, span: Span, sheet: Sheet) -> Rule:
    """The age of adults or minors; other groups have no age of their own."""
    if entry.value == "adult":
        return Age(min=_ADULT, span=span)
    if entry.value == "minor":
        return Age(max=_ADULT, max_inclusive=False, span=span)
    return sheet.unread(entry.start, entry.end)
