import pytest
from ucumvert import PintUcumRegistry

from recruit.terminology.units import parse_unit, unit_name
from recruit.terminology.variables import Variable, convert, variable, variables


@pytest.fixture(scope="module")
def ucum() -> PintUcumRegistry:
    return PintUcumRegistry()


def known(key: str) -> Variable:
    found = variable(key)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("g/dl", "g/dL"),
        ("g / dL", "g/dL"),
        ("mmol/L", "mmol/L"),
        ("×10^9/L", "10*9/L"),
        ("x 109/L", "10*9/L"),
        ("10⁹/L", "10*9/L"),
        ("10e9/l", "10*9/L"),
        ("G/L", "10*9/L"),
        ("K/µL", "10*3/uL"),
        ("/mm3", "/uL"),
        ("/µL", "/uL"),
        ("cells/mm³", "/uL"),
        ("cells per microliter", "/uL"),
        (r"/mm\^3", "/uL"),
        ("/mm(3)", "/uL"),
        ("µmol/l", "umol/L"),
        ("μmol/L", "umol/L"),
        ("mg/dL", "mg/dL"),
        ("mg%", "mg/dL"),
        ("%", "%"),
        ("mmHg", "mm[Hg]"),
        ("mm Hg", "mm[Hg]"),
        ("kg/m²", "kg/m2"),
        ("kg/m^2", "kg/m2"),
        (r"kg/m\^2", "kg/m2"),
        ("ml/min/1.73 m2", "mL/min/{1.73_m2}"),
        ("mL/min/1,73 m²", "mL/min/{1.73_m2}"),
        ("U/L", "U/L"),
        ("UI/L", "[IU]/L"),
        ("mUI/mL", "m[IU]/mL"),
        ("°C", "Cel"),
        ("F", "[degF]"),
        ("grammes par litre", "g/L"),
        ("mg par jour", "mg/d"),
        ("copies/mL", "{copies}/mL"),
        ("mg/24h", "mg/(24.h)"),
        ("semaines", "wk"),
        ("msec", "ms"),
    ],
)
def test_a_unit_is_read_however_it_is_written(written: str, code: str) -> None:
    unit = parse_unit(written)

    assert unit is not None
    assert unit.code == code


@pytest.mark.parametrize("written", ["", "apples", "per", "/", "g/", "mg/apples", "x" * 10_000])
def test_what_is_no_unit_is_not_read_as_one(written: str) -> None:
    assert parse_unit(written) is None


def test_a_capital_tells_giga_from_gram() -> None:
    giga, gram = parse_unit("G/L"), parse_unit("g/L")

    assert giga is not None
    assert gram is not None
    assert (giga.dimension, gram.dimension) == ("count/volume", "mass/volume")


def _pairs() -> list[tuple[str, str]]:
    """Every unit of the variables against every other unit of its dimension."""
    codes = {"mg/L", "ng/mL", "ug/L", "pg/mL", "10*3/uL", "10*6/mL", "[in_i]", "[ft_i]", "[lb_av]"}
    codes |= {
        "umol/L",
        "nmol/L",
        "mmol/L",
        "cm[H2O]",
        "cm[Hg]",
        "kPa",
        "m[IU]/mL",
        "u[IU]/mL",
        "kg",
    }
    for each in variables().values():
        codes |= {each.unit, *each.bare, *(other.unit for other in each.equivalents)}
    plain = sorted(code for code in codes if not code.startswith("{") and code not in SHIFTED)
    units = {code: parse_unit(code) for code in plain}
    return [
        (one, other)
        for one, first in units.items()
        for other, second in units.items()
        if one < other
        and first
        and second
        and first.dimension == second.dimension
        # Laboratories write IU/L for U/L; UCUM keeps the two apart.
        and ("[IU]" in one) == ("[IU]" in other)
    ]


SHIFTED = {"Cel", "[degF]"}


