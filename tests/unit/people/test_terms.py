"""What is agreed with a community is read whole, or refused by the field that will not do."""

from typing import Any

import pytest

from recruit.core.colours import contrast
from recruit.core.errors import Refusal
from recruit.people.communities.terms import Agreed, read_terms

NOTICE = {"language": "en", "version": "1", "sha256": "AB" * 32}
COMMUNITY = {
    "title": "Onward",
    "colour": "#5B3A8C",
    "dark_colour": "#c3a9f0",
    "languages": ["en"],
    "purposes": ["matching"],
}


def terms(notices: object = (NOTICE,), **fields: object) -> dict[str, Any]:
    listed = list(notices) if isinstance(notices, tuple) else notices
    return {"community": {**COMMUNITY, **fields}, "notices": listed}


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#0f5c6e", "#0f5c6e") == 1


def test_what_is_agreed_is_read() -> None:
    found = read_terms(terms())
    assert (found.title, found.colour, found.relatives) == ("Onward", "#5b3a8c", False)
    assert found.notices == (Agreed("en", "1", "ab" * 32),)
    assert found.knows("en", "1", "ab" * 32)
    assert not found.knows("en", "2", "ab" * 32)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({}, "community"),
        (terms(title=""), "community.title"),
        (terms(title="x" * 81), "community.title"),
        (terms(title="a\nb"), "community.title"),
        (terms(colour="red"), "community.colour"),
        (terms(colour="#c3a9f0"), "community.colour"),
        (terms(dark_colour="#5b3a8c"), "community.dark_colour"),
        (terms(colour="#000000;}"), "community.colour"),
        (terms(languages=["de"]), "community.languages[0]"),
        (terms(languages=["en", "fr"]), "notices"),
        (terms(languages=[]), "community.languages"),
        (terms(purposes="matching"), "community.purposes"),
        (terms(relatives="yes"), "community.relatives"),
        (terms(logo="x"), "community.logo"),
        (terms(()), "notices"),
        (terms({}), "notices"),
        (terms(({**NOTICE, "sha256": "ab"},)), "notices[0].sha256"),
        (terms(({**NOTICE, "language": "xx"},)), "notices[0].language"),
        (terms(({**NOTICE, "url": "x"},)), "notices[0].url"),
    ],
)
def test_what_will_not_do_is_named(value: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_terms(value)
    assert refused.value.field == field
