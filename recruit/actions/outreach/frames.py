"""The frame around an approved text: who sends it and why, how to answer, how to end it.

The words stand in templates/messages/{invitation,reminder,news}/. The approved text is put into
them as it is; it is never read as a template.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final

from markupsafe import Markup, escape

from recruit.consent.choices import Channel
from recruit.core import sms
from recruit.notify.messages import environment
from recruit.notify.stages import Wave

FOLDERS: Final = {
    Wave.INVITATION: "invitation",
    Wave.REMINDER: "reminder",
    Wave.CLOSING: "news",
    Wave.RESULTS: "news",
}
FILES: Final = {
    Channel.EMAIL: "body.txt",
    Channel.SMS: "sms.txt",
    Channel.LETTER: "letter.txt",
    Channel.PHONE: "phone.txt",
}
LAYOUT: Final = "study.html"
RULE: Final = "———"  # between the approved text and the frame
STOP: Final = re.compile(r"\b(?:STOP|ARR[EÊ]T)\b|/u/")
REPLY: Final = re.compile(r"\b(?:YES|OUI)\b")
ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)»”]")
ENDED: Final = re.compile(r"[.!?]$|https?://\S+$")
ITEM: Final = "- "


@dataclass(frozen=True)
class Framed:
    """A message in words: the approved `text`, its fields filled, in the frame of its kind.

    `day` is the one on which the person agreed to be written to, as they read it.
    """

    wave: Wave
    channel: Channel
    language: str
    text: str
    day: str

    @cached_property
    def plain(self) -> str:
        """All of it as plain text; a text message leaves out what it has no room for."""
        if self.channel is not Channel.SMS:
            return self._rendered()
        needs_stop = not STOP.search(self.text)
        whole = self._rendered(stop=needs_stop, more=True)
        if sms.length(whole).parts <= sms.MOST_PARTS:
            return whole
        return self._rendered(stop=needs_stop, more=False)

    @property
    def is_too_long(self) -> bool:
        """Whether it is a text message of more parts than anybody is sent."""
        is_sms = self.channel is Channel.SMS
        return is_sms and sms.length(self.plain).parts > sms.MOST_PARTS

    @property
    def html(self) -> str:
        """The same words as a page for a mail program."""
        words, _, frame = self.plain.rpartition(f"\n{RULE}\n")
        layout = environment().get_template(LAYOUT)
        return layout.render(language=self.language, body=as_html(words), frame=as_html(frame))

    def _greeting(self) -> tuple[str, str]:
        """The first line, where it greets, and what comes after it: a reminder says so between."""
        first, gap, rest = self.text.partition("\n\n")
        greets = gap and "\n" not in first and first.rstrip().endswith(",")
        return (first + gap, rest) if greets else ("", self.text)

    def _rendered(self, *, stop: bool = False, more: bool = False) -> str:
        """`stop` adds the word that ends such text messages, `more` what can be left out."""
        greeting, rest = self._greeting()
        fields = {
            "text": self.text,
            "greeting": greeting,
            "rest": rest,
            "day": self.day,
            "stop": stop,
            "reminds": more,
            "replies": more and not REPLY.search(self.text),
            # A full stop, but never at the end of an address, of which it would become a part.
            "pause": "" if ENDED.search(self.text) else ".",
        }
        name = f"{FOLDERS[self.wave]}/{self.language}/{FILES[self.channel]}"
        said = environment().get_template(name).render(fields)
        return re.sub(r"\n{3,}", "\n\n", said).strip()


def as_html(text: str) -> Markup:
    """Plain text as HTML: paragraphs, lists of lines that begin with "- ", addresses as links."""
    return Markup(  # noqa: S704 - each line of it was escaped
        "\n".join(
            _block(is_list, lines)
            for block in re.split(r"\n{2,}", text.strip())
            for is_list, lines in groupby(block.split("\n"), key=lambda line: line.startswith(ITEM))
        )
    )


def _block(is_list: bool, lines: Iterable[str]) -> str:  # noqa: FBT001 - one caller
    if not is_list:
        said = "<br>\n".join(map(_linked, lines))
        return f"<p>{said}</p>"
    items = "\n".join(f"<li>{_linked(each.removeprefix(ITEM))}</li>" for each in lines)
    return f"<ul>\n{items}\n</ul>"


def _linked(line: str) -> str:
    """A line, escaped. Every mail is made of many: text that is joined costs a third of Markup."""
    return "".join(_pieces(line)) if "://" in line else str(escape(line))


def _pieces(line: str) -> Iterator[str]:
    end = 0
    for found in ADDRESS.finditer(line):
        yield str(escape(line[end : found.start()]))
        address = str(escape(found[0]))
        yield f'<a href="{address}">{address}</a>'
        end = found.end()
    yield str(escape(line[end:]))
