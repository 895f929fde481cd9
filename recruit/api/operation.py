"""One operation of the API: its address, scope, answers and errors, said in one place.

`@operation(…)` stands above the view and below nothing; `@blueprint.arguments(…)` follows it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from flask import request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema
from werkzeug.routing import IntegerConverter, Map

from recruit.api import etags, letters, problems
from recruit.api.access import needs
from recruit.api.problems import MIMETYPE
from recruit.api.repeatable import HEADER, LONGEST, repeatable
from recruit.api.schemas.problem import ProblemSchema
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.people.scopes import Scope

View = Callable[..., Any]

IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the version that you looked at; without it 428.",
    "schema": {"type": "string"},
}
IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of the version that you have; 304 where it is still the present one.",
    "schema": {"type": "string"},
}
IDEMPOTENCY_KEY: Final = {
    "name": HEADER,
    "in": "header",
    "description": "A word of yours, new for each request: sent again with the same request, "
    "it brings the same answer for a day.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST,
        "pattern": "^[!-~]+$",
    },
}
ALWAYS: Final = (401, 403, 429)
NUMBER: Final = "number"
ETAG: Final = {"ETag": {"description": "The version.", "schema": {"type": "string"}}}


@dataclass(frozen=True, slots=True)
class Told:
    """What an operation answers: a schema, an example of it, and its status."""

    schema: type[Schema] | None
    example: Any = None
    status: int = HTTPStatus.OK


class Number(IntegerConverter):
    """`<number:match>`: a number that every program can hold (RFC 8259, 6); a longer one is none.

    It is told by its digits alone. Of a number that is read and then refused, werkzeug would say
    that the address is there for other methods.
    """

    regex = r"\d{1,15}"

    def __init__(self, on: Map) -> None:
        super().__init__(on, max=10**15 - 1)


def blueprint(name: str, title: str, *, largest: int | None = None) -> Blueprint:
    """The operations about one thing, under /api/v1; bodies have at most `largest` bytes."""
    made = Blueprint(f"{name}-api", name, url_prefix="/api/v1", description=title)
    problems.cover(made)
    etags.init_blueprint(made)

    def allow_more() -> None:
        request.max_content_length = largest

    if largest:
        made.before_request(allow_more)
    return made


def operation(  # noqa: PLR0913 - all that is said of an operation, by name
    of: Blueprint,
    method: str,
    path: str,
    *,
    scope: Scope,
    summary: str,
    told: Told,
    fails: tuple[int, ...] = (),
    tagged: bool = False,
) -> Callable[[View], View]:
    """Make the view an operation.

    `fails` are the statuses of its own errors. `tagged`: a version is read, or is to be named.
    Whatever is posted may be sent again under an Idempotency-Key.
    """
    is_read = method == "GET"
    parameters = [IF_NONE_MATCH if is_read else IF_MATCH] if tagged else []
    if method in {"PATCH", "POST", "PUT"}:
        fails = (*fails, 413)
    if method == "POST":
        parameters = [*parameters, IDEMPOTENCY_KEY]
        fails = (*fails, 400, 409, 422)
    if tagged:
        fails = (*fails, 304) if is_read else (*fails, 412, 428)

    def declare(view: View) -> View:
        made = needs(scope)(view)
        headers = ETAG if tagged else None
        made = of.response(told.status, told.schema, example=told.example, headers=headers)(made)
        for status in sorted({*ALWAYS, *fails}):
            made = _failing(of, status)(made)
        documented: dict[str, Any] = {
            "summary": summary,
            "operationId": view.__name__,
            "security": [{"key": [scope.value]}],
        }
        made = of.doc(**documented, **({"parameters": parameters} if parameters else {}))(made)
        if method == "POST":
            made = repeatable(made)
        return of.route(path, methods=[method])(made)  # type: ignore[no-any-return]  # smorest ships no types

    return declare


def _failing(of: Blueprint, status: int) -> Any:  # noqa: ANN401 - smorest ships no types
    if status == HTTPStatus.NOT_MODIFIED:
        return of.alt_response(status, description="You have the present version.")
    title = problems.TITLES[status]
    example = {"type": "about:blank", "title": title, "status": status}
    return of.alt_response(status, schema=ProblemSchema, content_type=MIMETYPE, example=example)


def takes(
    of: Blueprint,
    schema: type[Schema],
    example: Any,  # noqa: ANN401 - JSON
    *,
    required: bool = True,
) -> Callable[[View], View]:
    """The view takes a JSON body of this kind; another one is refused with 400."""
    made: Callable[[View], View] = of.arguments(
        schema, required=required, error_status_code=HTTPStatus.BAD_REQUEST, example=example
    )
    return lambda view: _after(_check_kind, _after(letters.check_body, made(view)))


def _check_kind() -> None:
    """Look at the kind of the body.

    Raises:
        WrongUsage: it does not say that it is JSON; the schema would say that nothing was sent.
    """
    if not request.is_json and request.get_data():
        raise WrongUsage(N_("Send JSON, and say so: “Content-Type: application/json”."))


def asks(of: Blueprint, schema: type[Schema]) -> Callable[[View], View]:
    """The view takes a query of this kind; another one is refused with 400."""
    made: Callable[[View], View] = of.arguments(
        schema, location="query", error_status_code=HTTPStatus.BAD_REQUEST, unknown=RAISE
    )
    return lambda view: _after(letters.check_query, made(view))


def _after(check: Callable[[], None], view: View) -> View:
    @wraps(view)
    def checked(*args: object, **named: object) -> object:
        check()
        return view(*args, **named)

    return checked
