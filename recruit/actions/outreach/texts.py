"""Which approved text a message carries: the one of its channel, or the one that tells news."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from recruit.notify.stages import Message, Wave
from recruit.trials.draft import Tongue
from recruit.trials.materials import content, store
from recruit.trials.materials.content import Material

# News is told in the same words by every channel.
NEWS: Final = {
    Wave.CLOSING: content.Channel.CLOSING,
    Wave.RESULTS: content.Channel.RESULTS,
}


def kind_of(message: Message) -> content.Channel:
    """The kind of text that a message is made from; a reminder repeats the invitation's."""
    return NEWS.get(message.wave, content.Channel(message.channel.value))


def tongue(language: str) -> Tongue:
    """The language of a message as texts know it."""
    return "fr" if language == "fr" else "en"


def approved(session: Session, message: Message, on: date) -> Material | None:
    """The text that may be sent on a day; None where none is approved, unchanged and not over."""
    language = tongue(message.language)
    return store.approved(session, message.posting, kind_of(message), language, message.country, on)
