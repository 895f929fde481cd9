"""The receipt of whoever joined without the network, as a letter for the post."""

from typing import Final

from sqlalchemy import Engine

from recruit.actions.choice_words import title
from recruit.actions.my_choices import overview
from recruit.actions.service_letter import service_letter
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import Refusal
from recruit.core.i18n import N_, translate
from recruit.notify.channels.letter_page import Sender
from recruit.people.vault import Item, Vault

SUBJECT: Final = N_("You take part: your receipt")
GREETING: Final = N_("Hello {name},")
WHAT: Final = N_("We have typed in your form. This is what you allow:")
HOW: Final = N_(
    "You can take back any of it on any day, without giving a reason: write to the address above."
)
NUMBER: Final = N_("The number of your receipt is {receipt}.")
NO_ADDRESS: Final = N_("The form names no postal address: hand the receipt over another way.")
NOT_SET: Final = N_(
    "The name or the address does not fit a letter, or has signs that cannot be printed: hand the "
    "receipt over another way."
)


def receipt_letter(  # noqa: PLR0913 - whose receipt, who sends it, who asks for it
    engine: Engine,
    keyring: Keyring,
    *,
    person: str,
    receipt: str,
    language: str,
    sender: Sender,
    actor: str,
) -> bytes:
    """The letter as a PDF; that it was made stands in the trail.

    Raises:
        Refusal: there is no address to send it to, or a name or address that cannot be set.
    """
    with reading(engine) as session:
        known = Vault(keyring).read(session, person)
        given = [line.choice for line in overview(session, person, now()).given]
    if not known.get(Item.ADDRESS):
        raise Refusal(record="", field="receipt", problem=NO_ADDRESS)
    name = known.get(Item.NAME, "")
    choices = "\n".join(f"- {translate(title(each), language)}" for each in given)
    parts = (GREETING, WHAT, "", HOW, NUMBER)
    text = "\n\n".join(
        translate(part, language, name=name, receipt=receipt) if part else choices for part in parts
    )
    try:
        content = service_letter(
            known, sender, subject=translate(SUBJECT, language), text=text, language=language
        )
    except ValueError:
        raise Refusal(record="", field="receipt", problem=NOT_SET) from None
    with unit_of_work(engine) as session:
        trail.record(session, Tag.PAPER_RECEIPT, actor=actor, subject=person)
    return content
