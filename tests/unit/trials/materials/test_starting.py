"""What an empty text begins with can be read, promises nothing, and names no illness."""

from dataclasses import replace

import pytest

from recruit.terminology.lexicon import Lexicon
from recruit.trials.draft import (
    Contact,
    Participation,
    SiteDraft,
    Tongue,
    Translation,
    TrialDraft,
)
from recruit.trials.materials.checks import BLANK, examine, unfit
from recruit.trials.materials.content import Channel, Part, Place, Texts
from recruit.trials.materials.meter import Level
from recruit.trials.materials.starting import starting

DRAFT = TrialDraft(
    id="S-00000000",
    title="A weekly tablet",
    criteria="Inclusion Criteria:\n\n* Type 2 diabetes",
    conditions=("Type 2 diabetes",),
    sponsor="Example University",
    participation=Participation("You come five times.", "", "We pay your train ticket."),
    contacts=(Contact(role="Study nurse", phone="01 99 00 12 34"),),
    sites=(SiteDraft("Hôpital Saint-Exemple", "Paris", "75012", "FR"),),
    translations=(
        Translation(
            "fr",
            "",
            "Un comprimé par semaine",
            participation=Participation("Vous venez cinq fois.", "", "Le trajet est remboursé."),
        ),
    ),
)
BARE = replace(
    DRAFT, title="", sponsor="", participation=Participation(), contacts=(), translations=()
)
EVERY = [(channel, tongue) for channel in Channel for tongue in ("en", "fr")]
DIABETES = ("MESH:D003924",)


def whole(channel: Channel, language: Tongue, draft: TrialDraft = DRAFT) -> Texts:
    """With every blank filled in by plain words."""
    plain = "one thing or another" if language == "en" else "une chose ou une autre"
    texts = starting(channel, language, draft)
    return {part: BLANK.sub(plain, text) for part, text in texts.items()}


@pytest.mark.parametrize(("channel", "language"), EVERY)
def test_it_can_be_submitted_once_its_blanks_are_filled(
    channel: Channel, language: Tongue, lexicon: Lexicon
) -> None:
    place = Place("S-00000000", channel, language)
    found = examine(place, whole(channel, language), DRAFT, DIABETES, lexicon)
    assert [each.say("en") for each in found.problems] == []
    assert found.claims == ()


@pytest.mark.parametrize(("channel", "language"), EVERY)
def test_it_is_plain(channel: Channel, language: Tongue, lexicon: Lexicon) -> None:
    place = Place("S-00000000", channel, language)
    found = examine(place, whole(channel, language), DRAFT, DIABETES, lexicon)
    assert found.gauge
    assert found.gauge.level is Level.PLAIN, found.gauge


@pytest.mark.parametrize(("channel", "language"), EVERY)
def test_both_languages_use_the_same_fields(channel: Channel, language: Tongue) -> None:
    other: Tongue = "fr" if language == "en" else "en"
    for part, text in starting(channel, language, DRAFT).items():
        assert text.count("{{") == starting(channel, other, DRAFT)[part].count("{{")


def test_it_says_what_the_details_say() -> None:
    texts = starting(Channel.PAGE, "fr", DRAFT)
    assert texts[Part.TITLE] == "Un comprimé par semaine"
    assert texts[Part.VISITS].startswith("Vous venez cinq fois.")
    assert "Le trajet est remboursé." in texts[Part.PAYS]
    assert "- Study nurse, 01 99 00 12 34" in texts[Part.WHOM]


def test_what_the_details_do_not_say_is_left_blank() -> None:
    texts = starting(Channel.PAGE, "en", BARE)
    assert all(BLANK.search(texts[part]) for part in (Part.TITLE, Part.VISITS, Part.WHOM))


def test_what_the_details_say_is_no_slot() -> None:
    draft = replace(DRAFT, sponsor="<visits> and {{config}}")
    texts = starting(Channel.PAGE, "en", draft)
    assert "<visits> and {{config}}" in texts[Part.PAYS]
    assert [each.part for each in unfit(Channel.PAGE, texts)] == [Part.PAYS]
