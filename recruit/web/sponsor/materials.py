"""`/sponsor/trials/<number>/materials`: the texts that people get to see, and writing them."""

from http import HTTPStatus

from flask import redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from recruit.actions.posting import materials
from recruit.actions.posting.materials import TONGUES as IN_TONGUES
from recruit.actions.posting.materials import Standing
from recruit.core.db import reading
from recruit.core.errors import EditedMeanwhile
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.trials.draft import Tongue
from recruit.trials.materials.checks import unfit
from recruit.trials.materials.content import (
    HOME,
    ONE_LINE,
    PARTS,
    Channel,
    Place,
    Texts,
    tidy,
)
from recruit.trials.materials.fields import allowed
from recruit.trials.materials.starting import starting
from recruit.trials.posting.store import Posting
from recruit.web.access import staff
from recruit.web.address import asked
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.sponsor.larger import larger
from recruit.web.sponsor.posting import STATES, posting
from recruit.web.sponsor.texts import (
    CHANNELS,
    DONE,
    HINTS,
    LARGEST,
    ONE,
    ROWS,
    STANDINGS,
    TONGUES,
    address,
    blueprint,
    place,
    shown,
    writing,
)

pages = blueprint("materials")
larger(pages, "save", LARGEST)
larger(pages, "meter", LARGEST)

SAVED = N_("Saved as a draft.")


@pages.get("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def matrix(number: str) -> str:
    """Every text of a country: channel by language, each with where it stands."""
    found = posting(number)
    country = asked("country").upper() or HOME
    place(number, Channel.PAGE, "en", country)
    with reading(service().engine) as database:
        every = materials.standings(database, found.id, country)
        countries = materials.countries(database, found)
    rows = {
        channel: [each for each in every if each.place.channel is channel] for channel in Channel
    }
    return render_template(
        "sponsor/materials.html",
        posting=found,
        states=STATES,
        rows=rows,
        country=country,
        countries=[*countries, *([] if country in countries else [country])],
        channels=CHANNELS,
        tongues=TONGUES,
        standings=STANDINGS,
        done=session.pop(DONE, None),
    )


@pages.get(ONE)
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def edit(number: str, channel: str, tongue: Tongue, country: str) -> ResponseReturnValue:
    """One text, to write: as it was left, as it is approved, or a suggestion."""
    found, where = posting(number), place(number, channel, tongue, country)
    standing = _standing(where)
    return _page(found, standing, *_present(found, standing))


@pages.post(ONE)
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def save(number: str, channel: str, tongue: Tongue, country: str) -> ResponseReturnValue:
    """Keep what was typed as a draft; nobody's change is overwritten."""
    found, where = posting(number), place(number, channel, tongue, country)
    texts = _typed(where)
    if problems := unfit(where.channel, texts):
        said = {each.part.value: each.say(language()) for each in problems if each.part}
        base = request.form.get("base", 0, type=int)
        return _page(found, _standing(where), texts, base, problems=said)
    try:
        materials.save(service().engine, writing(where), texts)
    except EditedMeanwhile as error:
        standing = _standing(where)
        base = standing.draft.edit if standing.draft else 0
        return _page(found, standing, texts, base, clash=error.say(language()))
    session[DONE] = SAVED
    return redirect(address("materials.edit", where))


@pages.post(f"{ONE}/meter")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def meter(number: str, channel: str, tongue: Tongue, country: str) -> str:
    """What is to be said of a text while it is typed; nothing is kept."""
    found, where = posting(number), place(number, channel, tongue, country)
    texts = _typed(where)
    finding = materials.examined(found, where, texts, service().open_lexicon())
    return render_template("sponsor/text_meter.html", **shown(where, texts, finding))


def _typed(where: Place) -> Texts:
    return tidy(where.channel, request.form.to_dict())


def _standing(where: Place) -> Standing:
    with reading(service().engine) as database:
        return materials.standing(database, where)


def _present(found: Posting, standing: Standing) -> tuple[Texts, int]:
    """What one goes on from, and its edit."""
    if standing.draft:
        return standing.draft.texts, standing.draft.edit
    if standing.newest and standing.newest.texts:
        return standing.newest.texts, 0
    where = standing.place
    return starting(where.channel, where.language, found.content.draft), 0


def _page(  # noqa: PLR0913 - what was typed, and what is to be said of it
    found: Posting,
    standing: Standing,
    texts: Texts,
    base: int,
    *,
    problems: dict[str, str] | None = None,
    clash: str = "",
) -> ResponseReturnValue:
    where = standing.place
    finding = materials.examined(found, where, texts, service().open_lexicon())
    fields = sorted(
        {each.value for part in PARTS[where.channel] for each in allowed(where.channel, part)}
    )
    said = render_template(
        "sponsor/text_edit.html",
        posting=found,
        states=STATES,
        standing=standing,
        base=base,
        problems=problems or {},
        clash=clash,
        fields=fields,
        hints=HINTS,
        rows=ROWS,
        one_line=ONE_LINE,
        channels=CHANNELS,
        tongues=TONGUES,
        standings=STANDINGS,
        other=next(each for each in IN_TONGUES if each != where.language),
        done=session.pop(DONE, None),
        **shown(where, texts, finding),
    )
    if problems:
        return said, HTTPStatus.UNPROCESSABLE_ENTITY
    return said, HTTPStatus.CONFLICT if clash else HTTPStatus.OK
