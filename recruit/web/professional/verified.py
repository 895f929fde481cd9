"""`/professional/verify`: who a professional is; every other page of theirs asks for that first."""

from typing import Final

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from recruit.actions.professionals import verifying
from recruit.actions.professionals.searching import SPECIALTIES
from recruit.actions.professionals.verifying import Claim, Profession, Professional, State
from recruit.core.db import reading
from recruit.core.errors import NotAllowed, Refusal
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.people.professionals.directory import Directory
from recruit.people.professionals.numbers import Register
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import visitor
from recruit.web.typed import again, typed

pages = Blueprint("verified", __name__, url_prefix="/professional/verify")

REGISTERS: Final = {
    Register.RPPS: N_("RPPS (France)"),
    Register.ADELI: N_("ADELI (France)"),
    Register.NPI: N_("NPI (United States)"),
}
PROFESSIONS: Final = {
    Profession.PHYSICIAN: N_("Physician"),
    Profession.MIDWIFE: N_("Midwife"),
    Profession.PHARMACIST: N_("Pharmacist"),
    Profession.NURSE: N_("Nurse"),
    Profession.OTHER: N_("Another health profession"),
}
FIELDS: Final = ("register", "number", "profession", "specialty", "family", "given")


def account() -> int:
    """The account that is signed in."""
    who = visitor()
    if who is None:
        raise NotAllowed
    return who.id


def verified() -> Professional:
    """Who is signed in, once they are verified; until then they are led to the form."""
    with reading(service().engine) as session:
        found = verifying.of(session, service().secrets.vault, account())
    if found is None or found.state is not State.VERIFIED:
        abort(redirect(url_for("verified.form")))
    return found


@pages.get("")
@staff(Role.PROFESSIONAL)
def form() -> ResponseReturnValue:
    """Where checking stands, and the form until it is done."""
    return _page({})


@pages.post("")
@staff(Role.PROFESSIONAL)
def send() -> ResponseReturnValue:
    """Say who one is."""
    said = Claim(**{name: typed(name) for name in FIELDS})
    domains = service().settings.professional_domains.lower().split(",")
    try:
        verifying.claim(
            service().engine,
            service().secrets.vault,
            _directory(),
            said,
            account=account(),
            domains=frozenset(filter(None, map(str.strip, domains))),
            specialties=frozenset(SPECIALTIES),
        )
    except Refusal as refusal:
        return _page({refusal.field: refusal.explain(language())})
    return redirect(url_for("verified.form"))


@pages.post("/again")
@staff(Role.PROFESSIONAL)
def once_more() -> ResponseReturnValue:
    """Ask the directory once more."""
    verifying.check(service().engine, service().secrets.vault, _directory(), account=account())
    return redirect(url_for("verified.form"))


def _directory() -> Directory | None:
    url = service().settings.directory_url
    return Directory(url.rstrip("/")) if url else None


def _page(problems: dict[str, str]) -> ResponseReturnValue:
    with reading(service().engine) as session:
        known = verifying.of(session, service().secrets.vault, account())
    said = render_template(
        "professional/verify.html",
        known=known,
        registers=[("", ""), *((each.value, say(words)) for each, words in REGISTERS.items())],
        professions=[("", ""), *((each.value, say(words)) for each, words in PROFESSIONS.items())],
        specialties=[("", ""), *((key, say(name)) for key, (name, _) in SPECIALTIES.items())],
        typed={name: again(typed(name)) for name in FIELDS},
        problems=problems,
    )
    return said, 422 if problems else 200
