"""The answers of somebody on their way to joining: sealed in their own browser, kept nowhere here.

The cookie ends with the browser, and one hour after the last answer in any case.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from flask import session

from recruit.core import clock
from recruit.core.errors import SealBroken
from recruit.people.contact_points import ContactPoint
from recruit.people.vault import Item
from recruit.web.service import service

DRAFT: Final = "joining"
LIFE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been answered so far; None and "" are still open.

    `member` is what the community's identity provider vouched for, "" where it was not asked; `via`
    the code of the address that led here, "" for none.
    """

    community: str
    born: date | None = field(default=None, repr=False)
    contact: ContactPoint | None = None
    member: str = field(default="", repr=False)
    via: str = ""

    @property
    def mark(self) -> str:
        """Changes with the contact point, so that another tab's page is told from this one's."""
        where = self.contact.where if self.contact else ""
        return service().secrets.vault.digests("draft", where)[0]


def keep(draft: Draft) -> None:
    """Put the answers into the visitor's own cookie, in place of those before."""
    contact = draft.contact
    said = {
        "until": (clock.now() + LIFE).timestamp(),
        "community": draft.community,
        "born": draft.born.isoformat() if draft.born else "",
        "item": contact.item.value if contact else "",
        "where": contact.where if contact else "",
        "member": draft.member,
        "via": draft.via,
    }
    session[DRAFT] = service().secrets.vault.seal(json.dumps(said).encode(), DRAFT)


def kept() -> Draft | None:
    """The visitor's answers so far; None where there are none, or they are too old."""
    try:
        said = json.loads(service().secrets.vault.unseal(session.get(DRAFT, ""), DRAFT))
    except SealBroken:  # never begun, or sealed with a key that has gone
        return None
    if datetime.fromtimestamp(said["until"], UTC) < clock.now():
        drop()
        return None
    return Draft(
        said["community"],
        date.fromisoformat(said["born"]) if said["born"] else None,
        ContactPoint(Item(said["item"]), said["where"]) if said["item"] else None,
        said["member"],
        said.get("via", ""),  # begun before there was one
    )


def drop() -> None:
    """Forget the answers."""
    session.pop(DRAFT, None)
