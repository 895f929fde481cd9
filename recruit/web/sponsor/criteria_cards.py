"""Each criterion as a card of the editor: what was made of it, in words, and what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from recruit.actions.posting.criteria import acceptable, is_unread, unread
from recruit.actions.posting.history import STANDINGS
from recruit.actions.reviewing.misread import Note
from recruit.core.i18n import N_
from recruit.criteria.phrase import Lexicon, phrase
from recruit.trials.posting.content import SETTLED_BY, Content, Reviewed, Standing
from recruit.trials.posting.reading import is_from_fields
from recruit.web.deciding_words import WRONGS

READ: Final = ("read", N_("Read, not decided yet"))
IN_PART: Final = ("part", N_("Read in part, not decided yet"))
NOT_READ: Final = ("unread", N_("Not read"))
SIGNS: Final = {
    Standing.ACCEPTED: "done",
    Standing.CORRECTED: "done",
    Standing.ASK: "asked",
    Standing.SITE: "site",
}
CHOICES: Final = (
    (Standing.ACCEPTED, "a", N_("Accept")),
    (Standing.ASK, "q", N_("Ask the person")),
    (Standing.SITE, "s", N_("The site judges")),
)
"""What can be decided, with its key."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision that is not taken yet; `words` are a message of the catalogue."""

    standing: str
    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a reviewer said of a rule on a day; `wrong` is a message of the catalogue."""

    note: int
    wrong: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """One criterion.

    `sentence` is its rule in the reader's language, None where there is none to show; `text` its
    own words, in the text's language. `missing` are the parts that were not read. `sign` and
    `state` say where it stands: a shape and a message of the catalogue. `place` is whether it
    stands in the text; `origin` says where it comes from when it does not. `misread` is what
    reviewers say is wrong with the rule.
    """

    number: int
    kind: str
    sign: str
    state: str
    sentence: str | None
    text: str
    missing: tuple[str, ...]
    unread: bool
    choices: tuple[Choice, ...]
    can_take_back: bool
    place: bool
    origin: str | None
    misread: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the editor's work has come; `acceptable` can be accepted at once."""

    decided: int
    total: int
    acceptable: int


def progress(content: Content) -> Progress:
    """How many criteria somebody has decided about."""
    undecided = sum(each.standing is Standing.READ for each in content.criteria)
    total = len(content.criteria)
    return Progress(total - undecided, total, len(acceptable(content)))


def cards(
    content: Content, language: str, lexicon: Lexicon, said: Mapping[int, Sequence[Note]]
) -> list[Card]:
    """Every criterion, in the order in which they are shown, with what is `said` of its rule."""
    return [
        card(content, each, language, lexicon, said.get(each.number, ()))
        for each in content.criteria
    ]


def card(
    content: Content,
    reviewed: Reviewed,
    language: str,
    lexicon: Lexicon,
    said: Sequence[Note] = (),
) -> Card:
    """One criterion of `content`."""
    criterion, standing = reviewed.criterion, reviewed.standing
    nothing = is_unread(criterion)
    left = standing in SETTLED_BY
    sign, state = _state(reviewed)
    origin = _origin(content, reviewed)
    missing = () if left or nothing else unread(criterion)
    return Card(
        number=reviewed.number,
        kind=criterion.kind,
        sign=sign,
        state=state,
        sentence=None if left or nothing else phrase(criterion.rule, language, lexicon),
        text=" ".join(criterion.text.split()),
        missing=tuple(" ".join(part.text.split()) for part in missing),
        unread=nothing,
        choices=_choices(standing, nothing=nothing),
        can_take_back=standing is not Standing.READ
        and not (origin is BY_HAND and standing is Standing.CORRECTED),
        place=criterion.span is not None,
        origin=origin,
        misread=tuple(Said(each.id, WRONGS[each.wrong], each.words, each.at) for each in said),
    )


BY_HAND: Final = N_("written by hand")
FROM_FIELDS: Final = N_("from the registry’s fields")


def _origin(content: Content, reviewed: Reviewed) -> str | None:
    if reviewed.criterion.span is not None:
        return None
    return FROM_FIELDS if is_from_fields(content, reviewed) else BY_HAND


def _state(reviewed: Reviewed) -> tuple[str, str]:
    if reviewed.standing is not Standing.READ:
        return SIGNS[reviewed.standing], STANDINGS[reviewed.standing]
    if is_unread(reviewed.criterion):
        return NOT_READ
    return IN_PART if unread(reviewed.criterion) else READ


def _choices(standing: Standing, *, nothing: bool) -> tuple[Choice, ...]:
    """A corrected rule has been accepted by whoever corrected it."""
    taken = {Standing.ACCEPTED, standing} if standing is Standing.CORRECTED else {standing}
    if nothing:
        taken.add(Standing.ACCEPTED)
    return tuple(
        Choice(each.value, key, words) for each, key, words in CHOICES if each not in taken
    )
