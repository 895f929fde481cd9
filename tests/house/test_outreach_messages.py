"""Every message about a study: wave × language × channel, as it looks, and what it may not say.

What each looks like stands in tests/approved/outreach/; a change is read there before it is taken
over (`RECRUIT_APPROVE=1 pytest tests/house/test_outreach_messages.py` writes the files anew).
The words of the approved text are those that a sponsor starts with.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from recruit.actions.outreach.filling import filled
from recruit.actions.outreach.frames import FOLDERS, RULE, Framed
from recruit.actions.outreach.own_words import OwnWords
from recruit.actions.outreach.texts import NEWS
from recruit.consent.choices import Channel
from recruit.core import sms
from recruit.core.i18n import LANGUAGES
from recruit.core.readable import read
from recruit.notify.messages import names
from recruit.notify.stages import INVITATIONS, INVITING, Wave
from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import Tongue, TrialDraft
from recruit.trials.materials import content, discreet
from recruit.trials.materials.claims import claims
from recruit.trials.materials.content import Part
from recruit.trials.materials.fields import Field
from recruit.trials.materials.starting import starting
from tests.house.test_messages import HARDEST_ENGLISH, HARDEST_FRENCH, MOST_WORDS
from tests.house.test_messages import letter as transactional

APPROVED = Path("tests/approved/outreach")
LINK = "https://recruit.example.org/i/abcdefghijklmnopqrstuvwxyz012345"
STOP_LINK = "https://recruit.example.org/u/abcdefghijklmnopqrstuvwxyz012345"
QUESTION_LINK = "https://recruit.example.org/q/abcdefghijklmnopqrstuvwxyz012345"
SPACE = "https://recruit.example.org/me"
ABOUT = ("MESH:D003924", "MESH:D003928")  # type 2 diabetes, diabetic nephropathies
TRIAL = TrialDraft(
    id="NCT00000001",
    criteria="",
    title="Kidneys and sugar",
    conditions=("Type 2 Diabetes", "Diabetic kidney disease", "Rétinopathie"),
)
VALUES = {
    Field.FIRST_NAME: "Camille",
    Field.SITE_NAME: "Hôpital Saint-Exemple",
    Field.SITE_CITY: "Paris",
    Field.CONTACT_PHONE: "01 99 00 00 01",
    Field.LINK: LINK,
    Field.STOP_LINK: STOP_LINK,
}
TITLES = {"en": "Eating well and sleeping well", "fr": "Bien manger et bien dormir"}
DAYS = {"en": "3 March 2026", "fr": "3 mars 2026"}
BLANKS = {
    "en": {
        "when the results are likely to be known": "The results should be known in 2028.",
        "the question, in one sentence": "does a new meal plan help people sleep",
        "the results in plain words, the good ones and the bad ones": "it made no difference",
        "what remains open": "if it helps some people more than others",
    },
    "fr": {
        "quand on devrait connaître les résultats": "On devrait connaître les résultats en 2028.",
        "la question, en une phrase": "si une autre façon de manger aide à dormir",
        "les résultats en mots simples, les bons comme les mauvais": "cela n’a rien changé",
        "ce qui reste à savoir": "si cela aide certains plus que d’autres",
    },
}
URGENT = re.compile(
    # “En cas d'urgence”, where to call, presses nobody.
    r"(?<!cas d['’])\b(urgen\w*"
    r"|hurry|last chance|act now|don['’]t miss|deadline|limited (?:places|time)"
    r"|dépêchez|dernière chance|ne manquez pas|places limitées|vite|sans attendre)\b",
    re.IGNORECASE,
)
# What would make a question an advertisement of a study, or tell what it is about.
ADVERTISING = re.compile(
    r"\b(this study|the study|a study near|clinical|trial|treatment|drug|medicine|therapy|sponsor"
    r"|hospital|doctor|symptom|illness|disease|diagnos\w*|paid|payment|euros?|benefit"
    r"|suits you|eligible|cette étude|l’étude|une étude près|clinique|essai|traitement|médicament"
    r"|thérapie|promoteur|hôpital|médecin|symptôme|maladie|payé|indemnité|gratuit|bénéfice"
    r"|vous convient|éligible)\b",
    re.IGNORECASE,
)
STOPS = re.compile(
    r"stop these (?:messages|letters|calls)|STOP\b|arrêter ces (?:messages|lettres|appels)"
)
TONGUES: tuple[Tongue, ...] = ("en", "fr")
EVERY = [(wave, channel, tongue) for wave in Wave for channel in Channel for tongue in TONGUES]
# News is approved in one text for every channel, and no text message holds it: such a message is
# put off, and somebody who may only be reached so hears of it in their space.
SENT = [each for each in EVERY if not (each[0] in NEWS and each[1] is Channel.SMS)]


def approved_text(wave: Wave, channel: Channel, language: Tongue) -> content.Texts:
    texts = starting(NEWS.get(wave, content.Channel(channel.value)), language, TRIAL)
    for blank, said in BLANKS[language].items():
        texts = {part: words.replace(f"[{blank}]", said) for part, words in texts.items()}
    return texts


def own_words(channel: Channel, language: Tongue) -> OwnWords:
    link = SPACE if channel is Channel.PHONE else QUESTION_LINK
    stop = STOP_LINK if channel is Channel.EMAIL else ""
    return OwnWords(channel, language, DAYS[language], link, stop)


def framed(wave: Wave, channel: Channel, language: Tongue) -> Framed | OwnWords:
    if wave is Wave.QUESTION:
        return own_words(channel, language)
    texts = approved_text(wave, channel, language)
    known = VALUES | {Field.STUDY_TITLE: TITLES[language]}
    said = filled(texts[Part.BODY], known, as_sms=channel is Channel.SMS)
    assert said
    return Framed(wave, channel, language, said, DAYS[language])


def subject(wave: Wave, channel: Channel, language: Tongue) -> str:
    if wave is Wave.QUESTION:
        return own_words(channel, language).subject
    return approved_text(wave, channel, language).get(Part.SUBJECT, "")


def looks(wave: Wave, channel: Channel, language: Tongue) -> Iterator[tuple[str, str]]:
    """The files of one message, and what they hold."""
    said, heading = framed(wave, channel, language), subject(wave, channel, language)
    head = f"{heading}\n\n" if heading else ""
    yield f"{wave}.{language}.{channel}.txt", f"{head}{said.plain}\n"
    if channel is Channel.EMAIL:
        yield f"{wave}.{language}.{channel}.html", f"{said.html}\n"


def seen_by_others() -> Iterator[tuple[str, str]]:
    """What shows without opening anything: subjects and text messages, ours and the codes'."""
    for wave, channel, language in SENT:
        name = f"{wave}.{language}.{channel}"
        yield f"{name} subject", subject(wave, channel, language)
        if channel is Channel.SMS:
            yield name, framed(wave, channel, language).plain
    for message in sorted(names()):
        for language in LANGUAGES:
            yield (
                f"{message}.{language} subject",
                transactional(message, language, Channel.EMAIL).subject,
            )
            yield f"{message}.{language} sms", transactional(message, language, Channel.SMS).text


