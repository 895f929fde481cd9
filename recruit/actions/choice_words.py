"""The choices of a person in plain words: what each is called, and what a yes to it means."""

from typing import Final

from recruit.consent.choices import ANY, Channel, Choice, Purpose
from recruit.core.i18n import N_

TITLES: Final = {
    Choice(Purpose.MATCHING): N_("Look for studies for me"),
    Choice(Purpose.CONTACT, Channel.EMAIL): N_("Write to me by e-mail"),
    Choice(Purpose.CONTACT, Channel.SMS): N_("Write to me by text message"),
    Choice(Purpose.CONTACT, Channel.LETTER): N_("Write to me by letter"),
    Choice(Purpose.CONTACT, Channel.PHONE): N_("Call me on the phone"),
    Choice(Purpose.RESEARCH_REUSE): N_("Use my answers for research"),
}
MEANINGS: Final = {
    Choice(Purpose.MATCHING): N_(
        "A yes means: we compare your health answers with what each study asks for."
    ),
    Choice(Purpose.CONTACT, Channel.EMAIL): N_(
        "A yes means: we may send you an e-mail about a study that could suit you."
    ),
    Choice(Purpose.CONTACT, Channel.SMS): N_(
        "A yes means: we may send you a text message about a study that could suit you."
    ),
    Choice(Purpose.CONTACT, Channel.LETTER): N_(
        "A yes means: we may send you a letter about a study that could suit you."
    ),
    Choice(Purpose.CONTACT, Channel.PHONE): N_(
        "A yes means: a person may call you about a study that could suit you."
    ),
    Choice(Purpose.RESEARCH_REUSE): N_(
        "A yes means: researchers may use your answers, without your name, to learn more."
    ),
}
RELEASE: Final = N_("Give my name and contact details to one study centre")


def title(choice: Choice) -> str:
    """What the choice is called, as a message of the catalogue; its scope is told apart."""
    if choice.purpose is Purpose.RELEASE:
        return RELEASE
    return TITLES[Choice(choice.purpose, choice.channel)]


def meaning(choice: Choice) -> str:
    """What a yes means, as a message of the catalogue; one to a single study says no more."""
    return MEANINGS[choice] if choice.scope == ANY and choice in MEANINGS else ""
