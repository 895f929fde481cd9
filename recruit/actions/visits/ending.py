"""What follows on a person's paths when they take something back, by whichever way they say it."""

from sqlalchemy.orm import Session

from recruit.actions.confirming import Hand
from recruit.actions.visits.appointments import give_back
from recruit.actions.visits.sites import release
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.state import Standings, permitting
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.referrals import paths
from recruit.referrals.paths import Path, State


def follow(session: Session, keyring: Keyring, hand: Hand) -> None:
    """Bring every path of a person in line with what they allow now.

    Without a release, or after a no to the study, there is no appointment. The caller holds the
    chains and has written what was taken back.
    """
    for path in paths.of_person(session, hand.person):
        if path.state not in {State.RELEASED, State.DECLINED} or path.site is None:
            continue
        held = paths.held(session, path.trial, hand.person)
        if held.state is State.RELEASED:
            if _stands(session, held):
                continue
            paths.step(session, held, State.WITHDRAWN, now(), hand.audited)
            ended = {"actor": hand.audited, "subject": path.person, "new": path.trial}
            trail.record(session, Tag.RELEASE_ENDED, **ended)
        give_back(session, keyring, held, hand)


def _stands(session: Session, path: Path) -> bool:
    """Whether the person still agrees; a pause takes nothing back."""
    own = ledger.standings(session, {path.person}).get(path.person, Standings())
    return permitting(own, release(path.trial, path.site or ""), now()) is not None
