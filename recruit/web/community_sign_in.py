"""`/join/<community>/sign-in`: members come by their community's own sign-in, OpenID Connect.

Code flow with state, nonce and PKCE. Who was linked comes in. Who was not goes on to join like
everybody: own choices, own address, own code; then they are known by what the provider calls them.
"""

import json
from datetime import timedelta
from typing import Any, Final, cast
from urllib.parse import urlsplit

import structlog
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from requests import RequestException, Response

from recruit.actions import membership
from recruit.actions.joining import find_community
from recruit.core import clock
from recruit.core.db import reading
from recruit.core.errors import NotFound, SealBroken, Unreachable, WrongUsage
from recruit.core.outbound import Undelivered, judge, pinned, resolved
from recruit.people.accounts import Role
from recruit.people.communities.providers import Provider, known_as
from recruit.web import sessions
from recruit.web.access import anyone, participant
from recruit.web.openid import FAILURES, exchanged
from recruit.web.service import service
from recruit.web.sessions import actor, visitor

pages = Blueprint("community_sign_in", __name__)

VOUCHED: Final = "vouched"
LIFE: Final = timedelta(minutes=30)
PATIENCE: Final = 10.0  # seconds for one answer of the provider
LONGEST_SUBJECT: Final = 255  # OpenID Connect Core 1.0, 2

log = structlog.get_logger(__name__)


class Guarded(OAuth2Session):  # type: ignore[misc]  # Authlib ships no types
    """Asks a provider as `outbound` sends: public addresses alone, pinned, no redirects."""

    def request(self, method: str, url: str, **how: Any) -> Response:  # noqa: ANN401 - requests' own
        """The answer to one request."""
        target = judge(url, resolved, loopback=service().strictness.loopback)
        self.trust_env = False
        self.mount(f"{urlsplit(url).scheme}://", pinned(target, PATIENCE))
        headers = {**(how.pop("headers", None) or {}), "Host": urlsplit(url).netloc}
        how |= {"allow_redirects": False, "timeout": PATIENCE, "headers": headers}
        return cast("Response", super().request(method, url, **how))


class Client(FlaskOAuth2App):  # type: ignore[misc]  # the same
    """One community's provider."""

    client_cls = Guarded


@pages.get("/join/<name>/sign-in")
@anyone
def leave(name: str) -> ResponseReturnValue:
    """Send the member to their community, with what only its true answer can bring back."""
    provider = _provider(name)
    try:
        answer: ResponseReturnValue = _client(provider).authorize_redirect(_return_address(name))
    except (*FAILURES, Undelivered, WrongUsage) as error:
        raise Unreachable(service=name) from error
    return answer


@pages.get("/join/<name>/sign-in/return")
@anyone
def come_back(name: str) -> ResponseReturnValue:
    """Let in who is linked; lead everybody else on to their own choices."""
    provider = _provider(name)
    try:
        subject = _subject(_client(provider), provider)
    except (RequestException, Undelivered, WrongUsage) as error:
        raise Unreachable(service=name) from error
    except FAILURES as error:
        # What the provider said may name somebody: its kind is all that is written down.
        log.warning("provider of a community refused", error=type(error).__name__)
        return render_template("join/not_vouched.html", name=name), 422
    who = visitor()
    account = membership.enter(service().engine, name, subject)
    if account is not None:
        sessions.begin(account)
        return redirect(url_for("overview.start"))
    _keep(name, subject)
    if who and who.role is Role.PARTICIPANT:
        return redirect(url_for("community_sign_in.linking", name=name))
    return redirect(url_for("joining.start", name=name))


@pages.get("/join/<name>/sign-in/link")
@participant
def linking(name: str) -> ResponseReturnValue:
    """Ask a participant who is signed in whether they want to come this way from now on."""
    if not vouched(name):
        return redirect(url_for("joining.start", name=name))
    return render_template("join/linking.html", name=name)


@pages.post("/join/<name>/sign-in/link")
@participant
def link(name: str) -> ResponseReturnValue:
    """Link the participant to what their community calls them."""
    who, subject = visitor(), vouched(name)
    if who is None or who.role is not Role.PARTICIPANT or not who.pseudonym or not subject:
        raise NotFound(what="page", identifier="")
    membership.link(service().engine, name, subject, person=who.pseudonym, actor=actor())
    session.pop(VOUCHED, None)
    return redirect(url_for("overview.start"))


def vouched(community: str | None) -> str:
    """What the community's provider vouched for here a short while ago; "" for nothing."""
    try:
        said = json.loads(service().secrets.vault.unseal(session.get(VOUCHED, ""), VOUCHED))
    except SealBroken:  # nobody vouched, or long ago
        return ""
    fits = said["community"] == community and said["until"] > clock.now().timestamp()
    return str(said["subject"]) if fits else ""


def _keep(community: str, subject: str) -> None:
    until = (clock.now() + LIFE).timestamp()
    said = {"community": community, "subject": subject, "until": until}
    session[VOUCHED] = service().secrets.vault.seal(json.dumps(said).encode(), VOUCHED)


def _subject(client: Client, provider: Provider) -> str:
    """The digest of what the provider calls the visitor; signature, audience and time hold.

    Raises:
        ValueError: it calls them nothing.
    """
    _, claims = exchanged(client, provider.issuer, provider.client)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise ValueError
    return known_as(service().secrets, provider, subject)


def _client(provider: Provider) -> Client:
    return Client(
        FlaskIntegration(f"community {provider.community}"),
        f"community {provider.community}",
        client_id=provider.client,
        client_secret=provider.secret,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "leeway": 0},
    )


def _provider(name: str) -> Provider:
    """The provider of a community that is known here.

    Raises:
        NotFound: there is none.
    """
    with reading(service().engine) as database:
        find_community(database, name)
    found = membership.provider_of(service().engine, service().secrets, name)
    if found is None:
        raise NotFound(what="page", identifier="")
    return found


def _return_address(name: str) -> str:
    # Not from the request: its Host header could name somebody else's site.
    return service().settings.base_url + url_for("community_sign_in.come_back", name=name)
