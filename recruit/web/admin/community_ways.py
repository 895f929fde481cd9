"""`/admin/communities/<name>/…`: the ways between us and a community's own server."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import communities as deeds
from recruit.actions import hearing, membership, pulling
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.people.communities.providers import LONGEST_CLIENT, Provider
from recruit.people.communities.pulls import Source
from recruit.web.access import staff
from recruit.web.admin.communities import only_theirs, show
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor
from recruit.web.typed import typed

pages = Blueprint("community_ways", __name__, url_prefix="/admin/communities")
pages.before_request(only_theirs)

NO_NUMBER: Final = N_("Please write a number of minutes.")
NO_CLIENT: Final = N_("Please write what the provider calls us, and the secret.")


@pages.post("/<path:name>/hook")
@staff(Role.ADMINISTRATOR, Role.COMMUNITY)
def set_hook(name: str) -> ResponseReturnValue:
    """Set the webhook, whose secret stands in this answer alone, or end it."""
    url = typed("url")
    try:
        if not url:
            deeds.forget_hook(service().engine, community=name, actor=actor())
            return _back(name)
        hook = deeds.set_hook(
            service().engine, service().secrets.vault, community=name, url=url, actor=actor()
        )
    except WrongUsage as error:
        return show(name, {"url": error.say(language())})
    return render_template(
        "admin/communities_secret.html", name=name, key=None, secret=hook.secret, ours=True
    )


@pages.post("/<path:name>/inbound")
@staff(Role.ADMINISTRATOR, Role.COMMUNITY)
def listen(name: str) -> ResponseReturnValue:
    """Make the secret with which the community signs; it stands in this answer alone."""
    made = hearing.listen(service().engine, service().secrets.vault, community=name, actor=actor())
    return render_template(
        "admin/communities_secret.html", name=name, key=None, secret=made.secret, ours=False
    )


@pages.post("/<path:name>/pull")
@staff(Role.ADMINISTRATOR, Role.COMMUNITY)
def set_pull(name: str) -> ResponseReturnValue:
    """Set where people are fetched from, or end it."""
    url, minutes = typed("source"), typed("minutes")
    if not url:
        return _done(
            name,
            "source",
            lambda: pulling.forget_pull(service().engine, community=name, actor=actor()),
        )
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) < len("100000")):
        return show(name, {"minutes": say(NO_NUMBER)})
    source = Source(url, int(minutes), typed("source_key"))
    return _done(
        name,
        "source",
        lambda: pulling.set_pull(
            service().engine,
            service().secrets.vault,
            community=name,
            source=source,
            actor=actor(),
        ),
    )


@pages.post("/<path:name>/pull/now")
@staff(Role.ADMINISTRATOR, Role.COMMUNITY)
def pull_now(name: str) -> ResponseReturnValue:
    """Fetch with the next tick."""
    return _done(name, "source", lambda: pulling.hurry(service().engine, community=name))


@pages.post("/<path:name>/provider")
@staff(Role.ADMINISTRATOR)
def set_provider(name: str) -> ResponseReturnValue:
    """Set the community's sign-in, or end it."""
    issuer, client, secret = typed("issuer"), typed("client"), typed("client_secret")
    if not issuer:
        return _done(
            name,
            "issuer",
            lambda: membership.forget_provider(service().engine, community=name, actor=actor()),
        )
    if not client or not secret or len(client) > LONGEST_CLIENT:
        return show(name, {"client": say(NO_CLIENT)})
    return _done(
        name,
        "issuer",
        lambda: membership.set_provider(
            service().engine,
            service().secrets,
            Provider(name, issuer, client, secret),
            actor=actor(),
            loopback=service().strictness.loopback,
        ),
    )


def _done(name: str, field: str, deed: Callable[[], None]) -> ResponseReturnValue:
    """Do it and go back to the page, or say there what is wrong."""
    try:
        deed()
    except WrongUsage as error:
        return show(name, {field: error.say(language())})
    return _back(name)


def _back(name: str) -> ResponseReturnValue:
    return redirect(url_for("communities.one", name=name))