@pytest.mark.parametrize(("one", "other"), _pairs())
def test_units_of_one_dimension_convert_as_pint_and_ucum_say(
    one: str, other: str, ucum: PintUcumRegistry
) -> None:
    ours, theirs = parse_unit(one), parse_unit(other)
    assert ours is not None
    assert theirs is not None

    ratio = (ucum.from_ucum(one) / ucum.from_ucum(other)).to("").magnitude

    assert theirs.of_base(ours.to_base(1.0)) == pytest.approx(ratio, rel=1e-6)


def test_degrees_convert_as_pint_says(ucum: PintUcumRegistry) -> None:
    fever = ucum.Quantity(100.4, "degree_Fahrenheit").to("degree_Celsius").magnitude

    assert convert(100.4, "°F", known("temperature")) == pytest.approx(fever)


# Molecular formulas from PubChem; atomic weights from IUPAC (2021, abridged).
ATOMS = {"C": 12.011, "H": 1.008, "N": 14.007, "O": 15.999, "I": 126.90, "P": 30.974, "S": 32.06}
ATOMS |= {"Ca": 40.078, "Mg": 24.305, "Na": 22.990, "K": 39.098, "Fe": 55.845, "Co": 58.933}
FORMULAS = {
    "creatinine": "C4 H7 N3 O1",
    "urea": "C1 H4 N2 O1",
    "bun": "N2",
    "bilirubin": "C33 H36 N4 O6",
    "direct_bilirubin": "C33 H36 N4 O6",
    "uric_acid": "C5 H4 N4 O3",
    "fasting_glucose": "C6 H12 O6",
    "glucose": "C6 H12 O6",
    "glucose_2h": "C6 H12 O6",
    "total_cholesterol": "C27 H46 O1",
    "ldl": "C27 H46 O1",
    "hdl": "C27 H46 O1",
    "non_hdl": "C27 H46 O1",
    "triglycerides": "C57 H104 O6",
    "lactate": "C3 H6 O3",
    "ammonia": "N1 H3",
    "homocysteine": "C4 H9 N1 O2 S1",
    "phenylalanine": "C9 H11 N1 O2",
    "calcium": "Ca1",
    "ionised_calcium": "Ca1",
    "magnesium": "Mg1",
    "phosphate": "P1",
    "sodium": "Na1",
    "potassium": "K1",
    "iron": "Fe1",
    "free_t4": "C15 H11 I4 N1 O4",
    "free_t3": "C15 H12 I3 N1 O4",
    "vitamin_d": "C27 H44 O2",
    "vitamin_b12": "C63 H88 Co1 N14 O14 P1",
    "folate": "C19 H19 N7 O6",
    "testosterone": "C19 H28 O2",
    "oestradiol": "C18 H24 O2",
    "progesterone_level": "C21 H30 O2",
    "cortisol": "C21 H30 O5",
}
# Proteins have no one formula: their mass is held against the factor that laboratories publish.
PROTEINS = {"haemoglobin", "albumin", "c_peptide", "pth", "igf1", "bnp", "nt_probnp", "amh"}


@pytest.mark.parametrize(("key", "formula"), FORMULAS.items())
def test_a_molar_mass_is_that_of_the_formula(key: str, formula: str) -> None:
    mass = sum(
        ATOMS[part.rstrip("0123456789")] * int(part.lstrip("CHNOIPSaMgKFeo") or 1)
        for part in formula.split()
    )

    assert known(key).molar_mass == pytest.approx(mass, rel=1e-3)


def test_every_molar_mass_is_held_against_something() -> None:
    with_mass = {key for key, each in variables().items() if each.molar_mass}

    assert with_mass == FORMULAS.keys() | PROTEINS


