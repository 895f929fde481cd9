"""Wrong usage in a sentence or two that say what to do: click takes four lines, all English."""

from collections.abc import Mapping, Sequence

import click

from recruit.core.i18n import N_, translate


def explained(error: click.UsageError, language: str) -> str:
    """What is wrong with the words that were typed, and where it stands how they go."""
    command = error.ctx.command_path if error.ctx else "recruit"
    said = [_wrong(error), (N_("“{command} --help” shows how it goes."), {"command": command})]
    return " ".join(translate(sentence, language, **fields) for sentence, fields in said)


def _wrong(error: click.UsageError) -> tuple[str, Mapping[str, object]]:
    """A sentence of the catalogue and its fields."""
    match error:
        case click.NoSuchCommand(command_name=name, possibilities=near):
            said = N_("No such command: “{name}”, but there is “{near}”.")
            return _unknown(N_("No such command: “{name}”."), said, name, near)
        case click.NoSuchOption(option_name=name, possibilities=near):
            said = N_("No such option: “{name}”, but there is “{near}”.")
            return _unknown(N_("No such option: “{name}”."), said, name, near)
        case click.MissingParameter(param=click.Parameter() as param):
            return N_("{name} is missing."), {"name": _name(param)}
        case click.BadParameter(param=click.Parameter() as param):
            return _unfit(param)
        case click.BadOptionUsage(option_name=name):
            return N_("{name} lacks its value, or has one that it does not take."), {"name": name}
    return N_("There are more words than this command takes."), {}


def _unknown(
    alone: str, beside: str, name: str, near: Sequence[str] | None
) -> tuple[str, Mapping[str, object]]:
    """The sentence `alone`, or the one that names what stands nearest to `name`."""
    return (beside, {"name": name, "near": near[0]}) if near else (alone, {"name": name})


def _unfit(param: click.Parameter) -> tuple[str, Mapping[str, object]]:
    """What a value has to be like that was not like it."""
    name = _name(param)
    match param.type:
        case click.Choice(choices=choices):
            return N_("{name} is one of these: {choices}."), {
                "name": name,
                "choices": ", ".join(map(str, choices)),
            }
        case click.IntRange(min=least, max=None):
            return N_("{name} is a whole number, {least} or more."), {"name": name, "least": least}
        case click.IntRange(min=least, max=most):
            return N_("{name} is a whole number from {least} to {most}."), {
                "name": name,
                "least": least,
                "most": most,
            }
        case click.DateTime():
            return N_("{name} is a day, written like 2026-09-30."), {"name": name}
    return N_("{name} cannot be read."), {"name": name}


def _name(param: click.Parameter) -> str:
    """What people type, or the word that stands for it in the help."""
    return (
        max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name
    )
