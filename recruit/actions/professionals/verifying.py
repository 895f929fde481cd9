"""A professional says who they are, and a directory confirms it; until then they see nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

from sqlalchemy import Engine, Row, Select, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotAllowed, Refusal, Unreachable
from recruit.core.i18n import N_
from recruit.core.resealing import Sealed
from recruit.people.accounts import Account
from recruit.people.professionals.directory import Directory
from recruit.people.professionals.numbers import Register, checked
from recruit.people.professionals.tables import PROFESSIONAL

Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_NAME: Final = 80
NO_NAME: Final = N_("Please write your name as the register has it.")
NO_CHOICE: Final = N_("Please choose one.")
WRONG_MAIL: Final = N_(
    "Your account has neither a professional mail domain nor a sign-in of your organisation. "
    "Please ask the administrator."
)
TAKEN: Final = N_("This number belongs to another account already. Please ask the administrator.")
SEALED: Final = Sealed(PROFESSIONAL.c.sealed, lambda row: _binding(row.account))


class Profession(StrEnum):
    """What somebody is by law; it decides what they may do here."""

    PHYSICIAN = "physician"
    MIDWIFE = "midwife"
    PHARMACIST = "pharmacist"
    NURSE = "nurse"
    OTHER = "other"


# Who judges by signs of illness sees what a study asks for beside them.
SEES_CRITERIA: Final = frozenset({Profession.PHYSICIAN, Profession.MIDWIFE})


class State(StrEnum):
    """Where checking stands."""

    WAITING = "waiting"
    """The directory did not answer."""
    VERIFIED = "verified"
    UNKNOWN = "unknown"
    """The directory knows nobody of this number and name."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are, as it was typed."""

    register: str
    number: str
    profession: str
    specialty: str
    family: str = field(repr=False)
    given: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Professional:
    """A professional as they are kept."""

    account: int
    register: Register
    number: str
    profession: Profession
    specialty: str
    state: State
    asked_at: datetime
    checked_at: datetime | None
    family: str = field(repr=False)
    given: str = field(repr=False)


def claim(  # noqa: PLR0913 - who says what, and by whom it is checked
    engine: Engine,
    keyring: Keyring,
    directory: Directory | None,
    said: Claim,
    *,
    account: int,
    domains: frozenset[str],
    specialties: frozenset[str],
) -> None:
    """Keep who somebody says they are, and ask the directory, outside of any unit of work.

    Raises:
        Refusal: an odd number, no name, an unknown profession or specialty, an account without a
            professional mail domain or provider, or a number that another account has.
    """
    register = _one_of(Register, said.register, "register")
    number = checked(register, said.number)
    profession = _one_of(Profession, said.profession, "profession")
    if said.specialty not in specialties:
        raise Refusal(record="", field="specialty", problem=NO_CHOICE)
    family, given = said.family.strip(), said.given.strip()
    if not family or len(family + given) > LONGEST_NAME or not (family + given).isprintable():
        raise Refusal(record="", field="family", problem=NO_NAME)
    row = {
        "account": account,
        "register": register.value,
        "number": number,
        "profession": profession.value,
        "specialty": said.specialty,
        "sealed": keyring.seal(f"{family}\n{given}".encode(), _binding(account)),
        "state": State.WAITING.value,
        "asked_at": now(),
    }
    try:
        with unit_of_work(engine) as session:
            _check_mail(session, account, domains)
            before = session.execute(_of(account)).one_or_none()
            if before and before.state == State.VERIFIED:
                raise NotAllowed
            if before:
                this = PROFESSIONAL.c.account == account
                session.execute(update(PROFESSIONAL).where(this).values(row))
            else:
                session.execute(insert(PROFESSIONAL).values(row))
            _record(session, Tag.PROFESSIONAL_CLAIMED, account, register.value)
    except IntegrityError:
        raise Refusal(record="", field="number", problem=TAKEN) from None
    check(engine, keyring, directory, account=account)


def check(engine: Engine, keyring: Keyring, directory: Directory | None, *, account: int) -> None:
    """Ask the directory about a claim; without a directory, or an answer, it goes on waiting.

    Nothing is asked where nothing was claimed, or all is verified: a form that is sent twice.
    """
    with reading(engine) as session:
        known = of(session, keyring, account)
    if directory is None or known is None or known.state is State.VERIFIED:
        return
    try:
        state = State.VERIFIED if directory.knows(known.number, known.family) else State.UNKNOWN
    except Unreachable:
        return
    with unit_of_work(engine) as session:
        # The answer is about what was asked: a claim that was changed meanwhile goes on waiting.
        this = (PROFESSIONAL.c.account == account) & (PROFESSIONAL.c.asked_at == known.asked_at)
        done = {"state": state.value, "checked_at": now()}
        session.execute(update(PROFESSIONAL).where(this).values(done))
        _record(session, Tag.PROFESSIONAL_CHECKED, account, state.value)


def of(session: Session, keyring: Keyring, account: int) -> Professional | None:
    """What is kept of an account; None where it has said nothing yet."""
    row = session.execute(_of(account)).one_or_none()
    return _professional(keyring, row) if row else None


def _of(account: int) -> Select[tuple[object, ...]]:
    return select(PROFESSIONAL).where(PROFESSIONAL.c.account == account)


def _one_of(kind: type[Choice], typed: str, name: str) -> Choice:
    found = next((each for each in kind if each.value == typed), None)
    if found is None:
        raise Refusal(record="", field=name, problem=NO_CHOICE)
    return found


def _check_mail(session: Session, account: int, domains: frozenset[str]) -> None:
    known = session.get_one(Account, account)
    domain = (known.email or "").rpartition("@")[2]
    if known.subject is None and domain not in domains:
        raise Refusal(record="", field="mail", problem=WRONG_MAIL)


def _professional(keyring: Keyring, row: Row[tuple[object, ...]]) -> Professional:
    family, _, given = keyring.unseal(row.sealed, _binding(row.account)).decode().partition("\n")
    return Professional(
        account=row.account,
        register=Register(row.register),
        number=row.number,
        profession=Profession(row.profession),
        specialty=row.specialty,
        state=State(row.state),
        asked_at=row.asked_at,
        checked_at=row.checked_at,
        family=family,
        given=given,
    )


def _binding(account: int) -> str:
    return f"professional {account}"


def _record(session: Session, tag: Tag, account: int, new: str) -> None:
    subject = f"account {account}"
    trail.record(session, tag, actor=subject, subject=subject, new=new)
