"""`/hooks/…`: what providers post to us: what became of messages, and what people write back.

Each request is signed in its provider's own form; one that is not changes nothing. Programs post
here, so that there is no session and no token of a form. A provider that gets no 2xx posts again:
whatever is told twice is done once.
"""

from typing import Final

import structlog
from flask import Blueprint, Response, request

from recruit.actions.outreach import heard
from recruit.actions.outreach.receipts import take_mail
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.notify import receipts
from recruit.notify.channels import sms_form, sms_json
from recruit.notify.channels.sms_gateways import FORM, JSON, form_secrets
from recruit.notify.channels.sms_gateways import hooks as address
from recruit.notify.channels.sms_heard import Heard, Receipt, Reply
from recruit.notify.incoming import LARGEST
from recruit.people.communities import signature
from recruit.web.access import signed
from recruit.web.service import service

pages = Blueprint("hooks", __name__, url_prefix="/hooks")

MAIL: Final = "mail"

log = structlog.get_logger(__name__)


@pages.post("/form")
@signed
def form() -> Response:
    """From a gateway that takes forms."""
    settings, body = service().settings, request.get_data()
    # The address that the gateway knows, whatever a proxy made of it.
    query = request.query_string.decode("ascii", "replace")
    url = address(settings.base_url, FORM) + (f"?{query}" if query else "")
    shown = request.headers.get(sms_form.SIGNATURE, "")
    if not sms_form.is_signed(url, body, shown, form_secrets(settings)):
        return _refused(FORM)
    return _taken(FORM, sms_form.read(url, body))


@pages.post("/json")
@signed
def json() -> Response:
    """From a gateway that takes JSON."""
    body, shown = request.get_data(), request.headers.get("Authorization", "")
    if not sms_json.is_signed(body, shown, _keys(), now()):
        return _refused(JSON)
    return _taken(JSON, sms_json.read(body))


@pages.post("/mail")
@signed
def mail() -> Response:
    """A mail that came in, as it is (message/rfc822), from our own mail server."""
    request.max_content_length = LARGEST
    body, shown = request.get_data(), request.headers.get(signature.HEADER, "")
    if not signature.is_signed(shown, body, _keys(), now()):
        return _refused(MAIL)
    base_url, keyring = service().settings.base_url, service().secrets.vault
    folder = service().settings.data_folder
    what = take_mail(service().engine, keyring, body, now(), base_url=base_url, folder=folder)
    log.info("hook", provider=MAIL, what=what.value)
    return _done()


def _taken(provider: str, said: Heard) -> Response:
    """Do what a gateway tells of; nothing of it goes into the log but what kind of thing it was."""
    match said:
        case Receipt():
            what = "receipt" if _received(said) else "receipt that changes nothing"
        case Reply():
            what = "reply" if _heard(provider, said) else "reply from nobody known"
        case _:
            what = "nothing new"
    log.info("hook", provider=provider, what=what)
    return _done()


def _received(said: Receipt) -> bool:
    """Take a receipt over; False for one that is late, repeated, or for nobody."""
    with unit_of_work(service().engine) as session:
        return receipts.receive(
            session,
            service().secrets.vault,
            said.reference,
            said.state,
            now(),
            ends_address=said.ends_address,
        )


def _heard(provider: str, said: Reply) -> bool:
    """Take a reply over; False where nobody has the number."""
    taken = heard.take_reply(
        service().engine,
        service().secrets.vault,
        number=said.number,
        text=said.text,
        mark=f"{provider} {said.mark}",
        at=now(),
        base_url=service().settings.base_url,
    )
    return bool(taken)


def _keys() -> tuple[str, ...]:
    return tuple(key.get_secret_value() for key in service().settings.hook_keys)


def _refused(provider: str) -> Response:
    log.warning("hook refused", provider=provider)
    return Response(status=403, content_type="text/plain")


def _done() -> Response:
    return Response(status=200, content_type="text/plain")
