"""What was typed into the fields of a step, one by one; what is wrong is named by its field."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from recruit.core.errors import Refusal
from recruit.core.i18n import N_

LONGEST_LINE: Final = 1_000  # characters; the longest title that a registry takes has 600
LONGEST_TEXT: Final = 20_000
BREAKS: Final = frozenset("\n\t")
ODD: Final = frozenset({"Cc", "Cs"})  # control signs, and halves of characters

T = TypeVar("T")


class Typed:
    """The fields of one form. `problems` holds the refusal of each field that cannot be taken."""

    def __init__(self, fields: Mapping[str, str], record: str) -> None:
        self._fields = fields
        self.record = record
        self.problems: dict[str, Refusal] = {}

    def line(self, name: str) -> str:
        """One line, its spaces made single; "" where it is empty or cannot be taken."""
        return " ".join(self._checked(name, LONGEST_LINE).split())

    def text(self, name: str) -> str:
        """Several lines, trimmed; "" where it is empty or cannot be taken."""
        return self._checked(name, LONGEST_TEXT).strip()

    def lines(self, name: str) -> tuple[str, ...]:
        """One entry a line, each once."""
        found = (" ".join(line.split()) for line in self.text(name).split("\n"))
        return tuple(dict.fromkeys(line for line in found if line))

    def one_of(self, name: str, options: Mapping[str, T], otherwise: T) -> T:
        """What was chosen; `otherwise`, and a problem, where it is none of the options."""
        chosen = self.line(name)
        if chosen not in options:
            self.refuse(name, N_("this must be one of: {known}"), known=", ".join(options))
            return otherwise
        return options[chosen]

    def fit(self, name: str, read: Callable[[], T]) -> T | None:
        """What `read` makes of the field `name`; None, and its problem, where it refuses."""
        try:
            return read()
        except Refusal as refusal:
            self.problems.setdefault(name, refusal)
            return None

    def refuse(self, name: str, problem: str, **details: object) -> None:
        """Note what is wrong with a field; the first that is wrong with it counts."""
        found = Refusal(record=self.record, field=name, problem=problem, **details)
        self.problems.setdefault(name, found)

    def _checked(self, name: str, limit: int) -> str:
        # Browsers send line breaks as CR LF (HTML, 4.10.22.4).
        written = self._fields.get(name, "").replace("\r\n", "\n").replace("\r", "\n")
        if len(written) > limit:
            self.refuse(name, N_("longer than {limit} characters"), limit=f"{limit:,}")
            return ""
        if any(unicodedata.category(sign) in ODD and sign not in BREAKS for sign in written):
            self.refuse(name, N_("this holds a character that no text has"))
            return ""
        return written
