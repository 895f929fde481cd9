"""Which language a visitor reads: their explicit choice, else what their browser asks for.

The choice comes as `?lang=` in any address and is kept in a cookie of its own, so that people who
only read need no session. Both languages are equals: every page links to itself in the other one.
"""

from datetime import timedelta
from functools import lru_cache
from typing import Final
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from recruit.core.i18n import LANGUAGES, translate
from recruit.trials.draft import Tongue
from recruit.web.service import service

COOKIE: Final = "language"
PARAMETER: Final = "lang"
KEPT: Final = timedelta(days=365)
NOTHING: Final = Markup()
NAMES: Final = {"en": "English", "fr": "Français"}


def init_app(app: Flask) -> None:
    """Choose the language before each request and keep an explicit choice after it."""
    app.before_request(_begin)
    app.after_request(_keep)


def language() -> str:
    """The language of the page being made, "en" or "fr"."""
    known: str | None = g.get("language")
    if known is None:
        known = _choose()
    return known


def own_tongue() -> Tongue:
    """The same, for texts that were written in each language."""
    return "fr" if language() == "fr" else "en"


def unless_chosen(code: str) -> None:
    """Speak the language of the message that led here, unless the visitor chose one."""
    if not {request.args.get(PARAMETER), request.cookies.get(COOKIE)} & set(LANGUAGES):
        g.language = code


def say(message: str, **fields: object) -> str:
    """`message` in the visitor's language, its `{fields}` filled. Templates call it `_`."""
    return translate(message, language(), **fields)


def say_count(one: str, many: str, n: int, **fields: object) -> str:
    """The message for `n` things; it may use `{n}`. French counts nought as one."""
    singular = n < 2 if language() == "fr" else n == 1  # noqa: PLR2004 - the rule of the language
    return say(one if singular else many, n=n, **fields)


def tongue(code: str) -> Markup:
    """The `lang` attribute of words in the language `code`, where the page's is another."""
    return NOTHING if code == language() else _said_in(code)


@lru_cache(maxsize=64)
def _said_in(code: str) -> Markup:
    return Markup('lang="{}"').format(code)


def other_languages() -> list[tuple[str, str, str]]:
    """(code, name, address) of this page in each other language.

    The address is the query alone and so relative to this page: a path from the request, put into
    a link, could lead to another host ("//…"). A page that only answers to POST has none.
    """
    here = current_app.url_map.bind_to_environ(request.environ)
    if request.url_rule and not here.test(method="GET"):
        return []
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != PARAMETER]
    return [
        (code, NAMES[code], "?" + urlencode([*kept, (PARAMETER, code)]))
        for code in LANGUAGES
        if code != language()
    ]


def _begin() -> None:
    _choose()


def _choose() -> str:
    asked = request.args.get(PARAMETER)
    kept = request.cookies.get(COOKIE)
    chosen: str = next(
        (code for code in (asked, kept) if code in LANGUAGES),
        request.accept_languages.best_match(LANGUAGES, default=LANGUAGES[0]),
    )
    g.language = chosen
    return chosen


def _keep(response: Response) -> Response:
    response.content_language.add(language())
    response.vary.update(("Accept-Language", "Cookie"))
    if request.args.get(PARAMETER) in LANGUAGES:
        response.set_cookie(
            COOKIE,
            language(),
            max_age=KEPT,
            secure=service().secure,
            httponly=True,
            samesite="Lax",
        )
    return response
