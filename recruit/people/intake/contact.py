"""How to reach a person, as a community hands it on: for the vault, never for a profile."""

from collections.abc import Callable, Mapping
from typing import Final

from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.criteria.record import Record as Fields
from recruit.people.contact_points import read_address, read_contact_point
from recruit.people.intake.reading import Notes
from recruit.people.vault import Item

LONGEST_NAME: Final = 200
NO_NAME: Final = N_("a name has at most 200 letters, all of them printable")
OTHER: Final = N_("this is something else than the field says")


def read_contact(fields: Fields, notes: Notes) -> dict[Item, str]:
    """The items of the object `contact`; one that cannot be read is noted and left out."""
    value = fields.data.get("contact")
    if value is None:
        return {}
    given = Fields(value, fields.where, "contact")
    found = {}
    for item, read in READERS.items():
        try:
            text = given.optional_text(item.value)
            if text:
                found[item] = read(text)
        except Refusal as refusal:
            notes.refuse(given.at(item.value), refusal.problem)
    return found


def _email(text: str) -> str:
    return _point(text, Item.EMAIL)


def _phone(text: str) -> str:
    return _point(text, Item.PHONE)


def _point(text: str, item: Item) -> str:
    found = read_contact_point(text)
    if found.item is not item:
        raise Refusal(record="", field="", problem=OTHER)
    return found.where


def _name(text: str) -> str:
    name = " ".join(text.split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Refusal(record="", field="", problem=NO_NAME)
    return name


READERS: Final[Mapping[Item, Callable[[str], str]]] = {
    Item.NAME: _name,
    Item.EMAIL: _email,
    Item.PHONE: _phone,
    Item.ADDRESS: read_address,
}
