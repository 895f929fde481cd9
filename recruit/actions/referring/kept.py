"""What is kept of a person's way through studies, for whoever asks what is known about them."""

from typing import Any

from sqlalchemy.orm import Session

from recruit.referrals import asked, paths, slots
from recruit.referrals.paths import Path


def kept(session: Session, person: str) -> list[dict[str, Any]]:
    """Every path with its steps, how questions were dealt with, and the appointment, as JSON."""
    return [_path(session, path) for path in paths.of_person(session, person)]


def _path(session: Session, path: Path) -> dict[str, Any]:
    booked = slots.of_path(session, path)
    return {
        "trial": path.trial,
        "state": path.state.value,
        "since": path.since.isoformat(),
        "site": path.site,
        "way": path.way,
        "times": list(path.times),
        "steps": [
            {"state": each.state.value, "at": each.at.isoformat()}
            for each in paths.steps(session, path)
        ],
        "questions": dict(asked.given(session, path)),
        "appointment": booked.slot.offer.starts_at.isoformat() if booked else None,
    }
