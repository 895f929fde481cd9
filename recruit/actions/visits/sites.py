"""The sites of a study that a person can choose from, the nearest first, and their names."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from recruit.consent.choices import Choice, Purpose
from recruit.core.errors import NotFound
from recruit.criteria.eligibility import Place
from recruit.matching.geography import distance_km
from recruit.people.facts import Home
from recruit.trials import store as trials
from recruit.trials.about import recruits
from recruit.trials.centres import site_key
from recruit.trials.draft import TrialDraft

SCOPE: Final = "site/"


@dataclass(frozen=True, slots=True)
class Site:
    """A site by its key; `km` from the person's home, None where either place is not known.

    `phone` is the number of its team, "" where it names none.
    """

    key: str
    name: str
    place: str
    address: str
    phone: str
    km: float | None

    @property
    def words(self) -> str:
        """What it is called and where it is, in one line: "Hôpital Exemple, 75012 Paris"."""
        return ", ".join(filter(None, (self.name, self.place)))


def near(draft: TrialDraft, home: Home) -> list[Site]:
    """The sites that look for people, the nearest first and those that nobody can place last."""
    sites = {each.key: each for each in _every(draft, home, recruiting=True)}
    return sorted(sites.values(), key=lambda site: (site.km is None, site.km or 0, site.words))


def site_of(draft: TrialDraft, key: str | None) -> Site | None:
    """The site with this key, whether it looks for people or not."""
    found = (each for each in _every(draft, Home(), recruiting=False) if each.key == key)
    return next(found, None)


def release(trial: str, site: str) -> Choice:
    """What a person says yes to when one site of a trial may have their contact details.

    Of this trial alone: the same hospital may run another one.
    """
    return Choice(Purpose.RELEASE, scope=f"{SCOPE}{trial}/{site}")


def named(session: Session, choice: Choice) -> str:
    """The site that a release is to, as people know it; "" where the trial has none such now."""
    trial, _, key = choice.scope.removeprefix(SCOPE).rpartition("/")
    try:
        draft = trials.get(session, trial).draft
    except NotFound:
        return ""
    found = site_of(draft, key)
    return found.words if found else ""


def _every(draft: TrialDraft, home: Home, *, recruiting: bool) -> list[Site]:
    kept = (each for each in draft.sites if not recruiting or recruits(each, draft.status))
    return [
        Site(
            key=site_key(each),
            name=each.name,
            place=" ".join(filter(None, (each.postcode, each.city))),
            address=_one_line(each.address),
            phone=_one_line(each.contact.phone) if each.contact else "",
            km=distance_km(home, (Place(None, each.lat, each.lon),)),
        )
        for each in kept
    ]


def _one_line(text: str) -> str:
    return ", ".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
