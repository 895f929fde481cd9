"""What is agreed with a community: its name, colours, notices, languages and purposes.

A configuration file holds these beside the mapping (docs/communities.md): the sections `community`
and `notices` are read here, all others are the mapping's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from recruit.core.colours import READABLE, contrast, is_colour
from recruit.core.errors import Refusal
from recruit.core.i18n import LANGUAGES, N_

FIELDS: Final = ("title", "colour", "dark_colour", "languages", "purposes", "relatives")
NOTICE: Final = ("language", "version", "sha256")
SECTIONS: Final[tuple[str, ...]] = ("community", "notices")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
LONGEST_TITLE: Final = 80
LONGEST_VERSION: Final = 64
MOST_NOTICES: Final = 50
# What texts and buttons stand on: the page and its soft panels (static/app.css), by theme.
LIGHT: Final = ("#fffdfa", "#f5f1ea", "#ffffff")
DARK: Final = ("#161b1f", "#20262b")


@dataclass(frozen=True, slots=True)
class Agreed:
    """One notice that members of the community are shown: its SHA-256 and version by language."""

    language: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed with one community.

    `purposes` are those that its members may be asked for, as `str(Choice)` writes them. Evidence
    counts when it names one of `notices`. `relatives` says that not only patients have accounts.
    """

    title: str
    colour: str
    dark_colour: str
    languages: tuple[str, ...]
    purposes: tuple[str, ...]
    notices: tuple[Agreed, ...] = field(default_factory=tuple)
    relatives: bool = False

    def knows(self, language: str, version: str, sha256: str) -> bool:
        """Whether members were shown such a notice."""
        return Agreed(language, version, sha256) in self.notices


def read_terms(value: Mapping[str, Any]) -> Terms:
    """The terms from their JSON form: the sections `community` and `notices`.

    Raises:
        Refusal: a field is missing, not known or not usable; it is named.
    """
    given = _table(value.get("community"), "community", FIELDS)
    title = _word(given, "title", "community", LONGEST_TITLE)
    languages = _words(given, "languages")
    for number, language in enumerate(languages):
        if language not in LANGUAGES:
            raise _refusal(N_("the language is “en” or “fr”"), f"community.languages[{number}]")
    relatives = given.get("relatives", False)
    if not isinstance(relatives, bool):
        raise _refusal(N_("this is either true or false"), "community.relatives")
    notices = tuple(_notices(value.get("notices", [])))
    for language in languages:
        if language not in {notice.language for notice in notices}:
            raise _refusal(N_("there is no notice in one of the languages"), "notices")
    return Terms(
        title,
        _colour(given, "colour", LIGHT),
        _colour(given, "dark_colour", DARK),
        languages,
        _words(given, "purposes"),
        notices,
        relatives,
    )


def _notices(value: object) -> list[Agreed]:
    if not isinstance(value, list) or not value or len(value) > MOST_NOTICES:
        raise _refusal(N_("a notice is needed, with version, language and SHA-256"), "notices")
    found = []
    for number, each in enumerate(value):
        path = f"notices[{number}]"
        given = _table(each, path, NOTICE)
        language = _word(given, "language", path, 2)
        if language not in LANGUAGES:
            raise _refusal(N_("the language is “en” or “fr”"), f"{path}.language")
        sha256 = _word(given, "sha256", path, 64).lower()
        if not SHA256.fullmatch(sha256):
            raise _refusal(N_("a SHA-256 has 64 digits from 0 to f"), f"{path}.sha256")
        version = _word(given, "version", path, LONGEST_VERSION)
        found.append(Agreed(language, version, sha256))
    return found


def _colour(given: Mapping[str, Any], name: str, grounds: tuple[str, ...]) -> str:
    colour = _word(given, name, "community", 7).lower()
    if not is_colour(colour):
        raise _refusal(N_("a colour is written like #0f5c6e"), f"community.{name}")
    for ground in grounds:
        reached = contrast(colour, ground)
        if reached < READABLE:
            raise _refusal(
                N_("this cannot be read on {ground}: its contrast is {reached}, and 4.5 is needed"),
                f"community.{name}",
                ground=ground,
                reached=f"{reached:.1f}",
            )
    return colour


def _table(value: object, path: str, names: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _refusal(N_("this must be a table of fields"), path)
    for name in value:
        if name not in names:
            known = ", ".join(names)
            raise _refusal(
                N_("there is no such field; there are {known}"), f"{path}.{name}", known=known
            )
    return value


def _word(given: Mapping[str, Any], name: str, path: str, longest: int) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise _refusal(N_("this must be a text"), f"{path}.{name}")
    if len(value) > longest:
        problem = N_("this has at most {longest} letters")
        raise _refusal(problem, f"{path}.{name}", longest=longest)
    return value.strip()


def _words(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = given.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(w, str) for w in value):
        raise _refusal(N_("this must be a list of texts"), f"community.{name}")
    return tuple(dict.fromkeys(value))


def _refusal(problem: str, path: str, **fields: object) -> Refusal:
    return Refusal(record="configuration", field=path, problem=problem, **fields)
