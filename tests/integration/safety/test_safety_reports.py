"""Possible adverse events on both databases: flagged, decided, alarmed, kept, forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from sqlalchemy import Engine, select, update

from recruit.actions.following.contacting import Desk
from recruit.actions.following.exposure import perhaps_given
from recruit.actions.outreach import words
from recruit.actions.safety import (
    alarms,
    cases,
    deciding,
    exporting,
    forwarding,
    held,
    keeping,
    known,
    noticing,
    writing,
)
from recruit.actions.safety.exporting import Wanted
from recruit.actions.safety.forwarding import Forwarded
from recruit.actions.safety.held import Decision
from recruit.actions.safety.marking import Choice
from recruit.actions.safety.noticing import Standing, Suspicion
from recruit.actions.safety.report import Product, Typed
from recruit.actions.safety.tables import CASE, STEP, VERSION, WORD
from recruit.actions.sweep import sweep
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, Refusal
from recruit.core.resealing import reseal
from recruit.notify.tables import MESSAGE
from recruit.people import accounts, organisations
from recruit.people.accounts import Newcomer, Role
from recruit.people.organisations import OrganisationKind
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item, Vault
from recruit.referrals.paths import State
from recruit.terminology.lexicon import Lexicon
from tests.following import ZONE, on_the_way, report
from tests.following import staff as coordinator
from tests.outreach import RING, SECRET, STAFF, willing
from tests.referring import SUGAR
from tests.unit.actions.test_e2b import REPORT

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
HARM = "J’ai des nausées et je vomis"
SIGNED = f"{HARM}. camille Exemple, camille@example.org"
LINK = "https://recruit.example.org/safety"


def said(engine: Engine, person: str, text: str = HARM, at: datetime = AT) -> int:
    """A message that came in and was looked at; its number."""
    with unit_of_work(engine) as session:
        number = words.hear(
            session,
            RING,
            person=person,
            trial=None,
            channel=Channel.SMS,
            text=text,
            at=at,
        )
        noticing.notice(session, number, text, at)
        return number


def suspicion(engine: Engine, number: int) -> Suspicion:
    with reading(engine) as session:
        return noticing.of_words(session, [number])[number]


def by(case: int, edit: int = 1, at: datetime = AT) -> Decision:
    return Decision(case, edit, STAFF, at)


def typed(**changes: object) -> Typed:
    return Typed(replace(REPORT, trial=None, **changes), none_applies=False)  # type: ignore[arg-type]


def standing(engine: Engine, case: int) -> tuple[Standing, datetime | None]:
    with reading(engine) as session:
        row = session.execute(select(CASE).where(CASE.c.id == case)).one()
    return Standing(row.state), row.waits_since


@pytest.fixture
def person(engine: Engine) -> str:
    return willing(engine)


def test_awareness_is_receipt(engine: Engine, person: str) -> None:
    found = suspicion(engine, said(engine, person))
    assert (found.standing, found.aware_at, found.waits_since) == (Standing.OPEN, AT, AT)


def test_the_form_starts_with_what_the_site_has_written_down(
    engine: Engine, lexicon: Lexicon
) -> None:
    person = on_the_way(engine, lexicon)
    with unit_of_work(engine) as session:
        words.hear(
            session,
            RING,
            person=person,
            trial=SUGAR.id,
            channel=Channel.SMS,
            text=HARM,
            at=now(),
        )
        number = session.scalars(select(CASE.c.id)).one()
    case = cases.show(engine, RING, number, actor=STAFF)
    with reading(engine) as session:
        assert not perhaps_given(session, SUGAR.id, person)
        assert known.start(session, case, perhaps_given=False).role is Product.NOT_GIVEN
        assert known.site_that_knows(session, case)
    desk = Desk(None, f"account {coordinator(engine)}", ZONE)
    for state in (State.CONTACTED, State.SCREENING, State.ENROLLED):
        report(engine, desk, person, state)
    with reading(engine) as session:
        assert perhaps_given(session, SUGAR.id, person)
        assert known.start(session, case, perhaps_given=True).role is Product.SUSPECT


def test_what_tells_of_no_harm_is_not_flagged(engine: Engine, person: str) -> None:
    number = said(engine, person, "Bonjour, à quelle heure est le rendez-vous ?")
    with reading(engine) as session:
        assert noticing.of_words(session, [number]) == {}


def test_what_names_a_harm_comes_before_what_does_not_until_it_is_overdue(
    engine: Engine, person: str
) -> None:
    vague = suspicion(engine, said(engine, person, "Le zigomar fit tchouk dans la cambuse"))
    later = AT + timedelta(hours=2)
    named = suspicion(engine, said(engine, person, at=later))
    for hours, order in ((3, [named.number, vague.number]), (25, [vague.number, named.number])):
        with time_machine.travel(AT + timedelta(hours=hours), tick=False):
            page, _ = cases.show_list(engine, 1, only_waiting=True, actor=STAFF)
        assert [each.number for each in page.items] == order


def test_the_same_message_is_flagged_once(engine: Engine, person: str) -> None:
    number = said(engine, person)
    with unit_of_work(engine) as session:
        assert not noticing.notice(session, number, HARM, AT)
    with reading(engine) as session:
        assert len(session.execute(select(CASE)).all()) == 1


def test_a_dismissal_holds_until_it_is_opened_again(engine: Engine, person: str) -> None:
    case = suspicion(engine, said(engine, person)).number
    deciding.dismiss(engine, RING, by(case), "before", "long known")
    assert standing(engine, case) == (Standing.DISMISSED, None)
    deciding.reopen(engine, RING, by(case, 2))
    assert standing(engine, case) == (Standing.OPEN, AT)


def test_two_at_once_decide_once(engine: Engine, person: str) -> None:
    case = suspicion(engine, said(engine, person)).number
    together, told = Barrier(2), []

    def decide(reason: str) -> None:
        together.wait()
        try:
            deciding.dismiss(engine, RING, by(case), reason, "")
        except EditedMeanwhile:
            told.append(reason)

    both = [Thread(target=decide, args=(reason,)) for reason in ("before", "misread")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(told) == 1
    with reading(engine) as session:
        kinds = list(session.scalars(select(STEP.c.kind).where(STEP.c.case == case)))
    assert kinds == ["flagged", "dismissed"]


def test_a_version_is_never_rewritten(engine: Engine, person: str) -> None:
    case = suspicion(engine, said(engine, person)).number
    writing.write(engine, RING, by(case), typed(), Choice())
    writing.write(engine, RING, by(case, 2), typed(narrative="Second"), Choice())
    found = cases.show(engine, RING, case, actor=STAFF)
    assert [each.report.narrative for each in found.versions] == [REPORT.narrative, "Second"]
    assert all(each.report.words == (HARM,) for each in found.versions)


def test_the_narrative_is_sealed(engine: Engine, person: str) -> None:
    case = suspicion(engine, said(engine, person)).number
    writing.write(engine, RING, by(case), typed(narrative="Unmistakable"), Choice())
    with reading(engine) as session:
        kept = str([session.execute(select(table)).all() for table in (VERSION, WORD)])
    assert "Unmistakable" not in kept
    assert "vomis" not in kept


@pytest.fixture
def staff(engine: Engine) -> None:
    """A coordinator of the operator's own, a disabled one, and one of a centre."""
    with unit_of_work(engine) as session:
        made = organisations.add(session, "Centre", OrganisationKind.CENTRE)
        for email, organisation in (
            ("own@example.org", None),
            ("gone@example.org", None),
            ("centre@example.org", made.id),
        ):
            new = Newcomer(email, Role.COORDINATOR, "hash", organisation)
            account = accounts.add(session, new)
            account.disabled = email.startswith("gone")


