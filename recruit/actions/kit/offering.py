"""What anybody may pass on of a study: approved texts alone, each with an address of its own.

One sign changed, expired or suspended: it is not handed out. Neither is anything of a study that
looks for nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from recruit.core.clock import today
from recruit.core.errors import NotFound
from recruit.core.i18n import N_
from recruit.trials import store
from recruit.trials.draft import Tongue, TrialStatus
from recruit.trials.materials import links
from recruit.trials.materials.content import NETWORKS, PRINTED, Channel, Material, Part, Texts
from recruit.trials.materials.fields import Field, fill
from recruit.trials.materials.study_page import approved_texts

TEXT: Final = N_("text")


@dataclass(frozen=True, slots=True)
class Offer:
    """An approved text, and the code of the address that it leads to."""

    material: Material
    code: str

    def filled(self, address: str) -> Texts:
        """Its parts as they are passed on."""
        values = {Field.LINK: address}
        return {part: fill(words, values) for part, words in self.material.texts.items()}


def offers(session: Session, trial: str) -> list[Offer]:
    """All that may be passed on today; nothing of a study that looks for nobody.

    Raises:
        NotFound: there is no such study.
    """
    return _offers(session, trial, [*PRINTED, *NETWORKS])


def printed(
    session: Session, trial: str, channel: Channel, language: Tongue, country: str
) -> Offer:
    """A poster or flyer.

    Raises:
        NotFound: there is no such study, or none that may be handed out today.
    """
    for each in _offers(session, trial, [channel]):
        place = each.material.place
        if (place.language, place.country) == (language, country):
            return each
    raise NotFound(what=TEXT, identifier="")


def is_open(session: Session, trial: str) -> bool:
    """Whether the study looks for people; NotFound where there is none."""
    return store.get(session, trial).draft.status is TrialStatus.RECRUITING


def title_of(texts: Texts) -> str:
    """What stands above a text; "" for one that has no heading."""
    return texts.get(Part.TITLE) or texts.get(Part.SUBJECT, "")


def _offers(session: Session, trial: str, channels: Iterable[Channel]) -> list[Offer]:
    if not is_open(session, trial):
        return []
    found = approved_texts(session, trial, channels, today())
    return [Offer(each, links.code_of(session, each.place)) for each in found]
