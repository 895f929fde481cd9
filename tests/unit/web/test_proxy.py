"""Behind gunicorn: the proxy of the settings says who asks, and nobody else."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from werkzeug.test import Client

from recruit.web.proxy import behind

FORWARDED = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']}".encode()]


def said(proxy: str, peer: str) -> str:
    asked = Client(behind(proxy, echo))
    return asked.get("/", headers=FORWARDED, environ_base={"REMOTE_ADDR": peer}).text


def test_the_proxy_of_the_settings_is_believed() -> None:
    assert said("192.0.2.1", "192.0.2.1") == "203.0.113.7 https"


@pytest.mark.parametrize(
    ("proxy", "peer"), [("", "127.0.0.1"), ("", ""), ("192.0.2.1", "192.0.2.2")]
)
def test_nobody_else_is_believed(proxy: str, peer: str) -> None:
    assert said(proxy, peer) == f"{peer} http"
