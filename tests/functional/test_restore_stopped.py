"""`recruit db restore` lets no trial look for people, and no text be sent, that was stopped."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from recruit.actions.match_table import MatchRow, Superseded
from recruit.actions.posting import closing, publishing
from recruit.actions.posting.closing import Closing
from recruit.actions.posting.publishing import Signed, Whose
from recruit.bootstrap import Recruit
from recruit.core.clock import today
from recruit.core.db import reading, unit_of_work
from recruit.trials import store as trials
from recruit.trials.draft import TrialStatus
from recruit.trials.materials import store as materials
from recruit.trials.materials import telling
from recruit.trials.materials.content import Channel, Place
from recruit.trials.materials.content import State as TextState
from recruit.trials.posting import publications
from recruit.trials.posting.publications import Deed
from recruit.trials.posting.store import Life
from tests.copies import opened, take
from tests.functional.samples import trial
from tests.functional.shell import Ran, Shell
from tests.publishing import AUTHOR, DRAFT, SECOND, THIRD, approve_text, edit, now_of, ready

HARM = "A death at the site"
AGAIN = "Stopped again: {} trials and {} texts that go on in the copy."


def publish(service: Recruit, posting: str) -> None:
    newest = now_of(service.engine, posting).newest
    whose = Whose(posting, None, AUTHOR)
    publishing.submit(service.engine, service.lexicon, whose, base=newest.number, confirmed=True)
    signed = Signed(newest.number, newest.digest)
    publishing.approve(service.engine, service.lexicon, replace(whose, author=SECOND), signed)


def pause(posting: str) -> None:
    with opened() as service:
        whose = Whose(posting, None, THIRD)
        closing.pause(service.engine, service.lexicon, whose, reason=HARM)


def resume(posting: str, *, granted: bool) -> None:
    with opened() as service:
        whose = Whose(posting, None, AUTHOR)
        closing.ask_to_resume(service.engine, whose, reason="Unrelated")
        if granted:
            grant(service, posting)


def close(posting: str) -> None:
    with opened() as service:
        whose = Whose(posting, None, AUTHOR)
        ended = Closing(TrialStatus.TERMINATED, HARM)
        closing.ask_to_close(service.engine, whose, ended)
        grant(service, posting)


def grant(service: Recruit, posting: str) -> None:
    with reading(service.engine) as session:
        asked = publications.asked(publications.deeds(session, posting))
    assert asked
    whose = Whose(posting, None, SECOND)
    closing.grant(service.engine, service.lexicon, whose, asked=asked.sequence)


def back_up(either: Shell, copy: Path) -> Path:
    assert either.run("db", "backup", copy).status == 0
    return copy


def restore(either: Shell, copy: Path) -> Ran:
    ran = either.run("db", "restore", copy, "--replace")
    assert (ran.status, either.run("db", "check").status) == (0, 0)
    return ran


def standing(posting: str) -> tuple[Life, TrialStatus, list[str | None]]:
    """What the posting, the trial and the matches have come to."""
    with opened() as service:
        life = now_of(service.engine, posting).heading.life
        with reading(service.engine) as session:
            reasons = session.scalars(select(col(MatchRow.reason)).order_by(col(MatchRow.id)))
            return life, trials.get(session, DRAFT.id).draft.status, list(reasons)


@pytest.fixture
def public(either: Shell) -> str:
    """A published trial that somebody is matched with; the number of its posting."""
    take("matched")
    with opened() as service:
        posting = ready(service.engine, service.lexicon)
        approve_text(service.engine, posting, Channel.CLOSING)
        publish(service, posting)
    assert either.run("match").status == 0
    assert standing(posting) == (Life.OPEN, TrialStatus.RECRUITING, [None])
    return posting


@pytest.mark.parametrize(
    ("stop", "life", "status"),
    [(pause, Life.PAUSED, TrialStatus.SUSPENDED), (close, Life.CLOSED, TrialStatus.TERMINATED)],
)
def test_a_trial_that_was_stopped_looks_for_nobody_again(  # noqa: PLR0913, PLR0917 - two ways
    either: Shell,
    public: str,
    tmp_path: Path,
    stop: Callable[[str], None],
    life: Life,
    status: TrialStatus,
) -> None:
    copy = back_up(either, tmp_path / "copy")
    stop(public)
    ran = restore(either, copy)
    assert ran.out.splitlines()[1] == AGAIN.format(1, 0)
    assert either.run("match").status == 0
    assert standing(public) == (life, status, [Superseded.TRIAL_STOPPED])
    with opened() as service, reading(service.engine) as session:
        done = publications.deeds(session, public)[0]
        sites = {site.status for site in trials.get(session, DRAFT.id).draft.sites}
        told = [each.channel for each in telling.tellings(session, public)]
    assert (done.deed.value, done.author, done.reason) == (life.value, "restore", HARM)
    assert sites == {None, status}
    assert told == ([Channel.CLOSING] if life is Life.CLOSED else [])


def test_two_people_let_it_go_on_after_a_restore(
    either: Shell, public: str, tmp_path: Path
) -> None:
    copy = back_up(either, tmp_path / "copy")
    pause(public)
    restore(either, copy)
    resume(public, granted=True)
    assert standing(public)[:2] == (Life.OPEN, TrialStatus.RECRUITING)


def test_what_was_resumed_since_stays_paused(either: Shell, public: str, tmp_path: Path) -> None:
    pause(public)
    copy = back_up(either, tmp_path / "copy")
    resume(public, granted=True)
    assert "Stopped" not in restore(either, copy).out
    assert standing(public)[0] is Life.PAUSED


def test_nobody_grants_what_was_asked_before_a_later_pause(
    either: Shell, public: str, tmp_path: Path
) -> None:
    pause(public)
    resume(public, granted=False)
    copy = back_up(either, tmp_path / "copy")
    with opened() as service:
        grant(service, public)
    pause(public)
    restore(either, copy)
    with opened() as service, reading(service.engine) as session:
        done = publications.deeds(session, public)
    assert (done[0].deed, publications.asked(done)) == (Deed.DECLINED, None)


def test_a_trial_that_was_posted_since_stays_stopped_as_it_was_imported(
    either: Shell, tmp_path: Path
) -> None:
    take("matched")
    plain = trial(DRAFT.id)
    assert either.run("trials", "import", either.jsonl("trials.jsonl", plain)).status == 0
    with opened() as service:
        posting = ready(service.engine, service.lexicon)
    assert either.run("match").status == 0
    copy = back_up(either, tmp_path / "copy")
    with opened() as service:
        publish(service, posting)
    pause(posting)
    restore(either, copy)
    assert either.run("match").status == 0
    expected = (Life.PAUSED, TrialStatus.SUSPENDED, [Superseded.TRIAL_STOPPED])
    assert standing(posting) == expected


def test_a_number_that_the_posting_had_before_is_not_stopped(either: Shell, tmp_path: Path) -> None:
    """It may be another sponsor's trial."""
    with opened() as service:
        posting = ready(service.engine, service.lexicon)
    copy = back_up(either, tmp_path / "copy")
    with opened() as service:
        edit(service.engine, posting, AUTHOR, id="NCT00000002")
        publish(service, posting)
    pause(posting)
    assert "Stopped" not in restore(either, copy).out


