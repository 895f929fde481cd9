"""No page without a declared visitor, no sentence without its French, no write without a token."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from jinja2.ext import babel_extract

from recruit.core.config import Settings
from recruit.core.db import connect
from recruit.core.i18n import CATALOGUES
from recruit.core.paths import templates
from recruit.people.accounts import STAFF
from recruit.web.access import SPEAKERS, declared, is_signed, is_step, key_scope
from tests.web_world import pages

CODE = (
    *Path("recruit/web").rglob("*.py"),
    *Path("recruit/actions/reviewing").glob("*.py"),
    *(
        Path("recruit/actions") / f"{name}.py"
        for name in ("catalogue", "questions", "fact_lines", "profile")
    ),
)
PAGES = sorted((templates() / "web").rglob("*.html"))
# Rooms that see to the token themselves: a mail program's one-click post (RFC 8058) carries none.
CHECKING = {"unsubscribe"}
# Doors that look at no cookie and change nothing: there is nothing to forge.
CHANGING_NOTHING = {"fhir-matching"}
# What the pages let in today; a new page is written down there by whoever adds it.
ROUTES = dict(
    line.split("  →  ")
    for line in Path("tests/approved/routes.txt").read_text("utf-8").splitlines()
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    engine = connect(f"sqlite:///{tmp_path / 'recruit.db'}")
    yield pages(Settings(data_folder=tmp_path), engine)
    engine.dispose()


def test_every_route_declares_who_may_enter(app: Flask) -> None:
    silent = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if declared(app.view_functions[rule.endpoint]) is None
    ]
    assert silent == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_title_is_plain_text(page: Path) -> None:
    """What another block holds may have marks in it, which a tab would show."""
    source = page.read_text("utf-8")
    for title in re.findall(r"{% block title %}(.*?){% endblock", source, re.DOTALL):
        assert "<" not in title
        assert "tongue(" not in title
        assert not re.search(r"self\.\w+\(\)(?! \| striptags)", title)


def who(view: Callable[..., object]) -> str:
    """Who may enter, in a word or by their roles."""
    roles = declared(view) or frozenset()
    if scope := key_scope(view):
        return f"a key for {scope}"
    if is_signed(view):
        return "a signature"
    if not roles:
        return "step" if is_step(view) else "anyone"
    return "staff" if roles == set(STAFF) else ", ".join(sorted(role.value for role in roles))


def test_the_routes_are_those_that_were_agreed(app: Flask) -> None:
    found = {}
    for rule in app.url_map.iter_rules():
        found_for = who(app.view_functions[rule.endpoint])
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found[f"{method} {rule.rule}"] = found_for
    assert found == ROUTES


def test_a_route_that_declares_nothing_lets_nobody_in(app: Flask) -> None:
    app.add_url_rule("/forgotten", view_func=lambda: "secret")
    assert app.test_client().get("/forgotten").status_code == 403


def test_no_page_is_for_staff_and_for_those_they_care_for(app: Flask) -> None:
    mixed = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if (declared(app.view_functions[rule.endpoint]) or frozenset()) & SPEAKERS
        and (declared(app.view_functions[rule.endpoint]) or frozenset()) & set(STAFF)
    ]
    assert mixed == []


def test_what_is_free_of_the_token_check_asks_for_a_key_or_a_signature(app: Flask) -> None:
    csrf = app.extensions["csrf"]
    assert csrf._exempt_views == set()  # noqa: SLF001 - flask-wtf shows them nowhere else
    free = {each.name for each in csrf._exempt_blueprints}  # noqa: SLF001 - the same
    asking = free - CHECKING - CHANGING_NOTHING
    assert {each for each in asking if not each.endswith("-api")} == {
        "fhir-bundles",
        "hooks",
        "community_hooks",
    }
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in asking:
            view = app.view_functions[rule.endpoint]
            assert key_scope(view) or is_signed(view), rule.rule


def test_every_form_that_changes_something_carries_the_token() -> None:
    carrying = r"{%-? macro (\w+)\((?:(?!endmacro).)*?token\(\)"  # token() itself is one of them
    for page in PAGES:
        carriers = re.findall(carrying, page.read_text(), re.DOTALL)
        for form in re.findall(r'<form[^>]*method="post".*?</form>', page.read_text(), re.DOTALL):
            found = any(f"{name}(" in form for name in ("token", "csrf_token", *carriers))
            assert found, page.name


def test_no_template_switches_escaping_off() -> None:
    for page in PAGES:
        text = page.read_text()
        assert "|safe" not in text.replace(" ", ""), page.name
        assert "autoescape" not in text, page.name


def messages() -> Iterator[tuple[str, str]]:
    """(file, message) of every sentence of the pages."""
    for page in PAGES:
        with page.open("rb") as lines:
            for _, _, found, _ in babel_extract(lines, ["_", "counted"], [], {}):
                for message in found if isinstance(found, tuple) else (found,):
                    if message:
                        yield page.name, message
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(func=ast.Name(id="N_"), args=[ast.Constant(value=str(message))]):
                    yield file.name, message


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name}


def test_every_sentence_exists_in_french_with_the_same_fields() -> None:
    with (CATALOGUES / "fr.po").open("rb") as lines:
        french = {str(entry.id): str(entry.string) for entry in read_po(lines, locale="fr")}
    found = list(messages())
    assert len(found) > 150
    for file, message in found:
        assert french.get(message), (file, message)
        assert fields(message) == fields(french[message]), (file, message)


def test_vendored_files_name_their_version_and_licence() -> None:
    vendor = Path("recruit/web/static/vendor")
    readme = (vendor / "README.md").read_text()
    for folder in (path for path in vendor.iterdir() if path.is_dir()):
        assert f"`{folder.name}/`" in readme
        licence = (folder / "LICENSE.md").read_text()
        assert licence.strip().startswith(("MIT License", "Zero-Clause BSD", "Apache License"))
