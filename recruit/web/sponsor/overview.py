"""`/sponsor/trials/<number>`: one posting at a glance, and what is still to do."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from recruit.actions.posting.hindrances import hindrances
from recruit.actions.posting.listing import named
from recruit.actions.posting.progress import parts, read_of
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.people.accounts import Role
from recruit.trials import looks, proposals
from recruit.trials.posting import store
from recruit.trials.posting.store import State
from recruit.trials.sources.ctml_out import as_ctml
from recruit.web.access import staff
from recruit.web.service import service
from recruit.web.sponsor.choices import PHASES
from recruit.web.sponsor.posting import STATES, organisation, posting

pages = Blueprint("posting_overview", __name__, url_prefix="/sponsor/trials/<number>")


@pages.get("")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def overview(number: str) -> ResponseReturnValue:
    """Where the posting stands, part by part."""
    with reading(service().engine) as session:
        found = store.get(session, number, organisation())
        author = named(session, found.newest.author, organisation())
        todo = parts(session, found)
        open_ = found.heading.state in {State.DRAFT, State.AMENDING}
        barring = hindrances(session, found, service().open_lexicon()) if open_ else ()
        proposed = proposals.open_since(session, [found.id]).get(found.id)
        stale = looks.stale(looks.last_look(session, found.heading.trial), now())
    return render_template(
        "sponsor/overview.html",
        posting=found,
        states=STATES,
        parts=todo,
        hindrances=barring,
        read=read_of(found.content),
        author=author,
        phases=PHASES,
        proposed=proposed,
        stale=stale,
    )


@pages.get("/ctml")
@staff(Role.SPONSOR, Role.ADMINISTRATOR)
def ctml(number: str) -> Response:
    """The posting as a CTML file (YAML)."""
    found = posting(number)
    answer = Response(as_ctml(found.content), mimetype="application/yaml")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{found.id}.yaml")
    return answer
