"""From a yes to a study centre: the questions, the centre, a second yes, an appointment."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path as Folder

import pytest
from sqlalchemy import Engine, insert

from recruit.actions.outreach.answer_table import ANSWER, Answer, How
from recruit.actions.visits.released import is_released
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now, today
from recruit.core.dates import PartialDate
from recruit.core.db import reading, unit_of_work
from recruit.criteria.truth import Truth
from recruit.matching.reference import explain
from recruit.people import store
from recruit.people.facts import ClinicalFact, MeasureFact, Profile, Source, StateFact
from recruit.people.vault import Item, Vault
from recruit.referrals import paths, slots
from recruit.referrals.paths import State
from recruit.terminology.concepts import Kind
from recruit.trials import store as trials
from recruit.trials.materials import content
from tests.joining import Place, code_in, place
from tests.oneself import Own, own, relative
from tests.outreach import approve_text, study
from tests.publishing import DRAFT
from tests.referring import (
    CLOSED,
    LYON,
    PARIS,
    STUDY,
    SUGAR,
    answered,
    chosen,
    interested,
    offered,
    path_of,
    question_on,
    released,
    through,
)
from tests.web_world import lexicon

QUESTIONS = f"{STUDY}/questions"
HEART = {"answer": "earlier", "began": "2019", "ended": "2019"}


@pytest.fixture
def here(tmp_path: Folder, sqlite_engine: Engine) -> Place:
    return place(tmp_path, sqlite_engine)


@pytest.fixture
def camille(here: Place) -> Own:
    """Somebody with type 2 diabetes and a known HbA1c, who wants to know more."""
    who = own(here)
    who.tell()
    interested(here.engine, lexicon(), who.person)
    return who


def facts_of(who: Own) -> list[object]:
    with reading(who.place.engine) as session:
        return list(store.profile(session, who.person).facts)


def state_of(who: Own) -> State:
    return path_of(who.place.engine, who.person).state


def asked_by_phone(who: Own) -> None:
    """They said yes to a coordinator who called them."""
    row = {"trial": SUGAR.id, "person": who.person, "answer": Answer.YES.value}
    said = {"how": How.PHONE.value, "by": "account 5", "at": now()}
    with unit_of_work(who.place.engine) as session:
        session.execute(insert(ANSWER), {**row, **said})


def tags(who: Own) -> list[str]:
    with reading(who.place.engine) as session:
        return [row["tag"] for row in trail.about(session, who.person)]


# ---------------------------------------------------------------- the questions
def test_only_what_is_not_known_is_asked(camille: Own) -> None:
    asked = answered(camille, {})
    assert asked == [
        "Are you pregnant?",
        "Have you ever had myocardial infarction?",
        "Do you smoke?",
    ]


def test_an_answer_becomes_a_fact_of_the_profile(camille: Own) -> None:
    answered(camille, {"pregnant": {"answer": "no"}, "infarction": HEART})
    facts = facts_of(camille)
    assert any(
        isinstance(f, StateFact) and f.state == "pregnant" and f.status == "absent" for f in facts
    )
    heart = next(f for f in facts if isinstance(f, ClinicalFact) and "MESH:D009203" in f.concepts)
    assert (heart.status, str(heart.ended)) == ("past", "2019")


def test_i_do_not_know_to_everything_goes_through_and_is_called_too_little(camille: Own) -> None:
    answered(camille, {})
    page = camille.page(f"{QUESTIONS}/done")
    assert "We know too little to say whether it is possible. The study centre decides." in page
    assert "It looks possible" not in page


def test_rather_not_say_is_no_answer_about_health(camille: Own) -> None:
    answered(camille, {}, unsure="declined")
    said = [f for f in facts_of(camille) if isinstance(f, StateFact) and f.state == "pregnant"]
    assert [f.status for f in said] == ["unknown"]


def test_what_was_answered_is_not_asked_again_on_another_day(camille: Own) -> None:
    first = camille.client.get(QUESTIONS, follow_redirects=True)
    camille.send(first.request.path, first.request.path, answer="unsure")
    later = camille.client.get(QUESTIONS, follow_redirects=True)
    assert question_on(later.text) != question_on(first.text)
    assert "Question 2 of about 3" in later.text


def test_a_question_says_why_it_is_asked(camille: Own) -> None:
    page = camille.client.get(QUESTIONS, follow_redirects=True).text
    assert "Why we ask" in page
    assert "This study asks for:" in page


def test_an_answer_that_speaks_against_is_said_kindly_and_at_once(camille: Own) -> None:
    first = camille.client.get(QUESTIONS, follow_redirects=True).request.path
    sent = camille.send(first, first, answer="yes")
    assert sent.headers["Location"].endswith("/may-not-fit")
    page = camille.page(sent.headers["Location"])
    assert "With this answer, this study may not fit" in page
    assert "The study centre decides, not we." in page
    assert "See other studies" in page
    assert "ligible" not in page


def test_who_goes_on_all_the_same_is_asked_the_next_question(camille: Own) -> None:
    asked = answered(camille, {"pregnant": {"answer": "yes"}})
    assert len(asked) == 3
    assert "may not fit" in camille.page(f"{QUESTIONS}/done")


def test_an_answer_can_be_changed(camille: Own) -> None:
    first = camille.client.get(QUESTIONS, follow_redirects=True).request.path
    camille.send(first, first, answer="yes")
    camille.send(first, first, answer="no")
    assert "checked" in camille.page(first)
    said = [f for f in facts_of(camille) if isinstance(f, StateFact) and f.state == "pregnant"]
    assert [f.status for f in said] == ["absent"]


def test_no_answer_at_all_says_what_can_be_done_and_saves_nothing(camille: Own) -> None:
    first = camille.client.get(QUESTIONS, follow_redirects=True).request.path
    sent = camille.send(first, first)
    assert sent.status_code == 422
    assert "“I do not know” is one of them" in sent.text
    assert Tag.QUESTION_ANSWERED not in tags(camille)


def test_a_value_is_asked_with_its_unit_and_becomes_a_measure(here: Place) -> None:
    who = own(here)
    interested(here.engine, lexicon(), who.person)
    answered(who, {"HbA1c": {"value": "7.9", "unit": "%", "taken": "March 2026"}})
    [measure] = [f for f in facts_of(who) if isinstance(f, MeasureFact)]
    assert (measure.variable, measure.value, str(measure.taken)) == ("hba1c", 7.9, "2026-03")


def test_a_value_and_i_do_not_know_together_are_asked_once_more(here: Place) -> None:
    who = own(here)
    interested(here.engine, lexicon(), who.person)
    path = who.client.get(QUESTIONS, follow_redirects=True).request.path
    while "HbA1c" not in question_on(who.page(path)):
        onward = who.send(path, path, answer="unsure").headers["Location"]
        path = who.client.get(onward, follow_redirects=True).request.path
    sent = who.send(path, path, value="7.9", unit="%", answer="unsure")
    assert sent.status_code == 422
    assert 'value="7.9"' in sent.text


@pytest.mark.parametrize("page", ["", "/questions", "/site", "/reach", "/confirm", "/appointment"])
def test_a_study_that_nobody_said_yes_to_is_not_there(here: Place, page: str) -> None:
    who = own(here)
    assert who.client.get(f"{STUDY}{page}").status_code == 404


def test_another_persons_study_is_not_there(camille: Own) -> None:
    other = own(camille.place, "charlie@example.org")
    assert other.client.get(STUDY).status_code == 404


def test_a_question_of_no_study_is_not_there(camille: Own) -> None:
    assert camille.client.get(f"{QUESTIONS}/0123456789abcdef").status_code == 404


# ---------------------------------------------------------------- the centre
def test_no_centre_is_chosen_before_the_questions(camille: Own) -> None:
    assert camille.client.get(f"{STUDY}/site").headers["Location"].endswith("/questions")


def test_the_nearest_centre_comes_first_and_a_closed_one_not_at_all(camille: Own) -> None:
    answered(camille, {})
    page = camille.page(f"{STUDY}/site")
    assert page.index(PARIS) < page.index(LYON)
    assert CLOSED not in page
    assert "km from where you live" in page


def test_a_closed_centre_cannot_be_chosen(camille: Own) -> None:
    answered(camille, {})
    assert camille.send(f"{STUDY}/site", f"{STUDY}/site", site=CLOSED).status_code == 422


def test_a_way_that_we_do_not_have_cannot_be_chosen(camille: Own) -> None:
    answered(camille, {})
    camille.send(f"{STUDY}/site", f"{STUDY}/site", site=PARIS)
    assert camille.send(f"{STUDY}/reach", f"{STUDY}/reach", way="phone").status_code == 422


def test_the_name_is_kept_in_the_vault(camille: Own) -> None:
    answered(camille, {})
    camille.send(f"{STUDY}/site", f"{STUDY}/site", site=PARIS)
    camille.send(f"{STUDY}/reach", f"{STUDY}/reach", way="email", name="Camille Exemple")
    with reading(camille.place.engine) as session:
        kept = Vault(camille.place.keyring).read(session, camille.person)
    assert kept[Item.NAME] == "Camille Exemple"


# ---------------------------------------------------------------- the second yes
def test_before_the_second_yes_it_says_exactly_what_is_given_to_whom(camille: Own) -> None:
    answered(camille, {"pregnant": {"answer": "no"}})
    chosen(camille)
    page = camille.page(f"{STUDY}/confirm")
    for shown in ("Hôpital Saint-Exemple", "ada@example.org", "Pregnant: no", "7.8"):
        assert shown in page, shown
    assert "checked" not in page


def test_without_a_tick_nothing_is_given(camille: Own) -> None:
    answered(camille, {})
    chosen(camille)
    page = f"{STUDY}/confirm"
    notice = camille.browser.hidden(page, "notice")
    assert camille.send(page, page, notice=notice, site=PARIS).status_code == 422
    assert state_of(camille) is State.PRESCREENED


def test_the_site_that_was_shown_is_the_one_that_gets_it(camille: Own) -> None:
    answered(camille, {})
    chosen(camille, LYON)
    page = f"{STUDY}/confirm"
    notice = camille.browser.hidden(page, "notice")
    assert camille.send(page, page, agree="yes", notice=notice, site=PARIS).status_code == 422
    assert state_of(camille) is State.PRESCREENED


def test_a_yes_is_in_the_ledger_and_is_confirmed(camille: Own) -> None:
    through(camille)
    assert state_of(camille) is State.RELEASED
    choices = camille.page("/me/consents")
    assert f"release/{SUGAR.id}/{PARIS}" in choices
    [letter] = camille.place.post()
    assert letter.subject == "You have said yes"
    assert "diabet" not in f"{letter.subject} {letter.text}".casefold()


@pytest.mark.parametrize("way", ["page", "choices", "everything"])
def test_it_can_be_taken_back_by_every_way(camille: Own, way: str) -> None:
    through(camille)
    if way == "page":
        camille.send(f"{STUDY}/take-back", STUDY)
    elif way == "choices":
        page, choice = "/me/consents", f"release/{SUGAR.id}/{PARIS}"
        camille.send(f"{page}/take-back", page, choice=choice)
    else:
        camille.send("/me/consents/stop", "/me/consents/stop")
    assert state_of(camille) is State.WITHDRAWN
    assert "Thank you. Hôpital" not in camille.page(STUDY)


def test_it_can_be_given_again_after_it_was_taken_back(camille: Own) -> None:
    through(camille)
    camille.send(f"{STUDY}/take-back", STUDY)
    chosen(camille)
    released(camille)
    assert state_of(camille) is State.RELEASED


def test_another_centre_ends_what_the_first_one_sees(camille: Own) -> None:
    through(camille)
    assert camille.send(f"{STUDY}/site", f"{STUDY}/site", site=LYON).status_code == 302
    assert state_of(camille) is State.WITHDRAWN


@pytest.mark.parametrize("no", ["not now", "never this study", "never again"])
def test_who_declines_takes_back_what_was_released_and_the_appointment(
    camille: Own, no: str
) -> None:
    through(camille)
    number = offered(camille.place.engine)
    camille.send(f"{STUDY}/appointment", f"{STUDY}/appointment", slot=number)
    asked_by_phone(camille)
    page = f"/me/invitations/{SUGAR.id}"
    assert camille.send(page, page, answer=no).status_code == 302
    assert state_of(camille) is State.DECLINED
    with reading(camille.place.engine) as session:
        held = paths.of(session, SUGAR.id, camille.person)
        assert held
        assert not is_released(session, held, now())
        assert slots.of_slot(session, number) == []


def test_who_declined_and_says_yes_again_goes_on(camille: Own) -> None:
    asked_by_phone(camille)
    page = f"/me/invitations/{SUGAR.id}"
    camille.send(page, page, answer="not now")
    assert camille.client.get(STUDY).status_code == 404
    assert camille.send(page, page, answer="yes").headers["Location"] == STUDY
    assert state_of(camille) is State.INTERESTED


def test_the_invitations_say_what_was_answered(camille: Own) -> None:
    asked_by_phone(camille)
    page = camille.page("/me/invitations")
    assert "Yes, tell me more" in page
    assert f"/me/invitations/{SUGAR.id}" in page


def test_a_study_is_called_as_its_approved_page_calls_it(camille: Own) -> None:
    engine, plain = camille.place.engine, replace(DRAFT, title="Better nights with diabetes")
    here = study(engine, lexicon(), DRAFT, ())
    approve_text(engine, here.posting, content.Channel.PAGE, "en", plain)
    interested(engine, lexicon(), camille.person, DRAFT)
    said = {"trial": here.trial, "person": camille.person, "answer": Answer.YES.value}
    with unit_of_work(engine) as session:
        how = {"how": How.PHONE.value, "by": "account 5", "at": now()}
        session.execute(insert(ANSWER), said | how)
    for page in ("/me/trials", "/me/invitations"):
        for path in (page, f"{page}/{here.trial}"):
            assert plain.title in camille.page(path), path
    assert plain.title not in camille.page(STUDY)


# ---------------------------------------------------------------- the appointment
def test_an_appointment_is_booked_and_told_with_a_calendar(camille: Own) -> None:
    through(camille)
    camille.place.post()
    number = offered(camille.place.engine)
    page = f"{STUDY}/appointment"
    assert camille.send(page, page, slot=number).status_code == 302
    [letter] = camille.place.post()
    assert "BEGIN:VEVENT" in letter.calendar
    assert "SUMMARY;LANGUAGE=en:Appointment" in letter.calendar
    assert "Sugar" not in letter.calendar
    assert "Hôpital Saint-Exemple, 12 rue des Essais, 75012 Paris" in letter.text
    assert "Phone of the study centre: 01 99 00 12 34" in letter.text
    assert "Your appointment" in camille.page(STUDY)
    assert "BEGIN:VCALENDAR" in camille.client.get(f"{STUDY}/appointment.ics").text


def test_an_appointment_is_moved_with_the_same_name_in_calendars(camille: Own) -> None:
    through(camille)
    first, second = (offered(camille.place.engine, in_hours=hours) for hours in (48, 72))
    page = f"{STUDY}/appointment"
    camille.place.post()
    camille.send(page, page, slot=first)
    camille.send(page, page, slot=second)
    one, two = (letter.calendar for letter in camille.place.post())
    uids = [line for text in (one, two) for line in text.splitlines() if line.startswith("UID")]
    assert uids[0] == uids[1]
    assert "SEQUENCE:1" in two


def test_an_appointment_is_cancelled_and_the_place_is_free_again(camille: Own) -> None:
    through(camille)
    number = offered(camille.place.engine)
    page = f"{STUDY}/appointment"
    camille.send(page, page, slot=number)
    camille.place.post()
    camille.send(f"{page}/cancel", page)
    [letter] = camille.place.post()
    assert letter.subject == "Your appointment is cancelled"
    assert "METHOD:CANCEL" in letter.calendar
    with reading(camille.place.engine) as session:
        slot = slots.slot(session, number)
    assert slot is not None
    assert not slot.taken


def test_a_full_time_cannot_be_taken(camille: Own) -> None:
    through(camille)
    camille.place.post()
    number = offered(camille.place.engine)
    other = own(camille.place, "charlie@example.org")
    interested(camille.place.engine, lexicon(), other.person)
    through(other)
    page = f"{STUDY}/appointment"
    other.send(page, page, slot=number)
    assert camille.send(page, STUDY, slot=number).status_code == 422


def test_a_time_of_another_centre_cannot_be_taken(camille: Own) -> None:
    through(camille)
    number = offered(camille.place.engine, site=LYON)
    page = f"{STUDY}/appointment"
    assert camille.send(page, STUDY, slot=number).status_code == 422


def test_without_a_release_there_is_no_appointment(camille: Own) -> None:
    answered(camille, {})
    chosen(camille)
    number = offered(camille.place.engine)
    page = f"{STUDY}/appointment"
    assert camille.send(page, STUDY, slot=number).headers["Location"] == STUDY
    with reading(camille.place.engine) as session:
        assert slots.of_slot(session, number) == []


def test_taking_back_the_release_cancels_the_appointment(camille: Own) -> None:
    through(camille)
    number = offered(camille.place.engine)
    page = f"{STUDY}/appointment"
    camille.send(page, page, slot=number)
    camille.send(f"{STUDY}/take-back", STUDY)
    with reading(camille.place.engine) as session:
        assert slots.of_slot(session, number) == []


def test_another_way_needs_the_second_yes_anew(camille: Own) -> None:
    with unit_of_work(camille.place.engine) as session:
        known = {Item.PHONE: "+33639980099"}
        Vault(camille.place.keyring).keep(session, {camille.person: known})
    through(camille)
    chosen(camille, way="phone")
    assert state_of(camille) is State.WITHDRAWN
    released(camille)
    assert state_of(camille) is State.RELEASED


def test_another_name_ends_the_release(camille: Own) -> None:
    through(camille)
    camille.send(f"{STUDY}/reach", f"{STUDY}/reach", way="email", name="Camille Exemple")
    assert state_of(camille) is State.WITHDRAWN


def test_another_time_of_the_day_leaves_the_release(camille: Own) -> None:
    through(camille)
    assert "it sees nothing of you until you say yes again" in camille.page(f"{STUDY}/reach")
    camille.send(f"{STUDY}/reach", f"{STUDY}/reach", way="email", **{"time-noon": "yes"})
    assert state_of(camille) is State.RELEASED


# ---------------------------------------------------------------- who acts for somebody
def test_a_relative_changes_no_name(camille: Own) -> None:
    who = Own(camille.place, relative(camille), camille.person)
    answered(camille, {})
    chosen(camille)
    assert 'name="name"' not in who.page(f"{STUDY}/reach")
    who.send(f"{STUDY}/reach", f"{STUDY}/reach", way="email", name="Somebody Else")
    with reading(camille.place.engine) as session:
        kept = Vault(camille.place.keyring).read(session, camille.person)
    assert Item.NAME not in kept


def test_a_relative_answers_for_the_person_and_is_named(camille: Own) -> None:
    who = Own(camille.place, relative(camille), camille.person)
    answered(who, {})
    with reading(camille.place.engine) as session:
        rows = trail.about(session, camille.person)
    by = {row["actor"] for row in rows if row["tag"] == Tag.QUESTION_ANSWERED}
    assert len(by) == 1
    assert ", representation L-" in by.pop()


def test_a_relative_cannot_say_the_second_yes(camille: Own) -> None:
    who = Own(camille.place, relative(camille), camille.person)
    answered(who, {})
    chosen(who)
    assert who.client.get(f"{STUDY}/confirm").status_code == 403


@pytest.mark.parametrize("first", ["yes", "not now"])
def test_a_relative_does_not_undo_never_for_this_study(camille: Own, first: str) -> None:
    who = Own(camille.place, relative(camille), camille.person)
    asked_by_phone(camille)
    page = f"/me/invitations/{SUGAR.id}"
    camille.send(page, page, answer="never this study")
    who.send(page, page, answer=first)
    assert who.send(page, page, answer="yes").status_code == 403
    assert state_of(camille) is State.DECLINED
    assert camille.send(page, page, answer="yes").status_code == 302
    assert state_of(camille) is State.INTERESTED


def test_a_relative_says_yes_again_after_not_now(camille: Own) -> None:
    asked_by_phone(camille)
    page = f"/me/invitations/{SUGAR.id}"
    camille.send(page, page, answer="not now")
    who = Own(camille.place, relative(camille), camille.person)
    assert who.send(page, page, answer="yes").status_code == 302


def test_who_may_only_look_changes_nothing(camille: Own) -> None:
    who = Own(camille.place, relative(camille, powers="look"), camille.person)
    first = who.client.get(QUESTIONS, follow_redirects=True).request.path
    assert who.send(first, first, answer="no").status_code == 403


# ---------------------------------------------------------------- lists, and leaving
def test_ones_studies_stand_in_a_list(camille: Own) -> None:
    page = camille.page("/me/trials")
    assert "Sugar at night" in page
    assert "Some questions are open." in page


def test_whoever_was_asked_nothing_reads_so(camille: Own) -> None:
    assert "We have not asked you about any study yet." in camille.page("/me/invitations")


def test_the_record_names_what_was_done(camille: Own) -> None:
    through(camille)
    page = camille.page("/me/record")
    assert "A study centre was allowed to see your contact details." in page
    assert "Something else was done" not in page


def test_an_erasure_takes_the_path_and_the_appointment(camille: Own) -> None:
    through(camille)
    number = offered(camille.place.engine)
    camille.send(f"{STUDY}/appointment", f"{STUDY}/appointment", slot=number)
    camille.place.post()
    sent = camille.send("/me/erase", "/me/erase")
    code = code_in(camille.place.post()[0])
    where = str(sent.headers["Location"])
    camille.send(where, where, code=code)
    with reading(camille.place.engine) as session:
        assert paths.of(session, SUGAR.id, camille.person) is None
        assert slots.of_slot(session, number) == []


def test_a_time_that_begins_at_once_cannot_be_taken(camille: Own) -> None:
    through(camille)
    number = offered(camille.place.engine, in_hours=1)
    page = f"{STUDY}/appointment"
    assert camille.send(page, STUDY, slot=number).status_code == 422
    assert now() + timedelta(hours=1) < now() + slots.NOTICE


def test_on_a_pause_the_page_says_that_the_centre_sees_nothing(camille: Own) -> None:
    through(camille)
    camille.send("/me/consents/pause", "/me/consents", months="1")
    assert "You are on a pause. The study centre sees nothing of you." in camille.page(STUDY)
    assert "You are on a pause." in camille.page("/me/trials")


def test_not_knowing_keeps_what_a_community_reported_and_never_becomes_a_no(
    here: Place, camille: Own
) -> None:
    # The date is too coarse for "at least six months", so the disease is asked about.
    since = replace(SUGAR, criteria=SUGAR.criteria.replace("2 diabetes", "2 diabetes for 6 months"))
    reported = ClinicalFact(
        Kind.CONDITION,
        "diabète de type 2",
        ("MESH:D003924",),
        began=PartialDate.parse(str(today().year)),
        source=Source.COMMUNITY,
    )
    with unit_of_work(here.engine) as session:
        trials.save(session, since, lexicon())
        complete = frozenset({Kind.CONDITION})
        store.save(session, [Profile(camille.person, facts=(reported,), complete=complete)])

    questions = answered(camille, {})

    assert any("type 2" in each.lower() for each in questions), questions
    assert reported in facts_of(camille)
    with reading(here.engine) as session:
        profile = store.profile(session, camille.person)
        eligibility = trials.get(session, SUGAR.id).eligibility
    judged = explain(eligibility, profile, lexicon(), today())
    assert judged.criteria[1].truth is not Truth.NO
