"""What one stretch of a statement holds: things said of a person, and words nobody read."""

from dataclasses import dataclass, field
from typing import Literal

from recruit.criteria.nodes import SexValue, Status
from recruit.terminology.concepts import Kind, Mention, Reading
from recruit.trials.parser.bounds import Bound
from recruit.trials.parser.items import Item

Sort = Literal[
    "clinical", "measure", "ordinal", "state", "language", "location", "sex", "adult", "age"
]
# How an entry hangs on the one before. "with" says both of the person; after "of", "for" and
# words that were not read only the one before is surely said.
Link = Literal["first", "adjacent", "with", "of", "for", "unread"]


@dataclass(slots=True)
class Entry:
    """One thing said of a person at `[start, end)`.

    `denied` is the place of the word that denies it. An entry that does not `act` is mentioned,
    but may not be said of the person ("risk of stroke"). A `condition` says whom the rest is about
    ("for women of childbearing potential"); `other` is the second of "male or female"
    and `reach` where the word "allergy" of an allergy stands. A `tested` pregnancy is what a test
    is for, which says nothing without its result. `averse`: something speaks against taking it.
    """

    sort: Sort
    start: int
    end: int
    mention: Mention | None = None
    reading: Reading | None = None
    denied: int | None = None
    acts: bool = True
    status: Status | None = None
    severity: str | None = None
    line: str | None = None
    value: str | None = None
    allergy: bool = False
    bound: Bound | None = None
    grades: tuple[str, tuple[str, ...]] | None = None
    sex: SexValue | None = None
    condition: bool = False
    other: "Entry | None" = None
    reach: int | None = None
    tested: bool = False
    averse: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The concepts, or keys of a vocabulary, that it stands for."""
        return self.reading.keys if self.reading else ()


@dataclass(slots=True)
class Carried:
    """What goes on from one stretch of a list to the next: "no history of A, B or C".

    `purpose`: its last disease is what something was done for ("chemotherapy for A or B").
    """

    denied: int | None = None
    status: Status | None = None
    allergy: bool = False
    averse: bool = False
    uncertain: bool = False
    family: bool = False
    severity: str | None = None
    variable: Entry | None = None
    age: bool = False
    speaks: bool = False
    unable: bool = False
    qualified: str = ""
    purpose: bool = False

    def copy(self) -> "Carried":
        """The same, to go on from; copy.copy takes five times as long."""
        return Carried(
            self.denied,
            self.status,
            self.allergy,
            self.averse,
            self.uncertain,
            self.family,
            self.severity,
            self.variable,
            self.age,
            self.speaks,
            self.unable,
            self.qualified,
            self.purpose,
        )


@dataclass(slots=True)
class Run:
    """Words that nobody read, at `[start, end)`; `words` are their normal forms.

    Of some only the `kind` of thing is known that they speak of ("contraindication to"); `bound`
    is the time among them.
    """

    start: int
    end: int
    words: tuple[str, ...] = ()
    kind: Kind | None = None
    bound: Bound | None = None


@dataclass(slots=True)
class Stretch:
    """What one stretch holds.

    `bounds` are its relations and `windows` those of them that are times; `asides` are its
    brackets; `together`: it says "both"; `lasts`: it speaks of a duration; `qualified` is what
    narrows it from before ("significant renal or hepatic disease"); `told`: it says what a
    pregnancy test told; `began`: it speaks of an onset or a diagnosis; `ahead`: of what may be
    to come, `coming`: of what surely is;
    `behind`: its last drug is what somebody does not bear ("aspirin or penicillin allergy"),
    and one that is `bare` has no other word;
    `people`: beside its relations it only names people; `lone`: it is one relation and no more;
    `other_age`: an age in it is another one than that of the people ("bone age", "age at onset").
    """

    entries: list[Entry] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    bounds: list[Bound] = field(default_factory=list)
    windows: list[Bound] = field(default_factory=list)
    asides: list[Item] = field(default_factory=list)
    family: bool = False
    together: bool = False
    lasts: bool = False
    qualified: str = ""
    told: bool = False
    began: bool = False
    ahead: bool = False
    coming: bool = False
    behind: Literal["", "allergy", "aversion"] = ""
    bare: bool = False
    people: bool = False
    lone: bool = False
    other_age: bool = False


def widen(entry: Entry, start: int, end: int, found: Stretch) -> None:
    """Let the entry's place reach over `[start, end)` unless something else stands there."""
    start, end = min(entry.start, start), max(entry.end, end)
    taken = [(other.start, other.end) for other in found.entries if other is not entry]
    taken += [(run.start, run.end) for run in found.runs]
    taken += [(aside.start, aside.end) for aside in found.asides]
    taken += [(b.start, b.end) for b in found.bounds if b is not entry.bound]
    if not any(first < end and start < last for first, last in taken):
        entry.start, entry.end = start, end


def is_disease(entry: Entry) -> bool:
    """Whether the entry names a disease."""
    return entry.reading is not None and entry.reading.what is Kind.CONDITION


def is_noun(entry: Entry) -> bool:
    """Whether the entry, right before another one, only says which ("glaucoma surgery")."""
    biomarker = entry.reading is not None and entry.reading.what is Kind.BIOMARKER
    return entry.sort == "clinical" and not biomarker
