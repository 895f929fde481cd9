"""Whose clock: by postcode and coordinates where they say so surely, else every one it may be."""

from zoneinfo import ZoneInfo

import pytest

from recruit.people.facts import Home
from recruit.people.zones import place

PARIS = ZoneInfo("Europe/Paris")


def zones(home: Home, unknown: str = "Europe/Paris") -> set[str]:
    return {zone.key for zone in place(home, ZoneInfo(unknown)).zones}


@pytest.mark.parametrize(
    ("home", "zone"),
    [
        (Home("FR", "75012"), "Europe/Paris"),
        (Home("FR", "1000"), "Europe/Paris"),
        (Home("FR", "97110"), "America/Guadeloupe"),
        (Home("FR", "97133"), "America/St_Barthelemy"),
        (Home("FR", "97150"), "America/Marigot"),
        (Home("FR", "97200"), "America/Martinique"),
        (Home("FR", "97300"), "America/Cayenne"),
        (Home("FR", "97 400"), "Indian/Reunion"),
        (Home("FR", "97500"), "America/Miquelon"),
        (Home("FR", "97600"), "Indian/Mayotte"),
        (Home("FR", "98600"), "Pacific/Wallis"),
        (Home("FR", "98800"), "Pacific/Noumea"),
        (Home("RE"), "Indian/Reunion"),
        (Home("RE", "75012"), "Indian/Reunion"),
        (Home("FR", None, 48.84, 2.39), "Europe/Paris"),
        (Home("FR", None, -20.9, 55.5), "Indian/Reunion"),
        (Home("BE", "1000"), "Europe/Brussels"),
        (Home("ES", None, 28.1, -15.4), "Atlantic/Canary"),
        (Home("PT", None, 37.7, -25.7), "Atlantic/Azores"),
        (Home("US", "10001", 40.75, -73.99), "America/New_York"),
        (Home("US", None, 39.7, -105.0), "America/Denver"),
        (Home("US", None, 21.3, -157.9), "Pacific/Honolulu"),
    ],
)
def test_a_sure_place_has_one_zone(home: Home, zone: str) -> None:
    assert zones(home) == {zone}


@pytest.mark.parametrize(
    ("home", "least"),
    [
        (Home("US"), {"America/New_York", "Pacific/Honolulu"}),
        (Home("US", None, 30.42, -87.2), {"America/New_York", "America/Chicago"}),
        (Home("US", None, 36.1, -111.2), {"America/Phoenix", "America/Denver"}),
        (Home("CA", "M5V"), {"America/Toronto", "America/Vancouver"}),
        (Home("FR", "98700"), {"Pacific/Tahiti", "Pacific/Marquesas"}),
        (Home("FR"), {"Europe/Paris", "Indian/Reunion", "America/Martinique"}),
        (Home("FR", "97"), {"Europe/Paris", "Indian/Reunion", "America/Martinique"}),
        (Home("FR", "00100"), {"Europe/Paris", "America/Cayenne"}),
    ],
)
def test_where_it_is_not_sure_it_is_every_zone_that_it_may_be(home: Home, least: set[str]) -> None:
    assert least <= zones(home)


@pytest.mark.parametrize("home", [Home(), Home("Atlantis"), Home(None, "97400")])
def test_an_unknown_country_has_the_zone_of_the_settings(home: Home) -> None:
    assert zones(home, "America/Martinique") == {"America/Martinique"}


@pytest.mark.parametrize(
    ("postcode", "parts"),
    [
        ("75012", ()),
        ("57000", ("57",)),
        ("67000", ("6AE",)),
        ("68000", ("6AE",)),
        ("97400", ("974",)),
        ("97133", ("BL",)),
        ("98800", ("NC",)),
        ("", None),
    ],
)
def test_holidays_are_those_of_the_part_of_france(
    postcode: str, parts: tuple[str, ...] | None
) -> None:
    assert place(Home("FR", postcode), PARIS).parts == parts


def test_holidays_of_an_unknown_place_are_those_of_the_settings_country() -> None:
    assert place(Home(), PARIS).country == "FR"
    assert place(Home(), ZoneInfo("UTC")).country is None
