"""Text messages through a provider's HTTP address, as a small JSON form.

POST `{"to": "+33…", "text": "…", "reference": "…"}`. A provider has taken the message when it
answers 2xx in JSON; anything else that answers 2xx with a page is somebody in between.
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import requests

from recruit.notify.letter import Letter, Outcome

TIMEOUT: Final = (5.0, 20.0)  # seconds to connect, and between two bytes of the answer
# The message itself is refused. Everything else may be mended: keys, addresses, a busy provider.
REFUSED: Final = {HTTPStatus.BAD_REQUEST, HTTPStatus.GONE, HTTPStatus.UNPROCESSABLE_ENTITY}


@dataclass(frozen=True, slots=True)
class Sms:
    """A provider at `url`, which may hold a user and a password (sent as HTTP Basic, RFC 7617)."""

    url: str = field(repr=False)
    timeout: tuple[float, float] = TIMEOUT

    def send(self, letter: Letter) -> Outcome:
        """Hand one over; a redirect is not followed: the text would go to somebody else."""
        form = {"to": letter.to, "text": letter.text, "reference": letter.reference}
        try:
            # The answer's body is not read: its head says all, and nobody can hold us by dripping.
            with requests.post(
                self.url, json=form, timeout=self.timeout, allow_redirects=False, stream=True
            ) as answer:
                status = answer.status_code
                kind = answer.headers.get("Content-Type", "")
        except requests.RequestException:
            return Outcome.LATER
        if status in REFUSED:
            return Outcome.NEVER
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES and "json" in kind.lower():
            return Outcome.SENT
        return Outcome.LATER
