"""Who acts by the link of a message, without having signed in."""

from typing import Final

from flask import url_for

from recruit.actions.confirming import Hand
from recruit.actions.outreach.asked import Asked
from recruit.consent.entry import Actor, Role
from recruit.web.language import language
from recruit.web.service import service

LINK: Final = "link"


def hand(asked: Asked) -> Hand:
    """The hand of whoever has the message: as far as stopping and answering go, the person."""
    own = service().settings.base_url + url_for("my_consents.choices")
    actor = Actor(LINK, Role.SELF, f"message {asked.reference}")
    return Hand(asked.person, actor, LINK, language(), own)
