"""The page of a study that an ethics committee approved, for whoever looks for the study."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from recruit.trials.draft import Tongue
from recruit.trials.materials.content import HOME, Channel, Material
from recruit.trials.materials.store import approved
from recruit.trials.materials.tables import MATERIAL_APPROVED
from recruit.trials.posting.tables import POSTING


def approved_page(session: Session, trial: str, language: Tongue, on: date) -> Material | None:
    """The approved page of a published trial; in `language` first, for France first."""
    query = (
        select(MATERIAL_APPROVED.c.posting, MATERIAL_APPROVED.c.country)
        .join(POSTING, POSTING.c.id == MATERIAL_APPROVED.c.posting)
        .where(
            POSTING.c.trial == trial,
            POSTING.c.published.is_not(None),
            MATERIAL_APPROVED.c.channel == Channel.PAGE.value,
        )
        .distinct()
    )
    places = sorted(session.execute(query), key=lambda row: (row.country != HOME, row.country))
    tongues: tuple[Tongue, ...] = ("fr", "en") if language == "fr" else ("en", "fr")
    for tongue in tongues:
        for posting, country in places:
            if found := approved(session, posting, Channel.PAGE, tongue, country, on):
                return found
    return None
