"""What an answer in words does: stopping, answering, asking who writes, and everything else."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, select, update

from recruit.actions.outreach import heard, words
from recruit.actions.outreach.answers import Answer, given
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.state import Standings, permitting
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound
from recruit.notify import links
from recruit.notify.free_words import Meaning
from recruit.notify.stages import State
from recruit.notify.tables import MESSAGE
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item
from recruit.terminology.lexicon import Lexicon
from recruit.trials.posting.tables import POSTING
from tests.outreach import RING, VAULT, Study, approved, state, study, willing
from tests.publishing import DRAFT
from tests.replies import BASE_URL, posted, said, sent


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


def may_write(engine: Engine, person: str, channel: Channel) -> bool:
    with reading(engine) as session:
        own = ledger.standings(session, {person}).get(person, Standings())
    return permitting(own, Choice(Purpose.CONTACT, channel), now()) is not None


def answers(engine: Engine, here: Study, person: str) -> list[Answer]:
    with reading(engine) as session:
        return [each.answer for each in given(session, here.trial, person)]


def kept(engine: Engine) -> list[words.Heard]:
    with reading(engine) as session:
        return list(words.unread(session, RING, None).items)


def take_email_away(engine: Engine, person: str) -> None:
    with unit_of_work(engine) as session:
        VAULT.keep(session, {person: {Item.EMAIL: ""}})


def test_stop_ends_text_messages_and_what_is_queued(engine: Engine, here: Study) -> None:
    person = willing(engine)
    waits = approved(engine, here, person, Channel.SMS)
    assert said(engine, person, "STOP") is Meaning.STOP
    assert not may_write(engine, person, Channel.SMS)
    assert may_write(engine, person, Channel.EMAIL)
    assert state(engine, waits)[0] is State.CANCELLED


def test_stopping_is_confirmed_where_it_was_said(engine: Engine, here: Study) -> None:
    person = willing(engine)
    sent(engine, here, person)
    said(engine, person, "Arrêt svp")
    assert sorted(posted(engine)) == [
        ("reply-stopped", "fr", "sms"),
        ("withdrawn", "fr", "email"),
    ]


def test_a_receipt_by_text_message_is_confirmation_enough(engine: Engine) -> None:
    person = willing(engine)
    take_email_away(engine, person)
    said(engine, person, "stop")
    assert [name for name, _, _ in posted(engine)] == ["withdrawn"]


def test_stopping_twice_is_confirmed_once(engine: Engine) -> None:
    person = willing(engine)
    said(engine, person, "stop", mark="1")
    before = posted(engine)
    assert said(engine, person, "STOP!!", mark="2") is Meaning.STOP
    assert posted(engine) == before
    assert len(kept(engine)) == 2


def test_a_message_that_is_told_of_twice_does_nothing_twice(engine: Engine, here: Study) -> None:
    person = willing(engine)
    sent(engine, here, person)
    assert said(engine, person, "OUI") is Meaning.YES
    before = posted(engine)
    assert said(engine, person, "OUI") is None
    assert (posted(engine), len(kept(engine))) == (before, 1)


def test_who_died_before_keeping_the_words_does_it_again(
    engine: Engine, here: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = willing(engine)
    sent(engine, here, person)

    def dies(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as killed:
        killed.setattr(words, "hear_once", dies)
        with pytest.raises(RuntimeError):
            said(engine, person, "STOP")
    assert said(engine, person, "STOP") is Meaning.STOP
    assert not may_write(engine, person, Channel.SMS)
    assert len(kept(engine)) == 1
    assert sorted(name for name, _, _ in posted(engine)) == ["reply-stopped", "withdrawn"]


@pytest.mark.parametrize(
    ("text", "meaning", "answer", "reply"),
    [
        ("Oui", Meaning.YES, Answer.YES, "reply-yes"),
        ("Plus tard", Meaning.NOT_NOW, Answer.NOT_NOW, "reply-noted"),
        ("Non merci", Meaning.NO, Answer.NEVER_THIS, "reply-noted"),
    ],
)
def test_a_plain_answer_to_the_one_invitation_counts(  # noqa: PLR0913 - a case and its world
    engine: Engine, here: Study, *, text: str, meaning: Meaning, answer: Answer, reply: str
) -> None:
    person = willing(engine)
    sent(engine, here, person)
    assert said(engine, person, text) is meaning
    assert answers(engine, here, person) == [answer]
    assert (reply, "fr", "sms") in posted(engine)


def test_after_a_yes_the_link_leads_on(engine: Engine, here: Study) -> None:
    person = willing(engine)
    sent(engine, here, person)
    said(engine, person, "oui")
    with reading(engine) as session:
        waits = session.execute(select(MESSAGE)).one()
        inside = json.loads(RING.unseal(waits.sealed, f"message/{waits.reference}"))
        token = inside["fields"]["link"].removeprefix(f"{BASE_URL}/i/")
        row = links.find(session, links.Purpose.ANSWER, token)
    assert row is not None
    assert row.person == person
    assert inside["where"].startswith("+33")


def test_a_yes_without_an_invitation_is_for_a_person(engine: Engine) -> None:
    person = willing(engine)
    assert said(engine, person, "yes") is Meaning.UNCLEAR
    assert posted(engine) == [("reply-received", "fr", "sms")]


def test_a_yes_to_one_of_two_studies_is_for_a_person(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    other = study(engine, lexicon, replace(DRAFT, id="OTHER-1", title="Another study"))
    person = willing(engine)
    sent(engine, here, person)
    sent(engine, other, person)
    assert said(engine, person, "oui") is Meaning.UNCLEAR
    assert answers(engine, here, person) == []
    assert kept(engine)[0].trial is None


def test_a_second_yes_is_for_a_person(engine: Engine, here: Study) -> None:
    person = willing(engine)
    sent(engine, here, person)
    said(engine, person, "oui", mark="1")
    assert said(engine, person, "oui", mark="2") is Meaning.UNCLEAR


def test_an_answer_by_mail_is_about_the_mail_it_answers(engine: Engine, here: Study) -> None:
    person = willing(engine)
    sent(engine, here, person, Channel.EMAIL)
    text = "Oui, merci\n\nLe 23 nov. 2026 à 10:00, Recruit a écrit :\n> STOP"
    found = said(engine, person, text, channel=Channel.EMAIL, trial=here.trial)
    assert found is Meaning.YES
    assert answers(engine, here, person) == [Answer.YES]
    assert posted(engine) == [("reply-yes", "fr", "email")]


def test_stop_by_mail_ends_mails_alone_and_is_confirmed_once(engine: Engine) -> None:
    person = willing(engine)
    said(engine, person, "unsubscribe me please", channel=Channel.EMAIL)
    assert not may_write(engine, person, Channel.EMAIL)
    assert may_write(engine, person, Channel.SMS)
    assert [name for name, _, _ in posted(engine)] == ["withdrawn"]


def test_help_says_who_writes(engine: Engine) -> None:
    person = willing(engine)
    assert said(engine, person, "AIDE") is Meaning.HELP
    assert posted(engine) == [("reply-help", "fr", "sms")]


def test_nobody_is_told_more_than_once_a_day_that_nobody_watches(engine: Engine) -> None:
    person = willing(engine)
    said(engine, person, "Je suis tombée hier", mark="1")
    said(engine, person, "Qui êtes-vous ?", mark="2")
    said(engine, person, "J’ai mal", mark="3")
    assert [name for name, _, _ in posted(engine)] == ["reply-received"]
    with time_machine.travel(now() + timedelta(days=1, minutes=1), tick=True):
        said(engine, person, "J’ai toujours mal", mark="4")
    assert [name for name, _, _ in posted(engine)] == ["reply-received"] * 2


@pytest.mark.parametrize("text", ["stop", "oui", "aide", "J’ai mal à la tête", "👍", ""])
def test_every_word_is_kept_for_a_person(engine: Engine, here: Study, text: str) -> None:
    person = willing(engine)
    sent(engine, here, person)
    said(engine, person, text)
    [mine] = kept(engine)
    assert (mine.person, mine.trial, mine.channel) == (person, here.trial, Channel.SMS)
    assert mine.text == text


def test_what_is_heard_leaves_an_audit_row_without_a_word(engine: Engine) -> None:
    person = willing(engine)
    said(engine, person, "J’ai un secret")
    with reading(engine) as session:
        query = select(AUDIT).where(AUDIT.c.tag == Tag.WORDS_HEARD.value)
        [row] = session.execute(query).mappings().all()
    assert (row["subject"], row["new"]) == (person, "sms")
    assert "secret" not in str(dict(row))


def test_who_shares_a_number_can_stop_and_nothing_else(engine: Engine, here: Study) -> None:
    ada, ben = willing(engine, "ada"), willing(engine, "ben")
    with unit_of_work(engine) as session:
        VAULT.keep(session, {each: {Item.PHONE: "+33639980099"} for each in (ada, ben)})
    sent(engine, here, ada)

    def write(text: str, mark: str) -> list[Meaning | None]:
        return heard.take_reply(
            engine,
            RING,
            number="+33639980099",
            text=text,
            mark=mark,
            at=now(),
            base_url=BASE_URL,
        )

    assert write("oui", "1") == [Meaning.UNCLEAR] * 2
    assert answers(engine, here, ada) == []
    assert write("stop", "2") == [Meaning.STOP] * 2
    assert not may_write(engine, ada, Channel.SMS)
    assert not may_write(engine, ben, Channel.SMS)


def test_words_from_a_number_of_nobodys_are_kept_for_those_who_see_all(engine: Engine) -> None:
    for _ in range(2):  # told of twice
        found = heard.take_reply(
            engine,
            RING,
            number="+33639980077",
            text="STOP, c’est un nouveau numéro",
            mark="form SM9",
            at=now(),
            base_url=BASE_URL,
        )
        assert found == []
    [mine] = kept(engine)
    assert (mine.person, mine.sender) == (None, "+33639980077")
    assert posted(engine) == []


def test_nobody_who_was_erased_is_heard(engine: Engine) -> None:
    person = willing(engine)
    with unit_of_work(engine) as session:
        session.execute(update(PARTICIPANT).values(erased_at=now()))
    with pytest.raises(NotFound):
        said(engine, person, "stop")


@pytest.mark.parametrize("life", ["paused", "closed"])
def test_a_yes_to_a_study_that_asks_nothing_any_more_is_for_a_person(
    engine: Engine, here: Study, life: str
) -> None:
    person = willing(engine)
    sent(engine, here, person)
    with unit_of_work(engine) as session:
        session.execute(update(POSTING).where(POSTING.c.id == here.posting).values(life=life))
    assert said(engine, person, "oui") is Meaning.UNCLEAR
    assert said(engine, person, "oui", mark="2", trial=here.trial) is Meaning.UNCLEAR
    assert answers(engine, here, person) == []
