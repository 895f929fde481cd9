"""A letter as a page of HTML: templates/letters, filled with escaped text.

Where the address stands. An envelope of 110 × 220 mm (DL) has a window of 100 mm, 20 mm from its
right and lower edges, 45 or 35 mm high: the place that French letters leave for the recipient, at
the right (NF Z 11-001). A sheet of A4 folded in three is 99 × 210 mm and can slip by 11 mm down and
10 mm to the right. So what lies 100 to 190 mm from the left edge of the sheet and 55 to 79 mm from
the upper one is always seen in both windows, and what lies 90 to 200 and 34 to 90 mm from them may
be seen: nothing but the address and a code stands there. An address has at most six lines of 38
signs (NF Z 10-011); a longer line is broken, a longer address is none.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from io import BytesIO
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from recruit.core.i18n import translate
from recruit.core.paths import templates
from recruit.notify.channels.letter_code import code_of
from recruit.notify.channels.letter_type import lines, settable
from recruit.notify.letter import Letter

MOST_LINES: Final = 6
LONGEST_ADDRESS: Final = 600  # characters
LONGEST_TEXT: Final = 12_000
ADDRESS_SIZE: Final = 10.0  # points; La Poste reads 9 to 12
ADDRESS_WIDTH: Final = 85 / 25.4 * 72  # points; this and what follows as in letter.css
SENDER_SIZE: Final = 9.0
SENDER_WIDTH: Final = 62 / 25.4 * 72
SENDER_LINES: Final = 7
QUIET: Final = 4  # modules around a QR code (ISO/IEC 18004)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: their name and postal address in one line, and their telephone number or ""."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a letter, line by line; or the place of the link, where it has no lines."""

    lines: tuple[str, ...] = field(repr=False)


def written(letter: Letter, sender: Sender, on: date) -> str:
    """The page of a letter that is written on a day.

    Raises:
        ValueError: it is longer than a letter may be, its address fits in no window, or a word of
            it is in a script that cannot be set.
    """
    if len(letter.text) > LONGEST_TEXT:
        raise ValueError
    return (
        environment()
        .get_template("letter.html")
        .render(
            language=letter.language,
            sender=sender,
            sent_by=lines(sender.name, SENDER_SIZE, SENDER_WIDTH)[:SENDER_LINES],
            address=address_lines(letter.to),
            code=code_of(letter.reference),
            on=on,
            subject=settable(letter.subject),
            blocks=blocks(settable(letter.text), letter.link),
            link=letter.link,
            qr=qr(letter.link) if letter.link else "",
            slip=letter.slip,
            _=lambda message, **fields: translate(message, letter.language, **fields),
        )
    )


def address_lines(text: str) -> Sequence[str]:
    """An address, line by line, as it stands in the window.

    Raises:
        ValueError: there is none, or it does not fit.
    """
    if len(text) > LONGEST_ADDRESS:
        raise ValueError
    said = [line for line in settable(text).splitlines() if line.strip()]
    broken = [part for line in said for part in lines(line, ADDRESS_SIZE, ADDRESS_WIDTH)]
    if not 1 < len(broken) <= MOST_LINES:
        raise ValueError
    return broken


def blocks(text: str, link: str) -> list[Block]:
    """The paragraphs, and once the place of the link: where it stands in a line, else at the end.

    The approved text says where; the QR code is shown there.
    """
    blocks: list[Block] = []
    placed = not link
    for paragraph in text.split("\n\n"):
        kept: list[str] = []
        for line in paragraph.splitlines():
            if line.strip() == link and not placed:
                blocks += _said(kept)
                blocks.append(Block(()))
                kept, placed = [], True
            else:
                kept.append(line)
        blocks += _said(kept)
    return blocks if placed else [*blocks, Block(())]


def _said(kept: Sequence[str]) -> Iterator[Block]:
    if any(line.strip() for line in kept):
        yield Block(tuple(kept))


def qr(link: str) -> str:
    """The link as a QR code, an SVG in a data: address; up to 15 % of it may be spoilt."""
    import segno  # noqa: PLC0415 - only letters need it

    drawn = BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", border=QUIET, xmldecl=False)
    return f"data:image/svg+xml;base64,{b64encode(drawn.getvalue()).decode()}"


@cache
def environment() -> Environment:
    """What fills the pages of templates/letters, whatever is printed from them."""
    made = Environment(
        loader=FileSystemLoader(templates() / "letters"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["day"] = _day
    return made


def _day(when: date, language: str) -> str:
    from recruit.core.written import day  # noqa: PLC0415 - Babel is slow to import

    return day(when, language)
