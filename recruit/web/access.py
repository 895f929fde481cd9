"""Who may enter: every page says so itself, and one that says nothing lets nobody in.

`@anyone`, `@participant`, `@staff(Role.…)`, `@step` or `@signed` stands nearest to the function,
under the route. The check runs before every request; tests/house/test_web.py fails on a route that
declares nothing.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from flask import Flask, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from recruit.core.errors import NotAllowed
from recruit.people.accounts import Role
from recruit.web import sessions
from recruit.web.sessions import WANTED, halfway, visitor

DECLARATION: Final = "who_may_enter"
STEP: Final = "step_of_signing_in"
SCOPE: Final = "key_scope"
SIGNED: Final = "asks_for_a_signature"
SIGN_IN: Final = "/me/sign-in"  # by link and code
SPEAKERS: Final = frozenset({Role.PARTICIPANT, Role.REPRESENTATIVE})

View = TypeVar("View", bound=Callable[..., object])


def anyone(view: View) -> View:
    """This page is for everybody."""
    setattr(view, DECLARATION, frozenset())
    return view


def staff(*roles: Role) -> Callable[[View], View]:
    """This page is for signed-in accounts with one of `roles`."""

    def declare(view: View) -> View:
        setattr(view, DECLARATION, frozenset(roles))
        return view

    return declare


def participant(view: View) -> View:
    """This page is for those who speak for a person: the participant, or a representative."""
    setattr(view, DECLARATION, SPEAKERS)
    return view


def step(view: View) -> View:
    """This page is for staff who have shown their password, and have more to show or to set up."""
    setattr(view, STEP, True)
    return anyone(view)


def signed(view: View) -> View:
    """This page is for programs that sign what they post; the page itself checks the signature."""
    setattr(view, SIGNED, True)
    return anyone(view)


def is_signed(view: Callable[..., object]) -> bool:
    """Whether a page takes only what is signed."""
    return getattr(view, SIGNED, False)


def is_step(view: Callable[..., object]) -> bool:
    """Whether a page belongs to signing in, after the password."""
    return getattr(view, STEP, False)


def declared(view: Callable[..., object]) -> frozenset[Role] | None:
    """The roles a page is for, empty for everybody, None where nothing is declared."""
    roles: frozenset[Role] | None = getattr(view, DECLARATION, None)
    return roles


def key_scope(view: Callable[..., object]) -> str | None:
    """What a community's key must open for a view of the API, which its own guard asks for."""
    scope: str | None = getattr(view, SCOPE, None)
    return scope


def init_app(app: Flask) -> None:
    """Check every request."""
    anyone(app.view_functions["static"])
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None  # no such page: there is nothing to guard
    roles = declared(view)
    if roles is None:
        raise NotAllowed
    if is_step(view) and halfway() is None:
        return redirect(url_for("sign_in.login"))
    if not roles:
        return None
    who = visitor()
    if who is None and roles <= SPEAKERS and g.get("account_is_gone"):
        sessions.end()
        return render_template("me/gone.html"), 410
    if who is None:
        if request.method == "GET":
            # Kept in the signed session: an address in the query could lead to another site.
            session[WANTED] = request.full_path.rstrip("?")
        return redirect(SIGN_IN if roles <= SPEAKERS else url_for("sign_in.login"))
    if who.role not in roles:
        raise NotAllowed
    return None
