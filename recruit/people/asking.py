"""What it makes sense to ask a person, from what they told already."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from recruit.people.facts import ClinicalFact, MeasureFact, Profile, StateFact
from recruit.terminology.lexicon import Lexicon

ALWAYS: Final = ("height", "weight")
# Values that studies of a disease ask for, and that people who have it usually know or find in
# their papers. The concept stands for all that is within it.
FOLLOWING: Final[dict[str, tuple[str, ...]]] = {
    "MESH:D003920": ("hba1c",),  # diabetes
    "MESH:D006973": ("systolic_bp", "diastolic_bp"),  # hypertension
    "MESH:D007674": ("egfr", "creatinine"),  # kidney diseases
    "MESH:D006937": ("ldl",),  # high cholesterol
    "MESH:D050171": ("ldl", "triglycerides"),  # disturbed blood lipids
    "MESH:D006333": ("lvef", "nt_probnp"),  # heart failure
    "MESH:D001249": ("fev1_percent",),  # asthma
    "MESH:D029424": ("fev1_percent", "exacerbations"),  # COPD
    "MESH:D001172": ("das28", "crp"),  # rheumatoid arthritis
    "MESH:D009103": ("edss", "relapses"),  # multiple sclerosis
    "MESH:D011471": ("psa",),  # prostate cancer
    "MESH:D015658": ("cd4", "hiv_rna"),  # HIV
    "MESH:D008881": ("headache_days",),  # migraine
    "MESH:D004827": ("seizures",),  # epilepsy
    "MESH:D003424": ("cdai_crohn", "crp"),  # Crohn's disease
    "MESH:D000740": ("haemoglobin", "ferritin"),  # anaemia
}
MOST_MEASURES: Final = 8
FERTILE_UNTIL: Final = 60  # years; beyond, nobody is asked about a pregnancy
EVERYBODY: Final = ("smoker", "drinks_alcohol", "healthy", "other_trial")
WOMEN: Final = ("pregnant", "breastfeeding", "childbearing_potential")
YEAR: Final = timedelta(days=365.25)


def measures_to_ask(profile: Profile, lexicon: Lexicon) -> tuple[str, ...]:
    """Keys of the variables: height and weight, then those that follow from the conditions."""
    keys = dict.fromkeys(ALWAYS)
    for condition in _conditions(profile):
        for group, following in FOLLOWING.items():
            if lexicon.is_a(condition, group):
                keys |= dict.fromkeys(following)
    return tuple(keys)[:MOST_MEASURES]


def states_to_ask(profile: Profile, on: date) -> tuple[str, ...]:
    """Keys of the states: those about a pregnancy only of whom they may concern."""
    if profile.sex == "male" or _is_past(profile, on):
        return EVERYBODY
    return (*EVERYBODY, *WOMEN)


def latest(profile: Profile, key: str) -> MeasureFact | None:
    """The newest value on record of a variable; one without a date is older than any other."""
    values = [f for f in profile.facts if isinstance(f, MeasureFact) and f.variable == key]
    return max(values, key=lambda f: f.taken.latest if f.taken else date.min, default=None)


def state_of(profile: Profile, key: str) -> StateFact | None:
    """What is on record of a state."""
    facts = (f for f in profile.facts if isinstance(f, StateFact) and f.state == key)
    return next(facts, None)


def _conditions(profile: Profile) -> Iterator[str]:
    for fact in profile.facts:
        if isinstance(fact, ClinicalFact) and fact.status in {"present", "past"}:
            yield from fact.concepts
    yield from profile.seeking


def _is_past(profile: Profile, on: date) -> bool:
    return profile.born is not None and (on - profile.born.latest) / YEAR > FERTILE_UNTIL
