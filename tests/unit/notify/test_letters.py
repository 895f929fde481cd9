"""A letter on paper: what the window shows, what a screen reader says, and hostile text."""

import re
from collections.abc import Iterator
from datetime import date
from string import Formatter

import numpy as np
import pypdfium2
import pytest
import segno
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract
from numpy.typing import NDArray

from recruit.core.i18n import CATALOGUES
from recruit.core.paths import templates
from recruit.notify.channels.letter_code import code_of
from recruit.notify.channels.letter_page import MOST_LINES, Sender, address_lines, written
from recruit.notify.channels.letter_pdf import printed
from recruit.notify.channels.letter_type import lines, settable
from tests.letters import ADDRESS, LINK, MM, REFERENCE, SENDER, TEXT, as_pdf, letter, signs, texts

# Millimetres from the left and the upper edge of the sheet: left, top, right, bottom.
ALWAYS_SEEN = (100, 55, 190, 79)
MAY_BE_SEEN = (90, 34, 200, 90)
TODAY = date(2026, 11, 22)
SHEET = (0, 0, 210, 297)
CODE = code_of(REFERENCE)
HOSTILE = {
    "html": "<script>alert(1)</script><h1 style='position:absolute;top:0'>big</h1>",
    "a page of its own": "<style>@page{margin:0}</style>{{ 7 * 7 }}{% raw %}",
    "a picture from elsewhere": '<img src="https://example.org/x.png"><img src="file:///etc/passwd">',
    "one long word": "x" * 3_000,
    "right to left": "\u202eabc שלום عربى\u202c " * 20,
    "emoji": "Bonjour 😀👩‍👩‍👧 " * 50,
    "stacked accents": "a" + "\u0301" * 400,
    "control signs": "a\x00b\x07c\x1b[31m",
    "many lines": "\n".join("ligne" for _ in range(100)),
}


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return as_pdf(letter())


def test_a_letter_is_tagged_for_a_screen_reader(pdf: bytes) -> None:
    document = pypdfium2.PdfDocument(pdf)
    assert document.is_tagged()
    assert b"<pdfuaid:part>1<" in unpacked(pdf) or b'pdfuaid:part="1"' in unpacked(pdf)


def test_a_letter_is_signed_with_the_operators_name_and_says_whose_service_it_is() -> None:
    page = written(
        letter(), Sender("Association Exemple, 1 rue des Essais, 75012 Paris", ""), TODAY
    )
    closing = page.partition('class="signed"')[2]
    assert "Avec nos salutations," in closing
    assert re.search(r"<br>\s*Association Exemple\s*</p>", closing)
    assert "Recruit est notre service" in closing


def test_a_letter_says_its_title_and_language(pdf: bytes) -> None:
    assert pypdfium2.PdfDocument(pdf).get_metadata_value("Title") == letter().subject
    assert b"/Lang (fr)" in unpacked(pdf)


def unpacked(pdf: bytes) -> bytes:
    """The file with its object streams opened."""
    import zlib  # noqa: PLC0415 - only here

    opened = [pdf]
    for start in re.finditer(rb"stream\r?\n", pdf):
        try:
            opened.append(zlib.decompressobj().decompress(pdf[start.end() :]))
        except zlib.error:
            continue
    return b"\n".join(opened)


def test_a_letter_has_one_sheet(pdf: bytes) -> None:
    assert len(pypdfium2.PdfDocument(pdf)) == 2


def test_it_is_read_in_the_order_of_writing(pdf: bytes) -> None:
    front, slip = texts(pdf)
    order = [SENDER.name[:20], CODE, "Camille Exemple", "75012 Paris", "22 novembre 2026"]
    order += [letter().subject[:20], "Bonjour Camille", "à cette adresse", "Rien ne vous"]
    places = [front.index(each) for each in order]
    assert places == sorted(places)
    assert slip.index("Oui") < slip.index("Comment arrêter")


def test_the_slip_offers_every_answer_and_says_how_to_stop(pdf: bytes) -> None:
    slip = " ".join(texts(pdf)[1].split())
    assert slip.count("☐") == 5
    for said in (CODE, "Plus jamais", "sans dire", "01 99 00 12 34", "15 ou le 112"):
        assert said in slip, said


def test_the_address_stands_where_every_window_shows_it(pdf: bytes) -> None:
    shown = "".join(sign.text for sign in signs(pdf) if sign.lies_in(*ALWAYS_SEEN))
    assert shown == re.sub(r"\s", "", ADDRESS)


def test_the_longest_address_fits_the_window() -> None:
    longest = "\n".join("W" * 20 + " " + "M" * 4 for _ in range(MOST_LINES))
    pdf = as_pdf(letter(to=longest), Sender("Exemple", ""))
    found = [sign for sign in signs(pdf) if sign.text in "WM" and 54 < sign.top < 90]
    assert len(found) == 24 * MOST_LINES
    assert all(sign.lies_in(*ALWAYS_SEEN) for sign in found)


@pytest.mark.parametrize("sender", [SENDER.name, "Un nom qui dit le diabète " * 40])
def test_nothing_but_the_address_and_a_code_is_seen_through_a_window(sender: str) -> None:
    pdf = as_pdf(letter(), Sender(sender, ""))
    seen = "".join(sign.text for sign in signs(pdf) if sign.touches(*MAY_BE_SEEN))
    assert seen == re.sub(r"\s", "", CODE + ADDRESS)


