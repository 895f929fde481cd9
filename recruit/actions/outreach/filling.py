"""What fills the fields of an approved text for one person, and what does without a value.

A greeting does without a first name. Nothing else has a default: a study without a title, or a
team without a number, would be a sentence that is not true.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from recruit.actions.centre_scope import taking_sites
from recruit.core import sms
from recruit.people.facts import Home
from recruit.people.vault import Item
from recruit.trials import centres
from recruit.trials.about import OPEN, UNSAID
from recruit.trials.draft import SiteDraft, TrialDraft, TrialStatus
from recruit.trials.materials.fields import Field, fill, used

# "Hello {{first_name}}," becomes "Hello,". "May I speak to {{first_name}}?" cannot do without.
GREETING: Final = re.compile(
    r"\b(hello|hi|good (?:morning|day|evening)|bonjour|bonsoir)[^\S\n]\{\{first_name\}\}(?=,)",
    re.IGNORECASE,
)
# A word of letters: what holds a dot, a slash or a figure may be an address and would be a link.
NAME: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_])){0,39}")
HONORIFICS: Final = frozenset(
    {"m", "mme", "mlle", "mr", "mrs", "ms", "miss", "dr", "pr", "monsieur", "madame"}
)
UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Study:
    """What is said of a study, in the language of a message."""

    title: str
    site: SiteDraft | None
    """The centre nearest to the person, where that is known."""
    draft: TrialDraft


def first_name(contact: Mapping[Item, str]) -> str:
    """The first name in what the vault holds; "" where nothing there can be one.

    A word in capitals is taken for a surname where another word is not.
    """
    words = [each for each in one_line(contact.get(Item.NAME, "")).split() if _is_name(each)]
    return next((each for each in words if not each.isupper()), words[0] if words else "")


def nearest(draft: TrialDraft, home: Home, *, open_only: bool = True) -> SiteDraft | None:
    """The site nearest to a person; with only one there is no other.

    `open_only` asks for one that looks for people. None where it cannot be told.
    """
    if not open_only:
        sites = tuple(replace(each, status=TrialStatus.RECRUITING) for each in draft.sites)
        draft = replace(draft, sites=sites)
    recruiting = [each for each in draft.sites if (each.status or draft.status) in OPEN | UNSAID]
    if len(recruiting) == 1:
        return recruiting[0]
    if home.lat is None or home.lon is None:
        return None
    keys = taking_sites(draft, np.array([home.lat]), np.array([home.lon]))
    return next((each for each in recruiting if centres.site_key(each) in keys), None)


def values(study: Study, contact: Mapping[Item, str]) -> dict[Field, str]:
    """The values there are, each in one line without signs that cannot be seen; no links."""
    site = study.site or SiteDraft()
    teams = (site.contact, *study.draft.contacts)
    given = {
        Field.FIRST_NAME: first_name(contact),
        Field.STUDY_TITLE: study.title,
        Field.SITE_NAME: site.name,
        Field.SITE_CITY: site.city,
        Field.CONTACT_PHONE: next((each.phone for each in teams if each and each.phone), ""),
    }
    plain = {field: one_line(text) for field, text in given.items()}
    return {field: text for field, text in plain.items() if text}


def filled(text: str, known: Mapping[Field, str], *, as_sms: bool = False) -> str | None:
    """The text with its fields filled; None where one of them has no value.

    In a text message a value is written in the phone's own letters, where that has them: one
    other letter in a name would make the whole message twice as long.
    """
    if Field.FIRST_NAME not in known:
        text = GREETING.sub(r"\1", text)
    if not used(text) <= known.keys():
        return None
    return fill(
        text, {field: _seven_bits(said) if as_sms else said for field, said in known.items()}
    )


def one_line(text: str) -> str:
    """The text in one line, without controls and signs that cannot be seen."""
    if text.isprintable():  # it has none of them
        return " ".join(text.split())
    kept = "".join(
        " " if sign.isspace() else sign
        for sign in text
        if sign.isspace() or unicodedata.category(sign) not in UNSEEN
    )
    return " ".join(kept.split())


def _is_name(word: str) -> bool:
    return bool(NAME.fullmatch(word)) and word.casefold().rstrip(".") not in HONORIFICS


def _seven_bits(text: str) -> str:
    return "".join(map(_seven_bit, unicodedata.normalize("NFC", text)))


def _seven_bit(sign: str) -> str:
    if sign in sms.BASIC or sign in sms.TWICE:
        return sign
    plain = {"’": "'", "\u00a0": " ", "\u202f": " ", "œ": "oe", "Œ": "OE"}.get(sign)
    letter = unicodedata.normalize("NFKD", sign)[0]
    return plain or (letter if letter in sms.BASIC else sign)
