"""What an empty text begins with: starting.toml, filled with what the trial's details say."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from recruit.trials.draft import Contact, Participation, Tongue, TrialDraft
from recruit.trials.materials.content import LONGEST, PARTS, Channel, Texts

TABLE: Final = Path(__file__).with_name("starting.toml")
SLOT: Final = re.compile(r"<([a-z]+)>")
OPTIONAL: Final = frozenset({"burden", "places"})
MOST_PLACES: Final = 6


def starting(channel: Channel, language: Tongue, draft: TrialDraft) -> Texts:
    """The text that somebody finds when nothing was written yet."""
    words = _table()[language]
    facts = {slot: said or words["blanks"].get(slot, "") for slot, said in _facts(draft, language)}
    return {
        part: _filled(words[channel.value][part.value], facts)[: LONGEST.get(part)]
        for part in PARTS[channel]
    }


def title_in(draft: TrialDraft, language: Tongue) -> str:
    """The public title in a language; "" where it was not given in it."""
    if draft.language == language:
        return draft.title
    return next((each.title for each in draft.translations if each.language == language), "")


def _filled(text: str, facts: dict[str, str]) -> str:
    """Paragraph by paragraph, without those that have nothing to say; filled once."""
    kept = [
        SLOT.sub(lambda found: facts[found[1]], paragraph)
        for paragraph in text.strip().split("\n\n")
        if all(facts[slot] or slot not in OPTIONAL for slot in SLOT.findall(paragraph))
    ]
    return "\n\n".join(kept)


def _facts(draft: TrialDraft, language: Tongue) -> Iterable[tuple[str, str]]:
    meant = _participation(draft, language)
    cities = list(dict.fromkeys(site.city for site in draft.sites if site.city))[:MOST_PLACES]
    return (
        ("title", _line(title_in(draft, language))),
        ("visits", meant.visits.strip()),
        ("burden", meant.burden.strip()),
        ("reimbursement", meant.reimbursement.strip()),
        ("sponsor", _line(draft.sponsor)),
        ("places", ", ".join(map(_line, cities))),
        ("contacts", "\n".join(f"- {_called(each)}" for each in draft.contacts if _called(each))),
    )


def _participation(draft: TrialDraft, language: Tongue) -> Participation:
    if draft.language == language:
        return draft.participation
    others = (each.participation for each in draft.translations if each.language == language)
    return next(others, Participation())


def _called(contact: Contact) -> str:
    known = (contact.name, contact.role, contact.phone, contact.email)
    return ", ".join(_line(each) for each in known if each.strip())


def _line(text: str) -> str:
    return " ".join(text.split())


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(TABLE.read_text("utf-8"))
