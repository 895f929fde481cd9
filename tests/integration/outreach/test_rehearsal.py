"""A rehearsal goes to the team alone, says what it is, and leaves nothing behind."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select

from recruit.actions.outreach.plan import plan
from recruit.actions.outreach.prospects import Fate
from recruit.actions.outreach.rehearsal import NotSent, NotTheTeam, rehearse
from recruit.actions.outreach.writing import Writer
from recruit.audit.trail import about
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound
from recruit.notify.letter import Letter, Outcome
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_LINK
from recruit.notify.stages import Reason
from recruit.people import accounts
from recruit.people.accounts import Newcomer, Role
from recruit.terminology.lexicon import Lexicon
from tests.asking import publish_page
from tests.outreach import RING, Study, approved, matched, study, willing
from tests.publishing import tenant

WRITER = Writer(RING, "https://recruit.example.org", ZoneInfo("Europe/Paris"))
TEAM = "team@example.org"


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    found = study(engine, lexicon)
    with unit_of_work(engine) as session:
        accounts.add(session, Newcomer(TEAM, Role.COORDINATOR, "none"))
        left = accounts.add(session, Newcomer("left@example.org", Role.COORDINATOR, "none"))
        accounts.disable(session, left)
    return found


def rehearsed(engine: Engine, trial: str, to: str = TEAM) -> list[Letter]:
    """The letters that a rehearsal sends."""
    sent: list[Letter] = []

    def take(letter: Letter) -> Outcome:
        sent.append(letter)
        return Outcome.SENT

    rehearse(engine, WRITER, trial, to, take)
    return sent


def test_every_message_of_a_trial_goes_to_the_team(engine: Engine, here: Study) -> None:
    sent = rehearsed(engine, here.trial)
    assert {each.to for each in sent} == {TEAM}
    # Four ways to invite, to remind and to ask, news by all but text messages, in two languages.
    assert len(sent) == 2 * (3 * 4 + 2 * 3)


def test_each_says_in_its_subject_and_first_line_that_it_is_a_rehearsal(
    engine: Engine, here: Study
) -> None:
    for each in rehearsed(engine, here.trial):
        mark, said = {
            "en": ("[Rehearsal] ", "This is a rehearsal for the team."),
            "fr": ("[Répétition] ", "Ceci est une répétition pour l’équipe."),
        }[each.language]
        assert each.subject.startswith(mark)
        assert each.text.startswith(said)
        assert said in each.html


def test_no_link_of_a_rehearsal_answers_or_stops_anything(engine: Engine, here: Study) -> None:
    for each in rehearsed(engine, here.trial):
        assert each.one_click == ""
        assert "/i/0000" in each.text or "/i/" not in each.text
    with reading(engine) as session:
        for table in (OUTBOX, OUTBOX_LINK):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_rehearsal_calls_the_study_as_the_approved_page_does(engine: Engine, here: Study) -> None:
    publish_page(engine, here.posting, "en")
    mails = [each for each in rehearsed(engine, here.trial) if each.language == "en"]
    assert any("A small tablet against high sugar at night" in each.text for each in mails)


def test_a_rehearsal_is_written_in_the_trail(engine: Engine, here: Study) -> None:
    rehearsed(engine, here.trial)
    with reading(engine) as session:
        rows = [row for row in about(session, here.trial) if "rehearsed" in row["tag"]]
    assert len(rows) == 1
    assert TEAM not in str(dict(rows[0]))


@pytest.mark.parametrize("to", ["camille@example.org", "left@example.org", "", "a\x00b@c.d"])
def test_nobody_outside_the_team_gets_a_rehearsal(engine: Engine, here: Study, to: str) -> None:
    willing(engine)
    with pytest.raises(NotTheTeam):
        rehearsed(engine, here.trial, to)


def test_somebody_rehearses_only_the_trials_they_see(engine: Engine, here: Study) -> None:
    other = Newcomer("other@example.org", Role.COORDINATOR, "none", tenant(engine, "Another"))
    with unit_of_work(engine) as session:
        accounts.add(session, other)
    with pytest.raises(NotFound):
        rehearsed(engine, here.trial, "other@example.org")


def test_a_provider_that_takes_nothing_is_said(engine: Engine, here: Study) -> None:
    with pytest.raises(NotSent):
        rehearse(engine, WRITER, here.trial, TEAM, lambda _: Outcome.LATER)


def test_a_plan_looks_at_the_likeliest_and_counts_who_was_decided_on(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    people = [willing(engine, name) for name in ("ada", "ben", "cleo")]
    for each in people:
        matched(engine, lexicon, here.trial, each)
    approved(engine, here, people[0])
    with reading(engine) as session:
        found = plan(session, WRITER, here.trial, None, now(), at_most=1)
    assert (len(found.prospects), found.total) == (1, 2)
    assert found.begun.total() == 1
    assert [(each.fate, each.reason) for each in found.prospects] == [(Fate.NOW, None)]


def test_a_plan_says_why_somebody_cannot_be_asked(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine, channels=())
    matched(engine, lexicon, here.trial, person)
    with reading(engine) as session:
        found = plan(session, WRITER, here.trial, None, now())
    assert [each.reason for each in found.prospects] == [Reason.CONSENT]
