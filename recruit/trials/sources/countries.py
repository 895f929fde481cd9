"""Names of countries as ISO 3166-1 alpha-2 codes."""

import re
from functools import cache
from typing import Final

from babel import Locale

# Names that registries use and the Unicode locale data writes otherwise.
_ALSO: Final = {
    "brunei darussalam": "BN",
    "congo": "CG",
    "congo, the democratic republic of the": "CD",
    "czech republic": "CZ",
    "england": "GB",
    "hong kong": "HK",
    "iran, islamic republic of": "IR",
    "korea, democratic people's republic of": "KP",
    "korea, republic of": "KR",
    "lao people's democratic republic": "LA",
    "libyan arab jamahiriya": "LY",
    "macedonia, the former yugoslav republic of": "MK",
    "moldova, republic of": "MD",
    "myanmar": "MM",
    "northern ireland": "GB",
    "palestinian territories, occupied": "PS",
    "palestinian territory, occupied": "PS",
    "russian federation": "RU",
    "scotland": "GB",
    "syrian arab republic": "SY",
    "tanzania, united republic of": "TZ",
    "turkey (türkiye)": "TR",
    "turkey": "TR",
    "uk": "GB",
    "united states of america": "US",
    "viet nam": "VN",
    "wales": "GB",
}
_CODE = re.compile("[A-Za-z]{2}")


def _plain(name: str) -> str:
    return name.strip().lower().replace("’", "'").replace("&", "and").removeprefix("the ")


@cache
def _codes() -> dict[str, str]:
    names = {}
    for language in ("fr", "en"):
        for code, name in Locale(language).territories.items():
            if _CODE.fullmatch(code):
                names[code.lower()] = code
                names[_plain(name)] = code
    return names | _ALSO


def country_code(name: str | None) -> str | None:
    """The code of a country given by its code or its English or French name.

    A name that no code stands for (a state that no longer exists) stays as it is.
    """
    return _codes().get(_plain(name), name.strip()) if name and name.strip() else None
