"""The question to a person about a condition, treatment or test: whether, and when.

The forms do without the article and the gender of what they name, which no lexicon knows.
"""

from dataclasses import dataclass, replace
from typing import Final

from recruit.criteria.nodes import Clinical, Window
from recruit.criteria.phrase import Lexicon, capitalised, en_amounts, fr_amounts, thing
from recruit.terminology.concepts import Kind


@dataclass(frozen=True, slots=True)
class Forms:
    """The questions about one kind of thing; `{what}` is its name and `{when}` a time.

    `now`: whether it is there. `ever`: whether it was at any time. `lately`: within a time that
    reaches to this day. `since` ("for at least 6 months") and `earlier` ("at least 6 months ago",
    "in the past") are asked as `lately` is where they have no form of their own.
    """

    now: str
    ever: str
    lately: str
    since: str = ""
    earlier: str = ""


ENGLISH: Final = {
    Kind.CONDITION: Forms(
        now="Do you have {what}?",
        ever="Have you ever had {what}?",
        lately="Have you had {what} {when}?",
        earlier="Did you have {what} {when}?",
    ),
    Kind.DRUG: Forms(
        now="Are you being treated with {what}?",
        ever="Have you ever been treated with {what}?",
        lately="Have you been treated with {what} {when}?",
        earlier="Were you treated with {what} {when}?",
    ),
    Kind.PROCEDURE: Forms(
        now="Have you had this done: {what}?",
        ever="Have you ever had this done: {what}?",
        lately="Have you had this done {when}: {what}?",
        earlier="Did you have this done {when}: {what}?",
    ),
    Kind.DEVICE: Forms(
        now="Do you have or use this device: {what}?",
        ever="Have you ever had or used this device: {what}?",
        lately="Have you had or used this device {when}: {what}?",
        earlier="Did you have or use this device {when}: {what}?",
    ),
    Kind.ALLERGY: Forms(
        now="Are you allergic to {what}?",
        ever="Have you ever been allergic to {what}?",
        lately="Have you been allergic to {what} {when}?",
        earlier="Were you allergic to {what} {when}?",
    ),
    Kind.BIOMARKER: Forms(
        now="Has a test shown this: {what}?",
        ever="Has a test ever shown this: {what}?",
        lately="Has a test shown this {when}: {what}?",
        earlier="Did a test show this {when}: {what}?",
    ),
    Kind.EXPOSURE: Forms(
        now="Do you use or have contact with this: {what}?",
        ever="Have you ever used or had contact with this: {what}?",
        lately="Have you used or had contact with this {when}: {what}?",
        earlier="Did you use or have contact with this {when}: {what}?",
    ),
}
FRENCH: Final = {
    Kind.CONDITION: Forms(
        now="{what} : est-ce votre cas ?",
        ever="{what} : avez-vous déjà eu ce problème de santé ?",
        lately="{what} : avez-vous eu ce problème de santé {when} ?",
        since="{what} : est-ce votre cas {when} ?",
    ),
    Kind.DRUG: Forms(
        now="Suivez-vous un traitement par {what} ?",
        ever="Avez-vous déjà reçu un traitement par {what} ?",
        lately="Avez-vous reçu un traitement par {what} {when} ?",
        since="Suivez-vous un traitement par {what} {when} ?",
    ),
    Kind.PROCEDURE: Forms(
        now="{what} : avez-vous eu ce soin ou ce traitement ?",
        ever="{what} : avez-vous déjà eu ce soin ou ce traitement ?",
        lately="{what} : avez-vous eu ce soin ou ce traitement {when} ?",
    ),
    Kind.DEVICE: Forms(
        now="{what} : avez-vous ce dispositif ?",
        ever="{what} : avez-vous déjà eu ce dispositif ?",
        lately="{what} : avez-vous eu ce dispositif {when} ?",
        since="{what} : avez-vous ce dispositif {when} ?",
    ),
    Kind.ALLERGY: Forms(
        now="{what} : y êtes-vous allergique ?",
        ever="{what} : y avez-vous déjà été allergique ?",
        lately="{what} : y avez-vous été allergique {when} ?",
        since="{what} : y êtes-vous allergique {when} ?",
    ),
    Kind.BIOMARKER: Forms(
        now="{what} : un test l’a-t-il montré ?",
        ever="{what} : un test l’a-t-il déjà montré ?",
        lately="{what} : un test l’a-t-il montré {when} ?",
    ),
    Kind.EXPOSURE: Forms(
        now="{what} : en faites-vous usage, ou êtes-vous en contact avec cela ?",
        ever="{what} : en avez-vous déjà fait usage, ou été en contact avec cela ?",
        lately="{what} : en avez-vous fait usage, ou été en contact avec cela, {when} ?",
        since="{what} : en faites-vous usage, ou êtes-vous en contact avec cela, {when} ?",
    ),
}
FORMS: Final = {"en": ENGLISH, "fr": FRENCH}
AMOUNTS: Final = {"en": en_amounts, "fr": fr_amounts}
PAST: Final = {"en": "in the past", "fr": "par le passé"}
BEGUN: Final = {"en": "{late}, starting {early}", "fr": "{late}, et déjà {early}"}
BEGAN: Final = {
    "en": "Did this begin {when}: {what}?",
    "fr": "{what} : cela a-t-il commencé {when} ?",
}
# They happen on one day; all else lasts, and its time says when it began and when it ended.
EVENTS: Final = frozenset({Kind.PROCEDURE, Kind.BIOMARKER})


def clinical_question(leaf: Clinical, language: str, lexicon: Lexicon | None) -> str:
    """What to ask a person about `leaf`, in `language` ("en" or "fr")."""
    if leaf.within and leaf.within.event == "onset" and leaf.kind not in EVENTS:
        form, when = BEGAN[language], _began(leaf.within, language)
    else:
        form, when = _form(FORMS[language][leaf.kind], leaf, language)
    # As a condition, so that what a biomarker shows stands beside its name.
    named = replace(leaf, kind=Kind.CONDITION)
    return capitalised(form.format(what=thing(named, language, lexicon), when=when))


def _form(forms: Forms, leaf: Clinical, language: str) -> tuple[str, str]:
    """The form for the leaf's status and time, and the words for the time."""
    within = _asked_today(leaf.within)
    if within is None:
        by_status = {
            "current": forms.now,
            "past": forms.earlier or forms.lately,
            "ever": forms.ever,
        }
        return by_status[leaf.status], PAST[language]
    amounts = AMOUNTS[language]
    if within.max is None:
        if leaf.status == "current" and leaf.kind not in EVENTS:
            lasting = replace(leaf, within=within)
            return forms.since or forms.lately, amounts.since(lasting, holds=True).strip()
        return forms.earlier or forms.lately, amounts.ago(within)
    if within.min is None:
        return forms.lately, amounts.ago(within)
    if leaf.kind in EVENTS:
        return forms.earlier or forms.lately, amounts.ago(within)
    late, early = amounts.ago(replace(within, min=None)), amounts.ago(replace(within, max=None))
    return forms.lately, BEGUN[language].format(late=late, early=early)


def _began(within: Window, language: str) -> str:
    """When it began, as seen on the day of the question."""
    said: str = AMOUNTS[language].ago(_asked_today(within) or within)
    return said


def _asked_today(within: Window | None) -> Window | None:
    """The window as seen on the day of the question: the first dose is not given yet."""
    if within is None or within.min is within.max is None:
        return None
    return replace(within, anchor="enrolment") if within.anchor == "first_dose" else within
