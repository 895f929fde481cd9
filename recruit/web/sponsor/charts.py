"""Bars as an SVG picture that needs nothing from elsewhere: no script, no font, no network."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

import pygal
from pygal.style import Style

from recruit.web.sponsor.feasibility_words import Sheet

# pygal looks for maps of its own at every import from now on, in a way that Python has given up.
sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, pygal.PluginImportFixer)]

WIDTH: Final = 900
BAR: Final = 30  # pixels of height for each bar
AROUND: Final = 90
LONGEST: Final = 46  # letters of a label
LOOK: Final = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#24282c",
    foreground_strong="#1b1f23",
    foreground_subtle="#ddd6ca",
    colors=("#0f5c6e",),
    opacity="1",
    font_family="system-ui, sans-serif",
    label_font_size=13,
    major_label_font_size=13,
    value_font_size=13,
    value_colors=("#1b1f23",),
    transition="0s",
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is called, how long it is, and the figure beside it in words."""

    label: str
    value: float
    words: str


def bars(sheet: Sheet) -> bytes:
    """A bar for each row with its figure beside it; who cannot see it reads the table."""
    return drawn(
        [
            Bar(row.label, row.people.about or 0, row.people.words)
            if row.people
            else Bar(row.label, 0, "–")
            for row in sheet.rows
        ]
    )


def drawn(rows: Sequence[Bar]) -> bytes:
    """The picture of some bars, the first one at the top."""
    upwards = list(reversed(rows))
    chart = pygal.HorizontalBar(
        style=LOOK,
        js=(),
        show_legend=False,
        print_values=True,
        print_values_position="top",
        width=WIDTH,
        height=AROUND + BAR * len(rows),
        margin=8,
        spacing=4,
        explicit_size=True,
        disable_xml_declaration=True,
        pretty_print=False,
        show_x_labels=False,
        show_x_guides=False,
        range=(0, max([10, *(row.value * 1.15 for row in rows)])),
        truncate_label=-1,
    )
    chart.add_xml_filter(_plain)
    chart.x_labels = [_label(row.label) for row in upwards]
    values = [{"value": row.value, "formatter": lambda _, said=row.words: said} for row in upwards]
    chart.add(None, values)
    picture: bytes = chart.render()
    return picture


def _plain(picture: Element) -> Element:
    """Without what pygal adds for a script that would move things: a picture runs none.

    Figures begin where their bar ends; pygal lets a long one begin on the bar.
    """
    for figure in picture.iter():
        if figure.get("class") == "value":
            figure.set("text-anchor", "start")
            figure.set("dx", "6")
    for parent in list(picture.iter()):
        for child in list(parent):
            if str(child.tag).rpartition("}")[2] in {"script", "desc"}:
                parent.remove(child)
    return picture


def _label(text: str) -> str:
    text = "".join(sign for sign in text if sign.isprintable())  # XML knows no other
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