def mails(engine: Engine) -> int:
    with reading(engine) as session:
        return len(session.execute(select(MESSAGE)).all())


@pytest.mark.usefixtures("staff")
def test_each_stage_is_alarmed_once_and_the_day_after_again(engine: Engine, person: str) -> None:
    said(engine, person)
    told = [
        alarms.alarm(engine, RING, AT + timedelta(hours=hours), link=LINK)
        for hours in (11, 12, 13, 20, 23, 24, 30, 48, 49)
    ]
    assert told == [0, 1, 0, 1, 0, 1, 0, 1, 0]
    assert mails(engine) == 2 * 4  # in both languages, to the one account of our own


@pytest.mark.usefixtures("staff")
def test_what_is_decided_sounds_no_alarm(engine: Engine, person: str) -> None:
    case = suspicion(engine, said(engine, person)).number
    deciding.dismiss(engine, RING, by(case), "misread", "")
    assert alarms.alarm(engine, RING, AT + timedelta(hours=30), link=LINK) == 0


def forget(engine: Engine, person: str) -> None:
    with unit_of_work(engine) as session:
        keeping.forget(session, RING, person)


def handed_on(engine: Engine, case: int, edit: int, version: int = 1, at: datetime = AT) -> None:
    forwarding.forward(engine, RING, by(case, edit, at), Forwarded(version, "Desk", "by hand"))


