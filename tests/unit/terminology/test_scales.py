import pytest

from recruit.terminology.scales import Scale, find_grades, read_grade, read_grades, scale, scales


def known(key: str) -> Scale:
    found = scale(key)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("key", "text", "grade"),
    [
        ("nyha", "II", "2"),
        ("nyha", "class IV", "4"),
        ("nyha", "Ⅲ", "3"),
        ("nyha", "stade III", "3"),
        ("ecog", "0", "0"),
        ("ecog", "deux", "2"),
        ("karnofsky", "70%", "70"),
        ("child_pugh", "B", "B"),
        ("child_pugh", "B7", "B"),
        ("child_pugh", "5", "A"),
        ("gleason", "3+4", "7"),
        ("cancer_stage", "stage IIIb", "IIIB"),
        ("cancer_stage", "4", "IV"),
        ("metavir", "F3", "F3"),
        ("metavir", "2", "F2"),
        ("cdr", "0,5", "0.5"),
        ("hoehn_yahr", "2.5", "2.5"),
        ("fontaine", "IIb", "IIB"),
    ],
)
def test_one_grade_is_read_as_the_scale_labels_it(key: str, text: str, grade: str) -> None:
    assert read_grade(known(key), text) == grade


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("nyha", "V"),
        ("nyha", "II-III"),
        ("ecog", "9"),
        ("karnofsky", "75"),
        ("child_pugh", "D"),
        ("child_pugh", "16"),
        ("ecog", "good"),
        ("ecog", ""),
    ],
)
def test_what_is_no_single_grade_of_the_scale_is_none(key: str, text: str) -> None:
    assert read_grade(known(key), text) is None


@pytest.mark.parametrize(
    ("key", "text", "grades"),
    [
        ("nyha", "II-III", ("2", "3")),
        ("nyha", "classe II à IV", ("2", "3", "4")),
        ("ecog", "0, 1 or 2", ("0", "1", "2")),
        ("ecog", "0 ou 1", ("0", "1")),
        ("asa", "I–III", ("1", "2", "3")),
        ("child_pugh", "A or B", ("A", "B")),
        ("fontaine", "IIb-III", ("IIB", "III")),
        ("ckd_stage", "3", ("3", "3A", "3B")),
        ("cancer_stage", "IIIB or IV", ("IIIB", "IV", "IVA", "IVB", "IVC")),
    ],
)
def test_ranges_and_lists_give_all_their_grades(
    key: str, text: str, grades: tuple[str, ...]
) -> None:
    assert read_grades(known(key), text) == grades


def test_a_coarse_stage_does_not_take_in_the_next_one() -> None:
    assert set(known("cancer_stage").taken_in("I")).isdisjoint({"II", "III", "IV", "IIA"})


def test_grades_inside_a_text_end_where_they_end() -> None:
    text = "ECOG performance status 0-1 within 14 days"
    grades, end = find_grades(known("ecog"), text, len("ECOG performance status"))

    assert grades == ("0", "1")
    assert text[:end] == "ECOG performance status 0-1"


@pytest.mark.parametrize("each", scales().values(), ids=lambda each: each.key)
def test_every_scale_reads_each_of_its_own_labels(each: Scale) -> None:
    assert [read_grade(each, grade) for grade in each.grades] == list(each.grades)


@pytest.mark.parametrize("each", scales().values(), ids=lambda each: each.key)
def test_every_scale_is_asked_for_in_both_languages(each: Scale) -> None:
    assert "?" in each.question("en")
    assert " ?" in each.question("fr")


@pytest.mark.parametrize("each", scales().values(), ids=lambda each: each.key)
def test_other_spellings_lead_to_grades_of_the_scale(each: Scale) -> None:
    assert set(each.points.values()) <= set(each.grades)
