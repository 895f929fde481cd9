"""`/ask/about/<slug>` and `/ask/report/<slug>`: what anybody wants to know, or knows to be wrong.

They stand on pages of their own: a form needs a cookie, and a study's page sets none.
"""

from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.catalogue import public_title
from recruit.actions.public_words import asking
from recruit.actions.public_words.asking import Kind, Word
from recruit.core.db import reading
from recruit.core.errors import Refusal
from recruit.web.access import anyone
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.typed import again, typed

pages = Blueprint("asking", __name__, url_prefix="/ask")

WAYS: Final = {"about": Kind.QUESTION, "report": Kind.REPORT}


@pages.get("/<any(about, report):way>/<path:slug>")
@anyone
def form(way: str, slug: str) -> ResponseReturnValue:
    """A question about a study, or what is wrong in it."""
    return _page(way, slug, {})


@pages.post("/<any(about, report):way>/<path:slug>")
@anyone
def send(way: str, slug: str) -> ResponseReturnValue:
    """Keep it for a coordinator."""
    word = Word(slug, WAYS[way], language(), typed("words"))
    try:
        asking.ask(service().engine, service().secrets.vault, word)
    except Refusal as refusal:
        return _page(way, slug, {refusal.field: refusal.explain(language())})
    return redirect(url_for("asking.thanks", way=way, slug=slug))


@pages.get("/<any(about, report):way>/thanks/<path:slug>")
@anyone
def thanks(way: str, slug: str) -> ResponseReturnValue:
    """What happens with it now."""
    return render_template("public_word_thanks.html", way=way, slug=slug)


def _page(way: str, slug: str, problems: dict[str, str]) -> ResponseReturnValue:
    with reading(service().engine) as session:
        title = public_title(session, slug, language())
    said = render_template(
        "public_word.html",
        way=way,
        slug=slug,
        title=title,
        words=again(typed("words")),
        problems=problems,
    )
    return said, 422 if problems else 200
