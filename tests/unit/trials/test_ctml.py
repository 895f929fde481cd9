"""CTML, MatchMiner's language: what its clauses mean as our rules."""

import re
from typing import Any

import pytest

from recruit.core.dates import TimeUnit
from recruit.core.errors import Refusal
from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Age, AllOf, AnyOf, Clinical, Detail, Not, Rule, Sex, Unparsed
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import SiteDraft, TrialStatus
from recruit.trials.sources.ctml import Structured, claims, read_ctml


def arm(code: str, *match: object, **fields: object) -> dict[str, Any]:
    return {"arm_code": code, "arm_suspended": "N", "match": list(match)} | fields


def trial(*arms: dict[str, Any], **fields: object) -> dict[str, Any]:
    step = {"step_code": "1", "arm": list(arms)}
    return {"protocol_no": "26-001", "treatment_list": {"step": [step]}} | fields


def read(lexicon: Lexicon, *arms: dict[str, Any], **fields: object) -> Structured:
    return read_ctml(trial(*arms, **fields), "file", lexicon)


def bare(rule: Rule) -> Rule:
    """The rule without the places where it stands."""
    match rule:
        case AllOf(of):
            return AllOf(tuple(map(bare, of)))
        case AnyOf(of):
            return AnyOf(tuple(map(bare, of)))
        case Not(of):
            return Not(bare(of))
    assert not isinstance(rule, AllOf | AnyOf | Not)
    return type(rule)(**{name: getattr(rule, name) for name in rule.__slots__} | {"span": None})


def rule_of(lexicon: Lexicon, leaf: dict[str, Any]) -> Rule:
    _, (criterion,) = read(lexicon, arm("A", {"and": [leaf]}))
    assert criterion.kind == "inclusion"
    return bare(criterion.rule)


def clinical(lexicon: Lexicon, **fields: object) -> Rule:
    return rule_of(lexicon, {"clinical": fields})


def genomic(lexicon: Lexicon, **fields: object) -> Rule:
    return rule_of(lexicon, {"genomic": fields})


# ---------------------------------------------------------------- clinical leaves
@pytest.mark.parametrize(
    ("said", "age"),
    [
        (">=18", Age(min=18)),
        (">18", Age(min=18, min_inclusive=False)),
        ("<= 65", Age(max=65)),
        ("<18", Age(max=18, max_inclusive=False)),
        ("18", Age(min=18, max=18)),
        (">=0.5", Age(min=6, unit=TimeUnit.MONTH)),
        (21, Age(min=21, max=21)),
    ],
)
def test_ages_are_read(lexicon: Lexicon, said: object, age: Age) -> None:
    assert clinical(lexicon, age_numerical=said) == age


@pytest.mark.parametrize(
    ("said", "rule"),
    [("Female", Sex("female")), ("male", Sex("male")), ("!Male", Not(Sex("male")))],
)
def test_a_sex_is_read(lexicon: Lexicon, said: str, rule: Rule) -> None:
    assert clinical(lexicon, gender=said) == rule


def test_a_diagnosis_becomes_a_concept(lexicon: Lexicon) -> None:
    rule = clinical(lexicon, oncotree_primary_diagnosis="Melanoma")
    assert rule == Clinical(Kind.CONDITION, "Melanoma", ("MESH:D008545",))


def test_a_diagnosis_that_is_turned_round_must_not_be_there(lexicon: Lexicon) -> None:
    rule = clinical(lexicon, oncotree_primary_diagnosis="!Melanoma")
    assert rule == Not(Clinical(Kind.CONDITION, "Melanoma", ("MESH:D008545",)))


def test_a_group_of_diagnoses_is_known_by_its_name(lexicon: Lexicon) -> None:
    rule = clinical(lexicon, oncotree_primary_diagnosis="_SOLID_")
    assert rule == Clinical(Kind.CONDITION, "solid tumor", ("RECRUIT:solid-tumor",))


def test_a_diagnosis_nobody_knows_keeps_its_name_and_gets_no_concept(lexicon: Lexicon) -> None:
    rule = clinical(lexicon, oncotree_primary_diagnosis="Zorblax Carcinoma")
    assert rule == Clinical(Kind.CONDITION, "Zorblax Carcinoma")


