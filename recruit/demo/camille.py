"""The one invented person who has a space of her own: signed in by a code that lands in outbox/."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from recruit.actions.matching import explain_match
from recruit.bootstrap import Recruit
from recruit.consent.notices import current
from recruit.core.db import unit_of_work
from recruit.demo.people import COMMUNITY
from recruit.people import accounts, store
from recruit.people.accounts import Role

EMAIL: Final = "camille@example.org"
NAME: Final = f"{COMMUNITY}-camille"
STUDY: Final = "DEMO-001"
"""The study that was found for her, and that a coordinator looked at."""


def camille(on: date) -> dict[str, object]:
    """Camille in the person exchange format, as of the day `on`: some answers are open."""
    notice = current("fr")
    agreed = datetime.combine(on, time(9), UTC) - timedelta(days=40)
    measured = (on - timedelta(days=30)).isoformat()
    return {
        "id": NAME,
        "community": COMMUNITY,
        "language": "fr",
        "birth_date": f"{on.year - 51}-04-17",
        "sex": "female",
        "location": {"postcode": "75012", "country": "FR", "lat": 48.84, "lon": 2.39},
        "contact": {"email": EMAIL, "name": "Camille Exemple"},
        "seeking": ["diabète de type 2"],
        "facts": [
            {
                "kind": "condition",
                "text": "diabète de type 2",
                "code": "ICD10:E11",
                "onset": str(on.year - 9),
            },
            {"kind": "condition", "text": "hypertension artérielle", "onset": str(on.year - 4)},
            {"kind": "drug", "text": "metformine", "onset": str(on.year - 8)},
            {"kind": "measure", "text": "HbA1c", "value": 7.8, "unit": "%", "date": measured},
            {"kind": "measure", "text": "IMC", "value": 28.4, "unit": "kg/m2", "date": measured},
        ],
        "consent": {
            "purposes": ["matching", "contact/email"],
            "notice": notice.digest,
            "notice_version": notice.version,
            "language": notice.language,
            "at": agreed.isoformat(),
            "method": "unticked boxes, confirmed by e-mail",
        },
    }


def give_account(recruit: Recruit, on: date, coordinator: int) -> None:
    """Let Camille sign in, and have a coordinator look at her match."""
    with unit_of_work(recruit.engine) as session:
        person = store.pseudonyms(session, COMMUNITY, {NAME})[NAME]
        accounts.of_holder(session, person, Role.PARTICIPANT)
    actor = f"account {coordinator}"
    explain_match(recruit.engine, recruit.lexicon, trial=STUDY, person=person, on=on, actor=actor)
