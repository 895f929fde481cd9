"""`/paper`: forms on paper and calls of people who join without the network, typed in twice.

They hold names and addresses of people whom no centre knows yet: the operator's own staff alone.
"""

from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.choice_words import meaning, title
from recruit.actions.paper import taking
from recruit.actions.paper.entries import NAMES, Entry, Way, offered
from recruit.actions.paper.receipt_pdf import receipt_letter
from recruit.actions.paper.taking import Beginning, Form, Joined
from recruit.consent import notices
from recruit.consent.evidence import Helper
from recruit.core.db import reading
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import LANGUAGES, N_, translate
from recruit.notify.channels.letter_page import Sender
from recruit.people.accounts import Role
from recruit.people.communities import register
from recruit.people.communities.register import DIRECT
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor, check_ours
from recruit.web.typed import again, typed

pages = Blueprint("paper", __name__, url_prefix="/paper")

DONE, JOINED = "paper_done", "paper_joined"
KEPT: Final = N_("The first entry is kept. Now the form is typed in once more, from the sheet.")
THROWN: Final = N_("Thrown away: nothing of it is left.")
WAYS: Final = {Way.PAPER: N_("On paper"), Way.PHONE: N_("By phone")}
LABELS: Final = {
    "day": N_("Day of the signature or the call"),
    "place": N_("Where it was signed"),
    "name": N_("First name and name"),
    "address": N_("Postal address"),
    "born": N_("Birth date"),
    "sex": N_("Sex"),
    "postcode": N_("Postcode"),
    "conditions": N_("Illnesses, one on each line"),
    "drugs": N_("Medicines, one on each line"),
    "choices": N_("What is ticked"),
    "helper": N_("Who helped"),
    "signed": N_("Signed, or said by the person"),
    "notice": N_("Version of the notice"),
}
# What is said on the phone, in the language of the person who is called.
SCRIPT: Final = {
    "begin": N_(
        "Hello, my name is (your name). You would like to take part by phone. Is this a good time, "
        "and can you talk freely? You can stop at any moment."
    ),
    "notice": N_(
        "I will read you the notice now. Please stop me whenever you like. (Read the whole notice.)"
    ),
    "name": N_("What is your first name and your name? Please spell them."),
    "address": N_("To which address may letters go? Please spell the street."),
    "born": N_("When were you born: the day, the month, the year?"),
    "sex": N_("Are you a woman or a man? You need not say."),
    "conditions": N_("Which illnesses do you have? You may leave out any of them."),
    "drugs": N_("Which medicines do you take? You may leave out any of them."),
    "choices": N_("I ask for each choice by itself. You can say yes to one and no to another."),
    "helper": N_("Is somebody helping you with this call? They get no right by it."),
    "back": N_(
        "Now I read everything back to you. Please tell me what is wrong. (Type in what the person "
        "confirms, not what you typed before.)"
    ),
}
HELPERS: Final = {
    "": N_("Nobody"),
    Helper.RELATIVE.value: N_("A relative or friend"),
    Helper.CARER.value: N_("A nurse or carer of theirs"),
    Helper.OTHER.value: N_("Somebody else"),
}
SEXES: Final = {"": N_("not said"), "female": N_("female"), "male": N_("male")}


@pages.get("")
@staff(Role.COORDINATOR)
def everything() -> str:
    """What has to be typed once more, and the way to a new form."""
    check_ours()
    with reading(service().engine) as database:
        found = taking.waiting(database, service().secrets.vault)
    return render_template(
        "paper.html",
        forms=found,
        ways=WAYS,
        done=session.pop(DONE, None),
        joined=session.get(JOINED),
    )


@pages.get("/new/<any(paper, phone):way>")
@staff(Role.COORDINATOR)
def new(way: str) -> ResponseReturnValue:
    """An empty form to type in for the first time."""
    return _page(Way(way), None, {})


@pages.post("/new/<any(paper, phone):way>")
@staff(Role.COORDINATOR)
def begin(way: str) -> ResponseReturnValue:
    """Keep the first entry."""
    check_ours()
    beginning = Beginning(typed("reference"), Way(way), typed("spoken"), typed("community"))
    keyring = service().secrets.vault
    try:
        number = taking.begin(service().engine, keyring, beginning, _entry(), actor=actor())
    except Refusal as refusal:
        return _page(Way(way), None, {refusal.field: refusal.explain(language())})
    session[DONE] = say(KEPT)
    return redirect(url_for("paper.one", number=number))


