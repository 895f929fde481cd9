"""Ethics committees' decisions on texts: what was decided, until when, and the document."""

from datetime import date
from http import HTTPStatus
from io import BytesIO

from flask import redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.posting import materials
from recruit.core.clock import today
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.trials.materials import decisions as store
from recruit.trials.materials.content import HOME
from recruit.trials.materials.decisions import Filed
from recruit.trials.materials.documents import LARGEST
from recruit.web.access import staff
from recruit.web.address import asked
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.sponsor.larger import larger
from recruit.web.sponsor.posting import STATES, organisation, posting
from recruit.web.sponsor.texts import DONE, blueprint
from recruit.web.typed import read_day, typed, typed_day

pages = blueprint("text_decisions")
larger(pages, "file", LARGEST)


@pages.get("/decisions")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def everything(number: str) -> ResponseReturnValue:
    """The decisions that were filed, and a form for one more."""
    return _page(number, {})


@pages.post("/decisions")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def file(number: str) -> ResponseReturnValue:
    """Keep a decision and its document."""
    found = posting(number)
    problems: dict[str, str] = {}
    days = {name: _day(name, problems) for name in ("decided", "expires")}
    name, data = _uploaded()
    filed = Filed(
        country=typed("country").strip(),
        committee=typed("committee").strip(),
        reference=typed("reference").strip(),
        decided_on=days["decided"] or today(),
        expires_on=days["expires"] or date.max,
        file=name,
        document=data,
    )
    wrong = materials.decision_problems(filed)
    problems = {**{field: say(words) for field, words in wrong.items()}, **problems}
    if not problems:
        try:
            materials.file_decision(
                service().engine, found.id, filed, organisation=organisation(), author=actor()
            )
        except Refusal as refusal:
            problems = {refusal.field: refusal.explain(language())}
    if problems:
        return _page(number, problems)
    session[DONE] = N_("The decision is filed. Texts can be submitted with it now.")
    return redirect(url_for("text_decisions.everything", number=number, country=filed.country))


@pages.get("/decisions/<row:decision>/document")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def document(number: str, decision: int) -> ResponseReturnValue:
    """A decision's document: to be saved, never shown by the browser as part of this site."""
    name, data = materials.document(service().engine, number, decision, organisation=organisation())
    return send_file(
        BytesIO(data), mimetype="application/pdf", as_attachment=True, download_name=name
    )


def _uploaded() -> tuple[str, bytes]:
    """The name and the bytes of the document, one byte more than may be at most."""
    upload = request.files.get("document")
    if upload is None:
        return "", b""
    with upload.stream as stream:
        return upload.filename or "", stream.read(LARGEST + 1)


def _day(name: str, problems: dict[str, str]) -> date | None:
    try:
        return read_day(typed_day(name))
    except Refusal as refusal:
        problems[name] = refusal.explain(language())
        return None


def _page(number: str, problems: dict[str, str]) -> ResponseReturnValue:
    found = posting(number)
    with reading(service().engine) as database:
        filed = store.of(database, found.id)
        countries = materials.countries(database, found)
    said = render_template(
        "sponsor/text_decisions.html",
        posting=found,
        states=STATES,
        decisions=filed,
        countries=countries,
        country=request.form.get("country") or asked("country") or HOME,
        problems=problems,
        typed=request.form,
        decided=typed_day("decided"),
        expires=typed_day("expires"),
        today=today(),
        done=session.pop(DONE, None),
    )
    return said, HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
