"""What would become of asking one person about one study, found out without writing anything.

The same gates that a sender asks decide it, one channel after the other. A coordinator's invitation
rests on it as much as the plan: nobody is approved for whom a gate is shut for good.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import zones
from recruit.actions.outreach.gates import Desk, gates
from recruit.actions.outreach.writing import Writer
from recruit.consent.choices import Channel
from recruit.consent.tables import CONSENT
from recruit.core.errors import NotFound
from recruit.core.i18n import LANGUAGES
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import LEFT, PENDING, Claim, Hold, Message, Reason, State, Wave
from recruit.people import store as people
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
    """What asking one person comes to. `when` is the first moment at which every gate is open.

    `message` is what they would get, `state` where it stands if it was decided already.
    """

    match: int
    person: str
    fate: Fate
    message: Message | None = None
    reason: Reason | None = None
    when: datetime | None = None
    state: State | None = None


def posting_of(session: Session, trial: str) -> str | None:
    """The public posting whose texts are sent about a trial; None where there is none."""
    query = select(POSTING.c.id).where(POSTING.c.trial == trial, POSTING.c.published.is_not(None))
    return session.scalar(query.order_by(POSTING.c.created_at.desc()).limit(1))


def prospect(session: Session, writer: Writer, row: MatchRow, at: datetime) -> Prospect:
    """What asking the person of a match about its trial would come to at the moment `at`."""
    match, person = row.id or 0, row.person
    before = _begun(session, row)
    begun = next((state for _, state, is_begun in before if is_begun), None)
    if begun:
        return Prospect(match, person, Fate.BEGUN, state=begun)
    posting = posting_of(session, row.trial)
    if posting is None:
        return Prospect(match, person, Fate.NOT, reason=Reason.NO_TEXT)
    tried = {channel for channel, _, _ in before}
    reason = Reason.CONSENT
    for message in _ways(session, row, posting, at):
        if message.channel in tried:
            continue
        found = _weighed(session, writer, match, message, at)
        if found.fate is not Fate.NOT or found.reason not in OF_CHANNEL:
            return found
        reason = max(reason, found.reason, key=OF_CHANNEL.index)
    return Prospect(match, person, Fate.NOT, reason=reason)


def has_begun() -> ColumnElement[bool]:
    """The condition on OUTBOX that holds which messages waited or left, or were let go in a round.

    What was stopped before its round leaves another way open; a round asks nobody twice.
    """
    return or_(OUTBOX.c.state.in_(PENDING | LEFT), OUTBOX.c.round.is_not(None))


def _begun(session: Session, row: MatchRow) -> list[tuple[Channel, State, bool]]:
    """The invitations about this trial that the person has had, or was to have."""
    query = select(OUTBOX.c.channel, OUTBOX.c.state, has_begun().label("begun")).where(
        OUTBOX.c.trial == row.trial,
        OUTBOX.c.person == row.person,
        OUTBOX.c.wave == Wave.INVITATION.value,
    )
    return [
        (Channel(each.channel), State(each.state), bool(each.begun))
        for each in session.execute(query)
    ]


def _ways(session: Session, row: MatchRow, posting: str, at: datetime) -> Iterator[Message]:
    """The invitations that could be sent, the best first."""
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
                wave=Wave.INVITATION,
                channel=channel,
                language=language,
                country=country,
                due_at=at,
                not_after=at + VALID,
            )


def _weighed(
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
            return Prospect(match, person, Fate.NOT, message, hold.reason)
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
    query = (
        select(CONSENT.c.shown["language"].as_string())
        .where(CONSENT.c.person == profile.person)
        .order_by(CONSENT.c.sequence.desc())
    )
    read = next((each for each in session.scalars(query) if each in LANGUAGES), None)
    likely = ("en", "fr") if profile.home.country not in {None, HOME} else ("fr", "en")
    spoken = [each for each in likely if each in profile.languages]
    yield from dict.fromkeys([*([read] if read else []), *(spoken or likely)])
