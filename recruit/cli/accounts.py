"""`recruit user` and `recruit organisation`: who of the staff may sign in, as what, for whom."""

import sys
from typing import Final

import click

from recruit.actions import account_keys, accounts
from recruit.actions.accounts import Place
from recruit.cli.main import spoken
from recruit.cli.output import as_json, emit, say, sentences_as_json, show
from recruit.cli.parts import opened
from recruit.core import written
from recruit.core.db import reading
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_, translate
from recruit.people import account_keys as kept_keys
from recruit.people.account_keys import AccountKey
from recruit.people.accounts import STAFF, Role, find
from recruit.people.organisations import OrganisationKind
from recruit.people.scopes import OF_ROLE, Scope, in_order

ACTOR: Final = "cli"
NOTHING_YET: Final = N_(
    "A referring professional can look after their own account and read the public studies; "
    "there is nothing else for them yet. People of a study centre work as coordinator."
)

of_role = click.option("--role", required=True, type=click.Choice([role.value for role in STAFF]))
of_organisation = click.option(
    "--organisation", default="", help="Whose trials the account sees; without it all of them."
)


@click.group()
def user() -> None:
    """Look after staff accounts."""


@user.command()
@click.argument("email")
@of_role
@of_organisation
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@sentences_as_json
def add(email: str, role: str, organisation: str, *, password_stdin: bool) -> None:
    """Add an account for EMAIL; the password is asked for twice and not shown."""
    if not password_stdin and not sys.stdin.isatty():  # it would be shown where it is typed
        raise WrongUsage(
            N_("There is no terminal to ask for the password: give it with --password-stdin.")
        )
    engine = opened().engine
    accounts.check_newcomer(engine, email=email, place=Place(Role(role), organisation))
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _asked()
    account = accounts.add_account(
        engine,
        email=email,
        role=Role(role),
        password=password,
        actor=ACTOR,
        organisation=organisation,
    )
    say(N_("{email} can sign in as {role}."), email=account.email, role=role)
    if account.role is Role.PROFESSIONAL:
        say(NOTHING_YET)


def _asked() -> str:
    language = spoken()
    password: str = click.prompt(
        translate(N_("Password"), language),
        hide_input=True,
        confirmation_prompt=translate(N_("The same password again"), language),
        err=True,
    )
    return password


@user.command("list")
@as_json
def list_users(*, json_lines: bool) -> None:
    """List the staff accounts: role, organisation, second factor, whether disabled."""
    with reading(opened().engine) as session:
        everybody = accounts.members(session)
    for each in everybody:
        tenant = each.organisation.name if each.organisation else ""
        if json_lines:
            emit(
                {
                    "email": each.email,
                    "role": each.role.value,
                    "organisation": tenant or None,
                    "second_factor": each.factors.any,
                    "linked": each.linked,
                    "disabled": each.disabled,
                }
            )
            continue
        factor = N_("second factor set up") if each.factors.any else N_("no second factor yet")
        parts = [each.role.value, tenant, translate(factor, spoken())]
        if each.disabled:
            parts.append(translate(N_("disabled"), spoken()))
        _list(each.email, parts)


def _list(name: str, parts: list[str]) -> None:
    said = ", ".join(filter(None, parts))
    name = click.style(name, bold=True)
    click.echo(translate(N_("{name}: {parts}"), spoken(), name=name, parts=said))


@user.command()
@click.argument("email")
@sentences_as_json
def disable(email: str) -> None:
    """Let the account of EMAIL in no more, and end its sessions."""
    accounts.disable_account(opened().engine, email=email, actor=ACTOR)
    say(N_("{email} cannot sign in any more."), email=email)


@user.command()
@click.argument("email")
@sentences_as_json
def enable(email: str) -> None:
    """Let the account of EMAIL in again."""
    accounts.enable_account(opened().engine, email=email, actor=ACTOR)
    say(N_("{email} can sign in again."), email=email)


@user.command()
@click.argument("email")
@sentences_as_json
def reset(email: str) -> None:
    """Take away password and second factor of EMAIL, and show a password for the next sign-in."""
    password = accounts.reset_account(opened().engine, email=email, actor=ACTOR)
    say(N_("{email} signs in once with the password below, and chooses a new one."), email=email)
    show(password, {"account": email, "password": password})


