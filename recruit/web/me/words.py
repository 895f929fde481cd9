"""Words that several of a person's own pages use."""

from typing import Final

from recruit.actions.evidence import on_record
from recruit.core.dates import PartialDate
from recruit.core.i18n import N_, translate
from recruit.core.written import known_date
from recruit.matching.outcome import Attribute, Verdict, Why
from recruit.people.facts import Profile
from recruit.people.vault import Item
from recruit.web import explaining

ITEMS: Final = {
    Item.NAME: N_("Name"),
    Item.EMAIL: N_("E-mail address"),
    Item.PHONE: N_("Mobile number"),
    Item.ADDRESS: N_("Postal address"),
    Item.BIRTH_DATE: N_("Date of birth"),
}
# To the person themselves: nobody is "eligible" before a study centre has seen them.
VERDICTS: Final = {
    Verdict.ELIGIBLE: N_("This seems possible. The study centre would decide."),
    Verdict.UNDETERMINED: N_("Some things are still open."),
    Verdict.INELIGIBLE: N_("Something speaks against it."),
}
# What stands beside a criterion for a coordinator, said to the person themselves.
REASONS: Final = {
    explaining.REASONS[Why.FACT]: N_("We know this from you."),
    explaining.REASONS[Why.COMPLETE]: N_("You said that your list is complete. It is not in it."),
    explaining.REASONS[Why.MISSING]: N_("We know nothing about this yet."),
    explaining.REASONS[Why.VAGUE]: N_("We know this, but not exactly enough."),
    explaining.REASONS[Why.CONTRADICTION]: N_("Your answers do not fit together here."),
    explaining.REASONS[Why.UNREAD]: N_("A person of our team has to read this."),
    explaining.UNNAMED: N_("A person of our team has to read this."),
}
PAIR: Final = N_("{name}: {value}")


def about_person(profile: Profile, language: str) -> list[str]:
    """What is known besides facts of health: birth, sex, place, languages, each as one line."""
    known = (
        (Attribute.BORN, profile.born),
        (Attribute.SEX, profile.sex),
        (Attribute.HOME, profile.home.country),
        (Attribute.LANGUAGES, profile.languages),
    )
    lines = [_named(what, profile, language) for what, value in known if value]
    if profile.home.postcode:
        name = translate(N_("Postcode"), language)
        lines.append(translate(PAIR, language, name=name, value=profile.home.postcode))
    return lines


def _named(what: Attribute, profile: Profile, language: str) -> str:
    """One line; "female" alone would not say what it is about."""
    words = on_record(what, profile, language).words
    if what is not Attribute.SEX:
        return words
    return translate(PAIR, language, name=translate(N_("Sex at birth"), language), value=words)


def written_down(item: Item, text: str, language: str) -> list[str]:
    """The lines of something from the vault, a date as people write it."""
    if item is Item.BIRTH_DATE:
        return [known_date(PartialDate.parse(text), language)]
    return text.splitlines()
