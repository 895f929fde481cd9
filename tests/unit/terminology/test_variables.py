import re

import pytest

from recruit.terminology.units import parse_unit
from recruit.terminology.variables import Variable, variable, variables

EVERY = list(variables().values())
USUAL = """height weight bmi waist systolic_bp diastolic_bp mean_bp heart_rate respiratory_rate
    temperature spo2 pao2 fio2 pf_ratio haemoglobin haematocrit white_cells neutrophils lymphocytes
    platelets eosinophils cd4 reticulocytes creatinine creatinine_clearance egfr urea ast alt alp
    ggt bilirubin direct_bilirubin albumin sodium potassium calcium magnesium phosphate uric_acid
    fasting_glucose glucose hba1c c_peptide ldl hdl total_cholesterol triglycerides ldh ck lipase
    amylase ferritin crp esr procalcitonin d_dimer troponin bnp nt_probnp lactate tsh free_t4
    vitamin_d vitamin_b12 pth testosterone fsh lh amh oestradiol prolactin cortisol ige igg psa cea
    ca125 afp hcg inr prothrombin_time aptt fibrinogen proteinuria uacr hiv_rna hbv_dna hcv_rna
    lvef qtc fev1 fev1_percent fvc fev1_fvc dlco six_minute_walk mpap iop visual_acuity
    central_thickness mmse moca phq9 gad7 ham_a ham_d madrs bdi ymrs panss cgi_s edss updrs nihss
    gcs das28 cdai haq pasi easi dlqi sledai basdai pain_vas pain_nrs ahi epworth ipss apgar bishop
    sofa apache_ii news2 liver_stiffness meld cat_copd sgrq acq act pack_years cigarettes_per_day
    drinks_per_day life_expectancy gestational_age birth_weight tumour_size swollen_joints
    tender_joints prior_lines"""
PLACEHOLDER = re.compile(r"[{}]")


def known(key: str) -> Variable:
    found = variable(key)
    assert found is not None
    return found


def test_the_usual_variables_of_criteria_are_there() -> None:
    assert [key for key in USUAL.split() if variable(key) is None] == []


def test_an_unknown_key_is_no_variable() -> None:
    assert variable("shoe_size") is None


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.key)
def test_every_variable_can_be_asked_for_in_both_languages(each: Variable) -> None:
    assert each.question("en").endswith("?")
    assert each.question("fr").endswith(" ?")
    assert not PLACEHOLDER.search(each.question_en + each.question_fr)


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.key)
def test_every_variable_has_names_in_both_languages(each: Variable) -> None:
    assert {name.language for name in each.names} == {"en", "fr"}


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.key)
def test_every_unit_of_a_variable_is_known(each: Variable) -> None:
    units = [each.unit, *each.bare, *(other.unit for other in each.equivalents)]

    assert [unit for unit in units if parse_unit(unit) is None] == []


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.key)
def test_limits_of_normal_are_plausible_values_in_order(each: Variable) -> None:
    low, high = each.plausible
    limits = [each.plausible, *(pair for pair in (each.lln, each.uln) if pair is not None)]

    assert all(low <= first <= second <= high for first, second in limits)


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.key)
def test_lower_limits_of_normal_lie_below_upper_ones(each: Variable) -> None:
    if each.uln is None or each.lln is None:
        return
    assert each.lln[1] < each.uln[0]


def test_a_loinc_code_has_a_check_digit_that_is_right() -> None:
    wrong = [
        (each.key, code)
        for each in EVERY
        for code in each.loinc
        if _check_digit(code.split("-")[0]) != code.split("-")[1]
    ]

    assert wrong == []


def _check_digit(number: str) -> str:
    """LOINC Users' Guide, appendix C: the Luhn algorithm (mod 10)."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[::2]]
    return str(-(sum(doubled) + sum(digits[1::2])) % 10)


def test_blood_pressure_names_both_of_its_values() -> None:
    for key in ("systolic_bp", "diastolic_bp"):
        assert "blood pressure" in {name.text for name in known(key).names}