@pytest.mark.parametrize(
    ("key", "concept"),
    [
        ("her2_status", "RECRUIT:biomarker-her2"),
        ("er_status", "RECRUIT:biomarker-er"),
        ("pr_status", "RECRUIT:biomarker-pr"),
    ],
)
def test_receptors_are_positive_or_not(lexicon: Lexicon, key: str, concept: str) -> None:
    positive = clinical(lexicon, **{key: "Positive"})
    assert isinstance(positive, Clinical)
    assert (positive.kind, positive.concepts) == (Kind.BIOMARKER, (concept,))
    assert clinical(lexicon, **{key: "Negative"}) == Not(positive)


def test_several_keys_of_a_leaf_are_all_asked_for(lexicon: Lexicon) -> None:
    _, criteria = read(
        lexicon, arm("A", {"and": [{"clinical": {"age_numerical": ">=18", "gender": "Female"}}]})
    )
    assert [bare(each.rule) for each in criteria] == [Age(min=18), Sex("female")]


@pytest.mark.parametrize(
    ("leaf", "text"),
    [
        ({"clinical": {"tmb_numerical": ">=10"}}, "tmb numerical: >=10"),
        ({"clinical": {"disease_status": ["Metastatic", "Recurrent"]}},
         "disease status: Metastatic or Recurrent"),
        ({"clinical": {"age_numerical": "adult"}}, "age numerical: adult"),
        ({"clinical": {"gender": "Unknown"}}, "gender: Unknown"),
        ({"clinical": {"her2_status": "Equivocal"}}, "her2 status: Equivocal"),
        ({"clinical": {"gender": ["!Male", "Female"]}}, "gender: not Male or Female"),
        ({"genomic": {"uva_signature": "Yes"}}, "uva signature: Yes"),
        ({"imaging": {"modality": "!PET", "organ": "brain"}},
         "imaging: modality: not PET, organ: brain"),
        ({"clinical": "something"}, "clinical: something"),
    ],
)  # fmt: skip
def test_what_there_is_no_rule_for_stays_as_text(
    lexicon: Lexicon, leaf: dict[str, Any], text: str
) -> None:
    assert rule_of(lexicon, leaf) == Unparsed(text)


def test_an_earlier_treatment_is_a_drug_the_person_ever_had(lexicon: Lexicon) -> None:
    rule = rule_of(lexicon, {"prior_treatments": {"drug": "!Erlotinib"}})
    assert isinstance(rule, Not)
    assert isinstance(rule.of, Clinical)
    assert (rule.of.kind, rule.of.text, rule.of.status) == (Kind.DRUG, "Erlotinib", "ever")
    assert rule.of.concepts


# ---------------------------------------------------------------- genomic leaves
NRAS = ("RECRUIT:biomarker-nras",)


def nras(value: str | None = None) -> Clinical:
    return Clinical(Kind.BIOMARKER, "NRAS", NRAS, detail=Detail(value=value) if value else None)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"variant_category": "Any Variation"}, nras()),
        ({"variant_category": "Mutation"}, nras("mutated")),
        ({"variant_category": "!Mutation"}, Not(nras("mutated"))),
        ({"variant_category": "Mutation", "protein_change": "p.G12D"}, nras("p.g12d")),
        ({"variant_category": "!Mutation", "protein_change": "p.G12D"}, Not(nras("p.g12d"))),
        ({"wildcard_protein_change": "p.Q61"}, nras("p.q61")),
        ({"variant_category": "Copy Number Variation", "cnv_call": "High Amplification"},
         nras("high amplification")),
        ({"variant_category": "Copy Number Variation", "cnv_call": "!Homozygous Deletion"},
         Not(nras("homozygous deletion"))),
        ({"variant_category": "Mutation", "exon": 3, "variant_classification": "In_Frame_Del"},
         nras("exon 3 in_frame_del")),
        ({"variant_category": "Structural Variation"}, nras("structural variation")),
        ({"wildtype": True}, Not(nras())),
        ({"wildtype": "true"}, Not(nras())),
        ({"display_name": "shown"}, nras()),
    ],
)  # fmt: skip
def test_variants_are_read(lexicon: Lexicon, fields: dict[str, object], rule: Rule) -> None:
    assert genomic(lexicon, hugo_symbol="NRAS", **fields) == rule


def test_a_variant_with_a_concept_of_its_own_is_that_one(lexicon: Lexicon) -> None:
    rule = genomic(lexicon, hugo_symbol="KRAS", protein_change="p.G12C")
    assert isinstance(rule, Clinical)
    assert rule.concepts == ("RECRUIT:biomarker-kras-g12c",)


def test_a_gene_nobody_knows_keeps_its_name(lexicon: Lexicon) -> None:
    assert genomic(lexicon, hugo_symbol="ZNF999") == Clinical(Kind.BIOMARKER, "ZNF999")


