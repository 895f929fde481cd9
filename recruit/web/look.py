"""A community's own name and colours on the pages of joining.

The colours come as a stylesheet of our own making: nothing that a community writes gets into a
page but its name and two colours, which were checked when they were agreed.
"""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask, Response, g, request, session

from recruit.actions.joining import find_community
from recruit.core.db import reading
from recruit.core.errors import NotFound
from recruit.people.communities import providers, register
from recruit.people.communities.terms import DARK, Terms
from recruit.web.access import anyone
from recruit.web.language import unless_chosen
from recruit.web.service import service

pages = Blueprint("look", __name__)

KEPT: Final = "community"
FIRST: Final = "joining.start"
JOINING: Final = frozenset({"joining", "joining_code", "community_sign_in"})
SHEET: Final = """\
:root:not([data-theme="dark"]) {{
  --pico-primary: {light};
  --pico-primary-background: {light};
  --pico-primary-hover: {light};
  --pico-primary-hover-background: {light};
  --pico-primary-underline: {light};
  --pico-primary-focus: {light};
  --pico-primary-inverse: #ffffff;
}}
@media only screen and (prefers-color-scheme: dark) {{
  :root:not([data-theme]) {{
    --pico-primary: {dark};
    --pico-primary-background: {dark};
    --pico-primary-hover: {dark};
    --pico-primary-hover-background: {dark};
    --pico-primary-underline: {dark};
    --pico-primary-focus: {dark};
    --pico-primary-inverse: {ground};
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Look:
    """Under whose name a page stands; `signs_in` says that its members can come by its sign-in."""

    name: str
    title: str
    has_colours: bool
    relatives: bool
    signs_in: bool


def init_app(app: Flask) -> None:
    """Let templates ask for the look, and begin in the community's language."""
    app.jinja_env.globals.update(community_look=look)
    app.before_request(_begin)


def remember(community: str | None) -> None:
    """Keep the look until somebody has joined, or begins anew."""
    session.pop(KEPT, None)
    if community is not None:
        session[KEPT] = community


def look() -> Look | None:
    """The community whose name stands on this page; looked up once per request."""
    if "community_look" not in g:
        # On the first page only the address says it: another one may have been begun before.
        kept = None if request.endpoint == FIRST else session.get(KEPT)
        name = (request.view_args or {}).get("name") or kept
        g.community_look = _found(name) if isinstance(name, str) else None
    found: Look | None = g.community_look
    return found


@pages.get("/join/<name>/colours.css")
@anyone
def colours(name: str) -> Response:
    """The community's colours, for both themes."""
    with reading(service().engine) as database:
        terms = register.terms_of(database, find_community(database, name))
    if terms is None:
        raise NotFound(what="community", identifier="")
    sheet = SHEET.format(light=terms.colour, dark=terms.dark_colour, ground=DARK[0])
    return Response(sheet, mimetype="text/css")


def _begin() -> None:
    """The language has to be known before a page is begun."""
    if request.blueprint in JOINING:
        look()


def _found(name: str) -> Look | None:
    try:
        with reading(service().engine) as database:
            find_community(database, name)
            terms = register.terms_of(database, name)
            signs_in = providers.issuer_of(database, name) is not None
    except NotFound:
        return None
    return _of(name, terms, signs_in=signs_in)


def _of(name: str, terms: Terms | None, *, signs_in: bool) -> Look:
    if terms is None:
        return Look(name, name, has_colours=False, relatives=False, signs_in=signs_in)
    if len(terms.languages) == 1:
        unless_chosen(terms.languages[0])
    return Look(name, terms.title, True, terms.relatives, signs_in)  # noqa: FBT003 - its fields, in order
