"""Who says what a study's page says, when that was last checked, and what is not known."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from recruit.core.i18n import N_
from recruit.trials import looks, proposals, store
from recruit.trials.draft import TrialDraft, TrialStatus
from recruit.trials.materials.content import Decision, Material

WHEN: Final = N_("When it begins and ends")
HOW_MANY: Final = N_("How many people it looks for")
HOW_LONG: Final = N_("What taking part means: visits, effort, refunds")
WHERE: Final = N_("Where it takes place")
ETHICS: Final = N_("The decision of an ethics committee: we have not seen it")
STATUS: Final = N_("Whether it looks for people now")
WHO: Final = N_("Who is responsible for it")


class Source(StrEnum):
    """Whose words a study's page repeats."""

    SPONSOR = "sponsor"
    """Its sponsor reviewed and published it here."""
    REGISTRY = "registry"
    FILE = "file"
    """A file that somebody gave us, of which no registry is known."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What the words of a page are worth.

    `said_at` is since when they stand as they do, `checked_at` when the registry last answered,
    `changed_at` when it last said something else that nobody has reviewed yet. `unknown` are
    messages of the catalogue.
    """

    source: Source
    said_at: datetime
    checked_at: datetime | None
    changed_at: datetime | None
    ethics: Decision | None
    unknown: tuple[str, ...]


def trust(session: Session, version: store.Version, page: Material | None) -> Trust:
    """What the words about the trial's current version are worth; `page` is its approved page."""
    draft = version.draft
    reviewed = version.parser == store.REVIEWED
    postings = proposals.posted(session, [draft.id]).get(draft.id, [])
    changed = proposals.open_since(session, postings) if postings else {}
    from_file = Source.REGISTRY if draft.url else Source.FILE
    return Trust(
        source=Source.SPONSOR if reviewed else from_file,
        said_at=version.recorded_at,
        checked_at=looks.last_look(session, draft.id),
        changed_at=min(changed.values(), default=None),
        ethics=page.decision if page else None,
        unknown=tuple(_unknown(draft, page)),
    )


def _unknown(draft: TrialDraft, page: Material | None) -> list[str]:
    told = draft.participation
    known = {
        STATUS: draft.status is not TrialStatus.UNKNOWN,
        WHERE: bool(draft.sites),
        WHEN: bool(draft.starts or draft.ends),
        HOW_MANY: draft.target is not None,
        HOW_LONG: bool(page or told.visits or told.burden),
        WHO: bool(draft.sponsor),
        ETHICS: bool(page and page.decision),
    }
    return [message for message, is_known in known.items() if not is_known]
