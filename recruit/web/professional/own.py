"""`/professional`: studies for a patient nobody names, cards to hand over, practical questions."""

from typing import Any, Final, Literal

from flask import Blueprint, Response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.catalogue import public_title
from recruit.actions.finding.narrowing import StudySearch
from recruit.actions.kit.paper import Size, sheet
from recruit.actions.professionals import cards, questions
from recruit.actions.professionals.cards import Progress
from recruit.actions.professionals.searching import SPECIALTIES, Patient, against, within
from recruit.actions.professionals.verifying import SEES_CRITERIA
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.trials import store
from recruit.web.access import staff
from recruit.web.address import asked, asked_page
from recruit.web.language import language, own_tongue, say
from recruit.web.professional.verified import verified
from recruit.web.searching import LONGEST_PLACE
from recruit.web.service import service
from recruit.web.typed import again, typed

pages = Blueprint("professional", __name__, url_prefix="/professional")

DONE: Final = "professional_done"
OLDEST: Final = 120
SENT: Final = N_("Your question is with the coordinators. The answer will stand here.")
PROGRESS: Final = {
    Progress.HANDED: N_("Card made"),
    Progress.RECEIVED: N_("Received"),
    Progress.CONTACTED: N_("Contacted"),
    Progress.CLOSED: N_("Closed"),
}


@pages.get("")
@staff(Role.PROFESSIONAL)
def start() -> str:
    """Recruiting studies, those of one's own specialty first."""
    who = verified()
    lexicon = service().open_lexicon()
    everything = asked("all") == "yes"
    wanted = StudySearch(
        words=asked("q"),
        place=asked("place")[:LONGEST_PLACE],
        within=None if everything or asked("q") else within(who.specialty, lexicon),
        page=asked_page(),
    )
    patient = Patient(wanted.words, _age(), _sex())
    judges = who.profession in SEES_CRITERIA
    with reading(service().engine) as database:
        found = service().shelf.search(database, wanted, language())
        slugs = [each.line.slug for each in found.page.items]
        no = against(database, slugs, patient, language(), lexicon) if judges else {}
        made = cards.mine(database, who.account)
        titles = {each.trial: public_title(database, each.trial, language()) for each in made}

    def address(number: int) -> str:
        said = {name: asked(name) for name in ("q", "place", "age", "sex", "all")}
        kept: dict[str, Any] = {name: value for name, value in said.items() if value}
        return url_for("professional.start", page=number, **kept)

    return render_template(
        "professional/start.html",
        who=who,
        specialty=say(SPECIALTIES[who.specialty][0]),
        narrowed=wanted.within is not None,
        wanted=wanted,
        patient=patient,
        judges=judges,
        found=found,
        page=found.page,
        against=no,
        address=address,
        cards=made,
        titles=titles,
        progress=PROGRESS,
    )


@pages.get("/studies/<path:slug>")
@staff(Role.PROFESSIONAL)
def study(slug: str) -> ResponseReturnValue:
    """One study: make a card, ask the coordinator."""
    return _study(slug, {})


@pages.post("/cards/<path:slug>")
@staff(Role.PROFESSIONAL)
def make(slug: str) -> ResponseReturnValue:
    """Make a card; its link is in this answer alone."""
    who = verified()
    try:
        number, code = cards.make(service().engine, slug, own_tongue(), account=who.account)
    except Refusal as refusal:
        return _study(slug, {refusal.field: refusal.explain(language())})
    with reading(service().engine) as database:
        title = public_title(database, slug, language())
    return render_template(
        "professional/card.html", number=number, code=code, address=_address(code), title=title
    )


@pages.post("/card.pdf")
@staff(Role.PROFESSIONAL)
def paper() -> ResponseReturnValue:
    """The card on paper, from the code that its page holds: we keep no more than its digest."""
    verified()
    code = typed("code")
    with reading(service().engine) as database:
        slug = cards.study_of(database, code)
        try:
            text = cards.text_of(database, slug, own_tongue())
        except Refusal as refusal:  # its text has ended since the card was made
            return _study(slug, {refusal.field: refusal.explain(language())})
    content = sheet(text, _address(code), Size.A5)
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="card.pdf"'
    return answer


@pages.post("/ask/<path:slug>")
@staff(Role.PROFESSIONAL)
def ask(slug: str) -> ResponseReturnValue:
    """Ask the coordinators something practical."""
    who = verified()
    engine, keyring = service().engine, service().secrets.vault
    try:
        questions.ask(engine, keyring, slug, typed("words"), account=who.account)
    except Refusal as refusal:
        return _study(slug, {refusal.field: refusal.explain(language())})
    session[DONE] = say(SENT)
    return redirect(url_for("professional.study", slug=slug))


def _study(slug: str, problems: dict[str, str]) -> ResponseReturnValue:
    who = verified()
    with reading(service().engine) as database:
        store.get(database, slug)
        title = public_title(database, slug, language())
        hinders = cards.hindered(database, slug, own_tongue())
        own = questions.of_account(database, service().secrets.vault, who.account)
    said = render_template(
        "professional/study.html",
        slug=slug,
        title=title,
        hinders=hinders,
        questions=[each for each in own if each.trial == slug],
        words=again(typed("words")),
        problems=problems,
        done=session.pop(DONE, None),
    )
    return said, 422 if problems else 200


def _address(code: str) -> str:
    return service().settings.base_url + url_for("card.show", code=code)


def _age() -> int | None:
    value = asked("age")
    is_age = value.isascii() and value.isdigit() and len(value) <= len(str(OLDEST))
    return min(int(value), OLDEST) if is_age else None


def _sex() -> Literal["female", "male"] | None:
    match asked("sex"):
        case "female":
            return "female"
        case "male":
            return "male"
        case _:
            return None
