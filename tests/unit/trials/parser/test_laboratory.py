"""Laboratory values and vital signs, each in both languages as records write them."""

import pytest

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import AllOf, AnyOf, Clinical, Measure, Ordinal, Rule
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion
from tests.unit.trials.parser.bare import bare


def rule(text: str, lexicon: Lexicon) -> Rule:
    return bare(parse_criterion("exclusion", text, lexicon).rule)


@pytest.mark.parametrize(
    ("variable", "english", "french"),
    [
        ("egfr", "eGFR ≥ 30 mL/min/1.73 m2", "DFG ≥ 30 mL/min/1,73 m²"),
        ("creatinine", "Serum creatinine > 1.5 mg/dL", "Créatinine > 1,5 mg/dL"),
        ("creatinine_clearance", "Creatinine clearance < 60 mL/min",
         "Clairance de la créatinine < 60 ml/min"),
        ("systolic_bp", "Systolic blood pressure ≥ 160 mmHg",
         "Pression artérielle systolique ≥ 160 mmHg"),
        ("systolic_bp", "SBP > 180 mmHg", "PAS > 180 mmHg"),
        ("diastolic_bp", "DBP > 110 mm Hg", "PAD > 110 mm Hg"),
        ("heart_rate", "Heart rate < 50 bpm", "Fréquence cardiaque < 50 bpm"),
        ("respiratory_rate", "Respiratory rate ≥ 30/min", "Fréquence respiratoire ≥ 30/min"),
        ("temperature", "Temperature ≥ 38 °C", "Température ≥ 38 °C"),
        ("spo2", "SpO2 < 94 %", "Saturation en oxygène < 94 %"),
        ("lvef", "LVEF < 40 %", "FEVG < 40 %"),
        ("qtc", "QTc > 450 ms", "QTc > 450 ms"),
        ("bmi", "BMI ≥ 30 kg/m2", "IMC ≥ 30 kg/m²"),
        ("weight", "Body weight < 50 kg", "Poids < 50 kg"),
        ("fev1_percent", "FEV1 < 60 % of predicted", "VEMS < 60 % de la valeur théorique"),
        ("haemoglobin", "Haemoglobin < 100 g/L", "Hémoglobine < 10 g/dL"),
        ("platelets", "Platelet count < 100,000/mm3", "Plaquettes < 100 000/mm³"),
        ("neutrophils", "Absolute neutrophil count < 1500/mm3", "Neutrophiles < 1,5 G/L"),
        ("white_cells", "WBC < 3.0 x 10^9/L", "Leucocytes < 3 G/L"),
        ("lymphocytes", "Lymphocytes < 500/mm3", "Lymphocytes < 0,5 G/L"),
        ("cd4", "CD4 count < 200 cells/mm3", "CD4 < 200/mm3"),
        ("haematocrit", "Hematocrit < 30 %", "Hématocrite < 30 %"),
        ("inr", "INR > 1.5", "INR > 1,5"),
        ("tsh", "TSH > 10 mIU/L", "TSH > 10 mUI/L"),
        ("bilirubin", "Total bilirubin > 1.5 x ULN", "Bilirubine totale > 1,5 x LSN"),
        ("alp", "Alkaline phosphatase > 2.5 x ULN", "Phosphatases alcalines > 2,5 N"),
        ("albumin", "Albumin < 3 g/dL", "Albumine < 30 g/L"),
        ("potassium", "Serum potassium > 5.5 mEq/L", "Kaliémie > 5,5 mmol/L"),
        ("sodium", "Sodium < 130 mmol/L", "Natrémie < 130 mmol/L"),
        ("ldl", "LDL cholesterol > 100 mg/dL", "LDL-cholestérol > 1 g/L"),
        ("triglycerides", "Triglycerides > 400 mg/dL", "Triglycérides > 4 g/L"),
        ("fasting_glucose", "Fasting plasma glucose > 126 mg/dL", "Glycémie à jeun > 1,26 g/L"),
        ("hba1c", "Hemoglobin A1c > 7.5 %", "HbA1c > 7,5 %"),
        ("crp", "CRP > 10 mg/L", "CRP > 10 mg/L"),
        ("esr", "ESR > 28 mm/h", "VS > 28 mm/h"),
        ("ferritin", "Ferritin < 100 ng/mL", "Ferritine < 100 µg/L"),
        ("proteinuria", "Proteinuria > 1 g/24h", "Protéinurie > 1 g/24h"),
        ("hiv_rna", "HIV RNA > 50 copies/mL", "Charge virale VIH > 50 copies/ml"),
        ("gcs", "GCS < 8", "Score de Glasgow < 8"),
        ("moca", "MoCA < 26", "Score MoCA < 26"),
    ],
)  # fmt: skip
def test_a_laboratory_value_is_read_in_both_languages(
    variable: str, english: str, french: str, lexicon: Lexicon
) -> None:
    found = rule(english, lexicon)
    assert isinstance(found, Measure)
    assert found.variable == variable
    assert found == rule(french, lexicon)


