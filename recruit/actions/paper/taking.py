"""A form is typed in twice, and whoever it is joins when both agree field by field.

Where they differ, all that was typed is shown and a third look decides: a field holds when the
newest entry says what an earlier one said. The person's consent is theirs: the ledger names the
member of staff who wrote it down on request, and the sheet or call that shows it.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from recruit.actions.joining import find_community
from recruit.actions.paper import entries
from recruit.actions.paper.entries import Entry, Way
from recruit.actions.paper.tables import PAPER_FORM
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger, notices
from recruit.consent.entry import Actor, Role
from recruit.consent.evidence import Controls, Evidence, Helper
from recruit.core import chain
from recruit.core.clock import now, today
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound, Refusal
from recruit.core.i18n import LANGUAGES, N_
from recruit.core.resealing import Sealed
from recruit.core.tokens import token
from recruit.people import store
from recruit.people.communities import register
from recruit.people.communities.register import DIRECT
from recruit.people.communities.terms import Terms
from recruit.people.intake.exchange import read_exchange
from recruit.people.vault import Item, Vault
from recruit.people.zones import MAINLAND
from recruit.terminology.lexicon import Lexicon

BINDING: Final = "paper form"
SEALED: Final = Sealed(PAPER_FORM.c.sealed, lambda _: BINDING)
LONGEST_REFERENCE: Final = 40
WHAT: Final = N_("form")
FIRST_NOTICE: Final = "1"  # there was no other when forms did not yet say theirs
NO_REFERENCE: Final = N_("Please type what the scan or the call is filed under: 40 signs at most.")
TAKEN: Final = N_("A form with this reference was typed in already.")
CONTROLS: Final = {Way.PAPER: Controls.PAPER, Way.PHONE: Controls.ASKED}


@dataclass(frozen=True, slots=True)
class Form:
    """A form that is being typed in; `typed` are the entries so far, the oldest first."""

    number: int
    reference: str
    way: Way
    language: str
    community: str
    typed_by: str
    at: datetime
    typed: tuple[Entry, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Beginning:
    """A sheet or call that nobody has typed in yet."""

    reference: str
    way: Way
    language: str
    community: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Whoever has joined by a form, and the number of the receipt."""

    person: str
    receipt: str


def begin(
    engine: Engine, keyring: Keyring, beginning: Beginning, entry: Entry, *, actor: str
) -> int:
    """Keep the first entry; the number of the form.

    Raises:
        NotFound: there is no such community or language.
        Refusal: an odd field, which it names, or a reference that is taken.
    """
    reference = " ".join(beginning.reference.split())
    is_fit = reference.isprintable() and 0 < len(reference) <= LONGEST_REFERENCE
    if not is_fit:
        raise Refusal(record="", field="reference", problem=NO_REFERENCE)
    check_place(engine, beginning.community, beginning.language)
    if beginning.way is Way.PHONE:
        entry = replace(entry, notice=notices.current(beginning.language).version)
    row = {
        "reference": reference,
        "way": beginning.way.value,
        "language": beginning.language,
        "community": beginning.community,
        "sealed": _sealed(keyring, [entry]),
        "times": 1,
        "typed_by": actor,
        "at": now(),
    }
    try:
        with unit_of_work(engine) as session:
            terms = register.terms_of(session, beginning.community)
            _check(entry, beginning.way, beginning.language, terms)
            made = insert(PAPER_FORM).values(row).returning(PAPER_FORM.c.id)
            number: int = session.execute(made).scalar_one()
            _record(session, Tag.PAPER_TYPED, number, actor)
            return number
    except IntegrityError:
        raise Refusal(record="", field="reference", problem=TAKEN) from None


