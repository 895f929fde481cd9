"""`/admin/communities/<name>/…`: what is agreed with a community, its staff, its figures."""

import json

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import tenants
from recruit.actions.community_figures import Figure, figures
from recruit.core.db import reading
from recruit.core.errors import NotFound, Refusal, WrongUsage
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.people.communities import register
from recruit.web.access import staff
from recruit.web.admin.communities import everything_seen, only_theirs, show
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.typed import typed

pages = Blueprint("community_terms", __name__, url_prefix="/admin/communities")
pages.before_request(only_theirs)

NO_TEXT = N_("Please write the configuration first.")
FIGURES = {
    Figure.PEOPLE: N_("People who came from this community"),
    Figure.WILLING: N_("Who let us look for studies"),
    Figure.REACHABLE: N_("Who let us write or call"),
    Figure.MATCHED: N_("For whom a study seems possible"),
    Figure.ASKED: N_("Who were written to about a study"),
    Figure.INTERESTED: N_("Who said yes to a study"),
}


@pages.get("/<path:name>/terms")
@staff(Role.ADMINISTRATOR, Role.COMMUNITY)
def terms(name: str) -> ResponseReturnValue:
    """What is agreed with the community."""
    with reading(service().engine) as database:
        kept = register.kept_terms(database, name)
    return _page(name, json.dumps(kept, ensure_ascii=False, indent=2) if kept else "", {})


@pages.post("/<path:name>/terms")
@staff(Role.ADMINISTRATOR)
def keep_terms(name: str) -> ResponseReturnValue:
    """Keep a configuration: what is agreed, and the mapping where it has one."""
    text = request.form.get("configuration", "")
    if not text.strip():
        return _page(name, text, {"configuration": say(NO_TEXT)})
    try:
        tenants.configure(service().engine, community=name, text=text, actor=actor())
    except Refusal as error:
        return _page(name, text, {"configuration": error.say(language())})
    return redirect(url_for("communities.one", name=name))


@pages.post("/<path:name>/staff")
@staff(Role.ADMINISTRATOR)
def entrust(name: str) -> ResponseReturnValue:
    """Let an organisation's staff look after the community."""
    try:
        tenants.entrust(
            service().engine, community=name, organisation=typed("organisation"), actor=actor()
        )
    except (NotFound, WrongUsage) as error:
        return show(name, {"organisation": error.say(language())})
    return redirect(url_for("communities.one", name=name))


@pages.get("/<path:name>/figures")
@staff(Role.ADMINISTRATOR, Role.COMMUNITY)
def counted(name: str) -> str:
    """The community's own figures, rounded and wrong by chance."""
    told = figures(service().engine, service().secrets, community=name, actor=actor())
    return render_template(
        "admin/communities_figures.html",
        name=name,
        figures=[(say(FIGURES[each.figure]), each.people) for each in told],
    )


def _page(name: str, text: str, problems: dict[str, str]) -> ResponseReturnValue:
    said = render_template(
        "admin/communities_terms.html",
        name=name,
        configuration=text,
        every=everything_seen(),
        problems=problems,
    )
    return said, 422 if problems else 200
