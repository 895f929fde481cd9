"""What follows on a person's paths when they take something back, by whichever way they say it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, Self

from sqlalchemy.orm import Session

from recruit.actions.confirming import Hand
from recruit.actions.visits.appointments import give_back
from recruit.actions.visits.released import stands
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.ledger import CLOCK
from recruit.consent.state import Standings, permitting
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.referrals import paths, slots
from recruit.referrals.paths import AT_SITE, Path, State

RELEASE_TAKEN_BACK: Final = "release taken back"
NOT_LOOKED_FOR: Final = "consent taken back"
NEEDS_RELEASE: Final = (AT_SITE - {State.ENROLLED}) | {State.UNREACHABLE}
"""Who takes part already stays so: what they agreed to there is no concern of this service."""
NEEDS_MATCHING: Final = frozenset({State.INTERESTED, State.PRESCREENED})


@dataclass(frozen=True, slots=True)
class Voice:
    """How a person is told that an appointment is off where they did not say so on a page of ours.

    `link` is the page of their studies.
    """

    keyring: Keyring = field(repr=False)
    link: str

    @classmethod
    def of(cls, keyring: Keyring, base_url: str) -> Self:
        """Of the service with these keys, whose pages begin with `base_url`."""
        return cls(keyring, f"{base_url}/me/trials")


def follow(session: Session, keyring: Keyring, hand: Hand) -> None:
    """Bring every path of a person in line with what they allow now.

    Without a release, or after a no to the study, there is no appointment. The caller holds the
    chains and has written what was taken back.
    """
    for path in _over(session, hand.person, hand.audited):
        give_back(session, keyring, path, hand)


def follow_each(session: Session, voice: Voice, people: Collection[str], by: str) -> None:
    """The same where somebody else says so: staff, a community, a consent's last day.

    Each is told in the language in which they booked.
    """
    for person in sorted(people):
        for path in _over(session, person, by):
            booked = slots.of_path(session, path)
            if booked:
                hand = Hand(person, CLOCK, by, booked.language, voice.link)
                give_back(session, voice.keyring, path, hand)


def follow_in_silence(session: Session, people: Collection[str], by: str) -> None:
    """The same in a copy that was restored: they were told when they said so."""
    for person in sorted(people):
        for path in _over(session, person, by):
            booked = slots.of_path(session, path)
            if booked:
                slots.cancel(session, booked, now())


def _over(session: Session, person: str, by: str) -> list[Path]:
    """The paths on which nobody is expected at a site, each held and where it belongs now."""
    found = []
    for known in paths.of_person(session, person):
        path = paths.held(session, known.trial, person)
        if path.state in NEEDS_RELEASE and not stands(session, path):
            path = _end(session, path, State.WITHDRAWN, RELEASE_TAKEN_BACK, by)
        elif path.state in NEEDS_MATCHING and not _may_be_looked_for(session, path):
            path = _end(session, path, State.DECLINED, NOT_LOOKED_FOR, by)
        if path.state not in AT_SITE or not stands(session, path):
            found.append(path)
    return found


def _end(session: Session, path: Path, state: State, reason: str, by: str) -> Path:
    ended = paths.step(session, path, state, now(), by, reason=reason)
    tag = Tag.RELEASE_ENDED if state is State.WITHDRAWN else Tag.PATH_ENDED
    trail.record(session, tag, actor=by, subject=path.person, new=path.trial)
    return ended


def _may_be_looked_for(session: Session, path: Path) -> bool:
    """Whether the person still agrees to studies; a pause takes nothing back."""
    own = ledger.standings(session, {path.person}).get(path.person, Standings())
    wanted = Choice(Purpose.MATCHING, scope=f"trial/{path.trial}")
    return permitting(own, wanted, now()) is not None
