"""States, languages, places, and text that was not read."""

from recruit.core.dates import TimeUnit
from recruit.criteria.eligibility import Place
from recruit.criteria.nodes import Language, Location, State, Unparsed, Window
from recruit.people.facts import Home
from recruit.terminology.concepts import Kind
from tests.spec.page import NO, UNKNOWN, YES, Page, table
from tests.spec.vocabulary import is_not, is_now, measured, person, unsure_of, was

PARIS_12 = Home("FR", "75012", 48.84, 2.39)
LYON = Home("FR", "69003", 45.76, 4.86)
BRUSSELS = Home("BE", "1000", 50.85, 4.35)
SITE_IN_PARIS = Place("FR", 48.89, 2.34)
CLOSED_SITE_IN_LYON = Place("FR", 45.76, 4.86, recruiting=False)

STATE = Page(
    "State",
    "What somebody is that is no disease: pregnant, smoker, able to consent, healthy. A state is "
    "about now, unless the rule gives it a time.",
    (
        table(
            "Pregnant",
            State("pregnant"),
            (person(is_now("pregnant")), YES),
            (person(is_not("pregnant")), NO),
            (person(was("pregnant")), NO, "a state that is past is not"),
            (person(), UNKNOWN),
            (person(complete=("state",)), NO, "asked about all states and named no such one"),
            (
                person(unsure_of("pregnant"), complete=("state",)),
                UNKNOWN,
                "asked about all states, and not sure of this one",
            ),
        ),
        table(
            "A state within a time: facts do not say when it began or ended",
            State("smoker", within=Window(1, unit=TimeUnit.YEAR)),
            (person(is_now("smoker")), YES, "what is so now is within every last period"),
            (person(is_not("smoker")), UNKNOWN, "perhaps some months ago: it becomes a question"),
            (person(was("smoker")), UNKNOWN, "until when?"),
            (person(), UNKNOWN),
        ),
        table(
            "A state for at least some time",
            State("menopausal", within=Window(min=1, unit=TimeUnit.YEAR)),
            (person(is_now("menopausal")), UNKNOWN, "since when?"),
            (person(is_not("menopausal")), NO),
            (person(), UNKNOWN),
        ),
        table(
            "Able to consent is never taken for granted",
            State("able_to_consent"),
            (person(is_now("able_to_consent")), YES),
            (person(born="1975"), UNKNOWN),
        ),
    ),
)

LANGUAGE = Page(
    "Language",
    "A language the person speaks and reads.",
    (
        table(
            "Speaks French",
            Language("fr"),
            (person(speaks=("fr",)), YES),
            (person(speaks=("en",)), UNKNOWN, "may speak French too"),
            (person(speaks=("en",), and_no_other_language=True), NO),
            (person(), UNKNOWN),
        ),
    ),
)

LOCATION = Page(
    "Location",
    "Where the person lives, no closer than a postcode. Distances are as the crow flies, to the "
    "nearest site that recruits.",
    (
        table(
            "Lives in France",
            Location(country="FR"),
            (person(lives=PARIS_12), YES),
            (person(lives=BRUSSELS), NO),
            (person(), UNKNOWN),
        ),
        table(
            "Lives within 50 km of a site (sites: Paris; Lyon, which does not recruit)",
            Location(km=50),
            (person(lives=PARIS_12), YES, "7 km from the site in Paris"),
            (person(lives=LYON), NO, "next to a site that does not recruit"),
            (person(lives=Home("FR")), UNKNOWN, "where in France?"),
            places=(SITE_IN_PARIS, CLOSED_SITE_IN_LYON),
        ),
    ),
)

UNPARSED = Page(
    "Unparsed",
    "Text that was not read is never guessed at. It is unknown for everyone and shown to a person.",
    (
        table(
            "Unknown, however much is known",
            Unparsed("Patient judged suitable by the investigator"),
            (person(), UNKNOWN),
            (person(born="1975", sex="female", complete=(Kind.CONDITION, Kind.DRUG)), UNKNOWN),
        ),
        table(
            "A measurement that no variable is",
            Unparsed("walking speed < 1.2 m/s", about="measure"),
            (person(), UNKNOWN),
            (person(measured("temperature", 37)), UNKNOWN),
        ),
    ),
)