def test_an_erasure_leaves_what_was_handed_on_alone(engine: Engine, person: str) -> None:
    case = suspicion(engine, said(engine, person)).number
    writing.write(engine, RING, by(case), typed(narrative="Never went"), Choice())
    writing.write(engine, RING, by(case, 2), typed(narrative="Went"), Choice())
    handed_on(engine, case, 3, version=2)
    forget(engine, person)
    found = cases.show(engine, RING, case, actor=STAFF)
    assert [each.text for each in found.words] == [None]
    assert [each.report.narrative for each in found.versions] == ["Went"]
    assert found.forwarded == 2


def test_an_erasure_marks_out_what_nobody_has_decided(engine: Engine, person: str) -> None:
    case = suspicion(engine, said(engine, person, SIGNED)).number
    forget(engine, person)
    assert standing(engine, case) == (Standing.OPEN, AT)
    found = cases.show(engine, RING, case, actor=STAFF)
    assert [each.text for each in found.words] == [f"{HARM}. [name], [e-mail]"]


def test_an_erasure_leaves_what_waits_to_be_handed_on_until_it_was(
    engine: Engine, person: str
) -> None:
    case = suspicion(engine, said(engine, person, SIGNED)).number
    writing.write(engine, RING, by(case), typed(), Choice())
    with unit_of_work(engine) as session:
        keeping.forget(session, RING, person)
        session.execute(update(PARTICIPANT).values(erased_at=AT))
    handed_on(engine, case, 2)
    found = cases.show(engine, RING, case, actor=STAFF)
    assert [each.text for each in found.words] == [None]
    assert len(found.versions) == 1


def test_what_a_stranger_wrote_and_was_no_harm_goes_after_the_term(engine: Engine) -> None:
    words.hear_strange(engine, RING, Channel.EMAIL, "who@example.org", HARM, AT, "one")
    deciding.dismiss(engine, RING, by(1), "misread", "")
    for days, left in ((29, 1), (31, 0)):
        with unit_of_work(engine) as session:
            keeping.tidy(session, AT + timedelta(days=days))
            kept = session.scalars(select(WORD.c.sealed).where(WORD.c.sealed.is_not(None))).all()
        assert len(kept) == left
    with pytest.raises(Refusal):
        deciding.reopen(engine, RING, by(1, 2))


def test_the_sweep_deletes_what_has_had_its_term(engine: Engine) -> None:
    old = now() - timedelta(days=40)
    words.hear_strange(engine, RING, Channel.EMAIL, "who@example.org", HARM, old, "one")
    deciding.dismiss(engine, RING, by(1, at=old), "misread", "")
    sweep(engine, actor="test", at_once=True)
    with reading(engine) as session:
        assert list(session.scalars(select(WORD.c.sealed))) == [None]


