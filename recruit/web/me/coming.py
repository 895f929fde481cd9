"""From the link of a message to one's own pages: by a code, as everybody comes."""

from typing import Final

from flask import redirect, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import sign_in_by_code as by_code
from recruit.consent.choices import Channel
from recruit.people.vault import Item
from recruit.web.language import language
from recruit.web.me.sign_in import links
from recruit.web.service import service
from recruit.web.sessions import WANTED, visitor

# Where a code goes: to the contact point that the message went to, else to the other one.
REACHED: Final = {
    Channel.EMAIL: (Item.EMAIL, Item.PHONE),
    Channel.SMS: (Item.PHONE, Item.EMAIL),
    Channel.PHONE: (Item.PHONE, Item.EMAIL),
    Channel.LETTER: (Item.EMAIL, Item.PHONE),
}


def come(person: str, wanted: str, channel: Channel) -> ResponseReturnValue | None:
    """On to a page of theirs for the person who was written to by `channel` and wants to go on.

    Who is signed in as this person goes there at once; else a code is sent and asked for. None for
    somebody whom no code can reach.
    """
    who = visitor()
    if who and who.pseudonym == person:
        return redirect(wanted)
    token = by_code.ask_invited(
        service().engine,
        service().secrets.vault,
        person=person,
        items=REACHED[channel],
        language=language(),
        links=links(),
        wanted=wanted,
    )
    if token is None:
        return None
    session[WANTED] = wanted
    return redirect(url_for("me_sign_in.code", token=token))
