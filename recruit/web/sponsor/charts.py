"""Bars as an SVG picture that needs nothing from elsewhere: no script, no font, no network."""

import sys
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


def bars(sheet: Sheet) -> bytes:
    """A bar for each row with its figure beside it; who cannot see it reads the table."""
    rows = list(reversed(sheet.rows))  # the first one at the top
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
        range=(0, max([10, *((row.people.about or 0) * 1.15 for row in rows if row.people)])),
        truncate_label=-1,
    )
    chart.add_xml_filter(_plain)
    chart.x_labels = [_label(row.label) for row in rows]
    chart.add(
        None,
        [
            {
                "value": (row.people.about or 0) if row.people else 0,
                "formatter": lambda _, said=row.people: said.words if said else "–",
            }
            for row in rows
        ],
    )
    drawn: bytes = chart.render()
    return drawn


def _plain(picture: Element) -> Element:
    """Without what pygal adds for a script that would move things: a picture runs none."""
    for parent in list(picture.iter()):
        for child in list(parent):
            if str(child.tag).rpartition("}")[2] in {"script", "desc"}:
                parent.remove(child)
    return picture


def _label(text: str) -> str:
    text = "".join(sign for sign in text if sign.isprintable())  # XML knows no other
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
