"""The postings of an organisation, as its staff look over them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.catalogue import Worded, title
from recruit.actions.paging import Page, page_number
from recruit.actions.posting.progress import Part, Stand, parts
from recruit.core.db import reading
from recruit.people.accounts import Account
from recruit.trials import proposals
from recruit.trials.posting import store
from recruit.trials.posting.store import Heading, State

SIZE: Final = 20
OPERATOR: Final = ""
ACCOUNT: Final = "account "


@dataclass(frozen=True, slots=True)
class Listed:
    """One posting: where it stands and, while it is worked on, the first thing to do.

    `proposed` is since when its registry says something else, where it does.
    """

    heading: Heading
    title: Worded
    next: Part | None
    proposed: datetime | None


def postings(engine: Engine, *, organisation: int | None, page: int, language: str) -> Page[Listed]:
    """The postings that somebody of `organisation` sees, the last changed first."""
    with reading(engine) as session:
        headings = store.of(session, organisation)
        shown = page_number(page, SIZE, len(headings))
        found = []
        here = headings[(shown - 1) * SIZE : shown * SIZE]
        proposed = proposals.open_since(session, [heading.id for heading in here])
        for heading in here:
            posting = store.get(session, heading.id, organisation)
            worked_on = heading.state in {State.DRAFT, State.AMENDING}
            todo = (
                each for each in parts(session, posting) if worked_on and each.stand is Stand.OPEN
            )
            words = title(posting.content.draft, language)
            found.append(Listed(heading, words, next(todo, None), proposed.get(heading.id)))
    return Page(tuple(found), shown, SIZE, len(headings))


def posted_trials(engine: Engine, organisation: int | None) -> dict[str, str]:
    """Trial → posting, of all postings that somebody of `organisation` sees."""
    with reading(engine) as session:
        return {each.trial: each.id for each in store.of(session, organisation)}


def named(session: Session, author: str, organisation: int | None) -> str:
    """Whoever an author is, by address to colleagues; "" is somebody of the operator's staff.

    Somebody of another organisation stays a number: whose staff they are is nobody else's concern.
    """
    number = author.removeprefix(ACCOUNT)
    account = session.get(Account, int(number)) if number.isdigit() else None
    if account is None:
        return author
    if organisation is None or account.organisation == organisation:
        return account.email or author
    return OPERATOR if account.organisation is None else author
