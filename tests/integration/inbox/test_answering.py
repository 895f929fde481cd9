"""An answer goes once, by the channel that somebody wrote by, and only while that stands."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, delete, func, select, update

from recruit.actions import erasure
from recruit.actions.accounts import add_account
from recruit.actions.audit import expire_consents
from recruit.actions.confirming import Hand
from recruit.actions.export import export_person
from recruit.actions.following import timeline
from recruit.actions.following.stages import Stage, stage_of
from recruit.actions.inbox import conversation, holding, own, reading, snippets, stopping
from recruit.actions.inbox.answering import AnsweredMeanwhile, Answering, Means, answer
from recruit.actions.inbox.own import Writing
from recruit.actions.inbox.stopping import SAYS, Meant, Stopped
from recruit.actions.outreach import attachments, conversations, own_answers, withdrawing, words
from recruit.actions.outreach.receipts import What, take_mail
from recruit.actions.outreach.withdrawing import Stopping, of_channel
from recruit.actions.vault import rotate_vault
from recruit.actions.words_table import ATTACHMENT, CONVERSATION, HEARD, REPLY
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.entry import Actor
from recruit.consent.entry import Role as ActorRole
from recruit.consent.evidence import Evidence
from recruit.consent.state import Standings
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading as looking
from recruit.core.db import unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound, Refusal
from recruit.notify import post
from recruit.notify.letter import Letter, Outcome
from recruit.notify.messages import Message
from recruit.notify.post import Delivered
from recruit.notify.tables import MESSAGE
from recruit.people.accounts import Role
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import Tongue
from tests.asking import SECRETS
from tests.following import on_the_way
from tests.outreach import OWN, RING, STAFF, VOICE, study, willing
from tests.referring import SUGAR
from tests.web_world import CHEAP, PASSWORD

BASE = "https://recruit.example.org"
CLERK = Actor("cli", ActorRole.STAFF)
QUESTION = "Est-ce loin de Lyon ?"


class Desk:
    """Somebody who wrote by e-mail, two of the staff, and what they answer."""

    def __init__(self, engine: Engine, lexicon: Lexicon, person: str) -> None:
        self.engine = engine
        self.means = Means(RING, BASE, lambda: lexicon)
        self.person = person
        self.number = self.hear(QUESTION)
        self.accounts = tuple(self._account(name) for name in ("ana", "ben"))

    def _account(self, name: str) -> int:
        made = add_account(
            self.engine,
            email=f"{name}@example.org",
            role=Role.COORDINATOR,
            password=PASSWORD,
            actor="test",
            cost=CHEAP,
        )
        assert made.id is not None
        return made.id

    def hear(self, text: str, channel: Channel = Channel.EMAIL, trial: str | None = None) -> int:
        with unit_of_work(self.engine) as session:
            number = words.hear(
                session,
                RING,
                person=self.person,
                trial=trial,
                channel=channel,
                text=text,
                at=now(),
            )
            query = select(HEARD.c.conversation).where(HEARD.c.id == number)
            return int(session.scalars(query).one())

    def says(self, text: str = "Oui, en bus.", by: int = 0, seen: int = 0) -> Answering:
        return Answering(
            conversation=self.number,
            account=self.accounts[by],
            actor=STAFF,
            key=f"{by} form",
            seen=seen,
            up_to=10,
            language="fr",
            on_page=False,
            snippet=None,
            text=text,
        )

    def send(self, said: Answering) -> Channel | None:
        return answer(self.engine, self.means, said, now())

    @property
    def posted(self) -> int:
        with looking(self.engine) as session:
            return session.scalar(select(func.count()).select_from(MESSAGE)) or 0

    @property
    def row(self) -> object:
        with looking(self.engine) as session:
            query = select(CONVERSATION).where(CONVERSATION.c.id == self.number)
            return session.execute(query).one()

    def answers(self) -> list[str]:
        with looking(self.engine) as session:
            return [each.text for _, each in own_answers.of_person(session, RING, self.person)]

    def stop(self, channel: Channel) -> None:
        hand = Hand(self.person, OWN, "own account", "fr", BASE)
        withdrawing.stop(self.engine, RING, Stopping(hand, "test", of_channel(channel)))


@pytest.fixture
def desk(engine: Engine, lexicon: Lexicon) -> Desk:
    return Desk(engine, lexicon, willing(engine))


def told_by(desk: Desk) -> tuple[Channel, ...]:
    return conversation.show(desk.engine, RING, desk.number, now(), actor=STAFF).left


class Door:
    """A provider that takes everything."""

    def __init__(self) -> None:
        self.taken: list[Letter] = []

    def send(self, letter: Letter) -> Outcome:
        self.taken.append(letter)
        return Outcome.SENT


def put_before(desk: Desk, at: datetime) -> None:
    """Something else that the same run sends first."""
    code = Message("sign-in-code", "fr", {"link": BASE, "code": "123456"})
    to = post.Address(Channel.EMAIL, "anne@example.org")
    with unit_of_work(desk.engine) as session:
        post.post(session, RING, code, to, at - timedelta(hours=1), at + timedelta(hours=1))


def test_an_answer_goes_by_the_channel_that_the_person_wrote_by(desk: Desk) -> None:
    assert desk.send(desk.says()) is Channel.EMAIL
    door = Door()
    post.deliver(desk.engine, RING, {Channel.EMAIL: door, Channel.SMS: Door()}, now())
    [letter] = door.taken
    assert letter.to == "camille@example.org"
    assert "Oui, en bus." in letter.text
    assert "diab" not in letter.subject.lower()


def test_the_same_form_twice_is_one_answer(desk: Desk) -> None:
    assert desk.send(desk.says()) is Channel.EMAIL
    assert desk.send(desk.says()) is Channel.EMAIL
    assert (desk.posted, desk.answers()) == (1, ["Oui, en bus."])


def test_two_who_answer_at_once_send_one_answer(desk: Desk) -> None:
    told: list[object] = []

    def try_it(by: int) -> None:
        try:
            told.append(desk.send(desk.says(by=by)))
        except AnsweredMeanwhile as error:
            told.append(type(error))

    threads = [threading.Thread(target=try_it, args=(by,)) for by in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, told)) == sorted(map(str, [Channel.EMAIL, AnsweredMeanwhile]))
    assert desk.posted == 1


def test_whoever_holds_it_answers_and_nobody_else(desk: Desk) -> None:
    at = now()
    assert holding.hold(desk.engine, desk.number, desk.accounts[0], at, actor=STAFF)
    assert not holding.hold(desk.engine, desk.number, desk.accounts[1], at, actor=STAFF)
    with pytest.raises(AnsweredMeanwhile):
        desk.send(desk.says(by=1))
    later = at + holding.HELD_FOR
    assert holding.hold(desk.engine, desk.number, desk.accounts[1], later, actor=STAFF)


def test_who_agrees_to_no_message_that_way_finds_the_answer_on_their_page(desk: Desk) -> None:
    desk.stop(Channel.EMAIL)
    before = desk.posted  # the confirmation of that
    assert desk.send(desk.says()) is None
    assert (desk.posted, desk.answers()) == (before, ["Oui, en bus."])


def test_what_was_written_on_paper_is_answered_on_the_page(desk: Desk) -> None:
    desk.hear("sur papier", Channel.LETTER)
    assert desk.send(desk.says()) is None


def test_who_can_be_sent_nothing_may_be_called_or_written_to_while_they_agree(desk: Desk) -> None:
    desk.hear("sur papier", Channel.LETTER)
    assert told_by(desk) == (Channel.PHONE, Channel.LETTER)
    desk.stop(Channel.PHONE)
    assert told_by(desk) == (Channel.LETTER,)


def test_an_answer_that_waits_is_called_back_by_a_withdrawal(desk: Desk) -> None:
    desk.send(desk.says())
    desk.stop(Channel.EMAIL)
    door = Door()
    post.deliver(desk.engine, RING, {Channel.EMAIL: door, Channel.SMS: Door()}, now())
    assert [letter for letter in door.taken if "Oui, en bus." in letter.text] == []
    assert withdrawing.settled(desk.engine, desk.person)


class Leaving(Door):
    """Does something else while it hands over the first letter."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self.meanwhile = meanwhile

    def send(self, letter: Letter) -> Outcome:
        if not self.taken:
            self.meanwhile()
        return super().send(letter)


