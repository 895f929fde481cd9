"""People in a database of which a copy is made."""

from collections.abc import Iterator
from contextlib import contextmanager

from recruit.actions.people import Import, import_people
from recruit.actions.person import withdraw
from recruit.bootstrap import Recruit, start
from recruit.consent.choices import Choice
from recruit.consent.choices import Purpose as For
from recruit.consent.ledger import Actor, Role
from recruit.consent.permit import people_with
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.files import Record
from recruit.people import store
from recruit.people.vault import Item, Vault
from tests.erasing import SECRETS, erase
from tests.functional.samples import person
from tests.outreach import VOICE

RELATIVE = "R-AAAAAAAA"
NAMES = {Item.NAME: "Anne Exemple", Item.EMAIL: "anne@example.org"}
SELF = Actor("self", Role.SELF)


@contextmanager
def opened() -> Iterator[Recruit]:
    service = start()
    try:
        yield service
    finally:
        service.close()


def take(*names: str, **fields: object) -> list[str]:
    """Import these people; what was refused."""
    records = [Record(name, person(name, **fields)) for name in names]
    with opened() as service:
        report = import_people(
            service.engine,
            service.lexicon,
            records,
            of=Import("carers", "test"),
            secrets=SECRETS,
        )
    return [refusal.problem for refusal in report.refusals]


def leave(name: str, *, erased: bool, choice: Choice | None = None) -> None:
    with opened() as service:
        with reading(service.engine) as session:
            pseudonym = store.pseudonym_of(session, name)
        if erased:
            erase(service.engine, pseudonym)
        else:
            withdraw(
                service.engine, VOICE, person=pseudonym, actor=SELF, choice=choice, method="link"
            )


def consenting() -> set[str]:
    """The identifiers of those who may be matched."""
    with opened() as service, reading(service.engine) as session:
        people = people_with(session, For.MATCHING, at=now())
        return {store.participant(session, each)["external_id"] for each in people}


def service_vault(service: Recruit) -> Vault:
    return Vault(service.secrets.vault)