@pytest.mark.parametrize(("wave", "channel", "language"), SENT)
def test_every_message_looks_as_approved(wave: Wave, channel: Channel, language: Tongue) -> None:
    for file, text in looks(wave, channel, language):
        if os.environ.get("RECRUIT_APPROVE"):
            (APPROVED / file).write_text(text, "utf-8")
        assert (APPROVED / file).read_text("utf-8") == text


def test_nothing_is_approved_that_is_no_longer_sent() -> None:
    expected = {file for each in SENT for file, _ in looks(*each)}
    assert {file.name for file in APPROVED.iterdir()} == expected


def test_nobody_else_reads_what_somebody_has(lexicon: Lexicon) -> None:
    told = {
        name: found
        for name, text in seen_by_others()
        if (found := discreet.telling(text, TRIAL, ABOUT, lexicon))
    }
    assert told == {}


@pytest.mark.parametrize("language", TONGUES)
@pytest.mark.parametrize("channel", Channel)
def test_a_question_is_told_of_without_a_word_about_health_or_a_study(
    channel: Channel, language: Tongue, lexicon: Lexicon
) -> None:
    said = own_words(channel, language)
    text = f"{said.subject} {said.plain} {said.html}"
    assert discreet.telling(text, TRIAL, ABOUT, lexicon) == []
    assert not ADVERTISING.search(text), ADVERTISING.search(text)


