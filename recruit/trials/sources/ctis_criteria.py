"""The eligibility text of a trial of the EU register, in each language it is there in."""

import re
from typing import Final

from recruit.trials.draft import Tongue
from recruit.trials.sources.ctis_codes import LANGUAGES
from recruit.trials.sources.ctis_shape import Criteria, Criterion, Translated
from recruit.trials.sources.sections import eligibility_text, numbered

_SHARE: Final = 0.08  # of all words; English and French criteria have 15 to 40 %, German ones 3 %
# A text of each language is full of these, and none is a word of the other.
_SMALL_WORDS: Final[dict[Tongue, frozenset[str]]] = {
    "en": frozenset({"the", "of", "and", "or", "with", "to", "for", "in", "by", "who", "any"}),
    "fr": frozenset({"le", "la", "les", "de", "des", "du", "et", "ou", "une", "un", "avec"}),
}


def chosen(criteria: Criteria) -> tuple[str, Tongue]:
    """The text to read and its language: as the sponsor wrote it, if in English or French.

    The register does not say which language that is; small words tell. A text in another language
    is read in its English or French translation where it has one.
    """
    language = _written_in(criteria)
    for other in _SMALL_WORDS if language is None else ():
        text = translated(criteria, other)
        if text:
            return text, other
    inclusion = numbered(each.text for each in _in_order(criteria.inclusion))
    exclusion = numbered(each.text for each in _in_order(criteria.exclusion))
    return eligibility_text(inclusion, exclusion, language or "en"), language or "en"


def translated(criteria: Criteria, language: Tongue) -> str | None:
    """The eligibility text in a language it was translated to.

    None when a criterion is missing in that language: a text with a hole is worse than none.
    """
    inclusion = [said(each.translations, language) for each in _in_order(criteria.inclusion)]
    exclusion = [said(each.translations, language) for each in _in_order(criteria.exclusion)]
    if not all(inclusion) or not all(exclusion):
        return None
    return eligibility_text(numbered(inclusion), numbered(exclusion), language) or None


def said(translations: tuple[Translated, ...], language: Tongue) -> str:
    """What stands in `language` among the translations of a text, empty where nothing does."""
    for each in translations:
        if LANGUAGES.get(each.language_description.strip().lower()) == language:
            return each.attribute_translation.strip()
    return ""


def _written_in(criteria: Criteria) -> Tongue | None:
    texts = " ".join(each.text for each in criteria.inclusion + criteria.exclusion)
    words = re.findall(r"\w+", texts.lower())
    counts = {each: sum(word in small for word in words) for each, small in _SMALL_WORDS.items()}
    likeliest = max(counts, key=lambda each: counts[each])
    return likeliest if counts[likeliest] >= _SHARE * len(words) else None


def _in_order(items: tuple[Criterion, ...]) -> list[Criterion]:
    known = [each for each in items if each.text.strip()]
    return sorted(known, key=lambda each: each.number or len(items))