def test_a_withdrawal_in_the_middle_of_a_run_keeps_the_answer_behind_it_from_leaving(
    desk: Desk,
) -> None:
    began = now()
    put_before(desk, began)
    desk.send(desk.says())
    door = Leaving(lambda: desk.stop(Channel.EMAIL))
    post.deliver(desk.engine, RING, {Channel.EMAIL: door, Channel.SMS: Door()}, began)
    assert door.taken
    assert [letter for letter in door.taken if "Oui, en bus." in letter.text] == []


def test_whoever_does_not_agree_when_it_would_leave_is_sent_no_answer(desk: Desk) -> None:
    desk.send(desk.says())
    with unit_of_work(desk.engine) as session:  # nobody calls anything back
        ledger.withdraw(session, desk.person, None, OWN, "test")
    door = Door()
    done = post.deliver(desk.engine, RING, {Channel.EMAIL: door, Channel.SMS: Door()}, now())
    assert (door.taken, done, desk.posted) == ([], Delivered(never=1), 0)


def test_consents_that_run_out_call_back_what_only_answers_rest_on(desk: Desk) -> None:
    for_a_day = Evidence(
        purposes=(Choice(Purpose.CONTACT, Channel.EMAIL),),
        notice="0" * 64,
        notice_version="1",
        language="fr",
        at=now(),
        method="boxes",
        source="test",
        valid_until=now() + timedelta(days=1),
    )
    with unit_of_work(desk.engine) as session:
        ledger.grant(session, [(desk.person, for_a_day)], OWN)
    assert desk.send(desk.says()) is Channel.EMAIL
    with time_machine.travel(now() + timedelta(days=2), tick=False):
        assert expire_consents(desk.engine, VOICE, actor="job")
    with looking(desk.engine) as session:
        assert session.scalars(select(MESSAGE.c.not_after)).all() == [post.CALLED_BACK]


