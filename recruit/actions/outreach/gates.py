"""The gates that every message passes: one that stays shut is enough (promises.md, “Outreach”, 3).

They are asked twice under the person's lock: before a connection is opened, before the last byte.
What the person or the sponsor has decided holds a message for good (SUPPRESSED); what may mend by
itself (a pause, a night, a text that has to be approved anew) puts it off (DEFERRED), and it is
looked at again until its last day has passed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from recruit.actions.outreach.scene import Desk, Scene, scene
from recruit.actions.outreach.windows import is_open, next_open
from recruit.consent.choices import Choice, Purpose
from recruit.consent.state import pause_of, permitting
from recruit.notify.reputation import holds_back
from recruit.notify.stages import INVITING, Claim, Gate, Hold, Reason, State, Wave
from recruit.notify.suppression import REACHED_BY
from recruit.people.adults import is_adult
from recruit.trials.draft import TrialStatus
from recruit.trials.materials.content import State as TextState
from recruit.trials.posting.store import Life

__all__ = ["GATES", "Desk", "gates"]

AN_HOUR: Final = timedelta(hours=1)
A_DAY: Final = timedelta(days=1)
RECRUITING: Final = frozenset({TrialStatus.RECRUITING, TrialStatus.ENROLLING_BY_INVITATION})


def consent(scene: Scene) -> Hold | None:
    """Matching and contact by this channel are agreed to, for this trial too; nothing is paused."""
    message, scope = scene.message, f"trial/{scene.message.trial}"
    needed = (
        Choice(Purpose.MATCHING, scope=scope),
        Choice(Purpose.CONTACT, message.channel, scope),
    )
    if any(permitting(scene.consents, choice, scene.at) is None for choice in needed):
        return Hold(State.SUPPRESSED, Reason.CONSENT)
    pause = pause_of(scene.consents, scene.at)
    if pause is None:
        return None
    if pause.valid_until is None:
        return Hold(State.SUPPRESSED, Reason.PAUSED)
    return Hold(State.DEFERRED, Reason.PAUSED, pause.valid_until)


def contact_point(scene: Scene) -> Hold | None:
    """The vault opens and knows where to reach the person; a key may come back."""
    if scene.kept is None:
        return Hold(State.DEFERRED, Reason.UNREADABLE, scene.at + AN_HOUR)
    if not scene.kept.get(REACHED_BY[scene.message.channel]):
        return Hold(State.SUPPRESSED, Reason.NO_CONTACT)
    return None


def suppression(scene: Scene) -> Hold | None:
    """The address has not bounced for good, and nobody there has complained."""
    if scene.is_ended is None:
        return Hold(State.DEFERRED, Reason.UNREADABLE, scene.at + AN_HOUR)
    return Hold(State.SUPPRESSED, Reason.ADDRESS_ENDED) if scene.is_ended else None


def text(scene: Scene) -> Hold | None:
    """The text is the approved one, to the last sign, on this day; a new one may be approved.

    That there is a question is told in our own words, in which no study is spoken of.
    """
    if scene.message.wave is Wave.QUESTION:
        return None
    if scene.text is not TextState.APPROVED:
        return Hold(State.DEFERRED, Reason.NO_TEXT, scene.at + A_DAY)
    # Another text was approved since this one was written: it is written anew at once.
    return Hold(State.DEFERRED, Reason.REWRITTEN, scene.at) if scene.is_rewritten else None


def recruiting(scene: Scene) -> Hold | None:
    """The trial seeks people and its sponsor lets it; one that is paused may be resumed."""
    if not _invites(scene):
        return None
    if scene.row and scene.row.life == Life.PAUSED:
        return Hold(State.DEFERRED, Reason.NOT_RECRUITING, scene.at + A_DAY)
    if scene.row and scene.row.life == Life.OPEN and scene.row.status in RECRUITING:
        return None
    return Hold(State.SUPPRESSED, Reason.NOT_RECRUITING)


def matched(scene: Scene) -> Hold | None:
    """The person is matched with the trial as both stand now."""
    if not _invites(scene) or (scene.row and scene.row.match is not None):
        return None
    return Hold(State.SUPPRESSED, Reason.NO_MATCH)


def age(scene: Scene) -> Hold | None:
    """The person is surely of age, by each date of birth that is known, wherever they may be."""
    today = scene.days[0]
    if scene.births and all(is_adult(born, today) for born in scene.births):
        return None
    return Hold(State.SUPPRESSED, Reason.AGE)


def answered(scene: Scene) -> Hold | None:
    """Who has answered, whatever it was, is not asked again."""
    if _invites(scene) and scene.past.answered(scene.message.trial):
        return Hold(State.SUPPRESSED, Reason.ANSWERED)
    return None


def window(scene: Scene) -> Hold | None:
    """It is an hour for this channel where the person lives."""
    channel = scene.message.channel
    if is_open(channel, scene.place, scene.at):
        return None
    later = next_open(channel, scene.place, scene.at)
    state = State.DEFERRED if later else State.SUPPRESSED
    return Hold(state, Reason.WINDOW, later)


def cap(scene: Scene) -> Hold | None:
    """The person was not asked twice in the last 30 days."""
    until = scene.past.capped_until() if _invites(scene) else None
    return Hold(State.DEFERRED, Reason.CAP, until) if until else None


def silence(scene: Scene) -> Hold | None:
    """The person has not said no to any study in the last 60 days."""
    until = scene.past.silent_until(scene.at) if _invites(scene) else None
    return Hold(State.DEFERRED, Reason.SILENCE, until) if until else None


def reputation(scene: Scene) -> Hold | None:
    """The channel is neither stopped by complaints, nor slowed down and full for this hour."""
    return holds_back(scene.session, scene.mine, scene.at, scene.seen)


Look = Callable[[Scene], Hold | None]
GATES: Final[tuple[Look, ...]] = (
    consent,
    contact_point,
    suppression,
    text,
    recruiting,
    matched,
    age,
    answered,
    window,
    cap,
    silence,
    reputation,
)
"""In the order in which they are asked: the first that holds says why."""


def gates(desk: Desk, looks: tuple[Look, ...] = GATES) -> tuple[Gate, ...]:
    """The gates as a sender asks them."""
    return tuple(_Asked(desk, look) for look in looks)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One gate at one desk."""

    desk: Desk
    look: Look

    def __call__(self, session: Session, mine: Claim, at: datetime) -> Hold | None:
        return self.look(scene(session, mine, at, self.desk))


def _invites(scene: Scene) -> bool:
    return scene.message.wave in INVITING
