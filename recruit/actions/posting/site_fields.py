"""The fields of one site's form: what stands in them, and how they are read."""

import re
from dataclasses import replace
from typing import Final

from recruit.actions.posting.details.typed import Typed
from recruit.core.i18n import N_
from recruit.people.places import centre, plain_postcode
from recruit.trials.draft import Contact, SiteDraft, TrialStatus
from recruit.trials.sources.countries import country_code

LABELS: Final = {
    "name": N_("Name of the site"),
    "address": N_("Street and number"),
    "postcode": N_("Postcode"),
    "city": N_("City"),
    "country": N_("Country"),
    "lat": N_("Latitude"),
    "lon": N_("Longitude"),
    "status": N_("Status"),
    "capacity": N_("Capacity"),
    "hours": N_("Opening hours"),
    "travel": N_("Travel help"),
    "contact_name": N_("Name or office"),
    "contact_role": N_("Role"),
    "contact_phone": N_("Telephone"),
    "contact_email": N_("Email address"),
}
MOST_PEOPLE: Final = 100_000
LONGEST_PHONE: Final = 40
LATITUDES: Final = 90.0
LONGITUDES: Final = 180.0
CODE: Final = re.compile("[A-Z]{2}")
DEGREES: Final = re.compile(r"[-+]?\d{1,3}(?:[.,]\d{1,12})?")
NUMBER: Final = re.compile(r"\d{1,6}")
FRANCE: Final = "FR"


def shown(site: SiteDraft) -> dict[str, str]:
    """What stands in the fields of a site."""
    contact = site.contact or Contact()
    return {
        "name": site.name,
        "address": site.address,
        "postcode": site.postcode,
        "city": site.city,
        "country": site.country or "",
        "lat": "" if site.lat is None else str(site.lat),
        "lon": "" if site.lon is None else str(site.lon),
        "status": site.status.value if site.status else "",
        "capacity": "" if site.capacity is None else str(site.capacity),
        "hours": site.hours,
        "travel": site.travel,
        "contact_name": contact.name,
        "contact_role": contact.role,
        "contact_phone": contact.phone,
        "contact_email": contact.email,
    }


def read(typed: Typed, before: SiteDraft) -> SiteDraft:
    """The site as it was typed; what cannot be taken is in `typed.problems`.

    A French site without a position gets the centre of its postcode; one that had it moves along
    with its postcode.
    """
    country = country_code(typed.line("country"))
    if country is not None and not CODE.fullmatch(country) and country != before.country:
        typed.refuse("country", N_("no country has this name"))
    site = replace(
        before,
        name=typed.line("name"),
        address=typed.line("address"),
        postcode=plain_postcode(typed.line("postcode"), country),
        city=typed.line("city"),
        country=country,
        lat=_degrees(typed, "lat", LATITUDES),
        lon=_degrees(typed, "lon", LONGITUDES),
        status=_status(typed),
        capacity=_capacity(typed),
        hours=typed.text("hours"),
        travel=typed.text("travel"),
        contact=_contact(typed, country),
    )
    if not (site.name or site.city):
        typed.refuse("name", N_("a site has a name or a city"))
    if (site.lat is None) != (site.lon is None):
        missing = "lat" if site.lat is None else "lon"
        typed.refuse(missing, N_("a latitude and a longitude come together"))
    return _placed(site, before)


def of_postcode(site: SiteDraft) -> tuple[float, float] | None:
    """Degrees of the centre of the site's postcode; None for one that is not known here."""
    return centre(site.country, site.postcode)


def _placed(site: SiteDraft, before: SiteDraft) -> SiteDraft:
    followed = (before.lat, before.lon) == of_postcode(before)
    unmoved = (site.lat, site.lon) == (before.lat, before.lon)
    if site.lat is not None and not (followed and unmoved):
        return site
    found = of_postcode(site)
    return replace(site, lat=found[0], lon=found[1]) if found else site


def _degrees(typed: Typed, name: str, most: float) -> float | None:
    written = typed.line(name).replace("−", "-")
    if not written:
        return None
    if not DEGREES.fullmatch(written):
        typed.refuse(name, N_("this is no number of degrees, such as 48.85"))
        return None
    degrees = float(written.replace(",", "."))
    if abs(degrees) > most:
        typed.refuse(name, N_("no such place on earth"))
        return None
    return degrees


def _status(typed: Typed) -> TrialStatus | None:
    options: dict[str, TrialStatus | None] = {each.value: each for each in TrialStatus}
    return typed.one_of("status", options | {"": None}, None)


def _capacity(typed: Typed) -> int | None:
    written = typed.line("capacity")
    if not written:
        return None
    if not NUMBER.fullmatch(written) or int(written) > MOST_PEOPLE:
        typed.refuse(
            "capacity", N_("this must be a whole number up to {most}"), most=f"{MOST_PEOPLE:,}"
        )
        return None
    return int(written)


def _contact(typed: Typed, country: str | None) -> Contact | None:
    contact = Contact(
        name=typed.line("contact_name"),
        role=typed.line("contact_role"),
        phone=typed.line("contact_phone"),
        email=typed.line("contact_email"),
    )
    if contact.phone and not _is_phone(contact.phone, country):
        typed.refuse("contact_phone", N_("this is not a telephone number"))
    if contact.email and not _is_email(contact.email):
        typed.refuse("contact_email", N_("this is not an email address"))
    return None if contact == Contact() else contact


def _is_phone(written: str, country: str | None) -> bool:
    """Whether somebody could be called there; extensions ("poste 12") are fine."""
    import phonenumbers  # noqa: PLC0415 - slow to import

    if len(written) > LONGEST_PHONE:
        return False
    try:
        number = phonenumbers.parse(written, country or FRANCE)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(number)


def _is_email(written: str) -> bool:
    from email_validator import (  # noqa: PLC0415 - slow to import
        EmailNotValidError,
        validate_email,
    )

    try:
        # Whether the domain has a mail server is not asked: nothing leaves this machine.
        validate_email(written, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
