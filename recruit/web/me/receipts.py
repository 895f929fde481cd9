"""The receipts of a person's choices: a list, each to read, each as JSON to keep."""

import json

from flask import Blueprint, Response, render_template
from sqlalchemy.orm import Session

from recruit.actions.choice_words import title
from recruit.actions.my_choices import HAPPENED, WHO
from recruit.actions.my_choices import history as past
from recruit.consent import receipts
from recruit.consent.entry import Role
from recruit.consent.receipts import RECEIPT, Receipt
from recruit.core.db import reading
from recruit.core.errors import NotFound
from recruit.core.i18n import N_
from recruit.people.representatives import name_by
from recruit.web.access import participant
from recruit.web.helping import HELPERS
from recruit.web.language import say
from recruit.web.service import service
from recruit.web.whom import whose

pages = Blueprint("my_receipts", __name__)

SOMEBODY = N_("somebody")


@pages.get("/me/consents/receipts")
@participant
def every() -> str:
    """All receipts, the newest first."""
    with reading(service().engine) as database:
        numbers = dict.fromkeys(deed.receipt for deed in past(database, whose()))
        listed = [receipts.receipt(database, number) for number in numbers]
    return render_template(
        "me/consents_receipts.html", receipts=listed, title=title, words=HAPPENED
    )


@pages.get("/me/consents/receipts/<uuid:number>")
@participant
def one(number: object) -> str:
    """One receipt, to read and to print."""
    with reading(service().engine) as database:
        found = _own(database, str(number))
        by = who_acted(database, found.role, found.authority)
    return render_template(
        "me/consents_receipt.html",
        receipt=found,
        acted_by=by,
        helpers=HELPERS,
        title=title,
        words=HAPPENED,
    )


@pages.get("/me/consents/receipts/<uuid:number>.json")
@participant
def file(number: object) -> Response:
    """The same for machines, as a file."""
    with reading(service().engine) as database:
        found = _own(database, str(number))
    settings = service().settings
    shown = receipts.as_json(found, controller=settings.operator, base_url=settings.base_url)
    answer = Response(json.dumps(shown, indent=2) + "\n", mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{found.id}.json"'
    return answer


def who_acted(database: Session, role: Role, authority: str) -> str:
    """Who did it, for the person to read; a representative by the name they gave."""
    name = name_by(database, service().vault, authority) if role is Role.GUARDIAN else None
    return say(WHO[role], name=name or say(SOMEBODY))


def _own(database: Session, number: str) -> Receipt:
    """The person's own receipt; anybody else's is as good as none."""
    found = receipts.receipt(database, number)
    if found.person != whose():
        raise NotFound(what=RECEIPT, identifier="")
    return found
