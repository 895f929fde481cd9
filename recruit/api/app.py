"""The API, attached to the application that serves the pages."""

from collections.abc import Callable
from threading import Lock
from typing import Any, Final

from flask import Blueprint, Flask
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine

from recruit.actions.finding.shelf import Shelf
from recruit.actions.suggesting.stock import Stocked
from recruit.api import access, docs, problems
from recruit.api.consents import consents
from recruit.api.criteria import criteria
from recruit.api.deliveries import deliveries
from recruit.api.fhir import answers as fhir_answers
from recruit.api.fhir import bundles, matching, metadata, own, studies
from recruit.api.matches import matches
from recruit.api.operation import NUMBER, Number
from recruit.api.parts import EXTENSION, Parts
from recruit.api.people import people
from recruit.api.referrals import referrals
from recruit.api.trials import trials
from recruit.api.webhooks import webhooks
from recruit.core.config import Settings
from recruit.core.keys import Secrets
from recruit.terminology.lexicon import Lexicon

TITLE: Final = "Recruit"
VERSION: Final = "v1"
DESCRIPTION: Final = (
    "Send your key as `Authorization: Bearer …`; what each operation asks of it stands beside it. "
    "Another organisation’s or community’s things answer 404, as if there were none. Errors are "
    "problem+json in the language of Accept-Language (`en`, `fr`)."
)
INFO: Final = {"license": {"name": "Apache-2.0"}, "description": DESCRIPTION}
# What programs call carries no cookie, so that no other site can make a browser call it.
FREE_OF_TOKENS: Final = (
    trials,
    criteria,
    matches,
    referrals,
    people,
    consents,
    webhooks,
    deliveries,
)
# OpenAPI does not describe these: CapabilityStatement does.
FHIR: Final = (
    metadata.blueprint,
    studies.blueprint,
    own.blueprint,
    bundles.blueprint,
    matching.blueprint,
)
FHIR_TAKES: Final = (bundles.blueprint, matching.blueprint)  # bodies, of programs


class _Documented(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """Describes the views; errors are answered by problems.py, pages keep their own.

    It describes them when somebody asks for the description: that takes longer than all else that
    is done when an application is made.
    """

    def __init__(self, app: Flask) -> None:
        self._views: list[SmorestBlueprint] = []
        self._describing = Lock()
        self._description: dict[str, Any] | None = None
        super().__init__(app)

    def register_blueprint(self, blueprint: SmorestBlueprint) -> None:
        """Let its views answer."""
        self._app.register_blueprint(blueprint)
        self._views.append(blueprint)

    def described(self) -> dict[str, Any]:
        """The whole API as OpenAPI 3.1."""
        with self._describing:
            if self._description is None:
                self._description = self._describe()
            return self._description

    def _describe(self) -> dict[str, Any]:
        super()._init_spec(info=INFO)
        self.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
        for views in self._views:
            views.register_views_in_doc(
                self, self._app, self.spec, name=views.name, parameters=None
            )
            self.spec.tag({"name": views.name, "description": views.description})
        described: dict[str, Any] = self.spec.to_dict()
        return described

    def _init_spec(self, **_options: object) -> None:
        """Wait until somebody asks."""

    def _register_error_handlers(self) -> None:
        """Leave errors to problems.py."""


def attach(  # noqa: PLR0913, PLR0917 - what the API needs from outside
    app: Flask,
    engine: Engine,
    open_lexicon: Callable[[], Lexicon],
    secrets: Secrets,
    settings: Settings,
    shelf: Shelf,
) -> None:
    """Add the addresses of the API to `app`."""
    stocked = Stocked(open_lexicon)
    app.extensions[EXTENSION] = Parts(engine, open_lexicon, secrets, settings, shelf, stocked)
    app.config.update(API_TITLE=TITLE, API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    app.url_map.converters[NUMBER] = Number
    access.init_app(app)
    problems.init_app(app)
    fhir_answers.init_app(app)
    api = _Documented(app)
    api.DEFAULT_ERROR_RESPONSE_NAME = None
    csrf: CSRFProtect = app.extensions["csrf"]
    for blueprint in FREE_OF_TOKENS:
        api.register_blueprint(blueprint)
        csrf.exempt(blueprint)
    app.register_blueprint(_description(api))
    app.register_blueprint(docs.pages)
    for doors in FHIR:
        app.register_blueprint(doors)
    for doors in FHIR_TAKES:
        csrf.exempt(doors)


def _description(api: _Documented) -> Blueprint:
    pages = Blueprint("api-description", __name__)
    problems.cover(pages)

    @pages.get("/api/openapi.json")
    @access.anyone
    def openapi() -> dict[str, Any]:
        """The whole API as OpenAPI 3.1."""
        return api.described()

    return pages
