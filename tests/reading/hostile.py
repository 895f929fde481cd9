"""Texts that nobody wrote for people, of any length; time must grow no faster than they do."""

from collections.abc import Callable, Mapping
from typing import Final


def _repeated(piece: str) -> Callable[[int], str]:
    # Cut after a whole word: half of "asthma" may be a word of its own ("ast").
    return lambda size: (piece * (size // len(piece) + 1))[:size].rsplit(" ", 1)[0].ljust(size)


def _nested(size: int) -> str:
    return "(" * (size // 2) + "asthma" + ")" * (size // 2)


def _lists(size: int) -> str:
    """Statements just short enough to be read, each of nothing but commas and mentions."""
    return _repeated("* " + "asthma, stroke or type 2 diabetes, " * 280 + "\n")(size)


HOSTILE: Final[Mapping[str, Callable[[int], str]]] = {
    "ordinary criteria": _repeated("* Asthma or stroke within 6 months, HbA1c ≥ 7.5 %\n"),
    "one line": _repeated("no asthma, HbA1c > 7 % or stroke within 6 months unless mild, "),
    "nested brackets": _nested,
    "brackets in short lines": _repeated("* " + "(" * 500 + "asthma" + ")" * 500 + "\n"),
    "bullets": _repeated("* asthma\n"),
    "empty bullets": _repeated("-\n"),
    "ever deeper lists": _repeated("  - one of the following:\n"),
    "long lists": _lists,
    "numbers": _repeated("1.5 - 2 x 10^9/L to "),
    "exceptions": _repeated("* " + "asthma unless " * 600 + "\n"),
    "joined names": _repeated("* renal, hepatic, cardiac or " * 300 + "failure\n"),
    "escapes": _repeated("\\>\\<\\=&lt;&gt; "),
    "one letter": _repeated("a"),
    "accents": _repeated("é̂"),
    "capitals": _repeated("AST ALT ECOG "),
}
