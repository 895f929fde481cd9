"""When something began, how long a state lasts, and times of what nobody read."""

import pytest

from recruit.core.dates import TimeUnit
from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Age, Clinical, Measure, State, Unparsed, Window
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion
from tests.unit.trials.parser.bare import bare

YEAR, MONTH = TimeUnit.YEAR, TimeUnit.MONTH


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("Type 2 diabetes diagnosed within the last 5 years", 5, YEAR),
        ("Diagnosis of asthma within 6 months", 6, MONTH),
        ("Asthma diagnosed less than 6 months ago", 6, MONTH),
        ("Newly diagnosed (≤ 6 months) type 2 diabetes", 6, MONTH),
        ("Onset of asthma within 2 years", 2, YEAR),
        ("Asthma of less than 5 years duration", 5, YEAR),
        ("Diabète de type 2 diagnostiqué depuis moins de 5 ans", 5, YEAR),
        ("Asthme depuis moins de 5 ans", 5, YEAR),
        ("Début de l'asthme dans les 6 derniers mois", 6, MONTH),
    ],
)
def test_an_onset_bounds_the_first_day(
    text: str, amount: float, unit: TimeUnit, lexicon: Lexicon
) -> None:
    found = parse_criterion("inclusion", text, lexicon).rule
    assert isinstance(found, Clinical)
    assert found.within == Window(amount, unit=unit, event="onset")
    assert found.status == "ever"


@pytest.mark.parametrize(
    "text",
    [
        "Asthma diagnosed at least 6 months ago",
        "Asthma with a minimum duration of 6 months",
        "Asthme diagnostiqué il y a plus de 6 mois",
    ],
)
def test_what_began_long_ago_is_as_what_has_lasted(text: str, lexicon: Lexicon) -> None:
    found = parse_criterion("inclusion", text, lexicon).rule
    assert isinstance(found, Clinical)
    assert found.within == Window(None, 6, MONTH)


@pytest.mark.parametrize(
    "text", ["Appendectomy started within 6 months", "Recent biopsy ≤ 6 months"]
)
def test_what_is_of_one_day_has_no_onset(text: str, lexicon: Lexicon) -> None:
    found = list(leaves(parse_criterion("exclusion", text, lexicon).rule))
    assert [leaf.within for leaf in found if isinstance(leaf, Clinical)] == [Window(6, unit=MONTH)]


@pytest.mark.parametrize(
    ("text", "state", "window"),
    [
        ("Smoker within the last year", "smoker", Window(1, unit=YEAR)),
        ("Pregnancy within 6 months", "pregnant", Window(6, unit=MONTH)),
        ("Postmenopausal for at least 12 months", "menopausal", Window(None, 12, MONTH)),
        ("Ménopausée depuis au moins 1 an", "menopausal", Window(None, 1, YEAR)),
        ("Hospitalisation dans les 3 derniers mois", "hospitalised", Window(3, unit=MONTH)),
    ],
)
def test_a_state_has_its_time(text: str, state: str, window: Window, lexicon: Lexicon) -> None:
    assert bare(parse_criterion("inclusion", text, lexicon).rule) == State(state, within=window)


def test_a_list_of_states_shares_its_time(lexicon: Lexicon) -> None:
    found = bare(
        parse_criterion("exclusion", "Pregnancy or lactation within 6 months", lexicon).rule
    )
    assert {leaf.within for leaf in leaves(found) if isinstance(leaf, State)} == {
        Window(6, unit=MONTH)
    }


def test_the_time_of_a_disease_is_not_that_of_a_state(lexicon: Lexicon) -> None:
    found = parse_criterion(
        "exclusion", "Pregnancy, asthma or stroke within 6 months", lexicon
    ).rule
    assert [leaf.within for leaf in leaves(found) if isinstance(leaf, State)] == [None]


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("Knitting lessons within 6 months", Window(6, unit=MONTH)),
        ("Has been knitting for at least 2 years", Window(None, 2, YEAR)),
        ("Cours de tricot dans les 6 derniers mois", Window(6, unit=MONTH)),
        ("Knitting for 3 consecutive months", Window(None, 3, MONTH)),
    ],
)
def test_words_that_nobody_read_keep_their_time(
    text: str, window: Window, lexicon: Lexicon
) -> None:
    found = leaves(parse_criterion("inclusion", text, lexicon).rule)
    assert window in [leaf.within for leaf in found if isinstance(leaf, Unparsed)]


@pytest.mark.parametrize(
    "text",
    [
        "Willing to knit for at least 6 months",
        "Knitting for at least 6 months after the last dose",
        "Knitting planned within 6 months",
        "Accepte de tricoter pendant au moins 6 mois",
    ],
)
def test_what_lies_ahead_has_no_window(text: str, lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("inclusion", text, lexicon).rule)
    assert [leaf.within for leaf in found if isinstance(leaf, Unparsed) and leaf.within] == []


@pytest.mark.parametrize(
    "text",
    [
        "Kidney transplant less than one year old",
        "Healthy participants from 12 to 20 years old, with a history of training at least 3 years",
        "Experience ≥ 3 years",
        "Liver biopsy older than 6 months",
    ],
)
def test_how_old_a_thing_is_is_no_age(text: str, lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("inclusion", text, lexicon).rule)
    assert [leaf for leaf in found if isinstance(leaf, Age) and leaf.min != 12] == []


def test_a_weight_is_no_length_of_time(lexicon: Lexicon) -> None:
    found = list(leaves(parse_criterion("inclusion", "Stable weight for 6 months", lexicon).rule))
    assert Window(None, 6, MONTH) in [leaf.within for leaf in found if isinstance(leaf, Unparsed)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("Minimum weight of 50 kg", 50, None), ("Maximum BMI of 35 kg/m2", None, 35)],
)
def test_the_noun_stands_between_the_side_and_its_figure(
    text: str, low: float | None, high: float | None, lexicon: Lexicon
) -> None:
    found = parse_criterion("inclusion", text, lexicon).rule
    assert isinstance(found, Measure)
    assert (found.min, found.max) == (low, high)
