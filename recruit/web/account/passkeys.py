"""Passkeys: signing in with a key that a device keeps, and adding one (WebAuthn Level 2).

Forms of ours carry what the browser makes; passkeys.js only fills them. A key is bound to the name
of our site, so there are none where people reach it by a bare network address. The person is
verified by the device: one passkey stands for the password and the second factor together.
"""

import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import webauthn
from flask import Blueprint, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from recruit.actions import own_account
from recruit.actions import sign_in as proofs
from recruit.actions.own_account import NewPasskey
from recruit.core import clock
from recruit.core.db import reading
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.people import second_factors
from recruit.people.account_tables import Account, Passkey
from recruit.web import sign_in
from recruit.web.access import SIGN_IN, anyone
from recruit.web.language import say
from recruit.web.service import service

pages = Blueprint("passkeys", __name__)

SITE: Final = "Recruit"
PATIENCE: Final = timedelta(minutes=5)
VERIFIED: Final = UserVerificationRequirement.REQUIRED
CHALLENGE: Final = "passkey"  # where the session keeps it
# A key that lacks a coordinate is not told from a mistake by the library.
NOT_PROVED: Final = (WebAuthnException, KeyError, ValueError)
REFUSED: Final = N_("This passkey was not accepted.")


@pages.post("/login/passkey")
@anyone
def enter() -> ResponseReturnValue:
    """Let in whoever's device has signed the challenge; where they come from tells where to."""
    account = _proved(request.form.get("credential", ""))
    if account is None:
        back = SIGN_IN if request.form.get("back") == "me" else url_for("sign_in.login")
        return render_template("account/passkey_refused.html", back=back), 422
    return sign_in.proceed(account, proved=True)


def available() -> bool:
    """Whether the site has a name that keys can be bound to."""
    try:
        ip_address(_site())
    except ValueError:
        return True
    return False


def question() -> str:
    """What a device is asked at sign-in, as JSON for passkeys.js; any of its keys will do."""
    options = webauthn.generate_authentication_options(
        rp_id=_site(), challenge=_challenge(), user_verification=VERIFIED
    )
    return webauthn.options_to_json(options)


def offer(account: Account) -> str:
    """What a device is asked for a new key of `account`, as JSON for passkeys.js."""
    with reading(service().engine) as database:
        keys = second_factors.passkeys(database, account)
    handle = own_account.passkey_handle(service().engine, account=account.id or 0)
    name = account.email or account.pseudonym or ""
    options = webauthn.generate_registration_options(
        rp_id=_site(),
        rp_name=SITE,
        user_id=handle.encode(),
        user_name=name,
        challenge=_challenge(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys],
    )
    return webauthn.options_to_json(options)


def register(account: Account) -> Account:
    """Keep the key of the form that was sent; gives the account, whose older sessions are over.

    Raises:
        WrongUsage: it does not answer our question, or the name or number of keys will not do.
    """
    challenge = _asked()
    try:
        made = webauthn.verify_registration_response(
            credential=request.form.get("credential", ""),
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=service().settings.base_url,
            require_user_verification=True,
        )
    except NOT_PROVED as error:
        raise WrongUsage(REFUSED) from error
    name = request.form.get("name", "") or say(N_("Passkey"))
    new = NewPasskey(made.credential_id, made.credential_public_key, made.sign_count, name)
    return own_account.add_passkey(service().engine, account=account.id or 0, new=new)


def _proved(credential: str) -> Account | None:
    challenge, key = _asked(), _named(credential)
    if key is None:
        return None
    try:
        shown = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=service().settings.base_url,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except NOT_PROVED:
        return None
    return proofs.prove_passkey(
        service().engine, passkey=key.id or 0, sign_count=shown.new_sign_count
    )


def _named(credential: str) -> Passkey | None:
    try:
        given = json.loads(credential)
        number = base64url_to_bytes(given["rawId"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    with reading(service().engine) as database:
        return own_account.passkey_by(database, number)


def _challenge() -> bytes:
    """A new challenge; the session keeps it with its time."""
    made = webauthn.helpers.generate_challenge()
    session[CHALLENGE] = [bytes_to_base64url(made), clock.now().timestamp()]
    return made


def _asked() -> bytes:
    """The challenge of this session, which is good once; one that nobody can answer if none is."""
    kept, since = session.pop(CHALLENGE, ("", 0.0))
    late = clock.now() - datetime.fromtimestamp(since, UTC) > PATIENCE
    return webauthn.helpers.generate_challenge() if late else base64url_to_bytes(kept)


def _site() -> str:
    return urlsplit(service().settings.base_url).hostname or ""
