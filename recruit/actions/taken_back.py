"""What was taken back in a database: read before an older copy comes, done again in it.

Consents, people who were erased, representations that ended, and access that was withdrawn: staff
come in as what they are now, and by what they show now. Nothing that people gave since is brought
back by it: that has to be asked for again. Trials and texts that were stopped: stopped.py.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, RowMapping, Select, Table, delete, insert, select, update
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from recruit.actions import stopped
from recruit.actions.announced_table import ANNOUNCED
from recruit.actions.erasure import forget
from recruit.actions.outreach import carried
from recruit.actions.outreach.carried import Carried
from recruit.actions.paper.tables import PAPER_FORM
from recruit.actions.questioning import carried as questions
from recruit.actions.safety import carried as safety
from recruit.actions.safety import keeping
from recruit.actions.safety.carried import CarriedCases
from recruit.actions.stopped import Stopped
from recruit.actions.visits import ending
from recruit.consent import ledger
from recruit.consent.entry import Actor, Entry, Role
from recruit.consent.state import YES, EventType, choice_of
from recruit.consent.tables import CONSENT
from recruit.core import backup
from recruit.core.bulk import slices
from recruit.core.clock import now
from recruit.core.db import knows, reading, revision
from recruit.core.errors import DatabaseDamaged, OutOfDate
from recruit.core.tokens import token
from recruit.notify.outbox_steps import move_all
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import PENDING, Reason, State
from recruit.notify.tables import MESSAGE
from recruit.people import representatives, store, traces
from recruit.people.account_tables import ACCOUNT_KEY, Account, Passkey
from recruit.people.code_tables import CODE
from recruit.people.communities import hooks
from recruit.people.communities.tables import EVENT, HOOK
from recruit.people.communities.tables import KEY as API_KEY
from recruit.people.organisations import Organisation
from recruit.people.representative_tables import REPRESENTATION
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Vault
from recruit.people.vault_tables import KEY

# Whatever takes away, and the end of a pause, without which it would never end.
TAKES_BACK: Final = tuple(sorted(kind.value for kind in set(EventType) - YES))
ACCOUNT: Final = SQLModel.metadata.tables[str(Account.__tablename__)]
# As what, and by what, somebody of the staff comes in.
ACCESS: Final = (
    "email", "role", "organisation", "disabled", "password_hash", "password_once", "subject",
    "totp_secret", "totp_counter", "recovery_codes",
)  # fmt: skip
AT_ONCE: Final = 1000  # both kinds of database take no more than some 30,000 values at a time


@dataclass(frozen=True, slots=True)
class TakenBack:
    """All of it, whenever it was.

    `events` are the ledger's, oldest first, and `people` the participants they are about, by
    pseudonym. `links` are the representations that have not ended, `holders` whom the vault knows
    besides participants, `staff` their accounts by address, `passkeys` those that are in use,
    `revoked` when communities' keys were, `hooks` the communities that are told, `waiting` what
    they have yet to be told, `stopped` the trials and texts that rest, `carried` what people were
    sent about studies and answered, `questions` what they were asked, `safety` what may be harm.
    """

    events: Sequence[RowMapping]
    people: Mapping[str, RowMapping]
    links: frozenset[str]
    holders: frozenset[str]
    staff: Mapping[str, RowMapping]
    passkeys: frozenset[bytes]
    revoked: Mapping[str, datetime]
    hooks: frozenset[str]
    waiting: Sequence[RowMapping]
    stopped: Stopped
    carried: Carried
    questions: Sequence[RowMapping]
    safety: CarriedCases


def read(engine: Engine) -> TakenBack | None:
    """What was taken back so far; None when the database holds nothing or cannot be read.

    Raises:
        OutOfDate: it is an older version's, and can be read once it has been upgraded.
    """
    try:
        if backup.is_empty(engine):
            return None
        with reading(engine) as session:
            return _read(session)
    except OutOfDate:
        if knows(revision(engine) or ""):
            raise
        return None  # a newer version's
    except (DatabaseDamaged, ValueError, TypeError, LookupError):  # after the first: damaged values
        return None


def _read(session: Session) -> TakenBack:
    said = CONSENT.c.type.in_(TAKES_BACK)
    query = select(CONSENT).where(said).order_by(CONSENT.c.sequence)
    events = session.execute(query).mappings().all()
    people = {
        row["pseudonym"]: row
        for some in slices(sorted({event["person"] for event in events}), AT_ONCE)
        for row in session.execute(
            select(PARTICIPANT).where(PARTICIPANT.c.pseudonym.in_(some))
        ).mappings()
    }
    open_links = select(REPRESENTATION.c.id).where(REPRESENTATION.c.ended_at.is_(None))
    staff = select(*(ACCOUNT.c[name] for name in ACCESS)).where(ACCOUNT.c.email.is_not(None))
    revoked = select(API_KEY.c.name, API_KEY.c.revoked_at).where(API_KEY.c.revoked_at.is_not(None))
    return TakenBack(
        events=events,
        people=people,
        links=frozenset(session.scalars(open_links)),
        holders=frozenset(_others(session)),
        staff={row["email"]: row for row in session.execute(staff).mappings()},
        passkeys=frozenset(session.scalars(select(col(Passkey.credential_id)))),
        revoked={row.name: row.revoked_at for row in session.execute(revoked)},
        hooks=frozenset(session.scalars(select(HOOK.c.community))),
        waiting=session.execute(_waiting()).mappings().all(),
        stopped=stopped.read(session),
        carried=carried.read(session),
        questions=questions.read(session),
        safety=safety.read(session),
    )


def do_again(session: Session, vault: Vault, taken: TakenBack) -> tuple[int, int]:
    """Take it back here as well: how many were erased, and how many other events were entered."""
    safety.carry(session, vault.keyring, taken.safety)  # first: an erasure is done again in it
    done = _enter_again(session, vault, taken)
    _end_links(session, taken.links)
    for holder in sorted(_others(session) - taken.holders):
        forget(session, holder)
    _let_in(session, taken)
    for name, moment in taken.revoked.items():
        this = (API_KEY.c.name == name) & API_KEY.c.revoked_at.is_(None)
        session.execute(update(API_KEY).where(this).values(revoked_at=moment))
    for community in set(session.scalars(select(HOOK.c.community))) - taken.hooks:
        hooks.forget_hook(session, community)
    _tell_later(session, taken.waiting)
    carried.carry(session, taken.carried)
    questions.carry(session, taken.questions)
    return done


def hold_back(session: Session, taken: TakenBack | None) -> int:
    """Discard what a copy would send, and let nobody in who signed in before; how many messages.

    Its links and messages may have been used and sent since. Of a message about a study a person
    has to decide. What communities have yet to be told stays if it is known that they were not.
    Keys of the staff may have been revoked since: new ones are made. Whoever stands on a form that
    waits may have joined and left since: the sheet of paper is there, to be typed in anew.
    """
    waiting = {row["id"] for row in taken.waiting} if taken else set()
    stale = {row.id for row in session.execute(_waiting())} - waiting
    for some in slices(sorted(stale), AT_ONCE):
        session.execute(update(EVENT).where(EVENT.c.id.in_(some)).values(sealed=None, due_at=None))
    _emptied(session, CODE)
    _emptied(session, ANNOUNCED)  # its link is gone: whoever is to be erased is told anew
    in_use = ACCOUNT_KEY.c.revoked_at.is_(None)
    session.execute(update(ACCOUNT_KEY).where(in_use).values(revoked_at=now()))
    session.execute(delete(PAPER_FORM).where(PAPER_FORM.c.done_at.is_(None)))
    session.execute(update(Account).values(stamp=token()))
    pending = OUTBOX.c.state.in_(PENDING)
    unsure = move_all(session, pending, State.UNKNOWN, Reason.RESTORED, now())
    return len(stale) + _emptied(session, MESSAGE) + unsure


def _emptied(session: Session, table: Table) -> int:
    """Delete all rows; how many there were."""
    key = next(iter(table.primary_key))
    return len(session.execute(delete(table).returning(key)).all())


def _enter_again(session: Session, vault: Vault, taken: TakenBack) -> tuple[int, int]:
    known = {
        identifier
        for some in slices([event["id"] for event in taken.events], AT_ONCE)
        for identifier in session.scalars(select(CONSENT.c.id).where(CONSENT.c.id.in_(some)))
    }
    events = [event for event in taken.events if event["id"] not in known]
    erased = {event["person"] for event in events if event["type"] == EventType.ERASED}
    # Who was erased may have come back under another pseudonym: the erased one makes way first.
    people = sorted({event["person"] for event in events}, key=lambda who: (who not in erased, who))
    names = {}
    for person in people:
        names[person] = _known_as(session, taken.people[person])
        if person in erased:
            _erase(session, vault, names[person], taken.people[person])
    for some in slices([_entry(event, names[event["person"]]) for event in events], AT_ONCE):
        ledger.enter(session, some)
    ending.follow_in_silence(session, names.values(), stopped.AUTHOR)
    return len(erased), sum(event["type"] != EventType.ERASED for event in events)


def _known_as(session: Session, who: RowMapping) -> str:
    """Under which pseudonym the copy has the person; one it does not have gets their row again.

    Without it, the next import of an old list would bring them back with a consent.
    """
    same = (PARTICIPANT.c.community == who["community"]) & (
        PARTICIPANT.c.external_id == who["external_id"]
    )
    for found in (PARTICIPANT.c.pseudonym == who["pseudonym"], same):
        pseudonym = session.scalar(select(PARTICIPANT.c.pseudonym).where(found))
        if pseudonym is not None:
            return str(pseudonym)
    store.know_community(session, who["community"])
    session.execute(insert(PARTICIPANT), dict(who))
    return str(who["pseudonym"])


def _erase(session: Session, vault: Vault, person: str, who: RowMapping) -> None:
    """Erase the person as of the day when they were: a consent given since then counts."""
    keeping.forget(session, vault.keyring, person)
    for holder in (person, *representatives.forget(session, vault, person)):
        forget(session, holder)
    traces.erase(session, store.participant(session, person), who["external_id"])
    session.execute(
        update(PARTICIPANT)
        .where(PARTICIPANT.c.pseudonym == person)
        .values(erased_at=who["erased_at"])
    )


def _entry(event: RowMapping, person: str) -> Entry:
    """The event as it was; the ledger gives it its new place and the moment of recording."""
    return Entry(
        person=person,
        type=EventType(event["type"]),
        choice=choice_of(event["purpose"], event["channel"], event["scope"]),
        actor=Actor(event["actor"], Role(event["role"]), event["authority"]),
        occurred_at=event["occurred_at"],
        valid_until=event["valid_until"],
        shown=event["shown"],
        how=event["how"],
        jurisdiction=event["jurisdiction"],
    )


def _end_links(session: Session, still_open: Collection[str]) -> None:
    """End the representations that are open in the copy and are not any more."""
    query = select(REPRESENTATION.c.id).where(REPRESENTATION.c.ended_at.is_(None))
    for some in slices(sorted(set(session.scalars(query)) - set(still_open)), AT_ONCE):
        these = REPRESENTATION.c.id.in_(some)
        session.execute(update(REPRESENTATION).where(these).values(ended_at=now()))


def _let_in(session: Session, taken: TakenBack) -> None:
    """Let the staff in as what they are now alone, and nobody by a passkey that was removed.

    The copy may know a role, a password or a telephone that was taken away since because somebody
    else had it.
    """
    tenants = set(session.scalars(select(col(Organisation.id))))
    session.execute(update(ACCOUNT).values(subject=None))  # two may have exchanged theirs
    for email, now_as in taken.staff.items():
        values = dict(now_as)
        if values["organisation"] not in {*tenants, None}:  # the copy does not have it yet
            del values["organisation"]
            values["disabled"] = True
        session.execute(update(ACCOUNT).where(ACCOUNT.c.email == email).values(**values))
    for key in set(session.scalars(select(col(Passkey.credential_id)))) - taken.passkeys:
        session.execute(delete(Passkey).where(col(Passkey.credential_id) == key))


def _others(session: Session) -> set[str]:
    """Whom the vault knows besides participants."""
    people = select(PARTICIPANT.c.pseudonym)
    return set(session.scalars(select(KEY.c.holder).where(KEY.c.holder.not_in(people))))


def _tell_later(session: Session, waiting: Sequence[RowMapping]) -> None:
    """Put back what communities have yet to be told, where the copy can open it."""
    known = set(session.scalars(select(EVENT.c.id)))
    told = set(session.scalars(select(HOOK.c.community)))
    for row in waiting:
        if row["id"] not in known and row["community"] in told:
            session.execute(insert(EVENT), dict(row))


def _waiting() -> Select[Any]:
    return select(EVENT).where(EVENT.c.due_at.is_not(None))
