"""Whose pages are shown: a participant's own, or those of the person a representative acts for.

Whether a representative may still act is looked up in the database for every request: a link that
has ended, run out or is blocked opens nothing from that moment on.
"""

from typing import Final

from flask import abort, g, make_response, redirect, render_template, request, session, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from recruit.consent.ledger import Actor
from recruit.consent.ledger import Role as Capacity
from recruit.core import clock
from recruit.core.db import glancing, reading
from recruit.core.errors import NotAllowed, NotFound
from recruit.people import representatives
from recruit.people.accounts import Role
from recruit.people.representatives import Kind, Powers, Representation, State
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item
from recruit.web import sessions
from recruit.web.service import service
from recruit.web.sessions import Visitor, visitor

CHOSEN: Final = "acting_for"
LOOKING: Final = frozenset({"GET", "HEAD"})


def whose() -> str:
    """The pseudonym of the person whose pages are shown.

    A representative who has not chosen anybody is led to the choice. One who may only look is told
    so when a request would change something. Of an erased person nothing is shown.
    """
    link = acting()
    if link and link.powers is Powers.LOOK and request.method not in LOOKING:
        abort(make_response(render_template("me/not_yours.html"), 403))
    return _person(link)


def in_person() -> str:
    """The same where only the person decides, or a guardian in their place: no relative does."""
    link = acting()
    if link and link.kind is Kind.RELATIVE:
        abort(make_response(render_template("me/not_yours.html"), 403))
    return _person(link)


def by_oneself() -> str:
    """The same where nobody stands in the person's place: what they themselves sign in with.

    Whoever could set that could come in as the person, named in nothing and ended by nothing.
    """
    if acting():
        abort(make_response(render_template("me/not_yours.html"), 403))
    return _person(None)


def consent_actor() -> Actor:
    """Who acts, as the consent ledger names them."""
    link = acting()
    if link is None:
        return Actor(_account(), Capacity.SELF)
    return Actor(_account(), Capacity.GUARDIAN, link.authority)


def audit_actor() -> str:
    """Who acts, as the audit trail names them: "account 12, representation L-7F3K92QX"."""
    link = acting()
    return f"{_account()}, {link.authority}" if link else _account()


def acting() -> Representation | None:
    """The live link under which a representative acts; None for a participant.

    Without one the representative is led to the choice.
    """
    if _who().role is Role.PARTICIPANT:
        return None
    link = _chosen()
    if link is None:
        abort(redirect(url_for("acting.choose")))
    return link


def acting_for() -> str | None:
    """What the person is called by the representative who acts for them; None where nobody does."""
    who = visitor()
    link = _chosen() if who and who.role is Role.REPRESENTATIVE else None
    if link is None:
        return None
    with reading(service().engine) as database:
        return service().vault.read(database, link.id).get(Item.NAME, link.id)


def choose(link: Representation) -> None:
    """From now on the visitor acts under this link."""
    session[CHOSEN] = link.id
    g.pop("acting", None)


def choose_nobody() -> None:
    """The visitor acts for nobody until they choose."""
    session.pop(CHOSEN, None)
    g.pop("acting", None)


def _person(link: Representation | None) -> str:
    who = _who()
    person = link.person if link else who.pseudonym
    if person is None:
        raise NotAllowed  # staff: they have no pages of their own
    with glancing(service().engine) as database:
        gone = _is_gone(database, person)
    if gone:
        sessions.end()
        abort(make_response(render_template("me/gone.html"), 410))
    return person


def _is_gone(database: Session, person: str) -> bool:
    query = select(PARTICIPANT.c.erased_at).where(PARTICIPANT.c.pseudonym == person)
    row = database.execute(query).one_or_none()
    return row is None or row.erased_at is not None


def _chosen() -> Representation | None:
    """The chosen link while it is live and the visitor's own; looked up once per request."""
    if "acting" not in g:
        g.acting = _looked_up(_who(), str(session.get(CHOSEN, "")))
    link: Representation | None = g.acting
    return link


def _looked_up(who: Visitor, chosen: str) -> Representation | None:
    if not chosen:
        return None
    try:
        with reading(service().engine) as database:
            link = representatives.get(database, chosen)
    except NotFound:  # the person was erased
        return None
    own = link.representative == who.pseudonym
    return link if own and link.state(clock.today()) is State.LIVE else None


def _who() -> Visitor:
    who = visitor()
    if who is None:
        raise NotAllowed
    return who


def _account() -> str:
    return f"account {_who().id}"
