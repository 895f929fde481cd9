"""Invented people in the person exchange format: the same ones for the same seed and day.

They differ in how much is known about them, as members of a community do: some answered every
question and called their lists complete, some told the main things, some hardly said anything.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from recruit.core.clock import today
from recruit.demo.answers import answers
from recruit.demo.health import facts
from recruit.demo.life import Life, Telling, life
from recruit.demo.notes import note
from recruit.demo.notices import VERSION, fingerprint
from recruit.demo.states import states
from recruit.terminology.concepts import Kind

COMMUNITY: Final = "ensemble"
WITHOUT_CONSENT: Final = 60
"""One person in so many comes without the proof of consent, to show that they are refused."""

EVERYTHING: Final = [*(str(kind) for kind in Kind), "state"]


def people(
    count: int = 300, seed: int = 2026, on: date | None = None
) -> Iterator[dict[str, object]]:
    """`count` people as of the day `on`, which is today unless given."""
    for number in range(count):
        yield _told(life(number, seed, on or today()))


def _told(of: Life) -> dict[str, object]:
    person: dict[str, object] = {
        "id": f"{COMMUNITY}-{of.number + 1:04}",
        "community": COMMUNITY,
        "language": of.language,
    }
    if of.telling is Telling.LITTLE and of.chance(0.3):
        person["age"] = of.age
    else:
        person["birth_date"] = f"{of.born:%Y-%m}"
    if of.telling is not Telling.LITTLE or of.chance(0.7):
        person["sex"] = of.sex
        person["location"] = {
            "postcode": of.town.postcode,
            "country": of.town.country,
            "lat": of.town.lat,
            "lon": of.town.lon,
        }
    if of.cohort.en and of.cohort.fr and of.chance(0.6):
        person["seeking"] = [of.say(of.cohort.en, of.cohort.fr)]
    person["facts"] = [*facts(of), *states(of)]
    person["answers"] = list(answers(of))
    if of.telling is Telling.EVERYTHING:
        person["complete"] = EVERYTHING
    elif of.telling is Telling.MAIN_THINGS and of.chance(0.4):
        person["complete"] = ["drug"]
    if words := note(of):
        person["note"] = words
    if of.number % WITHOUT_CONSENT != WITHOUT_CONSENT - 1:
        person["consent"] = _consent(of)
    return {name: value for name, value in person.items() if value != []}


def _consent(of: Life) -> dict[str, object]:
    agreed = datetime.combine(of.on, time(9), UTC) - timedelta(hours=of.dice.randint(48, 9000))
    purposes = ["matching", "contact/email"]
    return {
        "purposes": [*purposes, "research-reuse"] if of.chance(0.3) else purposes,
        "notice": fingerprint(of.language),
        "notice_version": VERSION,
        "language": of.language,
        "at": agreed.isoformat(),
        "method": "unticked box, confirmed by e-mail",
    }
