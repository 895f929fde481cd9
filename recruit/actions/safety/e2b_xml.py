"""How an element of HL7 v3 is written: its tag, its attributes, its text and its dates."""

import re
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from recruit.core.dates import PartialDate

HL7: Final = "urn:hl7-org:v3"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
TYPE: Final = f"{{{XSI}}}type"
# Characters that XML 1.0, section 2.2, does not know, not even escaped.
NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tag(name: str) -> str:
    """The name of an element of HL7 v3."""
    return f"{{{HL7}}}{name}"


def add(parent: Element, name: str, **attributes: str) -> Element:
    """Add an element at the end of another."""
    return SubElement(parent, tag(name), {key: clean(text) for key, text in attributes.items()})


def add_id(parent: Element, extension: str, root: str, name: str = "id") -> None:
    """Add a number, and the namespace that it is unique in."""
    add(parent, name, extension=extension, root=root)


def add_text(parent: Element, name: str, text: str, longest: int) -> Element:
    """Add an element with a text of at most so many characters."""
    made = SubElement(parent, tag(name))
    made.text = clean(text)[:longest]
    return made


def add_value(parent: Element, kind: str, **attributes: str) -> Element:
    """Add a value of an HL7 data type."""
    made = typed(kind, **attributes)
    parent.append(made)
    return made


def typed(kind: str, **attributes: str) -> Element:
    """A value of an HL7 data type that stands nowhere yet."""
    return Element(tag("value"), {TYPE: kind, **attributes})


def observed() -> dict[str, str]:
    """What an observation says of itself."""
    return {"classCode": "OBS", "moodCode": "EVN"}


def clean(text: str) -> str:
    """The text with a visible sign for each character that XML refuses: nothing goes unseen."""
    return NOT_XML.sub("\ufffd", text)


def short(text: str, longest: int) -> str:
    """One line of at most so many characters."""
    return " ".join(text.split())[:longest]


def moment(at: datetime) -> str:
    """CCYYMMDDhhmmss with the zone, in UTC."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S+0000")


def day(at: datetime) -> str:
    """CCYYMMDD, in UTC."""
    return at.astimezone(UTC).strftime("%Y%m%d")


def partial(when: PartialDate) -> str:
    """CCYY, CCYYMM or CCYYMMDD, as closely as it is known."""
    return str(when).replace("-", "")