@pytest.mark.parametrize(
    ("key", "value", "unit", "expected"),
    [
        # Conversion factors as published (AMA Manual of Style, 11th edition, section 17.5).
        ("haemoglobin", 8.0, "mmol/L", 12.89),
        ("albumin", 40, "g/L", 4.0),
        ("creatinine", 133, "µmol/L", 1.504),
        ("fasting_glucose", 7.0, "mmol/L", 126.1),
        ("bilirubin", 17.1, "µmol/L", 1.0),
        ("total_cholesterol", 5.18, "mmol/L", 200.3),
        ("triglycerides", 1.7, "mmol/L", 150.5),
        ("calcium", 2.5, "mmol/L", 10.02),
        ("calcium", 5.0, "mEq/L", 10.02),
        ("magnesium", 1.0, "mmol/L", 2.43),
        ("uric_acid", 357, "µmol/L", 6.0),
        ("urea", 6.0, "mg/dL", 0.999),
        ("bun", 7.14, "mmol/L", 20.0),
        ("vitamin_d", 50, "nmol/L", 20.03),
        ("testosterone", 1.735, "nmol/L", 50.04),
        ("oestradiol", 367.1, "pmol/L", 100.0),
        ("cortisol", 276, "nmol/L", 10.0),
        ("free_t4", 12.87, "pmol/L", 1.0),
        ("pth", 10.6, "pmol/L", 99.9),
        ("nt_probnp", 14.75, "pmol/L", 124.7),
        ("bnp", 28.9, "pmol/L", 100.1),
        ("c_peptide", 0.331, "nmol/L", 1.0),
        ("igf1", 13.07, "nmol/L", 99.97),
        ("amh", 7.14, "pmol/L", 1.0),
        ("sodium", 135, "mEq/L", 135),
        ("hba1c", 53, "mmol/mol", 7.0),
        ("hba1c", 48, "mmol/mol", 6.54),
        ("uacr", 3.0, "mg/mmol", 26.5),
        ("ast", 0.8, "µkat/L", 48),
        ("visual_acuity", 0.3, "logMAR", 0.501),
        ("visual_acuity", 55, "letters", 0.251),
        ("hiv_rna", 3, "log10 copies/mL", 1000),
        ("systolic_bp", 14, "cmHg", 140),
        ("cigarettes_per_day", 1, "pack/day", 20),
        ("platelets", 100_000, "/mm3", 100),
        ("neutrophils", 1500, "cells/µL", 1.5),
        ("cd4", 0.2, "10^9/L", 200),
        ("egfr", 60, "mL/min", 60),
        ("lvef", 0.4, None, 40),
    ],
)
def test_a_value_converts_to_the_canonical_unit(
    key: str, value: float, unit: str | None, expected: float
) -> None:
    assert convert(value, unit, known(key)) == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("haemoglobin", 13, 13),
        ("haemoglobin", 130, 13),
        ("platelets", 150, 150),
        ("platelets", 150_000, 150),
        ("temperature", 38, 38),
        ("temperature", 100.4, 38),
        ("height", 175, 175),
        ("height", 1.75, 175),
    ],
)
def test_a_number_without_unit_is_taken_where_it_is_plausible(
    key: str, value: float, expected: float
) -> None:
    assert convert(value, None, known(key)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("key", "value", "unit"),
    [
        ("haemoglobin", 13, "apples"),
        ("haemoglobin", 13, "mmHg"),
        ("haemoglobin", 300, "g/dL"),
        ("bmi", 200, "kg/m2"),
        ("temperature", 60, None),
        ("hiv_rna", 1e9, "log10 copies/mL"),
        ("visual_acuity", -1e9, "logMAR"),
        ("sodium", float("nan"), "mmol/L"),
        ("sodium", float("inf"), None),
    ],
)
def test_a_wrong_unit_or_an_impossible_value_gives_nothing(
    key: str, value: float, unit: str | None
) -> None:
    assert convert(value, unit, known(key)) is None


def test_units_are_shown_as_people_write_them() -> None:
    assert unit_name("mL/min/{1.73_m2}", "fr") == "mL/min/1,73 m²"
    assert unit_name("g/dL", "en") == "g/dL"
