"""What an OpenID provider says of a visitor who comes back from it (OpenID Connect Core 1.0)."""

from collections.abc import Mapping
from typing import Any, Final, cast

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App
from joserfc.errors import JoseError
from requests import RequestException

LEEWAY: Final = 60  # seconds that its clock may be wrong
REFUSED: Final = (AuthlibBaseError, JoseError, ValueError, KeyError, RuntimeError)
"""What is raised where it said something else than a provider says."""
FAILURES: Final = (RequestException, *REFUSED)
"""The same, and what is raised where it does not answer."""

Token = Mapping[str, Any]


def exchanged(
    client: FlaskOAuth2App, issuer: str, audience: str
) -> tuple[Token, Mapping[str, Any]]:
    """The token for which the visitor's code is exchanged, and the claims in it.

    State, nonce, signature, issuer, audience and time hold (3.1.3.7).
    """
    token = client.authorize_access_token(
        leeway=LEEWAY,
        claims_options={
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": audience},
            "exp": {"essential": True},
            "nonce": {"essential": True},
        },
    )
    return token, cast("Mapping[str, Any]", token["userinfo"])
