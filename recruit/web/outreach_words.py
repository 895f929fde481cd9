"""What pages need to say how somebody is invited, when, and why not."""

from typing import Any, Final

from flask import url_for

from recruit.actions.outreach.prospects import Fate, Prospect
from recruit.actions.outreach.reason_words import CHANNELS, FATES, REASONS, STATES, why
from recruit.core.written import tongue
from recruit.people.accounts import Role
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.sessions import visitor

SIGNS: Final = {Fate.NOW: "yes", Fate.LATER: "unknown", Fate.NOT: "no", Fate.BEGUN: "unknown"}
SHAPES: Final = {Fate.NOW: "✓", Fate.LATER: "…", Fate.NOT: "✕", Fate.BEGUN: "→"}


def invitation_words() -> dict[str, object]:
    """What templates need to say how somebody is asked, and why not."""
    return {
        "fates": FATES,
        "reasons": REASONS,
        "why": lambda prospect: why(prospect, language()),
        "texts_of": _texts_of,
        "zone": service().settings.timezone,
        "states": STATES,
        "channels": CHANNELS,
        "fate_signs": SIGNS,
        "fate_shapes": SHAPES,
        "tongue_named": lambda code: tongue(code, language()),
    }


def _texts_of(prospect: Prospect) -> str | None:
    """Where the texts of the study stand, for those who may see them."""
    wanted = prospect.unwritten
    who = visitor()
    if not wanted or not wanted.posting or not who or who.role is not Role.ADMINISTRATOR:
        return None
    country: dict[str, Any] = {"country": wanted.country} if wanted.country else {}
    return url_for("materials.matrix", number=wanted.posting, **country)
