"""A sketch tells by how many people two sets differ, as long as they are few."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recruit.disclosure.sketch import Marks, Sketch, mark

MARKS = st.integers(0, 2**64 - 1)


def marks(people: set[int]) -> Marks:
    return np.array(sorted(people), np.uint64)


def crowd(count: int) -> set[int]:
    return {mark(f"P-{number:08}", b"a key of the test") for number in range(count)}


@given(
    gone=st.integers(0, 5),
    come=st.integers(0, 5),
    seed=st.binary(min_size=16, max_size=16),
    size=st.integers(10, 300),
)
def test_a_few_who_came_and_went_are_counted(gone: int, come: int, seed: bytes, size: int) -> None:
    before = {mark(str(number), seed) for number in range(size)}
    after = {mark(str(number), seed) for number in range(gone, size + come)}
    assert Sketch.of(marks(before)).differs_by(Sketch.of(marks(after)), 10) == gone + come


def test_more_than_a_few_are_too_many() -> None:
    before = Sketch.of(marks(crowd(100)))
    assert before.differs_by(Sketch.of(marks(crowd(111))), 10) is None


def test_sets_of_one_size_with_other_people_differ() -> None:
    everyone = sorted(crowd(200))
    one, other = set(everyone[:100]), set(everyone[100:])
    assert Sketch.of(marks(one)).differs_by(Sketch.of(marks(other)), 10) is None


@given(st.sets(MARKS, max_size=40))
def test_a_sketch_that_was_written_is_read_as_it_was(people: set[int]) -> None:
    sketch = Sketch.of(marks(people))
    again = Sketch.read(sketch.write())
    assert again.differs_by(sketch, 10) == 0
    assert again.size == len(people)


def test_a_mark_depends_on_the_key() -> None:
    assert mark("P-00000001", b"one key, 16 long") != mark("P-00000001", b"another, 16 long")


@given(st.lists(st.integers(0, 4), max_size=60), st.binary(min_size=16, max_size=16))
def test_the_parts_of_a_set_are_sketched_like_sets_of_their_own(
    parts: list[int], seed: bytes
) -> None:
    people = np.array([mark(str(number), seed) for number in range(len(parts))], np.uint64)
    part = np.array(parts, np.int64)
    for number, sketch in enumerate(Sketch.of_parts(people, part, 5)):
        assert sketch.write() == Sketch.of(people[part == number]).write()


def test_people_who_join_a_set_and_leave_it_leave_its_sketch_as_it_was() -> None:
    everyone = sorted(crowd(100))
    some, others = Sketch.of(marks(set(everyone[:60]))), Sketch.of(marks(set(everyone[60:])))
    whole = some.with_others(others)
    assert whole.write() == Sketch.of(marks(set(everyone))).write()
    assert whole.without(others).write() == some.write()
