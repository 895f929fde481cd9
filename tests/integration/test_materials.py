"""Texts are approved by somebody who wrote none of them, and never changed afterwards."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DatabaseError

from recruit.actions.posting import approving_texts, materials
from recruit.audit import trail
from recruit.core.clock import today
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, NotAllowed, NotFound, RecruitError, Refusal
from recruit.people import organisations
from recruit.people.organisations import OrganisationKind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.materials import decisions, store
from recruit.trials.materials.content import Channel, Material, Part, State
from recruit.trials.materials.study_page import approved_page
from recruit.trials.materials.tables import MATERIAL_APPROVED
from recruit.trials.posting import store as postings
from recruit.trials.posting.tables import POSTING
from tests.materials import APPROVER, AUTHOR, OTHER, PDF, Desk, desk, filed


def shown(found: Desk, days: int = 0) -> Material | None:
    """The text that may be sent some days from now."""
    place = found.place
    with reading(found.engine) as session:
        return store.approved(
            session,
            place.posting,
            place.channel,
            place.language,
            place.country,
            today() + timedelta(days=days),
        )


def tamper(engine: Engine, statement: str) -> None:
    """What somebody does who may change the schema."""
    sqlite = engine.dialect.name == "sqlite"
    off = (
        ["DROP TRIGGER material_approved_no_update"]
        if sqlite
        else ["ALTER TABLE material_approved DISABLE TRIGGER ALL"]
    )
    with unit_of_work(engine) as session:
        for each in [*off, statement]:
            session.execute(text(each))


def test_a_text_is_approved_by_somebody_else(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    waiting = found.submitted()
    assert shown(found) is None
    kept = found.approve(waiting)
    assert (kept.version, kept.approver, kept.authors) == (1, APPROVER, (AUTHOR,))
    assert kept.decision
    assert kept.decision.committee == "CPP Exemple I"
    now = shown(found)
    assert now
    assert now.texts == found.texts


def test_each_deed_leaves_its_row(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    kept = found.approve(found.submitted())
    with reading(engine) as session:
        rows = trail.about(session, str(found.place))
    assert [row["tag"].rpartition(":")[2] for row in rows] == ["changed", "submitted", "approved"]
    assert {row["new"] for row in rows} == {kept.digest}


def test_no_author_of_a_version_approves_it(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    saved = materials.save(engine, found.by(OTHER), found.texts)
    changed = {**found.texts, Part.SUBJECT: "Another study"}
    saved = materials.save(engine, found.by(AUTHOR, saved.edit), changed)
    waiting = materials.submit(
        engine, lexicon, found.by(AUTHOR, saved.edit), decision=found.decide(), signed=False
    )
    for author in (AUTHOR, OTHER):
        with pytest.raises(NotAllowed):
            found.approve(waiting, author)
    assert shown(found) is None


def test_whoever_only_submits_a_text_does_not_approve_it(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    saved = materials.save(engine, found.by(AUTHOR), found.texts)
    waiting = materials.submit(
        engine, lexicon, found.by(OTHER, saved.edit), decision=found.decide(), signed=False
    )
    with pytest.raises(NotAllowed):
        found.approve(waiting, OTHER)


def test_who_changes_a_text_while_it_is_approved_never_approved_it(
    engine: Engine, lexicon: Lexicon
) -> None:
    """The approver's second browser writes in the very moment in which the first approves."""
    for round_ in range(5):
        found = desk(engine, lexicon)
        waiting = found.submitted()
        changed = {**found.texts, Part.SUBJECT: f"Mine {round_}"}

        done = together(
            partial(materials.save, engine, found.by(APPROVER, waiting.edit), changed),
            partial(found.approve, waiting),
        )
        assert sorted(done) in (["EditedMeanwhile", "Material"], ["Material", "Material"])
        now = shown(found)
        assert now is None or APPROVER not in now.authors
        assert now is None or now.texts == waiting.texts


def test_two_who_approve_at_once_approve_once(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    waiting = found.submitted()
    done = together(lambda: found.approve(waiting), lambda: found.approve(waiting, OTHER))
    assert sorted(done) == ["EditedMeanwhile", "Material"]
    with reading(engine) as session:
        assert len(session.execute(text("SELECT sequence FROM material_approved")).all()) == 1


def together(*deeds: Callable[[], object]) -> list[str]:
    """What each deed gives or raises, all at once, by the name of its kind."""

    def tried(deed: Callable[[], object]) -> str:
        try:
            return type(deed()).__name__
        except RecruitError as error:
            return type(error).__name__

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(tried, deeds))


