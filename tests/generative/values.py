"""Small invented values that rules and people share, so that the two meet."""

from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from recruit.criteria.nodes import Detail, Span

T = TypeVar("T")


def maybe(strategy: SearchStrategy[T]) -> SearchStrategy[T | None]:
    """None, or what `strategy` gives."""
    return st.none() | strategy


def halves(lowest: int, highest: int) -> SearchStrategy[float]:
    """Whole and half numbers, so that values and bounds are often the same."""
    return st.integers(2 * lowest, 2 * highest).map(lambda doubled: doubled / 2)


def spans() -> SearchStrategy[Span | None]:
    two = st.tuples(st.integers(0, 99), st.integers(0, 99))
    return maybe(two.map(lambda pair: (min(pair), max(pair))))


def words() -> SearchStrategy[str]:
    """Something that was said; now and then in any characters at all."""
    said = st.sampled_from(("able to walk", "capable de marcher", "Hb ≥ 9 g/dl; no transfusion"))
    return said | st.text(min_size=1).filter(lambda text: not text.isspace())


def details() -> SearchStrategy[Detail]:
    return st.builds(
        Detail,
        stage=maybe(st.sampled_from(("iv", "iiia", "2"))),
        severity=maybe(st.sampled_from(("mild", "severe"))),
        line=maybe(st.sampled_from(("1", "2"))),
        value=maybe(st.sampled_from(("mutated", "positive", "exon 19 deletion"))),
    ).filter(lambda detail: detail != Detail())
