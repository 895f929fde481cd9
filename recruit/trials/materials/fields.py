"""The fields that may stand in a text, as {{first_name}}, and what may stand where.

A text is no template: a field is replaced by plain text, once, and anything else between double
braces is refused by its name (docs/adr/0031).
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from recruit.trials.materials.content import SHARED, Channel, Part


class Field(StrEnum):
    """What is filled in for each person when a message leaves."""

    FIRST_NAME = "first_name"
    STUDY_TITLE = "study_title"
    """The title of the study's page: it may name an illness."""
    SITE_NAME = "site_name"
    """The centre nearest to the person: its name may name an illness."""
    SITE_CITY = "site_city"
    CONTACT_PHONE = "contact_phone"
    LINK = "link"
    """To the page where the person answers; in what is passed on, to the study's page."""
    STOP_LINK = "stop_link"
    """To the page where the person ends such messages."""


ANY: Final = frozenset(Field)
# A text message lies open on a locked screen.
DISCREET: Final = ANY - {Field.STUDY_TITLE, Field.SITE_NAME}
NONE: Final[frozenset[Field]] = frozenset()
# What everybody may pass on says nothing to one person alone, but where to read more.
TO_ALL: Final = frozenset({Field.LINK})
# Nobody gets a message without a way to answer it and a way to end such messages.
NEEDED: Final[dict[Channel, tuple[Field, ...]]] = {
    Channel.EMAIL: (Field.LINK, Field.STOP_LINK),
    Channel.SMS: (Field.LINK,),
    Channel.LETTER: (Field.LINK,),
    Channel.CLOSING: (Field.STOP_LINK,),
    Channel.RESULTS: (Field.STOP_LINK,),
    **dict.fromkeys(sorted(SHARED), (Field.LINK,)),
}
BRACED: Final = re.compile(r"\{\{[^{}\n]{0,60}\}\}|\{\{|\}\}")
KNOWN: Final = re.compile(r"\{\{(" + "|".join(Field) + r")\}\}")


def allowed(channel: Channel, part: Part) -> frozenset[Field]:
    """The fields of a part: none in a subject or on the page, which is the same for everybody."""
    if part is not Part.BODY:
        return NONE
    if channel in SHARED:
        return TO_ALL
    return DISCREET if channel is Channel.SMS else ANY


def odd(text: str, channel: Channel, part: Part) -> Iterator[str]:
    """What stands between double braces and is no field of this part, as it is written."""
    welcome = {f"{{{{{field}}}}}" for field in allowed(channel, part)}
    return (found[0] for found in BRACED.finditer(text) if found[0] not in welcome)


def used(text: str) -> set[Field]:
    """The fields that stand in a text."""
    return {Field(name) for name in KNOWN.findall(text)}


def fill(text: str, values: Mapping[Field, str]) -> str:
    """The text with each field replaced by its value; a value is never looked through again.

    Raises:
        KeyError: a field of the text has no value.
    """
    return KNOWN.sub(lambda found: values[Field(found[1])], text)
