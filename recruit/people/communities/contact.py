"""Contact points that a community hands on: into the vault, unless the person has changed them.

What the community last said is remembered as a keyed digest. The vault follows the community as
long as it holds just that; what differs is the person's own word and stays. Who has signed in here
keeps their address and number in any case: with others in their place, whoever holds the
community's key could come in as them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from recruit.core.bulk import among, insert_all
from recruit.people.account_tables import Account
from recruit.people.communities.tables import CONTACT
from recruit.people.vault import FOUND_BY, Item, Vault, plain

ACCOUNT: Final = SQLModel.metadata.tables[str(Account.__tablename__)]

Given = Mapping[str, Mapping[Item, str]]


@dataclass(frozen=True, slots=True)
class _Said:
    """One item that the community has now said of a person, for the first time or anew."""

    person: str
    item: Item
    text: str
    digests: tuple[str, ...]
    last: str | None

    @property
    def anew(self) -> bool:
        """Whether it is a way to be found, and another than the community said last."""
        return self.item in FOUND_BY and self.last not in self.digests


def keep(session: Session, vault: Vault, given: Given, fresh: frozenset[str]) -> None:
    """Keep items by pseudonym; `fresh` are those of whom the vault surely knows nothing yet."""
    own = _signed_in(session, given)
    news = [
        said
        for said in _said(session, vault, given)
        if said.last != said.digests[0] and not (said.person in own and said.anew)
    ]
    known = {said.person for said in news if said.last not in said.digests} - fresh
    held = {person: vault.read(session, person) for person in sorted(known)}
    taken = [said for said in news if _follows(vault, said, held.get(said.person, {}))]
    changed: dict[str, dict[Item, str]] = {}
    for said in taken:
        if said.last not in said.digests:
            changed.setdefault(said.person, {})[said.item] = said.text
    if changed:
        vault.keep(session, changed)
    _remember(session, taken)


def _signed_in(session: Session, given: Given) -> set[str]:
    query = select(ACCOUNT.c.pseudonym).where(among(ACCOUNT.c.pseudonym, given))
    return set(session.scalars(query)) if given else set()


def _said(session: Session, vault: Vault, given: Given) -> Iterator[_Said]:
    query = select(CONTACT).where(among(CONTACT.c.person, given))
    rows = session.execute(query) if given else ()
    last = {(row.person, Item(row.item)): row.digest for row in rows}
    for person, items in given.items():
        for item, text in items.items():
            digests = _digests(vault, item, text)
            yield _Said(person, item, text, digests, last.get((person, item)))


def _follows(vault: Vault, said: _Said, held: Mapping[Item, str]) -> bool:
    """Whether the vault holds what the community said last, or nothing and it said nothing."""
    if said.last in said.digests:
        return True  # it says the same; the digest alone is of an older key
    if said.last is None:
        return said.item not in held
    return said.last in _digests(vault, said.item, held.get(said.item, ""))


def _remember(session: Session, taken: list[_Said]) -> None:
    again = [(said.person, said.item.value) for said in taken if said.last]
    if again:
        place = tuple_(CONTACT.c.person, CONTACT.c.item)
        session.execute(delete(CONTACT).where(place.in_(again)))
    rows = [
        {"person": said.person, "item": said.item.value, "digest": said.digests[0]}
        for said in taken
    ]
    insert_all(session, CONTACT, rows)


def reseal(session: Session, vault: Vault, held: Given) -> None:
    """Make the digests anew under the newest key where the vault holds what they stand for.

    A digest of something else says no more than that the person changed it, under any key.
    """
    rows = session.execute(select(CONTACT).where(among(CONTACT.c.person, held))).all()
    for row in rows:
        item = Item(row.item)
        digests = _digests(vault, item, held[row.person].get(item, ""))
        if row.digest in digests[1:]:
            this = (CONTACT.c.person == row.person) & (CONTACT.c.item == row.item)
            session.execute(update(CONTACT).where(this).values(digest=digests[0]))


def _digests(vault: Vault, item: Item, text: str) -> tuple[str, ...]:
    return vault.keyring.digests(f"community {item.value}", plain(item, text))
