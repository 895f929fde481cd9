"""Reply slips typed in: whose they are, what counts, and what nobody learns."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, select

from recruit.actions.outreach import answers, slips, words
from recruit.actions.outreach.answers import Answer, How
from recruit.actions.outreach.slips import Slip, Taken, Typist
from recruit.actions.safety import noticing
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel, Purpose
from recruit.consent.permit import permit
from recruit.core.clock import now, today
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing, NotFound, Refusal
from recruit.notify.channels.letter_code import code_of
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Reason, State
from recruit.people import organisations
from recruit.people.organisations import OrganisationKind
from recruit.terminology.lexicon import Lexicon
from recruit.trials import tenants
from tests.outreach import OFFICE_HOURS, RING, Study, matched, queued, state, study, willing

LINK = "https://recruit.example.org/me/consents"
TYPIST = Typist("account 5", None, LINK)


@pytest.fixture(autouse=True)
def office_hours() -> Iterator[None]:
    with time_machine.travel(OFFICE_HOURS, tick=False):
        yield


@dataclass
class Desk:
    """A letter that went out, and the slip of it."""

    engine: Engine
    study: Study
    person: str
    letter: int
    slip: Slip

    def take(self, **changes: object) -> Taken:
        return slips.take(self.engine, RING, replace(self.slip, **changes), TYPIST)  # type: ignore[arg-type]

    def answers(self) -> list[Answer]:
        with reading(self.engine) as session:
            found = answers.given(session, self.study.trial, self.person)
        assert {each.how for each in found} <= {How.LETTER}
        return [each.answer for each in found]

    def words(self) -> list[str]:
        with reading(self.engine) as session:
            return [each.text for each in words.unread(session, RING, None).items]

    def of(self, *, assigned: bool) -> Typist:
        """Somebody of a sponsor that the trial is, or is not, assigned to."""
        with unit_of_work(self.engine) as session:
            other = organisations.add(session, f"Sponsor {assigned}", OrganisationKind.SPONSOR)
            session.flush()
            if assigned:
                tenants.assign(session, self.study.trial, other)
            return replace(TYPIST, organisation=other.id)


@pytest.fixture
def desk(engine: Engine, lexicon: Lexicon) -> Desk:
    here, person = study(engine, lexicon), willing(engine)
    matched(engine, lexicon, here.trial, person)
    number = queued(engine, here, person, Channel.LETTER)
    with reading(engine) as session:
        reference = session.scalar(select(OUTBOX.c.reference).where(OUTBOX.c.id == number))
    slip = Slip(code_of(reference or ""), frozenset({Answer.YES}), today())
    return Desk(engine, here, person, number, slip)


def test_a_slip_counts_as_an_answer_does(desk: Desk) -> None:
    assert desk.take() == Taken(desk.person, Answer.YES)
    assert desk.answers() == [Answer.YES]


@pytest.mark.parametrize(
    ("ticked", "counts"),
    [
        ({Answer.YES, Answer.NOT_NOW}, Answer.NOT_NOW),
        ({Answer.YES, Answer.NEVER}, Answer.NEVER),
        ({Answer.NEVER_THIS, Answer.NOT_NOW}, Answer.NEVER_THIS),
        ({Answer.NEVER_THIS, Answer.NEVER}, Answer.NEVER),
        ({Answer.QUESTION, Answer.NOT_NOW}, Answer.NOT_NOW),
        (set(Answer), Answer.NEVER),
    ],
)
def test_of_two_boxes_the_stricter_counts(ticked: set[Answer], counts: Answer) -> None:
    assert slips.counts(ticked, "") is counts


def test_never_again_ends_every_channel(desk: Desk) -> None:
    desk.take(ticked={Answer.YES, Answer.NEVER})
    with reading(desk.engine) as session, pytest.raises(ConsentMissing):
        permit(session, desk.person, Purpose.CONTACT, channel=Channel.EMAIL, at=now())


def test_an_answer_stops_what_still_asks(desk: Desk) -> None:
    other = queued(desk.engine, desk.study, desk.person, Channel.EMAIL)
    desk.take(ticked={Answer.NOT_NOW})
    assert state(desk.engine, other) == (State.CANCELLED, Reason.ANSWERED.value)


def test_words_are_kept_for_somebody_to_read(desk: Desk) -> None:
    desk.take(words="J’ai eu mal à la tête.")
    assert desk.words() == ["J’ai eu mal à la tête."]


@pytest.mark.parametrize("ticked", [{Answer.NOT_NOW}, {Answer.QUESTION}])
def test_what_a_slip_tells_of_is_known_since_the_day_it_came_in(
    desk: Desk, ticked: set[Answer]
) -> None:
    on = OFFICE_HOURS.date() - timedelta(days=70)
    desk.take(ticked=ticked, words="J’ai eu mal à la tête.", on=on, is_sure=True)
    with reading(desk.engine) as session:
        [said] = words.unread(session, RING, None).items
        suspicion = noticing.of_words(session, [said.number])[said.number]
    assert (said.at.date(), suspicion.aware_at.date()) == (on, on)


def test_words_alone_are_a_question(desk: Desk) -> None:
    assert desk.take(ticked=frozenset(), words="Où est-ce ?").answer is Answer.QUESTION
    assert desk.words() == ["Où est-ce ?"]


@pytest.mark.parametrize("code", ["", "K7M2 Q9XD 4T6X", "x" * 10_000])
def test_a_mistyped_code_is_refused(desk: Desk, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        desk.take(code=code)
    assert refused.value.field == "code"


def test_a_code_of_no_letter_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.take(code=code_of("0" * 32))


def test_a_code_of_an_email_is_not_found(desk: Desk) -> None:
    other = queued(desk.engine, desk.study, desk.person, Channel.EMAIL)
    with reading(desk.engine) as session:
        reference = session.scalar(select(OUTBOX.c.reference).where(OUTBOX.c.id == other))
    with pytest.raises(NotFound):
        desk.take(code=code_of(reference or ""))


def test_another_organisations_letter_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound) as theirs:
        slips.take(desk.engine, RING, desk.slip, desk.of(assigned=False))
    with pytest.raises(NotFound) as nobodys:
        slips.take(desk.engine, RING, replace(desk.slip, code=code_of("0" * 32)), TYPIST)
    assert theirs.value.fields == nobodys.value.fields
    assert desk.answers() == []


def test_ones_own_organisations_letter_is_taken(desk: Desk) -> None:
    slips.take(desk.engine, RING, desk.slip, desk.of(assigned=True))
    assert desk.answers() == [Answer.YES]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("ticked", {"ticked": frozenset()}),
        ("words", {"ticked": {Answer.QUESTION}}),
        ("words", {"words": "x" * 2001}),
        ("day", {"on": OFFICE_HOURS.date() + timedelta(days=2)}),
        ("old", {"on": OFFICE_HOURS.date() - timedelta(days=61)}),
    ],
)
def test_a_slip_that_makes_no_sense_is_refused(
    desk: Desk, field: str, changes: dict[str, object]
) -> None:
    with pytest.raises(Refusal) as refused:
        desk.take(**changes)
    assert refused.value.field == field
    assert desk.answers() == []


def test_typing_a_slip_in_is_written_down_without_the_code(desk: Desk) -> None:
    desk.take(ticked={Answer.YES, Answer.NOT_NOW})
    with reading(desk.engine) as session:
        [row] = session.execute(select(AUDIT).where(AUDIT.c.tag == Tag.SLIP_TYPED.value)).all()
    assert (row.actor, row.subject, row.reason) == ("account 5", desk.person, "not now, yes")
    assert row.new == f"letter {desk.letter}"
