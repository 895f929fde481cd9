"""`/sponsor/trials/<number>/people`: the editor's third column, counted anew after each change."""

from flask import Blueprint, render_template

from recruit.actions.posting.feasibility import Asker, waterfall
from recruit.people.accounts import Role
from recruit.web.access import staff
from recruit.web.language import language
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.sponsor.feasibility_words import fall
from recruit.web.sponsor.posting import organisation, posting

pages = Blueprint("posting_people", __name__, url_prefix="/sponsor/trials/<number>/people")


@pages.get("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def column(number: str) -> str:
    """A part of a page, not a whole one: who opted in, and who is left after each criterion."""
    found = posting(number)
    here, lexicon = service(), service().open_lexicon()
    asker = Asker(organisation(), actor())
    said = waterfall(here.engine, lexicon, here.crowd, found, asker)
    return render_template(
        "sponsor/people.html",
        posting=found,
        found=said,
        sheet=said and fall(said, found.content, language(), lexicon),
    )
