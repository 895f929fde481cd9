"""Decisions about criteria: kept as revisions, taken back, never overwritten by somebody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import Engine

from recruit.actions.accounts import add_account
from recruit.actions.posting import criteria, undoing
from recruit.actions.posting.criteria import Texts
from recruit.actions.posting.editing import Edit
from recruit.audit import trail
from recruit.core.dates import TimeUnit
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound, Refusal
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import Age, Unparsed
from recruit.people import organisations
from recruit.people.accounts import Role
from recruit.people.organisations import OrganisationKind
from recruit.people.passwords import Cost
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import LONGEST_TEXT, AgeLimit, Translation, TrialDraft
from recruit.trials.posting import store
from recruit.trials.posting.content import Content, Reviewed, Standing
from recruit.trials.posting.reading import begun, is_from_fields
from recruit.trials.posting.store import Change, Posting

CHEAP = Cost(passes=1, memory=8, lanes=1)

TEXT = """Inclusion Criteria:

* Age 18 years or older
* Type 2 diabetes
* Able to knit a scarf in one go

Exclusion Criteria:

* Pregnancy
"""
AGE, DIABETES, KNITS, PREGNANT = 1, 2, 3, 4


def begin(engine: Engine, lexicon: Lexicon, content: Content | None = None) -> Edit:
    draft = TrialDraft(id="NCT00000001", title="Sugar at night", criteria=TEXT)
    with unit_of_work(engine) as session:
        posting = store.new_id()
        made = content or begun(draft, lexicon)
        store.begin(session, posting, made, organisation=None, author="account 1")
    return Edit(posting, None, 1, "account 1")


def posting(engine: Engine, edit: Edit) -> Posting:
    with reading(engine) as session:
        return store.get(session, edit.posting, None)


def newest(engine: Engine, edit: Edit) -> Edit:
    return replace(edit, base=posting(engine, edit).heading.revision)


def standings(engine: Engine, edit: Edit) -> dict[int, str]:
    content = posting(engine, edit).content
    return {each.number: each.standing.value for each in content.criteria}


def decide(engine: Engine, lexicon: Lexicon, edit: Edit, *decisions: tuple[int, Standing]) -> Edit:
    for number, standing in decisions:
        criteria.decide(engine, lexicon, newest(engine, edit), number, standing)
    return newest(engine, edit)


def undo(engine: Engine, edit: Edit) -> None:
    undoing.undo(engine, newest(engine, edit))


def own(number: int) -> Reviewed:
    """A criterion that somebody wrote by hand."""
    written = Criterion("inclusion", "Age from 30", Age(min=30))
    return Reviewed(number, written, Standing.CORRECTED)


# ---------------------------------------------------------------- deciding
def test_a_decision_is_a_revision_with_its_audit_row(engine: Engine, lexicon: Lexicon) -> None:
    edit = begin(engine, lexicon)
    decide(engine, lexicon, edit, (AGE, Standing.ACCEPTED))
    with reading(engine) as session:
        step = store.steps(session, edit.posting)[0]
        rows = trail.about(session, edit.posting)
    assert (step.number, step.change, step.about) == (2, Change.ACCEPTED, "1")
    assert [(row["tag"], row["actor"], row["reason"], row["new"]) for row in rows] == [
        ("trials:posting:changed", "account 1", "accepted", "2")
    ]


def test_deciding_the_same_again_changes_nothing(sqlite_engine: Engine, lexicon: Lexicon) -> None:
    edit = begin(sqlite_engine, lexicon)
    decide(sqlite_engine, lexicon, edit, *[(AGE, Standing.ASK)] * 2)
    with reading(sqlite_engine) as session:
        assert len(store.steps(session, edit.posting)) == 2
        assert len(trail.about(session, edit.posting)) == 1


def test_what_was_not_read_at_all_cannot_be_accepted(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    edit = begin(sqlite_engine, lexicon)
    with pytest.raises(Refusal):
        criteria.decide(sqlite_engine, lexicon, edit, KNITS, Standing.ACCEPTED)


def test_a_criterion_that_is_not_there_is_not_found(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    edit = begin(sqlite_engine, lexicon)
    with pytest.raises(NotFound):
        criteria.decide(sqlite_engine, lexicon, edit, 99, Standing.ASK)
    with pytest.raises(NotFound):
        criteria.remove(sqlite_engine, edit, 99)


def test_all_that_was_read_whole_is_accepted_at_once(engine: Engine, lexicon: Lexicon) -> None:
    edit = begin(engine, lexicon)
    edit = decide(engine, lexicon, edit, (DIABETES, Standing.SITE))
    criteria.accept_all(engine, edit)
    assert standings(engine, edit) == {
        AGE: "accepted",
        DIABETES: "site",
        KNITS: "read",
        PREGNANT: "accepted",
    }


def test_a_decision_taken_back_leaves_what_the_parser_reads(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    edit = begin(sqlite_engine, lexicon)
    before = posting(sqlite_engine, edit).content
    corrected = replace(
        criteria.found(before, AGE),
        criterion=replace(criteria.found(before, AGE).criterion, rule=Age(min=21)),
        standing=Standing.CORRECTED,
    )
    with unit_of_work(sqlite_engine) as session:
        held = store.held(session, edit.posting, None)
        store.change(
            session,
            held,
            criteria.replaced(before, corrected),
            base=1,
            author="account 1",
            change=Change.CORRECTED,
        )
    decide(sqlite_engine, lexicon, edit, (AGE, Standing.ASK), (AGE, Standing.READ))
    assert posting(sqlite_engine, edit).content == before


def test_a_corrected_rule_that_is_accepted_stays_corrected(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    draft = TrialDraft(id="S-1", criteria="", title="By hand")
    edit = begin(sqlite_engine, lexicon, Content(draft, (own(1),)))
    decide(sqlite_engine, lexicon, edit, (1, Standing.ASK), (1, Standing.ACCEPTED))
    assert standings(sqlite_engine, edit) == {1: "corrected"}


def test_what_somebody_wrote_by_hand_survives_another_text(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    draft = TrialDraft(id="S-1", criteria="", title="By hand")
    edit = begin(sqlite_engine, lexicon, Content(draft, (own(1),)))
    edit = decide(sqlite_engine, lexicon, edit, (1, Standing.SITE))
    criteria.keep_texts(sqlite_engine, lexicon, edit, Texts("en", TEXT, ""))
    assert standings(sqlite_engine, edit)[1] == "site"


def test_a_criterion_of_the_registrys_fields_is_known_as_one(lexicon: Lexicon) -> None:
    limit = AgeLimit(75.0, TimeUnit.YEAR)
    draft = TrialDraft(id="S-1", criteria="Inclusion Criteria:\n\n* Gout", oldest=limit)
    content = begun(draft, lexicon)
    content = replace(content, criteria=(*content.criteria, own(9)))
    known = {each.number: is_from_fields(content, each) for each in content.criteria}
    assert known == {1: True, 2: False, 9: False}


# ---------------------------------------------------------------- the text
def test_another_text_keeps_what_was_decided_and_says_what_is_new_and_gone(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    edit = begin(sqlite_engine, lexicon)
    edit = decide(sqlite_engine, lexicon, edit, (DIABETES, Standing.ACCEPTED))
    text = TEXT.replace("* Pregnancy", "* Asthma")
    seen = criteria.preview(posting(sqlite_engine, edit).content, Texts("en", text, ""), lexicon)
    assert [each.criterion.text for each in seen.new] == ["Asthma"]
    assert [each.number for each in seen.gone] == [PREGNANT]
    assert seen.kept == 3
    criteria.keep_texts(sqlite_engine, lexicon, edit, Texts("en", text, ""))
    assert standings(sqlite_engine, edit)[DIABETES] == "accepted"


def test_what_was_removed_stays_removed_in_another_text(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    edit = begin(sqlite_engine, lexicon)
    criteria.remove(sqlite_engine, edit, DIABETES)
    text = TEXT.replace("* Pregnancy", "* Asthma")
    content = posting(sqlite_engine, edit).content
    seen = criteria.preview(content, Texts("en", text, ""), lexicon)
    assert [each.criterion.text for each in seen.new] == ["Asthma"]


def test_a_text_with_the_line_ends_of_a_form_is_the_same_text() -> None:
    draft = TrialDraft(id="S-1", criteria=TEXT.replace("\n", "\r\n"))
    assert criteria.with_texts(draft, Texts("en", TEXT, "")) == draft


def test_a_text_in_the_other_language_is_read_in_it() -> None:
    draft = TrialDraft(id="S-1", criteria=TEXT)
    changed = criteria.with_texts(draft, Texts("fr", "Critères", TEXT))
    assert (changed.language, changed.criteria) == ("fr", "Critères")
    assert changed.translations == (Translation("en", TEXT),)


def test_a_text_with_far_too_many_criteria_is_refused(lexicon: Lexicon) -> None:
    text = "Inclusion Criteria:\n\n" + "* Gout\n" * (criteria.MOST_CRITERIA + 1)
    with pytest.raises(Refusal) as refused:
        criteria.preview(Content(TrialDraft(id="S-1", criteria="")), Texts("en", text, ""), lexicon)
    assert refused.value.field == "criteria"


def test_the_translation_of_the_text_is_kept_beside_what_else_is_translated() -> None:
    other = Translation("fr", "", title="Du sucre la nuit")
    draft = TrialDraft(id="S-1", criteria=TEXT, translations=(other,))
    changed = criteria.with_texts(draft, Texts("en", TEXT, "Critères"))
    assert changed.translations == (replace(other, criteria="Critères"),)
    assert criteria.with_texts(changed, Texts("en", TEXT, "")) == draft


@pytest.mark.parametrize("text", ["x" * (LONGEST_TEXT + 1), "a\0b"], ids=["too long", "NUL"])
@pytest.mark.parametrize("field", ["criteria", "translation"])
def test_a_text_that_cannot_be_kept_names_its_field(text: str, field: str) -> None:
    texts = Texts("en", **{"criteria": "", "translation": "", field: text})
    with pytest.raises(Refusal) as refused:
        criteria.with_texts(TrialDraft(id="S-1", criteria=TEXT), texts)
    assert refused.value.field == field


# ---------------------------------------------------------------- removing and undoing
def test_what_was_removed_comes_back_by_undo(engine: Engine, lexicon: Lexicon) -> None:
    edit = begin(engine, lexicon)
    before = posting(engine, edit).content
    criteria.remove(engine, edit, DIABETES)
    assert list(standings(engine, edit)) == [AGE, KNITS, PREGNANT]
    undo(engine, edit)
    assert posting(engine, edit).content == before


def test_the_number_of_a_removed_criterion_is_never_used_again(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    edit = begin(sqlite_engine, lexicon)
    criteria.remove(sqlite_engine, edit, PREGNANT)
    assert posting(sqlite_engine, edit).content.next_number == PREGNANT + 1
    texts = Texts("en", TEXT + "* Asthma\n", "")
    criteria.keep_texts(sqlite_engine, lexicon, newest(sqlite_engine, edit), texts)
    assert list(standings(sqlite_engine, edit)) == [AGE, DIABETES, KNITS, PREGNANT + 1]


def test_undo_again_goes_further_back(engine: Engine, lexicon: Lexicon) -> None:
    edit = begin(engine, lexicon)
    decisions = [(AGE, Standing.ASK), (AGE, Standing.SITE), (DIABETES, Standing.ACCEPTED)]
    decide(engine, lexicon, edit, *decisions)
    seen = []
    for _ in decisions:
        undo(engine, edit)
        found = standings(engine, edit)
        seen.append((found[AGE], found[DIABETES]))
    assert seen == [("site", "read"), ("ask", "read"), ("read", "read")]
    with pytest.raises(NotFound):
        undo(engine, edit)


def test_a_step_after_an_undo_is_the_next_to_be_undone(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    edit = begin(sqlite_engine, lexicon)
    decide(sqlite_engine, lexicon, edit, (AGE, Standing.ASK), (AGE, Standing.SITE))
    undo(sqlite_engine, edit)
    decide(sqlite_engine, lexicon, edit, (DIABETES, Standing.ACCEPTED))
    undo(sqlite_engine, edit)
    assert standings(sqlite_engine, edit)[DIABETES] == "read"
    assert standings(sqlite_engine, edit)[AGE] == "ask"
    undo(sqlite_engine, edit)
    assert standings(sqlite_engine, edit)[AGE] == "read"


def test_an_undo_says_what_it_undid(sqlite_engine: Engine, lexicon: Lexicon) -> None:
    edit = begin(sqlite_engine, lexicon)
    decide(sqlite_engine, lexicon, edit, (AGE, Standing.ASK))
    undo(sqlite_engine, edit)
    with reading(sqlite_engine) as session:
        step = store.steps(session, edit.posting)[0]
    assert (step.number, step.change, step.about) == (3, Change.UNDONE, "2")


def test_an_earlier_revision_is_restored_as_a_step_that_can_be_undone(
    engine: Engine, lexicon: Lexicon
) -> None:
    edit = begin(engine, lexicon)
    decide(engine, lexicon, edit, (AGE, Standing.ASK))
    undo(engine, edit)
    undoing.restore(engine, newest(engine, edit), 2)
    assert standings(engine, edit)[AGE] == "ask"
    undo(engine, edit)
    assert standings(engine, edit)[AGE] == "read"


def test_a_revision_that_is_not_there_is_not_restored(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    edit = begin(sqlite_engine, lexicon)
    with pytest.raises(NotFound):
        undoing.restore(sqlite_engine, edit, 7)


def test_the_history_names_colleagues_and_nobody_else(engine: Engine, lexicon: Lexicon) -> None:
    with unit_of_work(engine) as session:
        kind = OrganisationKind.SPONSOR
        own_house = organisations.add(session, "Own", kind).id
        organisations.add(session, "Other", kind)
    numbers = []
    for name in ("Own", "Other"):
        email = f"{name.lower()}@example.org"
        account = add_account(
            engine,
            email=email,
            role=Role.SPONSOR,
            password="a long enough password",
            actor="test",
            organisation=name,
            cost=CHEAP,
        )
        numbers.append(account.id)
    edit = begin(engine, lexicon)
    for number, standing in zip(numbers, (Standing.ASK, Standing.SITE), strict=True):
        author = f"account {number}"
        criteria.decide(
            engine, lexicon, replace(newest(engine, edit), author=author), AGE, standing
        )
    seen = posting(engine, edit)
    with reading(engine) as session:
        for_colleagues = undoing.history(session, seen, own_house)
        for_operator = undoing.history(session, seen, None)
    assert [each.email for each in for_colleagues][:2] == [None, "own@example.org"]
    assert [each.email for each in for_operator][:2] == ["other@example.org", "own@example.org"]


# ---------------------------------------------------------------- two at once
def test_whoever_looked_at_an_older_revision_changes_nothing(
    engine: Engine, lexicon: Lexicon
) -> None:
    edit = begin(engine, lexicon)
    decide(engine, lexicon, edit, (AGE, Standing.ASK))
    attempts: tuple[Callable[[], Posting], ...] = (
        lambda: criteria.decide(engine, lexicon, edit, DIABETES, Standing.SITE),
        lambda: criteria.accept_all(engine, edit),
        lambda: criteria.remove(engine, edit, DIABETES),
        lambda: criteria.keep_texts(engine, lexicon, edit, Texts("en", "Gout", "")),
        lambda: undoing.undo(engine, edit),
        lambda: undoing.restore(engine, edit, 1),
    )
    for late in attempts:
        with pytest.raises(EditedMeanwhile):
            late()
    assert posting(engine, edit).heading.revision == 2


def test_of_two_who_change_at_the_same_moment_one_wins(engine: Engine, lexicon: Lexicon) -> None:
    edit = begin(engine, lexicon)
    gate = Barrier(2)

    def change(number: int) -> bool:
        gate.wait()
        try:
            criteria.decide(engine, lexicon, edit, number, Standing.ASK)
        except EditedMeanwhile:
            return False
        return True

    for _ in range(5):
        edit = newest(engine, edit)
        undecided = standings(engine, edit)
        with ThreadPoolExecutor(2) as pool:
            won = list(pool.map(change, (AGE, DIABETES)))
        now = standings(engine, edit)
        changed = [number for number in undecided if undecided[number] != now[number]]
        assert sorted(won) == [False, True]
        assert changed == [AGE if won[0] else DIABETES]
        undo(engine, edit)


def test_a_part_that_was_not_read_is_told_from_a_whole(lexicon: Lexicon) -> None:
    content = begun(TrialDraft(id="S-1", criteria=TEXT), lexicon)
    knits = criteria.found(content, KNITS).criterion
    assert criteria.is_unread(knits)
    assert [type(part) for part in criteria.unread(knits)] == [Unparsed]
    assert not criteria.unread(criteria.found(content, AGE).criterion)
