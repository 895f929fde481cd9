"""Every message exists in both languages with the same fields, is short, plain and discreet.

What each looks like, filled in, stands in tests/approved/messages/; a change is read there before
it is taken over (`RECRUIT_APPROVE=1 pytest tests/house/test_messages.py` writes the files anew).
"""

import os
import re
from pathlib import Path

import pytest
from jinja2 import meta

from recruit.consent.choices import Channel
from recruit.core.i18n import LANGUAGES
from recruit.core.paths import templates
from recruit.core.readable import read
from recruit.notify.letter import Letter
from recruit.notify.messages import FILES, Message, check, environment, fields, names, written

APPROVED = Path("tests/approved/messages")
FOLDER = templates() / "messages"
# What fills the fields, as long as it gets in a service with an ordinary address.
SAMPLES = {
    "en": {
        "code": "123456",
        "day": "1 December 2026",
        "end": "It ends on 1 March 2027.",
        "receipt": "01234567-89ab-cdef-0123-456789abcdef",
        "choices": "To look for studies that suit me\nTo write to me by e-mail",
        "words": "Yes, you can come by bus.\nThe study centre pays the way.",
        "when": "Wednesday 23 September 2026, 10:30",
        "where": "Hôpital Exemple, 12 rue des Essais, 75012 Paris",
        "phone": "01 99 00 12 34",
        "over": "1",
        "people": "3",
        "soon": "2",
    },
    "fr": {
        "code": "123456",
        "day": "1er décembre 2026",
        "end": "Elle finit le 1er mars 2027.",
        "receipt": "01234567-89ab-cdef-0123-456789abcdef",
        "choices": "Chercher des études qui me conviennent\nM’écrire par e-mail",
        "words": "Oui, vous pouvez venir en bus.\nLe centre paie le trajet.",
        "when": "mercredi 23 septembre 2026, 10:30",
        "where": "Hôpital Exemple, 12 rue des Essais, 75012 Paris",
        "phone": "01 99 00 12 34",
        "over": "1",
        "people": "3",
        "soon": "2",
    },
}
BASE = "https://recruit.example.org"
PAGE, SECRET_PAGE = f"{BASE}/me/consents", f"{BASE}/me/sign-in/abcdefghijklmnopqrstuvwxyz012345"
# What a link alone is enough for, once.
LINK_ALONE = {"erased-soon"}
EVERY = [(name, language) for name in sorted(names()) for language in LANGUAGES]
# 3GPP TS 23.038, 6.2.1: the letters of a text message of 160; those below count twice.
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = "^{}\\[~]|€"
WHAT_TO_DO = {
    "en": "do nothing|do not have to do anything|open the same link",
    "fr": "ne faites rien|n’avez rien (d’autre )?à faire|ouvrez le même lien",
}
ONE_MESSAGE, PART = 160, 153
MOST_WORDS = 26  # docs: promises, "People who read it"
HARDEST_ENGLISH, HARDEST_FRENCH = 6, 60


def filling(name: str, language: str) -> dict[str, str]:
    link = SECRET_PAGE if "code" in fields(name) or name in LINK_ALONE else PAGE
    samples = {**SAMPLES[language], "link": link, "stop": PAGE}
    return {field: samples[field] for field in fields(name)}


def letter(name: str, language: str, channel: Channel) -> Letter:
    message = Message(name, language, filling(name, language))
    check(message, channel)
    return written(message, channel, "somebody@example.org", "0" * 32)


def fields_in(name: str, language: str, file: str) -> set[str]:
    source = (FOLDER / name / language / file).read_text("utf-8")
    tree = environment().parse(source)
    from_others = (
        set(re.findall(r"import (.+?) %}", source)[0].split(", ")) if "import" in source else set()
    )
    return meta.find_undeclared_variables(tree) - from_others - {"language"}


