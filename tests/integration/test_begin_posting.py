"""Beginning a posting and saving its details, on both kinds of database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from recruit.actions.posting.begin import AlreadyPosted, Beginner, Words, by_upload, by_words
from recruit.actions.posting.criteria import MOST_CRITERIA
from recruit.actions.posting.details.deed import save_details, values
from recruit.audit import trail
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile, RecruitError, Refusal
from recruit.terminology.lexicon import Lexicon
from recruit.trials.posting import store
from recruit.trials.posting.store import Posting

TEXT = "Inclusion Criteria:\n\n* Type 2 diabetes\n* Age 18 years or older\n"
ME = Beginner("account 1", None)


def begin(engine: Engine, lexicon: Lexicon, number: str = "") -> str:
    return by_words(engine, lexicon, Words("Sugar at night", "en", number, TEXT), ME)


def posting(engine: Engine, number: str) -> Posting:
    with reading(engine) as session:
        return store.get(session, number, None)


def rename(engine: Engine, lexicon: Lexicon, number: str, title: str, base: int) -> None:
    fields = {**values("titles", posting(engine, number)), "title_en": title}
    save_details(
        engine,
        lexicon,
        number,
        step="titles",
        fields=fields,
        base=base,
        organisation=None,
        author="account 2",
    )


def outcome(deed: object) -> str:
    """What became of a deed: its error's name, or "done"."""
    try:
        deed()  # type: ignore[operator]  # a deed can be done
    except RecruitError as error:
        return type(error).__name__
    return "done"


def test_a_posting_is_kept_as_it_was_begun(engine: Engine, lexicon: Lexicon) -> None:
    number = begin(engine, lexicon)
    found = posting(engine, number)
    assert found.content.draft.title == "Sugar at night"
    assert [each.number for each in found.content.criteria] == [1, 2]
    with reading(engine) as session:
        assert [row["tag"] for row in trail.about(session, number)] == ["trials:posting:begun"]


def test_of_many_who_begin_the_same_at_once_one_does(engine: Engine, lexicon: Lexicon) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(
            pool.map(lambda _: outcome(lambda: begin(engine, lexicon, "NCT90000001")), range(4))
        )
    assert sorted(done) == [AlreadyPosted.__name__] * 3 + ["done"]
    with reading(engine) as session:
        assert len(store.of(session, None)) == 1


def test_of_many_who_save_the_same_revision_one_does(engine: Engine, lexicon: Lexicon) -> None:
    number = begin(engine, lexicon)
    with ThreadPoolExecutor(4) as pool:
        done = list(
            pool.map(
                lambda n: outcome(lambda: rename(engine, lexicon, number, f"Title {n}", 1)),
                range(4),
            )
        )
    assert sorted(done) == [EditedMeanwhile.__name__] * 3 + ["done"]
    assert posting(engine, number).heading.revision == 2


def test_a_saved_step_leaves_its_row(engine: Engine, lexicon: Lexicon) -> None:
    number = begin(engine, lexicon)
    rename(engine, lexicon, number, "Sugar by day", 1)
    rename(engine, lexicon, number, "Sugar by day", 2)
    with reading(engine) as session:
        tags = [row["tag"] for row in trail.about(session, number)]
    assert tags == ["trials:posting:begun", "trials:posting:changed"]


@pytest.mark.parametrize("number", ["NCT90000001", "", "2024-512345-12-00"])
def test_a_trial_has_its_registrys_number_or_the_postings(
    engine: Engine, lexicon: Lexicon, number: str
) -> None:
    found = posting(engine, begin(engine, lexicon, number))
    assert found.heading.trial == found.content.draft.id == (number or found.id)


def test_nothing_begins_with_more_criteria_than_can_be_compared(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    text = "Inclusion Criteria:\n\n" + "* Gout\n" * (MOST_CRITERIA + 1)
    table = b"kind,criterion\n" + b"inclusion,Gout\n" * (MOST_CRITERIA + 1)
    with pytest.raises(Refusal):
        by_words(sqlite_engine, lexicon, Words("Sugar", "en", "", text), ME)
    with pytest.raises(Refusal):
        by_upload(sqlite_engine, lexicon, "a.csv", table, ME)
    with reading(sqlite_engine) as session:
        assert store.of(session, None) == []
