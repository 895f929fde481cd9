"""`/sponsor/trials/new`: four ways to begin a posting, and a way on where one of them ends."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from recruit.actions.posting import begin
from recruit.actions.posting.begin import AlreadyPosted, Beginner, Words
from recruit.core.errors import (
    DatabaseUnreachable,
    NotFound,
    RecruitError,
    Refusal,
    Unreachable,
    WrongUsage,
)
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.trials.draft import LONGEST_TEXT, Tongue
from recruit.trials.sources.uploads import LARGEST_UPLOAD
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.sponsor.larger import larger
from recruit.web.sponsor.posting import organisation

pages = Blueprint("posting_new", __name__, url_prefix="/sponsor/trials/new")
# A letter takes up to four bytes in a form sent in parts, as the one with the text is.
larger(pages, "begin_posting", max(LARGEST_UPLOAD, 4 * LONGEST_TEXT))

FIELDS: Final = (
    "number",
    "text_title",
    "text",
    "text_language",
    "text_number",
    "form_title",
    "form_language",
    "form_number",
)
TONGUES: Final[dict[str, Tongue]] = {"en": "en", "fr": "fr"}


@dataclass(slots=True)
class Outcome:
    """What stands on the page after a way did not lead to a posting."""

    status: int = HTTPStatus.OK
    problems: dict[str, str] = field(default_factory=dict)
    other: str | None = None
    """The posting that is there already."""
    kept: str | None = None
    """The number with which one can go on in another way."""


@pages.get("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def ways() -> ResponseReturnValue:
    """The four ways."""
    return _page(Outcome(), {})


@pages.post("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def begin_posting() -> ResponseReturnValue:
    """Begin a posting in one of them."""
    typed = {name: request.form.get(name, "") for name in FIELDS}
    way = request.form.get("way", "")
    begins, named = WAYS.get(way, WAYS["registry"])
    try:
        posting = begins(typed, Beginner(actor(), organisation()))
    except DatabaseUnreachable:
        raise
    except RecruitError as error:
        return _page(_outcome(error, named, typed), typed)
    if way == "form":
        return redirect(url_for("posting_details.step", number=posting, name="titles"))
    return redirect(url_for("posting_overview.overview", number=posting))


@pages.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A body beyond every limit is not read, so nothing of it can be shown again."""
    problem = say(
        N_(
            "This is larger than {limit} MB, so it was not read. Send a smaller file, or paste "
            "the text."
        ),
        limit=LARGEST_UPLOAD >> 20,
    )
    return _page(Outcome(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"file": problem}), {})


def _by_number(typed: dict[str, str], by: Beginner) -> str:
    number = typed["number"].strip()
    if not number:
        raise Refusal(record="", field="number", problem=N_("Please write a number."))
    return begin.by_number(service().engine, service().open_lexicon(), number, by)


def _by_upload(_typed: dict[str, str], by: Beginner) -> str:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refusal(record="", field="file", problem=N_("Please choose a file."))
    data = file.read(LARGEST_UPLOAD + 1)
    return begin.by_upload(service().engine, service().open_lexicon(), file.filename, data, by)


def _by_paste(typed: dict[str, str], by: Beginner) -> str:
    if not typed["text"].strip():
        raise Refusal(record="", field="text", problem=N_("Please paste the eligibility section."))
    words = _words(typed, "text", typed["text"])
    return begin.by_words(service().engine, service().open_lexicon(), words, by)


def _by_form(typed: dict[str, str], by: Beginner) -> str:
    words = _words(typed, "form", "")
    return begin.by_words(service().engine, service().open_lexicon(), words, by)


def _words(typed: dict[str, str], way: str, text: str) -> Words:
    """What was typed in the fields of `way`; line breaks as texts have them, not as forms do."""
    tongue = TONGUES.get(typed[f"{way}_language"])
    if tongue is None:
        problem = N_("Please choose the language.")
        raise Refusal(record="", field="language", problem=problem)
    return Words(typed[f"{way}_title"], tongue, typed[f"{way}_number"], text.replace("\r\n", "\n"))


Way = Callable[[dict[str, str], Beginner], str]
# Each way, and where its own fields' names in errors stand on the page.
WAYS: Final[dict[str, tuple[Way, dict[str, str]]]] = {
    "registry": (_by_number, {"*": "number"}),
    "upload": (_by_upload, {"*": "file"}),
    "paste": (
        _by_paste,
        {
            "*": "text",
            "title": "text_title",
            "number": "text_number",
            "language": "text_language",
        },
    ),
    "form": (
        _by_form,
        {
            "*": "form_title",
            "number": "form_number",
            "language": "form_language",
        },
    ),
}


def _outcome(error: RecruitError, named: dict[str, str], typed: dict[str, str]) -> Outcome:
    """What to show instead: which field, what is wrong with it, and how to go on."""
    own = error.field if isinstance(error, Refusal) and not error.record else "*"
    where = named.get(own, named["*"])
    number = typed["number"].strip().upper() if where == "number" else None
    match error:
        case AlreadyPosted():
            problem = say(N_("You have a posting of this trial already."))
            return Outcome(HTTPStatus.CONFLICT, {where: problem}, other=error.posting)
        case NotFound():
            problem = say(N_("The registry has no trial with this number. Please check it."))
            return Outcome(HTTPStatus.UNPROCESSABLE_ENTITY, {where: problem}, kept=number)
        case Unreachable():
            problem = say(
                N_(
                    "{service} does not answer at the moment. Try again later, or go on without it."
                ),
                **error.fields,
            )
            return Outcome(HTTPStatus.SERVICE_UNAVAILABLE, {where: problem}, kept=number)
        case Refusal(record=""):
            problem = error.explain(language())
            return Outcome(HTTPStatus.UNPROCESSABLE_ENTITY, {where: problem})
        case WrongUsage():
            return Outcome(HTTPStatus.UNPROCESSABLE_ENTITY, {where: error.say(language())})
        case Refusal():
            return Outcome(
                HTTPStatus.UNPROCESSABLE_ENTITY, {where: error.say(language())}, kept=number
            )
        case _:
            raise error


def _page(outcome: Outcome, typed: dict[str, str]) -> ResponseReturnValue:
    typed = {name: typed.get(name, "") for name in FIELDS}
    for name in ("text_language", "form_language"):
        typed[name] = typed[name] or language()
    if outcome.kept:
        for name in ("text_number", "form_number"):
            typed[name] = typed[name] or outcome.kept
    page = render_template("sponsor/new.html", outcome=outcome, typed=typed)
    return page, outcome.status
