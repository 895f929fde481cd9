"""The source text cut into stretches: nothing is lost or said twice, escapes are not shown."""

from hypothesis import given
from hypothesis import strategies as st

from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import AllOf, Rule, Span, State, Unparsed
from recruit.trials.posting.content import Reviewed
from recruit.web.sponsor.source_text import Stretch, stretches

TEXT = "Adults. Able to walk. No gout."


def reviewed(number: int, span: Span | None, *parts: Rule) -> Reviewed:
    rule = AllOf(parts) if len(parts) > 1 else parts[0] if parts else Unparsed("x", span)
    return Reviewed(number, Criterion("inclusion", "x", rule, span))


def words(found: list[Stretch]) -> list[tuple[str, tuple[int, ...]]]:
    return [("".join(piece.words for piece in each.pieces), each.numbers) for each in found]


def test_the_text_is_cut_where_criteria_begin_and_end() -> None:
    found = stretches(TEXT, [reviewed(1, (0, 6)), reviewed(2, (8, 20))])
    assert words(found) == [
        ("Adults", (1,)),
        (". ", ()),
        ("Able to walk", (2,)),
        (". No gout.", ()),
    ]


def test_criteria_that_overlap_share_a_stretch() -> None:
    found = stretches(TEXT, [reviewed(1, (0, 20)), reviewed(2, (8, 29))])
    assert words(found) == [
        ("Adults. ", (1,)),
        ("Able to walk", (1, 2)),
        (". No gout", (2,)),
        (".", ()),
    ]
    assert [each.begins for each in found] == [(1,), (2,), (), ()]


def test_a_criterion_within_another_is_marked_within_it() -> None:
    found = stretches(TEXT, [reviewed(1, (0, 30)), reviewed(2, (8, 20))])
    assert [numbers for _, numbers in words(found)] == [(1,), (1, 2), (1,)]
    assert [each.begins for each in found] == [(1,), (2,), ()]


def test_parts_of_a_criterion_are_told_apart_by_whether_they_were_read() -> None:
    parts = State("healthy", (0, 6)), Unparsed("Able to walk", (8, 20))
    (found, _) = stretches(TEXT, [reviewed(1, (0, 20), *parts)])
    assert [(piece.words, piece.read) for piece in found.pieces] == [
        ("Adults", True),
        (". ", None),
        ("Able to walk", False),
    ]


def test_what_is_both_read_and_not_read_is_shown_as_not_read() -> None:
    parts = State("healthy", (0, 20)), Unparsed("Able to walk", (8, 20))
    (found, _) = stretches(TEXT, [reviewed(1, (0, 20), *parts)])
    assert [piece.read for piece in found.pieces] == [True, False]


def test_a_criterion_that_stands_nowhere_is_left_out() -> None:
    nowhere = [reviewed(1, None), reviewed(2, (5, 5)), reviewed(3, (20, 99)), reviewed(4, (9, 3))]
    assert words(stretches(TEXT, nowhere)) == [(TEXT, ())]


def test_no_text_has_no_stretch() -> None:
    assert stretches("", []) == []


def test_escapes_of_markdown_and_of_the_web_are_not_shown() -> None:
    text = r"HbA1c \>= 7 \*and\* &lt; 9 &amp; C:\dir"
    assert words(stretches(text, [])) == [(r"HbA1c >= 7 *and* < 9 & C:\dir", ())]


def test_an_escape_that_is_cut_in_two_is_not_shown_either() -> None:
    text = r"a\>b"
    found = stretches(text, [reviewed(1, (0, 2)), reviewed(2, (2, 4))])
    assert words(found) == [("a", (1,)), (">b", (2,))]


@given(
    st.text(alphabet="ab \n*", min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6),
)
def test_whatever_the_spans_the_whole_text_is_shown_once(text: str, spans: list[Span]) -> None:
    criteria = [reviewed(number, span) for number, span in enumerate(spans, 1)]
    found = stretches(text, criteria)
    assert "".join(said for said, _ in words(found)) == text
    inside = {number for number, (a, b) in enumerate(spans, 1) if a < b <= len(text)}
    begun = [number for each in found for number in each.begins]
    assert sorted(begun) == sorted(inside)
    for number in inside:
        start, end = spans[number - 1]
        covered = "".join(said for said, numbers in words(found) if number in numbers)
        assert covered == text[start:end]
