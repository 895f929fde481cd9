"""What a page says to whoever wanted to change what somebody else has changed in the meantime."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Response, make_response, render_template, request

from recruit.actions.posting.editing import Edit
from recruit.actions.posting.history import differences
from recruit.actions.posting.undoing import history
from recruit.core.db import reading
from recruit.trials.posting import store
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.sponsor.differing import shown
from recruit.web.sponsor.posting import STATES, organisation
from recruit.web.sponsor.steps import step_words


def edit(number: str) -> Edit:
    """The change that a form asks for; its field `base` is the revision it was made from."""
    return Edit(number, organisation(), request.form.get("base", 0, type=int), actor())


def meanwhile(
    wanted: Edit, what: str, fields: Mapping[str, str] | None, criterion: int | None = None
) -> Response:
    """What the other did since `wanted.base`, and the way to do the same again on top of it.

    `what` says what was wanted, in the language of the page; `fields` is the form that wanted it,
    without its token and base. None, or a `criterion` that has gone: it cannot be done any more.
    """
    with reading(service().engine) as session:
        found = store.get(session, wanted.posting, wanted.organisation)
        deeds = [
            each
            for each in history(session, found, wanted.organisation)
            if each.step.number > wanted.base
        ]
        known = 0 < wanted.base < found.heading.revision
        earlier = store.revision(session, found.id, wanted.base).content if known else found.content
    numbers = {each.number for each in found.content.criteria}
    if criterion is not None and criterion not in numbers:
        fields = None
    lexicon = service().open_lexicon()
    page = render_template(
        "sponsor/meanwhile.html",
        posting=found,
        states=STATES,
        what=what,
        fields=fields,
        deeds=deeds,
        step_words=step_words,
        changes=shown(differences(earlier, found.content, language(), lexicon)),
        action=request.path,
    )
    response = make_response(page, HTTPStatus.CONFLICT)
    # htmx replaces one card otherwise; this is a page of its own.
    response.headers["HX-Retarget"] = "body"
    response.headers["HX-Reswap"] = "innerHTML show:top"
    return response
