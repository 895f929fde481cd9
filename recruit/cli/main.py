"""The command line's door: verbs are loaded when they are called, errors become one sentence.

Exit status: 0 done, 1 some records refused, 2 wrong usage, 3 the service is not reachable, 70 a
mistake of ours, 130 interrupted.
"""

import errno
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from os import environ
from typing import Any, Final, NoReturn

import click

from recruit.core.garbage import undisturbed

MISTAKE: Final = 70  # EX_SOFTWARE of sysexits.h: an internal error was detected
UNANSWERED: Final = 1  # as a no
NOT_ALLOWED: Final = 2  # as a file that was named and may not be read
NO_SERVICE: Final = 3
NO_RIGHT: Final = {errno.EACCES, errno.EPERM, errno.EROFS}
NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT}
INTERRUPTED: Final = 130  # what a shell says of a program that Ctrl-C ended: 128 + SIGINT

# The verb, where it lives, and what `recruit --help` says of it without loading it.
VERBS: Final[Mapping[str, tuple[str, str]]] = {
    "demo": ("service:demo", "Fill an empty database with samples, match, explain and serve."),
    "serve": ("service:serve", "Serve the pages and run the scheduled jobs."),
    "worker": ("service:worker", "Run the scheduled jobs alone."),
    "db": ("database:db", "Upgrade, check, back up and restore the database."),
    "trials": ("trials:trials", "Import trials from files or by registry number."),
    "people": ("importing:people", "Import people with their consent evidence."),
    "community": ("tenants:community", "Look after patient communities."),
    "person": ("people:person", "Export or erase one person; record a guardian."),
    "match": ("match:match", "Match the stored people with the stored trials."),
    "explain": ("match:explain", "Explain one match, criterion by criterion."),
    "parse": ("reading:parse", "Read trials into rules; needs no database."),
    "assess": ("reading:assess", "Judge single criteria for people; needs no database."),
    "evaluate": ("ranking:evaluate", "Judge people × trials from files; needs no database."),
    "rank": ("ranking:rank", "Rank trials for people from files; needs no database."),
    "letters": ("letters:letters", "Hand letters over to a print house; note those returned."),
    "outreach": ("outreach:outreach", "Plan what is sent about a trial; rehearse it."),
    "consent": ("consent:consent", "Show a person's consents; sign and verify the ledger."),
    "audit": ("administration:audit", "Verify the audit trail."),
    "vault": ("vault:vault", "Change the keys that lock names and contact points away."),
    "user": ("accounts:user", "Look after staff accounts."),
    "organisation": ("accounts:organisation", "Look after organisations and their trials."),
    "mail": ("mail:mail", "Take over bounces, complaints and answers from a mail server."),
    "terminology": ("terminology:terminology", "Compile and look into the lexicon."),
    "config": ("administration:config", "List every setting and its value."),
}


class Verbs(click.Group):
    """A group whose commands are imported when called: --help answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The verbs, in the order of a day's work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Load the verb's module."""
        if cmd_name not in VERBS:
            return None
        module, _, name = VERBS[cmd_name][0].partition(":")
        with undisturbed():  # a tenth of what loading takes
            command: click.Command = getattr(import_module(f"recruit.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the verbs without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(verb, summary) for verb, (_, summary) in VERBS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what stands before the verb."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            _misused(ctx, error)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the verb; what goes wrong becomes one sentence and an exit status."""
        from recruit.core.errors import RecruitError  # noqa: PLC0415 - --help must stay quick
        from recruit.core.origin import CLI, come_from  # noqa: PLC0415 - as above

        come_from(CLI)
        try:
            return super().invoke(ctx)
        except RecruitError as error:
            _end(ctx, error.say(spoken()), error.exit_status)
        except BrokenPipeError:
            # `| head` has seen enough, which is no error; nor is what Python flushes at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except click.UsageError as error:
            _misused(ctx, error)
        except KeyboardInterrupt:
            _end(ctx, _interrupted(), INTERRUPTED)
        except click.Abort:
            _end(ctx, _unanswered(), UNANSWERED)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:  # noqa: BLE001 - its message and traceback may hold a person's data
            _end(ctx, *(_of_the_machine(error) or (_unforeseen(error), MISTAKE)))


def _misused(ctx: click.Context, error: click.UsageError) -> NoReturn:
    from recruit.cli.usage import explained  # noqa: PLC0415 - as above

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        raise error
    _end(ctx, explained(error, spoken()), error.exit_code)


def _end(ctx: click.Context, said: str, status: int) -> NoReturn:
    click.echo(f"recruit: {said}", err=True)
    ctx.exit(status)


def _interrupted() -> str:
    from recruit.core.i18n import N_, translate  # noqa: PLC0415 - as above

    return translate(N_("Interrupted before it was done."), spoken())


def _unanswered() -> str:
    from recruit.core.i18n import N_, translate  # noqa: PLC0415 - as above

    return translate(N_("The question was not answered; nothing was changed."), spoken())


def _of_the_machine(error: Exception) -> tuple[str, int] | None:
    """What is wrong with the rights or the disk, which whoever runs this can mend; else None."""
    from recruit.core.i18n import N_, translate  # noqa: PLC0415 - as above

    if not isinstance(error, OSError):
        return None
    if error.errno in NO_RIGHT and error.filename:
        said = N_("“{place}” may not be used by this account; look at its owner and its rights.")
        return translate(said, spoken(), place=error.filename), NOT_ALLOWED
    if error.errno in NO_ROOM:
        said = N_("There is no room left on the disk. Make some, and give the same command again.")
        return translate(said, spoken()), NO_SERVICE
    return None


def _unforeseen(error: Exception) -> str:
    from recruit.core.errors import place  # noqa: PLC0415 - as above
    from recruit.core.i18n import N_, translate  # noqa: PLC0415 - as above

    said = N_("Something went wrong on our side ({kind} at {place}); please report this line.")
    return translate(said, spoken(), kind=type(error).__name__, place=place(error))


def spoken() -> str:
    """The language of the terminal, by LC_ALL, LC_MESSAGES or LANG: French, else English."""
    said = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "fr" if said.startswith("fr") else "en"


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="recruit")
def recruit() -> None:
    """Find, for each clinical trial, the consenting people who could take part."""


def main() -> None:
    """Run the command line."""
    recruit()
