"""`recruit audit` and `recruit config`: what an operator looks after."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from recruit.actions.audit import verify_trail
from recruit.cli.output import as_json, busy, emit, told, verified
from recruit.cli.parts import given_heads, opened
from recruit.core import chain_heads
from recruit.core.config import PREFIX, Settings, read_settings
from recruit.core.db import without_password
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_

MASKED: Final = "********"


@click.group()
def audit() -> None:
    """Verify the audit trail."""


@audit.command()
@given_heads
@as_json
@click.pass_context
def verify(context: click.Context, head: tuple[Path, ...], *, json_lines: bool) -> None:
    """Look for rows that were edited, added from outside or taken away."""
    heads = [chain_heads.read(file) for file in head]
    with busy(N_("Following the chain")):
        problems = told(verify_trail(opened().engine, heads))
    context.exit(verified(N_("The audit trail is unbroken."), problems, json_lines=json_lines))


@click.command()
@as_json
def config(*, json_lines: bool) -> None:
    """List every setting, its value (secrets masked) and what it is for."""
    try:
        settings = read_settings()
    except WrongUsage:
        # Whoever is told that a setting is wrong comes here to see which ones there are.
        _list(None, json_lines=json_lines)
        raise
    _list(settings, json_lines=json_lines)


def _list(settings: Settings | None, *, json_lines: bool) -> None:
    for name, value, meaning in _settings(settings):
        if json_lines:
            emit({"setting": name, "value": value, "description": meaning})
        else:
            click.echo(f"{click.style(name, bold=True)} = {value}\n    {meaning}")


def _settings(settings: Settings | None) -> Iterator[tuple[str, str, str]]:
    """(name, shown value, description) of each; without settings the values are not known."""
    for name, field in Settings.model_fields.items():
        value = _shown(getattr(settings, name)) if settings else "?"
        yield PREFIX + name.upper(), value, field.description or ""


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(_shown, value))
    if isinstance(value, SecretStr):
        return MASKED if value.get_secret_value() else ""
    text = str(value)
    if "://" in text and ("@" in text or "password" in text):
        url, password = without_password(make_url(text))
        return url.set(password=password or None).render_as_string(hide_password=True)
    return text
