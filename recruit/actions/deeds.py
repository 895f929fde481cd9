"""Who saw or did what about a person, as the person may know it: roles, no names of staff."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions.paging import Page, page_number
from recruit.audit import trail
from recruit.people import representatives
from recruit.people.account_tables import STAFF, Account, Role
from recruit.people.organisations import Organisation
from recruit.people.vault import Vault

SIZE: Final = 25
ACCOUNT: Final = "account "


class Party(StrEnum):
    """Who did something, seen from the person it is about."""

    SELF = "self"
    REPRESENTATIVE = "representative"
    STAFF = "staff"
    OPERATOR = "operator"
    VISITOR = "visitor"  # somebody who had not signed in
    LINK = "link"  # nor had they, but they had a message to the person
    SERVICE = "service"  # by itself, on a schedule


# Who acts without an account: "cli" is an administrator at the machine itself.
WITHOUT: Final = {"cli": Party.OPERATOR, "visitor": Party.VISITOR, "link": Party.LINK}


@dataclass(frozen=True, slots=True)
class By:
    """Who: of staff the role and the organisation, of a representative the name they gave.

    `name` is None where a representative was forgotten, `organisation` for the operator's own.
    """

    party: Party
    role: Role | None = None
    organisation: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """One row of the trail about the person; `tag` says what, `new` of which study and the like."""

    at: datetime
    tag: str
    by: By
    old: str | None
    new: str | None
    reason: str


def deeds(session: Session, vault: Vault, person: str) -> list[Deed]:
    """Everything the trail holds about the person and their own account, the newest first."""
    account = session.scalars(select(Account).where(col(Account.pseudonym) == person)).one_or_none()
    rows = trail.about(session, person)
    if account:
        # The number may have been another's before: a database gives freed numbers again.
        own = trail.about(session, f"{ACCOUNT}{account.id}")
        rows += [row for row in own if row["at"] >= account.created_at]
    known = Known(session, vault, person)
    newest = sorted(rows, key=lambda row: int(row["sequence"]), reverse=True)
    return [_deed(row, known) for row in newest]


def page_of_deeds(session: Session, vault: Vault, person: str, asked: int) -> Page[Deed]:
    """One page of them."""
    found = deeds(session, vault, person)
    number = page_number(asked, SIZE, len(found))
    start = (number - 1) * SIZE
    return Page(tuple(found[start : start + SIZE]), number, SIZE, len(found))


def _deed(row: RowMapping, known: "Known") -> Deed:
    return Deed(
        row["at"], row["tag"], known.by(row["actor"]), row["old"], row["new"], row["reason"]
    )


class Known:
    """The accounts that rows about a person name, each looked up once."""

    def __init__(self, session: Session, vault: Vault, person: str) -> None:
        self._session, self._vault, self._person = session, vault, person
        self._found: dict[str, By] = {}

    def by(self, actor: str) -> By:
        """Who `actor` of a row is."""
        if actor not in self._found:
            self._found[actor] = self._looked_up(actor)
        return self._found[actor]

    def _looked_up(self, actor: str) -> By:
        if not actor.startswith(ACCOUNT):
            return By(WITHOUT.get(actor, Party.SERVICE))
        number, _, authority = actor.removeprefix(ACCOUNT).partition(", ")
        if authority:
            name = representatives.name_by(self._session, self._vault, authority)
            return By(Party.REPRESENTATIVE, Role.REPRESENTATIVE, name=name)
        account = self._session.get(Account, int(number)) if number.isdecimal() else None
        if account and account.pseudonym == self._person:
            return By(Party.SELF, Role.PARTICIPANT)
        if account is None or account.role not in STAFF:
            return By(Party.STAFF)  # of an account that is gone nothing more is known
        organisation = self._session.get(Organisation, account.organisation or 0)
        return By(Party.STAFF, account.role, organisation.name if organisation else None)
