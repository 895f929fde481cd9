"""Names and contact points: sealed with a key per person, found again by keyed digest.

A holder is whoever's contact points are kept, by pseudonym: a participant or a representative.
Each holder has a key of their own, wrapped by the newest master key. Forgetting destroys it:
what may be left in an old copy of the file opens no more.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from recruit.core.crypto import Keyring, new_key, seal, unseal
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import SealBroken
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


@dataclass(frozen=True, slots=True)
class Vault:
    """The contact vault under one keyring; every method works in the caller's unit of work."""

    keyring: Keyring

    def keep(self, session: Session, given: Mapping[str, Mapping[Item, str]]) -> None:
        """Keep items by holder, in place of what there was; an empty text takes one away."""
        keys = self._keys(session, list(given))
        fresh = {holder: new_key() for holder in given if holder not in keys}
        _insert(
            session,
            KEY,
            [
                {"holder": holder, "wrapped": self.keyring.seal(key, _binding(holder, "key"))}
                for holder, key in fresh.items()
            ],
        )
        keys |= fresh
        for table in (ITEM, DIGEST):
            for item in {item for items in given.values() for item in items}:
                holders = [holder for holder, items in given.items() if item in items]
                session.execute(
                    delete(table).where(table.c.holder.in_(holders), table.c.item == item.value)
                )
        kept = [
            (holder, item, text)
            for holder, items in given.items()
            for item, text in items.items()
            if text
        ]
        _insert(
            session,
            ITEM,
            [
                {
                    "holder": holder,
                    "item": item.value,
                    "sealed": seal(keys[holder], text.encode(), _binding(holder, item)),
                }
                for holder, item, text in kept
            ],
        )
        _insert(
            session,
            DIGEST,
            [
                {"holder": holder, "item": item.value, "digest": self._digests(item, text)[0]}
                for holder, item, text in kept
                if item in FOUND_BY
            ],
        )

    def read(self, session: Session, holder: str) -> dict[Item, str]:
        """All that is kept of a holder; nothing of one who is not known.

        Raises:
            SealBroken: something does not open under any key of the ring.
        """
        key = self._keys(session, [holder]).get(holder)
        rows = session.execute(select(ITEM).where(ITEM.c.holder == holder)).all()
        if rows and key is None:
            raise SealBroken
        return {
            Item(row.item): unseal(key, row.sealed, _binding(holder, row.item)).decode()
            for row in rows
            if key is not None
        }

    def holders(self, session: Session, item: Item, text: str) -> list[str]:
        """Who has this e-mail address or telephone number, in the order of their pseudonyms."""
        query = (
            select(DIGEST.c.holder)
            .where(DIGEST.c.item == item.value, DIGEST.c.digest.in_(self._digests(item, text)))
            .order_by(DIGEST.c.holder)
        )
        return list(session.execute(query).scalars())

    def forget(self, session: Session, holder: str) -> None:
        """Destroy the holder's key and everything under it."""
        for table in (DIGEST, ITEM, KEY):
            session.execute(delete(table).where(table.c.holder == holder))

    def _keys(self, session: Session, holders: Sequence[str]) -> dict[str, bytes]:
        query = select(KEY.c.holder, KEY.c.wrapped).where(KEY.c.holder.in_(holders))
        return {
            row.holder: self.keyring.unseal(row.wrapped, _binding(row.holder, "key"))
            for row in session.execute(query)
        }

    def _digests(self, item: Item, text: str) -> tuple[str, ...]:
        return self.keyring.digests(item.value, plain(item, text))


def plain(item: Item, text: str) -> str:
    """One spelling for every way to write the same address or number."""
    spelt = unicodedata.normalize("NFKC", text).strip().casefold()
    if item is Item.PHONE:
        return "".join(sign for sign in spelt if sign.isdigit() or sign == "+")
    return spelt


def rotate(engine: Engine, keyring: Keyring, progress: Callable[[int, int], None]) -> int:
    """Wrap every person's key and every digest anew under the newest master key; how many.

    A part at a time, each its own unit of work: interrupted, it goes on where it was. `progress`
    is called with the number of holders looked at and of all.
    """
    vault, after, seen, changed = Vault(keyring), "", 0, 0
    with reading(engine) as session:
        total = session.execute(select(func.count()).select_from(KEY)).scalar_one()
    while True:
        with unit_of_work(engine) as session:
            query = select(KEY).where(KEY.c.holder > after).order_by(KEY.c.holder).limit(AT_ONCE)
            rows = session.execute(query).all()
            old = [row.holder for row in rows if not keyring.is_newest(row.wrapped)]
            for holder in old:
                items = vault.read(session, holder)
                vault.forget(session, holder)
                vault.keep(session, {holder: items})
        changed += len(old)
        seen += len(rows)
        progress(seen, total)
        if len(rows) < AT_ONCE:
            return changed
        after = rows[-1].holder


def _binding(holder: str, what: str) -> str:
    return f"vault/{holder}/{what}"


def _insert(session: Session, table: object, rows: list[dict[str, object]]) -> None:
    if rows:
        session.execute(insert(table), rows)  # type: ignore[arg-type]  # a Table of vault_tables
