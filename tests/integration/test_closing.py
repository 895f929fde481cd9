"""A public trial is paused by one at once, resumed or closed by two; its matches end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

import recruit.actions.matching
from recruit.actions.match_run import MatchReport
from recruit.actions.match_table import MatchRow, Superseded
from recruit.actions.matching import match_all
from recruit.actions.people import Import, import_people
from recruit.actions.posting import closing, publishing
from recruit.actions.posting.closing import Closing, NoText
from recruit.actions.posting.publishing import OwnWork, Signed, Whose
from recruit.core.clock import today
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, Refusal
from recruit.core.files import Record
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import Age
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.draft import TrialDraft, TrialStatus
from recruit.trials.materials import telling
from recruit.trials.materials.content import Channel
from recruit.trials.materials.telling import Telling
from recruit.trials.posting import publications, store
from recruit.trials.posting.content import Reviewed, Standing
from recruit.trials.posting.publications import Done
from recruit.trials.posting.store import Change, Life, State
from tests.erasing import SECRETS
from tests.functional.samples import person
from tests.publishing import AUTHOR, DRAFT, SECOND, approve_text, edit, now_of, ready

ENDED = Closing(TrialStatus.TERMINATED, "Not enough people")


@dataclass(frozen=True)
class Public:
    """A published trial that two people are matched with, one of whom is over 60."""

    engine: Engine
    lexicon: Lexicon
    posting: str

    def whose(self, author: str = AUTHOR) -> Whose:
        return Whose(self.posting, None, author)

    def publish(self) -> int:
        newest = now_of(self.engine, self.posting).newest
        publishing.submit(
            self.engine, self.lexicon, self.whose(), base=newest.number, confirmed=True
        )
        signed = Signed(newest.number, newest.digest)
        return publishing.approve(self.engine, self.lexicon, self.whose(SECOND), signed)

    def match(self) -> MatchReport:
        return match_all(self.engine, self.lexicon, on=today(), actor="test")

    def pause(self) -> None:
        closing.pause(self.engine, self.lexicon, self.whose(), reason="A death at the site")

    def ask_to_close(self) -> int:
        approve_text(self.engine, self.posting, Channel.CLOSING)
        closing.ask_to_close(self.engine, self.whose(), ENDED)
        return self.asked().sequence

    def grant(self, asked: int, author: str = SECOND) -> None:
        closing.grant(self.engine, self.lexicon, self.whose(author), asked=asked)

    def asked(self) -> Done:
        with reading(self.engine) as session:
            found = publications.asked(publications.deeds(session, self.posting))
        assert found
        return found

    def draft(self) -> TrialDraft:
        with reading(self.engine) as session:
            return trials.get(session, DRAFT.id).draft

    def reasons(self) -> list[str | None]:
        """Why each match ended; None for one that stands."""
        with reading(self.engine) as session:
            return list(session.scalars(select(MatchRow.reason).order_by(col(MatchRow.id))))

    def tellings(self) -> list[Telling]:
        with reading(self.engine) as session:
            return list(telling.tellings(session, self.posting))

    def life(self) -> Life:
        return now_of(self.engine, self.posting).heading.life


@pytest.fixture
def public(engine: Engine, lexicon: Lexicon) -> Public:
    found = Public(engine, lexicon, ready(engine, lexicon))
    found.publish()
    people = [person("young"), person("old", birth_date="1960-01")]
    records = [Record(str(each["id"]), each) for each in people]
    import_people(engine, lexicon, records, of=Import("carers", "test"), secrets=SECRETS)
    found.match()
    assert found.reasons() == [None, None]
    return found


# ---------------------------------------------------------------- pausing
def test_a_paused_trial_says_so_and_nobody_is_matched_with_it(public: Public) -> None:
    public.pause()
    assert public.draft().status is TrialStatus.SUSPENDED
    assert {site.status for site in public.draft().sites} == {None, TrialStatus.SUSPENDED}
    assert public.reasons() == [Superseded.TRIAL_STOPPED] * 2
    report = public.match()
    assert (report.trials, report.new) == (0, 0)
    assert now_of(public.engine, public.posting).heading.state is State.PAUSED


def test_pausing_needs_a_reason_and_a_public_trial(public: Public, lexicon: Lexicon) -> None:
    with pytest.raises(Refusal):
        closing.pause(public.engine, lexicon, public.whose(), reason=" ")
    draft = ready(public.engine, lexicon, draft=replace(DRAFT, id="NCT00000002"))
    with pytest.raises(EditedMeanwhile):
        closing.pause(public.engine, lexicon, Whose(draft, None, AUTHOR), reason="Never was")
    public.pause()
    with pytest.raises(EditedMeanwhile):
        public.pause()


def test_a_run_that_was_judging_writes_nothing_of_a_trial_that_was_paused_meanwhile(
    public: Public, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def late(engine: Engine) -> Iterator[object]:
        monkeypatch.setattr(recruit.actions.matching, "unit_of_work", unit_of_work)
        public.pause()
        with unit_of_work(engine) as session:
            yield session

    monkeypatch.setattr(recruit.actions.matching, "unit_of_work", late)
    assert public.match().new == 0
    assert public.reasons() == [Superseded.TRIAL_STOPPED] * 2


def test_an_amendment_of_a_paused_trial_does_not_let_it_go_on(public: Public) -> None:
    public.pause()
    edit(public.engine, public.posting, AUTHOR, title="Sugar by day")
    public.publish()
    assert (public.draft().title, public.draft().status) == (
        "Sugar by day",
        TrialStatus.SUSPENDED,
    )
    assert public.life() is Life.PAUSED
    assert public.match().trials == 0


# ---------------------------------------------------------------- resuming
def test_two_people_resume(public: Public) -> None:
    public.pause()
    closing.ask_to_resume(public.engine, public.whose(), reason="It was unrelated")
    asked = public.asked().sequence
    with pytest.raises(OwnWork):
        public.grant(asked, AUTHOR)
    assert public.life() is Life.PAUSED
    public.grant(asked)
    assert (public.life(), public.draft()) == (Life.OPEN, DRAFT)
    assert public.match().new == 2


def test_what_is_not_asked_any_more_is_not_granted(public: Public) -> None:
    public.pause()
    closing.ask_to_resume(public.engine, public.whose(), reason="It was unrelated")
    asked = public.asked().sequence
    closing.decline(public.engine, public.whose(SECOND), asked=asked, reason="Not sure yet")
    for number in (asked, 0):
        with pytest.raises(EditedMeanwhile):
            public.grant(number)
    closing.ask_to_resume(public.engine, public.whose(), reason="The board agrees")
    with pytest.raises(EditedMeanwhile):
        public.grant(asked)
    assert public.life() is Life.PAUSED


def test_resuming_another_revision_than_was_asked_for_is_refused(public: Public) -> None:
    public.pause()
    closing.ask_to_resume(public.engine, public.whose(), reason="It was unrelated")
    asked = public.asked().sequence
    edit(public.engine, public.posting, AUTHOR, title="Sugar by day")
    public.publish()
    with pytest.raises(EditedMeanwhile):
        public.grant(asked)


def test_what_is_asked_is_asked_once(public: Public) -> None:
    with pytest.raises(EditedMeanwhile):
        closing.ask_to_resume(public.engine, public.whose(), reason="It was never paused")
    public.pause()
    closing.ask_to_resume(public.engine, public.whose(), reason="It was unrelated")
    with pytest.raises(EditedMeanwhile):
        closing.ask_to_resume(public.engine, public.whose(SECOND), reason="It was unrelated")


# ---------------------------------------------------------------- closing
def test_two_people_close_and_what_is_to_be_told_is_written_down(public: Public) -> None:
    asked = public.ask_to_close()
    with pytest.raises(OwnWork):
        public.grant(asked, AUTHOR)
    assert (public.life(), public.tellings()) == (Life.OPEN, [])
    public.grant(asked)
    assert public.life() is Life.CLOSED
    assert public.draft().status is TrialStatus.TERMINATED
    assert public.reasons() == [Superseded.TRIAL_STOPPED] * 2
    [told] = public.tellings()
    assert (told.channel, told.language, told.country) == (Channel.CLOSING, "fr", "FR")
    assert public.match().trials == 0


def test_nothing_is_closed_without_an_approved_text(public: Public) -> None:
    with pytest.raises(NoText):
        closing.ask_to_close(public.engine, public.whose(), ENDED)
    assert public.life() is Life.OPEN


def test_a_closed_trial_stays_closed(public: Public) -> None:
    public.grant(public.ask_to_close())
    with pytest.raises(EditedMeanwhile):
        public.pause()
    with pytest.raises(EditedMeanwhile):
        closing.ask_to_resume(public.engine, public.whose(), reason="Again")
    with pytest.raises(EditedMeanwhile):
        closing.ask_to_close(public.engine, public.whose(), ENDED)
    edit(public.engine, public.posting, AUTHOR, title="Sugar by day")
    with pytest.raises(publishing.NotReady):
        public.publish()


def test_pausing_does_not_answer_what_was_asked(public: Public) -> None:
    asked = public.ask_to_close()
    public.pause()
    public.grant(asked)
    assert public.life() is Life.CLOSED


def test_results_are_told_once_each_text_and_after_the_closing(public: Public) -> None:
    asked = public.ask_to_close()
    with pytest.raises(EditedMeanwhile):
        closing.tell_results(public.engine, public.whose())
    public.grant(asked)
    with pytest.raises(NoText):
        closing.tell_results(public.engine, public.whose())
    digest = approve_text(public.engine, public.posting, Channel.RESULTS)
    closing.tell_results(public.engine, public.whose())
    with pytest.raises(NoText):
        closing.tell_results(public.engine, public.whose())
    told = public.tellings()
    assert [each.channel for each in told] == [Channel.CLOSING, Channel.RESULTS]
    assert told[1].digest == digest


# ---------------------------------------------------------------- amendments
def test_who_falls_by_an_amendment_loses_the_match_when_it_is_published(public: Public) -> None:
    under_60 = Criterion("inclusion", "Under 60", Age(max=60, max_inclusive=False))
    with unit_of_work(public.engine) as session:
        held = store.held(session, public.posting, None)
        added = Reviewed(held.content.next_number, under_60, Standing.CORRECTED)
        content = replace(held.content, criteria=(*held.content.criteria, added))
        store.change(session, held, content, base=1, author=AUTHOR, change=Change.ADDED)
    assert public.reasons() == [None, None]
    public.publish()
    assert sorted(map(str, public.reasons())) == ["None", Superseded.TRIAL_AMENDED]