def test_either_transaminase_too_high_is_too_high(lexicon: Lexicon) -> None:
    sides = [Measure(key, 3, None, min_inclusive=False, times="uln") for key in ("ast", "alt")]
    assert rule("Transaminases > 3 x ULN", lexicon) == AnyOf(tuple(sides))


def test_transaminases_are_low_when_both_are(lexicon: Lexicon) -> None:
    sides = [Measure(key, None, 3, max_inclusive=False, times="uln") for key in ("ast", "alt")]
    assert rule("Transaminases < 3 N", lexicon) == AllOf(tuple(sides))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Between 24-28 weeks gestation", Measure("gestational_age", 24, 28, unit="wk")),
        ("Entre 24 et 28 semaines d'aménorrhée", Measure("gestational_age", 24, 28, unit="wk")),
        ("At least 37 completed weeks of gestation", Measure("gestational_age", 37, unit="wk")),
        ("At least 30 pack-years", Measure("pack_years", 30, unit="{pack_year}")),
    ],
)
def test_a_name_may_begin_with_the_unit(text: str, expected: Measure, lexicon: Lexicon) -> None:
    assert rule(text, lexicon) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Blood pressure between 140/90 and 180/110 mmHg",
        "Pression artérielle entre 140/90 et 180/110 mmHg",
    ],
)
def test_a_range_of_pairs_is_left_by_either_upper_end(text: str, lexicon: Lexicon) -> None:
    systolic, diastolic = "systolic_bp", "diastolic_bp"
    assert rule(text, lexicon) == AllOf(
        (
            AnyOf((Measure(systolic, 140, unit="mm[Hg]"), Measure(diastolic, 90, unit="mm[Hg]"))),
            Measure(systolic, max=180, unit="mm[Hg]"),
            Measure(diastolic, max=110, unit="mm[Hg]"),
        )
    )


def test_a_range_of_acuities_may_begin_with_the_better_one(lexicon: Lexicon) -> None:
    found = rule("BCVA ranging from 20/40 to 20/320", lexicon)
    assert isinstance(found, Measure)
    assert (found.min, found.max) == (0.0625, 0.5)


def test_words_before_a_figure_may_name_another_variable(lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("exclusion", "PaCO2 > 50 mmHg, blipometry < 7", lexicon).rule)
    assert [leaf.min for leaf in found if isinstance(leaf, Measure)] == [50]


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("Child-Pugh B or worse", ("B", "C")),
        ("Child-Pugh B ou pire", ("B", "C")),
        ("ASA 1~2", ("1", "2")),
    ],
)
def test_the_grades_of_a_comparison(text: str, grades: tuple[str, ...], lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, Ordinal)
    assert found.values == grades


def test_a_value_in_brackets_is_kept_beside_unread_words(lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("exclusion", "Fantastic woe (Bishop score ≤ 4)", lexicon).rule)
    assert [leaf.variable for leaf in found if isinstance(leaf, Measure)] == ["bishop"]


def test_an_acuity_or_better_is_a_lower_bound(lexicon: Lexicon) -> None:
    found = rule("Visual acuity 20/40 or better", lexicon)
    assert isinstance(found, Measure)
    assert (found.min, found.max) == (0.5, None)


@pytest.mark.parametrize(
    "text",
    ["HBsAg positive", "Positive HBsAg", "Positive for HBs antigen", "Ag HBs positif",
     "Antigène HBs positif"],
)  # fmt: skip
def test_the_surface_antigen_is_the_infection(text: str, lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, Clinical)
    assert found.concepts == ("MESH:D006509",)


@pytest.mark.parametrize(
    "text", ["HIV positive", "Positive HIV serology", "Sérologie VIH positive"]
)
def test_a_positive_serology_is_the_infection(text: str, lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, Clinical)
    assert "MESH:D015658" in found.concepts
