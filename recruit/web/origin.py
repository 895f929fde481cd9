"""Where a request comes from, for the audit trail: its network, never its address."""

from flask import Flask, request

from recruit.core.origin import come_from, network


def init_app(app: Flask) -> None:
    """Say it before each request; a thread that answers one after another starts afresh."""
    app.before_request(_note)


def _note() -> None:
    come_from(network(request.remote_addr))
