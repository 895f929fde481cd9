"""`/admin/communities`: the communities that people come from, and what is agreed with each."""

import io
import json
from collections.abc import Iterator
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from recruit.actions import communities as deeds
from recruit.actions.candidates import Found
from recruit.actions.people import Import
from recruit.actions.preview import Preview, preview
from recruit.core import files, sheets
from recruit.core.errors import NotFound, Refusal, WrongUsage
from recruit.core.i18n import N_
from recruit.people.accounts import Role
from recruit.people.communities.register import Overview
from recruit.people.intake.mapping_file import parse_mapping, read_mapping
from recruit.web.access import staff
from recruit.web.language import language, say
from recruit.web.service import service
from recruit.web.sessions import actor

pages = Blueprint("communities", __name__, url_prefix="/admin/communities")

SAMPLE: Final = N_("the lines you pasted")
NO_SAMPLE: Final = N_("Please paste the first lines of a file to see how they are read.")
NO_MAPPING: Final = N_("Please write a mapping first.")


@pages.get("")
@staff(Role.ADMINISTRATOR)
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
@staff(Role.ADMINISTRATOR)
def one(name: str) -> ResponseReturnValue:
    """One community: mapping, keys, webhook."""
    return _show(name, {})


@pages.post("/<path:name>/keys")
@staff(Role.ADMINISTRATOR)
def add_key(name: str) -> ResponseReturnValue:
    """Make a key; it stands in this answer alone."""
    issued = deeds.issue_key(service().engine, community=name, actor=actor())
    return render_template("admin/communities_secret.html", name=name, key=issued, hook=None)


@pages.post("/<path:name>/keys/revoke")
@staff(Role.ADMINISTRATOR)
def revoke_key(name: str) -> ResponseReturnValue:
    """Let a key open nothing any more."""
    key = request.form.get("key", "")
    deeds.revoke_key(service().engine, community=name, name=key, actor=actor())
    return redirect(url_for("communities.one", name=name))


@pages.post("/<path:name>/hook")
@staff(Role.ADMINISTRATOR)
def set_hook(name: str) -> ResponseReturnValue:
    """Set the webhook, whose secret stands in this answer alone, or end it."""
    url = request.form.get("url", "").strip()
    try:
        if not url:
            deeds.forget_hook(service().engine, community=name, actor=actor())
            return redirect(url_for("communities.one", name=name))
        hook = deeds.set_hook(
            service().engine, service().secrets.vault, community=name, url=url, actor=actor()
        )
    except WrongUsage as error:
        return _show(name, {"url": error.say(language())})
    return render_template("admin/communities_secret.html", name=name, key=None, hook=hook)


@pages.get("/<path:name>/mapping")
@staff(Role.ADMINISTRATOR)
def mapping(name: str) -> ResponseReturnValue:
    """The mapping that is kept, and where to try another."""
    kept = deeds.kept_mapping(service().engine, name)
    text = json.dumps(kept, ensure_ascii=False, indent=2) if kept else ""
    return _mapping_page(name, text, "", None, {})


@pages.post("/<path:name>/mapping")
@staff(Role.ADMINISTRATOR)
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


def _overviews() -> list[Overview]:
    return deeds.communities(service().engine)


def _list(problems: dict[str, str]) -> ResponseReturnValue:
    said = render_template(
        "admin/communities.html", communities=_overviews(), problems=problems, typed=request.form
    )
    return said, 422 if problems else 200


def _show(name: str, problems: dict[str, str]) -> ResponseReturnValue:
    found = next((each for each in _overviews() if each.name == name), None)
    if found is None:
        raise NotFound(what="community", identifier=name)
    said = render_template(
        "admin/communities_one.html",
        community=found,
        keys=deeds.keys_of(service().engine, name),
        problems=problems,
        typed=request.form,
    )
    return said, 422 if problems else 200
