"""`/easy/…`: a study and the notice of joining, easy to read (FALC).

The rules are those of "Information for all" (Inclusion Europe, 2009): short sentences, one idea in
each, everyday words, you-form, large letters. What a study itself does is said by its approved
easy-to-read text alone; where there is none, the page says so and what holds for every study.
"""

from flask import Blueprint, render_template

from recruit.actions.catalogue import find_study
from recruit.consent import notices
from recruit.core.clock import today
from recruit.core.db import reading
from recruit.trials.materials.content import Channel
from recruit.trials.materials.study_page import approved_text
from recruit.web.access import anyone
from recruit.web.language import language, own_tongue
from recruit.web.service import service

pages = Blueprint("easy", __name__, url_prefix="/easy")


@pages.get("/study/<path:slug>")
@anyone
def study(slug: str) -> str:
    """One study."""
    with reading(service().engine) as session:
        found = find_study(session, slug, language(), service().open_lexicon())
        text = approved_text(session, slug, Channel.EASY, own_tongue(), today())
    return render_template("easy_study.html", study=found, text=text)


@pages.get("/joining")
@anyone
def joining() -> str:
    """What joining means and what becomes of what one says, beside the full notice."""
    return render_template("easy_joining.html", notice=notices.current(language()))
