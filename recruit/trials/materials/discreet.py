"""Words that would tell a bystander what somebody has.

A subject line, a text message, what shows through an envelope's window and a card that somebody
carries in a purse are seen by others. They
may name no illness: none that the lexicon knows, and no word of the trial's own conditions.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.mentions import find_mentions
from recruit.trials.draft import TrialDraft
from recruit.trials.materials.content import Channel, Part

WORD: Final = re.compile(r"[^\W\d_]+|\d+")
SHORTEST: Final = 4  # letters of a word that is compared by how it begins
ENDINGS: Final = 2  # letters in which two forms of a word may differ: diabetes, diabetic
# Words in the names of illnesses that by themselves tell nothing of anybody.
COMMON_WORDS: Final = (
    "about acute adult adults advanced affecting after associated before body both care cell "
    "cells child children chronic clinical complication complications condition conditions "
    "control disease diseases disorder disorders during early effect effects elderly except "
    "failure first from general grade group health healthy high history home human illness "
    "induced infant into large level life line loss mild moderate more multiple newly normal "
    "only other patient patients people person persistent phase quality recurrent related "
    "risk second secondary severe side small specified stage status study subjects symptoms "
    "syndrome term test third this total treatment type under unspecified volunteer "
    "volunteers weight which with without women adulte adultes aigu aigue atteinte autre "
    "autres avec avance cellule cellules chez chronique dans debut elevee enfant enfants etat "
    "etude femme femmes forme grave homme hommes leger ligne long maladie maladies moderee "
    "modere niveau patiente patientes perte petit personne personnes pour premiere precoce "
    "primaire qualite recidive risque sain saine sante sans severe sous stade suite sujet "
    "symptome symptomes traitement trouble troubles vers volontaire volontaires "
)
COMMON: Final = frozenset(COMMON_WORDS.split())


def is_seen(channel: Channel, part: Part) -> bool:
    """Whether others may see this part of a text without opening it."""
    return part is Part.SUBJECT or channel in {Channel.SMS, Channel.CARD}


def telling(text: str, draft: TrialDraft, about: Iterable[str], lexicon: Lexicon) -> list[str]:
    """The words of `text` that tell an illness, in their order.

    `about` are the concepts of the trial's conditions; their names count in both languages.
    """
    found: dict[str, int] = {}
    for mention in find_mentions(text, lexicon):
        if any(reading.what is Kind.CONDITION for reading in mention.readings):
            found.setdefault(mention.text, mention.start)
    own = _own_words(draft, about, lexicon)
    for word in WORD.finditer(text):
        if any(_alike(_plain(word[0]), each) for each in own):
            found.setdefault(word[0], word.start())
    return sorted(found, key=lambda words: found[words])


def _own_words(draft: TrialDraft, about: Iterable[str], lexicon: Lexicon) -> set[str]:
    names = [*draft.conditions]
    for code in about:
        if concept := lexicon.concept(code):
            names += [concept.name_en, concept.name_fr or ""]
    words = {word for name in names for word in WORD.findall(name) if _says_something(word)}
    return {_plain(word) for word in words} - COMMON


def _says_something(word: str) -> bool:
    """A short word does where it is an abbreviation: HIV, but not "of"."""
    return word.isupper() if len(word) < SHORTEST else not word.isdigit()


def _alike(word: str, own: str) -> bool:
    """The same word but for its ending; a short one (COPD, VIH) only as it is."""
    begins = max(SHORTEST, len(own) - ENDINGS)
    if len(own) < SHORTEST or len(word) < begins:
        return word == own
    return word[:begins] == own[:begins]


def _plain(word: str) -> str:
    """In small letters, without accents."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