def test_an_illness_in_a_text_message_would_be_found(lexicon: Lexicon) -> None:
    assert discreet.telling("a study about diabetes", TRIAL, ABOUT, lexicon)
    assert discreet.telling("une étude sur l’asthme", TRIAL, ABOUT, lexicon)


def test_nothing_presses_anybody() -> None:
    pressing = {name: found[0] for name, text in seen_by_others() if (found := URGENT.search(text))}
    for each in SENT:
        if found := URGENT.search(framed(*each).plain):
            pressing[str(each)] = found[0]
    assert pressing == {}


@pytest.mark.parametrize(("wave", "channel", "language"), SENT)
def test_nothing_is_praised_or_promised(wave: Wave, channel: Channel, language: Tongue) -> None:
    words = {Part.BODY: framed(wave, channel, language).plain}
    assert [each for each in claims(words, language) if each.banned] == []


@pytest.mark.parametrize(("wave", "channel", "language"), SENT)
def test_every_message_says_how_to_stop(wave: Wave, channel: Channel, language: Tongue) -> None:
    said = framed(wave, channel, language).plain
    assert STOPS.search(said.replace("\u00a0", " "))


@pytest.mark.parametrize(("wave", "channel", "language"), SENT)
def test_each_link_stands_in_a_message_once(wave: Wave, channel: Channel, language: Tongue) -> None:
    said = framed(wave, channel, language).plain
    asks = wave in INVITATIONS and channel is not Channel.PHONE
    assert said.count(LINK) == int(asks)
    tells = wave is Wave.QUESTION and channel is not Channel.PHONE
    assert said.count(QUESTION_LINK) == int(tells)
    assert said.count(STOP_LINK) <= 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wave", Wave)
def test_html_says_what_the_text_says(wave: Wave, language: Tongue) -> None:
    said = framed(wave, Channel.EMAIL, language)
    bare = re.sub(r"<style>.*?</style>|<title>.*?</title>|<[^>]+>", " ", said.html, flags=re.DOTALL)
    bare = bare.replace("&#39;", "'").replace("&amp;", "&")
    assert re.findall(r"\w+", bare) == re.findall(r"\w+", said.plain)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wave", Wave)
def test_html_asks_nobody_else_for_anything(wave: Wave, language: Tongue) -> None:
    html = framed(wave, Channel.EMAIL, language).html
    assert not re.search(r"<(img|script|link|iframe|form)\b|url\(|src=", html)
    assert set(re.findall(r'href="([^"]+)"', html)) <= {LINK, QUESTION_LINK, STOP_LINK}


@pytest.mark.parametrize(("wave", "channel", "language"), EVERY)
def test_our_own_words_are_plain(wave: Wave, channel: Channel, language: Tongue) -> None:
    bare = Framed(wave, channel, language, "", DAYS[language]) if wave in FOLDERS else None
    whole = (bare or own_words(channel, language)).plain.replace(RULE, "")
    whole = re.sub(r"https?://\S+", "", whole)
    found = read(whole, language)
    assert found.longest <= MOST_WORDS
    if channel is Channel.SMS:
        return  # two or three words, of which no figure means anything
    if language == "en":
        assert found.grade <= HARDEST_ENGLISH, found.grade
    else:
        assert found.ease >= HARDEST_FRENCH, found.ease


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wave", sorted(INVITING))
def test_a_text_message_takes_two_parts_at_most(wave: Wave, language: Tongue) -> None:
    said = framed(wave, Channel.SMS, language)
    assert not said.is_too_long
    assert sms.length(said.plain).strange == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_without_a_way_to_stop_is_given_one(language: Tongue) -> None:
    bare = Framed(Wave.INVITATION, Channel.SMS, language, f"Recruit: {LINK}", DAYS[language])
    assert "STOP" in bare.plain
    said = Framed(Wave.INVITATION, Channel.SMS, language, f"Recruit: {LINK} STOP", DAYS[language])
    assert said.plain.count("STOP") == 1


def test_a_text_message_leaves_out_what_it_has_no_room_for() -> None:
    full = Framed(Wave.REMINDER, Channel.SMS, "en", "x" * 270, DAYS["en"])
    assert full.plain == "x" * 270 + " No more messages: STOP"
    assert not full.is_too_long
