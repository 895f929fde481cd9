"""The copy of somebody's words that may go out: what says who they are is marked out of it.

A machine proposes, a person looks at both, takes a proposal back that is wrong and marks out more.
What is surely the person's own cannot be taken back, and nothing goes out with it. The original
stays sealed with us (docs/adr/0051).
"""

import json
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from recruit.actions.safety import identity
from recruit.actions.safety.held import word_binding
from recruit.actions.safety.identity import Identity, What, fold
from recruit.actions.safety.report import Report
from recruit.actions.safety.tables import WORD
from recruit.core.crypto import Keyring
from recruit.core.errors import Refusal
from recruit.core.i18n import N_

REMOVED: Final = "[…]"
MARKS: Final = {
    What.NAME: "[name]",
    What.EMAIL: "[e-mail]",
    What.PHONE: "[phone]",
    What.ADDRESS: "[address]",
    What.BIRTH_DATE: "[birth date]",
}
SHORTEST: Final = 2
LONGEST_PIECES: Final = 4000

SAYS_WHO: Final = N_(
    "This has the person’s name, address, e-mail, telephone number or birth date in it. Please "
    "take it out."
)
NOT_THERE: Final = N_("Line {place} stands in none of the words. Please copy it exactly.")
TOO_SHORT: Final = N_("Each line needs two letters at least.")
TOO_LONG: Final = N_("At most {longest} characters, please: these are {length}.")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person made of the proposals: those taken back, and what they marked out besides.

    Both are pieces of the words, as `piece` has them.
    """

    undone: frozenset[str] = field(default=frozenset(), repr=False)
    more: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """The words of a case that are left, by mark, whose they may be, and what was chosen so far."""

    texts: dict[str, str] = field(repr=False)
    who: Identity
    choice: Choice


@dataclass(frozen=True, slots=True)
class Proposal:
    """A piece that would be marked out, and by what; `is_sure` cannot be taken back."""

    piece: str = field(repr=False)
    mark: str
    is_sure: bool
    is_undone: bool


def opened(session: Session, keyring: Keyring, person: str | None, case: int) -> Opened:
    """The words of a case, the oldest first.

    Raises:
        SealBroken: something does not open under any key of the ring.
    """
    kept = {row.mark: _read(keyring, row) for row in _rows(session, case)}
    senders = {str(each.get("sender", "")) for each in kept.values()}
    undone, more = set[str](), dict[str, None]()
    for each in kept.values():
        undone.update(each.get("undone", ()))
        more.update(dict.fromkeys(each.get("more", ())))
    texts = {mark: tidy(each["text"]) for mark, each in kept.items()}
    who = identity.of(session, keyring, person, senders)
    return Opened(texts, who, Choice(frozenset(undone), tuple(more)))


def choose(session: Session, keyring: Keyring, case: int, choice: Choice) -> None:
    """Keep with the words, sealed as they are, what was chosen about them."""
    said = {"undone": sorted(choice.undone), "more": list(choice.more)}
    for row in _rows(session, case):
        _write(session, keyring, row, {**_read(keyring, row), **said})


def proposals(words: Iterable[str], who: Identity, choice: Choice) -> tuple[Proposal, ...]:
    """What would be marked out of some words, each piece once, in the order in which it stands."""
    found: dict[str, Proposal] = {}
    for text in words:
        for each in identity.find(text, who):
            piece = text[each.start : each.end]
            key = fold(piece)
            sure = each.is_sure or (key in found and found[key].is_sure)
            undone = key in choice.undone and not sure
            first = found[key].piece if key in found else piece
            found[key] = Proposal(first, MARKS[each.what], sure, undone)
    return tuple(found.values())


def copy(text: str, who: Identity, choice: Choice) -> str:
    """The words as they may go out."""
    places = [
        (each.start, each.end, MARKS[each.what])
        for each in identity.find(text, who)
        if each.is_sure or fold(text[each.start : each.end]) not in choice.undone
    ]
    places += [(*place, REMOVED) for piece in choice.more for place in _places(text, piece)]
    made, end = [], 0
    for start, stop, mark in sorted(places, key=lambda each: (each[0], -each[1])):
        if start >= end:
            made += [text[end:start], mark]
        end = max(end, stop)
    return "".join([*made, text[end:]])


def chosen(words: Collection[str], who: Identity, kept: Collection[str], more: str) -> Choice:
    """What was chosen on the form: `kept` are the pieces still ticked, `more` one piece a line.

    Raises:
        Refusal: a line is too short, or stands in none of the words.
    """
    if len(more) > LONGEST_PIECES:
        raise _refusal(TOO_LONG, longest=LONGEST_PIECES, length=len(more))
    lines = [line.strip() for line in tidy(more).splitlines() if line.strip()]
    for place, line in enumerate(lines, 1):
        if len(line) < SHORTEST:
            raise _refusal(TOO_SHORT)
        if not any(fold(line) in fold(text) for text in words):
            raise _refusal(NOT_THERE, place=place)
    folded = {fold(tidy(each)) for each in kept}
    every = proposals(words, who, Choice())
    undone = {fold(each.piece) for each in every if not each.is_sure} - folded
    return Choice(frozenset(undone), tuple(lines))


def refusals(report: Report, who: Identity) -> dict[str, Refusal]:
    """The fields that say who the person is, each with why it cannot go out so."""
    return {
        name: Refusal(record="", field=name, problem=SAYS_WHO)
        for name in ("patient", "event", "product", "narrative", "reason")
        if says_who(getattr(report, name), who)
    }


def says_who(text: str, who: Identity) -> bool:
    """Whether something in a text is surely the person's own."""
    return any(each.is_sure for each in identity.find(tidy(text), who))


def tidy(text: str) -> str:
    """A text in which each letter is one sign; half of one, cut on its way, is unreadable."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", whole).replace("\r\n", "\n")


def replace_words(session: Session, keyring: Keyring, case: int, known: Opened) -> None:
    """Put the marked-out copies in the place of the originals, for good."""
    for row in _rows(session, case):
        text = copy(known.texts[row.mark], known.who, known.choice)
        _write(session, keyring, row, {"text": text, "sender": ""})


def _rows(session: Session, case: int) -> list[Row[tuple[int, str, str]]]:
    query = select(WORD.c.id, WORD.c.mark, WORD.c.sealed).where(
        WORD.c.case == case, WORD.c.sealed.is_not(None)
    )
    return list(session.execute(query.order_by(WORD.c.heard_at, WORD.c.id)))


def _read(keyring: Keyring, row: Row[tuple[int, str, str]]) -> dict[str, str]:
    said: dict[str, str] = json.loads(keyring.unseal(row.sealed, word_binding(row.mark)))
    return said


def _write(
    session: Session, keyring: Keyring, row: Row[tuple[int, str, str]], said: dict[str, object]
) -> None:
    sealed = keyring.seal(json.dumps(said).encode(), word_binding(row.mark))
    session.execute(update(WORD).where(WORD.c.id == row.id).values(sealed=sealed))


def _places(text: str, piece: str) -> Iterator[tuple[int, int]]:
    folded, sought = fold(text), fold(piece)
    at = folded.find(sought)
    while at >= 0:
        yield at, at + len(sought)
        at = folded.find(sought, at + len(sought))


def _refusal(problem: str, **fields: object) -> Refusal:
    return Refusal(record="", field="more", problem=problem, **fields)
