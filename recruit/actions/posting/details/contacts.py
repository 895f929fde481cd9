"""Whom to ask about the trial: by profession, a row for each."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from recruit.actions.posting.details.typed import Typed
from recruit.core.i18n import N_
from recruit.people.accounts import EMAIL
from recruit.trials.draft import Contact, TrialDraft

MOST: Final = 20
PARTS: Final = {
    "name": N_("Name"),
    "role": N_("Role"),
    "phone": N_("Telephone"),
    "email": N_("Email address"),
}
LABELS: Final = {f"{part}_{row}": words for row in range(MOST) for part, words in PARTS.items()}
# As people write numbers, an extension included ("01 99 00 12 34, poste 12").
PHONE: Final = re.compile(r"\(?\+?(?:[\s().,/-]*\d){4,20}(?:[\s,.;]*[^\W\d_]{1,12}\.?\s*\d{1,6})?")


def shown(draft: TrialDraft) -> dict[str, str]:
    """What stands in the fields, and one empty row."""
    found = {}
    for row, contact in enumerate([*draft.contacts, Contact()][:MOST]):
        for part in PARTS:
            found[f"{part}_{row}"] = str(getattr(contact, part))
    return found


def rows(values: dict[str, str]) -> int:
    """How many rows a form shows: those with something in them, and one more."""
    used = (row for row in range(MOST) if any(values.get(f"{part}_{row}") for part in PARTS))
    return min(MOST, max(used, default=-1) + 2)


def read(typed: Typed, draft: TrialDraft) -> TrialDraft:
    """The draft with what was typed; a row that was emptied goes."""
    return replace(draft, contacts=tuple(_contacts(typed, draft.contacts)))


def _contacts(typed: Typed, before: tuple[Contact, ...]) -> Iterator[Contact]:
    # What a registry gave may stay as it is ("Please ask for study 123").
    phones = {"", *(each.phone for each in before)}
    emails = {"", *(each.email for each in before)}
    for row in range(MOST):
        contact = Contact(
            name=typed.line(f"name_{row}"),
            role=typed.line(f"role_{row}"),
            phone=typed.line(f"phone_{row}"),
            email=typed.line(f"email_{row}"),
        )
        if contact.phone not in phones and not PHONE.fullmatch(contact.phone):
            typed.refuse(f"phone_{row}", N_("this is not a telephone number"))
        if contact.email not in emails and not EMAIL.fullmatch(contact.email):
            typed.refuse(f"email_{row}", N_("this is not an email address"))
        if contact != Contact():
            yield contact
