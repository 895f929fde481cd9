"""Where people stand on their way into a study, why, and who had a hand in it: words for staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from recruit.actions.deeds import By, Party
from recruit.actions.following.having import Having, Holder
from recruit.actions.following.outcomes import REASONS
from recruit.actions.following.stages import Stage
from recruit.actions.following.timeline import NOBODY_ANSWERED, Event
from recruit.actions.match_table import Superseded
from recruit.actions.outreach.answer_table import Answer
from recruit.actions.outreach.reason_words import REASONS as OF_MESSAGES
from recruit.actions.reviewing.tables import Ended
from recruit.actions.visits.ending import NOT_LOOKED_FOR, RELEASE_TAKEN_BACK
from recruit.core.clock import now
from recruit.core.i18n import N_
from recruit.referrals.paths import State
from recruit.web.deciding_words import NOES
from recruit.web.filters import day
from recruit.web.language import say
from recruit.web.me.record import ROLES
from recruit.web.service import service

STAGES: Final = {
    Stage.PROPOSED: N_("Proposed by matching"),
    Stage.ASKED: N_("Asked a question first"),
    Stage.LATER: N_("Put off by staff"),
    Stage.REFUSED: N_("Said no to by staff"),
    Stage.LAPSED: N_("No longer matched"),
    Stage.APPROVED: N_("Approved for invitation"),
    Stage.INVITED: N_("Has been invited"),
    Stage.DELIVERED: N_("Delivery of the invitation confirmed"),
    Stage.SILENT: N_("No answer to the invitation"),
    Stage.STOPPED: N_("Invitation came to nothing"),
    Stage.INTERESTED: N_("Interested, answering questions"),
    Stage.PRESCREENED: N_("Questions answered"),
    Stage.RELEASED: N_("Contact details released"),
    Stage.CONTACTED: N_("Spoken with"),
    Stage.SCREENING: N_("In screening"),
    Stage.ENROLLED: N_("Takes part"),
    Stage.SCREEN_FAILURE: N_("Screening failed"),
    Stage.WITHDREW: N_("Has left the study"),
    Stage.UNREACHABLE: N_("Could not be reached"),
    Stage.TAKEN_BACK: N_("Release taken back"),
    Stage.DECLINED: N_("Declined"),
}
# The way as it is drawn: whoever leaves it stands beside it.
WAY: Final = (
    Stage.PROPOSED,
    Stage.APPROVED,
    Stage.INVITED,
    Stage.INTERESTED,
    Stage.PRESCREENED,
    Stage.RELEASED,
    Stage.CONTACTED,
    Stage.SCREENING,
    Stage.ENROLLED,
)
# What a site can write down: as a button, in the order in which it usually comes.
DEEDS: Final = {
    State.CONTACTED: N_("I have spoken with them"),
    State.SCREENING: N_("Screening has begun"),
    State.ENROLLED: N_("They are enrolled"),
}
ENDS: Final = {
    State.DECLINED: N_("They do not want the study"),
    State.UNREACHABLE: N_("They cannot be reached"),
    State.SCREEN_FAILURE: N_("The screening failed"),
    State.WITHDREW: N_("They have left the study"),
}
WHY: Final[dict[str, str]] = {
    **{reason.value: words for reason, words in OF_MESSAGES.items()},
    **{reason.value: words for reason, words in NOES.items()},
    RELEASE_TAKEN_BACK: N_("The person took the release back"),
    NOT_LOOKED_FOR: N_("The person took back that studies are looked for"),
    NOBODY_ANSWERED: N_("Tried to reach them, and nobody answered"),
    Answer.NOT_NOW.value: N_("The person said: not now"),
    Answer.NEVER_THIS.value: N_("The person said: never this study"),
    Answer.NEVER.value: N_("The person said: never again any study"),
    Superseded.TRIAL_AMENDED.value: N_("The trial was amended"),
    Superseded.PROFILE_CHANGED.value: N_("The person’s profile has changed"),
    Superseded.RULES_CHANGED.value: N_("The trial is read by newer rules"),
    Superseded.TIME_PASSED.value: N_("Time has passed"),
    Superseded.CONSENT_WITHDRAWN.value: N_("The person does not agree any more"),
    Superseded.TRIAL_STOPPED.value: N_("The trial was paused or closed"),
    Ended.UNDONE.value: N_("The decision was undone"),
    Ended.OVER.value: N_("It has come back to be judged"),
}
ENDED: Final = frozenset(Stage(state.value) for state in REASONS)
PARTIES: Final = {
    Party.SELF: N_("The person"),
    Party.REPRESENTATIVE: N_("Somebody who acts for the person"),
    Party.OPERATOR: N_("An administrator of this service"),
    Party.VISITOR: N_("Somebody who was not signed in"),
    Party.LINK: N_("The person, by a link of ours"),
    Party.SERVICE: N_("This service, by itself"),
    Party.STAFF: N_("Somebody of our staff"),
}
HOLDERS: Final = {
    Holder.REVIEW: N_("Review and invitations"),
    Holder.PERSON: N_("The person, and the operator’s coordinators"),
    Holder.OPERATOR: N_("The operator’s coordinators"),
    Holder.NOBODY: N_("Nobody: it has ended"),
}
LATE: Final = N_("Late: it was due on {day}")
TODAY: Final = N_("Due today")
UNTIL: Final = N_("Due on {day}")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day in words, with a shape and the class of its colour."""

    colour: str
    shape: str
    words: str


def why(event: Event) -> str:
    """Why something happened, in the reader's language; "" where it needs no reason."""
    own = REASONS.get(State(event.stage.value)) if event.stage in ENDED else None
    words = (own or {}).get(event.reason) or WHY.get(event.reason, "")
    return say(words) if words else ""


def who(by: By) -> str:
    """Who had a hand in it: roles, no names."""
    if by.role in ROLES:
        role = say(ROLES[by.role])
        return f"{role}, {by.organisation}" if by.organisation else role
    return say(PARTIES[by.party])


def has(having: Having) -> str:
    """Who has somebody in hand."""
    return having.name if having.holder is Holder.SITE else say(HOLDERS[having.holder])


def deadline(due: datetime | None) -> Deadline | None:
    """Until when somebody has to act; None where nobody has to."""
    if due is None:
        return None
    at, zone = now(), ZoneInfo(service().settings.timezone)
    last = (due - timedelta(seconds=1)).astimezone(zone).date()
    if due <= at:
        return Deadline("no", "✕", say(LATE, day=day(last)))
    if last == at.astimezone(zone).date():
        return Deadline("unknown", "!", say(TODAY))
    return Deadline("", "", say(UNTIL, day=day(last)))
