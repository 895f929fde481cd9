"""Text messages through a gateway: what its answers mean, whatever language it speaks."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Protocol

from recruit.notify.channels.sms_http import LIMITS, Answer, Limits, ask
from recruit.notify.letter import Letter, Outcome
from recruit.notify.stages import Fate

# Where a gateway may say that a number or a text will never do; its own words have to say so.
REFUSING: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.GONE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)


@dataclass(frozen=True, slots=True)
class Account:
    """Ours with a gateway: where it takes messages, who we are there, and whom they come from.

    `hooks` is our own address that it posts receipts and replies to.
    """

    url: str = field(repr=False)
    user: str
    password: str = field(repr=False)
    sender: str
    hooks: str


class Language(Protocol):
    """How one kind of gateway is spoken to; everything else is the same for all of them."""

    def written(self, account: Account, letter: Letter) -> tuple[str, bytes]:
        """The media type and the body that ask for a letter to be sent."""

    def has_taken(self, said: Mapping[str, Any]) -> bool:
        """Whether a JSON object says that the message is theirs now."""

    def is_error(self, said: Mapping[str, Any]) -> bool:
        """Whether it is an error in the gateway's own form: then no message was made."""

    def names_letter(self, said: Mapping[str, Any]) -> bool:
        """Whether such an error is about this number or this text, and not about us."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """One account with one gateway: a transport of studies' messages, and a carrier of codes."""

    name: str
    account: Account
    language: Language
    limits: Limits = LIMITS

    def hand_over(self, letter: Letter, last: Callable[[], bool]) -> Fate:
        """As notify/worker.Transport says."""
        kind, body = self.language.written(self.account, letter)
        headers = {
            "Authorization": self._basic(),
            "Content-Type": kind,
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            # draft-ietf-httpapi-idempotency-key-header; who does not know it passes it over.
            "Idempotency-Key": letter.reference,
        }
        answer = ask(self.account.url, headers, body, last, self.limits)
        return answer if isinstance(answer, Fate) else self._fate(answer)

    def send(self, letter: Letter) -> Outcome:
        """As notify/post.Carrier says: somebody waits for it, and twice is better than never."""
        return Outcome.of(self.hand_over(letter, lambda: True))

    def _basic(self) -> str:
        """RFC 7617, in UTF-8."""
        pair = f"{self.account.user}:{self.account.password}".encode()
        return f"Basic {b64encode(pair).decode()}"

    def _fate(self, answer: Answer) -> Fate:
        said = answer.said
        is_error = said is not None and self.language.is_error(said)
        match answer.status:
            case status if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
                taken = said is not None and self.language.has_taken(said)
                # A page in place of an answer is somebody's in between: who knows what they did.
                return Fate.SENT if taken else Fate.UNSURE
            case status if status in REFUSING and said is not None and is_error:
                return Fate.NEVER if self.language.names_letter(said) else Fate.LATER
            case status if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
                return Fate.LATER  # not taken: our credentials, our address, too much at once
            case _:
                return Fate.LATER if is_error else Fate.UNSURE