@pytest.mark.parametrize(
    ("key", "status", "deficient"),
    [
        ("mmr_status", "MMR-Deficient", True),
        ("ms_status", "MSI-H", True),
        ("mmr_status", "MMR-Proficient", False),
        ("ms_status", "MSS", False),
        ("ms_status", "!MSI-H", False),
    ],
)
def test_mismatch_repair_is_deficient_or_not(
    lexicon: Lexicon,
    key: str,
    status: str,
    deficient: bool,  # noqa: FBT001 - a case
) -> None:
    found = genomic(lexicon, **{key: status})
    rule = found if deficient else found.of if isinstance(found, Not) else None
    assert isinstance(rule, Clinical)
    assert rule.concepts == ("RECRUIT:biomarker-msi",)


def test_what_is_unread_of_a_variant_is_asked_for_with_it(lexicon: Lexicon) -> None:
    _, criteria = read(
        lexicon, arm("A", {"and": [{"genomic": {"hugo_symbol": "NRAS", "cytoband": "1p13"}}]})
    )
    assert [bare(each.rule) for each in criteria] == [nras(), Unparsed("cytoband: 1p13")]


def test_a_leaf_that_is_turned_round_is_turned_round_whole(lexicon: Lexicon) -> None:
    rule = genomic(lexicon, hugo_symbol="NRAS", variant_category="!Mutation", cytoband="1p13")
    assert rule == Not(AllOf((nras("mutated"), Unparsed("cytoband: 1p13"))))


# ---------------------------------------------------------------- arms
ADULT = {"and": [{"clinical": {"age_numerical": ">=18"}}]}
WOMAN = {"and": [{"clinical": {"gender": "Female"}}]}


def test_one_of_several_arms_is_enough_and_each_keeps_its_name(lexicon: Lexicon) -> None:
    _, (criterion,) = read(lexicon, arm("A", ADULT, arm_description="first dose"), arm("B", WOMAN))
    assert bare(criterion.rule) == AnyOf((Age(min=18), Sex("female")))
    assert criterion.text == "One of Arm A (first dose): age ≥ 18 years; or Arm B: female sex"


def test_arms_that_ask_for_the_same_are_told_once(lexicon: Lexicon) -> None:
    _, (criterion,) = read(lexicon, arm("A", ADULT), arm("B", ADULT))
    assert bare(criterion.rule) == Age(min=18)


def test_a_suspended_arm_takes_nobody(lexicon: Lexicon) -> None:
    _, (criterion,) = read(lexicon, arm("A", ADULT, arm_suspended="Y"), arm("B", WOMAN))
    assert bare(criterion.rule) == Sex("female")


def test_the_dose_levels_of_a_suspended_arm_take_nobody(lexicon: Lexicon) -> None:
    level = {"level_code": "1", "level_suspended": "N", "match": [ADULT]}
    closed = arm("A", arm_suspended="Y", dose_level=[level])
    _, (criterion,) = read(lexicon, closed, arm("B", WOMAN))
    assert bare(criterion.rule) == Sex("female")


def test_a_suspended_dose_level_takes_nobody_and_another_does(lexicon: Lexicon) -> None:
    levels = [
        {"level_code": "1", "level_suspended": "Y", "match": [ADULT]},
        {"level_code": "2", "level_suspended": "N", "match": [WOMAN]},
    ]
    _, (criterion,) = read(lexicon, {"arm_code": "A", "dose_level": levels})
    assert bare(criterion.rule) == Sex("female")


def test_a_step_whose_arms_are_all_suspended_takes_nobody(lexicon: Lexicon) -> None:
    steps = [
        {"step_code": "1", "match": [ADULT], "arm": [{"arm_suspended": "Y"}]},
        {"step_code": "2", "match": [WOMAN]},
    ]
    _, (criterion,) = read(lexicon, treatment_list={"step": steps})
    assert bare(criterion.rule) == Sex("female")


def test_a_trial_with_every_arm_suspended_is_suspended_and_keeps_its_rules(
    lexicon: Lexicon,
) -> None:
    draft, (criterion,) = read(lexicon, arm("A", ADULT, arm_suspended="Y"), status="Open")
    assert (draft.status, bare(criterion.rule)) == (TrialStatus.SUSPENDED, Age(min=18))


def test_a_clause_of_the_whole_trial_is_read(lexicon: Lexicon) -> None:
    _, (criterion,) = read_ctml({"protocol_no": "1", "match": [ADULT]}, "file", lexicon)
    assert bare(criterion.rule) == Age(min=18)