def test_a_posting_that_the_copy_does_not_know_is_left_alone(either: Shell, tmp_path: Path) -> None:
    take("matched")
    copy = back_up(either, tmp_path / "copy")
    with opened() as service:
        posting = ready(service.engine, service.lexicon)
        publish(service, posting)
    pause(posting)
    assert "Stopped" not in restore(either, copy).out


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_text_that_was_suspended_stays_so(
    either: Shell, public: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    copy = back_up(either, tmp_path / "copy")
    suspend(Place(public, Channel.PAGE, "fr"))
    monkeypatch.setenv("LC_ALL", {"en": "C.UTF-8", "fr": "fr_FR.UTF-8"}[language])
    said = restore(either, copy).out
    monkeypatch.delenv("LC_ALL")
    assert ("0 trials and 1 texts" if language == "en" else "0 essais et 1 textes") in said
    assert text_of(public, Channel.PAGE) is TextState.SUSPENDED
    assert text_of(public, Channel.CLOSING) is TextState.APPROVED


def test_a_version_that_the_copy_does_not_know_is_left_alone(
    either: Shell, public: str, tmp_path: Path
) -> None:
    copy = back_up(either, tmp_path / "copy")
    with opened() as service:
        approve_text(service.engine, public, Channel.PAGE)
    suspend(Place(public, Channel.PAGE, "fr"))
    assert "Stopped" not in restore(either, copy).out
    assert text_of(public, Channel.PAGE) is TextState.APPROVED


def suspend(place: Place) -> None:
    with opened() as service, unit_of_work(service.engine) as session:
        known = materials.newest(session, place, today())
        assert known
        materials.suspend(session, place, known.version, reason=HARM, author=AUTHOR)


def text_of(posting: str, channel: Channel) -> TextState:
    with opened() as service, reading(service.engine) as session:
        found = materials.newest(session, Place(posting, channel, "fr"), today())
    assert found
    return found.state
