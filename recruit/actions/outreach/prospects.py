"""What would become of asking one person about one study, found out without writing anything.

The same gates that a sender asks decide it, one channel after the other. A coordinator's invitation
rests on it as much as the plan: nobody is approved for whom a gate is shut for good.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from recruit.actions.confirming import chosen_in
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import rounds
from recruit.actions.outreach.gates import Desk, gates
from recruit.actions.outreach.writing import Writer
from recruit.consent.choices import Channel
from recruit.core.errors import NotFound
from recruit.notify.outbox import UNDONE
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import LEFT, PENDING, Claim, Hold, Message, Reason, State, Wave
from recruit.people import store as people
from recruit.people import zones
from recruit.people.facts import Profile
from recruit.trials import store as trials
from recruit.trials.posting.tables import POSTING

ORDER: Final = (Channel.EMAIL, Channel.SMS, Channel.LETTER, Channel.PHONE)
"""The way that a person is asked: what costs them least to answer, or to leave, comes first."""
VALID: Final = timedelta(days=90)
"""After this an invitation that still waits is out of date: the match is looked at anew."""
HOME: Final = "FR"
PLANNER: Final = "plan"
MOST_WAITS: Final = 6
# Of one way to reach somebody, not of the person: another way may be open. The last that was got
# to is the reason that counts.
OF_CHANNEL: Final = (
    Reason.CONSENT,
    Reason.NO_CONTACT,
    Reason.ADDRESS_ENDED,
    Reason.REPUTATION,
    Reason.NO_PROVIDER,
    Reason.NO_TEXT,
    Reason.TEXT_FIELD,
    Reason.TOO_LONG,
)
# What passes by itself, at a moment that is known.
PASSING: Final = frozenset({Reason.WINDOW, Reason.CAP, Reason.SILENCE, Reason.PAUSED})


class Fate(StrEnum):
    """What becomes of asking somebody."""

    NOW = "now"
    """They can be asked, within the hours of their channel."""
    LATER = "later"
    """They can be asked once something has passed."""
    NOT = "not"
    BEGUN = "begun"
    """They have been asked, or wait for their round."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What asking one person comes to.

    `when` is the first moment at which the next round can have begun and every gate is open.
    `message` is what they would get, `state` where it stands if it was decided already. `unwritten`
    is the message that they would get if its text were approved.
    """

    match: int
    person: str
    fate: Fate
    message: Message | None = None
    reason: Reason | None = None
    when: datetime | None = None
    state: State | None = None
    unwritten: Message | None = None


@dataclass(frozen=True, slots=True)
class _Before:
    """An invitation that the person has had, or was to have, and why it stands where it does."""

    message: Message
    state: State
    reason: Reason | None
    has_begun: bool


def posting_of(session: Session, trial: str) -> str | None:
    """The public posting whose texts are sent about a trial; None where there is none."""
    query = select(POSTING.c.id).where(POSTING.c.trial == trial, POSTING.c.published.is_not(None))
    return session.scalar(query.order_by(POSTING.c.created_at.desc()).limit(1))


def prospect(
    session: Session,
    writer: Writer,
    row: MatchRow,
    at: datetime,
    *,
    opens: datetime | None = None,
) -> Prospect:
    """What asking the person of a match about its trial would come to at the moment `at`.

    `opens` is when the trial's next round can begin, where the caller knows it.
    """
    match, person = row.id or 0, row.person
    opens = opens or rounds.opens(session, row.trial, at)
    before = _before(session, row)
    begun = next((each for each in before if each.has_begun), None)
    if begun:
        waits = begun.state is State.APPROVED
        when = weighed(session, writer, match, begun.message, opens).when if waits else None
        return Prospect(match, person, Fate.BEGUN, state=begun.state, when=when)
    posting = posting_of(session, row.trial)
    possible = list(ways(session, row, posting or "", at))
    if posting is None:
        unwritten = next(iter(possible), None)
        return Prospect(match, person, Fate.NOT, reason=Reason.NO_TEXT, unwritten=unwritten)
    tried = {each.message.channel for each in before}
    least = Prospect(match, person, Fate.NOT, reason=Reason.CONSENT)
    for message in (each for each in possible if each.channel not in tried):
        found = weighed(session, writer, match, message, opens)
        if found.fate is not Fate.NOT or found.reason not in OF_CHANNEL:
            return found
        if _rank(found) > _rank(least):
            unwritten = message if found.reason is Reason.NO_TEXT else None
            least = Prospect(match, person, Fate.NOT, reason=found.reason, unwritten=unwritten)
    # What ended the way that they were to be asked says more than why no other one is left.
    ended = next((each.reason for each in before if each.reason), None)
    return Prospect(match, person, Fate.NOT, reason=ended) if ended else least


def _rank(found: Prospect) -> int:
    return OF_CHANNEL.index(found.reason) if found.reason in OF_CHANNEL else 0


def has_begun() -> ColumnElement[bool]:
    """The condition on OUTBOX that holds which messages waited or left, or were let go in a round.

    What was stopped before its round leaves another way open; a round asks nobody twice. What was
    taken back before any worker had it is as if it had not been decided, in a round or not.
    """
    in_round = and_(OUTBOX.c.round.is_not(None), ~UNDONE)
    return or_(OUTBOX.c.state.in_(PENDING | LEFT), in_round)


def _before(session: Session, row: MatchRow) -> list[_Before]:
    """The invitations about this trial that the person has had, or was to have, newest first."""
    query = (
        select(OUTBOX, has_begun().label("begun"))
        .where(
            OUTBOX.c.trial == row.trial,
            OUTBOX.c.person == row.person,
            OUTBOX.c.wave == Wave.INVITATION.value,
            ~UNDONE,
        )
        .order_by(OUTBOX.c.id.desc())
    )
    return [
        _Before(
            Message(
                trial=each.trial,
                posting=each.posting,
                person=each.person,
                wave=Wave.INVITATION,
                channel=Channel(each.channel),
                language=each.language,
                country=each.country,
                due_at=each.due_at,
                not_after=each.not_after,
            ),
            State(each.state),
            Reason(each.reason) if each.reason else None,
            bool(each.begun),
        )
        for each in session.execute(query)
    ]


def ways(
    session: Session,
    row: MatchRow,
    posting: str,
    at: datetime,
    wave: Wave = Wave.INVITATION,
) -> Iterator[Message]:
    """The messages of a wave that could be sent, the best first."""
    try:
        profile = people.profile(session, row.person)
    except NotFound:
        profile = Profile(row.person)
    country = _country(session, row.trial, profile)
    languages = tuple(_languages(session, profile))
    for channel in ORDER:
        for language in languages:
            yield Message(
                trial=row.trial,
                posting=posting,
                person=row.person,
                wave=wave,
                channel=channel,
                language=language,
                country=country,
                due_at=at,
                not_after=at + VALID,
            )


def weighed(
    session: Session, writer: Writer, match: int, message: Message, at: datetime
) -> Prospect:
    """What every gate says of a message, and whether its text can be filled."""
    person = message.person
    moment, waits = at, None
    for _ in range(MOST_WAITS):
        hold = _held(session, writer, message, moment)
        if hold is None:
            fate = Fate.LATER if waits else Fate.NOW
            return Prospect(match, person, fate, message, waits, moment)
        if hold.reason not in PASSING or hold.until is None:
            # What would pass too late says more than that it is too late.
            too_late = hold.reason is Reason.TOO_LATE
            return Prospect(
                match, person, Fate.NOT, message, waits if waits and too_late else hold.reason
            )
        moment = hold.until
        # That somebody is asked in the morning is no reason that needs one.
        waits = waits or (hold.reason if hold.reason is not Reason.WINDOW else None)
    return Prospect(match, person, Fate.NOT, message, waits or Reason.WINDOW)


def _held(session: Session, writer: Writer, message: Message, at: datetime) -> Hold | None:
    # Nobody's claim: the gates look at what they look at, and no row is touched.
    mine = Claim(0, message, "", 0, PLANNER, 0)
    if at > message.not_after:
        return Hold(State.EXPIRED, Reason.TOO_LATE)
    holds = (gate(session, mine, at) for gate in gates(Desk(writer.keyring, writer.zone)))
    first = next((hold for hold in holds if hold), None)
    if first:
        return first
    said = writer.preview(session, message, at)
    return said if isinstance(said, Hold) else None


def _country(session: Session, trial: str, profile: Profile) -> str:
    """Whose committee's text it is: where the person lives, or, unknown, where the trial runs."""
    home = profile.home.country
    if home:
        return HOME if home in zones.HOLIDAYS_OF else home
    found = {site.country for site in trials.get(session, trial).draft.sites if site.country}
    return found.pop() if len(found) == 1 else ""


def _languages(session: Session, profile: Profile) -> Iterator[str]:
    """The languages to write in, the best first: what the person chose in, what they speak.

    Another one follows only where nobody said what they speak.
    """
    read = next(chosen_in(session, profile.person), None)
    likely = ("en", "fr") if profile.home.country not in {None, HOME} else ("fr", "en")
    spoken = [each for each in likely if each in profile.languages]
    yield from dict.fromkeys([*([read] if read else []), *(spoken or likely)])
