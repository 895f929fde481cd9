"""Our own words in a message through the outbox: that somebody has a short question, and no more.

They stand in templates/messages/question/ and are approved in tests/approved, not by a sponsor: no
word of them is about a study, an illness or a treatment (docs/adr/0047).
"""

from dataclasses import dataclass
from typing import Final

from recruit.consent.choices import Channel
from recruit.core import sms
from recruit.notify.messages import environment

FOLDER: Final = "question"
FILES: Final = {
    Channel.EMAIL: "body.txt",
    Channel.SMS: "sms.txt",
    Channel.LETTER: "letter.txt",
    Channel.PHONE: "phone.txt",
}
HEADED: Final = frozenset({Channel.EMAIL, Channel.LETTER})
HTML: Final = "body.html"
SUBJECT: Final = "subject.txt"


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A message in words. `day` is the one on which the person agreed to be written to.

    `link` leads to the questions, `stop` to where such messages end; "" where there is none.
    """

    channel: Channel
    language: str
    day: str
    link: str
    stop: str = ""

    @property
    def subject(self) -> str:
        """What stands above a mail or a letter; "" where nothing does."""
        return self._rendered(SUBJECT) if self.channel in HEADED else ""

    @property
    def plain(self) -> str:
        """All of it as plain text."""
        return self._rendered(FILES[self.channel])

    @property
    def html(self) -> str:
        """The same words as a page for a mail program."""
        return self._rendered(HTML)

    @property
    def is_too_long(self) -> bool:
        """Whether it is a text message of more parts than anybody is sent."""
        is_sms = self.channel is Channel.SMS
        return is_sms and sms.length(self.plain).parts > sms.MOST_PARTS

    def _rendered(self, file: str) -> str:
        fields = {"day": self.day, "link": self.link, "stop": self.stop}
        template = environment().get_template(f"{FOLDER}/{self.language}/{file}")
        return template.render(fields, language=self.language).strip()
