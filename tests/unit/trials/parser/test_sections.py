import pytest

from recruit.trials.parser.sections import heading, says_nothing


@pytest.mark.parametrize(
    ("line", "opens"),
    [
        ("Inclusion Criteria:", "inclusion"),
        ("Key Inclusion Criteria", "inclusion"),
        ("INCLUSION CRITERIA - COHORT A:", "inclusion"),
        ("Eligibility criteria:", "inclusion"),
        ("Exclusion Criteria:", "exclusion"),
        ("Exclusions:", "exclusion"),
        ("**Exclusion criteria**", "exclusion"),
        ("Non-inclusion criteria:", "exclusion"),
        ("Critères d'inclusion :", "inclusion"),
        ("Critères d’éligibilité :", "inclusion"),
        ("Critères de non-inclusion :", "exclusion"),
        ("Critères d'exclusion", "exclusion"),
        ("Criteres de non inclusion:", "exclusion"),
        ("Patients with the following prior conditions are excluded:", "exclusion"),
        ("You will not be eligible for this study if you:", "exclusion"),
        ("Ne pourront pas être inclus :", "exclusion"),
        ("Patients must have:", "inclusion"),
        ("Allowed:", "allowed"),
        ("PATIENT CHARACTERISTICS:", "label"),
        ("Hematopoietic:", "label"),
        ("Cohort A:", "cohort"),
        ("Healthy volunteers:", "cohort"),
    ],
)
def test_a_heading_opens_its_side(line: str, opens: str) -> None:
    found = heading(line)
    assert found is not None
    assert found.opens == opens


@pytest.mark.parametrize(
    "line",
    [
        "Type 2 diabetes",
        "Written informed consent prior to inclusion",
        "Symptoms included: fever",
        "HbA1c: 7 to 10 %",
        "Patients with brain metastases are excluded.",
    ],
)
def test_a_statement_is_no_heading(line: str) -> None:
    assert heading(line) is None


def test_the_rest_of_the_line_follows_the_colon() -> None:
    line = "Exclusion: pregnant women"
    found = heading(line)
    assert found is not None
    assert line[found.rest :] == "pregnant women"


@pytest.mark.parametrize("line", ["None", "N/A", "Aucun.", "No exclusion criteria", "Sans objet"])
def test_a_line_may_say_that_there_is_nothing(line: str) -> None:
    assert says_nothing(line)