def test_a_report_of_somebody_erased_goes_after_its_term(engine: Engine, person: str) -> None:
    case = suspicion(engine, said(engine, person)).number
    writing.write(engine, RING, by(case), typed(), Choice())
    handed_on(engine, case, 2)
    with unit_of_work(engine) as session:
        keeping.forget(session, RING, person)
        session.execute(update(PARTICIPANT).values(erased_at=AT))
        keeping.tidy(session, AT + keeping.TERM - timedelta(days=1))
        assert len(session.execute(select(VERSION)).all()) == 1
        keeping.tidy(session, AT + keeping.TERM + timedelta(days=1))
        assert session.execute(select(VERSION)).all() == []


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_suspicion_that_joins_never_sets_the_clock_later(
    engine: Engine, person: str, hours: int
) -> None:
    into = suspicion(engine, said(engine, person)).number
    writing.write(engine, RING, by(into), typed(), Choice())
    at = AT + timedelta(hours=hours)
    with unit_of_work(engine) as session:
        session.execute(update(CASE).values(alarmed=12))
    other = suspicion(engine, said(engine, person, at=at)).number
    deciding.join(engine, RING, by(other), into)
    assert standing(engine, into)[1] == min(AT, at)
    with reading(engine) as session:
        alarmed = session.scalar(select(CASE.c.alarmed).where(CASE.c.id == into))
    assert alarmed == (0 if hours < 0 else 12)


def test_what_was_handed_on_waits_from_the_oldest_word_it_lacks(
    engine: Engine, person: str
) -> None:
    into = suspicion(engine, said(engine, person)).number
    writing.write(engine, RING, by(into), typed(), Choice())
    for hours in (2, 9):
        other = suspicion(engine, said(engine, person, at=AT + timedelta(hours=hours))).number
        deciding.join(engine, RING, by(other), into)
    handed_on(engine, into, 4)
    assert standing(engine, into)[1] == AT + timedelta(hours=2)


def test_an_alarm_that_reaches_nobody_stays_due(
    engine: Engine, person: str, caplog: pytest.LogCaptureFixture
) -> None:
    case = suspicion(engine, said(engine, person)).number
    assert alarms.alarm(engine, RING, AT + timedelta(hours=13), link=LINK) == 0
    assert "there is nobody to tell" in caplog.text
    with reading(engine) as session:
        assert session.scalar(select(CASE.c.alarmed).where(CASE.c.id == case)) == 0


def test_a_version_that_says_who_the_person_is_is_not_written(engine: Engine, person: str) -> None:
    case = suspicion(engine, said(engine, person)).number
    with pytest.raises(Refusal) as refused:
        writing.write(engine, RING, by(case), typed(narrative="Camille Exemple fell."), Choice())
    assert refused.value.field == "narrative"


def test_what_became_of_a_number_since_is_not_given_out(engine: Engine, person: str) -> None:
    case = suspicion(engine, said(engine, person)).number
    writing.write(engine, RING, by(case), typed(narrative="Call 01 99 00 00 77."), Choice())
    with unit_of_work(engine) as session:
        Vault(RING).keep(session, {person: {Item.PHONE: "+33199000077"}})
    with pytest.raises(Refusal):
        exporting.as_xml(engine, RING, Settings(), Wanted(case, 1, STAFF, AT))


def test_an_erasure_takes_the_words_of_what_was_no_harm(engine: Engine, person: str) -> None:
    case = suspicion(engine, said(engine, person)).number
    deciding.dismiss(engine, RING, by(case), "before", "long known")
    forget(engine, person)
    found = cases.show(engine, RING, case, actor=STAFF)
    assert [each.text for each in found.words] == [None]
    assert "long known" not in {each.note for each in found.steps}


def test_a_new_key_opens_all_of_it(engine: Engine, person: str) -> None:
    case = suspicion(engine, said(engine, person)).number
    writing.write(engine, RING, by(case), typed(), Choice())
    newer = "another key for the tests of safety, long enough"
    for place in held.SEALED:
        reseal(engine, Keyring.of([newer, SECRET]), place)
    found = cases.show(engine, Keyring.of([newer]), case, actor=STAFF)
    assert [each.text for each in found.words] == [HARM]
    assert found.newest is not None


def test_a_person_is_given_their_cases(engine: Engine, person: str) -> None:
    said(engine, person)
    with reading(engine) as session:
        [given] = keeping.of_person(session, RING, person)
    assert given["words"] == [HARM]
