"""`/admin/communities`: the communities that people come from, and what is agreed with each."""

import io
import json
from collections.abc import Iterator
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import communities as deeds
from recruit.actions import tenants
from recruit.actions.candidates import Found
from recruit.actions.choice_words import title
from recruit.actions.people import Import
from recruit.actions.preview import Preview, preview
from recruit.consent.choices import Choice
from recruit.core import files, sheets
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import Refusal, WrongUsage
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.people.communities import inbound, keys, providers, pulls, register, waiting
from recruit.people.intake.mapping_file import parse_mapping, read_mapping
from recruit.people.scopes import COMMUNITY, in_order
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.scope_words import SCOPE_WORDS
from recruit.web.service import service
from recruit.web.sessions import actor, tenant, visitor

pages = Blueprint("communities", __name__, url_prefix="/admin/communities")

SAMPLE: Final = N_("the lines you pasted")
NO_SAMPLE: Final = N_("Please paste the first lines of a file to see how they are read.")
SCOPES: Final = "scopes"
HEARD_SHOWN: Final = 5
OUTCOMES: Final = {
    inbound.Outcome.DONE: N_("done"),
    inbound.Outcome.NOTHING: N_("nothing to do"),
    inbound.Outcome.UNKNOWN: N_("nobody of ours"),
}
ENDS: Final = {
    pulls.Outcome.FETCHED: N_("fetched"),
    pulls.Outcome.UNCHANGED: N_("nothing new there"),
    pulls.Outcome.FAILED: N_("failed"),
}
NO_MAPPING: Final = N_("Please write a mapping first.")


@pages.get("")
@staff(Role.ADMINISTRATOR, Role.COMMUNITY)
def everything() -> ResponseReturnValue:
    """Every community, and a form for one more."""
    return _list({})


@pages.post("")
@staff(Role.ADMINISTRATOR)
def add() -> ResponseReturnValue:
    """Make a community known."""
    name = request.form.get("name", "").strip()
    try:
        deeds.add_community(service().engine, name=name, actor=actor())
    except WrongUsage as error:
        return _list({"name": error.say(language())})
    return redirect(url_for("communities.one", name=name))


@pages.get("/<path:name>")
@staff(Role.ADMINISTRATOR, Role.COMMUNITY)
def one(name: str) -> ResponseReturnValue:
    """One community: mapping, keys, webhook."""
    return show(name, {})


@pages.post("/<path:name>/keys")
@staff(Role.ADMINISTRATOR, Role.COMMUNITY)
def add_key(name: str) -> ResponseReturnValue:
    """Make a key; it stands in this answer alone."""
    chosen = request.form.getlist("scope")
    scopes = [scope for scope in in_order(COMMUNITY) if scope.value in chosen]
    try:
        issued = deeds.issue_key(service().engine, community=name, actor=actor(), scopes=scopes)
    except WrongUsage as error:
        return show(name, {SCOPES: error.say(language())})
    return render_template("admin/communities_secret.html", name=name, key=issued, secret=None)


@pages.post("/<path:name>/keys/revoke")
@staff(Role.ADMINISTRATOR, Role.COMMUNITY)
def revoke_key(name: str) -> ResponseReturnValue:
    """Let a key open nothing any more."""
    key = request.form.get("key", "")
    deeds.revoke_key(service().engine, community=name, name=key, actor=actor())
    return redirect(url_for("communities.one", name=name))


@pages.get("/<path:name>/mapping")
@staff(Role.ADMINISTRATOR, Role.COMMUNITY)
def mapping(name: str) -> ResponseReturnValue:
    """The mapping that is kept, and where to try another."""
    kept = deeds.kept_mapping(service().engine, name)
    text = json.dumps(kept, ensure_ascii=False, indent=2) if kept else ""
    return _mapping_page(name, text, "", None, {})


