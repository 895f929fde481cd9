"""Setting up an authenticator: the secret as picture and text, the first code, recovery codes."""

from typing import Final

from flask import render_template, request, session
from flask.typing import ResponseReturnValue

from recruit.actions import own_account
from recruit.core.i18n import N_
from recruit.people.accounts import Account
from recruit.people.authenticator import Authenticator
from recruit.web.account import passkeys
from recruit.web.language import say
from recruit.web.service import service
from recruit.web.sessions import visitor

SECRET: Final = "authenticator"  # noqa: S105 - where the session keeps it, encrypted


def show(account: Account, problems: dict[str, str]) -> ResponseReturnValue:
    """The page with a secret and the field for its first code; `account` names it in the app.

    It is the secret that was shown a moment ago, if one was: a reloaded page changes nothing.
    """
    made = Authenticator(service().secrets.vault)
    if SECRET not in session:
        session[SECRET] = made.generate_totp_secret()
    page = render_template(
        "account/authenticator.html",
        picture=made.generate_qrcode(account.email or "", session[SECRET]),
        secret=made.get_totp_pretty_key(session[SECRET]),
        # Instead of an app, where there is no second factor yet.
        offer=None if visitor() or not passkeys.available() else passkeys.offer(account),
        problems=problems,
    )
    return page, 422 if problems else 200


def take(account: int) -> tuple[Account, list[str]] | None:
    """Take the secret into use when the code is right; None when it is not."""
    if SECRET not in session:
        return None
    return own_account.set_authenticator(
        service().engine,
        service().secrets.vault,
        account=account,
        secret=session[SECRET],
        code=request.form.get("code", ""),
    )


def refuse(account: Account) -> ResponseReturnValue:
    """The same secret again, with what is wrong."""
    problem = N_("This code is wrong or too old. Look at the app and write the one it shows now.")
    return show(account, {"code": say(problem)})


def done(codes: list[str], onward: str) -> ResponseReturnValue:
    """The recovery codes. They are in this answer alone: no other page could show them again."""
    return render_template("account/recovery_codes.html", codes=codes, onward=onward)
