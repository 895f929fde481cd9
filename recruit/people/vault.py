"""Names and contact points: sealed with a key per person, found again by keyed digest.

A holder is whoever's contact points are kept, by pseudonym: a participant or a representative.
Each holder has a key of their own, wrapped by the newest master key. Forgetting destroys it:
what may be left in an old copy of the file opens no more.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from recruit.core import chain
from recruit.core.bulk import insert_all
from recruit.core.crypto import Keyring, new_key, seal, unseal
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import SealBroken
from recruit.core.listed import Listed, listed, raw
from recruit.core.resealing import Sealed
from recruit.people.traces import hold_living
from recruit.people.vault_tables import DIGEST, ITEM, KEY

AT_ONCE: Final = 500  # holders rotated in one unit of work


class Item(StrEnum):
    """What the vault holds of somebody; an address is several lines, a birth date ISO 8601."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"


FOUND_BY: Final = frozenset({Item.EMAIL, Item.PHONE})
KEY_ITSELF: Final = "key"
WRAPPED: Final = Sealed(KEY.c.wrapped, lambda row: _binding(row.holder, KEY_ITSELF))
"""Each holder's key; `rotate` gives them new ones instead of sealing these again."""
Opened = dict[str, dict[Item, str]]
_STORED: Final = select(KEY.c.wrapped, ITEM.c.item, ITEM.c.sealed).outerjoin_from(
    KEY, ITEM, ITEM.c.holder == KEY.c.holder
)
Stored = Sequence[tuple[str, str | None, bytes]]
"""The wrapped key of a holder with each item, and what is sealed of it."""


@dataclass(frozen=True, slots=True)
class Vault:
    """The contact vault under one keyring; every method works in the caller's unit of work."""

    keyring: Keyring

    def keep(self, session: Session, given: Mapping[str, Mapping[Item, str]]) -> None:
        """Keep items by holder, in place of what there was; an empty text takes one away.

        Raises:
            NotFound: one of the holders is a person who was erased.
            SealBroken: what there was of one of them does not open under any key of the ring.
        """
        hold_living(session, list(given))
        keys = self._keys(session, list(given))
        fresh = {holder: new_key() for holder in given if holder not in keys}
        insert_all(session, KEY, [self._wrapped(holder, key) for holder, key in fresh.items()])
        for table in (ITEM, DIGEST):
            for item in {item for items in given.values() for item in items}:
                holders = [holder for holder, items in given.items() if item in items]
                session.execute(
                    delete(table).where(table.c.holder.in_(holders), table.c.item == item.value)
                )
        self._fill(session, keys | fresh, given)

    def read(self, session: Session, holder: str) -> dict[Item, str]:
        """All that is kept of a holder; nothing of one who is not known.

        Raises:
            SealBroken: something does not open under any key of the ring.
        """
        rows = session.execute(_STORED.where(KEY.c.holder == holder))
        return self._read(holder, [(wrapped, item, sealed) for wrapped, item, sealed in rows])

    def opened(self, holder: str, stored: Listed) -> dict[Item, str]:
        """The same of what `stored_of` has found.

        Raises:
            SealBroken: something does not open under any key of the ring.
        """
        return self._read(
            holder, [(wrapped, item, raw(sealed or "")) for wrapped, item, sealed in stored]
        )

    def _read(self, holder: str, stored: Stored) -> dict[Item, str]:
        if not stored:
            return {}
        wrapped, *_ = stored[0]
        key = self.keyring.unseal(wrapped, _binding(holder, KEY_ITSELF))
        return {
            Item(item): unseal(key, sealed, _binding(holder, item)).decode()
            for _, item, sealed in stored
            if item is not None
        }

    def holders(self, session: Session, item: Item, text: str) -> list[str]:
        """Who has this e-mail address or telephone number, in the order of their pseudonyms."""
        query = (
            select(DIGEST.c.holder)
            .where(DIGEST.c.item == item.value, DIGEST.c.digest.in_(self._digests(item, text)))
            .order_by(DIGEST.c.holder)
        )
        return list(session.execute(query).scalars())

    def forget(self, session: Session, *holders: str) -> None:
        """Destroy the keys of `holders` and everything under them."""
        for table in (DIGEST, ITEM, KEY):
            session.execute(delete(table).where(table.c.holder.in_(holders)))

    def renew(self, session: Session, holders: Sequence[str]) -> Opened:
        """Give `holders` new keys under the newest master key, and seal what they have anew.

        Returns what they have.

        Raises:
            SealBroken: something does not open under any key of the ring.
        """
        kept = self._opened(session, holders)
        keys = {holder: new_key() for holder in kept}
        self.forget(session, *kept)
        insert_all(session, KEY, [self._wrapped(holder, key) for holder, key in keys.items()])
        self._fill(session, keys, kept)
        return kept

    def _fill(
        self,
        session: Session,
        keys: Mapping[str, bytes],
        given: Mapping[str, Mapping[Item, str]],
    ) -> None:
        """Seal what is not empty, where nothing is."""
        kept = [
            (holder, item, text)
            for holder, items in given.items()
            for item, text in items.items()
            if text
        ]
        sealed = [
            {
                "holder": holder,
                "item": item.value,
                "sealed": seal(keys[holder], text.encode(), _binding(holder, item)),
            }
            for holder, item, text in kept
        ]
        digests = [
            {"holder": holder, "item": item.value, "digest": self._digests(item, text)[0]}
            for holder, item, text in kept
            if item in FOUND_BY
        ]
        insert_all(session, ITEM, sealed)
        insert_all(session, DIGEST, digests)

    def _opened(self, session: Session, holders: Sequence[str]) -> Opened:
        """What is kept of each of `holders` that is known."""
        keys = self._keys(session, holders)
        opened: Opened = {holder: {} for holder in keys}
        for row in session.execute(select(ITEM).where(ITEM.c.holder.in_(holders))):
            if row.holder not in keys:
                raise SealBroken
            sealed = unseal(keys[row.holder], row.sealed, _binding(row.holder, row.item))
            opened[row.holder][Item(row.item)] = sealed.decode()
        return opened

    def _keys(self, session: Session, holders: Sequence[str]) -> dict[str, bytes]:
        query = select(KEY.c.holder, KEY.c.wrapped).where(KEY.c.holder.in_(holders))
        return {
            row.holder: self.keyring.unseal(row.wrapped, _binding(row.holder, KEY_ITSELF))
            for row in session.execute(query)
        }

    def _wrapped(self, holder: str, key: bytes) -> dict[str, str]:
        """The row of a key."""
        return {
            "holder": holder,
            "wrapped": self.keyring.seal(key, _binding(holder, KEY_ITSELF)),
        }

    def _digests(self, item: Item, text: str) -> tuple[str, ...]:
        return self.keyring.digests(item.value, plain(item, text))


