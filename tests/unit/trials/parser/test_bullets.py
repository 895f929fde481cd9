from recruit.trials.parser.bullets import DEEPEST, Bullet, bullets


def shape(text: str) -> list[object]:
    """Each bullet's side and words, those under it as a list behind."""

    def one(bullet: Bullet) -> list[object]:
        words = " ".join(text[start:end] for start, end in bullet.pieces)
        below: list[object] = [item for child in bullet.children for item in one(child)]
        return [(bullet.kind[:2], words), *([below] if below else [])]

    return [item for bullet in bullets(text) for item in one(bullet)]


def test_sides_follow_the_headings() -> None:
    text = "Inclusion Criteria:\n\n* Asthma\n\nExclusion Criteria:\n\n* COPD\n"
    assert shape(text) == [("in", "Asthma"), ("ex", "COPD")]


def test_french_headings_with_windows_line_ends() -> None:
    text = "Critères d'inclusion :\r\n- Asthme\r\nCritères de non-inclusion :\r\n- BPCO\r\n"
    assert shape(text) == [("in", "Asthme"), ("ex", "BPCO")]


def test_a_text_without_heading_is_inclusion() -> None:
    assert shape("Asthma\nAge over 18") == [("in", "Asthma"), ("in", "Age over 18")]


def test_wrapped_lines_are_one_statement() -> None:
    text = "  -  Patients with a diagnosis of\n     breast cancer\n\n  -  Women\n"
    assert shape(text) == [("in", "Patients with a diagnosis of breast cancer"), ("in", "Women")]


def test_unmarked_text_is_unwrapped_where_the_next_word_would_not_have_fitted() -> None:
    text = (
        "Patients who have been diagnosed with a severe form of chronic\n"
        "obstructive pulmonary disease and who have been treated for it\n"
        "for more than a year.\n"
        "Age over 18"
    )
    assert shape(text)[1:] == [("in", "Age over 18")]


def test_lines_of_one_statement_each_stay_apart() -> None:
    text = (
        "severe hepatic impairment\npregnancy\nknown allergy to any of the study drugs or to others"
    )
    assert len(bullets(text)) == 3


def test_deeper_bullets_belong_to_the_one_above() -> None:
    text = "* One of the following:\n  * asthma\n  * COPD\n* Age over 18\n"
    assert shape(text) == [
        ("in", "One of the following:"),
        [("in", "asthma"), ("in", "COPD")],
        ("in", "Age over 18"),
    ]


def test_another_marker_in_the_same_column_is_nested_after_a_colon() -> None:
    text = "1. One of the following:\n- asthma\n- COPD\n2. Age over 18\n"
    assert shape(text)[1] == [("in", "asthma"), ("in", "COPD")]


def test_a_list_in_one_line_is_taken_apart() -> None:
    text = (
        "Inclusion Criteria: 1. Asthma for a year 2. Age over 18 Exclusion Criteria: 1. COPD 2. HIV"
    )
    assert shape(text) == [
        *(("in", "Asthma for a year"), ("in", "Age over 18")),
        *(("ex", "COPD"), ("ex", "HIV")),
    ]


def test_old_records_name_topics_that_demand_nothing() -> None:
    text = "DISEASE CHARACTERISTICS:\n\n  -  Asthma\n\nAge:\n\n  -  18 and over\n"
    assert shape(text) == [("in", "Asthma"), ("in", "Age: 18 and over")]


def test_what_is_allowed_is_no_criterion() -> None:
    text = "Concurrent medication:\n\nAllowed:\n\n  -  Aspirin\n\nExcluded:\n\n  -  Heparin\n"
    assert shape(text) == [("ex", "Heparin")]


def test_a_cohort_is_kept_beside_its_criteria() -> None:
    text = "Inclusion Criteria:\nCohort A:\n- Asthma\nExclusion Criteria:\n- HIV\n"
    assert [bullet.cohort is not None for bullet in bullets(text)] == [True, False]


def test_lists_deeper_than_people_write_do_not_deepen_the_tree() -> None:
    text = "".join(" " * depth + "- one of the following:\n" for depth in range(50))

    def depth(bullet: Bullet) -> int:
        return 1 + max(map(depth, bullet.children), default=0)

    assert max(map(depth, bullets(text))) <= DEEPEST + 1