def test_what_was_not_looked_at_is_not_approved(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    waiting = found.submitted()
    with pytest.raises(EditedMeanwhile):
        approving_texts.approve(engine, lexicon, found.by(APPROVER, waiting.edit), digest="0" * 64)


def test_a_draft_is_not_approved(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    saved = materials.save(engine, found.by(AUTHOR), found.texts)
    with pytest.raises(EditedMeanwhile):
        found.approve(saved)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE material_approved SET text = 'another'",
        "DELETE FROM material_approved",
        "UPDATE material_decision SET expires_on = '2099-01-01'",
        "DELETE FROM material_suspended",
    ],
)
def test_the_database_changes_nothing_that_is_approved(
    engine: Engine, lexicon: Lexicon, statement: str
) -> None:
    found = desk(engine, lexicon)
    kept = found.approve(found.submitted())
    approving_texts.suspend(engine, found.by(OTHER), version=kept.version, reason="A complaint")
    with (
        pytest.raises(DatabaseError, match="never changed"),
        unit_of_work(engine) as session,
    ):
        session.execute(text(statement))


@pytest.mark.parametrize(
    "column",
    [
        "text = replace(text, 'study', 'studY')",
        "language = 'fr'",
        "version = 7",
        "digest = '0'",
        "country = 'BE'",
    ],
)
def test_what_was_changed_from_outside_is_not_approved(
    engine: Engine, lexicon: Lexicon, column: str
) -> None:
    found = desk(engine, lexicon)
    found.approve(found.submitted())
    assert shown(found)
    tamper(engine, f"UPDATE material_approved SET {column}")  # noqa: S608 - constants above
    assert shown(found) is None
    assert shown(found.on(Channel.EMAIL, "fr")) is None


def test_a_text_that_was_changed_from_outside_is_shown_as_such(
    engine: Engine, lexicon: Lexicon
) -> None:
    found = desk(engine, lexicon)
    found.approve(found.submitted())
    tamper(engine, "UPDATE material_approved SET text = replace(text, 'study', 'studY')")
    with reading(engine) as session:
        now = materials.standing(session, found.place).newest
    assert now
    assert now.state is State.ALTERED


