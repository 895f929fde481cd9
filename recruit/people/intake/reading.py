"""What reading one person gives: a profile, what was claimed about consent, what was left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.people.facts import Profile
from recruit.people.vault import Item


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in hospital: `until` is its last day, None while nobody knows it."""

    until: date | None = None

    def lasts(self, on: date) -> bool:
        """Whether the person is still there on that day."""
        return self.until is None or on <= self.until


@dataclass(frozen=True, slots=True)
class Intake:
    """One person as read. One bad fact is refused by name in `notes`, the person is kept.

    `claim` is the evidence of consent as the record states it, not yet checked; None without any.
    `born` is as exact as it was told, and `contact` says how to reach the person: both are for the
    vault, and in no profile. `stay` is None where nothing is said of a hospital; `own` says that
    the account was said to be the patient's own.
    """

    profile: Profile
    claim: Mapping[str, object] | None = None
    notes: tuple[Refusal, ...] = ()
    born: PartialDate | None = field(default=None, repr=False)
    contact: Mapping[Item, str] = field(default_factory=dict, repr=False)
    stay: Stay | None = None
    own: bool = False


@dataclass(slots=True)
class Notes:
    """Collects the facts of one person that were refused."""

    record: str
    refused: list[Refusal] = field(default_factory=list)

    def refuse(self, field: str, problem: str, **details: object) -> None:
        """Note that the fact at `field` was left out, and why."""
        self.refused.append(Refusal(record=self.record, field=field, problem=problem, **details))
