"""Signing in with an identity provider: OpenID Connect, code flow with PKCE.

Pro Santé Connect is one; its names are in the descriptions of the settings.

Nobody gets an account by this: an administrator links one to what the provider calls somebody.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

import structlog
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Blueprint, current_app, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from requests import RequestException

from recruit.actions import sign_in as proofs
from recruit.core.config import Settings
from recruit.core.errors import NotFound, Unreachable
from recruit.web import sign_in
from recruit.web.access import anyone
from recruit.web.openid import FAILURES, REFUSED, exchanged
from recruit.web.service import service
from recruit.web.sessions import WANTED

pages = Blueprint("provider", __name__, url_prefix="/login/provider")

NAME: Final = "provider"
EXTENSION: Final = "recruit.provider"
PATIENCE: Final = 10  # seconds for one answer of the provider

log = structlog.get_logger(__name__)


@pages.get("")
@anyone
def leave() -> ResponseReturnValue:
    """Send the visitor to the provider, with what only its true answer can bring back."""
    settings, client = service().settings, _client()
    more = {"acr_values": settings.oidc_acr} if settings.oidc_acr else {}
    try:
        answer: ResponseReturnValue = client.authorize_redirect(_return_address(), **more)
    except FAILURES as error:
        raise Unreachable(service=settings.oidc_issuer) from error
    return answer


@pages.get("/return")
@anyone
def come_back() -> ResponseReturnValue:
    """Let in whoever the provider vouches for and an administrator has linked."""
    settings, client = service().settings, _client()
    try:
        claims = _claims(client, settings)
    except RequestException as error:
        raise Unreachable(service=settings.oidc_issuer) from error
    except REFUSED as error:
        # What the provider said may name somebody: its kind is all that is written down.
        log.warning("provider refused", error=type(error).__name__)
        return _refused()
    subject = claims.get(settings.oidc_claim)
    vouched = bool(settings.oidc_acr) and claims.get("acr") == settings.oidc_acr
    if not isinstance(subject, str) or (settings.oidc_acr and not vouched):
        return _refused()
    account = proofs.prove_identity(service().engine, subject=subject)
    if account is None:
        return _refused()
    return sign_in.proceed(account, proved=vouched)


def _claims(client: FlaskOAuth2App, settings: Settings) -> Mapping[str, Any]:
    """What the provider says of the visitor, asked once more where it did not say all."""
    token, claims = exchanged(client, settings.oidc_issuer, settings.oidc_client_id)
    if settings.oidc_claim in claims:
        return claims
    more = client.userinfo(token=token)
    # OpenID Connect Core 1.0, 5.3.2: an answer about somebody else is not used.
    return {**more, **claims} if more["sub"] == claims["sub"] else claims


def _client() -> FlaskOAuth2App:
    """The provider of the settings, known once per process; its documents are fetched when needed.

    Raises:
        NotFound: none is set.
    """
    settings = service().settings
    if not settings.oidc_issuer:
        raise NotFound(what="page", identifier=request.path)
    if EXTENSION not in current_app.extensions:
        oauth = OAuth(current_app)
        oauth.register(
            NAME,
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value(),
            client_kwargs={
                "scope": settings.oidc_scope,
                "code_challenge_method": "S256",
                "default_timeout": PATIENCE,
                # Its tokens may live for a minute only, and ours is used at once.
                "leeway": 0,
            },
        )
        current_app.extensions[EXTENSION] = oauth
    oauth = current_app.extensions[EXTENSION]
    return cast("FlaskOAuth2App", oauth.create_client(NAME))


def _return_address() -> str:
    # Not from the request: its Host header could name somebody else's site.
    return service().settings.base_url + url_for("provider.come_back")


def _refused() -> ResponseReturnValue:
    session.pop(WANTED, None)
    return render_template("account/provider_refused.html"), 422