def test_the_qr_code_is_the_link(pdf: bytes) -> None:
    meant = np.array([list(row) for row in segno.make(LINK, error="m", micro=False).matrix])
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=4, grayscale=True).to_numpy()
    # The code is the only thing on the left with black on its whole width: find its dark box.
    top, left = (int(each * MM * 4) for each in (105, 20))
    area = picture[top:, left : int(54 * MM * 4)] < 128
    rows, columns = finder(area)
    dark = area[rows[0] : rows[1], columns[0] : columns[1]]
    size = len(meant)
    middles = ((np.arange(size) + 0.5) * dark.shape[0] / size).astype(int)
    across = ((np.arange(size) + 0.5) * dark.shape[1] / size).astype(int)
    assert (dark[np.ix_(middles, across)] == meant).all()


def finder(dark: NDArray[np.bool_]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where the QR code lies: from its first to its last dark row and column."""
    runs = [longest_run(row) for row in dark]
    first = next(number for number, run in enumerate(runs) if run > 50)
    left = int(np.argmax(dark[first]))
    height = next(
        number for number in range(first, len(dark)) if not dark[number : number + 20].any()
    )
    across = np.flatnonzero(dark[first:height].any(axis=0))
    return (first, height), (left, int(across[-1]) + 1)


def longest_run(row: NDArray[np.bool_]) -> int:
    longest = run = 0
    for dark in row:
        run = run + 1 if dark else 0
        longest = max(longest, run)
    return longest


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_text_stays_on_the_page_and_off_the_window(what: str) -> None:
    said = HOSTILE[what]
    pdf = as_pdf(letter(text=f"{said}\n\n{TEXT}", subject="Une étude", language="fr"))
    first = signs(pdf)
    assert all(sign.lies_in(*SHEET) for sign in first)
    seen = "".join(sign.text for sign in first if sign.touches(*MAY_BE_SEEN))
    assert seen == re.sub(r"\s", "", CODE + ADDRESS)


@pytest.mark.parametrize("what", ["html", "a page of its own"])
def test_hostile_text_is_printed_as_it_is_written(what: str) -> None:
    pdf = as_pdf(letter(text=HOSTILE[what]))
    printed_text = re.sub(r"\s", "", texts(pdf)[0])
    assert re.sub(r"\s", "", HOSTILE[what]) in printed_text


def test_a_hostile_name_is_part_of_the_address_alone() -> None:
    to = "<b>Camille</b> {{ 7*7 }}\n12 rue des Essais\n75012 Paris"
    assert "<b>Camille</b> {{ 7*7 }}" in texts(as_pdf(letter(to=to)))[0]


@pytest.mark.parametrize(
    "to",
    [
        "",
        "Camille Exemple",
        "\n".join(["Camille Exemple"] * 7),
        "Camille Exemple\n" + "x" * 500,
        "Camille " * 100,
        "カミーユ\n75012 Paris",
    ],
)
def test_an_address_that_no_window_shows_whole_is_none(to: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        address_lines(to)


def test_a_letter_of_fifty_thousand_signs_is_none() -> None:
    with pytest.raises(ValueError, match=r"^$"):
        written(letter(text="mot " * 12_500), SENDER, TODAY)


def test_nothing_is_fetched(caplog: pytest.LogCaptureFixture) -> None:
    page = (
        '<html lang="fr"><head><title>x</title><link rel="stylesheet" href="file:///etc/hosts">'
        '<style>@import url("https://example.org/a.css");</style></head><body>'
        '<img alt="" src="file:///etc/hostname"><img alt="" src="http://127.0.0.1:9/x.png">'
        "<p>x</p></body></html>"
    )
    assert texts(printed(page, REFERENCE).content)[0].strip().startswith("x")
    assert "etc" not in caplog.text


def test_the_same_letter_is_the_same_file() -> None:
    assert as_pdf(letter()) == as_pdf(letter())


def test_a_letter_without_a_page_to_answer_on_has_no_slip() -> None:
    [only] = texts(as_pdf(letter(text="Merci.", link="")))
    assert "☐" not in only


def test_a_letter_in_english_is_english() -> None:
    front, slip = texts(as_pdf(letter(language="en", subject="A study")))
    assert "22 November 2026" in front
    assert "Yes, tell me more" in slip


def test_lines_are_as_long_as_they_may_be_and_no_longer() -> None:
    assert lines("aa bb cc", 10, 1000) == ["aa bb cc"]
    assert lines("iiii mmmm", 10, 40) == ["iiii", "mmmm"]
    assert "".join(lines("m" * 100, 10, 50)) == "m" * 100


def test_a_word_is_set_whole_or_not_at_all() -> None:
    assert settable("Zoé 🦄\u202e!") == "Zoé !"
    with pytest.raises(ValueError, match=r"^$"):
        settable("田中")


def said() -> Iterator[str]:
    with (templates() / "letters" / "letter.html").open("rb") as file:
        for _, _, found, _ in babel_extract(file, ["_"], [], {}):
            yield str(found[0] if isinstance(found, tuple) else found)


def test_every_sentence_of_a_letter_exists_in_french() -> None:
    with (CATALOGUES / "fr.po").open("rb") as file:
        french = {str(entry.id): str(entry.string) for entry in read_po(file, locale="fr")}
    found = list(said())
    assert len(found) > 15
    for message in found:
        assert french.get(message), message
        assert fields(message) == fields(french[message])


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name}
