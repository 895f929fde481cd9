"""Which approved text a message carries: the one of its channel, or the one that tells news."""

from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, FromClause, case
from sqlalchemy.orm import Session

from recruit.notify.stages import Message, Wave
from recruit.trials.draft import Tongue
from recruit.trials.materials import content, standing, store
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


def beside(rows: FromClause, messages: FromClause) -> FromClause:
    """Rows of a query, and beside each how the newest text of its message stands.

    `kind_of` and `tongue` once more, in the database's words.
    """
    of = messages.c
    news = {wave.value: kind.value for wave, kind in NEWS.items()}
    channel: ColumnElement[str] = case(news, value=of.wave, else_=of.channel)
    language = case({"fr": "fr"}, value=of.language, else_="en")
    return standing.beside(rows, of.posting, channel, language, of.country)
