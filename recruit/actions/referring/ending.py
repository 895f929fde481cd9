"""What follows on a person's paths when they take something back, by whichever way they say it."""

from typing import Final

from sqlalchemy.orm import Session

from recruit.actions.confirming import Hand
from recruit.actions.referring.appointments import give_back
from recruit.actions.referring.sites import release
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice
from recruit.consent.state import Standings, permitting
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.referrals import paths
from recruit.referrals.paths import Path, State

METHOD: Final = "declined the study"


def follow(session: Session, keyring: Keyring, hand: Hand) -> None:
    """Bring every path of a person in line with what they allow now.

    Who declined a study takes back what they released for it; without a release there is no
    appointment. The caller holds the chains and has written what was taken back.
    """
    for path in paths.of_person(session, hand.person):
        if path.site is None or path.state not in {State.RELEASED, State.DECLINED}:
            continue
        held = paths.held(session, path.trial, hand.person)
        choice = release(path.trial, path.site)
        stands = _stands(session, held, choice)
        if held.state is State.DECLINED and stands:
            ledger.withdraw(session, hand.person, choice, hand.actor, METHOD)
            _record(session, hand, choice)
        elif held.state is State.RELEASED and not stands:
            paths.step(session, held, State.WITHDRAWN, now(), hand.audited)
            _record(session, hand, choice)
        elif held.state is State.RELEASED:
            continue
        give_back(session, keyring, held, hand)


def _stands(session: Session, path: Path, choice: Choice) -> bool:
    """Whether the person still agrees; a pause takes nothing back."""
    own = ledger.standings(session, {path.person}).get(path.person, Standings())
    return permitting(own, choice, now()) is not None


def _record(session: Session, hand: Hand, choice: Choice) -> None:
    trail.record(
        session, Tag.RELEASE_ENDED, actor=hand.audited, subject=hand.person, new=str(choice)
    )
