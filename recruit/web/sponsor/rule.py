"""The small editor of one criterion: its rule as a form that works without JavaScript.

Everything that was chosen travels in the form itself; only "Save" changes the posting. htmx asks
for the same pages in pieces: it names itself by the header HX-Request.
"""

from dataclasses import replace
from typing import Final, cast

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from recruit.actions.posting import lookup, rule
from recruit.actions.posting.criteria import found
from recruit.actions.posting.editing import Edit
from recruit.actions.posting.rule import Written
from recruit.core.errors import EditedMeanwhile, Refusal, WrongUsage
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.terminology.concepts import Candidate, Kind
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.sponsor.larger import larger
from recruit.web.sponsor.posting import STATES, organisation, posting
from recruit.web.sponsor.rule_choices import Choices
from recruit.web.sponsor.rule_fields import KINDS
from recruit.web.sponsor.rule_form import (
    FOREIGN,
    MOST,
    ROOT,
    Problems,
    blank,
    fits,
    piece_of,
    places,
    posted_place,
    with_was,
)
from recruit.web.sponsor.rule_moves import chose, move
from recruit.web.sponsor.rule_state import (
    KINDS_OF_CRITERION,
    NEW,
    Form,
    address,
    is_number,
    overtaken,
    place,
    read,
    refused,
    sent,
)
from recruit.web.sponsor.rule_words import Look, name_of, numbered, said, shown
from recruit.web.typed import typed

LARGEST: Final = 192 * 1024
"""Bytes of a form: a rule of MOST parts."""
MOST_SEARCHES: Final = 8
"""Words looked up for one page: near names take some ten milliseconds each."""
FEW: Final = 3
"""Up to so many parts a rule is shown with all its fields."""
TOO_LARGE: Final = N_(
    "A rule may have at most {most} parts here. Please divide the criterion into several."
)

pages = Blueprint("sponsor_rule", __name__, url_prefix="/sponsor/trials/<number>/criteria")
larger(pages, "send", LARGEST)
larger(pages, "send_new", LARGEST)


# -------------------------------------------------------------------- routes
@pages.get("/<row:criterion>/rule")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def edit(number: str, criterion: int) -> ResponseReturnValue:
    """The form with the criterion as it is."""
    here = posting(number)
    kept = found(here.content, criterion).criterion
    root = piece_of(kept.rule, language())
    problems: Problems = {}
    if not fits(root):
        root = blank("unparsed", text=kept.text)
        problems[f"{ROOT}-type"] = say(TOO_LARGE, most=MOST)
    base = here.heading.revision
    return _page(Form(here, criterion, base, kept.kind, kept.text, root, problems=problems))


@pages.post("/<row:criterion>/rule")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def send(number: str, criterion: int) -> ResponseReturnValue:
    """A button of the form."""
    return _pressed(sent(posting(number), criterion))


@pages.get("/new")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def new(number: str) -> ResponseReturnValue:
    """The form for a criterion that stands nowhere in the text."""
    here = posting(number)
    kind = KINDS_OF_CRITERION.get(request.args.get("kind", ""), "inclusion")
    return _page(Form(here, NEW, here.heading.revision, kind, "", blank("condition")))


@pages.post("/new")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def send_new(number: str) -> ResponseReturnValue:
    """A button of that form."""
    return _pressed(sent(posting(number), NEW))


@pages.get("/lookup")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def find(number: str) -> ResponseReturnValue:
    """The terms that what is being typed may mean, as boxes for the form."""
    posting(number)
    at, name = request.args.get("at", ""), request.args.get("field", "")
    kind, criterion = request.args.get("kind", ""), request.args.get("criterion", "")
    if posted_place(at) is None or name not in {"concepts", "besides"} or kind not in KINDS:
        raise WrongUsage(FOREIGN)
    asked = request.args.get(f"{at}-{'text' if name == 'concepts' else 'besides_find'}", "")
    chosen = frozenset(request.args.getlist(f"{at}-{name}"))
    lexicon = service().open_lexicon()
    candidates = lookup.candidates(lexicon, asked, Kind(kind))
    answer = render_template(
        "sponsor/rule_found.html",
        address=address(number, int(criterion) if is_number(criterion) else NEW),
        at=at,
        name=name,
        asked=asked.strip(),
        chosen=chosen,
        found=candidates,
        certain=lookup.sure(candidates) if name == "concepts" and not chosen else None,
        choices=Choices(language(), lexicon),
    )
    return answer, {"HX-Trigger-After-Settle": "rule-changed"}