@user.command()
@click.argument("email")
@of_role
@of_organisation
@sentences_as_json
def role(email: str, role: str, organisation: str) -> None:
    """Give the account of EMAIL another role or organisation, and end its sessions."""
    place = Place(Role(role), organisation)
    open_ = accounts.change_role(opened().engine, email=email, place=place, actor=ACTOR)
    disabled = N_("{email} is {role} now, and cannot sign in: the account is disabled.")
    say(N_("{email} can sign in as {role}.") if open_ else disabled, email=email, role=role)


@user.command()
@click.argument("email")
@click.argument("subject", default="")
@sentences_as_json
def link(email: str, subject: str) -> None:
    """Let whom the identity provider calls SUBJECT sign in as EMAIL; without SUBJECT end that."""
    accounts.link_account(opened().engine, email=email, subject=subject, actor=ACTOR)
    linked, ended = N_("{email} is linked."), N_("{email} is not linked any more.")
    say(linked if subject else ended, email=email)


@user.command()
@click.argument("email")
@click.option("--for", "title", default="", help="What the key is for, as lists show it.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it opens, once for each; without any, all that the role allows.",
)
@click.option("--revoke", metavar="KEY", help="Let this key open nothing any more instead.")
@click.option("--list", "listed", is_flag=True, help="List the keys instead; none is shown whole.")
@sentences_as_json
def key(
    email: str, title: str, scopes: tuple[str, ...], revoke: str | None, *, listed: bool
) -> None:
    """Make a key with which programs of EMAIL use the API; it is shown once."""
    engine = opened().engine
    if revoke:
        account_keys.revoke_key(engine, email=email, name=revoke, actor=ACTOR)
        say(N_("The key {key} opens nothing any more."), key=revoke)
        return
    with reading(engine) as session:
        account = find(session, email)
        keys = kept_keys.keys_of(session, account)
    if listed:
        _list_keys(keys)
        return
    wanted = frozenset(map(Scope, scopes)) or OF_ROLE.get(account.role, frozenset())
    issued = account_keys.issue_key(engine, email=email, title=title, scopes=wanted, actor=ACTOR)
    say(
        N_("The key is shown once; it holds until {date}: {key}"),
        date=written.day(issued.expires_at.date(), spoken()),
        key=issued.text,
    )


def _list_keys(keys: list[AccountKey]) -> None:
    for each in keys:
        until = written.day(each.expires_at.date(), spoken())
        revoked = each.revoked_at is not None
        state = N_("{key}, revoked") if revoked else N_("{key}, until {date}")
        said = translate(state, spoken(), key=each.name, date=until)
        opens = [scope.value for scope in in_order(each.scopes)]
        told = {"key": each.name, "for": each.title, "scopes": opens, "until": until}
        show(f"{said}, {each.title}: {' '.join(opens)}", {**told, "revoked": revoked})


@click.group()
def organisation() -> None:
    """Look after organisations and the trials they see."""


@organisation.command("add")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in OrganisationKind]))
@sentences_as_json
def add_organisation(name: str, kind: str) -> None:
    """Add an organisation called NAME."""
    engine = opened().engine
    accounts.add_organisation(engine, name=name, kind=OrganisationKind(kind), actor=ACTOR)
    say(N_("{name} is an organisation now."), name=name)


@organisation.command("list")
@as_json
def list_organisations(*, json_lines: bool) -> None:
    """List the organisations: what each is, how many accounts it has and trials it sees."""
    for each in accounts.tenancies(opened().engine):
        if json_lines:
            emit(
                {
                    "name": each.name,
                    "kind": each.kind.value,
                    "accounts": each.accounts,
                    "trials": each.trials,
                }
            )
            continue
        figures = N_("accounts: {accounts}, trials: {trials}")
        counted = translate(figures, spoken(), accounts=each.accounts, trials=each.trials)
        _list(each.name, [each.kind.value, counted])


@organisation.command()
@click.argument("trial")
@click.argument("name")
@sentences_as_json
def assign(trial: str, name: str) -> None:
    """Let the staff of the organisation NAME see TRIAL."""
    accounts.assign_trial(opened().engine, trial=trial, organisation=name, actor=ACTOR)
    say(N_("{name} sees {trial}."), name=name, trial=trial)
