"""From lines to bullets: one statement each, nested as the text nests them, unwrapped."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from recruit.criteria.eligibility import CriterionKind
from recruit.criteria.nodes import Span
from recruit.trials.parser.lines import Line, lines
from recruit.trials.parser.openings import chooses, goes_on, opens_list
from recruit.trials.parser.run_on import parts
from recruit.trials.parser.sections import (
    Heading,
    begins_with_heading,
    heading,
    role,
    says_nothing,
)

# Deeper lists than people write are read as if they stopped here, so that trees stay shallow.
DEEPEST: Final = 6
MOST: Final = 2_000
# The longest record has some 500 lines; a million empty bullets are one more statement.
_MOST_LINES: Final = 10_000
_ENDED: Final = (".", ";", "!", "?")
_GOES_ON: Final = re.compile(
    r"(?i)(?:,|\b(?:and|or|of|the|with|to|in|by|for|no|not|prior|other|at|least|et|ou|de|du|des|la|le|les|à|un"
    r"|une|sans|a|an|than|≥|≤|<|>|=))$"
)
_NARROW: Final = 50
_WIDE: Final = 110
_LIST: Final = 80  # characters at a line's end that say whether a list follows
_FEWEST: Final = 2
_TOPICS: Final = frozenset(
    {"age", "performance status", "life expectancy", "sex", "menopausal status", "âge", "sexe"}
)


@dataclass(slots=True)
class Bullet:
    """One statement: the pieces of the text it is made of, and the statements nested under it."""

    kind: CriterionKind
    pieces: list[Span]
    style: str = ""
    indent: int = 0
    cohort: Span | None = None
    introduces: bool = False
    chooses: bool = False
    gap: bool = False
    children: "list[Bullet]" = field(default_factory=list)

    @property
    def start(self) -> int:
        """Where its words begin."""
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        """Where its words and those of its children end."""
        last = self
        while last.children:
            last = last.children[-1]
        return last.pieces[-1][1]


def bullets(text: str) -> list[Bullet]:
    """The statements of an eligibility text in their order, headings left out.

    Of 21,259 records none had more than 118: what follows MOST of them is one statement.
    """
    layout = _Layout(text)
    cut = (part for whole in lines(text) for part in parts(text, whole))
    for number, line in enumerate(cut):
        if layout.size == MOST or number == _MOST_LINES:
            layout.rest(line)
            break
        layout.take(line)
    found = [bullet for bullet in layout.found if not _nothing(text, bullet)]
    if _in_one_role(text, found):
        for bullet in found:
            bullet.cohort = None
    return found


def _in_one_role(text: str, found: list[Bullet]) -> bool:
    """Whether all that is asked is asked of donors, say: then these are no part of the people.

    A "cohort A" has others beside it even where nothing is asked of them.
    """
    asked = [bullet.cohort for bullet in found if bullet.kind == "inclusion"]
    roles = {role(text[slice(*cohort)]) if cohort else None for cohort in asked}
    return len(roles) == 1 and None not in roles


def _nothing(text: str, bullet: Bullet) -> bool:
    """Whether its lines together say that there is nothing: "Not | specified"."""
    if len(bullet.pieces) == 1 or bullet.children:
        return False
    return says_nothing(" ".join(text[start:end] for start, end in bullet.pieces))


class _Layout:
    """Grows the list of bullets line by line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Bullet] = []
        self.size = 0
        self._path: list[Bullet] = []
        self._kind: CriterionKind = "inclusion"
        self._dropped = False
        self._cohort: Span | None = None
        self._topic: Span | None = None
        self._last: Line | None = None
        self._width = _wrap_width(text)
        self._first_line = len(text.partition("\n")[0])

    def take(self, line: Line) -> None:
        """Add one line: a heading, the rest of the bullet before it, or a new bullet."""
        words = self.text[line.start : line.end]
        if not line.style and self._continues(line, words):
            self._path[-1].pieces.append((line.start, line.end))
            self._last = line
            return
        opened = heading(words[:400])
        if opened:
            self._open(opened, line, words)
        elif not self._dropped and not says_nothing(words):
            self._add(line, words)
        self._last = line

    def rest(self, line: Line) -> None:
        """Add all from one line on as one bullet."""
        end = len(self.text.rstrip())
        self.found.append(Bullet(self._kind, [(line.start, end)], cohort=self._cohort))

    def _open(self, opened: Heading, line: Line, words: str) -> None:
        self._turn(opened, line, words)
        if opened.keeps:
            self._add(line, words)
            return
        self._path = []
        if opened.rest >= len(words):
            return
        rest, again = replace(line, start=line.start + opened.rest), words[opened.rest :]
        further = heading(again[:400])
        if further:
            self._open(further, rest, again)
        elif says_nothing(again):
            self._topic = None
        elif not self._dropped:
            self._add(rest, again)

    def _turn(self, opened: Heading, line: Line, words: str) -> None:
        """What a heading says of the lines after it: their side, part of the people, topic."""
        nested = bool(self._path) and self._under(line)
        named = (line.start, line.start + opened.rest)
        if opened.opens == "label":
            self._dropped = self._dropped and nested
            # "Age:" and the like say what the number after them is.
            is_topic = words[: opened.rest].strip(" :*-").lower() in _TOPICS
            self._topic = named if is_topic else None
        elif opened.opens != "cohort":
            self._dropped = opened.opens == "allowed"
            if opened.opens != "allowed":
                self._kind = opened.opens
            if not nested and not opened.keeps:
                self._cohort = None
        if opened.part or opened.opens == "cohort":
            self._cohort = named

    def _under(self, line: Line) -> bool:
        return self._path[-1].indent < line.indent

    def _continues(self, line: Line, words: str) -> bool:
        """Whether an unmarked line goes on with the bullet before it: it was wrapped."""
        last = self._last
        if last is None or not self._path or line.gap or begins_with_heading(words):
            return False
        before = self.text[max(last.end - 40, last.start) : last.end]
        if opens_list(before):
            return False
        small = words[0].islower() or words[0] in "(≥≤<>=[+/"
        if self._path[-1].style:
            deeper = line.indent > self._path[-1].indent
            return deeper or (small and not before.endswith(_ENDED))
        joined = last.edge > _NARROW and _GOES_ON.search(before) is not None
        return joined or self._wrapped(
            last, line, words, small=small, ended=before.endswith(_ENDED)
        )

    def _wrapped(self, last: Line, line: Line, words: str, *, small: bool, ended: bool) -> bool:
        """Wrapped text breaks a line only where the next word would not have fitted."""
        if not 0 < last.edge <= self._width or (ended and not small):
            return False
        first = words.split(maxsplit=1)[0]
        # The indent that all lines share was stripped off the first one.
        stripped = line.indent if last.end <= self._first_line else 0
        return last.edge + stripped + 1 + len(first) > self._width

    def _add(self, line: Line, words: str) -> None:
        pieces = [(line.start, line.end)]
        if self._topic:
            pieces.insert(0, self._topic)
            self._topic = None
        bullet = Bullet(
            self._kind,
            pieces,
            line.style,
            line.indent,
            self._cohort,
            introduces=opens_list(words[-_LIST:]),
            chooses=self._kind == "inclusion" and chooses(words[-_LIST:]),
            gap=line.gap,
        )
        while self._path and not self._is_child(bullet, self._path[-1]):
            self._path.pop()
        if self._path and len(self._path) < DEEPEST:
            self._path[-1].children.append(bullet)
        elif self._path:
            self._path[-2].children.append(bullet)
            self._path.pop()
        else:
            self.found.append(bullet)
        self._path.append(bullet)
        self.size += 1

    def _is_child(self, bullet: Bullet, above: Bullet) -> bool:
        if above.kind != bullet.kind:
            return False
        if bullet.indent > above.indent:
            return bool(bullet.style) or above.introduces
        if above.chooses and bullet.indent == above.indent and not (bullet.style or above.style):
            return self._is_choice(bullet, above)
        # Same column, another kind of marker or none, after "… of the following:".
        introduced = above.introduces or (len(self._path) > 1 and self._path[-2].introduces)
        return (
            bullet.indent == above.indent
            and above.introduces
            and introduced
            and bool(bullet.style or above.style)
            and bullet.style != above.style
        )

    def _is_choice(self, bullet: Bullet, above: Bullet) -> bool:
        """Whether a plain line is one more of a plain list: nothing marks where that ends."""
        so_far = above.children
        if not so_far:
            return True
        # Where empty lines stand between the first ones they stand between all.
        if bullet.gap and not so_far[min(1, len(so_far) - 1)].gap:
            return False
        return goes_on(*(self._said(each) for each in (so_far[0], so_far[-1], bullet)))

    def _said(self, bullet: Bullet) -> str:
        return self.text[bullet.start : bullet.pieces[-1][1]]


def _wrap_width(text: str) -> int:
    """The column at which the text was wrapped, 0 when it was not."""
    widest = long = 0
    for whole in text.splitlines():
        size = len(whole.rstrip())
        if size > _WIDE:
            return 0
        widest = max(widest, size)
        long += size > _NARROW
    return widest if long >= _FEWEST and widest > _NARROW else 0
