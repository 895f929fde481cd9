"""The address of the review queue: which matches are looked at, carried from page to page."""

from typing import Final

from recruit.actions.reviewing.wanted import Pile, Wanted
from recruit.core.columns import LARGEST
from recruit.core.i18n import N_
from recruit.matching.outcome import Verdict
from recruit.web.address import asked
from recruit.web.sessions import tenant

# Whom something speaks against is not proposed at all; it shows where time has passed since.
VERDICTS: Final = {each.value: each for each in (Verdict.ELIGIBLE, Verdict.UNDETERMINED)}
PILES: Final = {
    Pile.WAITING: N_("Waiting for you"),
    Pile.ASKED: N_("Asked, no answer yet"),
    Pile.LATER: N_("Put off"),
    Pile.DECIDED: N_("Decided"),
}
KMS: Final = (10, 25, 50, 100, 200)
UNKNOWNS: Final = (0, 1, 2, 3, 5)
WAITING: Final = (1, 3, 7, 14, 30)  # days
KEPT: Final = (
    "study",
    "site",
    "verdict",
    "state",
    "km",
    "unknowns",
    "waiting",
    "search",
    "start",
)
"""The parts that are carried along."""


def wanted() -> Wanted:
    """What the address asks for; what makes no sense narrows nothing."""
    study = asked("study") or None
    return Wanted(
        study=study,
        site=asked("site") or None if study else None,
        verdict=VERDICTS.get(asked("verdict")),
        km=_number("km"),
        unknowns=_number("unknowns"),
        waiting=_number("waiting"),
        search=asked("search").upper(),
        pile=next((each for each in Pile if each.value == asked("state")), Pile.WAITING),
        start=_number("start"),
        tenant=tenant(),
    )


def kept(wanted: Wanted, start: int | None = None) -> dict[str, str]:
    """The address of the same matches, with the page that begins at `start`."""
    named = {
        "study": wanted.study,
        "site": wanted.site,
        "verdict": wanted.verdict.value if wanted.verdict else None,
        "state": wanted.pile.value if wanted.pile is not Pile.WAITING else None,
        "km": wanted.km,
        "unknowns": wanted.unknowns,
        "waiting": wanted.waiting,
        "search": wanted.search or None,
        "start": start,
    }
    return {name: str(value) for name, value in named.items() if value is not None}


def _number(name: str) -> int | None:
    value = asked(name)
    if not (value.isascii() and value.isdigit()) or len(value) > len(str(LARGEST)):
        return None
    return min(int(value), LARGEST)