def test_the_messages_are_those_that_were_agreed() -> None:
    assert {name: sorted(fields(name)) for name in sorted(names())} == {
        "already-known": ["link"],
        "appointment": ["link", "phone", "when", "where"],
        "appointment-cancelled": ["link", "phone", "when", "where"],
        "appointment-reminder": ["link", "phone", "when", "where"],
        "consent-receipt": ["choices", "day", "link", "receipt"],
        "consents-changed": ["choices", "day", "link", "receipt"],
        "contact-changed": ["day", "link"],
        "contact-code": ["code", "link"],
        "erase-code": ["code", "link"],
        "erased": ["day"],
        "erased-soon": ["day", "link"],
        "erased-soon-acting": ["day", "link"],
        "inbox-answer": ["link", "words"],
        "join-code": ["code", "link"],
        "no-account": ["link"],
        "paused": ["day", "end", "link", "receipt"],
        "question": ["day", "link", "stop"],
        "released": ["choices", "day", "link", "receipt"],
        "reply-help": ["link"],
        "reply-noted": ["link"],
        "reply-received": ["link"],
        "reply-stopped": ["link"],
        "reply-yes": ["link"],
        "representative-invited": ["code", "link"],
        "resumed": ["day", "link", "receipt"],
        "safety-alarm": ["link", "over", "soon"],
        "sign-in-code": ["code", "link"],
        "staff-overdue": ["link", "people"],
        "withdrawn": ["choices", "day", "link", "receipt"],
    }


@pytest.mark.parametrize("name", sorted(names()))
@pytest.mark.parametrize("file", sorted(file for files in FILES.values() for file in files))
def test_every_message_exists_in_both_languages_with_the_same_fields(name: str, file: str) -> None:
    english, french = (fields_in(name, language, file) for language in LANGUAGES)
    assert english == french


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_text_and_html_name_the_same_fields(name: str, language: str) -> None:
    assert fields_in(name, language, "body.txt") == fields_in(name, language, "body.html")


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_subject_has_no_field_at_all(name: str, language: str) -> None:
    assert fields_in(name, language, "subject.txt") == set()


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_html_says_what_the_text_says(name: str, language: str) -> None:
    found = letter(name, language, Channel.EMAIL)
    shown = re.sub(
        r"<style>.*?</style>|<title>.*?</title>|<[^>]+>", " ", found.html, flags=re.DOTALL
    )
    shown = shown.replace("&#39;", "'").replace("&amp;", "&")
    assert re.findall(r"\w+", shown) == re.findall(r"\w+", re.sub(r"(?m)^\d\. ", "", found.text))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_html_asks_nobody_else_for_anything(name: str, language: str) -> None:
    html = letter(name, language, Channel.EMAIL).html
    assert not re.search(r"<(img|script|link|iframe|form)\b|url\(|src=", html)
    assert set(re.findall(r'href="([^"]+)"', html)) <= {PAGE, SECRET_PAGE}


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_what_fills_html_is_no_markup(name: str, language: str) -> None:
    filled = dict.fromkeys(fields(name), "<b>&{{ 7 * 7 }}")
    html = written(Message(name, language, filled), Channel.EMAIL, "a@example.org", "0" * 32).html
    assert "<b>" not in html
    assert "49" not in html


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_text_message_is_short(name: str, language: str) -> None:
    text = letter(name, language, Channel.SMS).text
    strange = {sign for sign in text if sign not in GSM + GSM_TWICE}
    assert strange == set()
    length = len(text) + sum(sign in GSM_TWICE for sign in text)
    assert length <= (ONE_MESSAGE if language == "en" else 2 * PART), length


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_an_email_is_plain_to_read(name: str, language: str) -> None:
    text = re.sub(r"https?://\S+", "", letter(name, language, Channel.EMAIL).text)
    found = read(text, language)
    assert found.longest <= MOST_WORDS
    if language == "en":
        assert found.grade <= HARDEST_ENGLISH
    else:
        assert found.ease >= HARDEST_FRENCH


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_message_says_who_writes_and_what_to_do(name: str, language: str) -> None:
    for channel in FILES:
        found = letter(name, language, channel)
        assert "Recruit" in found.text
    told = " ".join(letter(name, language, Channel.EMAIL).text.split())
    assert re.search(WHAT_TO_DO[language], told)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_message_looks_as_approved(name: str, language: str) -> None:
    mail, sms = (letter(name, language, channel) for channel in (Channel.EMAIL, Channel.SMS))
    looks = {
        f"{name}.{language}.txt": f"{mail.subject}\n\n{mail.text}\n\n--- SMS\n{sms.text}\n",
        f"{name}.{language}.html": f"{mail.html}\n",
    }
    for file, text in looks.items():
        if os.environ.get("RECRUIT_APPROVE"):
            (APPROVED / file).write_text(text, "utf-8")
        assert (APPROVED / file).read_text("utf-8") == text


def test_nothing_is_approved_that_is_no_longer_sent() -> None:
    expected = {f"{name}.{language}.{kind}" for name, language in EVERY for kind in ("txt", "html")}
    assert {file.name for file in APPROVED.iterdir()} == expected
