"""`/sponsor/trials/<number>/details`: what a trial is, in steps that are saved one by one."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from recruit.actions.posting.details import contacts
from recruit.actions.posting.details.deed import STEPS, save_details, values
from recruit.core.errors import EditedMeanwhile
from recruit.people.accounts import Role
from recruit.trials.posting.store import Posting
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.sponsor.choices import CHOICES
from recruit.web.sponsor.larger import larger
from recruit.web.sponsor.posting import STATES, organisation, posting

pages = Blueprint("posting_details", __name__, url_prefix="/sponsor/trials/<number>/details")
larger(pages, "save", 1 << 20)

ORDER: Final = tuple(STEPS)
NAMES: Final = f"any({', '.join(ORDER)})"


@pages.get("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def first(number: str) -> ResponseReturnValue:
    """The first step."""
    return redirect(url_for("posting_details.step", number=posting(number).id, name=ORDER[0]))


@pages.get(f"/<{NAMES}:name>")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def step(number: str, name: str) -> ResponseReturnValue:
    """One step, as it stands."""
    found = posting(number)
    return _page(found, name, values(name, found))


@pages.post(f"/<{NAMES}:name>")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def save(number: str, name: str) -> ResponseReturnValue:
    """Save one step and go on to the next; nobody's change is overwritten."""
    typed = _typed(name)
    try:
        saved = save_details(
            service().engine,
            service().open_lexicon(),
            number,
            step=name,
            fields=typed,
            base=request.form.get("base", 0, type=int),
            organisation=organisation(),
            author=actor(),
        )
    except EditedMeanwhile as error:
        found = posting(number)
        now = values(name, found)
        differ = {each: now.get(each, "") for each in typed if typed[each] != now.get(each, "")}
        return _page(
            found, name, typed, status=error.http_status, clash=error.say(language()), differ=differ
        )
    if saved.problems:
        said = {each: why.explain(language()) for each, why in saved.problems.items()}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(saved.posting, name, typed, status=status, problems=said)
    return redirect(_after(number, name))


def _after(number: str, name: str) -> str:
    """Where one goes on after a step."""
    if request.form.get("then") == "stay":
        return url_for("posting_details.step", number=number, name=name)
    place = ORDER.index(name) + 1
    if place == len(ORDER):
        return url_for("posting_overview.overview", number=number)
    return url_for("posting_details.step", number=number, name=ORDER[place])


def _typed(name: str) -> dict[str, str]:
    """What was typed, with the line breaks of a text."""
    form: MultiDict[str, str] = request.form
    return {each: form[each].replace("\r\n", "\n") for each in STEPS[name].labels if each in form}


def _page(  # noqa: PLR0913 - what stands on the page, by name
    found: Posting,
    name: str,
    fields: dict[str, str],
    *,
    status: int = HTTPStatus.OK,
    problems: dict[str, str] | None = None,
    clash: str | None = None,
    differ: dict[str, str] | None = None,
) -> ResponseReturnValue:
    labels = {each: say(words) for each, words in STEPS[name].labels.items()}
    problems = problems or {}
    page = render_template(
        f"sponsor/details_{name}.html",
        posting=found,
        states=STATES,
        step=name,
        steps=STEPS,
        labels=labels,
        values={each: fields.get(each, "") for each in labels},
        problems=problems,
        listed={each: f"{labels[each]} – {why}" for each, why in problems.items()},
        clash=clash,
        differ=differ or {},
        rows=contacts.rows(fields),
        choices=CHOICES,
    )
    return page, status
