"""Safety: how many messages that tell of harm are flagged, and how many flags are right.

Run with `python -m bench safety`. `building` is what the words were collected from;
`building_strangers` was written by somebody else and was unseen until it was used for building;
`second`, `third` and `fourth` were written afterwards, measured once, and then used too. `unseen`
was written by somebody else again, and nobody who works on the words looks at it: only its totals
are printed. What is harmless and flagged all the same is a share of the harmless messages, which
does not hang on how many of each a file holds.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from recruit.referrals.safety import suspected

CORPUS: Final = Path(__file__).parent.parent / "tests" / "safety"
FILES: Final = ("building", "building_strangers", "second", "third", "fourth", "unseen")
LANGUAGES: Final = ("fr", "en", "mixed")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a corpus, and whether it may tell of an adverse event."""

    text: str
    event: bool
    language: str


@dataclass(frozen=True, slots=True)
class Total:
    """What became of some messages."""

    messages: int
    events: int
    flagged: int
    both: int

    @property
    def recall(self) -> float:
        """The share of events that were flagged."""
        return self.both / self.events if self.events else 1.0

    @property
    def precision(self) -> float:
        """The share of flags that were events."""
        return self.both / self.flagged if self.flagged else 1.0

    @property
    def disturbing(self) -> float:
        """The share of harmless messages that were flagged."""
        harmless = self.messages - self.events
        return (self.flagged - self.both) / harmless if harmless else 0.0


def messages(name: str) -> list[Message]:
    """The messages of tests/safety/<name>.jsonl."""
    lines = (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [Message(row["text"], row["event"], row["language"]) for row in rows]


def judged(some: Iterable[Message]) -> list[tuple[Message, bool]]:
    """Each message, and whether it was flagged."""
    return [(message, bool(suspected(message.text))) for message in some]


def total(results: Sequence[tuple[Message, bool]]) -> Total:
    """The sums of `results`."""
    return Total(
        messages=len(results),
        events=sum(message.event for message, _ in results),
        flagged=sum(flagged for _, flagged in results),
        both=sum(message.event and flagged for message, flagged in results),
    )


def run(_folder: Path) -> None:
    """Print recall, precision and time, by file and language."""
    suspected("bonjour")  # opens the tables
    print(
        f"{'file':18} {'language':9} {'messages':>8} {'events':>7} {'recall':>7} {'precision':>9}"
        f" {'harmless, flagged':>18}"
    )
    for name in FILES:
        some = messages(name)
        began = perf_counter()
        results = judged(some)
        each = (perf_counter() - began) / len(some) * 1000
        _line(name, "all", results)
        for language in LANGUAGES:
            part = [result for result in results if result[0].language == language]
            if part:
                _line("", language, part)
        print(f"{'':18} {each:.1f} ms a message")


def _line(name: str, language: str, results: Sequence[tuple[Message, bool]]) -> None:
    sums = total(results)
    print(
        f"{name:18} {language:9} {sums.messages:8} {sums.events:7}"
        f" {sums.recall:7.1%} {sums.precision:9.1%} {sums.disturbing:18.1%}"
    )
