"""Changing what one signs in with: only shortly after signing in (OWASP ASVS 5.0, 7.5.1)."""

from flask import redirect, session, url_for
from flask.typing import ResponseReturnValue

from recruit.web import sessions
from recruit.web.access import SIGN_IN
from recruit.web.sessions import WANTED, visitor


def sign_in_again(back: str) -> ResponseReturnValue | None:
    """To the sign-in and from there to `back`; None for whoever has just come that way."""
    who = visitor()
    if sessions.is_fresh():
        return None
    sessions.end()
    session[WANTED] = back
    session["again"] = True  # the page to sign in on says why it comes
    return redirect(SIGN_IN if who and who.pseudonym else url_for("sign_in.login"))