@pages.get("/<row:number>")
@staff(Role.COORDINATOR)
def one(number: int) -> ResponseReturnValue:
    """The same form once more: empty, as whoever types must not copy."""
    form = _form(number)
    return _page(form.way, form, {})


@pages.post("/<row:number>")
@staff(Role.COORDINATOR)
def once_more(number: int) -> ResponseReturnValue:
    """Compare; where both agree the person has joined."""
    form = _form(number)
    here = service()
    try:
        done = taking.again(
            here.engine, here.secrets.vault, here.open_lexicon(), number, _entry(), actor=actor()
        )
    except Refusal as refusal:
        return _page(form.way, form, {refusal.field: refusal.explain(language())})
    if isinstance(done, Joined):
        session[JOINED] = {
            "person": done.person,
            "receipt": done.receipt,
            "language": form.language,
            "reference": form.reference,
        }
        return redirect(url_for("paper.everything"))
    return _page(form.way, _form(number), {}, done)


@pages.post("/<row:number>/throw-away")
@staff(Role.COORDINATOR)
def throw_away(number: int) -> ResponseReturnValue:
    """Forget a form that was begun."""
    check_ours()
    taking.throw_away(service().engine, number, actor=actor())
    session[DONE] = say(THROWN)
    return redirect(url_for("paper.everything"))


@pages.post("/receipt.pdf")
@staff(Role.COORDINATOR)
def receipt() -> ResponseReturnValue:
    """The receipt of who joined last, as a letter for the post."""
    check_ours()
    joined = session.get(JOINED)
    if not joined:
        raise NotFound(what=N_("receipt"), identifier="")
    settings = service().settings
    try:
        content = receipt_letter(
            service().engine,
            service().secrets.vault,
            person=joined["person"],
            receipt=joined["receipt"],
            language=joined["language"],
            sender=Sender(settings.operator, settings.phone),
            actor=actor(),
        )
    except Refusal as refusal:
        session[DONE] = refusal.explain(language())
        return redirect(url_for("paper.everything"))
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="receipt.pdf"'
    return answer


def _page(
    way: Way,
    form: Form | None,
    problems: dict[str, str],
    differing: dict[str, list[str]] | None = None,
) -> ResponseReturnValue:
    check_ours()
    spoken = form.language if form else typed("spoken") or language()
    agreed = taking.terms(service().engine, form.community) if form else None
    with reading(service().engine) as database:
        names = [each.name for each in register.overview(database)]
    # After a difference what agreed stands there; the rest is typed anew from the sheet.
    shown = {name: again(typed(name)) for name in NAMES}
    if request.method == "GET":
        shown["notice"] = notices.current(spoken).version
    ticked = request.form.getlist("choice")
    if differing:
        shown |= dict.fromkeys(differing, "")
        ticked = [] if "choices" in differing else ticked
    said = render_template(
        "paper_one.html",
        way=way,
        ways=WAYS,
        form=form,
        reference=again(typed("reference")),
        community=again(typed("community")) or DIRECT,
        communities=[
            (DIRECT, say(N_("None"))),
            *((name, name) for name in names if name != DIRECT),
        ],
        languages=[(each, say(LANGUAGE_NAMES[each])) for each in LANGUAGES],
        spoken=spoken,
        script={name: translate(words, spoken) for name, words in SCRIPT.items()}
        if way is Way.PHONE
        else {},
        boxes=[(str(each), title(each), meaning(each)) for each in offered(agreed)],
        ticked=ticked,
        helpers=[(value, say(words)) for value, words in HELPERS.items()],
        sexes=[(value, say(words)) for value, words in SEXES.items()],
        labels=LABELS,
        shown=shown,
        problems=problems,
        differing=differing or {},
        done=session.pop(DONE, None),
    )
    return said, 422 if problems or differing else 200


LANGUAGE_NAMES: Final = {"en": N_("English"), "fr": N_("French")}


def _entry() -> Entry:
    choices = " ".join(sorted(request.form.getlist("choice")))
    return Entry.of({**{name: typed(name) for name in NAMES}, "choices": choices})


def _form(number: int) -> Form:
    check_ours()
    with reading(service().engine) as database:
        return taking.one(database, service().secrets.vault, number)