def test_an_erasure_waits_for_an_answer_that_was_posted_after_it_stopped_everything(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = 0

    def settled(engine: Engine, _: str) -> bool:
        nonlocal waits
        waits += 1
        with unit_of_work(engine) as session:
            if waits > 1:  # whoever sent it is done
                session.execute(delete(MESSAGE))
                return True
        desk.send(desk.says())
        with unit_of_work(engine) as session:  # as whoever sends it claims it
            session.execute(update(MESSAGE).values(tries=1, due_at=now() + post.LEASE))
        return True

    monkeypatch.setattr(erasure, "settled", settled)
    erasure.erase_person(desk.engine, SECRETS, tmp_path, person=desk.person, actor=CLERK)
    assert waits == 2


def test_after_a_withdrawal_nothing_is_said_to_hold_while_an_answer_is_being_sent(
    desk: Desk,
) -> None:
    desk.send(desk.says())
    with unit_of_work(desk.engine) as session:  # as whoever sends it claims it
        claimed = {"tries": 1, "due_at": now() + post.LEASE}
        session.execute(update(MESSAGE).values(claimed))
    desk.stop(Channel.EMAIL)
    with looking(desk.engine) as session:
        assert own_answers.is_on_its_way(session, desk.person)
    with unit_of_work(desk.engine) as session:
        session.execute(update(MESSAGE).values(due_at=now() - timedelta(seconds=1)))
    with looking(desk.engine) as session:
        assert not own_answers.is_on_its_way(session, desk.person)


def test_a_text_message_names_no_illness_and_is_short(desk: Desk) -> None:
    desk.hear(QUESTION, Channel.SMS)
    for text in ("C’est une étude sur le diabète.", "Oui. " * 200):
        with pytest.raises(Refusal):
            desk.send(desk.says(text))
    assert desk.send(desk.says("Oui, en bus.")) is Channel.SMS


def test_nobody_known_cannot_be_answered(desk: Desk) -> None:
    words.hear_strange(desk.engine, RING, Channel.SMS, "+33639980077", "allo", now(), "SM9")
    with looking(desk.engine) as session:
        strange = session.scalars(
            select(CONVERSATION.c.id).where(CONVERSATION.c.person.is_(None))
        ).one()
    with pytest.raises(Refusal):
        desk.send(replace(desk.says(), conversation=strange))


def test_an_answer_ends_the_deadline_and_reads_what_was_seen(desk: Desk) -> None:
    assert desk.row.due_at is not None  # type: ignore[attr-defined]
    desk.send(desk.says())
    row = desk.row
    assert (row.due_at, row.waits) == (None, 0)  # type: ignore[attr-defined]


def test_a_reply_to_our_answer_comes_into_the_same_conversation(desk: Desk, tmp_path: Path) -> None:
    desk.send(desk.says())
    with looking(desk.engine) as session:
        reference = session.scalars(select(REPLY.c.reference)).one()
    raw = (
        f"From: camille@example.org\r\nIn-Reply-To: <{reference}@example.org>\r\n"
        "Message-ID: <a@b>\r\n\r\nEt en train ?"
    ).encode()
    said = take_mail(desk.engine, RING, raw, now(), base_url=BASE, folder=tmp_path)
    assert said is What.REPLY
    with looking(desk.engine) as session:
        found = words.where(session, RING, HEARD.c.conversation == desk.number)
    assert [each.text for each in found] == [QUESTION, "Et en train ?"]


def test_a_stop_in_free_words_is_done_as_the_staff_read_it(desk: Desk) -> None:
    number = desk.hear("Faut-il dire stop pour que cela finisse ?")
    assert number == desk.number
    assert desk.row.stop_at is not None  # type: ignore[attr-defined]
    done = stopping.confirm(
        desk.engine, RING, number, Meant.ALL, now(), actor=STAFF, link=f"{BASE}/me/consents"
    )
    assert done
    with looking(desk.engine) as session:
        standings = ledger.standings(session, {desk.person}).get(desk.person, Standings())
    held = [standings[Choice(Purpose.CONTACT, each)].holds(now()) for each in Channel]
    assert (any(held), standings[Choice(Purpose.MATCHING)].holds(now())) == (False, True)
    assert desk.row.stop_at is None  # type: ignore[attr-defined]


def test_a_stop_that_is_done_owes_no_answer_and_stands_in_the_conversation(desk: Desk) -> None:
    desk.hear("Faut-il dire stop pour que cela finisse ?")
    assert desk.row.due_at is not None  # type: ignore[attr-defined]
    link, at = f"{BASE}/me/consents", now()
    stopping.confirm(desk.engine, RING, desk.number, Meant.ALL, at, actor=STAFF, link=link)
    assert desk.row.due_at is None  # type: ignore[attr-defined]
    shown = conversation.show(desk.engine, RING, desk.number, now(), actor=STAFF)
    [stopped] = [each for each in shown.items if isinstance(each, Stopped)]
    assert (stopped.meant, stopped.by, stopped.at >= at) == (Meant.ALL, STAFF, True)


def test_words_in_which_no_stop_was_meant_still_wait_for_an_answer(desk: Desk) -> None:
    desk.hear("Faut-il dire stop pour que cela finisse ?")
    link = f"{BASE}/me/consents"
    stopping.confirm(desk.engine, RING, desk.number, Meant.NOTHING, now(), actor=STAFF, link=link)
    assert desk.row.due_at is not None  # type: ignore[attr-defined]


@pytest.mark.parametrize("meant", [Meant.ALL, Meant.STUDY])
def test_a_stop_in_the_talk_about_a_study_is_a_no_to_it(
    engine: Engine, lexicon: Lexicon, meant: Meant
) -> None:
    person = on_the_way(engine, lexicon)
    desk = Desk(engine, lexicon, person)
    number = desk.hear("Faut-il dire stop pour que cela finisse ?", trial=SUGAR.id)
    link = f"{BASE}/me/consents"
    assert stopping.confirm(engine, RING, number, meant, now(), actor=STAFF, link=link)
    with looking(engine) as session:
        assert stage_of(session, SUGAR.id, person, now()) is Stage.DECLINED
        last = timeline.of(session, SUGAR.id, person)[-1]
        own = ledger.standings(session, {person}).get(person, Standings())
    assert (last.stage, last.by, last.reason) == (Stage.DECLINED, STAFF, SAYS[meant].value)
    assert not withdrawing.released(own, SUGAR.id)


def test_what_was_done_by_itself_is_not_offered_again(engine: Engine) -> None:
    person = willing(engine)
    with unit_of_work(engine) as session:
        words.hear_once(
            session,
            RING,
            person=person,
            trial=None,
            channel=Channel.SMS,
            text="STOP",
            at=now(),
            mark="one",
            owed=False,
            stopped=True,
        )
        row = session.execute(select(CONVERSATION)).one()
    assert (row.stop_at, row.due_at, row.waits) == (None, None, 1)


def test_the_end_of_the_third_working_day_is_the_deadline() -> None:
    thursday = datetime(2026, 12, 24, 23, 30, tzinfo=UTC)  # Friday in Paris, and Christmas
    assert conversations.due(thursday) == datetime(2026, 12, 30, 23, 0, tzinfo=UTC)


def test_no_answer_is_sent_to_somebody_who_was_erased_meanwhile(desk: Desk) -> None:
    with unit_of_work(desk.engine) as session:
        for column in (HEARD.c.person, CONVERSATION.c.person):
            session.execute(column.table.delete().where(column == desk.person))
    for deed in (
        lambda: desk.send(desk.says()),
        lambda: holding.hold(desk.engine, desk.number, desk.accounts[0], now(), actor=STAFF),
        lambda: holding.assign(desk.engine, desk.number, None, actor=STAFF),
        lambda: reading.mark_unread(desk.engine, desk.number, actor=STAFF),
        lambda: reading.close(desk.engine, desk.number, actor=STAFF),
    ):
        with pytest.raises(NotFound):
            deed()


def test_answers_open_under_a_new_key_alone_after_a_rotation(desk: Desk, tmp_path: Path) -> None:
    desk.send(desk.says())
    keep_file(desk, tmp_path)
    new = "a newer key for the tests of answers, long enough"
    both = Keyring((*Keyring.of([new]).masters, *RING.masters))
    rotate_vault(desk.engine, both, actor="test", progress=lambda *_: None)
    ring = Keyring.of([new])
    with looking(desk.engine) as session:
        [(_, found)] = own_answers.of_person(session, ring, desk.person)
        file = session.scalars(select(ATTACHMENT.c.id)).one()
        assert attachments.opened(session, ring, tmp_path, file)[1] == b"%PDF-1.4\n%%EOF\n"
    assert found.text == "Oui, en bus."


def test_a_person_gets_our_answers_with_everything_else(desk: Desk, lexicon: Lexicon) -> None:
    desk.send(desk.says())
    exported = export_person(desk.engine, RING, lexicon, person=desk.person, actor="own account")
    assert [each["text"] for each in exported["our_answers"]] == ["Oui, en bus."]


def test_what_somebody_writes_on_their_page_is_owed_an_answer(desk: Desk) -> None:
    reading.close(desk.engine, desk.number, actor=STAFF)
    own.write(desk.engine, RING, Writing(desk.person, None, "own account", "oui"), now())
    assert desk.row.due_at is not None  # type: ignore[attr-defined]
    with looking(desk.engine) as session:
        found = own.messages(session, RING, desk.person)
    assert [type(each.said).__name__ for each in found] == ["Automatic", "Heard", "Heard"]


@pytest.mark.parametrize(
    ("trial", "text"), [(None, " "), (None, "a" * 2001), ("of somebody else", "bonjour")]
)
def test_a_page_takes_no_empty_long_or_foreign_message(
    desk: Desk, trial: str | None, text: str
) -> None:
    with pytest.raises(Refusal):
        own.write(desk.engine, RING, Writing(desk.person, trial, "own account", text), now())


def test_somebody_who_writes_without_end_is_told_to_wait(desk: Desk) -> None:
    writing = Writing(desk.person, None, "own account", "encore")
    for _ in range(own.A_DAY):
        own.write(desk.engine, RING, writing, now())
    with pytest.raises(Refusal):
        own.write(desk.engine, RING, writing, now())


def test_a_version_is_approved_once_by_somebody_else_and_stays(engine: Engine) -> None:
    texts: dict[Tongue, str] = {"en": "You can come by bus.", "fr": "Vous pouvez venir en bus."}
    number = snippets.add(engine, "How to come", texts, actor="account 1")
    with pytest.raises(Refusal):
        snippets.approve(engine, number, 1, actor="account 1")
    snippets.approve(engine, number, 1, actor="account 2")
    with pytest.raises(EditedMeanwhile):
        snippets.approve(engine, number, 1, actor="account 3")
    snippets.change(engine, number, 1, {**texts, "en": "Or by train."}, actor="account 2")
    with pytest.raises(EditedMeanwhile):
        snippets.change(engine, number, 1, texts, actor="account 1")
    with looking(engine) as session:
        found = snippets.get(session, number)
    assert found.used is not None
    assert found.waiting is not None
    assert (found.used.number, found.waiting.number) == (1, 2)


@pytest.mark.parametrize(
    "text", ["", "Take {{first_name}}.", "It is safe and has no risk.", "a\u202eb", "{{7*7}}"]
)
def test_an_answer_that_cannot_stand_is_not_kept(engine: Engine, text: str) -> None:
    with pytest.raises(Refusal):
        snippets.add(engine, "one", {"en": text, "fr": "Bonjour."}, actor="account 1")


def keep_file(desk: Desk, folder: Path) -> None:
    """Let a mail with a file come in from the person."""
    from tests.mails import with_files  # noqa: PLC0415

    raw = with_files("camille@example.org", [("compte rendu.pdf", b"%PDF-1.4\n%%EOF\n")])
    with looking(desk.engine) as session:
        reference = session.scalars(select(REPLY.c.reference)).first()
    raw = raw.replace(b"REFERENCE", (reference or "0" * 32).encode())
    take_mail(desk.engine, RING, raw, now(), base_url=BASE, folder=folder)


def test_about_a_study_its_name_is_filled_in(desk: Desk, engine: Engine, lexicon: Lexicon) -> None:
    here = study(engine, lexicon)
    number = desk.hear("c’est où ?", trial=here.trial)
    text = "À propos de : {{study}}"
    assert desk.send(replace(desk.says(text), conversation=number)) is Channel.EMAIL
    assert "{{" not in desk.answers()[0]
    with pytest.raises(Refusal):
        desk.send(replace(desk.says(text), key="another form"))
