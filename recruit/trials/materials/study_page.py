"""The texts of a study that an ethics committee approved, for whoever looks for the study."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from recruit.trials.draft import Tongue
from recruit.trials.materials.content import HOME, Channel, Material, Place
from recruit.trials.materials.store import approved
from recruit.trials.materials.tables import MATERIAL_APPROVED
from recruit.trials.posting.tables import POSTING


def approved_page(session: Session, trial: str, language: Tongue, on: date) -> Material | None:
    """The approved page of a published trial; in `language` first, for France first."""
    return approved_text(session, trial, Channel.PAGE, language, on)


def approved_text(
    session: Session, trial: str, channel: Channel, language: Tongue, on: date
) -> Material | None:
    """The approved text of a published trial for one channel, in `language` first."""
    found = approved_texts(session, trial, [channel], on)
    return min(found, key=lambda each: each.place.language != language, default=None)


def approved_texts(
    session: Session, trial: str, channels: Iterable[Channel], on: date
) -> list[Material]:
    """Every approved text of a published trial for some channels; those for France first."""
    if not trial.isprintable():  # as trials/store.get
        return []
    columns = ("posting", "channel", "language", "country")
    query = (
        select(*(MATERIAL_APPROVED.c[name] for name in columns))
        .join(POSTING, POSTING.c.id == MATERIAL_APPROVED.c.posting)
        .where(
            POSTING.c.trial == trial,
            POSTING.c.published.is_not(None),
            MATERIAL_APPROVED.c.channel.in_([channel.value for channel in channels]),
        )
        .distinct()
    )
    order = list(Channel)
    places = sorted(
        (
            Place(row.posting, Channel(row.channel), row.language, row.country)
            for row in session.execute(query)
        ),
        key=lambda place: (
            order.index(place.channel),
            place.country != HOME,
            place.country,
            place.language,
        ),
    )
    texts = (
        approved(session, each.posting, each.channel, each.language, each.country, on)
        for each in places
    )
    return [each for each in texts if each is not None]
