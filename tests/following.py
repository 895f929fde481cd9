"""Somebody who let a site know who they are, and the staff that works on them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select, update

from recruit.actions import person as people_actions
from recruit.actions.accounts import add_account
from recruit.actions.confirming import Hand
from recruit.actions.following import contacting, outcomes
from recruit.actions.following.contacting import Desk, Seen
from recruit.actions.following.outcomes import REASONS, Outcome
from recruit.actions.referring import answering, releasing
from recruit.actions.referring.answering import Reply
from recruit.actions.referring.releasing import Reach
from recruit.actions.referring.replies import Days, change_of
from recruit.actions.visits import appointments
from recruit.actions.visits.sites import release
from recruit.consent import notices
from recruit.core.clock import today
from recruit.core.db import reading, unit_of_work
from recruit.notify.tables import MESSAGE
from recruit.people import accounts, organisations
from recruit.people.accounts import Role
from recruit.people.organisations import OrganisationKind
from recruit.referrals import slots
from recruit.referrals.paths import State
from recruit.terminology.lexicon import Lexicon
from recruit.trials import centres
from recruit.trials.posting import store as postings
from recruit.trials.posting.content import Content
from recruit.trials.posting.tables import POSTING
from tests.outreach import OWN, RING, VOICE, willing
from tests.referring import LYON, PARIS, SUGAR, interested, offered, path_of
from tests.web_world import CHEAP, PASSWORD

LINK = "https://recruit.example.org/me/trials"
BY = "account 7"
ZONE = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
NURSE = "nurse@example.org"


def hand(person: str) -> Hand:
    return Hand(person, OWN, BY, "fr", LINK)


def on_the_way(engine: Engine, lexicon: Lexicon, name: str = "camille") -> str:
    """Somebody who has released their contact details to the site in Paris."""
    person = willing(engine, name)
    interested(engine, lexicon, person)
    deal(engine, lexicon, person)
    who = hand(person)
    releasing.choose_site(engine, RING, who, trial=SUGAR.id, site=PARIS, lexicon=lexicon)
    releasing.choose_reach(engine, RING, who, SUGAR.id, Reach("email", ("morning",)))
    notice = notices.current("fr")
    assert releasing.give(engine, RING, who, trial=SUGAR.id, site=PARIS, notice=notice)
    return person


def deal(engine: Engine, lexicon: Lexicon, person: str) -> None:
    """Say "I do not know" to every question."""
    while True:
        with reading(engine) as session:
            stand = answering.stand(session, SUGAR.id, person, lexicon, today())
        if not stand.screening.open:
            return
        asked = stand.screening.open[0]
        change = change_of(asked, "unsure", Days(), "fr", lexicon)
        reply = Reply(asked.key, "unsure", change)
        answering.answer(engine, trial=SUGAR.id, person=person, reply=reply, lexicon=lexicon, by=BY)


def centre_of_paris(engine: Engine) -> tuple[int, int]:
    """Two study centres, of which the first staffs the site in Paris; their numbers."""
    with unit_of_work(engine) as session:
        own = organisations.add(session, "Saint-Exemple", OrganisationKind.CENTRE)
        other = organisations.add(session, "Clinique du Nord", OrganisationKind.CENTRE)
        posting = postings.new_id()
        content = Content(SUGAR)
        postings.begin(session, posting, content, organisation=None, author="account 1")
        session.execute(update(POSTING).where(POSTING.c.id == posting).values(published=1))
        centres.assign(session, posting, PARIS, own)
        centres.assign(session, posting, LYON, other)
        return own.id or 0, other.id or 0


def staff(engine: Engine, email: str = NURSE, role: Role = Role.COORDINATOR) -> int:
    """Somebody of the operator's own staff; the number of their account."""
    add_account(engine, email=email, role=role, password=PASSWORD, actor="test", cost=CHEAP)
    with reading(engine) as session:
        number = accounts.numbered(session, email)
    assert number
    return number


def nurse_of(engine: Engine, centre: int, email: str = "centre@example.org") -> int:
    """A coordinator of a study centre; the number of their account."""
    number = staff(engine, email)
    with unit_of_work(engine) as session:
        account = accounts.find(session, email)
        accounts.change_role(session, account, Role.COORDINATOR, centre)
    return number


def seen(engine: Engine, person: str) -> Seen:
    """What somebody has before them who has just opened a person's page."""
    path = path_of(engine, person)
    with reading(engine) as session:
        return Seen(path.number, contacting.mark(session, path))


def report(engine: Engine, desk: Desk, person: str, state: State, reason: str = "") -> None:
    """Write down what came of it, for the first reason of the list where none is given."""
    known = REASONS.get(state)
    why = reason or (next(iter(known)) if known else "")
    outcomes.report(engine, VOICE, desk, seen(engine, person), Outcome(state, why))


def call(engine: Engine, desk: Desk, person: str, times: int = 1) -> None:
    """Call so often, and nobody answers."""
    for _ in range(times):
        contacting.call_in_vain(engine, desk, seen(engine, person))


def stands(engine: Engine, person: str) -> State:
    """Where somebody stands in the study."""
    return path_of(engine, person).state


def take_back(engine: Engine, person: str) -> None:
    """They let the site know nothing any more."""
    choice = release(SUGAR.id, PARIS)
    people_actions.withdraw(
        engine, VOICE, person=person, actor=OWN, choice=choice, method="on request"
    )


def booked(engine: Engine, person: str) -> None:
    """They have an appointment."""
    appointments.book(engine, RING, hand(person), SUGAR.id, offered(engine))


def assert_cancelled(engine: Engine, person: str) -> None:
    """The appointment is off, and they were told so once."""
    with reading(engine) as session:
        assert slots.of_path(session, path_of(engine, person)) is None
        told = select(func.count()).where(MESSAGE.c.name == "appointment-cancelled")
        assert session.scalar(told.select_from(MESSAGE)) == 1