def again(  # noqa: PLR0913 - what is typed, by whom, and what reads it
    engine: Engine, keyring: Keyring, lexicon: Lexicon, number: int, entry: Entry, *, actor: str
) -> Joined | dict[str, list[str]]:
    """Type a form once more: who joined, or the fields that still differ, with all entries.

    Raises:
        NotFound: there is no such form, or it is done.
        Refusal: an odd field, which it names.
        EditedMeanwhile: somebody else typed it at the same moment.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        form = one(session, keyring, number)
        if form.way is Way.PHONE:  # what was read aloud, whatever has become current since
            entry = replace(entry, notice=form.typed[0].notice)
        _check(entry, form.way, form.language, register.terms_of(session, form.community))
        typed = [*form.typed, entry]
        differing = entries.differing(typed)
        this = (PAPER_FORM.c.id == number) & (PAPER_FORM.c.times == len(form.typed))
        done = {"sealed": "", "times": len(typed), "done_at": now()}
        kept = {"sealed": _sealed(keyring, typed), "times": len(typed)}
        changed = update(PAPER_FORM).where(this).values(kept if differing else done)
        if session.execute(changed.returning(PAPER_FORM.c.id)).one_or_none() is None:
            raise EditedMeanwhile
        _record(session, Tag.PAPER_TYPED, number, actor)
        return differing or _join(session, Vault(keyring), lexicon, form, entry, actor)


def throw_away(engine: Engine, number: int, *, actor: str) -> None:
    """Forget a form that was begun; NotFound where there is none, or it is done."""
    this = (PAPER_FORM.c.id == number) & PAPER_FORM.c.done_at.is_(None)
    with unit_of_work(engine) as session:
        gone = session.execute(delete(PAPER_FORM).where(this).returning(PAPER_FORM.c.id))
        if gone.one_or_none() is None:
            raise NotFound(what=WHAT, identifier=str(number))
        _record(session, Tag.PAPER_THROWN_AWAY, number, actor)


def waiting(session: Session, keyring: Keyring) -> list[Form]:
    """The forms that have to be typed once more, the oldest first."""
    query = select(PAPER_FORM).where(PAPER_FORM.c.done_at.is_(None)).order_by(PAPER_FORM.c.id)
    return [_form(keyring, row) for row in session.execute(query)]


def one(session: Session, keyring: Keyring, number: int) -> Form:
    """A form that is being typed in; NotFound where there is none, or it is done."""
    this = (PAPER_FORM.c.id == number) & PAPER_FORM.c.done_at.is_(None)
    row = session.execute(select(PAPER_FORM).where(this)).one_or_none()
    if row is None:
        raise NotFound(what=WHAT, identifier=str(number))
    return _form(keyring, row)


def check_place(engine: Engine, community: str, language: str) -> None:
    """Raise NotFound unless there is a form of this community in this language."""
    if language not in LANGUAGES:
        raise NotFound(what=WHAT, identifier="")
    if community == DIRECT:
        return
    with reading(engine) as session:
        agreed = register.terms_of(session, find_community(session, community))
    if agreed and language not in agreed.languages:
        raise NotFound(what=WHAT, identifier="")


def terms(engine: Engine, community: str) -> Terms | None:
    """What is agreed with the community of a form."""
    with reading(engine) as session:
        return register.terms_of(session, community)


def _join(  # noqa: PLR0913, PLR0917 - what joins whom
    session: Session, vault: Vault, lexicon: Lexicon, form: Form, entry: Entry, actor: str
) -> Joined:
    external = token()  # nobody else calls them anything
    store.know_community(session, form.community)
    person = store.enrol(session, form.community, [external])[external]
    kept = {Item.NAME: entry.name, Item.ADDRESS: entry.address, Item.BIRTH_DATE: entry.born}
    vault.keep(session, {person: {item: text for item, text in kept.items() if text}})
    record = {name: part for name, part in entry.record(form.language).items() if part}
    read = read_exchange(record, form.reference, lexicon, today())
    store.save(session, [replace(read.profile, person=person)])
    notice = notices.notice(entry.notice, form.language)
    where = f", {entry.place}" if entry.place else ""
    proof = Evidence(
        purposes=entry.chosen(),
        notice=notice.digest,
        notice_version=notice.version,
        language=form.language,
        at=_signed_at(date.fromisoformat(entry.day)),
        method=form.way.value,
        controls=CONTROLS[form.way],
        source=f"{form.way.value} {form.reference}{where}",
        helper=Helper(entry.helper) if entry.helper else None,
    )
    staff = Actor(actor, Role.STAFF, f"{form.way.value} {form.reference}")
    asked = entries.offered(register.terms_of(session, form.community))
    refused = [choice for choice in asked if choice not in entry.chosen()]
    receipt = ledger.answer(session, person, proof, refused, staff)
    trail.record(session, Tag.JOINED, actor=actor, subject=person, new=form.community)
    return Joined(person, receipt or "")


def _signed_at(day: date) -> datetime:
    """Noon of the day in France, as the sheet names no hour; never later than now."""
    noon = datetime.combine(day, time(12), ZoneInfo(MAINLAND)).astimezone(UTC)
    return min(noon, now())


def _check(entry: Entry, way: Way, language: str, agreed: Terms | None) -> None:
    for name, problem in entries.problems(entry, way, language, agreed).items():
        raise Refusal(record="", field=name, problem=problem)


def _form(keyring: Keyring, row: Row[tuple[object, ...]]) -> Form:
    typed = json.loads(keyring.unseal(row.sealed, BINDING))
    return Form(
        number=row.id,
        reference=row.reference,
        way=Way(row.way),
        language=row.language,
        community=row.community,
        typed_by=row.typed_by,
        at=row.at,
        typed=tuple(Entry(**{"notice": FIRST_NOTICE, **each}) for each in typed),
    )


def _sealed(keyring: Keyring, typed: list[Entry]) -> str:
    return keyring.seal(json.dumps([each.payload() for each in typed]).encode(), BINDING)


def _record(session: Session, tag: Tag, number: int, actor: str) -> None:
    trail.record(session, tag, actor=actor, subject=f"paper form {number}")