@pages.post("/<path:name>/mapping")
@staff(Role.ADMINISTRATOR, Role.COMMUNITY)
def try_mapping(name: str) -> ResponseReturnValue:
    """Show how pasted lines are read by a mapping, or keep it."""
    text, sample = request.form.get("mapping", ""), request.form.get("sample", "")
    if not text.strip():
        return _mapping_page(name, text, sample, None, {"mapping": say(NO_MAPPING)})
    try:
        if request.form.get("do") == "keep":
            deeds.keep_mapping(service().engine, community=name, text=text, actor=actor())
            return redirect(url_for("communities.one", name=name))
        deeds.kept_mapping(service().engine, name)  # the community is known
        shown = _tried(name, text, sample)
    except Refusal as error:
        return _mapping_page(name, text, sample, None, {"mapping": error.say(language())})
    problems = {} if sample.strip() else {"sample": say(NO_SAMPLE)}
    return _mapping_page(name, text, sample, shown, problems)


def _tried(name: str, text: str, sample: str) -> Preview | None:
    found = read_mapping(parse_mapping(text))
    if not sample.strip():
        return None
    return preview(
        service().engine,
        service().open_lexicon(),
        _pasted(sample),
        of=Import(name, actor(), found),
        secrets=service().secrets,
    )


def _pasted(sample: str) -> Iterator[Found]:
    """The records of what was pasted: JSON where it begins like it, else a table."""
    data: Any = io.BufferedReader(io.BytesIO(sample.encode()))
    is_json = sample.lstrip().startswith(("{", "["))
    return files.records(say(SAMPLE), data) if is_json else sheets.rows(say(SAMPLE), data)


def _mapping_page(
    name: str, text: str, sample: str, shown: Preview | None, problems: dict[str, str]
) -> ResponseReturnValue:
    said = render_template(
        "admin/communities_mapping.html",
        name=name,
        mapping=text,
        sample=sample,
        shown=shown,
        beside=[(each.where, _written(each.before), _written(each.after)) for each in shown.shown]
        if shown
        else [],
        problems=problems,
    )
    return said, 422 if problems else 200


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _list(problems: dict[str, str]) -> ResponseReturnValue:
    with reading(service().engine) as database:
        found = [
            (each, waiting.standing(database, each.name, now()))
            for each in register.overview(database)
            if everything_seen() or each.name in register.staffed_by(database, tenant())
        ]
    said = render_template(
        "admin/communities.html",
        communities=found,
        every=everything_seen(),
        problems=problems,
        typed=request.form,
    )
    return said, 422 if problems else 200


def show(name: str, problems: dict[str, str]) -> ResponseReturnValue:
    """The page of one community, with what was typed and what is wrong with it."""
    with reading(service().engine) as database:
        found = next(each for each in register.overview(database) if each.name == name)
        terms = register.terms_of(database, name)
        said = render_template(
            "admin/communities_one.html",
            community=found,
            every=everything_seen(),
            terms=terms,
            purposes=[title(Choice.parse(each)) for each in sorted(terms.purposes)]
            if terms
            else [],
            keys=keys.keys_of(database, name),
            scopes=[(scope.value, say(SCOPE_WORDS[scope])) for scope in in_order(COMMUNITY)],
            telling=waiting.standing(database, name, now()),
            is_heard=inbound.is_heard(database, name),
            heard=inbound.last_heard(database, name, HEARD_SHOWN),
            outcomes=OUTCOMES,
            pull=pulls.pull_of(database, name),
            ends=ENDS,
            issuer=providers.issuer_of(database, name),
            staffed=register.staffed(database, name),
            base_url=service().settings.base_url,
            problems=problems,
            typed=request.form,
        )
    return said, 422 if problems else 200


def everything_seen() -> bool:
    """Whether the visitor sees every community: the operator's administrators do."""
    who = visitor()
    return who is not None and who.role is Role.ADMINISTRATOR


def only_theirs() -> None:
    """Let nobody at another's community; it is as if it did not exist.

    Raises:
        NotFound: it is another's, or none.
    """
    name = (request.view_args or {}).get("name")
    if name is None:
        return
    with reading(service().engine) as database:
        tenants.must_see(database, name, tenant(), every=everything_seen())


pages.before_request(only_theirs)