def test_the_items_of_a_match_all_hold(lexicon: Lexicon) -> None:
    _, criteria = read(lexicon, arm("A", ADULT, WOMAN))
    assert [bare(each.rule) for each in criteria] == [Age(min=18), Sex("female")]


# ---------------------------------------------------------------- the draft and its text
def test_the_trial_s_own_words_are_read(lexicon: Lexicon) -> None:
    draft, _ = read(
        lexicon,
        nct_id="NCT90000001",
        short_title="Melanoma trial",
        long_title="A trial in melanoma",
        summary="People take a tablet.",
        phase="I/II",
        status="Open to Accrual",
        protocol_target_accrual=40,
        site_list={"site": [{"site_name": "Hôpital Exemple", "site_status": "Closed to Accrual"}]},
        sponsor_list={
            "sponsor": [
                {"sponsor_name": "Another", "is_principal_sponsor": "N"},
                {"sponsor_name": "Institute", "is_principal_sponsor": "Y"},
            ]
        },
        drug_list={"drug": [{"drug_name": "Examplin"}]},
    )
    assert (draft.id, draft.registry_ids) == ("NCT90000001", ("26-001",))
    assert (draft.title, draft.official_title) == ("Melanoma trial", "A trial in melanoma")
    assert (draft.summary, draft.phase, draft.target) == ("People take a tablet.", "1/2", 40)
    assert (draft.status, draft.sponsor) == (TrialStatus.RECRUITING, "Institute")
    assert draft.sites == (SiteDraft("Hôpital Exemple", status=TrialStatus.ACTIVE_NOT_RECRUITING),)
    assert draft.interventions == ("Examplin",)


def test_a_trial_for_adults_asks_for_their_age(lexicon: Lexicon) -> None:
    draft, (age, _) = read(lexicon, arm("A", WOMAN), age="Adults")
    assert (draft.min_age, age.rule) == ("18 Years", Age(min=18))


def test_earlier_treatments_in_words_are_not_lost(lexicon: Lexicon) -> None:
    draft, criteria = read(
        lexicon, arm("A", ADULT), prior_treatment_requirements=["At least one line\nbefore"]
    )
    assert criteria[-1].rule == Unparsed("At least one line before", criteria[-1].span)
    assert draft.criteria.endswith("* At least one line before")


def test_each_criterion_and_leaf_stands_where_its_span_says(lexicon: Lexicon) -> None:
    both = {"or": [{"clinical": {"gender": "Female"}}, {"genomic": {"hugo_symbol": "NRAS"}}]}
    draft, criteria = read(lexicon, arm("A", ADULT, both))
    text = draft.criteria
    assert text == "Inclusion Criteria:\n\n* age ≥ 18 years\n* female sex or NRAS"
    found = [leaf.span for each in criteria for leaf in leaves(each.rule)]
    assert [text[slice(*span)] for span in found if span] == [
        "age ≥ 18 years", "female sex", "NRAS"
    ]  # fmt: skip
    assert [text[slice(*each.span)] for each in criteria if each.span] == [
        each.text for each in criteria
    ]


@pytest.mark.parametrize(
    ("match", "message"),
    [
        ([{"and": {"clinical": {}}}], "arm[0].match[0].and: this must be a list"),
        ([{"or": ["x"]}], "arm[0].match[0].or[0]: this must be an object"),
        ({"and": []}, "arm[0].match: this must be a list"),
    ],
)
def test_a_clause_of_another_shape_is_refused_by_its_place(
    lexicon: Lexicon, match: object, message: str
) -> None:
    with pytest.raises(Refusal, match="26-001: .*" + re.escape(message)):
        read(lexicon, {"arm_code": "A", "match": match})


def test_a_treatment_list_of_another_shape_is_refused(lexicon: Lexicon) -> None:
    with pytest.raises(Refusal, match=r"treatment_list.step: this must be a list of objects"):
        read(lexicon, treatment_list={"step": "1"})


def test_a_trial_without_any_clause_has_no_criteria(lexicon: Lexicon) -> None:
    draft, criteria = read(lexicon, arm("A", {"and": []}))
    assert (draft.criteria, criteria) == ("", ())


@pytest.mark.parametrize("value", [{"id": "T1", "criteria": "x"}, [], "x", {"match": []}])
def test_other_formats_are_not_claimed(value: object) -> None:
    assert not claims(value)
