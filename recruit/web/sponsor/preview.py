"""How a text looks where people read it: on a phone, in a mail program, on paper."""

from typing import Final

from flask import render_template

from recruit.actions.posting import materials
from recruit.core import sms
from recruit.core.clock import today
from recruit.core.db import reading
from recruit.people.accounts import Role
from recruit.trials.draft import Tongue
from recruit.trials.materials.content import SHARED, Channel, Part, Place
from recruit.trials.materials.fields import Field, fill
from recruit.trials.materials.starting import starting, title_in
from recruit.trials.posting.store import Posting
from recruit.web.access import staff
from recruit.web.service import service
from recruit.web.sponsor.posting import STATES, posting
from recruit.web.sponsor.texts import CHANNELS, ONE, TONGUES, blueprint, label, place

pages = blueprint("preview")

# An invented person; links are as long as real ones.
SENDER: Final = "Recruit"  # where the operator has not said who they are
FIRST_NAME: Final = "Camille"
PHONE: Final = "01 99 00 12 34"
SAMPLE_TOKEN: Final = "example-example-example-example0"  # noqa: S105 - opens nothing
SAMPLE_CODE: Final = "EXAMPLE0"
SITE: Final = ("Hôpital Saint-Exemple", "Paris")
PERSON: Final = ("Camille Exemple", "1 rue des Essais", "75012 PARIS")


@pages.get(f"{ONE}/preview")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def look(number: str, channel: str, tongue: Tongue, country: str) -> str:
    """The text that is worked on, else the approved one, else the suggestion."""
    found, where = posting(number), place(number, channel, tongue, country)
    with reading(service().engine) as database:
        standing = materials.standing(database, where)
    known = standing.draft or standing.newest
    texts = known.texts if known else {}
    texts = texts or starting(where.channel, where.language, found.content.draft)
    values = samples(found, where)
    filled = {part: fill(words, values) for part, words in texts.items()}
    return render_template(
        "sponsor/text_preview.html",
        posting=found,
        states=STATES,
        place=where,
        known=known,
        texts=filled,
        length=sms.length(filled[Part.BODY]) if where.channel is Channel.SMS else None,
        labels={part: label(where.channel, part) for part in texts},
        channels=CHANNELS,
        tongues=TONGUES,
        person=PERSON,
        values=values,
        operator=service().settings.operator.partition(",")[0] or SENDER,
        day=today(),
    )


def samples(found: Posting, where: Place) -> dict[Field, str]:
    """What fills the fields here: an invented person, and the trial's first site."""
    draft, base = found.content.draft, service().settings.base_url
    is_shared = where.channel in SHARED
    sites = [site for site in draft.sites if site.country == where.country] or [*draft.sites]
    name, city = (sites[0].name, sites[0].city) if sites else SITE
    return {
        Field.FIRST_NAME: FIRST_NAME,
        Field.STUDY_TITLE: title_in(draft, where.language) or draft.name,
        Field.SITE_NAME: name or SITE[0],
        Field.SITE_CITY: city or SITE[1],
        Field.CONTACT_PHONE: PHONE,
        Field.LINK: f"{base}/s/{SAMPLE_CODE}" if is_shared else f"{base}/i/{SAMPLE_TOKEN}",
        Field.STOP_LINK: f"{base}/u/{SAMPLE_TOKEN}",
    }
