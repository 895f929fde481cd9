"""Who may be stored, as one batch of records says it: read, of age, and with proof of consent.

This is the part of an import that needs no database, so that other processes can do it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from recruit.consent.choices import Choice, Purpose
from recruit.consent.evidence import Evidence, parse_evidence
from recruit.core.errors import Refusal
from recruit.core.files import Line, Record
from recruit.core.i18n import N_
from recruit.people.adults import is_adult
from recruit.people.codec import encode
from recruit.people.intake.mapping import FieldMapping
from recruit.people.intake.reading import Intake, Stay
from recruit.people.intake.records import read_people
from recruit.people.own_words import of_community
from recruit.people.vault import Item
from recruit.terminology.lexicon import Lexicon

MATCHING: Final = Choice(Purpose.MATCHING)
NO_EVIDENCE: Final = N_("there is no evidence of consent")
NOT_MATCHING: Final = N_("the evidence of consent does not cover “matching”")
NOT_OF_AGE: Final = N_("only people who are surely 18 or older can take part")

Found = Line | Record | Refusal


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person of age; `name` is the identifier within the community.

    `profile` is codec.py's JSON, in which nobody is named yet. `evidence` is checked, or why there
    is none. `contact` is for the vault alone. `stay` is what is said of a hospital, `own` that
    the account is the patient's own.
    """

    name: str
    profile: dict[str, Any]
    evidence: Evidence | Refusal
    contact: Mapping[Item, str] = field(repr=False)
    notes: tuple[Refusal, ...]
    stay: Stay | None = None
    own: bool = False

    @property
    def proof(self) -> Evidence:
        """The evidence; the Refusal is raised where there is none."""
        if isinstance(self.evidence, Refusal):
            raise self.evidence
        return self.evidence


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads records of one community, as known at `moment`."""

    lexicon: Lexicon
    community: str
    moment: datetime
    mapping: FieldMapping | None

    def __call__(self, records: Sequence[Found]) -> list[Candidate | Refusal]:
        """Everyone in `records`, in their order, or why they cannot be stored."""
        return [one for record in records for one in self._people(record)]

    def _people(self, found: Found) -> Iterator[Candidate | Refusal]:
        record = found.read() if isinstance(found, Line) else found
        if isinstance(record, Refusal):
            yield record
            return
        if self.mapping is not None:
            record = Record(record.where, self.mapping.applied(record.value))
        for read in read_people(record, self.lexicon, self.moment.date()):
            yield self._of_age(read) if isinstance(read, Intake) else read

    def _of_age(self, intake: Intake) -> Candidate | Refusal:
        name, born = intake.profile.person, intake.born
        if born is not None and not is_adult(born, self.moment.date()):
            return Refusal(record=name, field="birth_date", problem=NOT_OF_AGE)
        profile = encode(replace(of_community(intake.profile), person=""))
        exact = born is not None and born.earliest == born.latest
        day = {Item.BIRTH_DATE: str(born)} if exact else {}
        return Candidate(
            name,
            profile,
            self._evidence(intake),
            {**intake.contact, **day},
            intake.notes,
            intake.stay,
            intake.own,
        )

    def _evidence(self, intake: Intake) -> Evidence | Refusal:
        name = intake.profile.person
        if intake.claim is None:
            return Refusal(record=name, field="consent", problem=NO_EVIDENCE)
        source = f"community {self.community}"
        try:
            return parse_evidence(intake.claim, record=name, source=source, moment=self.moment)
        except Refusal as refusal:
            return refusal


def reader_in_worker(
    lexicon: Path, community: str, moment: datetime, mapping: FieldMapping | None
) -> Callable[[Sequence[Found]], list[Candidate | Refusal]]:
    """The same reader in a process of its own, which opens the lexicon itself."""
    return Reader(Lexicon.open(lexicon), community, moment, mapping)


def with_proof(candidate: Candidate, given: Evidence | None) -> Candidate | Refusal:
    """The candidate with evidence that covers matching; what was `given` apart goes first."""
    proven = candidate if given is None else replace(candidate, evidence=given)
    if isinstance(proven.evidence, Refusal):
        return proven.evidence
    if MATCHING not in proven.proof.purposes:
        return Refusal(record=candidate.name, field="consent.purposes", problem=NOT_MATCHING)
    return proven