# -------------------------------------------------------------------- buttons
def _pressed(form: Form) -> ResponseReturnValue:
    if form.meanwhile is not None:  # what it was about has gone
        return _page(form, 409)
    deed, _, at = typed("do").partition(":")
    match deed:
        case "save":
            return _saved(form)
        case "says":
            return render_template("sponsor/rule_says.html", **_says(form))
        case "show":
            return _page(replace(form, focus=at))
        case "find" | "find_besides":
            return _page(replace(form, focus=at, searched=deed))
        case _:
            return _page(_moved(form, deed, at))


def _moved(form: Form, deed: str, at: str) -> Form:
    moved = move(deed, at, form.root)
    if fits(moved.root):
        return replace(form, root=moved.root, focus=moved.at)
    return replace(form, problems={f"{at}-of": say(TOO_LARGE, most=MOST)})


def _saved(form: Form) -> ResponseReturnValue:
    criterion, problems = read(form)
    if form.writable and not form.text:
        problems = {"text": say(rule.EMPTY), **problems}
    if criterion is None or problems:
        return _page(replace(form, problems=problems), 422)
    written = Written(form.kind, form.text, criterion.rule)
    by = Edit(form.posting.id, organisation(), form.base, actor())
    engine, lexicon = service().engine, service().open_lexicon()
    number = form.criterion
    try:
        if number == NEW:
            number = rule.add(engine, lexicon, by, written)
        else:
            rule.correct(engine, lexicon, by, number, written)
    except EditedMeanwhile:
        return _page(overtaken(form), 409)
    except Refusal as refusal:
        return _page(replace(form, problems=refused(form, refusal)), 422)
    return _done(form.posting.id, number)


def _done(number: str, criterion: int) -> Response:
    """Back to all criteria, at this one."""
    back = place(number, criterion)
    if not _by_htmx():
        return cast("Response", redirect(back, 303))
    response = make_response("", 200)
    response.headers["HX-Trigger"] = "criteria-changed"
    response.headers["HX-Redirect"] = back
    if request.headers.get("HX-Current-URL", "").partition("#")[0].endswith(place(number, NEW)):
        response.headers["HX-Refresh"] = "true"  # the same address with another mark only scrolls
    return response


# -------------------------------------------------------------------- what is shown
def _by_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def _page(form: Form, status: int = 200) -> Response:
    lexicon = service().open_lexicon()
    form, candidates = _searched(replace(form, root=with_was(form.root)))
    count = sum(1 for _ in places(form.root))
    look = Look(language(), lexicon, form.problems, form.focus, unfolded=count <= FEW)
    page = render_template(
        "sponsor/rule_editor.html" if _by_htmx() else "sponsor/rule.html",
        root=shown(form.root, look),
        problems=form.problems,
        numbered={name: numbered(name, words) for name, words in form.problems.items()},
        focused=_focused(form),
        found=candidates,
        choices=Choices(language(), lexicon),
        name_of=name_of,
        states=STATES,
        **_says(form),
    )
    # htmx puts a refused form back into the page only if the answer is no error.
    return make_response(page, 200 if _by_htmx() else status)


def _focused(form: Form) -> str:
    """The field to go to first; to what is wrong leads the summary above the form."""
    part = dict(places(form.root)).get(form.focus)
    if form.problems or part is None:
        return "" if form.problems else form.focus
    if form.searched:
        return f"{form.focus}-{'text' if form.searched == 'find' else 'besides_find'}"
    return f"{form.focus}-{'of' if part.type == 'not' else 'type'}"


def _says(form: Form) -> dict[str, object]:
    """What the criterion says as it stands, or what keeps it from being said."""
    criterion, missing = read(form)
    return {
        "form": form,
        "posting": form.posting,
        "said": said(criterion, language(), service().open_lexicon()) if criterion else None,
        "missing": [numbered(name, words) for name, words in missing.items()],
    }


def _searched(form: Form) -> tuple[Form, dict[str, list[Candidate]]]:
    """The form, and by the name of the boxes the terms that its words may mean.

    They are looked for where somebody pressed "Search", and where a statement names no term yet.
    Where both is so, the one that is beyond doubt is chosen.
    """
    lexicon = service().open_lexicon()
    candidates: dict[str, list[Candidate]] = {}
    root = form.root
    for at, piece in places(root):
        if piece.type not in KINDS or len(candidates) >= MOST_SEARCHES:
            continue
        kind, searched = Kind(piece.type), form.searched if form.focus == at else ""
        bare = not piece.chosen("concepts")
        if piece.word("text").strip() and (bare or searched == "find"):
            near = candidates[f"{at}-concepts"] = lookup.candidates(
                lexicon, piece.word("text"), kind
            )
            certain = lookup.sure(near) if bare and searched else None
            root = chose(root, at, certain) if certain else root
        if searched == "find_besides":
            words = piece.word("besides_find")
            candidates[f"{at}-besides"] = lookup.candidates(lexicon, words, kind)
    return replace(form, root=root), candidates