def test_an_approval_holds_until_its_last_day(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    found.approve(found.submitted())
    assert shown(found, days=362)
    assert shown(found, days=363) is None


def test_a_new_version_supersedes_the_approved_one(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    found.approve(found.submitted())
    changed = {**found.texts, Part.SUBJECT: "Another study"}
    waiting = found.submitted(OTHER, changed)
    before = shown(found)
    assert before
    assert before.version == 1
    found.approve(waiting)
    after = shown(found)
    assert after
    assert (after.version, after.texts[Part.SUBJECT]) == (2, "Another study")


def test_a_suspended_text_ends_and_no_older_one_takes_its_place(
    engine: Engine, lexicon: Lexicon
) -> None:
    found = desk(engine, lexicon)
    found.approve(found.submitted())
    found.approve(found.submitted(OTHER, {**found.texts, Part.SUBJECT: "Another study"}))
    approving_texts.suspend(engine, found.by(AUTHOR), version=2, reason="A complaint")
    assert shown(found) is None
    with pytest.raises(NotFound):
        approving_texts.suspend(engine, found.by(AUTHOR), version=2, reason="Again")


def test_a_text_that_is_sent_back_says_why(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    waiting = found.submitted()
    writing = found.by(APPROVER, waiting.edit)
    with pytest.raises(Refusal):
        approving_texts.send_back(engine, writing, reason=" ")
    approving_texts.send_back(engine, writing, reason="Who pays the train?")
    with reading(engine) as session:
        now = store.draft(session, found.place)
    assert now
    assert (now.state, now.returned) == (State.DRAFT, "Who pays the train?")


def test_a_change_takes_a_text_out_of_waiting(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    waiting = found.submitted()
    materials.save(
        engine, found.by(AUTHOR, waiting.edit), {**found.texts, Part.SUBJECT: "Another study"}
    )
    with reading(engine) as session:
        assert store.waiting(session, None) == []


def test_nobody_overwrites_anybody(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    done = together(
        lambda: materials.save(engine, found.by(AUTHOR), found.texts),
        lambda: materials.save(engine, found.by(OTHER), {**found.texts, Part.SUBJECT: "Mine"}),
    )
    assert sorted(done) == ["EditedMeanwhile", "Material"]


def test_a_tenant_sees_what_waits_of_its_own(engine: Engine, lexicon: Lexicon) -> None:
    with unit_of_work(engine) as session:
        own, other = (
            organisations.add(session, name, OrganisationKind.SPONSOR).id for name in ("A", "B")
        )
    found = desk(engine, lexicon, own)
    found.submitted()
    with reading(engine) as session:
        assert [each.place for each in store.waiting(session, own)] == [found.place]
        assert store.waiting(session, other) == []
        assert len(store.waiting(session, None)) == 1
    with pytest.raises(NotFound):
        materials.save(engine, replace(found.by(AUTHOR), organisation=other), found.texts)
    with pytest.raises(NotFound):
        materials.document(engine, found.posting, 1, organisation=other)


def test_a_warning_is_signed_by_whoever_submits(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    texts = {
        **found.texts,
        Part.BODY: found.texts[Part.BODY] + "\n\nThe visits are free of charge.",
    }
    saved = materials.save(engine, found.by(AUTHOR), texts)
    writing = found.by(AUTHOR, saved.edit)
    decision = found.decide()
    with pytest.raises(Refusal) as refused:
        materials.submit(engine, lexicon, writing, decision=decision, signed=False)
    assert refused.value.field == "signed"
    waiting = materials.submit(engine, lexicon, writing, decision=decision, signed=True)
    kept = found.approve(waiting)
    assert (kept.signed, kept.submitted_by) == (("free of charge",), AUTHOR)


def test_what_must_not_be_said_is_not_submitted(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    texts = {**found.texts, Part.BODY: found.texts[Part.BODY] + "\n\nThe tablet is safe."}
    saved = materials.save(engine, found.by(AUTHOR), texts)
    with pytest.raises(Refusal):
        materials.submit(
            engine, lexicon, found.by(AUTHOR, saved.edit), decision=found.decide(), signed=True
        )


def test_an_odd_field_is_not_even_kept(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    with pytest.raises(Refusal, match=r"7\*7"):
        materials.save(engine, found.by(AUTHOR), {**found.texts, Part.BODY: "{{7*7}}"})


def test_a_decision_is_for_its_own_country(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    saved = materials.save(engine, found.by(AUTHOR), found.texts)
    abroad = materials.file_decision(
        engine, found.posting, filed("BE"), organisation=None, author=AUTHOR
    )
    with pytest.raises(Refusal) as refused:
        materials.submit(
            engine, lexicon, found.by(AUTHOR, saved.edit), decision=abroad.number, signed=False
        )
    assert refused.value.field == "decision"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("committee", " "),
        ("reference", "A\x00"),
        ("country", "XX"),
        ("country", "fr"),
        ("decided_on", today() + timedelta(days=2)),
        ("expires_on", today() - timedelta(days=1)),
        ("document", b"<html></html>"),
    ],
)
def test_an_odd_decision_is_refused(
    sqlite_engine: Engine, lexicon: Lexicon, field: str, value: object
) -> None:
    found = desk(sqlite_engine, lexicon)
    odd = replace(filed(), **{field: value})  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        materials.file_decision(sqlite_engine, found.posting, odd, organisation=None, author=AUTHOR)


def test_a_document_comes_back_as_it_was_filed(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    number = found.decide()
    assert materials.document(engine, found.posting, number, organisation=None) == (
        "avis.pdf",
        PDF,
    )
    with reading(engine) as session:
        assert [each.number for each in decisions.of(session, found.posting, "FR")] == [number]
        assert decisions.of(session, found.posting, "BE") == []


def test_the_page_of_a_published_trial_is_found_in_the_language_or_the_other(
    engine: Engine, lexicon: Lexicon
) -> None:
    found = desk(engine, lexicon).on(Channel.PAGE, "fr")
    blank = {part: words.replace("[", "").replace("]", "") for part, words in found.texts.items()}
    found.approve(found.submitted(AUTHOR, blank))
    with reading(engine) as session:
        assert approved_page(session, "NCT00000007", "fr", today()) is None
    with unit_of_work(engine) as session:
        postings.held(session, found.posting, None)
        session.execute(POSTING.update().values(published=1))
    with reading(engine) as session:
        for language in ("fr", "en"):
            page = approved_page(session, "NCT00000007", language, today())
            assert page
            assert page.place.language == "fr"


def test_a_version_is_approved_once(engine: Engine, lexicon: Lexicon) -> None:
    found = desk(engine, lexicon)
    found.approve(found.submitted())
    with reading(engine) as session:
        row = dict(session.execute(MATERIAL_APPROVED.select()).mappings().one())
    with pytest.raises(DatabaseError), unit_of_work(engine) as session:
        session.execute(insert(MATERIAL_APPROVED), {**row, "sequence": 2})


def test_no_approved_text_is_replaced_by_its_version(
    sqlite_engine: Engine, lexicon: Lexicon
) -> None:
    found = desk(sqlite_engine, lexicon)
    found.approve(found.submitted())
    with reading(sqlite_engine) as session:
        row = dict(session.execute(MATERIAL_APPROVED.select()).mappings().one())
    forged = insert(MATERIAL_APPROVED).prefix_with("OR REPLACE")
    with pytest.raises(DatabaseError), unit_of_work(sqlite_engine) as session:
        session.execute(forged, {**row, "sequence": 2, "approver": AUTHOR})
    with reading(sqlite_engine) as session:
        assert session.scalars(select(MATERIAL_APPROVED.c.sequence)).all() == [1]
