import pytest

from recruit.core.errors import Refusal
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import Clinical, State
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.about import about, seeks_healthy
from recruit.trials.sources.exchange import read_exchange
from tests.unit.trials.samples import exchange

DIABETES, ASTHMA = "MESH:D003924", "MESH:D001249"


def concerns(lexicon: Lexicon, *read: Criterion, **fields: object) -> tuple[str, ...]:
    draft = read_exchange(exchange(**fields), "file")
    assert not isinstance(draft, Refusal)
    return about(draft, read, lexicon)


@pytest.mark.parametrize(
    ("conditions", "concepts"),
    [
        (["Type 2 Diabetes"], (DIABETES,)),
        (["T2DM", "Diabetes Mellitus, Type 2"], (DIABETES,)),
        (["Poorly controlled asthma in adolescents"], (ASTHMA,)),
        (["asthme", "Type 2 Diabetes"], (ASTHMA, DIABETES)),
    ],
)
def test_conditions_are_resolved_whole_or_by_what_they_mention(
    lexicon: Lexicon, conditions: list[str], concepts: tuple[str, ...]
) -> None:
    assert concerns(lexicon, conditions=conditions) == concepts


@pytest.mark.parametrize(
    "fields",
    [
        {"conditions": ["Well-being"], "keywords": ["asthma"], "title": "Type 2 diabetes"},
        {"conditions": [], "title": "Breathing with asthma"},
        {"official_title": "A trial in asthma"},
    ],
)
def test_keywords_and_then_titles_speak_where_conditions_do_not(
    lexicon: Lexicon, fields: dict[str, object]
) -> None:
    assert concerns(lexicon, **fields) == (ASTHMA,)


def test_a_trial_without_any_of_these_is_about_what_its_text_asks_for(lexicon: Lexicon) -> None:
    asthma = Criterion("inclusion", "asthma", Clinical(Kind.CONDITION, "asthma", (ASTHMA,)))
    diabetes = Criterion("exclusion", "T2DM", Clinical(Kind.CONDITION, "T2DM", (DIABETES,)))
    assert concerns(lexicon, diabetes, asthma) == (ASTHMA,)


def test_a_trial_of_healthy_people_is_about_no_disease(lexicon: Lexicon) -> None:
    fields = {"conditions": ["Healthy Volunteers"], "title": "A new drug for asthma"}
    draft = read_exchange(exchange(**fields), "file")
    assert (about(draft, (), lexicon), seeks_healthy(draft, (), lexicon)) == ((), True)


@pytest.mark.parametrize("said", [True, False])
def test_the_registry_says_whether_healthy_people_are_sought(
    lexicon: Lexicon, *, said: bool
) -> None:
    draft = read_exchange(exchange(healthy_volunteers=said, conditions=["Healthy"]), "file")
    assert seeks_healthy(draft, (), lexicon) is said


@pytest.mark.parametrize(("kind", "sought"), [("inclusion", True), ("exclusion", False)])
def test_else_the_text_says_it(lexicon: Lexicon, kind: str, *, sought: bool) -> None:
    draft = read_exchange(exchange(conditions=["Asthma"]), "file")
    read = (Criterion("inclusion" if kind == "inclusion" else "exclusion", "", State("healthy")),)
    assert seeks_healthy(draft, read, lexicon) is sought