def plain(item: Item, text: str) -> str:
    """One spelling for every way to write the same address or number."""
    spelt = unicodedata.normalize("NFKC", text).strip().casefold()
    if item is Item.PHONE:
        return "".join(sign for sign in spelt if sign.isdigit() or sign == "+")
    return spelt


def stored_of(holder: ColumnElement[str]) -> ScalarSelect[Any]:
    """What is kept of the holder of a row, still sealed, as a column of its query."""
    return listed(_STORED.where(KEY.c.holder == holder))


def rotate(
    engine: Engine,
    keyring: Keyring,
    progress: Callable[[int, int | None], None],
    also: Callable[[Session, Vault, Opened], None] = lambda *_: None,
) -> int:
    """Give every holder a new key under the newest master key, and new digests; how many had none.

    `also` is called in the same unit of work with what was opened, for digests kept elsewhere.
    A part at a time, each its own unit of work: interrupted, it goes on where it was. `progress`
    is called with the number of holders looked at and of all.

    Raises:
        SealBroken: something does not open under any key of the ring; the part is left as it was.
    """
    vault, after, seen, changed = Vault(keyring), "", 0, 0
    with reading(engine) as session:
        total = session.execute(select(func.count()).select_from(KEY)).scalar_one()
    while True:
        with unit_of_work(engine) as session:
            chain.hold(session)  # else somebody erased meanwhile would come back
            query = select(KEY).where(KEY.c.holder > after).order_by(KEY.c.holder).limit(AT_ONCE)
            rows = session.execute(query).all()
            old = [row.holder for row in rows if not keyring.is_newest(row.wrapped)]
            also(session, vault, vault.renew(session, old))
        changed += len(old)
        seen += len(rows)
        progress(seen, total)
        if len(rows) < AT_ONCE:
            return changed
        after = rows[-1].holder


def knows(session: Session, holder: str) -> bool:
    """Whether anything is kept of the holder; not of one who was erased or forgotten."""
    return session.execute(select(KEY.c.holder).where(KEY.c.holder == holder)).first() is not None


def closed(session: Session, keyring: Keyring) -> list[str]:
    """The holders whose keys no master key of the ring opens, in their order."""
    query = select(KEY).order_by(KEY.c.holder).execution_options(yield_per=AT_ONCE)
    found = []
    with session.execute(query) as rows:
        for row in rows:
            try:
                keyring.unseal(row.wrapped, _binding(row.holder, KEY_ITSELF))
            except SealBroken:
                found.append(row.holder)
    return found


def _binding(holder: str, what: str) -> str:
    return f"vault/{holder}/{what}"
