"""What is done with accounts by whoever looks after them; each deed leaves its audit row."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.core.tokens import token
from recruit.people import accounts, organisations, passwords, second_factors
from recruit.people.accounts import Account, Newcomer, Role
from recruit.people.organisations import Organisation, OrganisationKind
from recruit.people.passwords import STRONG, Cost
from recruit.people.second_factors import Factors
from recruit.trials import centres, tenants

BY_SITES: Final = N_(
    "A study centre sees the matches of the sites that it staffs; the sponsor names it on the page "
    "of the trial’s sites."
)


@dataclass(frozen=True, slots=True)
class Place:
    """What an account is for: a role, and the name of an organisation ("" is the operator)."""

    role: Role
    organisation: str = ""


def add_account(  # noqa: PLR0913 - what an account is made of, by name
    engine: Engine,
    *,
    email: str,
    role: Role,
    password: str,
    actor: str,
    organisation: str = "",
    cost: Cost = STRONG,
) -> Account:
    """Make an account; WrongUsage where address, password or organisation will not do."""
    password_hash = passwords.chosen(password, email, cost)
    with unit_of_work(engine) as session:
        tenant = _tenant(session, organisation)
        return _add(session, Newcomer(email, role, password_hash, tenant), actor)


def check_newcomer(engine: Engine, *, email: str, place: Place) -> None:
    """Raise what `add_account` would of address, role and organisation, before a password."""
    with reading(engine) as session:
        tenant = _tenant(session, place.organisation)
        accounts.check_newcomer(session, email, place.role, tenant)


def invite(engine: Engine, *, email: str, place: Place, actor: str, cost: Cost = STRONG) -> str:
    """Make an account and give its first password, which is shown once and changed at sign-in."""
    password = one_time_password()
    password_hash = passwords.hashed(password, cost)
    with unit_of_work(engine) as session:
        tenant = _tenant(session, place.organisation)
        _add(session, Newcomer(email, place.role, password_hash, tenant, once=True), actor)
    return password


def one_time_password() -> str:
    """A password to be read out or copied, of 96 random bits."""
    return token()[:16]


def _add(session: Session, newcomer: Newcomer, actor: str) -> Account:
    account = accounts.add(session, newcomer)
    new = _place(newcomer.role, newcomer.organisation)
    _record(session, Tag.ACCOUNT_ADDED, account, actor, new=new)
    return account


def disable_account(engine: Engine, *, email: str, actor: str) -> None:
    """Let an account in no more, and end its sessions; NotFound when there is none.

    Raises:
        WrongUsage: it is the last administrator's.
    """
    with unit_of_work(engine) as session:
        account = accounts.find(session, email)
        accounts.disable(session, account)
        _record(session, Tag.ACCOUNT_DISABLED, account, actor)


def enable_account(engine: Engine, *, email: str, actor: str) -> None:
    """Let an account in again; NotFound when there is none."""
    with unit_of_work(engine) as session:
        account = accounts.find(session, email)
        accounts.enable(account)
        _record(session, Tag.ACCOUNT_ENABLED, account, actor)


def change_role(engine: Engine, *, email: str, place: Place, actor: str) -> bool:
    """Give an account another role or organisation ("" is the operator's own), end its sessions.

    Whether it can sign in: one that is disabled stays so.

    Raises:
        NotFound: there is no such account or organisation.
        WrongUsage: it is the last administrator's, or the role is not for an organisation's staff.
    """
    with unit_of_work(engine) as session:
        account = accounts.find(session, email)
        old, tenant = (
            _place(account.role, account.organisation),
            _tenant(session, place.organisation),
        )
        accounts.change_role(session, account, place.role, tenant)
        _record(session, Tag.ROLE_CHANGED, account, actor, old=old, new=_place(place.role, tenant))
        return not account.disabled


def reset_account(engine: Engine, *, email: str, actor: str, cost: Cost = STRONG) -> str:
    """Take away password, second factor and passkeys; gives the one-time password to begin with."""
    password = one_time_password()
    password_hash = passwords.hashed(password, cost)
    with unit_of_work(engine) as session:
        account = accounts.find(session, email)
        accounts.change_password(session, account, password_hash, once=True)
        second_factors.remove(session, account)
        _record(session, Tag.ACCOUNT_RESET, account, actor)
    return password


def link_account(engine: Engine, *, email: str, subject: str, actor: str) -> None:
    """Let whom the identity provider calls `subject` sign in as this account; "" ends it."""
    with unit_of_work(engine) as session:
        account = accounts.find(session, email)
        accounts.link(session, account, subject)
        # What the provider calls somebody may be their number as a professional: it is not kept.
        _record(session, Tag.ACCOUNT_LINKED, account, actor, new="linked" if subject else "none")


def change_password(
    engine: Engine, *, email: str, password: str, actor: str, cost: Cost = STRONG
) -> Account:
    """Set a new password, and end the account's sessions; NotFound when there is none."""
    password_hash = passwords.chosen(password, email, cost)
    with unit_of_work(engine) as session:
        account = accounts.find(session, email)
        accounts.change_password(session, account, password_hash)
        _record(session, Tag.PASSWORD_CHANGED, account, actor)
        return account


def add_organisation(engine: Engine, *, name: str, kind: OrganisationKind, actor: str) -> None:
    """Make an organisation; WrongUsage where the name will not do."""
    with unit_of_work(engine) as session:
        organisation = organisations.add(session, name, kind)
        subject = f"organisation {organisation.id}"
        trail.record(session, Tag.ORGANISATION_ADDED, actor=actor, subject=subject, new=kind.value)


def assign_trial(engine: Engine, *, trial: str, organisation: str, actor: str) -> None:
    """Let an organisation's staff see a trial.

    Raises:
        NotFound: one of the two is not there.
        WrongUsage: a study centre sees the matches of the sites that it staffs, no whole trial.
    """
    with unit_of_work(engine) as session:
        tenant = organisations.find(session, organisation)
        if tenant.kind is OrganisationKind.CENTRE:
            raise WrongUsage(BY_SITES)
        tenants.assign(session, trial, tenant)
        subject = f"organisation {tenant.id}"
        trail.record(session, Tag.TRIAL_ASSIGNED, actor=actor, subject=subject, new=trial)


@dataclass(frozen=True, slots=True)
class Tenancy:
    """One organisation, how many accounts its staff have, and how many trials they see."""

    name: str
    kind: OrganisationKind
    accounts: int
    trials: int


def tenancies(engine: Engine) -> list[Tenancy]:
    """Every organisation, by name."""
    with reading(engine) as session:
        staff = Counter(account.organisation for account in accounts.staff(session))
        return [
            Tenancy(each.name, each.kind, staff[each.id], _trials(session, each))
            for each in organisations.everyone(session)
        ]


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff, as those who look after accounts see them."""

    id: int
    email: str
    role: Role
    organisation: Organisation | None
    factors: Factors
    linked: bool
    disabled: bool


def members(session: Session) -> list[Member]:
    """Everybody of the staff, by address."""
    return [_member(session, account) for account in accounts.staff(session)]


def member(session: Session, number: int) -> Member | None:
    """The one of the staff with this number; None for participants, who are nobody's to change."""
    account = session.get(Account, number)
    return _member(session, account) if account and account.email else None


def _member(session: Session, account: Account) -> Member:
    tenant = account.organisation
    return Member(
        id=account.id or 0,
        email=account.email or "",
        role=account.role,
        organisation=session.get(Organisation, tenant) if tenant else None,
        factors=second_factors.of(session, account),
        linked=account.subject is not None,
        disabled=account.disabled,
    )


def _trials(session: Session, organisation: Organisation) -> int:
    if organisation.id is not None and organisation.kind is OrganisationKind.CENTRE:
        return len({trial for trial, _ in centres.sites_of(session, organisation.id)})
    seen = tenants.of(organisation.id).subquery()
    return session.execute(select(func.count()).select_from(seen)).scalar_one()


def _tenant(session: Session, name: str) -> int | None:
    return organisations.find(session, name).id if name else None


def _place(role: Role, organisation: int | None) -> str:
    return f"{role.value} of organisation {organisation}" if organisation else role.value


def _record(  # noqa: PLR0913 - the columns of the trail
    session: Session,
    tag: Tag,
    account: Account,
    actor: str,
    *,
    old: str | None = None,
    new: str | None = None,
) -> None:
    subject = f"account {account.id}"
    trail.record(session, tag, actor=actor, subject=subject, old=old, new=new)
