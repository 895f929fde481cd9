"""The proxy in front, behind a server that does not know it: what it says of who asks."""

from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def behind(proxy: str, pages: "WSGIApplication") -> "WSGIApplication":
    """The pages, to which that proxy alone may say who asks and how; as `recruit serve` has it."""
    told = ProxyFix(pages, x_for=1, x_proto=1)

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> "Iterable[bytes]":
        chosen = told if proxy and environ.get("REMOTE_ADDR") == proxy else pages
        return chosen(environ, start)

    return answer
