"""What CTML says of a posting to programs that know nothing of ours."""

from typing import Any

import pytest
import yaml

from recruit.core.dates import TimeUnit
from recruit.criteria.eligibility import Criterion, CriterionKind
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Detail,
    Not,
    Rule,
    Sex,
    State,
    Window,
)
from recruit.terminology.concepts import Kind
from recruit.trials.draft import SiteDraft, TrialDraft, TrialStatus
from recruit.trials.posting.content import Content, Reviewed, Standing
from recruit.trials.sources.ctml_out import as_ctml

DRAFT = TrialDraft("NCT90000001", "Adults", title="Sleep")
MELANOMA = Clinical(Kind.CONDITION, "Melanoma", ("MESH:D008545",))
OF_MELANOMA = {"oncotree_primary_diagnosis": "Melanoma"}


def document(*criteria: Reviewed, draft: TrialDraft = DRAFT) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(as_ctml(Content(draft, criteria)))
    return found


def words(
    rule: Rule, kind: CriterionKind = "inclusion", standing: Standing = Standing.READ
) -> dict[str, Any]:
    """What stands beside `recruit` for one criterion."""
    written = document(Reviewed(1, Criterion(kind, "said", rule), standing))
    (item,) = written["treatment_list"]["step"][0]["arm"][0]["match"][0]["and"]
    return {key: value for key, value in item.items() if key != "recruit"}


def gene(text: str, value: str | None = None) -> Clinical:
    return Clinical(Kind.BIOMARKER, text, detail=Detail(value=value) if value else None)


def asked(symbol: str, category: str, **more: str) -> dict[str, Any]:
    return {"genomic": {"hugo_symbol": symbol, "variant_category": category} | more}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Age(min=18), {"clinical": {"age_numerical": ">=18"}}),
        (Age(max=65, max_inclusive=False), {"clinical": {"age_numerical": "<65"}}),
        (Age(18, 65), {"and": [{"clinical": {"age_numerical": ">=18"}},
                               {"clinical": {"age_numerical": "<=65"}}]}),
        (Not(Age(18, 65)), {"or": [{"clinical": {"age_numerical": "<18"}},
                                   {"clinical": {"age_numerical": ">65"}}]}),
        (Sex("female"), {"clinical": {"gender": "Female"}}),
        (MELANOMA, {"clinical": OF_MELANOMA}),
        (Not(MELANOMA), {"clinical": {"oncotree_primary_diagnosis": "!Melanoma"}}),
        (AllOf((Sex("male"), MELANOMA)),
         {"and": [{"clinical": {"gender": "Male"}}, {"clinical": OF_MELANOMA}]}),
        (Not(AnyOf((Sex("male"), MELANOMA))),
         {"and": [{"clinical": {"gender": "!Male"}},
                  {"clinical": {"oncotree_primary_diagnosis": "!Melanoma"}}]}),
        (gene("NRAS"), asked("NRAS", "Any Variation")),
        (gene("NRAS mutation"), asked("NRAS", "Mutation")),
        (gene("NRAS", "mutated"), asked("NRAS", "Mutation")),
        (gene("BRAF V600E mutation"), asked("BRAF", "Mutation", protein_change="p.V600E")),
        (gene("NRAS", "p.g12d"), asked("NRAS", "Mutation", protein_change="p.G12D")),
        (Not(gene("NRAS", "p.g12d")), asked("NRAS", "!Mutation", protein_change="p.G12D")),
    ],
)  # fmt: skip
def test_what_ctml_has_words_for_is_said_in_them(rule: Rule, said: dict[str, Any]) -> None:
    assert words(rule) == said


@pytest.mark.parametrize(
    "rule",
    [
        State("pregnant"),
        Age(min=6, unit=TimeUnit.MONTH),
        Clinical(Kind.DRUG, "Aspirin"),
        Clinical(Kind.CONDITION, "Melanoma", within=Window(max=6)),
        Clinical(Kind.CONDITION, "Melanoma", status="past"),
        Clinical(Kind.CONDITION, "Melanoma", detail=Detail(stage="iv")),
        Clinical(Kind.CONDITION, "Cancer", besides=("MESH:D008545",)),
        gene("HER2 positive"),
        gene("NRAS", "high amplification"),
        gene("BRAF V600E mutation", "wild type"),
        AllOf((Sex("male"), State("smoker"))),
        AtLeast(1, (Sex("male"), MELANOMA)),
    ],
)
def test_what_ctml_has_no_words_for_is_not_half_said(rule: Rule) -> None:
    assert words(rule) == {}


def test_an_exclusion_is_said_as_what_must_hold() -> None:
    assert words(Age(max=17), "exclusion") == {"clinical": {"age_numerical": ">17"}}


@pytest.mark.parametrize("standing", [Standing.ASK, Standing.SITE])
def test_what_a_person_or_the_site_answers_is_told_to_no_other_program(standing: Standing) -> None:
    assert words(Sex("female"), standing=standing) == {}


def test_the_head_is_in_ctml_s_words() -> None:
    draft = TrialDraft(
        "P-7",
        "Adults",
        title="Sleep",
        phase="2/3",
        status=TrialStatus.RECRUITING,
        target=40,
        sponsor="Institute",
        interventions=("Examplin",),
        sites=(SiteDraft("Hôpital Exemple", status=TrialStatus.COMPLETED), SiteDraft("Other")),
    )
    found = document(draft=draft)
    assert (found["protocol_no"], found["nct_id"]) == ("P-7", "")
    assert (found["phase"], found["status"]) == ("II/III", "open to accrual")
    assert found["protocol_target_accrual"] == 40
    assert found["drug_list"] == {"drug": [{"drug_name": "Examplin"}]}
    assert [each["site_status"] for each in found["site_list"]["site"]] == [
        "completed",
        "open to accrual",
    ]


def test_a_template_in_a_text_stays_a_text() -> None:
    assert document(draft=TrialDraft("P-7", "{{7*7}}", title="{{config}}"))["recruit"] == {
        "id": "P-7",
        "title": "{{config}}",
        "language": "en",
        "criteria": "{{7*7}}",
        "status": "unknown",
    }
