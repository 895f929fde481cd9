"""What stands against a text: fields, addresses, signs, length, words that tell an illness."""

from hashlib import sha256

import pytest

from recruit.core import sms
from recruit.core.errors import Refusal
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import TrialDraft
from recruit.trials.materials.checks import examine, unfit
from recruit.trials.materials.content import PARTS, Channel, Part, Place, Texts, tidy
from recruit.trials.materials.documents import LARGEST, called, checked
from recruit.trials.materials.fields import Field, fill
from recruit.trials.materials.meter import Level, gauge

DRAFT = TrialDraft(id="S-1", criteria="* Gout", conditions=("Type 2 diabetes",))
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def email(**typed: str) -> Texts:
    return tidy(Channel.EMAIL, {"subject": "A study", "body": "Hello", **typed})


def problems(channel: Channel, texts: Texts) -> list[str]:
    return [each.say("en") for each in unfit(channel, texts)]


@pytest.mark.parametrize(
    "words",
    ["{{config}}", "{{7*7}}", "{{ link }}", "{{link|safe}}", "{{", "}}", "{{LINK}}"],
)  # fmt: skip
def test_what_is_no_field_is_refused_by_its_name(words: str) -> None:
    said = problems(Channel.EMAIL, email(body=f"Hello {words} there"))
    assert [words in each for each in said] == [True]


def test_the_title_of_the_study_cannot_stand_in_a_text_message() -> None:
    texts = tidy(Channel.SMS, {"body": "{{study_title}} {{site_name}} {{first_name}}"})
    assert len(problems(Channel.SMS, texts)) == 2


def test_no_field_stands_in_a_subject_or_on_the_page() -> None:
    assert problems(Channel.EMAIL, email(subject="For {{first_name}}"))
    page = dict.fromkeys(PARTS[Channel.PAGE], "") | {Part.RISKS: "{{first_name}}"}
    assert problems(Channel.PAGE, page)


def test_a_value_is_never_looked_through_again() -> None:
    values = {Field.FIRST_NAME: "{{link}}{{7*7}}", Field.LINK: "secret"}
    assert fill("Hello {{first_name}}!", values) == "Hello {{link}}{{7*7}}!"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0b"])
def test_a_subject_stands_in_one_line(end: str) -> None:
    assert problems(Channel.EMAIL, email(subject=f"A study{end}Bcc: eve@example.org"))


@pytest.mark.parametrize("sign", ["\x00", "\u202e", "\u200b", "\ufeff", "\x1b"])
def test_a_sign_that_cannot_be_seen_is_refused(sign: str) -> None:
    assert problems(Channel.EMAIL, email(body=f"Hello{sign} there"))


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JavaScript :alert(1)", "http://example.org", "data:text/html,x", "file:///x"],
)  # fmt: skip
def test_no_address_but_a_secure_one(address: str) -> None:
    assert problems(Channel.EMAIL, email(body=f"Look at {address} please"))


def test_plain_words_and_secure_addresses_are_kept() -> None:
    body = "Your data: we keep it.\n\nSee https://example.org. <script>alert(1)</script> Ça va ?"
    assert problems(Channel.EMAIL, email(body=body)) == []


@pytest.mark.parametrize("subject", ["Living with diabetes", "Pour les diabétiques", "Migraine?"])
def test_a_subject_names_no_illness(subject: str, lexicon: Lexicon) -> None:
    place = Place("S-1", Channel.EMAIL, "en")
    found = examine(place, email(subject=subject), DRAFT, ("MESH:D003924",), lexicon)
    assert any("names an illness" in each.say("en") for each in found.problems)


def test_a_text_message_names_no_illness(lexicon: Lexicon) -> None:
    texts = tidy(Channel.SMS, {"body": "Votre diabète : {{link}} STOP"})
    found = examine(Place("S-1", Channel.SMS, "fr"), texts, DRAFT, (), lexicon)
    assert [each.part for each in found.problems] == [Part.BODY]


def test_an_unfinished_text_says_what_is_missing(lexicon: Lexicon) -> None:
    texts = email(subject="", body="We do [something] to you")
    found = examine(Place("S-1", Channel.EMAIL, "en"), texts, DRAFT, (), lexicon)
    said = " ".join(each.say("en") for each in found.problems)
    assert "Please write this part." in said
    assert all(words in said for words in ("[something]", "{{link}}", "{{stop_link}}"))


def test_a_hard_text_is_blocked_and_its_worst_sentence_found(lexicon: Lexicon) -> None:
    hard = "Pharmacokinetic characterisation necessitates hospitalisation of individuals."
    texts = email(body=f"We do it. {hard} {{{{link}}}} {{{{stop_link}}}}")
    found = examine(Place("S-1", Channel.EMAIL, "en"), texts, DRAFT, (), lexicon)
    assert "The text is too hard to read: make it simpler." in [
        each.say("en") for each in found.problems
    ]
    assert found.worst
    part, start, end = found.worst
    assert texts[part][start:end] == hard


def test_one_long_sentence_makes_a_text_hard() -> None:
    found = gauge("We go. " + "and we go " * 9 + ".", "en")
    assert found
    assert (found.level, found.longest) == (Level.HARD, 27)


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("ê" + "a" * 69, 70, 1),
        ("ê" + "a" * 70, 71, 2),
        ("😀" * 35, 70, 1),
        ("😀" * 68, 136, 3),
    ],
)
def test_a_text_message_is_counted_as_phones_count(text: str, units: int, parts: int) -> None:
    found = sms.length(text)
    assert (found.units, found.parts) == (units, parts)


def test_a_text_message_of_three_parts_is_too_long(lexicon: Lexicon) -> None:
    texts = tidy(Channel.SMS, {"body": "One two. " * 34 + "{{link}} STOP"})
    found = examine(Place("S-1", Channel.SMS, "en"), texts, DRAFT, (), lexicon)
    assert [each.say("en") for each in found.problems] == [
        "This takes 3 text messages; 2 are the most."
    ]


def test_a_document_is_known_by_its_content() -> None:
    assert checked("avis.pdf", PDF) == sha256(PDF).hexdigest()


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>%PDF-1.7 %%EOF", b"%PDF-1.7 cut off", b"MZ\x90", b"%PDF-<html>%%EOF"],
)
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal):
        checked("avis.pdf", data)


def test_a_document_has_at_most_10_megabytes() -> None:
    with pytest.raises(Refusal, match="10 MB"):
        checked("avis.pdf", PDF[:10] + b" " * LARGEST + b"%%EOF")


def test_a_file_is_named_without_folders_and_tricks() -> None:
    assert called('..\\../etc/"avis\r\nX: y".pdf') == "avisX y"
