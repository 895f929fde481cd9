"""An OpenID Connect provider on this machine: code flow with PKCE, signed tokens, as it should be.

A test bends one thing at a time, to see that it is noticed.
"""

import threading
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask import Flask, Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from recruit.core.clock import now

CLIENT, SECRET = "recruit-test", "a secret of the test"
SUBJECT, NATIONAL = "opaque-subject-1", "899700000001"


@dataclass
class Provider:
    """What it says of whoever comes; `bent` takes the place of claims (None leaves one out)."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": SUBJECT, "acr": "eidas1"})
    about: dict[str, Any] = field(
        default_factory=lambda: {"sub": SUBJECT, "SubjectNameID": NATIONAL}
    )
    bent: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    """The whole ID token in place of the signed one."""
    asked: dict[str, str] = field(default_factory=dict)
    """What the service asked for last."""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signing: RSAKey | None = None
    """Another key than the one that is published."""

    def app(self) -> Flask:
        """The provider's pages."""
        app = Flask("identity_provider")
        app.add_url_rule("/.well-known/openid-configuration", view_func=self.discovery)
        app.add_url_rule("/authorize", view_func=self.authorize)
        app.add_url_rule("/token", view_func=self.exchange, methods=["POST"])
        app.add_url_rule("/jwks", view_func=self.jwks)
        app.add_url_rule("/userinfo", view_func=self.userinfo)
        return app

    def discovery(self) -> Response:
        """OpenID Connect Discovery 1.0, section 4."""
        return jsonify(
            issuer=self.issuer,
            authorization_endpoint=f"{self.issuer}/authorize",
            token_endpoint=f"{self.issuer}/token",
            jwks_uri=f"{self.issuer}/jwks",
            userinfo_endpoint=f"{self.issuer}/userinfo",
            id_token_signing_alg_values_supported=["RS256"],
        )

    def jwks(self) -> Response:
        """The published key."""
        return jsonify(keys=[self.key.as_dict(private=False)])

    def authorize(self) -> ResponseReturnValue:
        """Whoever comes is known already."""
        self.asked = {**request.args, "code": token_urlsafe(16)}
        back = {"code": self.asked["code"], "state": self.asked["state"]}
        return redirect(f"{self.asked['redirect_uri']}?{urlencode(back)}")

    def exchange(self) -> ResponseReturnValue:
        """The token for the code, once, for whoever has the secret and the verifier."""
        basic = b64encode(f"{CLIENT}:{SECRET}".replace(" ", "+").encode()).decode()
        plain = b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        given = request.headers.get("Authorization", "").removeprefix("Basic ")
        verifier = request.form["code_verifier"]
        if (
            given not in {basic, plain}
            or request.form["code"] != self.asked.pop("code", None)
            or create_s256_code_challenge(verifier) != self.asked["code_challenge"]
        ):
            return jsonify(error="invalid_grant"), 400
        access = token_urlsafe(16)
        half = sha256(access.encode()).digest()[:16]
        moment = round(now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": moment,
            "exp": moment + 300,
            "nonce": self.asked["nonce"],
            "at_hash": urlsafe_b64encode(half).rstrip(b"=").decode(),
            **self.claims,
            **self.bent,
        }
        said = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, said, self.signing or self.key)
        return jsonify(
            access_token=access,
            token_type="Bearer",
            expires_in=60,
            id_token=self.token or signed,
        )

    def userinfo(self) -> Response:
        """More about whoever came."""
        return jsonify(self.about)


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers on a free port of this machine."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
