"""A mail that comes in does what it means, to the message that it is about and to no other."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from recruit.actions.outreach.answers import Answer, given
from recruit.actions.outreach.receipts import What, take_mail
from recruit.actions.outreach.words import unread
from recruit.consent.choices import Channel, Purpose
from recruit.consent.permit import permit
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing
from recruit.notify import suppression
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_STEP
from recruit.notify.stages import Reason, State
from recruit.terminology.lexicon import Lexicon
from tests.incoming import answer, bounce, complaint
from tests.outreach import RING, queued, state, study, willing
from tests.replies import posted

BASE = "https://recruit.example.org"
AUTO = "Auto-Submitted: auto-replied\n"


class Sent:
    """A message that was sent to somebody, and what comes back."""

    def __init__(self, engine: Engine, lexicon: Lexicon, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        here = study(engine, lexicon)
        self.person = willing(engine)
        self.number = queued(engine, here, self.person)
        with unit_of_work(engine) as session:
            left = {"state": State.ACCEPTED.value, "sent_at": now()}
            this = OUTBOX.c.id == self.number
            session.execute(update(OUTBOX).where(this).values(left))
            self.reference = session.scalars(select(OUTBOX.c.reference).where(this)).one()

    def take(self, raw: bytes, recipient: str = "") -> What:
        return take_mail(
            self.engine, RING, raw, now(), base_url=BASE, folder=self.folder, recipient=recipient
        )

    @property
    def state(self) -> State:
        return state(self.engine, self.number)[0]

    @property
    def is_over(self) -> bool:
        with reading(self.engine) as session:
            return suppression.is_suppressed(session, RING, Channel.EMAIL, "camille@example.org")

    @property
    def noted(self) -> set[str | None]:
        with reading(self.engine) as session:
            query = select(OUTBOX_STEP.c.reason).where(OUTBOX_STEP.c.message == self.number)
            return set(session.scalars(query))

    def answers(self) -> list[Answer]:
        with reading(self.engine) as session:
            trial = session.scalars(select(OUTBOX.c.trial)).one()
            return [each.answer for each in given(session, trial, self.person)]

    def words(self) -> list[tuple[str | None, str]]:
        with reading(self.engine) as session:
            return [(each.person, each.text) for each in unread(session, RING, None).items]


@pytest.fixture
def sent(engine: Engine, lexicon: Lexicon, tmp_path: Path) -> Sent:
    return Sent(engine, lexicon, tmp_path)


def test_a_bounce_for_good_ends_the_address(sent: Sent) -> None:
    assert sent.take(bounce(sent.reference)) is What.BOUNCED
    assert sent.state is State.BOUNCED
    assert sent.is_over


def test_a_bounce_of_a_full_mailbox_leaves_the_address(sent: Sent) -> None:
    assert sent.take(bounce(sent.reference, "5.2.2")) is What.BOUNCED
    assert sent.state is State.BOUNCED
    assert not sent.is_over


def test_a_delay_is_noted_and_changes_nothing(sent: Sent) -> None:
    assert sent.take(bounce(sent.reference, "4.4.1", "delayed")) is What.DELAYED
    assert sent.state is State.ACCEPTED
    assert Reason.DELAYED_THERE in sent.noted


def test_a_report_of_arrival_settles_the_message(sent: Sent) -> None:
    assert sent.take(bounce(sent.reference, "2.0.0", "delivered")) is What.DELIVERED
    assert sent.state is State.DELIVERED


def test_a_complaint_ends_the_address(sent: Sent) -> None:
    assert sent.take(complaint(sent.reference)) is What.COMPLAINED
    assert sent.state is State.COMPLAINED
    assert sent.is_over


def test_a_report_that_it_was_no_spam_changes_nothing(sent: Sent) -> None:
    assert sent.take(complaint(sent.reference, "not-spam")) is What.ROBOT
    assert sent.state is State.ACCEPTED


def test_what_was_said_before_changes_nothing(sent: Sent) -> None:
    sent.take(bounce(sent.reference))

    assert sent.take(bounce(sent.reference)) is What.KNOWN


@pytest.mark.parametrize("raw", [bounce("e" * 32), complaint("e" * 32), answer("x", more=AUTO)])
def test_a_report_about_no_message_of_ours_is_for_nobody(sent: Sent, raw: bytes) -> None:
    assert sent.take(raw) is What.NOBODY
    assert sent.words() == []


def test_an_answer_is_kept_for_a_person_to_read(sent: Sent) -> None:
    assert sent.take(answer("Is it far from Lyon?", sent.reference)) is What.REPLY
    [(person, words)] = sent.words()
    assert person == sent.person
    assert words.startswith("Is it far from Lyon?")


def test_an_answer_that_says_stop_takes_consent_back(sent: Sent) -> None:
    sent.take(answer("STOP", sent.reference))

    with reading(sent.engine) as session, pytest.raises(ConsentMissing):
        permit(session, sent.person, Purpose.CONTACT, channel=Channel.EMAIL, at=now())


def test_what_an_answer_quotes_of_ours_is_not_its_senders_word(sent: Sent) -> None:
    sent.take(answer("Where is it?", sent.reference))

    with reading(sent.engine) as session:
        leave = permit(session, sent.person, Purpose.CONTACT, channel=Channel.EMAIL, at=now())
    assert leave.person == sent.person


def test_a_subject_of_ones_own_is_part_of_what_is_said(sent: Sent) -> None:
    sent.take(answer("", sent.reference, subject="A question about the hospital"))

    [(_, words)] = sent.words()
    assert words.startswith("A question about the hospital")


def test_the_same_answer_twice_is_kept_once(sent: Sent) -> None:
    raw = answer("Is it far?", sent.reference, more="Message-ID: <a@example.org>\n")
    sent.take(raw)
    sent.take(raw)

    assert len(sent.words()) == 1


def test_words_from_somebody_unknown_are_nobodys_and_kept(sent: Sent) -> None:
    raw = answer("I feel ill", "e" * 32)

    assert sent.take(raw) is What.REPLY
    [(person, words)] = sent.words()
    assert person is None
    assert words.startswith("I feel ill")


def test_a_sender_who_claims_to_be_somebody_is_not_believed(sent: Sent) -> None:
    sent.take(answer("STOP", "e" * 32, sender="camille@example.org"))

    [(person, _)] = sent.words()
    assert person is None


STRANGE = "somebody.else@example.org"


def test_a_yes_from_somebody_elses_address_is_marked_and_read_by_a_person(sent: Sent) -> None:
    sent.take(answer("Yes", sent.reference, sender=STRANGE))

    assert sent.answers() == []
    [(person, words)] = sent.words()
    assert person == sent.person
    assert words.startswith("[Not from this person’s own address")
    assert [name for name, _, _ in posted(sent.engine)] == ["reply-received"]


def test_a_yes_from_ones_own_address_counts_however_it_is_written(sent: Sent) -> None:
    sent.take(answer("Yes", sent.reference, sender="Camille@Example.ORG"))

    assert sent.answers() == [Answer.YES]


def test_a_stop_from_somebody_elses_address_counts(sent: Sent) -> None:
    sent.take(answer("STOP", sent.reference, sender=STRANGE))

    with reading(sent.engine) as session, pytest.raises(ConsentMissing):
        permit(session, sent.person, Purpose.CONTACT, channel=Channel.EMAIL, at=now())


def test_every_automatic_answer_goes_out_at_most_once_a_day(sent: Sent) -> None:
    for number, words in enumerate(["Yes", "Not now"] * 3):
        more = f"Message-ID: <{number}@example.org>\n"
        sent.take(answer(words, sent.reference, more=more))

    names = sorted(name for name, _, _ in posted(sent.engine))
    assert names == ["reply-noted", "reply-yes"]


ROBOTS = pytest.mark.parametrize(
    "more",
    [AUTO, "X-Autoreply: yes\n", "Precedence: bulk\n", "Return-Path: <>\n"],
)


@ROBOTS
def test_what_looks_like_a_robots_answer_is_kept_and_marked(sent: Sent, more: str) -> None:
    assert sent.take(answer("I fell down", sent.reference, more=more)) is What.ROBOT
    [(person, words)] = sent.words()
    assert person == sent.person
    assert words.startswith("[Perhaps written by a machine / Peut-être écrit par une machine]")
    assert "I fell down" in words
    assert Reason.ROBOT in sent.noted


@ROBOTS
def test_nothing_answers_what_looks_like_a_robots_answer(sent: Sent, more: str) -> None:
    for words in ("I fell down", "Yes", "STOP"):
        sent.take(answer(words, sent.reference, more=more))
    assert [name for name, _, _ in posted(sent.engine)] == ["withdrawn"]


@ROBOTS
def test_a_stop_counts_whoever_seems_to_have_written_it(sent: Sent, more: str) -> None:
    sent.take(answer("STOP", sent.reference, more=more))

    with reading(sent.engine) as session, pytest.raises(ConsentMissing):
        permit(session, sent.person, Purpose.CONTACT, channel=Channel.EMAIL, at=now())


@pytest.mark.parametrize("subject", ["Automatic reply: A study", "Réponse automatique : absence"])
def test_a_robot_is_known_by_its_subject_too(sent: Sent, subject: str) -> None:
    assert sent.take(answer("away", sent.reference, subject=subject)) is What.ROBOT


@pytest.mark.parametrize("subject", ["Absence épileptique hier soir", "Out of office", "Absent"])
def test_a_subject_about_an_absence_makes_nobody_a_robot(sent: Sent, subject: str) -> None:
    assert sent.take(answer("I fell down", sent.reference, subject=subject)) is What.REPLY
    [(_, words)] = sent.words()
    assert words.startswith(subject)


def test_a_servers_own_report_is_noted_and_not_kept_as_somebodys_words(sent: Sent) -> None:
    raw = answer("STOP", sent.reference).replace(b"Somebody <", b"MAILER-DAEMON <")

    assert sent.take(raw) is What.ROBOT
    assert sent.words() == []


def test_the_envelope_says_whose_it_is_where_no_header_does(sent: Sent) -> None:
    raw = bounce(sent.reference).replace(sent.reference.encode(), b"gone")

    assert sent.take(raw, f"bounce+{sent.reference}@recruit.example.org") is What.BOUNCED
