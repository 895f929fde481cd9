"""The wish to take part: what somebody said, and whether that is enough."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Self

from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.evidence import Helper
from recruit.core.clock import today
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.people.adults import is_adult
from recruit.people.communities.terms import Terms
from recruit.people.contact_points import ContactPoint
from recruit.people.vault import Item

MATCHING: Final = Choice(Purpose.MATCHING)
LETTER: Final = Choice(Purpose.CONTACT, Channel.LETTER)
CHANNELS: Final = {Item.EMAIL: Channel.EMAIL, Item.PHONE: Channel.SMS}

TOO_YOUNG: Final = N_("You must be 18 or older to take part.")
NEEDED: Final = N_("Without this yes we cannot look for studies for you.")
NOT_OFFERED: Final = N_("This choice was not offered.")
NO_ADDRESS: Final = N_("Please write the address that letters go to.")


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody who wants to take part said, and which notice lay before them.

    `address` is "" where none was given, `notice` the SHA-256 of the text in `language`. `member`
    is what a community's identity provider vouched for (providers.known_as), "" where nobody did;
    `via` the code of the address that led here (materials/links.py), "" for none; `helper` a value
    of evidence.Helper, "" where nobody helped.
    """

    born: date = field(repr=False)
    contact: ContactPoint
    address: str = field(repr=False)
    choices: tuple[Choice, ...]
    community: str
    notice: str
    notice_version: str
    language: str
    member: str = ""
    via: str = ""
    helper: str = ""

    def payload(self) -> dict[str, str]:
        """The same in words, to be sealed."""
        return {
            "born": self.born.isoformat(),
            "item": self.contact.item.value,
            "where": self.contact.where,
            "address": self.address,
            "choices": " ".join(map(str, self.choices)),
            "community": self.community,
            "notice": self.notice,
            "notice_version": self.notice_version,
            "language": self.language,
            "member": self.member,
            "via": self.via,
            "helper": self.helper,
        }

    @classmethod
    def of(cls, payload: Mapping[str, str]) -> Self:
        """What `payload` made words of."""
        return cls(
            born=date.fromisoformat(payload["born"]),
            contact=ContactPoint(Item(payload["item"]), payload["where"]),
            address=payload["address"],
            choices=tuple(map(Choice.parse, payload["choices"].split())),
            community=payload["community"],
            notice=payload["notice"],
            notice_version=payload["notice_version"],
            language=payload["language"],
            member=payload["member"],
            # A link of yesterday may know of neither.
            via=payload.get("via", ""),
            helper=payload.get("helper", ""),
        )


def offered(item: Item, terms: Terms | None = None) -> tuple[Choice, ...]:
    """The choices of somebody who is reached by `item`, each on its own, in reading order.

    Under a community's terms only what is agreed with it.

    Calls and text messages are offered where a code proves the number, nowhere else: with a wrong
    digit in it, the number would open the person's own space to a stranger.
    """
    contact = [Channel.EMAIL] if item is Item.EMAIL else [Channel.SMS, Channel.PHONE]
    every = (
        MATCHING,
        *(Choice(Purpose.CONTACT, channel) for channel in [*contact, Channel.LETTER]),
        Choice(Purpose.RESEARCH_REUSE),
    )
    return tuple(each for each in every if terms is None or str(each) in terms.purposes)


def check(application: Application, terms: Terms | None = None) -> None:
    """Whether somebody may take part with these answers, under a community's terms if it has any.

    Raises:
        Refusal: a minor, or a choice that is missing, was not offered, or lacks an address.
    """
    if not is_adult(application.born, today()):
        raise Refusal(record="", field="born", problem=TOO_YOUNG)
    if MATCHING not in application.choices:
        raise Refusal(record="", field="choices", problem=NEEDED)
    if set(application.choices) - set(offered(application.contact.item, terms)):
        raise Refusal(record="", field="choices", problem=NOT_OFFERED)
    if application.helper not in {"", *Helper}:
        raise Refusal(record="", field="helper", problem=NOT_OFFERED)
    if LETTER in application.choices and not application.address:
        raise Refusal(record="", field="address", problem=NO_ADDRESS)
